"""Turns what a provider's library raises into a `ProviderFault`, by status, code and kind rather than by library.

The SDKs LangChain wraps have one family likeness (`status_code`, `code`, `response.headers`, classes named after
timeouts and connections), so one reading serves OpenAI, LangChain's own `ModelError` classes and the others.
"""

import re
from collections.abc import Iterator, Mapping

from agent.finish import Finish
from agent.provider import ProviderFault

_CODES = (
    (re.compile(r"insufficient_quota|credit|billing|spend"), Finish.out_of_credit),
    (re.compile(r"context_length_exceeded|string_above_max_length"), Finish.context_too_long),
    (re.compile(r"content_filter|content_policy_violation"), Finish.content_filter),
    (re.compile(r"rate_limit|slow_down"), Finish.rate_limited),
    (re.compile(r"server_error|overloaded"), Finish.unavailable),
)
_RETRYABLE = frozenset({Finish.unavailable, Finish.rate_limited, Finish.cut_off, Finish.garbage})
_STATUSES = {
    408: Finish.unavailable,
    409: Finish.unavailable,
    413: Finish.context_too_long,
    429: Finish.rate_limited,
}
_OURS = frozenset({401, 403, 404})  # our key or model name: asking again changes nothing


def fault_of(error: Exception, *, begun: bool = False) -> ProviderFault:
    """What kind of failure `error` is; `begun` says that the answer had started to arrive."""
    if isinstance(error, ProviderFault):
        return error
    kind = _kind(error, begun=begun)
    status = _status(error)
    if status is not None and kind is not Finish.context_too_long:
        return fault_of_status(status, _code(error), headers=_headers(error))
    return _fault(_meant_by(_code(error)) or kind, type(error).__name__)


def fault_of_status(status: int, code: str | None, *, headers: Mapping[str, str]) -> ProviderFault:
    """What an HTTP answer with an error status means, given the provider's own error code."""
    detail = f"HTTP {status} {code or ''}".strip()
    if status in _OURS:
        return ProviderFault(Finish.unavailable, detail)
    finish = _meant_by(code) or _STATUSES.get(status) or (Finish.unavailable if status >= 500 else Finish.bad_request)
    return _fault(finish, detail, retry_after_s=retry_after_s(headers))


def fault_of_event(error: object) -> ProviderFault:
    """What an `{"error": …}` object inside a stream means."""
    code = _code_in(error)
    return _fault(_meant_by(code) or Finish.unavailable, f"error in the stream {code or ''}".strip())


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """How long the provider asks us to wait, in seconds: `retry-after-ms`, else a numeric `retry-after`."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            wait = float(headers.get(name, "")) * unit
        except ValueError:
            continue
        if 0 <= wait < float("inf"):
            return wait
    return None


def _fault(finish: Finish, detail: str, *, retry_after_s: float | None = None) -> ProviderFault:
    return ProviderFault(finish, detail, retryable=finish in _RETRYABLE, retry_after_s=retry_after_s)


def _meant_by(code: str | None) -> Finish | None:
    return next((finish for pattern, finish in _CODES if code and pattern.search(code)), None)


def _kind(error: Exception, *, begun: bool) -> Finish:
    """Read the names of the classes, the causes' too: SDKs wrap a connect timeout in their general timeout."""
    names = " ".join(kind.__name__ for source in _causes(error) for kind in type(source).__mro__)
    if "ContextOverflow" in names:
        return Finish.context_too_long
    if "ConnectTimeout" in names or "PoolTimeout" in names:
        return Finish.unavailable
    if "Timeout" in names:
        return Finish.timeout
    if "RateLimit" in names:
        return Finish.rate_limited
    if re.search(r"Connect|Network|RemoteProtocolError|TransportError|OSError", names):
        return Finish.cut_off if begun else Finish.unavailable
    return Finish.garbage


def _causes(error: BaseException) -> Iterator[BaseException]:
    source: BaseException | None = error
    for _ in range(4):  # the SDK wraps the transport's error, LangChain the SDK's
        if source is not None:
            yield source
            source = source.__cause__


def _status(error: Exception) -> int | None:
    for source in (error, getattr(error, "response", None)):
        status = getattr(source, "status_code", None)
        if isinstance(status, int):
            return status
    return None


def _headers(error: Exception) -> Mapping[str, str]:
    headers = getattr(getattr(error, "response", None), "headers", None)
    return headers if isinstance(headers, Mapping) else {}


def _code(error: Exception) -> str | None:
    return _clean(getattr(error, "code", None)) or _code_in(getattr(error, "body", None))


def _code_in(body: object) -> str | None:
    if not isinstance(body, Mapping):
        return None
    inner = body.get("error")
    source = inner if isinstance(inner, Mapping) else body
    return _clean(source.get("code")) or _clean(source.get("type"))


def _clean(code: object) -> str | None:
    """Codes go into logs, so only what looks like a code passes."""
    return code if isinstance(code, str) and re.fullmatch(r"[a-z][a-z0-9_.-]{0,59}", code) else None
