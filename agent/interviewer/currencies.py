"""Which currency stands before or after an amount: "$", "C$", "EUR", "bucks", "Swiss francs".

Codes are ISO 4217. A name that several countries use (dollar, krone, peso) means the workspace's own currency when
that is one of them, else the first code listed here, else nothing. Full names come from the CLDR through babel.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Final

from agent.interviewer.figures import SCALES
from agent.interviewer.phrases import fold

_DOLLARS: Final = "USD CAD AUD NZD SGD HKD TWD BBD BMD BSD BZD FJD GYD JMD KYD LRD NAD SBD SRD TTD XCD".split()
_PESOS: Final = "MXN ARS CLP COP PHP UYU DOP CUP".split()
_SIGNS: Final = {
    "$": _DOLLARS, "€": ["EUR"], "£": ["GBP", "EGP", "LBP"], "¥": ["JPY", "CNY"], "₹": ["INR"], "₩": ["KRW"],
    "₪": ["ILS"], "₫": ["VND"], "₱": ["PHP"], "₴": ["UAH"], "₺": ["TRY"], "₽": ["RUB"], "₦": ["NGN"], "₡": ["CRC"],
    "₭": ["LAK"], "₮": ["MNT"], "₲": ["PYG"], "₵": ["GHS"], "₸": ["KZT"], "₼": ["AZN"], "₾": ["GEL"], "฿": ["THB"],
    "៛": ["KHR"], "﷼": ["IRR"], "৳": ["BDT"], "元": ["CNY"], "円": ["JPY"], "원": ["KRW"], "₿": [""],
}  # fmt: skip
_LETTERED: Final = {
    "us": "USD", "usd": "USD", "c": "CAD", "ca": "CAD", "cad": "CAD", "a": "AUD", "au": "AUD", "aud": "AUD",
    "nz": "NZD", "nzd": "NZD", "s": "SGD", "sg": "SGD", "sgd": "SGD", "hk": "HKD", "hkd": "HKD", "nt": "TWD",
    "r": "BRL", "mex": "MXN", "mx": "MXN", "mxn": "MXN", "b": "BND", "n": "NAD", "j": "JMD", "tt": "TTD", "rd": "DOP",
}  # fmt: skip
# Singular name in the CLDR, other forms, and the codes it may mean; "" first when no country owns the bare name.
_NOUNS: Final = [
    ("dollar", "dollars buck bucks", _DOLLARS),
    ("euro", "euros", ["EUR"]),
    ("pound", "pounds quid sterling", ["GBP", "EGP", "LBP"]),
    ("yen", "", ["JPY"]),
    ("yuan", "yuans rmb renminbi kuai", ["CNY"]),
    ("rupee", "rupees rs", ["INR", "PKR", "LKR", "NPR", "MUR"]),
    ("franc", "francs sfr", ["CHF", "XOF", "XAF"]),
    ("peso", "pesos", ["", *_PESOS]),
    ("krone", "kroner kr", ["", "NOK", "DKK"]),
    ("krona", "kronor", ["SEK", "ISK"]),
    ("koruna", "korunas koruny", ["CZK"]),
    ("zloty", "zlotys zl", ["PLN"]),
    ("forint", "forints ft", ["HUF"]),
    ("leu", "lei", ["RON", "MDL"]),
    ("lev", "leva", ["BGN"]),
    ("hryvnia", "hryvnias", ["UAH"]),
    ("ruble", "rubles rouble roubles", ["RUB", "BYN"]),
    ("lira", "liras", ["TRY"]),
    ("rand", "rands", ["ZAR"]),
    ("reais", "", ["BRL"]),
    ("real", "", ["BRL"]),
    ("dirham", "dirhams", ["AED", "MAD"]),
    ("riyal", "riyals", ["SAR", "QAR"]),
    ("rial", "rials", ["", "IRR", "OMR", "YER"]),
    ("dinar", "dinars", ["", "KWD", "BHD", "JOD", "RSD", "TND", "DZD", "IQD", "LYD"]),
    ("shekel", "shekels nis", ["ILS"]),
    ("won", "", ["KRW"]),
    ("baht", "bahts", ["THB"]),
    ("rupiah", "rupiahs", ["IDR"]),
    ("ringgit", "ringgits", ["MYR"]),
    ("dong", "", ["VND"]),
    ("naira", "nairas", ["NGN"]),
    ("cedi", "cedis", ["GHS"]),
    ("shilling", "shillings", ["", "KES", "UGX", "TZS"]),
    ("kip", "kips", ["LAK"]),
    ("colon", "colones colons", ["CRC"]),
    ("sol", "soles", ["PEN"]),
    ("boliviano", "bolivianos", ["BOB"]),
    ("guarani", "guaranis", ["PYG"]),
    ("tenge", "", ["KZT"]),
    ("manat", "manats", ["AZN", "TMT"]),
    ("lari", "", ["GEL"]),
    ("taka", "takas", ["BDT"]),
    ("birr", "", ["ETB"]),
    ("kwacha", "", ["ZMW", "MWK"]),
    ("pula", "", ["BWP"]),
    ("dram", "drams", ["AMD"]),
    ("som", "soms", ["", "KGS", "UZS"]),
    ("kyat", "kyats", ["MMK"]),
    ("riel", "riels", ["KHR"]),
    ("pataca", "patacas", ["MOP"]),
    ("balboa", "", ["PAB"]),
    ("bitcoin", "bitcoins btc", [""]),
    ("satoshi", "satoshis", [""]),
    # Names the euro has replaced, still written in old contracts; ISO 4217 keeps their codes in its third list.
    ("markka", "", ["FIM"]),
    ("guilder", "guilders", ["NLG"]),
    ("peseta", "pesetas", ["ESP"]),
    ("deutschmark", "deutschmarks", ["DEM"]),
    ("lire", "", ["ITL"]),
    ("cent", "cents", [*_DOLLARS, "EUR"]),
    ("penny", "pence pennies", ["GBP"]),
]
_ISO: Final = frozenset(
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP "
    "CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF "
    "IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD "
    "MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB "
    "RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU "
    "UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW".split()
)
# Codes that are also English words or products ("CAD seats", "PHP 8"): only in capitals, and not for small figures.
_WORDLIKE: Final = frozenset("ALL AMD BAM BOB CAD COP CUP GEL LAK MAD MOP PEN PHP RON SOS TOP TRY SAR".split())
_SMALL_FIGURE: Final = 100
_MINOR: Final = frozenset({"cent", "penny"})
_AMERICAN: Final = {"us": "USD", "u.s.": "USD", "american": "USD", "united states": "USD", "uk": "GBP"}

_RETIRED: Final = {"markka": "FIM", "guilder": "NLG", "peseta": "ESP", "deutschmark": "DEM", "lire": "ITL"}

_FORMS: Final = {form: (name, codes) for name, forms, codes in _NOUNS for form in (name, *forms.split())}
_ANY_SIGN: Final = "[" + re.escape("".join(_SIGNS)) + "]"
_NEXT_FIGURE: Final = re.compile(rf" ?[0-9][0-9.,]*(?: ?(?P<sign>{_ANY_SIGN}))?")
_BEFORE: Final = re.compile(
    rf"(?:(?:(?<![^\W_])(?P<glued>[a-z]{{1,3}})|(?<![^\W_])(?P<apart>us|c|ca|hk|nz|au|nt|usd|cad|mxn|aud) )?"
    rf"(?P<sign>{_ANY_SIGN})|(?<![^\W_])(?P<code>[a-z]{{2,7}})\.?)[ ]{{0,2}}$"
)
_NOUN: Final = "|".join(sorted(_FORMS, key=len, reverse=True))
_AFTER: Final = re.compile(rf"[ -]{{0,2}}(?:(?P<sign>{_ANY_SIGN})|(?P<code>[a-z]{{3,4}})(?![^\W_]))")
_NOUN_AFTER: Final = re.compile(rf"[ -]{{0,2}}(?P<country>(?:[a-z.]{{1,12}}[ ]){{0,2}}?)(?P<noun>{_NOUN})(?![^\W_])")
_PREFIXES: Final = {"rm": "MYR"}
# "120 MEUR", "TEUR 50": the thousands and millions of continental accounts.
_ACCOUNTING: Final = {"k": 10**3, "t": 10**3, "m": 10**6, "b": 10**9}
_SCALE_AFTER: Final = re.compile(r" (?P<scale>hundred|thousand|million|mio|billion|bn)(?![^\W_])")


@dataclass(frozen=True, slots=True)
class CurrencyMark:
    """A currency as written beside an amount: its code (None when several could be meant), and its place.

    `worth` is what one counted thing is in the main unit: 0.01 for cents and pence. `named` says it was a spelled-out
    noun or code, after which "and forty-five cents" may follow.
    """

    code: str | None
    start: int
    end: int
    worth: Decimal = Decimal(1)
    named: bool = False


def currency_before(
    text: str, folded: str, position: int, *, value: Decimal, default: str | None
) -> CurrencyMark | None:
    """The currency that ends right before an amount's first digit."""
    start = max(0, position - 9)
    match = _BEFORE.search(folded[start:position])
    if not match:
        return None
    begin = start + match.start()
    if match["sign"]:
        letters = match["glued"] or match["apart"]
        if letters and match["sign"] == "$" and letters in _LETTERED:
            return CurrencyMark(_LETTERED[letters], begin, position)
        return CurrencyMark(_pick(_SIGNS[match["sign"]], default), start + match.start("sign"), position)
    word = match["code"]
    if word in _PREFIXES:
        return CurrencyMark(_PREFIXES[word], begin, position)
    if word in _FORMS and not _rather_a_word(word, value) and _FORMS[word][0] not in _MINOR:
        return CurrencyMark(_pick(_FORMS[word][1], default), begin, position)
    return _coded(text, begin, begin + len(word), CurrencyMark(None, begin, position), value)


