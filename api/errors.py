"""Every error becomes a problem document (RFC 9457) with a stable `code`; what a client sent is never a 500."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from traceback import extract_tb
from typing import Any

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap

from leads import refusal
from leads.refusal import LeadRefusal
from store.outage import COLLISIONS, OUTAGES, reason

log = structlog.get_logger()
PROBLEM = "application/problem+json"
RETRY_AFTER_S = 2

STATUS: Mapping[type[LeadRefusal], int] = {
    LeadRefusal: 409,
    refusal.NotKnown: 404,
    refusal.Ended: 409,
    refusal.StageClosed: 409,
    refusal.ConversationClosed: 409,
    refusal.HandoffClosed: 409,
    refusal.MeetingOver: 409,
    refusal.SubmissionSettled: 409,
    refusal.DraftClosed: 409,
    refusal.WrongMove: 409,
    refusal.HandoffClaimed: 409,
    refusal.NotOnTheLine: 409,
    refusal.DraftStale: 412,
    refusal.StageBackwards: 409,
    refusal.NotYoursToMove: 409,
    refusal.AlreadyBooked: 409,
    refusal.MoveNotLegal: 409,
    refusal.VersionStale: 412,
    refusal.NobodyThere: 409,
    refusal.NothingOffered: 409,
    refusal.CannotMerge: 409,
    refusal.SamePerson: 409,
    refusal.MergedElsewhere: 409,
    refusal.NothingToMerge: 409,
    refusal.TwoMeetings: 409,
    refusal.AddressTaken: 409,
    refusal.PrimaryPoint: 409,
    refusal.RulesChanged: 412,
    refusal.RulesOutdated: 409,
    refusal.NothingToPublish: 409,
    refusal.Suppressed: 409,
    refusal.NotLiftable: 409,
    refusal.OnHold: 409,
    refusal.PersonErased: 410,
    refusal.WrongWords: 422,
    refusal.MessageEmpty: 422,
    refusal.MessageTooLong: 413,
    refusal.ContactInvalid: 422,
    refusal.ValueMissing: 422,
    refusal.DateUnclear: 422,
    refusal.ActivityNotAccepted: 422,
    refusal.FileUnusable: 422,
    refusal.NoEvidence: 422,
    refusal.QuoteNotFound: 422,
    refusal.QuoteNotAboutThem: 422,
    refusal.SignalUnknown: 422,
    refusal.NoSuchTime: 409,
    refusal.SlotNotOffered: 409,
    refusal.SlotExpired: 409,
    refusal.SlotTaken: 409,
    refusal.SlotNotChosenYet: 409,
    refusal.NoFreeTime: 409,
}
"""The status of each refusal; a test of the house keeps it complete."""

CODES: Mapping[str, tuple[int, str]] = {
    "malformed": (400, "The body is not well-formed JSON in UTF-8, or the address cannot be read."),
    "session_invalid": (401, "The visitor's token is missing, wrong or too old: begin a new session."),
    "identity_invalid": (401, "The site's proof of who its visitor is does not hold."),
    "key_invalid": (401, "The API key is missing, wrong or revoked."),
    "signature_invalid": (401, "The call of a hook does not prove that its provider sent it."),
    "sign_in_failed": (401, "Address and password do not belong together, or the account is not in use."),
    "session_ended": (401, "The rep's session has ended: sign in again with POST /v1/session."),
    "unauthorized": (401, "Nobody may call this without showing who they are."),
    "key_unknown": (403, "The widget key is not in use."),
    "origin_not_allowed": (403, "The calling site is not one of the widget key's."),
    "rep_needed": (422, "Only a person decides this: say for whom of the team you act (Opener-Rep)."),
    "rep_unknown": (422, "The rep named in Opener-Rep is not of the team."),
    "program_needed": (403, "A rep may not do this, at the console or through a program: call as the program itself."),
    "csrf_failed": (403, "A changing call by cookie needs the X-CSRF-Token of the session, from a page of ours."),
    "not_yourself": (403, "Who is signed in acts for themselves: leave Opener-Rep out."),
    "scope_missing": (403, "The API key does not have the scope the call needs."),
    "forbidden": (403, "The caller may not do this."),
    "method_not_allowed": (405, "The address does not take that method."),
    "not_configured": (409, "This deployment has not been set up for that; the answer says what is missing."),
    "conflict": (409, "Another request changed the same thing at the same moment: try again."),
    "conversation_gone": (410, "The conversation was erased: begin a new session."),
    "too_large": (413, "The body is larger than allowed."),
    "not_json": (415, "Bodies are JSON, with the header that says so."),
    "invalid": (422, "A field or parameter has a wrong value; `errors` names it."),
    "rules_invalid": (422, "The rules cannot be used; `errors` names every fault with its place."),
    "cursor_invalid": (422, "The cursor is not one of this list's."),
    "idempotency_key_reused": (422, "The Idempotency-Key was used for another request."),
    "if_match_missing": (428, "Say which revision you saw: send If-Match with the draft's rev."),
    "too_many_requests": (429, "Too quick: wait as long as Retry-After says."),
    "too_many_streams": (429, "Too many event streams are open: close one, or poll."),
    "internal": (500, "A mistake of ours; report the request id."),
    "unavailable": (503, "The database cannot be used just now and nothing was changed: try again."),
    "not_migrated": (503, "The database is of another version."),
    "closing": (503, "This process is ending; another one takes over."),
}
"""The codes of errors that are not refusals of a rule, for the page that lists them; a test keeps it complete."""

_CODES = {
    400: "malformed",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "not_json",
    422: "invalid",
    429: "too_many_requests",
}


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field."""

    field: str
    message: str


