"""Invitations as calendars and people read them: parsed back with the calendar library, read as mails."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from channels.invitation import Invitation, Method, Side, calendar, invitation_mail, uid_of
from channels.invitation_words import LANGUAGES, spoken_times
from channels.mail_out import Mailbox
from leads.meeting import MeetingState
from tests.channels.letters import ANA, GUEST, NOW, TIDEWELL, a_booked_meeting, an_invitation, arrived, words_of

BOTH = pytest.mark.parametrize("side", list(Side))


def event_of(invitation: Invitation, side: Side = Side.GUEST) -> Event:
    whole = Calendar.from_ical(calendar(invitation, side))
    (event,) = whole.events
    return event


def text_of(invitation: Invitation, side: Side = Side.GUEST) -> str:
    return words_of(arrived(invitation_mail(invitation, side, key="out_1")))


# --- the calendar ----------------------------------------------------------------------------------------------------


@BOTH
def test_a_booking_is_a_request_with_the_meeting_s_own_uid_and_utc_times(side: Side) -> None:
    invitation = an_invitation()
    whole, event = Calendar.from_ical(calendar(invitation, side)), event_of(invitation, side)
    assert (whole["METHOD"], whole["VERSION"], event["STATUS"]) == ("REQUEST", "2.0", "CONFIRMED")
    assert event["UID"] == uid_of(invitation.meeting, TIDEWELL) == "meet_1@tidewell.example.com"
    assert int(event["SEQUENCE"]) == 0
    assert event["DTSTART"].dt == datetime(2026, 3, 10, 22, 30, tzinfo=UTC)
    assert event["DTEND"].dt == datetime(2026, 3, 10, 23, 0, tzinfo=UTC)
    assert event["DTSTAMP"].dt == NOW
    assert b"DTSTART:20260310T223000Z" in calendar(invitation, side)


def test_the_organizer_is_the_company_and_both_people_are_asked() -> None:
    event = event_of(an_invitation())
    assert (str(event["ORGANIZER"]), event["ORGANIZER"].params["CN"]) == (f"mailto:{TIDEWELL.address}", "Tidewell")
    assert [str(one) for one in event["ATTENDEE"]] == [f"mailto:{GUEST.address}", f"mailto:{ANA.address}"]
    for one in event["ATTENDEE"]:
        assert (one.params["PARTSTAT"], one.params["RSVP"]) == ("NEEDS-ACTION", "TRUE")


def test_a_moved_meeting_is_the_same_event_with_a_higher_sequence() -> None:
    moved = an_invitation(a_booked_meeting(sequence=2, start=datetime(2026, 3, 11, 8, tzinfo=UTC)))
    event = event_of(moved)
    assert event["UID"] == event_of(an_invitation())["UID"]
    assert int(event["SEQUENCE"]) == 2


def test_a_cancelled_meeting_is_a_cancel_of_the_same_event() -> None:
    cancelled = an_invitation(a_booked_meeting(state=MeetingState.CANCELLED, sequence=1))
    whole, event = Calendar.from_ical(calendar(cancelled, Side.GUEST)), event_of(cancelled)
    assert (whole["METHOD"], event["STATUS"], int(event["SEQUENCE"])) == ("CANCEL", "CANCELLED", 1)
    assert event["UID"] == event_of(an_invitation())["UID"]


def test_guest_and_host_see_the_meeting_under_the_name_that_helps_them() -> None:
    assert event_of(an_invitation(), Side.GUEST)["SUMMARY"] == "Introductory call with Tidewell"
    assert event_of(an_invitation(), Side.HOST)["SUMMARY"] == "Introductory call with Tidewell: Mara Lindt"


def test_the_guest_s_private_link_is_in_no_copy_but_theirs() -> None:
    invitation = an_invitation()
    assert event_of(invitation, Side.GUEST)["URL"] == invitation.guest_link
    assert b"guest_secret" not in calendar(invitation, Side.HOST)
    assert "guest_secret" not in text_of(invitation, Side.HOST)


@given(
    name=st.text(max_size=80) | st.sampled_from(['"; CN=x', "a\r\nBEGIN:VEVENT", "a;b,c:d\\n", "\u2028ATTENDEE:x"]),
    title=st.text(min_size=1, max_size=120),
)
def test_no_name_and_no_title_breaks_into_the_calendar(name: str, title: str) -> None:
    invitation = an_invitation(a_booked_meeting(attendee_name=name, title=title))
    for side in Side:
        content = calendar(invitation, side)
        assert max(len(line) for line in content.split(b"\r\n")) <= 75
        assert b"\n" not in content.replace(b"\r\n", b"")
        whole = Calendar.from_ical(content)
        assert [event["UID"] for event in whole.events] == ["meet_1@tidewell.example.com"]
        assert len(whole.events[0]["ATTENDEE"]) == 2
        assert len(whole.subcomponents) == 1


# --- the mail --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [MeetingState.CONFIRMED, MeetingState.CANCELLED])
@BOTH
def test_the_mail_carries_the_calendar_as_a_form_of_its_words_and_as_a_file(side: Side, state: MeetingState) -> None:
    invitation = an_invitation(a_booked_meeting(state=state))
    message = arrived(invitation_mail(invitation, side, key="out_1"))
    alternative, attachment = list(message.iter_parts())
    plain, invite = list(alternative.iter_parts())
    assert message.get_content_type() == "multipart/mixed"
    assert (plain.get_content_type(), invite.get_content_type()) == ("text/plain", "text/calendar")
    whole = Calendar.from_ical(invite.get_content())
    assert invite["Content-Type"].params["method"] == whole["METHOD"] == invitation.method.value
    assert invite["Content-Type"].params["charset"].lower() == "utf-8"
    assert attachment.get_filename() == "invite.ics"
    assert attachment.get_content() == calendar(invitation, side)


def test_each_side_gets_its_own_mail_and_answers_the_other() -> None:
    to_guest = invitation_mail(an_invitation(), Side.GUEST, key="out_1")
    to_host = invitation_mail(an_invitation(), Side.HOST, key="out_2")
    assert (to_guest.to, to_guest.reply_to, to_guest.sender) == (GUEST, ANA, TIDEWELL)
    assert (to_host.to, to_host.reply_to, to_host.sender) == (ANA, GUEST, TIDEWELL)


def test_the_guest_reads_title_both_clocks_host_and_the_way_to_change_it() -> None:
    assert text_of(an_invitation()) == (
        "Hello Mara,\n\nYour meeting is booked.\n\n"
        "Introductory call with Tidewell\n"
        "Tuesday, 10 March 2026\n"
        "18:30–19:00 New York (UTC−4)\n"
        "23:30–00:00 Berlin (UTC+1)\n"
        "With: Ana Ferreira\n"
        "Move or cancel it: https://opener.example.com/m/guest_secret\n\n"
        "The calendar entry is attached.\n\n"
        "-- \nTidewell\nTidewell GmbH, Am Speicher 4, 10115 Berlin, Germany\n"
    )


def test_the_host_reads_their_own_clock_first_and_whom_they_meet() -> None:
    text = text_of(an_invitation(), Side.HOST)
    assert text.startswith("Hello Ana,\n\nA meeting with you was booked.\n")
    assert "23:30–00:00 Berlin (UTC+1)\n18:30–19:00 New York (UTC−4)\n" in text
    assert "Guest: Mara Lindt <mara.lindt@example.com>\n" in text
    assert "https://opener.example.com/console/leads/lead_1" in text


def test_another_day_on_the_other_clock_is_said() -> None:
    assert "07:30–08:00 Tokyo (UTC+9)\n23:30–00:00 Berlin (UTC+1), Tuesday, 10 March 2026" in text_of(
        an_invitation(zone="Asia/Tokyo")
    )


def test_two_places_on_the_same_clock_are_said_once() -> None:
    text = text_of(an_invitation(zone="Europe/Paris"))
    assert "23:30–00:00 Paris (UTC+1)" in text
    assert "Berlin (" not in text


@pytest.mark.parametrize(
    ("day", "said"),
    [(8, "20:30–21:00 New York (UTC−4)"), (7, "19:30–20:00 New York (UTC−5)")],
)
def test_the_offset_is_that_of_the_meeting_s_day_and_not_of_today(day: int, said: str) -> None:
    start = datetime(2026, 3, day + 1, 0, 30, tzinfo=UTC)
    assert spoken_times(start, start.replace(hour=1, minute=0), ZoneInfo("America/New_York")) == said


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Etc/GMT+5", "01:00–01:30 UTC−5"),
        ("UTC", "06:00–06:30 UTC"),
        ("Asia/Kathmandu", "11:45–12:15 Kathmandu (UTC+5:45)"),
    ],
)
def test_every_zone_has_words(zone: str, said: str) -> None:
    start = datetime(2026, 3, 2, 6, tzinfo=UTC)
    assert spoken_times(start, start.replace(minute=30), ZoneInfo(zone)) == said


@pytest.mark.parametrize(
    ("invitation", "subject", "news"),
    [
        (an_invitation(), "Introductory call with Tidewell: Tue 10 Mar, 18:30 (New York)", "is booked"),
        (
            an_invitation(a_booked_meeting(sequence=1)),
            "New time for Introductory call with Tidewell: Tue 10 Mar, 18:30 (New York)",
            "has a new time",
        ),
        (
            an_invitation(a_booked_meeting(state=MeetingState.CANCELLED)),
            "Cancelled: Introductory call with Tidewell, Tue 10 Mar, 18:30 (New York)",
            "is cancelled",
        ),
    ],
    ids=["booked", "moved", "cancelled"],
)
def test_subject_and_first_sentence_say_what_has_happened(invitation: Invitation, subject: str, news: str) -> None:
    assert arrived(invitation_mail(invitation, Side.GUEST, key="k"))["Subject"].strip() == subject
    assert news in text_of(invitation)


def test_the_guest_s_language_is_spoken_where_we_know_it() -> None:
    invitation = an_invitation()
    german = an_invitation(guest=type(invitation.guest)(GUEST, "Europe/Vienna", "de-AT"))
    assert "Dienstag, 10. März 2026" in text_of(german)
    assert "Verschieben oder absagen: " in text_of(german)
    unknown = an_invitation(guest=type(invitation.guest)(GUEST, "Asia/Tokyo", "ja"))
    assert "Wednesday, 11 March 2026" in text_of(unknown)


@pytest.mark.parametrize("language", LANGUAGES)
@BOTH
def test_every_language_has_a_greeting_that_works_without_a_name(language: str, side: Side) -> None:
    nameless = an_invitation(a_booked_meeting(attendee_name=None))
    reader = type(nameless.guest)
    mail = an_invitation(
        guest=reader(Mailbox(GUEST.address), "Asia/Tokyo", language),
        host=reader(Mailbox(ANA.address), "Europe/Berlin", language),
    )
    text = text_of(mail, side)
    assert text.splitlines()[0][-1] in ",:"
    assert " ," not in text.splitlines()[0]
    assert "{" not in text


def test_a_host_can_be_told_of_a_guest_who_had_their_data_deleted() -> None:
    meeting = a_booked_meeting(state=MeetingState.CANCELLED, attendee_email="", attendee_name=None, sequence=1)
    invitation = an_invitation(meeting)
    event = event_of(invitation, Side.HOST)
    assert str(event["ATTENDEE"]) == f"mailto:{ANA.address}"
    assert "Guest: somebody whose data was deleted\n" in text_of(invitation, Side.HOST)
    assert arrived(invitation_mail(invitation, Side.HOST, key="k"))["Reply-To"] is None


def test_methods_are_those_of_the_standard() -> None:
    assert [method.value for method in Method] == ["REQUEST", "CANCEL"]
