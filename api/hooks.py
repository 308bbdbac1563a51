"""`/hooks/{provider}/{token}`: where forms of other people's machines tell us of somebody.

Stored and answered with exactly 200, whatever happens afterwards: some forms show their visitor an error at anything
else (Elementor, Contact Form 7), and some send again for days (HubSpot).
"""

import hmac
import re
from typing import Annotated

from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter
from msgspec import Struct

from actions.receive_submission import Call, Taken, receive_submission
from api.auth import Http
from api.desk import Desk, DeskDep
from api.errors import Problem
from channels.forms.catalogue import read, verify
from channels.forms.delivery import Delivery, SignatureWrong
from leads.form import FormDefinition, Provider
from leads.refusal import NotKnown
from store.outage import once_more

MOST_SUBMISSIONS = 500
"""In one call. Nobody's batches are larger, and storing them takes its time."""
_CHALLENGE = re.compile(r"[\w.-]{1,200}")


class HookTaken(Struct):
    """What was taken: so many new submissions, and so many that had come before."""

    received: int
    repeated: int


@post("/hooks/{provider:str}/{token:str}", operation_id="receiveHook", status_code=200, tags=["hooks"])
async def receive(request: Http, desk: DeskDep, provider: FromPath[str], token: FromPath[str]) -> HookTaken:
    """Take what a form sends, of any content type. It is worked through afterwards.

    401 for a signature that is due and does not fit, 404 for an address there is not, 413 for too much. Everything
    else is 200, also what cannot be read: it is kept, with the reason.
    """
    form = await _form(desk, provider, token)
    delivery = await _delivery(request, desk)
    try:
        trust = verify(form.provider, delivery, form.secrets, now=desk.workspace.clock())
    except SignatureWrong as fault:
        raise Problem(401, "signature_invalid", str(fault)) from None
    readings = read(form.provider, delivery.body, delivery.content_type)
    if len(readings) > MOST_SUBMISSIONS:
        raise Problem(413, "too_large", f"One call can bring at most {MOST_SUBMISSIONS} submissions.")
    call = Call(delivery.content_type, delivery.kept_headers, trust)

    async def received() -> Taken:
        async with desk.workspace.unit() as uow:
            return await receive_submission(uow, form, readings, call=call)

    taken = await once_more(received)
    desk.submissions.begin(taken.new)
    return HookTaken(len(taken.new), taken.repeated)


@get("/hooks/{provider:str}/{token:str}", operation_id="shakeHands", tags=["hooks"])
async def shake_hands(
    desk: DeskDep,
    provider: FromPath[str],
    token: FromPath[str],
    mode: Annotated[str, QueryParameter(name="hub.mode", max_length=40)] = "",
    verify_token: Annotated[str, QueryParameter(name="hub.verify_token", max_length=200)] = "",
    challenge: Annotated[str, QueryParameter(name="hub.challenge", max_length=200)] = "",
) -> Response[str]:
    """Meta's handshake: the challenge comes back when the verify token is the form's own token. 403 otherwise."""
    form = await _form(desk, provider, token)
    if form.provider is not Provider.META:
        detail = "This hook takes POST only."
        raise Problem(405, "method_not_allowed", detail, headers={"Allow": "POST"})
    known = hmac.compare_digest(verify_token.encode("utf-8", "replace"), form.token.encode())
    if mode != "subscribe" or not known or not _CHALLENGE.fullmatch(challenge):
        raise Problem(
            403, "forbidden", "The verify token is not the one of this form: it is the last part of its address."
        )
    return Response(challenge, media_type="text/plain")


async def _form(desk: Desk, provider: str, token: str) -> FormDefinition:
    """The form of this address. Raises NotKnown, for an unknown provider and for a wrong token alike."""
    if provider in set(Provider) and len(token) <= 80:
        async with desk.workspace.reading() as uow:
            form = await uow.forms.by_token(Provider(provider), token)
        if form is not None:
            return form
    raise NotKnown("There is no form at this address. Copy its hook again from `opener form list`.")


async def _delivery(request: Http, desk: Desk) -> Delivery:
    body = await request.body()
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Delivery(body, headers, request.method, _addresses(request, desk, headers))


def _addresses(request: Http, desk: Desk, headers: dict[str, str]) -> tuple[str, ...]:
    """What the caller may have called: our public address, and what it says itself, also through a proxy."""
    scope = request.scope
    raw = scope.get("raw_path") or scope["path"].encode()
    query = scope["query_string"].decode("ascii", "replace")
    path = raw.decode("latin-1").partition("?")[0] + (f"?{query}" if query else "")
    hosts = [headers.get("host", ""), headers.get("x-forwarded-host", "").partition(",")[0].strip()]
    origins = [desk.house.public_url.rstrip("/"), *(f"https://{host}" for host in hosts if host)]
    return tuple(f"{origin}{path}" for origin in origins)
