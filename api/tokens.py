"""Tokens: a visitor's session, and the proof by which a site vouches for who its visitor is.

Both are signed with itsdangerous (HMAC-SHA256 here); there is no algorithm to choose and so none to choose wrongly.

A site that knows its visitors makes an identity on its own server, with the secret of its widget key
(`identity_secret`), and hands it to the widget:

    URLSafeTimedSerializer(secret, salt="opener.identity", signer_kwargs={"digest_method": hashlib.sha256,
        "key_derivation": "hmac"}).dumps({"email": "ana@example.com", "name": "Ana"})

It holds for an hour. A visitor's session holds for 30 days and is renewed whenever it is resumed.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

from itsdangerous import BadData, URLSafeTimedSerializer

from leads.identity import ConversationId

SESSION_LIFE = timedelta(days=30)
IDENTITY_LIFE = timedelta(hours=1)
_SIGNING = {"digest_method": hashlib.sha256, "key_derivation": "hmac"}


@dataclass(frozen=True, slots=True)
class Session:
    """What a visitor's token says: their conversation, and the widget key it was begun with."""

    conversation_id: ConversationId
    key: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a site says its visitor is."""

    email: str
    name: str | None


class Tokens:
    """Signs and reads both kinds. `secret` is the deployment's; a changed secret ends every session."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._sessions = URLSafeTimedSerializer(secret, salt="opener.visitor", signer_kwargs=_SIGNING)

    def session(self, session: Session) -> str:
        """A fresh token."""
        return _text(self._sessions.dumps([session.conversation_id, session.key]))

    def read_session(self, token: str) -> Session | None:
        """What a token says; None when it is forged or too old."""
        try:
            conversation_id, key = self._sessions.loads(token, max_age=int(SESSION_LIFE.total_seconds()))
        except (BadData, ValueError, TypeError):
            return None
        return Session(ConversationId(str(conversation_id)), str(key))

    def read_identity(self, token: str, *, key: str) -> Identity | None:
        """Who the site of this widget key vouches for; None when it is forged, too old or for another site."""
        signed = URLSafeTimedSerializer(
            identity_secret(self._secret, key), salt="opener.identity", signer_kwargs=_SIGNING
        )
        try:
            said = signed.loads(token, max_age=int(IDENTITY_LIFE.total_seconds()))
        except (BadData, ValueError, TypeError):
            return None
        if not isinstance(said, dict) or not isinstance(said.get("email"), str):
            return None
        name = said.get("name")
        return Identity(said["email"], name if isinstance(name, str) else None)


def identity_secret(secret: str, key: str) -> str:
    """The secret of one site, made from the deployment's: shown to the site's owner, stored nowhere."""
    return hmac.new(secret.encode(), f"opener.identity.{key}".encode(), hashlib.sha256).hexdigest()


def _text(token: str | bytes) -> str:
    return token if isinstance(token, str) else token.decode()
