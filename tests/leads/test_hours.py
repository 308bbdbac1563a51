"""Weekly hours become instants: in every zone, through every change of the clocks, around holidays and midnight."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from leads.hours import (
    DateRange,
    HoursBlock,
    Span,
    Weekday,
    WeeklyHours,
    around_the_clock,
    as_utc,
    describe,
    is_open,
    next_opening,
    open_spans,
    openings,
    place,
    resolve,
    zone_of,
)

ZONES = (
    "America/New_York America/Los_Angeles America/Havana America/Santiago America/St_Johns America/Nuuk "
    "America/Sao_Paulo America/Miquelon Atlantic/Azores Europe/London Europe/Dublin Europe/Berlin Europe/Chisinau "
    "Africa/Cairo Africa/Casablanca Africa/El_Aaiun Asia/Beirut Asia/Jerusalem Asia/Gaza Asia/Tehran Asia/Kolkata "
    "Asia/Kathmandu Asia/Tokyo Australia/Adelaide Australia/Lord_Howe Australia/Sydney Pacific/Auckland "
    "Pacific/Chatham Pacific/Easter Pacific/Norfolk Antarctica/Troll America/Asuncion"
).split()
STEP = timedelta(minutes=15)
NEARBY = timedelta(hours=30)
DAY = timedelta(days=1)


def transitions(zone: str) -> list[datetime]:
    """Each hour in 2026 to 2028 after which the zone's offset is another one."""
    local, at, found = ZoneInfo(zone), datetime(2026, 1, 1, tzinfo=UTC), []
    while at.year < 2029:
        if at.astimezone(local).utcoffset() != (at + DAY).astimezone(local).utcoffset():
            hour = timedelta(hours=1)
            while at.astimezone(local).utcoffset() == (at + hour).astimezone(local).utcoffset():
                at += hour
            found.append(at)
        at += DAY
    return found


TRANSITIONS = [(zone, at) for zone in ZONES for at in transitions(zone)]


def every_day(zone: str, *windows: str) -> WeeklyHours:
    return WeeklyHours(zone, tuple(HoursBlock.parse(day, window) for day in Weekday for window in windows))


def office(zone: str = "Europe/Berlin", **closed: object) -> WeeklyHours:
    blocks = tuple(HoursBlock.parse(day, "09:00-17:00") for day in range(5))
    return WeeklyHours(zone, blocks, **closed)  # type: ignore[arg-type]


def at(zone: str, year: int, month: int, day: int, hour: int = 0, minute: int = 0, fold: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, fold=fold, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def clock_that_never_goes_back(zone: str, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Every quarter of an hour: the instant, and the latest wall time the zone's clock has shown so far."""
    local, moment = ZoneInfo(zone), start - timedelta(hours=6)
    shown = moment.astimezone(local).replace(tzinfo=None)
    while moment < end:
        shown = max(shown, moment.astimezone(local).replace(tzinfo=None))
        if moment >= start:
            yield moment, shown
        moment += STEP


def works_at(hours: WeeklyHours, wall: datetime) -> bool:
    """The rule in words: is there a window, begun today or yesterday, that covers this wall time?"""
    if hours.is_day_off(wall.date()):
        return False
    for block in hours.blocks:
        today, yesterday = block.weekday == wall.weekday(), block.weekday == (wall - DAY).weekday()
        if today and block.start <= wall.time() and (wall.time() < block.end or block.ends_next_day):
            return True
        carried = block.ends_next_day and not hours.is_day_off((wall - DAY).date())
        if yesterday and carried and wall.time() < block.end:
            return True
    return False


def assert_follows_the_wall_clock(hours: WeeklyHours, start: datetime, end: datetime) -> None:
    spans = list(open_spans(hours, start=start, end=end))
    assert all(span.start_utc < span.end_utc for span in spans)
    assert all(before.end_utc < after.start_utc for before, after in pairwise(spans))
    opened = {span.start_utc + k * STEP for span in spans for k in range((span.end_utc - span.start_utc) // STEP)}
    clock = clock_that_never_goes_back(hours.zone, start, end)
    assert opened == {moment for moment, wall in clock if works_at(hours, wall)}


def test_the_zones_cover_the_odd_ones_and_more_than_a_hundred_changes() -> None:
    assert len(ZONES) >= 30
    assert len(TRANSITIONS) > 100


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    "windows", [["00:00-24:00"], ["09:00-17:00"], ["01:15-02:45"], ["22:00-02:30"], ["23:30-24:00", "00:00-00:30"]]
)
def test_hours_follow_the_wall_clock_through_every_change_of_the_clocks(zone: str, windows: list[str]) -> None:
    hours = every_day(zone, *windows)
    for moment in transitions(zone) or [datetime(2026, 3, 29, tzinfo=UTC)]:
        assert_follows_the_wall_clock(hours, moment - NEARBY, moment + NEARBY)


quarters = st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30, 45)))
blocks = (
    st.tuples(st.sampled_from(Weekday), quarters, quarters)
    .filter(lambda parts: parts[1] != parts[2] or parts[1] == time(0))
    .map(lambda parts: HoursBlock(*parts))
)


