"""News for the team and referrals outside: outbox messages put into words from what is true when they leave."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels.mail_out import Mailbox, MailOut
from channels.notice import NoticeOut
from channels.referral import Referral, ReferralOut, referral_mail
from channels.sent import Sent
from channels.team_notice import TeamNotice
from leads.identity import LeadId, RepId
from leads.lead import Lead
from leads.stage import Outcome
from playbook.book import Playbook
from store.access import Rep
from store.outbox import OutboxMessage
from store.unit import UnitOfWork
from worker.outside import Outside, sender_of

MOST_IN_DIGEST = 20
ABOUT_A_CLOCK = frozenset({"deadline.near", "deadline.missed"})


class Stale(Exception):
    """What was to be told is no longer so."""


@dataclass(frozen=True, slots=True)
class NewsErrand:
    """One notice."""

    out: NoticeOut
    notice: TeamNotice

    async def run(self, *, not_after: datetime) -> Sent:
        """Tell them."""
        return await self.out.send(self.notice, not_after=not_after)


@dataclass(frozen=True, slots=True)
class MailedErrand:
    """A referral by mail."""

    out: MailOut
    referral: Referral
    sender: Mailbox
    to: Mailbox

    async def run(self, *, not_after: datetime) -> Sent:
        """Mail it."""
        return await self.out.send(referral_mail(self.referral, sender=self.sender, to=self.to), not_after=not_after)


@dataclass(frozen=True, slots=True)
class PostErrand:
    """A referral to an address on the web."""

    out: ReferralOut
    referral: Referral
    url: str

    async def run(self, *, not_after: datetime) -> Sent:
        """Post it."""
        return await self.out.post(self.url, self.referral)


@dataclass(frozen=True, slots=True)
class News:
    """Reads messages about leads. `public_url` has no slash at its end."""

    book: Playbook
    outside: Outside
    public_url: str

    async def notice(self, uow: UnitOfWork, message: OutboxMessage) -> NewsErrand:
        """A notice to one of the team. Raises NotKnown (the lead was erased), Stale."""
        payload = message.payload
        kind = str(payload["notice"])
        rep, to = await self._reader(uow, payload.get("to"))
        if kind == "digest":
            return NewsErrand(self.outside.notices, await self._digest(uow, message, rep, to))
        lead = await uow.leads.get(LeadId(payload["lead_id"]))
        await _still_so(uow, kind, lead, payload, rep)
        due = payload.get("due_at")
        notice = TeamNotice(
            key=message.id,
            kind=kind,
            to=to,
            zone=self._zone(rep),
            link=f"{self.public_url}/console/leads/{lead.id}",
            at=uow.now,
            lead=await _named(uow, lead),
            why=str(payload.get("why") or ""),
            due_at=datetime.fromisoformat(due) if due else await _pressing(uow, kind, lead),
            lines=(("For", rep.name if rep else ""), ("Score", f"{lead.score.total:g} ({lead.score.grade})")),
        )
        return NewsErrand(self.outside.notices, notice)

    async def referral(self, uow: UnitOfWork, message: OutboxMessage) -> MailedErrand | PostErrand:
        """A lead for a place outside sales. Raises NotKnown (the lead was erased), Stale (it went elsewhere)."""
        payload = message.payload
        lead = await uow.leads.get(LeadId(payload["lead_id"]))
        if lead.destination != payload["destination"]:
            raise Stale
        person = await uow.people.get(lead.person_id)
        company = await uow.people.company(lead.company_id)
        referral = Referral(
            key=message.id,
            lead_id=lead.id,
            destination=payload["destination"],
            title=payload["title"],
            why=payload["why"],
            name=person.name,
            email=person.email,
            phone=person.phone,
            company=company.name if company else None,
            source=lead.source,
            link=f"{self.public_url}/console/leads/{lead.id}",
            due_at=await _pressing(uow, "referral", lead),
            at=uow.now,
        )
        if payload.get("webhook"):
            return PostErrand(self.outside.referrals, referral, payload["webhook"])
        sender = sender_of(self.book.company)
        return MailedErrand(self.outside.mail, referral, sender, Mailbox(payload["email"], payload["title"]))

    async def _digest(self, uow: UnitOfWork, message: OutboxMessage, rep: Rep | None, to: Mailbox) -> TeamNotice:
        """Everything that is overdue: of one rep, or of everybody for who leads the team."""
        mine = rep.id if rep and message.payload.get("own") else None
        clocks = await uow.clocks.overdue(uow.now, rep=mine, limit=500)
        by_lead = {clock.lead_id: clock for clock in reversed(clocks)}
        if not by_lead:
            raise Stale
        lines = []
        for lead_id, clock in sorted(by_lead.items(), key=lambda item: (item[1].due_at, item[0]))[:MOST_IN_DIGEST]:
            lead = await uow.leads.get(lead_id)
            days = (uow.now - clock.due_at).days if clock.due_at else 0
            since = f"{days} days late" if days > 1 else "late since yesterday" if days else "late since today"
            lines.append(f"{await _named(uow, lead)}: {clock.kind.value.replace('_', ' ')}, {since}")
        if len(by_lead) > MOST_IN_DIGEST:
            lines.append(f"and {len(by_lead) - MOST_IN_DIGEST} more")
        return TeamNotice(
            key=message.id,
            kind="digest",
            to=to,
            zone=self._zone(rep),
            link=f"{self.public_url}/console/leads",
            at=uow.now,
            lines=(("For", rep.name if rep else ""), ("Leads", str(len(by_lead)))),
            note_lines="\n".join(lines),
        )

    async def _reader(self, uow: UnitOfWork, to: str | None) -> tuple[Rep | None, Mailbox]:
        """Whom it is for: a rep by id or address, another address, or the company's own mailbox."""
        if to is None:
            return None, sender_of(self.book.company)
        rep = await (uow.access.rep_by_email(to) if "@" in to else uow.access.rep(RepId(to)))
        if rep is not None and rep.active:
            return rep, Mailbox(rep.email, rep.name)
        return None, Mailbox(to) if "@" in to and rep is None else sender_of(self.book.company)

    def _zone(self, rep: Rep | None) -> str:
        profile = next((p for p in self.book.reps if rep and p.email.lower() == rep.email), None)
        return profile.hours.zone if profile else self.book.company.hours.zone


async def _still_so(uow: UnitOfWork, kind: str, lead: Lead, payload: dict[str, Any], rep: Rep | None) -> None:
    """Raises Stale when the news is none any more: the lead is closed or somebody else's, the clock has stopped."""
    if lead.standing.outcome is not Outcome.OPEN and kind != "lead.withdrawn":
        raise Stale
    if kind == "lead.routed" and rep is not None and lead.owner != rep.id:
        raise Stale
    if kind == "lead.queued" and lead.owner is not None:
        raise Stale
    if kind in ABOUT_A_CLOCK:
        clock = await uow.clocks.get(str(payload.get("clock_id")))
        if clock is None or not clock.running:
            raise Stale


async def _named(uow: UnitOfWork, lead: Lead) -> str:
    """Name and company, as notices show a lead; never an address."""
    person = await uow.people.get(lead.person_id)
    company = await uow.people.company(lead.company_id)
    return f"{person.name or 'A visitor'}{f' ({company.name})' if company else ''}"


async def _pressing(uow: UnitOfWork, kind: str, lead: Lead) -> datetime | None:
    """By when somebody should act on the lead, for news that ask somebody to."""
    if kind not in {"lead.routed", "lead.queued", "lead.fallback", "referral"}:
        return None
    return min((c.due_at for c in await uow.clocks.running(lead.id) if c.due_at), default=None)
