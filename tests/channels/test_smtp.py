"""SMTP with a real server: what every reply, silence and broken line means for the mail."""

from __future__ import annotations

import socket
import ssl
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from channels.mail_out import Mailbox, wire_mail
from channels.sent import Accepted, Refused, Sent, TryLater, Unknown
from channels.smtp import SmtpMailOut, SmtpServer, StartTls
from channels.smtp import smtp_server as server_of
from tests.channels.letters import GUEST, NOW, TIDEWELL, a_mail, read, words_of
from tests.channels.smtp_server import Post, silent_server, smtp_server

SOON = NOW + timedelta(minutes=2)


def clock() -> datetime:
    return NOW


def way_out(
    port: int, *, user: str = "", query: str = "", host: str = "127.0.0.1", scheme: str = "smtp"
) -> SmtpMailOut:
    return SmtpMailOut(server_of(f"{scheme}://{user}{host}:{port}{query}"), clock=clock, step_s=2.0, data_s=0.3)


async def send(port: int, **where: str) -> Sent:
    return await way_out(port, **where).send(a_mail(), not_after=SOON)


# --- the mail arrives ------------------------------------------------------------------------------------------------


async def test_a_mail_arrives_as_it_was_written() -> None:
    async with smtp_server() as post:
        assert await send(post.port) == Accepted("250")
    (mail,) = post.taken
    assert (mail.sender, mail.recipients) == (TIDEWELL.address, [GUEST.address])
    assert mail.content == wire_mail(a_mail()).content
    assert set(post.greeted) == {"tidewell.example.com"}


async def test_a_line_of_a_single_dot_does_not_end_the_mail() -> None:
    text = "one\n.\n..two\n.three\n"
    async with smtp_server() as post:
        await way_out(post.port).send(a_mail(text=text), not_after=SOON)
    assert words_of(read(post.taken[0].content)) == text


async def test_an_international_address_goes_to_a_server_that_knows_such() -> None:
    mail = a_mail(to=Mailbox("müller@example.com"))
    async with smtp_server() as post:
        assert await way_out(post.port).send(mail, not_after=SOON) == Accepted("250")
        assert post.taken[0].recipients == ["müller@example.com"]
        assert "SMTPUTF8" in post.taken[0].options
    async with smtp_server(smtputf8=False) as post:
        assert await way_out(post.port).send(mail, not_after=SOON) == Refused("address not supported")
        assert post.taken == []


async def test_user_and_password_are_told_as_they_were_meant() -> None:
    secret = "p@ss:w/rd %20"
    async with smtp_server(Post(user=("robot@example.com", secret))) as post:
        user = f"{quote('robot@example.com', safe='')}:{quote(secret, safe='')}@"
        assert await send(post.port, user=user) == Accepted("250")
    assert post.logins[-1] == ("robot@example.com", secret)


# --- the mail does not arrive ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("reply", ["421 4.3.2 closing", "450 4.2.1 busy", "452 4.2.2 full"])
@pytest.mark.parametrize("where", ["rcpt", "data"])
async def test_a_4xx_is_for_now(where: str, reply: str) -> None:
    async with smtp_server(Post(**{where: reply})) as post:
        sent = await send(post.port)
    assert sent == TryLater(reply[:9])
    assert post.taken == []


@pytest.mark.parametrize("reply", ["550 5.1.1 mara.lindt@example.com unknown", "552 5.2.2 full", "554 5.7.1 spam"])
@pytest.mark.parametrize("where", ["rcpt", "data"])
async def test_a_5xx_is_for_good_and_only_its_code_is_kept(where: str, reply: str) -> None:
    async with smtp_server(Post(**{where: reply})) as post:
        assert await send(post.port) == Refused(reply[:9])


async def test_a_code_without_an_enhanced_one_is_kept_as_it_is() -> None:
    async with smtp_server(Post(rcpt="550 no such user")) as post:
        assert await send(post.port) == Refused("550")


async def test_what_is_refused_before_the_recipient_is_about_us_and_tried_again() -> None:
    async with smtp_server(Post(user=("robot", "right"))) as post:
        assert await send(post.port, user="robot:wrong@") == TryLater("535 5.7.8")
    async with silent_server("554 5.3.2 no service") as port:
        assert await send(port) == TryLater("554 5.3.2")