class Problem(Exception):
    """An answer that says no: `code` is for programs, `detail` for people (what happened, and what to do)."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.more = dict(more or {})

    def document(self) -> dict[str, Any]:
        """The problem as it is sent. `type` leads to the page that lists the codes."""
        found: dict[str, Any] = {
            "type": f"/docs#{self.code}",
            "title": self.code.replace("_", " ").capitalize(),
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
        }
        if self.errors:
            found["errors"] = [{"field": e.field, "message": e.message} for e in self.errors]
        return found | self.more


def refused(error: LeadRefusal, **more: Any) -> Problem:
    """A rule's no as a problem."""
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    return Problem(status, error.code, error.message, more=_told(error) | more)


def _told(error: LeadRefusal) -> dict[str, Any]:
    """What a refusal knows beyond its sentence: the moves there are, or who has it in hand."""
    legal = {} if error.legal_moves is None else {"legal_moves": list(error.legal_moves)}
    if not isinstance(error, refusal.HandoffClaimed):
        return legal
    owner = {"id": error.owner_id, "name": error.owner_name}
    return {**legal, "owner": owner, "lease_until": error.until}


def unavailable() -> Problem:
    """The database cannot be reached just now; nothing was stored."""
    detail = "The service cannot store anything just now, so nothing was changed. Please try again in a moment."
    return Problem(503, "unavailable", detail, headers={"Retry-After": str(RETRY_AFTER_S)})


def handlers() -> ExceptionHandlersMap:
    """What Litestar asks when a handler raises."""
    table: dict[int | type[Exception], Any] = {
        Problem: _problem,
        LeadRefusal: _refusal,
        ValidationException: _invalid,
        HTTPException: _http,
        Exception: _unknown,
    }
    return table | dict.fromkeys(OUTAGES, _outage) | dict.fromkeys(COLLISIONS, _collision)


def _send(problem: Problem) -> Response[dict[str, Any]]:
    return Response(problem.document(), status_code=problem.status, media_type=PROBLEM, headers=problem.headers)


def _problem(_request: Request[Any, Any, Any], error: Problem) -> Response[dict[str, Any]]:
    return _send(error)


def _refusal(_request: Request[Any, Any, Any], error: LeadRefusal) -> Response[dict[str, Any]]:
    return _send(refused(error))


def _invalid(_request: Request[Any, Any, Any], error: ValidationException) -> Response[dict[str, Any]]:
    extra = error.extra if isinstance(error.extra, list) else []
    errors = [FieldError(_field(e), str(e.get("message", ""))) for e in extra if isinstance(e, dict)]
    said = "; ".join(f"{e.field}: {e.message}" for e in errors) or "it does not have the fields it should have"
    return _send(Problem(422, "invalid", f"The request cannot be used: {said}.", errors=errors))


def _field(error: dict[str, Any]) -> str:
    key = str(error.get("key") or "")
    return "body" if key in {"", "data"} else key


def _http(request: Request[Any, Any, Any], error: HTTPException) -> Response[dict[str, Any]]:
    """Litestar's own: no route, wrong method, unreadable body. Its detail is for developers, so it is not shown."""
    if error.status_code >= 500:
        return _unknown(request, error)
    code = _CODES.get(error.status_code, "malformed")
    detail = _DETAILS.get(error.status_code, f"{HTTPStatus(error.status_code).phrase}.")
    return _send(Problem(error.status_code, code, detail, headers=error.headers))


_DETAILS = {
    400: "The request cannot be read: its body or its parameters are not well formed.",
    404: "There is nothing at this address.",
    405: "This address does not take that method.",
    413: "The body is too large.",
}


def _outage(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, Any]]:
    log.warning(
        "http.database_unavailable", kind=type(error).__name__, reason=reason(error), request_id=_request_id(request)
    )
    return _send(unavailable())


def _collision(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, Any]]:
    log.warning("http.collision", kind=type(error).__name__, request_id=_request_id(request))
    detail = "Another request changed the same thing at the same moment. Nothing was changed; please try again."
    return _send(Problem(409, "conflict", detail, headers={"Retry-After": "1"}))


def _unknown(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, Any]]:
    """A mistake of ours. The log gets the place, never the values: an exception's text may quote what was sent."""
    request_id = _request_id(request)
    frames = extract_tb(error.__traceback__)
    place = f"{frames[-1].filename.rsplit('/', 2)[-1]}:{frames[-1].lineno}" if frames else "?"
    log.error("http.failed", kind=type(error).__name__, error=place, request_id=request_id)
    detail = f"Something went wrong on our side. Please try again; if it stays, report request {request_id}."
    return _send(Problem(500, "internal", detail, more={"request_id": request_id}))


def _request_id(request: Request[Any, Any, Any]) -> str:
    return str(request.scope["state"].get("request_id", "-"))