@given(st.sampled_from(TRANSITIONS), st.lists(blocks, max_size=6), st.sets(st.integers(-2, 2)))
def test_any_week_with_any_days_off_follows_the_wall_clock(
    change: tuple[str, datetime], week: list[HoursBlock], off: set[int]
) -> None:
    zone, moment = change
    days = frozenset((moment + k * DAY).date() for k in off)
    assert_follows_the_wall_clock(WeeklyHours(zone, tuple(week), days), moment - NEARBY, moment + NEARBY)


@given(st.sampled_from(TRANSITIONS), st.lists(blocks, min_size=1, max_size=5), st.integers(-3000, 3000))
def test_open_now_next_opening_and_spans_agree(
    change: tuple[str, datetime], week: list[HoursBlock], minutes: int
) -> None:
    zone, moment = change
    hours, now = WeeklyHours(zone, tuple(week)), moment + timedelta(minutes=minutes)
    opening = next_opening(hours, now)
    assert opening is not None
    assert is_open(hours, opening)
    assert is_open(hours, now) == (opening == now)
    assert not list(open_spans(hours, start=now, end=opening))


@given(st.sampled_from(TRANSITIONS), st.integers(-2000, 2000), st.integers(0, 3000))
def test_wall_times_keep_their_order(change: tuple[str, datetime], minutes: int, later: int) -> None:
    zone, moment = change
    wall = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) + timedelta(minutes=minutes)
    after = wall + timedelta(minutes=later)
    assert resolve(wall.date(), wall.time(), zone_of(zone)) <= resolve(after.date(), after.time(), zone_of(zone))


def test_a_missing_wall_time_is_the_moment_the_clocks_jump() -> None:
    jump = datetime(2026, 3, 8, 7, tzinfo=UTC)
    for wall in (time(2), time(2, 30), time(2, 59), time(3)):
        assert resolve(date(2026, 3, 8), wall, zone_of("America/New_York")) == jump


def test_a_wall_time_shown_twice_is_the_first_one() -> None:
    assert resolve(date(2026, 11, 1), time(1, 30, fold=1), zone_of("America/New_York")) == datetime(
        2026, 11, 1, 5, 30, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("America/Santiago", date(2026, 9, 6)),
        ("Africa/Cairo", date(2026, 4, 24)),
        ("Asia/Beirut", date(2026, 3, 29)),
    ],
)
def test_a_day_whose_midnight_is_missing_begins_at_one(zone: str, day: date) -> None:
    hours = WeeklyHours(zone, (HoursBlock.parse(day.weekday(), "00:00-24:00"),))
    start = at(zone, day.year, day.month, day.day, 1)
    assert list(open_spans(hours, start=start - DAY, end=start + 2 * DAY)) == [Span(start, start + timedelta(hours=23))]


def test_a_window_inside_the_missing_hour_does_not_open() -> None:
    hours = every_day("America/New_York", "02:00-02:45")
    sunday = at("America/New_York", 2026, 3, 8)
    assert list(open_spans(hours, start=sunday, end=sunday + timedelta(hours=20))) == []


def test_a_window_inside_the_repeated_hour_opens_once() -> None:
    hours = every_day("America/New_York", "01:15-01:45")
    sunday = at("America/New_York", 2026, 11, 1)
    first = at("America/New_York", 2026, 11, 1, 1, 15)
    assert list(open_spans(hours, start=sunday, end=sunday + timedelta(hours=20))) == [
        Span(first, first + timedelta(minutes=30))
    ]


def test_afternoons_on_the_day_the_clocks_change_are_not_an_hour_off() -> None:
    for zone, day in (("America/New_York", date(2026, 3, 8)), ("Europe/Berlin", date(2026, 10, 25))):
        hours, start = every_day(zone, "13:00-18:00"), at(zone, day.year, day.month, day.day)
        (span,) = open_spans(hours, start=start, end=start + timedelta(hours=22))
        assert [f"{edge.astimezone(ZoneInfo(zone)):%H:%M}" for edge in (span.start_utc, span.end_utc)] == [
            "13:00",
            "18:00",
        ]


