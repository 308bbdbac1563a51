"""What holds for every test: no network but this machine, the same cases in CI every time, and no silent skip there."""

from __future__ import annotations

import ipaddress
import os
import sys
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
LOOKUPS = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})
SENDINGS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
LOOPBACK_NAMES = frozenset({"", "localhost", "localhost.localdomain", "ip6-localhost"})

# A deadline would measure the machine. In CI the examples are the same every time; elsewhere they are new on each run.
settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("here"), derandomize=True, print_blob=True)
settings.load_profile("ci" if IN_CI else "here")


def pytest_configure(config: pytest.Config) -> None:
    """Keep the whole process on this machine: tests, fixtures and imports alike.

    Python's audit events see every connection, datagram and name look-up made through the socket module, also those
    of libraries and of fixtures that outlive a test. A hook cannot be removed again, which suits a rule that has no
    exceptions.
    """
    sys.addaudithook(_stay_on_this_machine)


def _stay_on_this_machine(event: str, args: tuple[object, ...]) -> None:
    if not event.startswith("socket."):
        return
    if event in LOOKUPS:
        host = args[0]
    elif event in SENDINGS:
        address = args[1]
        host = address[0] if isinstance(address, tuple) else None  # a Unix socket's address is text or bytes
    else:
        return
    if host is not None and not _is_here(host):
        # Not an OSError: code that copes with a broken line must not cope with this.
        raise RuntimeError(f"A test reached for {host!r}: tests may speak to this machine only ({event}).")


def _is_here(host: object) -> bool:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    if name.lower() in LOOPBACK_NAMES:
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a skipped test is a failed one, listed with the reason it gave."""
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI counts as a failure: {_reason(report)}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """In CI a whole file that skips itself is an error too."""
    report = yield
    if IN_CI and report.skipped:
        reason = _reason(report)
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} skipped itself, which CI counts as a failure: {reason}"
    return report


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Return why it was skipped; pytest keeps (file, line, reason) for a skip."""
    longrepr = report.longrepr
    return longrepr[2].removeprefix("Skipped: ") if isinstance(longrepr, tuple) else str(longrepr)
