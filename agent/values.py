"""The value of a statement in the house's own form, whoever reports it.

Two statements agree when their values are the same (`leads.bant`). A model writes "30k/year" today and "EUR 30,000 per
year" tomorrow, which is no contradiction; rules, reports and replays want one form too: that of the built-in hearing.
"""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from agent.interviewer.budgets import money_value
from agent.interviewer.money import find_money
from agent.interviewer.periods import find_periods
from agent.interviewer.timelines import period_value
from leads.bant import Factor
from leads.refusal import ValueMissing

_ASIDE = re.compile(r"\s*\([^()]*\)\s*$")
_BUDGET = "budget "
"""Put before a sum, so that a bare number counts as money."""
_WHO = re.compile(r"(?:decision[ _-]?maker|influencer|researcher|shared|no\b|not\b|none\b)", re.IGNORECASE)
_DECISION_MAKER = re.compile(r"^decision[ _-]?maker", re.IGNORECASE)


def house_value(factor: Factor, value: str, *, now: datetime, zone: ZoneInfo) -> str:
    """The value as the rules would write it; as it is where it says more than a sum or a time.

    Raises ValueMissing where an authority does not say first who the visitor is in the decision: whether it counts as
    met hangs on that word.
    """
    said = " ".join(value.split())
    bare = _ASIDE.sub("", said).strip(" .,;")
    match factor:
        case Factor.BUDGET:
            return next((money_value(m) for m in find_money(_BUDGET + bare) if m.phrase.strip(" .") == bare), said)
        case Factor.TIMELINE:
            found = find_periods(bare, now=now, zone=zone)
            return next((period_value(p) for p in found if p.text == bare and not p.urgent), said)
        case Factor.AUTHORITY if said and not _WHO.match(said):
            raise ValueMissing("Begin the value with decision_maker, influencer, researcher or shared.")
        case Factor.AUTHORITY:
            return _DECISION_MAKER.sub("decision_maker", said)
        case _:
            return said
