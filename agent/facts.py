"""The facts sheet: what code knows of this conversation, for the model to read. JSON, so that words stay data."""

import json
import re
from collections import Counter
from datetime import datetime
from typing import Any

from actions.read_context import Context
from agent.history import burst_of, written_language
from agent.interviewer.asking import factors_asked
from agent.orders import carries_an_order
from leads.bant import Factor, FactorView
from leads.conversation import AuthorKind
from leads.hours import describe, is_open, zone_of
from leads.slots import spoken
from leads.stretch import StretchSummary
from playbook.book import Playbook


def facts_sheet(context: Context, book: Playbook, now: datetime) -> str:
    """The sheet as JSON. It holds no score, no threshold and nobody else's data: what is not here cannot leak.

    A name, a company or a role that reads like none is left out: forms, lists and look-ups write what they like there.
    """
    conversation = context.conversation
    zone = conversation.zone or book.company.hours.zone
    local = now.astimezone(zone_of(zone))
    sheet: dict[str, Any] = {
        "now": local.strftime("%A %Y-%m-%d %H:%M"),
        "visitor_zone": zone,
        "visitor_language": _language(context),
        "channel": conversation.channel.value,
        "page": _page(conversation.page.title),
        "contact": {k.kind.value: k.value for k in context.contact if _is_a_detail(k.value)},
        "bant": {factor.value: _factor(context.bant[factor]) for factor in Factor},
        "ask_next": [factor.value for factor in context.bant.missing],
        "asked_so_far": _asked(context, book),
        "offered": [
            {
                "slot_id": o.slot_id,
                "start": o.start.astimezone(zone_of(zone)).strftime("%Y-%m-%dT%H:%M"),
                "when": spoken(o.start, zone, language=conversation.language or "en"),
            }
            for o in context.offers
        ],
        "meeting": _meeting(context, zone),
        "colleague_asked": context.handoff.reason.value if context.handoff else None,
        "reported_signals": sorted(name.removeprefix("said.") for name in context.signals),
        "team_at_work": is_open(book.company.hours, now),
        "team_hours": describe(book.company.hours),
    }
    if context.colleagues:
        sheet["colleagues"] = [_colleague(stretch) for stretch in context.colleagues[-_MOST_STRETCHES:]]
    if context.in_charge:
        sheet["colleague_in_charge"] = context.in_charge
    return json.dumps(sheet, ensure_ascii=False, separators=(",", ":"))


def _language(context: Context) -> str | None:
    """What they write, or what their browser says where their words do not tell or tell the same."""
    told = context.conversation.language
    newest = context.messages[-1].seq if context.messages else 0
    burst = [m.text for m in burst_of(context.messages, up_to_seq=newest)]
    written = written_language(context.messages, burst)
    return told if told and written in {None, told.split("-")[0].lower()} else written


_MOST_STRETCHES = 3


def _colleague(stretch: StretchSummary) -> dict[str, Any]:
    """What a colleague said on the line, for the agent to stand by."""
    told: dict[str, Any] = {
        "name": stretch.rep,
        "on_the_line": "still" if stretch.ended_at is None else "no longer",
        "said": list(stretch.said),
    }
    if stretch.promised:
        told["promised"] = list(stretch.promised)
    if stretch.asked:
        told["asked"] = list(stretch.asked)
    return told


_MOST_WORDS = 16
"""The longest of 295 real job titles has as many; whoever wants to steer a model needs room."""


_ASKS = re.compile(r"\?(?!\w)")  # "M?ller" is an old form's way with an umlaut


def _is_a_detail(value: str) -> bool:
    """Whether a name, a company or a role reads like one, and not like a question, an essay or an order."""
    return len(value.split()) <= _MOST_WORDS and not _ASKS.search(value) and not carries_an_order(value)


def _page(title: str) -> str | None:
    """The title of the page they are on; whoever links to us writes it, so one that gives orders is left out."""
    return title[:120] if title and not carries_an_order(title) else None


def _asked(context: Context, book: Playbook) -> dict[str, int]:
    """How often each factor was asked for, over the whole talk and not just what is shown.

    A model asks in words of its own, and may ask for two things in one message; colleagues do so as well.
    """
    said = [m.text for m in context.messages if m.author is AuthorKind.AGENT]
    reps = [question for stretch in context.colleagues for question in stretch.asked]
    counts = Counter(factor for text in (*said, *reps) for factor in factors_asked(text, book.agent.questions))
    return {factor.value: counts[factor] for factor in Factor if counts[factor]}


def _factor(view: FactorView) -> dict[str, Any]:
    shown: dict[str, Any] = {"status": view.status.value}
    if view.value:
        shown["value"] = view.value
        shown["met"] = view.met
    if view.evidence:
        shown["quote"] = view.evidence[-1].quote[:200]
    return shown


def _meeting(context: Context, zone: str) -> str | None:
    if context.meeting is None:
        return None
    return spoken(context.meeting.start, zone, language=context.conversation.language or "en")
