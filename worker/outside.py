"""The ways out of the house, chosen by the settings; what is not set is kept in files instead of being sent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from channels.mail_out import ConsoleMailOut, Mailbox, MailOut
from channels.notice import ConsoleNotices, MailNotices, NoticeOut, NoticesWithFallback
from channels.slack import SlackNotices
from channels.smtp import SmtpMailOut, smtp_server
from playbook.book import Company
from playbook.settings import Settings, SettingsFault


@dataclass(frozen=True, slots=True)
class Outside:
    """The ways out."""

    mail: MailOut
    notices: NoticeOut
    kept_in: Path | None = None
    """Where the twins write down what is not sent."""

    async def close(self) -> None:
        """Give back what they hold."""
        await self.notices.close()
        await self.mail.close()


def sender_of(company: Company) -> Mailbox:
    """Who writes: the company, at the address people can write to."""
    return Mailbox(company.contact_email, company.name)


def outside_for(settings: Settings, company: Company, clock: Callable[[], datetime]) -> Outside:
    """SMTP and Slack where they are set; notices go by mail when Slack is not set or does not answer.

    Raises SettingsFault when an address cannot be understood.
    """
    mail = _mail(settings, clock)
    by_mail = MailNotices(mail, sender=sender_of(company)) if settings.smtp_url else None
    if settings.slack_webhook_url:
        slack = SlackNotices(settings.slack_webhook_url)
        return Outside(mail, NoticesWithFallback(slack, by_mail) if by_mail else slack, settings.data)
    return Outside(mail, by_mail or ConsoleNotices(settings.data / "notices"), settings.data)


def _mail(settings: Settings, clock: Callable[[], datetime]) -> MailOut:
    if settings.smtp_url is None:
        return ConsoleMailOut(settings.data / "mail")
    try:
        return SmtpMailOut(smtp_server(settings.smtp_url), clock=clock)
    except ValueError as fault:
        raise SettingsFault([str(fault)]) from None
