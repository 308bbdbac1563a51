"""A call of a hook, and whether its provider sent it: signatures over the raw bytes, compared in constant time."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from leads.form import Trust

TOLERANCE = timedelta(minutes=5)
"""How old a signed call may be, and how far its clock may be ahead of ours."""
SECRET_HEADER = "x-opener-secret"  # noqa: S105 - the name of a header
KEPT_HEADERS = frozenset(
    "content-type user-agent x-webflow-timestamp x-webflow-signature typeform-signature x-wpforms-webhook-id "
    "x-wpforms-webhook-signature x-hubspot-request-timestamp x-hubspot-signature-v3 x-hub-signature-256".split()
)
"""Headers that are kept with a submission: none of them opens a door."""


class SignatureWrong(Exception):
    """The call does not prove that the provider sent it. The message says what to check, and names no secret."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One call as it came in. `headers` have small names; `urls` are the addresses the caller may have meant."""

    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    method: str = "POST"
    urls: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """As the caller said it; an empty text when they did not."""
        return self.headers.get("content-type", "")[:200]

    @property
    def kept_headers(self) -> dict[str, str]:
        """The headers that are stored."""
        return {name: value[:400] for name, value in self.headers.items() if name in KEPT_HEADERS}


def needs_signature(secrets: Sequence[str], given: str) -> bool:
    """Whether a signature has to be checked. Raises SignatureWrong when one is due and none was given."""
    if secrets and not given:
        raise SignatureWrong("This form has a signing secret, and the call carries no signature.")
    return bool(secrets)


def signed(secrets: Sequence[str], message: bytes, given: bytes) -> Trust:
    """Signed, when HMAC-SHA256 over the message with any of the active secrets is what was given (raw digest).

    Every secret is tried, so that the time says nothing. Raises SignatureWrong.
    """
    held = [hmac.compare_digest(hmac.digest(secret.encode(), message, hashlib.sha256), given) for secret in secrets]
    if not any(held):
        raise SignatureWrong("The signature does not fit the body: compare the signing secret with the provider's.")
    return Trust.SIGNED


def from_hex(text: str) -> bytes:
    """A digest written in hex; what is none can fit nothing."""
    try:
        return bytes.fromhex(text.strip()) if text.isascii() else b""
    except ValueError:
        return b""


def from_base64(text: str) -> bytes:
    """A digest written in base64; what is none can fit nothing."""
    try:
        return base64.b64decode(text.strip(), validate=True)
    except ValueError:
        return b""


def fresh(stamp: str, *, unit_ms: int, now: datetime) -> str:
    """The timestamp as it was given, if it is near. `unit_ms` is 1 for milliseconds, 1000 for seconds.

    Raises SignatureWrong: an old call with a good signature is one that somebody plays again.
    """
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 15):
        raise SignatureWrong("The call carries no timestamp that can be read.")
    try:
        at = datetime.fromtimestamp(int(stamp) * unit_ms / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        raise SignatureWrong("The call carries no timestamp that can be read.") from None
    if abs(now - at) > TOLERANCE:
        raise SignatureWrong("The call was signed more than five minutes ago, or its clock is wrong.")
    return stamp


def shared_secret(delivery: Delivery, secrets: Sequence[str]) -> Trust:
    """For providers that do not sign: the secret in a header, where the form has one. It raises no trust.

    Whoever holds the page's code may hold the secret too, and the bytes are not bound to it. Raises SignatureWrong.
    """
    if not secrets:
        return Trust.LOW
    scheme, _, token = delivery.headers.get("authorization", "").partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else ""
    given = (delivery.headers.get(SECRET_HEADER) or bearer).encode()
    held = [hmac.compare_digest(secret.encode(), given) for secret in secrets]
    if not any(held):
        raise SignatureWrong("This form has a shared secret; send it in the header X-Opener-Secret.")
    return Trust.LOW
