"""What other programs may tell us that somebody did: the catalogue of activities, and who counts as having done it.

Only what a human did counts for the score (domain.md §1.4 rule 10): machines open mails before people see them, and
click every link to look for harm (§8 case 16).
"""

import re
from collections.abc import Mapping
from enum import StrEnum

from leads.refusal import ActivityNotAccepted
from leads.signal import ActorKind, Property


class ActivityType(StrEnum):
    """The activities that are accepted from outside."""

    PAGE_VIEWED = "page.viewed"
    PAGE_RETURNED = "page.returned"
    ASSET_DOWNLOADED = "asset.downloaded"
    ASSET_VIEWED = "asset.viewed"
    VIDEO_WATCHED = "video.watched"
    AD_CLICKED = "ad.clicked"
    FORM_SUBMITTED = "form.submitted"
    FORM_STARTED = "form.started"
    FORM_ABANDONED = "form.abandoned"
    FORM_NEWSLETTER = "form.newsletter"
    FORM_CONSULTATION = "form.consultation"
    FORM_QUOTE = "form.quote"
    FORM_BOOKING = "form.booking"
    FORM_TRIAL = "form.trial"
    FORM_WEBINAR = "form.webinar"
    FORM_DEMO = "form.demo"
    FORM_CONTACT = "form.contact"
    FORM_LIST = "form.list"
    FORM_OTHER = "form.other"
    NEWSLETTER_SUBSCRIBED = "newsletter.subscribed"
    EMAIL_SENT = "email.sent"
    EMAIL_DELIVERED = "email.delivered"
    EMAIL_OPENED = "email.opened"
    EMAIL_CLICKED = "email.clicked"
    EMAIL_REPLIED = "email.replied"
    EMAIL_BOUNCED = "email.bounced"
    EMAIL_COMPLAINED = "email.complained"
    EMAIL_UNSUBSCRIBED = "email.unsubscribed"
    WEBINAR_REGISTERED = "webinar.registered"
    WEBINAR_ATTENDED = "webinar.attended"
    WEBINAR_MISSED = "webinar.missed"
    WEBINAR_ASKED = "webinar.asked"
    EVENT_REGISTERED = "event.registered"
    EVENT_ATTENDED = "event.attended"
    TRADE_SHOW_MET = "trade_show.met"
    CALL_LOGGED = "call.logged"
    NOTE_LOGGED = "note.logged"
    SOCIAL_INQUIRY = "social.inquiry"
    SOCIAL_ENGAGED = "social.engaged"
    REFERRAL_MADE = "referral.made"
    REFERRAL_RECEIVED = "referral.received"
    REVIEW_READ = "review.read"
    PRODUCT_EVENT = "product.event"
    PRODUCT_SIGNED_UP = "product.signed_up"
    PRODUCT_TRIAL_STARTED = "product.trial_started"
    PRODUCT_TRIAL_ENDED = "product.trial_ended"
    PRODUCT_ACTIVATED = "product.activated"
    PRODUCT_FEATURE_USED = "product.feature_used"
    PRODUCT_INVITED = "product.invited"
    PRODUCT_LIMIT_REACHED = "product.limit_reached"
    PRODUCT_UPGRADED = "product.upgraded"
    PRODUCT_CANCELLED = "product.cancelled"
    CART_STARTED = "cart.started"
    CART_ABANDONED = "cart.abandoned"
    ORDER_PLACED = "order.placed"


_OURS: tuple[tuple[str, str], ...] = (
    ("said.", "it must rest on the person's own words, so only the agent reports it, from a conversation"),
    ("bant.", "it must rest on the person's own words, so only the agent reports it, from a conversation"),
    ("score.", "points come from the scoring rules alone; change those"),
    ("stage.", "stages are earned or moved by the team; use the lead's own calls"),
    ("lead.", "it is recorded when the lead is changed; use the lead's own calls"),
    ("meeting.", "it is recorded when a meeting is booked, held or cancelled here"),
    ("chat.", "it is recorded by the chat itself"),
    ("contact.", "it is recorded when the person tells it; use POST /v1/leads for details that you know"),
    ("consent.", "consent needs its proof; send it with POST /v1/leads"),
    ("list.", "it is recorded by an import"),
)
_NOT_THEIRS = frozenset({"trust", "verified", "hand_raise", "points", "score"})
"""Properties that would decide something; a program that tells of a form cannot vouch for it here."""

_BY_SYSTEM = frozenset({ActivityType.EMAIL_SENT, ActivityType.EMAIL_DELIVERED, ActivityType.EMAIL_BOUNCED})
_BY_TEAM = frozenset({ActivityType.CALL_LOGGED, ActivityType.NOTE_LOGGED})
_MACHINES = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|headless|phantomjs|puppeteer|playwright|selenium|python-requests|python-httpx|curl/|"
    r"wget/|okhttp|java/|go-http-client|libwww|preview|prefetch|scanner|barracuda|mimecast|proofpoint|safelinks|"
    r"symantec|trendmicro|forcepoint|fireeye|ironport|cloudmark|urldefense|messagelabs|uptime|monitor|facebookexternal",
    re.IGNORECASE,
)
_APPLE_PREFETCH = "mozilla/5.0"
"""The whole user agent of Apple's mail privacy proxy, which opens every mail."""
_TOO_QUICK = 2.0
"""Seconds after delivery within which nobody opens a mail and clicks; scanners do."""


def accepted(type: str, properties: Mapping[str, Property]) -> ActivityType:
    """The activity, if other programs may tell of it. Raises ActivityNotAccepted with the reason."""
    reason = next((why for prefix, why in _OURS if type.startswith(prefix)), None)
    if reason is not None:
        raise ActivityNotAccepted(f"{type[:60]} cannot be sent: {reason}.")
    try:
        known = ActivityType(type)
    except ValueError:
        family = [t.value for t in ActivityType if t.value.split(".")[0] == type.split(".", maxsplit=1)[0]]
        raise ActivityNotAccepted(
            f"{type[:60]!r} is not an activity we know. Use one of: {', '.join(family or list(ActivityType))}."
        ) from None
    if decided := sorted(_NOT_THEIRS & set(properties)):
        raise ActivityNotAccepted(f"The property {decided[0]} cannot be sent: it is decided here.")
    return known


def actor_of(type: ActivityType, properties: Mapping[str, Property], *, machine: bool = False) -> ActorKind:
    """Who did it: a human, the team, our own systems, or a machine that looks like a human."""
    if type in _BY_SYSTEM:
        return ActorKind.SYSTEM
    if type in _BY_TEAM:
        return ActorKind.HUMAN if properties.get("direction") == "inbound" else ActorKind.REP
    return ActorKind.MACHINE if machine or _looks_like_a_machine(type, properties) else ActorKind.HUMAN


def _looks_like_a_machine(type: ActivityType, properties: Mapping[str, Property]) -> bool:
    if any(properties.get(name) is True for name in ("machine", "bot", "prefetch", "prefetched", "scanner")):
        return True
    agent = str(properties.get("user_agent") or "").strip()
    if agent and (_MACHINES.search(agent) or (type is ActivityType.EMAIL_OPENED and agent.lower() == _APPLE_PREFETCH)):
        return True
    quick = properties.get("seconds_after_delivery")
    of_mail = type in {ActivityType.EMAIL_OPENED, ActivityType.EMAIL_CLICKED}
    return of_mail and isinstance(quick, int | float) and not isinstance(quick, bool) and quick < _TOO_QUICK
