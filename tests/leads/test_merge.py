from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from leads.consent import ConsentEvent, Purpose
from leads.identity import LeadId, PersonId, RepId
from leads.lead import Lead, Person
from leads.merge import Claimant, emptied, filled_from, keeps, left_out, merged_lead, merged_standing, refused
from leads.stage import Stage, Standing, WorkStatus
from tests.builders import MONDAY

ANA = Person(PersonId("per_1"), MONDAY, email="ana@example.com", name="Ana")
LEAD = Lead(LeadId("lead_1"), ANA.id, MONDAY, MONDAY)


def a_claimant(id: str = "per_2", *, proved: bool = False, owner: str | None = None, **known: object) -> Claimant:
    person = replace(ANA, id=PersonId(id), **{"title": None} | known)  # type: ignore[arg-type]
    return Claimant(person, proved, replace(LEAD, owner=RepId(owner) if owner else None))


def test_the_record_that_stays_is_the_proved_the_owned_the_older_the_fuller_one() -> None:
    plain = a_claimant("per_1")
    younger = MONDAY + timedelta(days=1)
    for better, worse in (
        (a_claimant(proved=True, created_at=younger), a_claimant("per_1", owner="rep_ana")),
        (a_claimant(owner="rep_ana", created_at=younger), plain),
        (a_claimant(title="CEO"), plain),
        (a_claimant(), replace(plain, person=replace(plain.person, created_at=younger, title="CEO"))),
    ):
        assert keeps(better, worse) is better
        assert keeps(worse, better) is better


def test_only_blanks_are_filled_and_what_gives_way_is_told() -> None:
    other = Person(PersonId("per_2"), MONDAY, email="a@example.org", name="A. Weber", title="Baker", country="DE")
    kept = filled_from(ANA, other)
    assert (kept.id, kept.email, kept.name, kept.title, kept.country) == (ANA.id, ANA.email, "Ana", "Baker", "DE")
    assert dict(left_out(ANA, other)) == {"name": "A. Weber"}
    assert emptied(other) == Person(other.id, MONDAY)


def test_a_merged_lead_takes_over_what_only_the_other_knew() -> None:
    early = MONDAY - timedelta(days=1)
    mine = replace(LEAD, fields={"a": 1}, first_response_at=MONDAY, queue="sales", is_test=True)
    theirs = replace(LEAD, id=LeadId("lead_2"), fields={"a": 2, "b": 3}, first_response_at=early, campaign="spring")
    merged = merged_lead(mine, theirs)
    assert (dict(merged.fields), merged.first_response_at, merged.campaign) == ({"a": 1, "b": 3}, early, "spring")
    assert (merged.id, merged.queue, merged.is_test) == (LEAD.id, "sales", False)


@pytest.mark.parametrize(
    ("mine", "theirs", "stage", "status"),
    [
        (Standing(Stage.MQL), Standing(Stage.SQL, WorkStatus.ENGAGED), Stage.SQL, WorkStatus.ENGAGED),
        (Standing(Stage.PQL, WorkStatus.NURTURE), Standing(Stage.MQL), Stage.PQL, WorkStatus.NEW),
        (Standing(Stage.SAL, WorkStatus.MEETING_SCHEDULED), Standing(), Stage.SAL, WorkStatus.MEETING_SCHEDULED),
    ],
)
def test_the_higher_stage_and_the_livelier_status_stand(
    mine: Standing, theirs: Standing, stage: Stage, status: WorkStatus
) -> None:
    merged = merged_standing(mine, theirs)
    assert (merged.stage, merged.status) == (stage, status)


def test_a_purpose_is_refused_when_its_newest_word_is_a_no() -> None:
    def word(granted: bool, hours: int) -> ConsentEvent:
        return ConsentEvent(Purpose.MARKETING, granted, "1", "form", MONDAY + timedelta(hours=hours))

    assert refused([word(True, 0), word(False, 1)]) == {Purpose.MARKETING}
    assert refused([word(False, 0), word(True, 1)]) == frozenset()
    assert refused([]) == frozenset()


@pytest.mark.parametrize("no_full_yes", [{"pending": True}, {"expires_at": MONDAY + timedelta(days=180)}])
def test_a_yes_that_waits_or_runs_out_one_day_is_no_refusal(no_full_yes: dict[str, Any]) -> None:
    assert refused([ConsentEvent(Purpose.MARKETING, True, "1", "form", MONDAY, **no_full_yes)]) == frozenset()
