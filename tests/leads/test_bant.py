from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from leads.bant import (
    AssertedBy,
    Bant,
    Claim,
    Factor,
    FactorStatus,
    FactorView,
    QualificationPolicy,
    assess,
    is_sales_qualified,
)
from leads.evidence import Evidence, plain
from leads.identity import MessageId

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BUDGET, NEED = Factor.BUDGET, Factor.NEED


def claim(
    value: str,
    minute: int = 0,
    *,
    factor: Factor = BUDGET,
    by: AssertedBy = AssertedBy.AGENT,
    message: int | None = None,
    refused: bool = False,
    corrects: bool = False,
) -> Claim:
    at = AT + timedelta(minutes=minute)
    evidence = Evidence(MessageId(f"msg_{minute if message is None else message}"), value, at)
    status = FactorStatus.REFUSED if refused else FactorStatus.STATED
    return Claim(factor, value, status, evidence, by, at, corrects)


def budget(*claims: Claim) -> FactorView:
    return assess(claims)[BUDGET]


def test_nothing_said_is_unknown_and_may_be_asked() -> None:
    bant = assess([])
    assert bant.known == ()
    assert bant.missing == tuple(Factor)
    assert budget() == FactorView()


def test_one_word_is_stated_the_same_word_in_a_second_message_is_confirmed() -> None:
    assert budget(claim("30k")).status is FactorStatus.STATED
    assert budget(claim("30k", 1), claim("30K ", 2)).status is FactorStatus.CONFIRMED
    assert budget(claim("30k", 1), claim("30K ", 2, message=1)).status is FactorStatus.STATED
    assert budget(claim("30k", by=AssertedBy.REP)).status is FactorStatus.CONFIRMED


def test_two_budgets_contradict_each_other_until_one_of_them_is_said_again() -> None:
    both = [claim("30k", 1), claim("60k", 2)]
    assert budget(*both).status is FactorStatus.CONTRADICTED
    assert BUDGET in assess(both).missing  # so the agent asks which
    settled = budget(*both, claim("60k", 3))
    assert (settled.status, settled.value) == (FactorStatus.STATED, "60k")
    assert [c.value for c in settled.superseded] == ["30k", "60k"]


def test_a_correction_replaces_what_was_said_and_keeps_it_visible() -> None:
    view = budget(claim("March", 1), claim("May", 2, corrects=True))
    assert (view.status, view.value) == (FactorStatus.STATED, "May")
    assert [c.value for c in view.superseded] == ["March"]


def test_a_closer_word_replaces_the_rough_one_it_contains() -> None:
    view = budget(claim("30k", 1), claim("30k a year", 2))
    assert (view.status, view.value, len(view.superseded)) == (FactorStatus.STATED, "30k a year", 1)


def test_a_number_inside_another_number_is_no_closer_word() -> None:
    assert budget(claim("5k", 1), claim("15k", 2)).status is FactorStatus.CONTRADICTED
    assert (
        assess([claim("may", 1, factor=Factor.TIMELINE), claim("maybe june", 2, factor=Factor.TIMELINE)])[
            Factor.TIMELINE
        ].status
        is FactorStatus.CONTRADICTED
    )


def test_two_problems_are_two_problems_and_no_contradiction() -> None:
    view = assess([claim("waste", 1, factor=NEED), claim("late orders", 2, factor=NEED)])[NEED]
    assert (view.status, view.value) == (FactorStatus.STATED, "waste; late orders")
    again = assess([claim("waste", 1, factor=NEED), claim("late", 2, factor=NEED), claim("Waste", 3, factor=NEED)])[
        NEED
    ]
    assert (again.status, again.value) == (FactorStatus.CONFIRMED, "waste; late")


def test_not_wanting_to_say_is_left_alone_and_unsays_nothing() -> None:
    assert budget(claim("-", refused=True)).status is FactorStatus.REFUSED
    assert BUDGET not in assess([claim("-", refused=True)]).missing
    kept = budget(claim("30k", 1), claim("-", 2, refused=True))
    assert (kept.status, kept.value) == (FactorStatus.STATED, "30k")
    told = budget(claim("-", 1, refused=True), claim("30k", 2))
    assert (told.status, told.value) == (FactorStatus.STATED, "30k")


