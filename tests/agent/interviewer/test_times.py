"""Timelines and meeting times, seen from Wednesday 18 November 2026, ten in the morning in Berlin."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.interviewer.times import Moment, Period, find_moments, find_periods, find_zones

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)


def periods(text: str) -> list[Period]:
    """Every timeline of the text."""
    return find_periods(text, now=NOW, zone=BERLIN)


def period(text: str) -> Period:
    """The one timeline of the text."""
    (found,) = periods(text)
    return found


def moments(text: str, *, zone: ZoneInfo = BERLIN) -> list[Moment]:
    """Every meeting time of the text."""
    return find_moments(text, now=NOW, zone=zone)


def moment(text: str, *, zone: ZoneInfo = BERLIN) -> Moment:
    """The one meeting time of the text."""
    (found,) = moments(text, zone=zone)
    return found


@pytest.mark.parametrize(
    ("text", "start", "end", "grain", "relation"),
    [
        ("by end of June", "2027-06-21", "2027-06-30", "week", "before"),
        ("before the March audit", "2027-03-01", "2027-03-31", "month", "before"),
        ("in Q3", "2027-07-01", "2027-09-30", "quarter", "in"),
        ("Q2/27", "2027-04-01", "2027-06-30", "quarter", "in"),
        ("next quarter", "2027-01-01", "2027-03-31", "quarter", "in"),
        ("within 6 weeks", "2026-11-18", "2026-12-30", "week", "in"),
        ("in the next 3 months", "2026-11-18", "2027-02-18", "month", "in"),
        ("in about two months", "2027-01-01", "2027-01-31", "month", "around"),
        ("in 2-3 weeks", "2026-12-02", "2026-12-09", "week", "in"),
        ("this year", "2026-01-01", "2026-12-31", "year", "in"),
        ("mid September", "2027-09-11", "2027-09-20", "week", "in"),
        ("after the summer", "2027-06-01", "2027-08-31", "quarter", "after"),
        ("spring 2027", "2027-03-01", "2027-05-31", "quarter", "in"),
        ("18 months from now", "2028-05-01", "2028-05-31", "month", "in"),
        ("H1 2027", "2027-01-01", "2027-06-30", "half", "in"),
        ("second half of 2027", "2027-07-01", "2027-12-31", "half", "in"),
        ("early next year", "2027-01-01", "2027-03-31", "quarter", "in"),
        ("between March and May", "2027-03-01", "2027-05-31", "month", "in"),
        ("June-ish", "2027-06-01", "2027-06-30", "month", "around"),
        ("not before June", "2027-06-01", "2027-06-30", "month", "after"),
        ("by Friday", "2026-11-20", "2026-11-20", "day", "before"),
        ("by June 15", "2027-06-15", "2027-06-15", "day", "before"),
        ("the week of March 3", "2027-03-01", "2027-03-07", "week", "in"),
        ("9 to 12 of June", "2027-06-09", "2027-06-12", "day", "in"),
        ("after Easter", "2027-03-26", "2027-03-29", "week", "after"),
        ("first week of June", "2027-06-01", "2027-06-07", "week", "in"),
        ("calendar week 12", "2027-03-22", "2027-03-28", "week", "in"),
        ("EOY", "2026-12-01", "2026-12-31", "month", "in"),
        ("go live Jan 2027", "2027-01-01", "2027-01-31", "month", "in"),
    ],
)
def test_a_timeline_is_a_stretch_of_the_calendar(text: str, start: str, end: str, grain: str, relation: str) -> None:
    found = period(text)
    assert (str(found.start), str(found.end), found.grain, found.relation) == (start, end, grain, relation)


def test_a_correction_in_one_message_is_two_timelines_in_order() -> None:
    audit, may = periods("we must be live before the March audit… actually scratch that, May.")
    assert (audit.start, may.start) == (date(2027, 3, 1), date(2027, 5, 1))
    assert audit.deadline == date(2027, 2, 28)


@pytest.mark.parametrize(
    "text", ["ASAP", "we need it urgently", "as soon as possible please", "we need to start right away"]
)
def test_urgency_is_thirty_days_from_today(text: str) -> None:
    found = period(text)
    assert found.urgent
    assert (found.start, found.end, found.relation) == (date(2026, 11, 18), date(2026, 12, 18), "in")


@pytest.mark.parametrize(
    "text",
    [
        "it is not urgent",
        "we are too slow right now",
        "last year",
        "may I ask something?",
        "prices fall",
        "a 3 month pilot",
        "the 2019 audit",
        "we march on",
        "thanks for your time today",
        "24/7 support",
        "we have 2000 people",
        "",
    ],
)
def test_what_is_no_timeline_is_left_alone(text: str) -> None:
    assert periods(text) == []


def test_not_this_quarter_rules_the_quarter_out() -> None:
    assert period("not this quarter").ruled_out
    assert not period("this quarter").ruled_out


@pytest.mark.parametrize(
    ("text", "deadline"),
    [
        ("by March", date(2027, 3, 31)),
        ("before March", date(2027, 2, 28)),
        ("in March", date(2027, 3, 31)),
        ("after March", None),
    ],
)
def test_the_deadline_follows_the_relation(text: str, deadline: date | None) -> None:
    assert period(text).deadline == deadline


@pytest.mark.parametrize(
    ("text", "day", "at"),
    [
        ("Thursday 9", date(2026, 11, 19), time(9)),
        ("Great, Tuesday 10 works, book it.", date(2026, 11, 24), time(10)),
        ("half past 11 in the morning", None, time(11, 30)),
        ("Friday next week", date(2026, 11, 27), None),
        ("next Friday", date(2026, 11, 27), None),
        ("tomorrow at 3pm", date(2026, 11, 19), time(15)),
        ("the 12th at noon", date(2026, 12, 12), time(12)),
        ("quarter to five", None, time(16, 45)),
        ("quarter to 5 in the evening", None, time(16, 45)),
        ("evening 6", None, time(18)),
        ("9:30 in the night", None, time(21, 30)),
        ("Tues 24 Nov 4pm", date(2026, 11, 24), time(16)),
        ("2026-12-03 14:00", date(2026, 12, 3), time(14)),
        ("Friday the 27th, 11 o'clock", date(2026, 11, 27), time(11)),
        ("a week from Thursday", date(2026, 11, 26), None),
        ("14h30", None, time(14, 30)),
        ("tonight at 8", date(2026, 11, 18), time(20)),
        ("at 3 works", None, time(15)),
    ],
)
def test_a_meeting_time_is_a_day_and_an_hour(text: str, day: date | None, at: time | None) -> None:
    found = moment(text)
    assert (found.day, found.time) == (day, at)


def test_a_part_of_the_day_stands_where_the_hour_is_unsaid() -> None:
    found = moment("day after tomorrow evening")
    assert (found.day, found.time, found.day_part) == (date(2026, 11, 20), None, "evening")


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Thursday 9 my time", None),
        ("Thursday 9 my time, I'm in Berlin", "Europe/Berlin"),
        ("Tue 10am Berlin time works", "Europe/Berlin"),
        ("9 am in New York on Friday", "America/New_York"),
        ("1:30 pm EST", "America/New_York"),
        ("3pm UTC+2", "Etc/GMT-2"),
        ("noon Pacific time", "America/Los_Angeles"),
        ("Tuesday at 3pm CET", "Europe/Paris"),
    ],
)
def test_a_zone_they_name_comes_back_as_an_iana_name(text: str, zone: str | None) -> None:
    found = moment(text)
    assert found.zone == zone
    assert zone is None or ZoneInfo(zone)


def test_every_zone_a_name_can_mean_exists() -> None:
    names = "CET EST PT BST IST JST AEDT MESZ GST SAST"
    assert [ZoneInfo(zone.value).key for zone in find_zones(f"3pm {names}")]


def test_choices_share_the_day_or_the_hour() -> None:
    tuesday, wednesday = moments("Tuesday or Wednesday at 3")
    assert (tuesday.time, wednesday.time) == (time(15), time(15))
    three, four = moments("Tuesday at 3 or 4")
    assert (three.day, four.day, four.time) == (date(2026, 11, 24), date(2026, 11, 24), time(16))


@pytest.mark.parametrize(
    ("text", "at", "until", "bound"),
    [
        ("between 2 and 4pm tomorrow", time(14), time(16), "at"),
        ("from 9 to 10 on Thursday", time(9), time(10), "at"),
        ("after 3pm on Friday", time(15), None, "after"),
        ("any time before noon", time(12), None, "before"),
    ],
)
def test_windows_and_limits_are_kept(text: str, at: time, until: time | None, bound: str) -> None:
    found = moment(text)
    assert (found.time, found.until, found.bound) == (at, until, bound)


@pytest.mark.parametrize(
    "text",
    [
        "we have 40 people",
        "we look at 4 sites",
        "a 1:1 meeting",
        "it takes 2-3 days",
        "for one, it is slow",
        "3 a day",
        "",
    ],
)
def test_other_numbers_are_no_hours(text: str) -> None:
    assert moments(text) == []


def test_the_day_is_counted_where_the_visitor_is() -> None:
    auckland = moment("tomorrow", zone=ZoneInfo("Pacific/Auckland"))
    honolulu = moment("tomorrow", zone=ZoneInfo("Pacific/Honolulu"))
    assert (auckland.day, honolulu.day) == (date(2026, 11, 19), date(2026, 11, 18))


def test_a_slashed_date_is_read_the_american_way_in_america_only() -> None:
    assert moment("6/7/2027", zone=ZoneInfo("America/New_York")).day == date(2027, 6, 7)
    assert moment("6/7/2027").day == date(2027, 7, 6)


PIECES = [
    "May",
    "the",
    "12th",
    "31",
    "June",
    "at",
    "3",
    "pm",
    "half",
    "past",
    "to",
    "next",
    "week",
    "Friday",
    "Q3",
    "2027",
    "in",
    "-",
    "/",
    "end of",
    "99999",
    "within",
    "İ",
    "٣",
    "years",
    "0",
    "02/30",
    ":",
    "tomorrow",
    "Berlin time",
]


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=10).map(" ".join)))
def test_any_text_is_read_without_an_error_and_quoted_verbatim(text: str) -> None:
    for found in [*periods(text), *moments(text)]:
        assert found.text == text[found.start_at : found.end_at]
        assert found.text


@given(st.lists(st.sampled_from(PIECES), max_size=10).map(" ".join))
def test_a_timeline_never_ends_before_it_starts_nor_lies_behind(text: str) -> None:
    for found in periods(text):
        assert found.start <= found.end
        assert found.end >= date(2026, 11, 18)


@given(st.dates(min_value=date(2026, 11, 18), max_value=date(2035, 12, 31)))
def test_a_written_date_comes_back_in_every_spelling(day: date) -> None:
    american, european = f"{day:%B} {day.day}, {day.year}", f"{day.day}. {day:%B} {day.year}"
    for written in (day.isoformat(), american, european, f"{day:%d.%m.%Y}"):
        assert moment(f"on {written}").day == day


@given(st.integers(min_value=0, max_value=1439))
def test_a_time_on_the_clock_comes_back(minutes: int) -> None:
    at = time(minutes // 60, minutes % 60)
    spoken = f"{at.hour % 12 or 12}:{at.minute:02} {'am' if at.hour < 12 else 'pm'}"
    assert moment(f"tomorrow at {spoken}").time == at
    assert moment(f"tomorrow at {at:%H:%M}").time == at


@pytest.mark.parametrize("now", [datetime(9998, 12, 31, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)])
def test_the_ends_of_the_calendar_are_no_cliff(now: datetime) -> None:
    text = "in 999 years, within 90 quarters, next Friday, the 31st, by 29 February, spring, Easter, in Q4"
    assert find_periods(text, now=now, zone=BERLIN)
    assert isinstance(find_moments(text, now=now, zone=BERLIN), list)
