"""Who is who: opaque ids, and the normal forms under which two captures are the same contact point."""

import re
import unicodedata
from functools import lru_cache
from typing import NewType

PersonId = NewType("PersonId", str)
CompanyId = NewType("CompanyId", str)
LeadId = NewType("LeadId", str)
ConversationId = NewType("ConversationId", str)
MessageId = NewType("MessageId", str)
TurnId = NewType("TurnId", str)
RepId = NewType("RepId", str)
MeetingId = NewType("MeetingId", str)
SlotId = NewType("SlotId", str)
HandoffId = NewType("HandoffId", str)
DraftId = NewType("DraftId", str)
OpportunityId = NewType("OpportunityId", str)
ContactPointId = NewType("ContactPointId", str)
DuplicateId = NewType("DuplicateId", str)
MergeId = NewType("MergeId", str)

FREE_MAIL_DOMAINS = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com icloud.com me.com mac.com "
    "aol.com gmx.de gmx.net gmx.at web.de t-online.de freenet.de proton.me protonmail.com mail.com zoho.com "
    "orange.fr wanadoo.fr laposte.net free.fr libero.it virgilio.it qq.com 163.com 126.com naver.com mail.ru "
    "yandex.ru yandex.com hey.com fastmail.com tutanota.com".split()
)
ROLE_ADDRESSES = frozenset(
    "info sales support admin office contact hello team help billing accounts marketing postmaster webmaster "
    "noreply no-reply abuse jobs careers press privacy security kontakt".split()
)


LEGAL_FORMS = frozenset(
    "gmbh mbh ag kg ohg ug gbr eg ev se kgaa co inc incorporated corp corporation llc llp lp ltd limited plc pty pte "
    "company sa sas sasu sarl eurl snc srl spa sl slu bv nv oy oyj ab as asa aps sro spzoo zrt kft doo ooo bvba cv "
    "lda ltda kk gk sdn bhd".split()
)
"""The legal forms of companies, folded for matching only: a name is stored and shown as it was given."""

_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")


_PLAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*")
_SIGNS = re.compile(r"[^\w\s]+")
_MOST_KEPT = 4096


@lru_cache(maxsize=_MOST_KEPT)  # one act asks for the same address many times
def normal_email(address: str) -> str:
    """The key under which an address is one mailbox: NFC, trimmed, lower case, plus tag dropped, gmail's dots dropped.

    A domain is the same in Unicode and in punycode, with and without the root's dot. The address that mail is sent to
    is never rewritten with this; only look-ups use it (domain.md §8 case 8). Made again from a key, it is that key.
    """
    local, _, domain = _visible(address).rpartition("@")
    local, domain = _folded(local.strip()), normal_domain(domain)
    local = local.split("+", 1)[0].strip() or local
    if domain in {"gmail.com", "googlemail.com"}:
        local, domain = _folded(local.replace(".", "").strip()) or local, "gmail.com"
    return f"{local}@{domain}"


def person_key(address: str, name: str | None) -> str:
    """The key under which an address is one person.

    A role address (info@) is a desk, and several people write from it: there the name belongs to the key, so that two
    names are two people and a form that is sent twice is still one (domain.md §8 case 7).
    """
    key = normal_email(address)
    return f"{key} {name_key(name or '')}"[:320] if is_role_address(address) else key


def name_key(name: str) -> str:
    """A name as it is compared: accents, case, blanks and full stops folded. It is shown as it was given."""
    if name.isascii():  # there is nothing to compose, to decompose or to hide in it
        plain = name.lower()
    else:
        plain = "".join(c for c in unicodedata.normalize("NFKD", _visible(name)) if not unicodedata.combining(c))
        plain = unicodedata.normalize("NFKC", plain.casefold())
    return " ".join(_SIGNS.sub(" ", plain).split())


def company_key(name: str) -> str:
    """A company's name as it is compared: folded as a name is, and without its legal form (GmbH, Inc, S.A.S.)."""
    plain = name_key(re.sub(r"(?<=\w)\.(?=\w)", "", name.replace("&", " and ")))
    words = re.sub(r"\bsp z oo\b", "spzoo", plain).split()
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        words.pop()
    while len(words) > 1 and words[-1] in {"and", "und", "et", "y"}:  # left over from "GmbH & Co. KG"
        words.pop()
        while len(words) > 1 and words[-1] in LEGAL_FORMS:
            words.pop()
    return " ".join(words)


@lru_cache(maxsize=_MOST_KEPT)
def normal_domain(domain: str) -> str:
    """A domain in one spelling: lower case, NFKC, in Unicode, without the root's dot (UTS 46 without its tables)."""
    plain = domain.lower()
    if _PLAIN.fullmatch(plain) and "xn--" not in plain:  # as nearly all are
        return plain
    folded = _folded(unicodedata.normalize("NFKC", _visible(domain)).strip().replace("\u3002", "."))
    return ".".join(_unicode_label(label) for part in folded.split(".") if (label := part.strip()))


def _unicode_label(label: str) -> str:
    """A label of punycode in Unicode; one that is no proper punycode stays as it is."""
    if not label.startswith("xn--"):
        return label
    try:
        decoded = label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label
    proper = not decoded.isascii() and decoded == _folded(unicodedata.normalize("NFKC", decoded)) and "." not in decoded
    return decoded if proper and not _INVISIBLE & set(decoded) and decoded == decoded.strip() else label


def _visible(text: str) -> str:
    if text.isascii():
        return text.strip()
    return "".join(c for c in text if c not in _INVISIBLE).strip()


def _folded(text: str) -> str:
    """Lower case in NFC; twice, because a letter may compose only after it was lowered."""
    if text.isascii():
        return text.lower()
    for _ in range(2):
        text = unicodedata.normalize("NFC", text).lower()
    return unicodedata.normalize("NFC", text)


def domain_of(address: str) -> str:
    """The part after the @ as `normal_domain` writes it; an empty string when there is none."""
    return normal_domain(address.rpartition("@")[2])


def is_free_mail(address: str) -> bool:
    """Whether the address belongs to a mailbox provider rather than to an employer."""
    return domain_of(address) in FREE_MAIL_DOMAINS


def is_role_address(address: str) -> bool:
    """Whether the address names a desk (info@, sales@) and so no single person."""
    return normal_email(address).rpartition("@")[0] in ROLE_ADDRESSES
