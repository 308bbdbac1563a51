from __future__ import annotations

import itertools
import json
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from leads.tally import HORIZONS, PARTS, Milestones, Tally, groups_of, tally

DAY = 86400
CLOCK = st.one_of(st.none(), st.integers(0, 400 * DAY))
LEADS = st.lists(
    st.builds(
        Milestones,
        source=st.sampled_from(["website", "ads"]),
        campaign=st.sampled_from([None, "spring"]),
        context=st.sampled_from([None, "demo"]),
        owner=st.sampled_from([None, "rep_1"]),
        outcome=st.sampled_from(["open", "disqualified", "junk", "won"]),
        reason=st.sampled_from([None, "too_small"]),
        score=st.integers(0, 1000),
        created=st.integers(0, 30 * DAY),
        **dict.fromkeys(Milestones._fields[8:], CLOCK),
    ),
    max_size=20,
)


def of_days(leads: list[Milestones], size: int) -> Tally:
    """The sum of the parts."""
    whole = Tally()
    for at in range(0, len(leads), size):
        whole.plus(tally(leads[at : at + size]))
    return whole


@given(LEADS, st.integers(1, 5))
def test_the_sum_of_the_days_is_the_tally_of_all(leads: list[Milestones], size: int) -> None:
    assert of_days(leads, size).plain() == tally(leads).plain()


@given(LEADS)
def test_a_tally_survives_being_kept_as_json(leads: list[Milestones]) -> None:
    kept = tally(leads).plain()
    assert Tally.read(json.loads(json.dumps(kept))).plain() == kept


@given(LEADS)
def test_every_division_adds_up_to_the_whole(leads: list[Milestones]) -> None:
    for part in PARTS:
        whole = Tally()
        for group in groups_of(leads, part).values():
            whole.plus(tally(group))
        assert whole.plain() == tally(leads).plain()


@given(LEADS)
def test_a_longer_horizon_never_counts_less_and_no_step_more_than_were_there(leads: list[Milestones]) -> None:
    sums = tally(leads)
    for name, count in sums.reached.items():
        assert count <= sums.leads, name
    cohorts = [sums.cohort(timedelta(days=days), mature=0) for days in HORIZONS]
    steps = [(c.lead_mql, c.mql_sal, c.sal_sql, c.sql_opportunity, c.opportunity_customer) for c in cohorts]
    assert all(a <= b for less, more in itertools.pairwise(steps) for a, b in zip(less, more, strict=True))
    for rate in cohorts[-1].rates.values():
        assert rate.hits <= rate.of or rate.of == 0


def test_waiting_is_told_in_steps_that_keep_five_minutes_an_hour_and_a_day_exact() -> None:
    nothing = dict.fromkeys(Milestones._fields)
    lead = Milestones(
        **{**nothing, "source": "x", "outcome": "open", "score": 0, "created": 100, "answered": 100 + 3599}
    )  # type: ignore[arg-type]
    late = lead._replace(answered=100 + 3725)
    unanswered = lead._replace(answered=None)
    times = tally([lead, late, unanswered]).durations("created", "answered")
    assert (sorted(times.counted), times.open) == ([(3600, 1), (4200, 1)], 1)
    assert times.within(3600).hits == 1
