"""A made-up company's two years: leads with what they did, what became of them, their chats and their deals, as rows.

The same seed gives the same rows. Leads come evenly, most by day; of a hundred about sixty are answered by a person, a
fifth chat with the agent, four come back for a second cycle and three are junk. How many come to a stage follows from
how many deals there are to be.
"""

import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Table

from leads.bant import Factor
from leads.handoff import HandoffState
from leads.meeting import MeetingState
from leads.sla import ClockKind
from store.access_tables import reps
from store.conversation_tables import conversations, guard_events, messages, tool_calls, turns
from store.handoff_tables import handoffs
from store.meeting_tables import meetings
from store.people_tables import activities, bant_claims, leads, people, stage_changes
from store.pipeline_tables import opportunities
from store.report_tables import campaign_costs
from store.routing_tables import clocks

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SPAN = timedelta(days=730)
SEED = 7
SOURCES = ("website", "ads", "referral", "list", "partner", "fair", "webinar", "chat")
WEIGHTS = (35, 25, 10, 10, 8, 6, 4, 2)
CAMPAIGNS = tuple(f"{season}_{number}" for season in ("spring", "summer", "autumn") for number in range(5))
CONTEXTS = ("demo", "contact", "newsletter", "download", None)
OWNERS = tuple(f"rep_{number:02}" for number in range(24))
REASONS = ("too_small", "no_budget", "not_now", "competitor", "student", "no_need")
DEEDS = (
    *["page.viewed"] * 12,
    *["email.opened"] * 4,
    *["email.clicked", "form.demo", "content.downloaded", "chat.started", "webinar.attended", "said.asked_price"],
)
PATHS = ("/", "/pricing", "/customers/nord", "/docs", "/compare/millgrid", "/careers")
UTM = ("google", "linkedin", "newsletter", "bing")
DEAL_STAGES = ("discovery", "trial_plant", "proposal", "contract")
DEPTH = (("customer", 0.35), ("opportunity", 1.0), ("sql", 1.5), ("sal", 2.0), ("mql", 3.2), ("iql", 5.0))
"""How many leads come to a stage, as a multiple of the share that becomes an opportunity."""
STAGES = ("iql", "mql", "sal", "sql", "opportunity", "customer")
Row = tuple[Table, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Size:
    """How many leads, activities (in all, on average) and deals (about)."""

    leads: int
    activities: int
    deals: int


class MadeUp:
    """The rows, lead after lead in the order of their coming."""

    def __init__(self, size: Size, *, seed: int = SEED) -> None:
        self.size = size
        self._chance = random.Random(seed)
        self._ended: deque[str] = deque(maxlen=500)
        self._each = size.activities / size.leads

    def company(self) -> Iterator[Row]:
        """What is there before any lead: the team, and what campaigns cost."""
        for owner in OWNERS:
            yield reps, {"id": owner, "email": f"{owner}@example.com", "name": owner, "active": True, "created_at": NOW}
        for number in range(24 * len(SOURCES)):
            month, source = divmod(number, len(SOURCES))
            first = date(2024 + (month + 2) // 12, (month + 2) % 12 + 1, 1)
            days = {"first_day": first, "last_day": first + timedelta(days=27), "created_at": NOW}
            what = {"source": SOURCES[source], "campaign": None, "currency": "EUR"}
            yield campaign_costs, {"id": f"cost_{number}", "amount": Decimal(500 + 10 * number), **what, **days}

    def rows(self, first: int, last: int) -> Iterator[Row]:
        """Everything of these leads."""
        for number in range(first, last):
            yield from self._lead(number)

    def _lead(self, number: int) -> Iterator[Row]:
        chance, id = self._chance, f"lead_{number:08}"
        came = self._came(number)
        reached = self._reached(came)
        person, cycle = f"per_{number:08}", 1
        if len(self._ended) > 100 and chance.random() < 0.04:
            person, cycle = self._ended.popleft(), 2
        else:
            who = {"id": person, "email": f"{person}@example.com", "email_key": f"{person}@example.com"}
            yield people, who | {"created_at": came}
        outcome, reason, ended = self._end(reached, came)
        if outcome != "open":
            self._ended.append(person)
        stage = list(reached)[-1] if reached else "lead"
        source = chance.choices(SOURCES, WEIGHTS)[0]
        lead = self._values(id, person, came, source) | {"cycle_no": cycle, "stage": stage, "outcome": outcome}
        yield leads, lead | {"reason_code": reason}
        before = "lead"
        for after, at in reached.items():
            yield stage_changes, _change(f"{id}_{after}", id, before, after, at, "stage")
            before = after
        if ended is not None:
            yield stage_changes, _change(f"{id}_end", id, "open", outcome, ended, "outcome")
        yield from self._deeds(id, came)
        yield from self._promises(id, reached)
        if chance.random() < 0.2 or source == "chat":
            yield from self._chat(id, person, came)
        if "opportunity" in reached:
            yield opportunities, self._deal(id, person, reached)

    def _came(self, number: int) -> datetime:
        day = NOW - SPAN + timedelta(days=number * SPAN.days // self.size.leads)
        by_day = self._chance.random() < 0.7
        hour = self._chance.uniform(7, 17) if by_day else self._chance.uniform(0, 24)
        return min(day.replace(hour=0) + timedelta(hours=hour), NOW)

    def _reached(self, came: datetime) -> dict[str, datetime]:
        """The stages it came to, each a few days after the one before; what lies ahead has not happened yet."""
        draw, share = self._chance.random(), self.size.deals / self.size.leads
        deepest = next((stage for stage, part in DEPTH if draw < part * share), None)
        reached: dict[str, datetime] = {}
        at = came
        for stage in STAGES[: STAGES.index(deepest) + 1] if deepest else ():
            at += timedelta(days=self._chance.expovariate(1 / (25 if stage == "customer" else 5)))
            if at > NOW:
                break
            reached[stage] = at
        return reached

    def _end(self, reached: dict[str, datetime], came: datetime) -> tuple[str, str | None, datetime | None]:
        if "opportunity" in reached:
            return ("won", None, reached["customer"]) if "customer" in reached else ("converted", None, None)
        draw, at = self._chance.random(), came + timedelta(days=self._chance.expovariate(1 / 30))
        if draw < 0.04:
            return ("junk" if draw < 0.03 else "merged"), None, None
        if draw < 0.5 and at < NOW and at > max(reached.values(), default=came):
            return ("recycled" if draw < 0.15 else "disqualified"), self._chance.choice(REASONS), at
        return "open", None, None

    def _values(self, id: str, person: str, came: datetime, source: str) -> dict[str, Any]:
        chance = self._chance
        answered = came + timedelta(hours=chance.expovariate(1 / 6), seconds=40) if chance.random() < 0.6 else None
        total = round(min(max(chance.gauss(40, 20), 0), 100), 1)
        return {
            "id": id,
            "person_id": person,
            "source": source,
            "status": "new",
            "fields": {},
            "score_version": 0,
            "campaign": chance.choice(CAMPAIGNS) if source == "ads" else None,
            "context": chance.choice(CONTEXTS),
            "owner_id": chance.choice(OWNERS) if chance.random() < 0.85 else None,
            "score_total": total,
            "score_fit": total / 2,
            "score_engagement": total / 2,
            "score_negative": 0.0,
            "score_grade": "C3",
            "created_at": came,
            "updated_at": came,
            "ready": False,
            "is_test": chance.random() < 0.005,
            "first_response_at": answered if answered and answered < NOW else None,
        }

    def _deeds(self, id: str, came: datetime) -> Iterator[Row]:
        chance = self._chance
        for number in range(int(chance.expovariate(1 / self._each) + 0.5)):
            at = min(came + timedelta(days=chance.expovariate(1 / 15) - 2), NOW)
            properties = {"path": chance.choice(PATHS)}
            if chance.random() < 0.3:
                properties["utm_source"] = chance.choice(UTM)
            deed = {"id": f"act_{id}_{number}", "lead_id": id, "type": chance.choice(DEEDS), "actor": "human"}
            yield activities, deed | {"source": "web", "properties": properties, "occurred_at": at, "received_at": at}

    def _promises(self, id: str, reached: dict[str, datetime]) -> Iterator[Row]:
        if "mql" not in reached:
            return
        for kind in (ClockKind.ACCEPTANCE, ClockKind.FIRST_RESPONSE):
            began = reached["mql"]
            stopped = began + timedelta(hours=self._chance.expovariate(1 / 5))
            clock = {"id": f"clk_{id}_{kind}", "lead_id": id, "kind": kind.value, "calendar": "company", "pauses": []}
            at = {"started_at": began, "due_at": began + timedelta(hours=8), "stopped_at": min(stopped, NOW)}
            yield clocks, clock | at | {"business_s": 8 * 3600}

    def _chat(self, id: str, person: str, came: datetime) -> Iterator[Row]:
        chance, chat = self._chance, f"con_{id}"
        at = min(came + timedelta(minutes=chance.uniform(-20, 600)), NOW)
        ids = {"id": chat, "lead_id": id, "person_id": person, "channel": "chat", "verified": False, "page": {}}
        wrote = chance.random() < 0.9
        yield conversations, ids | {"last_seq": 12, "visitor_seq": 11 if wrote else 0, "opened_at": at}
        for number in range(6 if wrote else 1):
            message = {"id": f"msg_{id}_{number}", "conversation_id": chat, "seq": number, "citations": []}
            who = {"author": "agent" if number % 2 else "visitor", "author_name": "", "text": "We make jam in Kiel."}
            yield messages, message | who | {"at": at + timedelta(seconds=20 * number)}
        for number in range(3 if wrote else 0):
            yield from self._turn(f"trn_{id}_{number}", chat, at)
        if wrote:
            yield from self._outcome_of_chat(id, chat, at)

    def _turn(self, id: str, chat: str, at: datetime) -> Iterator[Row]:
        turn = {"id": id, "conversation_id": chat, "status": "done", "up_to_seq": 1, "attempt": 1, "created_at": at}
        yield turns, turn | {"input_tokens": 4000, "output_tokens": 120}
        for number in range(2):
            call = {
                "id": f"{id}_{number}",
                "turn_id": id,
                "attempt": 1,
                "position": number,
                "call_id": f"call_{number}",
            }
            said = {"name": "report_bant", "arguments": "{}", "result": "Noted."}
            yield tool_calls, call | said | {"ok": self._chance.random() < 0.97, "at": at}

    def _outcome_of_chat(self, id: str, chat: str, at: datetime) -> Iterator[Row]:
        chance = self._chance
        for number, factor in enumerate(chance.sample(list(Factor), 2)):
            claim = {"id": f"bant_{id}_{number}", "lead_id": id, "factor": factor.value, "value": "x", "value_key": "x"}
            how = {"status": "stated", "message_id": f"msg_{id}_0", "quote": "jam", "asserted_by": "agent"}
            yield bant_claims, claim | how | {"corrects": False, "said_at": at, "at": at}
        if chance.random() < 0.05:
            event = {"id": f"grd_{id}", "conversation_id": chat, "kind": "price", "detail": "", "at": at}
            yield guard_events, event
        ids = {"lead_id": id, "conversation_id": chat}
        if chance.random() < 0.25:
            state = chance.choice((HandoffState.ACCEPTED, HandoffState.ACCEPTED, HandoffState.RETURNED))
            done = at + timedelta(minutes=chance.expovariate(1 / 20))
            why = {"id": f"hnd_{id}", "reason": "qualified", "note": "", "queue": "sales", "state": state.value}
            yield handoffs, ids | why | {"due_at": at, "created_at": at, "decided_at": done}
        if chance.random() < 0.1:
            state = chance.choice(list(MeetingState))
            slot = {"id": f"mtg_{id}", "host_id": chance.choice(OWNERS), "meeting_type": "intro", "title": "Call"}
            when = {"start": at, "end": at + timedelta(minutes=30), "booked_at": at, "zone": "Europe/Berlin"}
            what = {"attendee_email": "a@example.com", "state": state.value, "sequence": 0, "token": f"tok_{id}"}
            yield meetings, ids | slot | when | what

    def _deal(self, id: str, person: str, reached: dict[str, datetime]) -> dict[str, Any]:
        chance, at = self._chance, reached["opportunity"]
        state, closed = "open", reached.get("customer")
        lost = at + timedelta(days=chance.expovariate(1 / 40))
        if closed is not None:
            state = "won"
        elif chance.random() < 0.8 and lost < NOW:
            state, closed = "lost", lost
        ids = {"id": f"opp_{id}", "lead_id": id, "person_id": person, "owner_id": chance.choice(OWNERS)}
        worth = {"amount": Decimal(chance.randrange(100_000, 8_000_000)) / 100, "close_date": NOW.date()}
        how = {"currency": "EUR" if chance.random() < 0.97 else "USD", "stage": chance.choice(DEAL_STAGES)}
        when = {"created_at": at, "updated_at": at, "stage_entered_at": at, "closed_at": closed}
        return ids | worth | how | when | {"name": "Deal", "state": state, "note": "", "reopened": 0}


def _change(id: str, lead: str, before: str, after: str, at: datetime, dimension: str) -> dict[str, Any]:
    change = {"id": f"stg_{id}", "lead_id": lead, "before": before, "after": after, "dimension": dimension}
    return change | {"actor": "rule", "why": "bench", "at": at}
