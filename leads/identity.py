"""Who is who: opaque ids, and the normal forms under which two captures are the same contact point."""

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


def normal_email(address: str) -> str:
    """The key under which an address is one person: trimmed, case folded, plus-tag dropped.

    The address that mail is sent to is never rewritten with this; only look-ups use it (domain.md §8 case 8).
    """
    local, _, domain = address.strip().rstrip(".").lower().rpartition("@")
    local = local.split("+", 1)[0] or local
    if domain in {"gmail.com", "googlemail.com"}:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def domain_of(address: str) -> str:
    """The part after the @, lower case; an empty string when there is none."""
    return address.rpartition("@")[2].strip().rstrip(".").lower()


def is_free_mail(address: str) -> bool:
    """Whether the address belongs to a mailbox provider rather than to an employer."""
    return domain_of(address) in FREE_MAIL_DOMAINS


def is_role_address(address: str) -> bool:
    """Whether the address names a desk (info@, sales@) and so no single person."""
    return address.partition("@")[0].strip().lower() in ROLE_ADDRESSES
