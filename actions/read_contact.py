"""Read an address or a number as people write it. Well-kept libraries decide; no network is asked."""

import phonenumbers
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