def test_new_york_nine_is_berlin_fourteen_while_only_america_has_changed_its_clocks() -> None:
    hours = every_day("America/New_York", "09:00-17:00")
    opening = next_opening(hours, at("America/New_York", 2026, 3, 10))
    assert opening == at("Europe/Berlin", 2026, 3, 10, 14)


def test_whether_it_is_open_depends_on_the_instant_and_not_on_the_callers_zone() -> None:
    viewer = datetime(2026, 3, 10, 14, tzinfo=ZoneInfo("Asia/Kathmandu"))
    assert is_open(office(), viewer) == is_open(office(), viewer.astimezone(UTC))


@pytest.mark.parametrize("end", [time(0), time(23, 59), time(23, 59, 59, 999999)])
def test_the_end_of_the_day_can_be_said_in_several_ways(end: time) -> None:
    assert HoursBlock(0, time(9), end) == HoursBlock.parse(0, "9:00-24:00")
    hours = WeeklyHours("Europe/Berlin", (HoursBlock(0, time(9), end), HoursBlock(1, time(0), time(1))))
    assert list(open_spans(hours, start=at("Europe/Berlin", 2026, 3, 9), end=at("Europe/Berlin", 2026, 3, 11))) == [
        Span(at("Europe/Berlin", 2026, 3, 9, 9), at("Europe/Berlin", 2026, 3, 10, 1))
    ]


def test_a_night_shift_runs_past_midnight() -> None:
    hours = WeeklyHours("Europe/Berlin", (HoursBlock.parse(Weekday.FRIDAY, "22:00-06:00"),))
    assert is_open(hours, at("Europe/Berlin", 2026, 3, 14, 5, 59))
    assert not is_open(hours, at("Europe/Berlin", 2026, 3, 14, 6))
    assert not is_open(hours, at("Europe/Berlin", 2026, 3, 13, 5))


def test_overlapping_blocks_count_once_and_a_lunch_break_is_kept() -> None:
    hours = WeeklyHours(
        "Europe/Berlin", tuple(HoursBlock.parse(0, text) for text in ("13:00-17:00", "09:00-11:00", "10:00-12:00"))
    )
    day = at("Europe/Berlin", 2026, 3, 9)
    assert [span.end_utc - span.start_utc for span in open_spans(hours, start=day, end=day + DAY)] == [
        timedelta(hours=3),
        timedelta(hours=4),
    ]


def test_holidays_are_dates_in_the_reps_own_zone() -> None:
    good_friday = frozenset({date(2026, 4, 3)})
    there, here = office("Asia/Tokyo", holidays=good_friday), office("Europe/Berlin")
    assert not is_open(there, at("Asia/Tokyo", 2026, 4, 3, 10))
    assert is_open(here, at("Europe/Berlin", 2026, 4, 3, 10))
    assert next_opening(there, at("Asia/Tokyo", 2026, 4, 3, 10)) == at("Asia/Tokyo", 2026, 4, 6, 9)


def test_days_off_include_both_ends() -> None:
    hours = office(days_off=(DateRange(date(2026, 3, 9), date(2026, 3, 11)),))
    assert next_opening(hours, at("Europe/Berlin", 2026, 3, 9, 8)) == at("Europe/Berlin", 2026, 3, 12, 9)
    assert is_open(hours, at("Europe/Berlin", 2026, 3, 6, 16, 59))


def test_a_night_shift_before_a_day_off_ends_at_midnight() -> None:
    hours = WeeklyHours(
        "Europe/Berlin",
        (HoursBlock.parse(Weekday.MONDAY, "22:00-06:00"), HoursBlock.parse(Weekday.TUESDAY, "22:00-06:00")),
        holidays=frozenset({date(2026, 3, 10)}),
    )
    start = at("Europe/Berlin", 2026, 3, 9)
    assert list(open_spans(hours, start=start, end=start + 3 * DAY)) == [
        Span(at("Europe/Berlin", 2026, 3, 9, 22), at("Europe/Berlin", 2026, 3, 10))
    ]


def test_someone_away_for_a_year_is_found_again_and_someone_gone_for_good_is_not() -> None:
    now = at("Europe/Berlin", 2026, 3, 9)
    assert next_opening(office(days_off=(DateRange(date(2026, 1, 1), date(2027, 2, 28)),)), now) == at(
        "Europe/Berlin", 2027, 3, 1, 9
    )
    assert next_opening(office(days_off=(DateRange(date(2026, 1, 1), date.max),)), now) is None
    assert next_opening(WeeklyHours("Europe/Berlin", ()), now) is None


def test_around_the_clock_is_one_span_however_long_one_looks() -> None:
    start = datetime(2026, 3, 1, 12, 34, tzinfo=UTC)
    assert list(open_spans(around_the_clock(), start=start, end=start + 40 * DAY)) == [Span(start, start + 40 * DAY)]


