"""What the agent did: how often it managed alone, what it heard and booked, and what went wrong."""

from actions.read_report import Asked, Cell, Report
from leads.funnel import Rate
from store.agent_figures import AgentCounts
from store.unit import UnitOfWork


async def read_agent_report(uow: UnitOfWork, asked: Asked) -> Report:
    """The figures of the conversations opened on these days, as one line."""
    days = asked.stretch()
    accepted = await uow.promise_figures.accepted(days.start, days.end)
    waits: dict[str, Cell] = {
        "handoff_accept_median_s": accepted.quantile(0.5),
        "handoff_accept_p90_s": accepted.quantile(0.9),
        "handoffs_waiting": accepted.open,
    }
    return Report((), _line(await uow.agent_figures.counts(days.start, days.end)) | waits)


def _line(counts: AgentCounts) -> dict[str, Cell]:
    rates = {
        "containment": Rate(counts.talked - counts.handed_off, counts.talked),
        "handoff_acceptance": Rate(counts.accepted, counts.accepted + counts.returned),
        "tool_error": Rate(counts.tool_errors, counts.tool_calls),
        "show": Rate(counts.held, counts.held + counts.no_show),
    }
    line: dict[str, Cell] = {name: getattr(counts, name) for name in AgentCounts.__slots__}
    for name, rate in rates.items():
        low, high = rate.interval or (None, None)
        line |= {f"{name}_rate": rate.value, f"{name}_rate_low": low, f"{name}_rate_high": high}
    heads = counts.talked or None
    return line | {
        "factors_per_conversation": round(counts.factors / heads, 2) if heads else None,
        "booked_per_100": round(100 * counts.booked / heads, 1) if heads else None,
    }
