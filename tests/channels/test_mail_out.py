"""Mail as it goes over the wire: headers nobody can break into, bytes every server takes, and the twin."""

import email
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.mail_out import ConsoleMailOut, Mailbox, wire_mail
from channels.sent import Accepted, CannotBeSent, Refused
from tests.channels.letters import GUEST, NOW, TIDEWELL, a_mail, arrived, words_of

HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type", "MIME-Version"]
NASTY = st.text(min_size=1, max_size=120) | st.sampled_from(
    [
        "x\r\nBcc: spy@example.com",
        "x\nBcc: spy@example.com\n\nbody",
        "\x00\x0b\x0c\x1c\x85\u2028Bcc: spy@example.com",
        '"',
        "<x>",
    ]
)


def test_a_mail_says_who_writes_to_whom_and_that_a_machine_wrote_it() -> None:
    wire = wire_mail(a_mail())
    message = arrived(a_mail())
    assert (wire.sender, wire.recipient, wire.smtputf8) == (TIDEWELL.address, GUEST.address, False)
    assert message["From"] == "Tidewell <hello@tidewell.example.com>"
    assert message["To"] == "Mara Lindt <mara.lindt@example.com>"
    assert message["Subject"] == "About your question"
    assert message["Date"].datetime == NOW
    assert message["Message-ID"] == wire.message_id == "<out_1@tidewell.example.com>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert words_of(message) == "Hello Mara,\n\nit is 49 EUR.\n"


def test_every_attempt_at_the_same_mail_has_the_same_message_id() -> None:
    assert wire_mail(a_mail()).message_id == wire_mail(a_mail(text="Changed.")).message_id


def test_a_message_id_stays_whole_however_long_the_domain() -> None:
    domain = ".".join(["a-rather-long-label-of-a-domain"] * 4) + ".example.com"
    mail = a_mail(key="out_01jxyzabcdefghjkmnpqrstvw", sender=Mailbox(f"hello@{domain}"))
    assert f"<out_01jxyzabcdefghjkmnpqrstvw@{domain}>".encode() in wire_mail(mail).content.replace(b"\r\n ", b"")


@given(name=NASTY, subject=NASTY, text=st.text(max_size=200))
def test_no_name_and_no_subject_breaks_into_the_headers(name: str, subject: str, text: str) -> None:
    content = wire_mail(a_mail(to=Mailbox(GUEST.address, name), subject=subject, text=text)).content
    message = email.message_from_bytes(content)
    assert sorted(message.keys()) == sorted([*HEADERS, "Content-Transfer-Encoding"])
    assert [box.addr_spec for box in arrived(a_mail(to=Mailbox(GUEST.address, name)))["To"].addresses] == [
        GUEST.address
    ]


@given(text=st.text(max_size=3000), html=st.none() | st.text(max_size=300))
def test_the_bytes_are_ascii_lines_that_end_in_crlf_and_fit(text: str, html: str | None) -> None:
    content = wire_mail(a_mail(text=text, html=html)).content
    assert content.isascii()
    assert content.replace(b"\r\n", b"").count(b"\n") == content.replace(b"\r\n", b"").count(b"\r") == 0
    assert max(len(line) for line in content.split(b"\r\n")) <= 998


def test_a_name_cannot_turn_the_reading_direction() -> None:
    shown = arrived(a_mail(to=Mailbox(GUEST.address, "moc.live\u202e Mara\u2066")))["To"].addresses[0].display_name
    assert shown == "moc.live Mara"


def test_html_comes_after_the_plain_words_as_another_form_of_them() -> None:
    message = arrived(a_mail(html="<p>49 EUR</p>"))
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_an_address_of_an_international_domain_is_written_in_ascii() -> None:
    wire = wire_mail(a_mail(to=Mailbox("mara@bäckerei.example.com")))
    assert (wire.recipient, wire.smtputf8) == ("mara@xn--bckerei-5wa.example.com", False)


def test_an_address_that_ascii_cannot_write_asks_for_smtputf8() -> None:
    wire = wire_mail(a_mail(to=Mailbox("müller@example.com", "Müller")))
    assert (wire.recipient, wire.smtputf8) == ("müller@example.com", True)
    assert "müller@example.com".encode() in wire.content


def test_a_reply_address_is_left_out_rather_than_making_a_mail_undeliverable() -> None:
    assert arrived(a_mail(reply_to=Mailbox("müller@example.com")))["Reply-To"] is None
    assert arrived(a_mail(reply_to=GUEST))["Reply-To"] == "Mara Lindt <mara.lindt@example.com>"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "mara",
        "mara@",
        "@example.com",
        "a b@example.com",
        "a@example.com\r\nRCPT TO:<b@example.com>",
        "a@b@example.com",
    ],
)
def test_what_is_no_address_is_not_written_to(address: str) -> None:
    with pytest.raises(CannotBeSent):
        wire_mail(a_mail(to=Mailbox(address)))


async def test_the_twin_keeps_every_mail_in_a_list_and_as_a_file(tmp_path: Path) -> None:
    twin = ConsoleMailOut(tmp_path / "mail")
    assert await twin.send(a_mail(), not_after=NOW) == Accepted("kept")
    assert [mail.subject for mail in twin.sent] == ["About your question"]
    assert (tmp_path / "mail" / "out_1.eml").read_bytes() == wire_mail(a_mail()).content


async def test_the_twin_without_a_folder_writes_nothing(tmp_path: Path) -> None:
    twin = ConsoleMailOut()
    await twin.send(a_mail(), not_after=NOW)
    assert len(twin.sent) == 1
    assert list(tmp_path.iterdir()) == []


async def test_the_twin_refuses_what_the_real_one_would() -> None:
    twin = ConsoleMailOut()
    assert await twin.send(a_mail(to=Mailbox("nobody")), not_after=NOW) == Refused("address")
    assert not twin.sent