def test_openings_without_an_end_go_on() -> None:
    found = openings(office(), start=at("Europe/Berlin", 2026, 3, 9))
    assert [next(found).start_utc for _ in range(300)][-1] == at("Europe/Berlin", 2027, 4, 30, 9)


def test_an_empty_or_turned_around_question_has_no_open_time() -> None:
    noon = at("Europe/Berlin", 2026, 3, 9, 12)
    assert list(open_spans(office(), start=noon, end=noon)) == []
    assert list(open_spans(office(), start=noon, end=noon - DAY)) == []


@pytest.mark.parametrize(
    ("week", "said"),
    [
        (["01234 09:00-17:00"], "Mon-Fri 09:00-17:00 (Berlin time)"),
        (["01234 13:00-17:00", "01234 09:00-12:00"], "Mon-Fri 09:00-12:00 and 13:00-17:00 (Berlin time)"),
        (["0123 09:00-17:00", "4 09:00-12:00"], "Mon-Thu 09:00-17:00; Fri 09:00-12:00 (Berlin time)"),
        (["013 09:00-24:00"], "Mon-Tue, Thu 09:00-24:00 (Berlin time)"),
        (["5 22:00-06:00"], "Sat 22:00-06:00 (Berlin time)"),
    ],
)
def test_hours_are_described_in_a_few_words(week: list[str], said: str) -> None:
    blocks = tuple(HoursBlock.parse(int(day), line.split()[1]) for line in week for day in line.split()[0])
    assert describe(WeeklyHours("Europe/Berlin", blocks)) == said


def test_odd_hours_are_described_too() -> None:
    assert describe(WeeklyHours("Europe/Berlin", ())) == "always closed"
    assert describe(around_the_clock()) == "Mon-Sun 00:00-24:00 (UTC)"
    assert describe(every_day("Etc/GMT+5", "09:00-10:00")) == "Mon-Sun 09:00-10:00 (Etc/GMT+5 time)"


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("America/Argentina/Buenos_Aires", "Buenos Aires"),
        ("America/New_York", "New York"),
        ("UTC", "UTC"),
        ("Etc/UTC", "UTC"),
        ("Etc/GMT-3", ""),
    ],
)
def test_a_zone_is_said_as_its_city(zone: str, said: str) -> None:
    assert place(zone) == said


@given(st.text(max_size=40))
@example("")
@example("America")
@example("../etc/passwd")
@example("/etc/localtime")
@example("right/Europe/Berlin")
@example("localtime")
@example("Europe/Berlin\x00")
@example("Berlin")
@example("x" * 5000)
@example("\udcff")
def test_a_zone_somebody_sends_is_a_zone_or_a_value_error(name: str) -> None:
    try:
        assert zone_of(name).key == name
    except ValueError as error:
        assert "Europe/Berlin" in str(error)


@pytest.mark.parametrize("name", ["right/Europe/Berlin", "posix/Europe/Berlin", "localtime", "America", "", "CET+1"])
def test_names_that_are_no_iana_zone_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        WeeklyHours(name, ())


@pytest.mark.parametrize(
    "text",
    ["", "9-17", "09:00", "24:00-06:00", "09:00-09:00", "09:60-10:00", "25:00-26:00", "9:0-10:00", "-9:00-10:00"],
)
def test_windows_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"time of day|empty"):
        HoursBlock.parse(0, text)


def test_impossible_blocks_spans_and_ranges_are_refused() -> None:
    noon = datetime(2026, 3, 9, 12, tzinfo=UTC)
    with pytest.raises(ValueError, match="Weekday 7"):
        HoursBlock(7, time(9), time(10))
    with pytest.raises(ValueError, match="whole minutes"):
        HoursBlock(0, time(9, 0, 30), time(10))
    with pytest.raises(ValueError, match="whole minutes"):
        HoursBlock(0, time(9, tzinfo=UTC), time(10))
    with pytest.raises(ValueError, match="cannot end"):
        Span(noon, noon - STEP)
    with pytest.raises(ValueError, match="Days off"):
        DateRange(date(2026, 3, 9), date(2026, 3, 8))


def test_a_time_without_a_zone_is_no_instant() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        is_open(office(), datetime(2026, 3, 9, 12))  # noqa: DTZ001 - the point of the test


def test_a_span_in_any_zone_is_kept_in_utc() -> None:
    span = Span(datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin")), at("Europe/Berlin", 2026, 10, 25, 4))
    assert span.end_utc - span.start_utc == timedelta(hours=2, minutes=30)
    assert as_utc(span.start_utc).tzinfo is UTC
