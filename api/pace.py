"""Rate limits: how often a caller may come, counted in this process's memory; when counting fails, they may."""

import math
import time
from ipaddress import IPv6Address, ip_address, ip_network

import structlog
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter

from api.errors import Problem

log = structlog.get_logger()


class Pace:
    """Counts calls a minute, by what is counted and whose they are."""

    def __init__(self) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    async def check(self, what: str, whose: str, most: int) -> None:
        """Count one call. Raises Problem 429 with Retry-After beyond `most` a minute."""
        rate = RateLimitItemPerMinute(most)
        try:
            allowed = await self._limiter.hit(rate, what, whose)
            if allowed:
                return
            ends = (await self._limiter.get_window_stats(rate, what, whose)).reset_time
        except (ValueError, RuntimeError) as error:  # a comfort limit fails open
            log.warning("pace.failed", kind=type(error).__name__)
            return
        wait = max(1, math.ceil(ends - time.time()))
        detail = f"That was too quick: at most {most} a minute. Please wait {wait} s."
        raise Problem(429, "too_many_requests", detail, headers={"Retry-After": str(wait)})


def address_key(host: str | None) -> str:
    """The address a call is counted under: IPv6 callers own a whole /64, so they are counted by it."""
    try:
        address = ip_address((host or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address)
