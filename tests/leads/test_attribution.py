from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.attribution import Journey, Model, Touch, credits

START = datetime(2026, 3, 2, tzinfo=UTC)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def journey(*touches: tuple[float, str], created: float = 2, opportunity: float = 8, closed: float = 20) -> Journey:
    told = tuple(Touch(day(at), source) for at, source in touches)
    return Journey(told, day(created), day(opportunity), day(closed))


FIVE = journey((0, "ads"), (2, "form"), (5, "webinar"), (8, "chat"), (15, "mail"))


@pytest.mark.parametrize(
    ("model", "wanted"),
    [
        (Model.FIRST, {"ads": 1.0}),
        (Model.LAST, {"chat": 1.0}),
        (Model.CREATION, {"form": 1.0}),
        (Model.LINEAR, {"ads": 0.25, "form": 0.25, "webinar": 0.25, "chat": 0.25}),
        (Model.U_SHAPED, {"ads": 0.4, "form": 0.4, "webinar": 0.1, "chat": 0.1}),
        (Model.W_SHAPED, {"ads": 0.3, "form": 0.3, "webinar": 0.1, "chat": 0.3}),
        (Model.FULL_PATH, {"ads": 0.225, "form": 0.225, "webinar": 0.1, "chat": 0.225, "mail": 0.225}),
    ],
)
def test_a_model_divides_the_credit_as_its_name_says(model: Model, wanted: dict[str, float]) -> None:
    assert credits(FIVE, model) == pytest.approx(wanted)


def test_an_old_touch_fades_by_half_a_week_later() -> None:
    found = credits(journey((1, "ads"), (8, "chat")), Model.TIME_DECAY)
    assert found == pytest.approx({"ads": 1 / 3, "chat": 2 / 3})


def test_anchors_on_one_touch_share_it() -> None:
    assert credits(journey((2, "form")), Model.W_SHAPED) == {"form": 1.0}
    assert credits(journey((2, "form"), (8, "chat")), Model.U_SHAPED) == pytest.approx({"form": 0.8, "chat": 0.2})


@given(
    st.lists(st.tuples(st.floats(0, 30), st.sampled_from("abc")), max_size=12),
    st.floats(0, 10),
    st.floats(10, 20),
    st.sampled_from(Model),
)
def test_credits_add_up_to_one_or_there_is_no_touch(
    touches: list[tuple[float, str]], created: float, opportunity: float, model: Model
) -> None:
    found = credits(journey(*touches, created=created, opportunity=opportunity), model)
    assert not found or sum(found.values()) == pytest.approx(1.0)
    until = 20 if model is Model.FULL_PATH else opportunity
    assert bool(found) == any(at <= until for at, _ in touches)