async def test_nobody_listens() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert isinstance(await send(port), TryLater)


async def test_a_server_that_hangs_up_before_the_mail_does_not_have_it() -> None:
    async with silent_server("220 hello", "250 hello", "250 sender ok") as port:
        assert isinstance(await send(port), TryLater)


@pytest.mark.parametrize("fault", ["drop", "stall"])
async def test_silence_after_the_mail_is_unknown_because_the_server_may_have_it(fault: str) -> None:
    async with smtp_server(Post(after_data=fault)) as post:
        assert isinstance(await send(post.port), Unknown)
        assert len(post.taken) == 1


async def test_a_reply_to_the_mail_that_is_neither_yes_nor_no_is_unknown() -> None:
    async with silent_server("220 hi", "250 hi", "250 ok", "250 ok", "354 go", "what?") as port:
        assert isinstance(await send(port), Unknown)


async def test_a_mail_that_has_become_too_late_is_not_handed_over() -> None:
    async with smtp_server() as post:
        assert await way_out(post.port).send(a_mail(), not_after=NOW) == TryLater("late")
    assert post.taken == []


async def test_a_mail_to_no_address_is_refused_without_a_word_to_the_server() -> None:
    async with smtp_server() as post:
        assert await way_out(post.port).send(a_mail(to=Mailbox("nobody")), not_after=SOON) == Refused("address")
    assert post.greeted == []


# --- encryption ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost and its key in one file, signed by itself."""
    folder = tmp_path_factory.mktemp("tls")
    both = folder / "both.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
    extension = ["-addext", "subjectAltName=DNS:localhost"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    try:
        subprocess.run([*command.split(), *extension, *files], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("no openssl program to make a certificate with; on Debian: apt-get install openssl")
    both.write_text((folder / "key.pem").read_text() + (folder / "certificate.pem").read_text())
    return both


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


async def test_nothing_is_said_to_a_server_that_does_not_encrypt_when_it_must() -> None:
    async with smtp_server(Post(user=("robot", "right"))) as post:
        assert isinstance(await send(post.port, user="robot:right@", query="?starttls=required"), TryLater)
    assert post.logins == post.taken == []


async def test_a_certificate_nobody_vouches_for_is_not_trusted(tls: ssl.SSLContext) -> None:
    async with smtp_server(Post(user=("robot", "right")), starttls=tls) as post:
        where = {"host": "localhost", "user": "robot:right@"}
        assert isinstance(await send(post.port, query="?starttls=required", **where), TryLater)
    assert post.logins == post.taken == []


async def test_starttls_and_smtps_carry_the_mail(
    tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with smtp_server(starttls=tls) as post:
        assert await send(post.port, host="localhost", query="?starttls=required") == Accepted("250")
    async with smtp_server(smtps=tls) as post:
        assert await send(post.port, host="localhost", scheme="smtps") == Accepted("250")


# --- the setting -----------------------------------------------------------------------------------------------------


def test_starttls_is_required_but_on_this_machine() -> None:
    assert server_of("smtp://u:p@mail.example.com") == SmtpServer(
        "mail.example.com", 587, False, StartTls.REQUIRED, "u", "p"
    )
    assert server_of("smtp://localhost:1025").start_tls is StartTls.OFFERED
    assert server_of("smtp://mail.example.com:25?starttls=never").start_tls is StartTls.NEVER
    assert server_of("smtps://mail.example.com").port == 465


def test_a_password_shows_in_no_repr() -> None:
    assert "hidden" not in repr(server_of("smtp://user:hidden@mail.example.com"))


@pytest.mark.parametrize(
    "url", ["mail.example.com", "http://mail.example.com", "smtp://", "smtp://u:hidden@h?starttls=maybe"]
)
def test_a_setting_that_cannot_be_understood_is_a_sentence_without_the_secret(url: str) -> None:
    with pytest.raises(ValueError, match="OPENER_SMTP_URL") as said:
        server_of(url)
    assert "hidden" not in str(said.value)
