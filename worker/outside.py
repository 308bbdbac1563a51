"""The ways out of the house, chosen by the settings; what is not set is kept in files instead of being sent."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from channels.enrich import EnrichmentSource
from channels.enrich_http import HttpSource
from channels.enrich_table import TableSource
from channels.lead_ads import KeptLeadAds, LeadAds, MetaLeadAds
from channels.mail_out import ConsoleMailOut, Mailbox, MailOut
from channels.notice import ConsoleNotices, MailNotices, NoticeOut, NoticesWithFallback
from channels.referral import ConsoleReferrals, ReferralOut, WebReferrals
from channels.slack import SlackNotices
from channels.smtp import SmtpMailOut, smtp_server
from playbook.book import Company
from playbook.settings import Settings, SettingsFault


@dataclass(frozen=True, slots=True)
class Outside:
    """The ways out."""

    mail: MailOut
    notices: NoticeOut
    referrals: ReferralOut = field(default_factory=ConsoleReferrals)
    enrichment: tuple[EnrichmentSource, ...] = ()
    lead_ads: LeadAds = field(default_factory=KeptLeadAds)
    kept_in: Path | None = None
    """Where the twins write down what is not sent."""

    async def close(self) -> None:
        """Give back what they hold."""
        await self.lead_ads.close()
        await self.notices.close()
        await self.referrals.close()
        await self.mail.close()
        for source in self.enrichment:
            await source.close()


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
        notices: NoticeOut = NoticesWithFallback(slack, by_mail) if by_mail else slack
    else:
        notices = by_mail or ConsoleNotices(settings.data / "notices")
    return Outside(mail, notices, WebReferrals(), sources_for(settings), MetaLeadAds(), settings.data)


def sources_for(settings: Settings) -> tuple[EnrichmentSource, ...]:
    """Who is asked about people that come in: the owner's own table first, then a provider. Raises SettingsFault."""
    sources: list[EnrichmentSource] = []
    if settings.enrich_file is not None:
        if not settings.enrich_file.is_file():
            raise SettingsFault([f"OPENER_ENRICH_FILE names {settings.enrich_file}, and there is no such file."])
        sources.append(TableSource(settings.enrich_file))
    if settings.enrich_url is not None:
        sources.append(HttpSource(settings.enrich_url, key=settings.enrich_key))
    return tuple(sources)


def _mail(settings: Settings, clock: Callable[[], datetime]) -> MailOut:
    if settings.smtp_url is None:
        return ConsoleMailOut(settings.data / "mail")
    try:
        return SmtpMailOut(smtp_server(settings.smtp_url), clock=clock)
    except ValueError as fault:
        raise SettingsFault([str(fault)]) from None