def currency_after(
    text: str, folded: str, position: int, *, value: Decimal, default: str | None
) -> CurrencyMark | None:
    """The currency that begins right after an amount's last digit or scale word."""
    match = _AFTER.match(folded, position)
    if match and match["sign"]:
        # "1 $10 bill": a sign before the next figure is that one's, but not in "10 $ 30 $".
        theirs = _NEXT_FIGURE.match(folded, match.end())
        ours = theirs is None or theirs["sign"] == match["sign"]
        return CurrencyMark(_pick(_SIGNS[match["sign"]], default), position, match.end()) if ours else None
    mark = _coded(text, *match.span("code"), CurrencyMark(None, position, match.end()), value) if match else None
    mark = mark or _noun(folded, position, value, default)
    scale = _SCALE_AFTER.match(folded, mark.end) if mark else None
    return replace(mark, worth=mark.worth * SCALES[scale["scale"]], end=scale.end()) if mark and scale else mark


def _noun(folded: str, position: int, value: Decimal, default: str | None) -> CurrencyMark | None:
    match = _NOUN_AFTER.match(folded, position)
    if not match or _rather_a_word(match["noun"], value):
        return None
    singular, codes = _FORMS[match["noun"]]
    country = match["country"].strip()
    code = _of_country(country, singular) if country else _pick(codes, default)
    if country and not code:
        return None
    return CurrencyMark(code, position, match.end(), Decimal("0.01") if singular in _MINOR else Decimal(1), named=True)


