"""Notices: what a rep reads, what never stands in one, and the second way when the first does not work."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pytest

from channels.mail_out import ConsoleMailOut, Mailbox
from channels.notice import (
    LONGEST_NOTE,
    REASONS,
    ConsoleNotices,
    HandoffNotice,
    MailNotices,
    NoticesWithFallback,
    notice_text,
)
from channels.sent import Accepted, Refused, Sent, TryLater, Unknown
from leads.handoff import HandoffReason
from tests.channels.letters import ANA, NOW, TIDEWELL, a_notice


@dataclass
class Way:
    """A way out that ends as told."""

    ending: Sent
    told: list[HandoffNotice] = field(default_factory=list)
    closed: bool = False

    async def send(self, notice: HandoffNotice, *, not_after: datetime) -> Sent:
        self.told.append(notice)
        return self.ending

    async def close(self) -> None:
        self.closed = True


def test_a_notice_says_who_why_until_when_and_where_to_go_on() -> None:
    assert notice_text(a_notice()) == (
        "Mara Lindt (Harbour Bakery) asks for a person.\n\n"
        "Due: Mon 2 Mar, 10:02 (Berlin)\n"
        "Score: 42.5 (B2)\n"
        "Owner: nobody yet, queue sales\n\n"
        "They asked for a person: can I talk to somebody?\n\n"
        "https://opener.example.com/console/handoffs/hand_1\n"
    )


def test_a_stranger_is_a_visitor_and_an_owner_is_named() -> None:
    notice = a_notice(lead_name=None, company=None, owner="Ana Ferreira")
    assert notice.headline == "A visitor asks for a person"
    assert "Owner: Ana Ferreira\n" in notice_text(notice)


def test_what_was_promised_is_said() -> None:
    handoff = replace(a_notice().handoff, promised_next_step="a call before noon")
    assert "Promised: a call before noon\n" in notice_text(a_notice(handoff=handoff))


def test_every_reason_has_words() -> None:
    assert set(REASONS) == set(HandoffReason)


def test_a_long_note_is_shortened_and_strange_characters_go() -> None:
    handoff = replace(a_notice().handoff, note="a\u202eb\x07c\n" + "word " * 400)
    note = a_notice(handoff=handoff).note
    assert note.startswith("ab c\n")
    assert len(note) <= LONGEST_NOTE
    assert note.endswith("…")


async def test_a_notice_by_mail_goes_to_the_owner_with_the_news_in_its_subject() -> None:
    twin = ConsoleMailOut()
    await MailNotices(twin, sender=TIDEWELL).send(a_notice(to=ANA), not_after=NOW)
    (mail,) = twin.sent
    assert (mail.sender, mail.to, mail.key) == (TIDEWELL, ANA, "out_7")
    assert mail.subject == "Mara Lindt (Harbour Bakery) asks for a person · due Mon 2 Mar, 10:02 (Berlin)"
    assert mail.text == notice_text(a_notice())


async def test_a_notice_by_mail_ends_as_the_mail_does() -> None:
    notices = MailNotices(ConsoleMailOut(), sender=TIDEWELL)
    assert await notices.send(a_notice(to=Mailbox("nobody")), not_after=NOW) == Refused("address")


async def test_the_twin_keeps_notices_in_a_list_and_as_files(tmp_path: Path) -> None:
    twin = ConsoleNotices(tmp_path / "notices")
    assert await twin.send(a_notice(), not_after=NOW) == Accepted("kept")
    assert list(twin.sent) == [a_notice()]
    assert (tmp_path / "notices" / "out_7.txt").read_text() == notice_text(a_notice())


async def test_the_second_way_is_not_used_while_the_first_works() -> None:
    first, second = Way(Accepted()), Way(Accepted())
    await NoticesWithFallback(first, second).send(a_notice(), not_after=NOW)
    assert (len(first.told), len(second.told)) == (1, 0)


@pytest.mark.parametrize("ending", [Refused("http 404"), TryLater("http 503"), Unknown("ReadTimeout")])
async def test_a_visitor_who_waits_is_told_of_by_the_second_way_at_once(ending: Sent) -> None:
    first, second = Way(ending), Way(Accepted("250"))
    assert await NoticesWithFallback(first, second).send(a_notice(), not_after=NOW) == Accepted("250")


@pytest.mark.parametrize(
    ("first", "second", "ending"),
    [
        (TryLater("http 503"), Refused("550"), TryLater("http 503")),
        (Refused("http 404"), TryLater("421"), TryLater("421")),
        (Refused("http 404"), Refused("550"), Refused("550")),
        (Unknown("ReadTimeout"), TryLater("421"), TryLater("421")),
    ],
)
async def test_when_neither_way_works_it_is_tried_again_if_one_may_work_later(
    first: Sent, second: Sent, ending: Sent
) -> None:
    assert await NoticesWithFallback(Way(first), Way(second)).send(a_notice(), not_after=NOW) == ending


async def test_both_ways_are_closed() -> None:
    first, second = Way(Accepted()), Way(Accepted())
    await NoticesWithFallback(first, second).close()
    assert first.closed
    assert second.closed
