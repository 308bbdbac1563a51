"""Tell somebody of the team: left in the outbox with the act that gave the reason, once an event and person.

A kind is a name that `channels.team_notice.HEADLINES` knows how to say; a new kind is a line there and a call here.
What the notice says is put together when it leaves, from what is true then.
"""

from datetime import datetime

from leads.identity import LeadId, RepId
from store.unit import JobArg, UnitOfWork

TEAM_NOTICE = "team_notice"
"""The kind of outbox message; `channels` and `worker` deliver it by Slack or mail."""


async def notify(
    uow: UnitOfWork,
    kind: str,
    key: str,
    *,
    lead_id: LeadId | None,
    to: RepId | str | None = None,
    why: str = "",
    due_at: datetime | None = None,
    **more: JobArg,
) -> bool:
    """Leave one notice; False when this person was told of this event before.

    `key` names the event (an assignment, a clock's rung, a task). `to` is a rep, a mail address, or None for the
    company's own mailbox. `why` is a short reason in the team's words, never what the lead wrote.
    """
    payload = {"notice": kind, "to": to, "why": why[:300], "due_at": due_at.isoformat() if due_at else None, **more}
    payload["lead_id"] = lead_id
    return await uow.tell_outside(TEAM_NOTICE, f"notice:{kind}:{key}:{to or 'team'}", payload, lead_id=lead_id)