def _rather_a_word(noun: str, value: Decimal) -> bool:
    """ "3 won deals", "two real options", "6 ft": such nouns need a figure that only money reaches."""
    return noun in {"won", "real", "sol", "som", "dong", "lei", "ft", "rs", "taka"} and value < _SMALL_FIGURE


def _coded(text: str, start: int, end: int, place: CurrencyMark, value: Decimal) -> CurrencyMark | None:
    """An ISO code between start and end, perhaps with an accountant's letter before it ("MEUR")."""
    written = text[start:end]
    code, worth = written.upper(), 1
    if len(code) == 4 and code[1:] in _ISO and (written == code or written[1:] == code[1:]):
        code, worth = code[1:], _ACCOUNTING.get(code[0].lower(), 0)
    if code not in _ISO or not worth:
        return None
    if code in _WORDLIKE and (code not in written or value < _SMALL_FIGURE):
        return None
    return replace(place, code=code, worth=Decimal(worth), named=True)


def _pick(codes: list[str], default: str | None) -> str | None:
    return default if default in codes else codes[0] or None


def _of_country(country: str, singular: str) -> str | None:
    if country in _AMERICAN:
        return _AMERICAN[country]
    return _RETIRED.get(singular) or _cldr_names().get(f"{country} {singular}")


@cache
def _cldr_names() -> dict[str, str]:
    """English names in the singular, without accents ("costa rican colon" -> CRC)."""
    from babel.numbers import get_currency_name  # noqa: PLC0415 - 50 ms and 10 MB, only for "turkish lira" and the like

    return {fold(get_currency_name(code, count=1, locale="en")): code for code in sorted(_ISO)}
