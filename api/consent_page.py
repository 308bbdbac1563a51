"""The second step of a double opt-in: a link shows what is agreed to, and a button agrees.

Looking at the page does nothing, because mail scanners open every link.
"""

from hashlib import sha256

from litestar import Response, get, post
from litestar.params import FromPath

from actions.keep_consent import confirm_consent
from api.auth import Http
from api.desk import Desk, DeskDep
from api.pace import address_key
from api.pages import missing, page
from leads.refusal import NotKnown

GONE = "This link is too old or leads to nothing. Please ask for a new one."


@get("/consent/{token:str}", operation_id="seeConsentQuestion", include_in_schema=False)
async def question(request: Http, desk: DeskDep, token: FromPath[str]) -> Response[str]:
    """What somebody is asked to agree to."""
    await _check_pace(request, desk)
    async with desk.workspace.reading() as uow:
        found = await uow.ledger.pending_consent(sha256(token[:80].encode()).hexdigest(), now=uow.now)
        if found is None:
            return missing(GONE)
        wording = await uow.privacy.wording(found.event.purpose, found.event.text_version, at=found.event.at)
    return _page(desk, done=found.confirmed, text=wording.text if wording else None)


@post("/consent/{token:str}", operation_id="confirmConsent", status_code=200, include_in_schema=False)
async def confirm(request: Http, desk: DeskDep, token: FromPath[str]) -> Response[str]:
    """Agree; again is the same."""
    await _check_pace(request, desk)
    try:
        async with desk.workspace.unit() as uow:
            await confirm_consent(uow, token=token[:80])
    except NotKnown:
        return missing(GONE)
    return _page(desk, done=True, text=None)


def _page(desk: Desk, *, done: bool, text: str | None) -> Response[str]:
    company = desk.book.company
    return page("consent.html", company=company.name, contact=company.contact_email, done=done, text=text)


async def _check_pace(request: Http, desk: Desk) -> None:
    await desk.pace.check("lookups", address_key(request.client.host if request.client else None), desk.limits.lookups)
