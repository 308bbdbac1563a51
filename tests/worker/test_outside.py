"""The ways out follow the settings: what is set is used, what is not is kept in files."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import respx

from channels.mail_out import ConsoleMailOut
from channels.notice import ConsoleNotices
from channels.sent import Accepted
from channels.slack import SlackNotices
from channels.smtp import SmtpMailOut
from playbook.settings import Settings, SettingsFault
from tests.builders import StandingClock, a_company
from tests.channels.letters import a_notice
from tests.channels.smtp_server import smtp_server
from worker.outside import Outside, outside_for

SLACK = "https://hooks.slack.example.com/services/T0/B0/secret"


def ways(tmp_path: Path, **settings: str) -> Outside:
    return outside_for(Settings(data=tmp_path, **settings), a_company(), StandingClock())  # type: ignore[arg-type]


async def tell(outside: Outside) -> object:
    clock = StandingClock()
    try:
        return await outside.notices.send(a_notice(), not_after=clock() + timedelta(minutes=2))
    finally:
        await outside.close()


async def test_without_settings_everything_is_kept_in_files(tmp_path: Path) -> None:
    outside = ways(tmp_path)
    assert isinstance(outside.mail, ConsoleMailOut)
    assert isinstance(outside.notices, ConsoleNotices)
    await tell(outside)
    assert [file.name for file in (tmp_path / "notices").iterdir()] == ["out_7.txt"]


async def test_with_a_mail_server_notices_go_by_mail(tmp_path: Path) -> None:
    async with smtp_server() as post:
        outside = ways(tmp_path, smtp_url=f"smtp://127.0.0.1:{post.port}")
        assert isinstance(outside.mail, SmtpMailOut)
        assert await tell(outside) == Accepted("250")
    assert [mail.recipients for mail in post.taken] == [["hello@tidewell.example.com"]]


@respx.mock
async def test_with_slack_alone_notices_go_there(tmp_path: Path) -> None:
    respx.post(SLACK).respond(200)
    outside = ways(tmp_path, slack_webhook_url=SLACK)
    assert isinstance(outside.notices, SlackNotices)
    assert await tell(outside) == Accepted("http 200")


@respx.mock
async def test_with_both_a_notice_slack_does_not_take_goes_by_mail(tmp_path: Path) -> None:
    respx.post(SLACK).respond(503)
    async with smtp_server() as post:
        outside = ways(tmp_path, slack_webhook_url=SLACK, smtp_url=f"smtp://127.0.0.1:{post.port}")
        assert await tell(outside) == Accepted("250")
    assert len(post.taken) == 1


def test_an_address_that_cannot_be_understood_is_a_fault_of_the_settings(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault, match="starttls"):
        ways(tmp_path, smtp_url="smtp://mail.example.com?starttls=perhaps")
