"""Read an address or a number as people write it. Well-kept libraries decide; no network is asked."""

from functools import cache

import phonenumbers
from babel import Locale
from email_validator import EmailNotValidError, validate_email

from leads.refusal import ContactInvalid


def email_address(text: str) -> str:
    """The address in a form that mail can be sent to. Raises ContactInvalid."""
    try:
        return validate_email(text.strip(), check_deliverability=False, allow_smtputf8=True).normalized
    except EmailNotValidError:
        raise ContactInvalid("That does not look like an e-mail address; please check it.") from None


def phone_number(text: str, *, region: str | None) -> str:
    """The number in E.164. `region` (ISO 3166) helps with national numbers. Raises ContactInvalid."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        raise ContactInvalid("That does not look like a phone number; please give it with the country code.") from None
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE:  # a local-only number reaches nobody from here
        raise ContactInvalid("That phone number cannot be right; please give it with the country code.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def phone_as_number(digits: str, *, region: str | None) -> str:
    """A phone number that came as a JSON number and so has lost its plus or its leading zero, in E.164.

    Read with a plus if that is a number in use, else as a national one. Raises ContactInvalid.
    """
    readings = (f"+{digits}", f"0{digits}", digits)
    for text in readings:
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return phone_number(readings[0] if len(digits) >= 11 else digits, region=region)


def country_code(text: str) -> str | None:
    """The ISO 3166 code of a country written as a code or by name in a language that forms are written in."""
    plain = text.strip().casefold()
    return _countries().get(plain)


@cache
def _countries() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in ("pt", "nl", "it", "es", "fr", "de", "en"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                found[name.casefold()] = found[code.casefold()] = code
    found |= {"usa": "US", "uk": "GB", "u.s.a.": "US", "great britain": "GB", "england": "GB", "holland": "NL"}
    return {name: code for name, code in found.items() if code not in {"EU", "UN", "EZ", "XA", "XB", "ZZ"}}