def test_sales_qualified_is_who_confirmed_what_speaks_for_a_purchase_and_contradicts_nothing() -> None:
    need = [claim("waste", minute, factor=NEED) for minute in (0, 1)]
    money = [claim("30k", minute) for minute in (2, 3)]
    policy = QualificationPolicy()
    assert is_sales_qualified(assess([*need, *money]), policy)
    assert not is_sales_qualified(assess(need), policy)
    assert not is_sales_qualified(assess([*need, money[0]]), policy)
    assert not is_sales_qualified(assess([need[0], *money]), policy)
    assert not is_sales_qualified(assess([*need, claim("no budget", 2), claim("no budget", 3)]), policy)
    assert not is_sales_qualified(
        assess([*need, *money, claim("May", 4, factor=Factor.TIMELINE), claim("June", 5, factor=Factor.TIMELINE)]),
        policy,
    )


VALUES = st.sampled_from(["30k", "30k a year", "60k", "5k", "15k", "May", "we decide", "no budget", "Waste"])
CLAIMS = st.lists(
    st.builds(
        lambda value, factor, by, message, refused, corrects: (value, factor, by, message, refused, corrects),
        VALUES,
        st.sampled_from(Factor),
        st.sampled_from(AssertedBy),
        st.integers(0, 3),
        st.booleans(),
        st.booleans(),
    ),
    max_size=8,
).map(
    lambda drawn: [
        claim(value, n, factor=factor, by=by, message=message, refused=refused, corrects=corrects)
        for n, (value, factor, by, message, refused, corrects) in enumerate(drawn)
    ]
)


def shown(bant: Bant) -> dict[Factor, FactorView]:
    return dict(bant.factors)


@given(CLAIMS, st.randoms(use_true_random=False))
def test_the_order_in_which_claims_are_stored_does_not_matter(claims: list[Claim], random: object) -> None:
    shuffled = list(claims)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert shown(assess(shuffled)) == shown(assess(claims))


@given(CLAIMS)
def test_every_value_that_was_said_is_held_or_superseded(claims: list[Claim]) -> None:
    for factor, view in shown(assess(claims)).items():
        of_factor = [c for c in claims if c.factor is factor]
        told = [c for c in of_factor if c.status is not FactorStatus.REFUSED]
        assert len(view.evidence) + len(view.superseded) >= len(told)
        kept = {plain(c.value) for c in view.superseded} | {plain(v) for v in (view.value or "").split("; ")}
        if view.status is not FactorStatus.CONTRADICTED:
            assert {plain(c.value) for c in told} <= kept
        assert (view.status is FactorStatus.UNKNOWN) is (of_factor == [])


@given(CLAIMS, st.sampled_from(Factor))
def test_a_refusal_after_a_value_changes_nothing(claims: list[Claim], factor: Factor) -> None:
    before = assess(claims)
    after = assess([*claims, claim("-", 99, factor=factor, refused=True)])
    if before[factor].status is FactorStatus.UNKNOWN:
        assert after[factor].status is FactorStatus.REFUSED
    else:
        assert shown(after) == shown(before)


@given(CLAIMS, st.sampled_from(Factor), VALUES)
def test_a_correction_always_decides(claims: list[Claim], factor: Factor, value: str) -> None:
    view = assess([*claims, claim(value, 99, factor=factor, corrects=True)])[factor]
    assert (view.status in {FactorStatus.STATED, FactorStatus.CONFIRMED}, view.value) == (True, value)
    assert not view.askable


@given(CLAIMS)
def test_known_askable_and_refused_share_the_factors_between_them(claims: list[Claim]) -> None:
    bant = assess(claims)
    refused = {f for f in Factor if bant[f].status is FactorStatus.REFUSED}
    assert sorted([*bant.known, *bant.missing, *refused]) == sorted(Factor)
    assert set(bant.met) <= set(bant.known)
