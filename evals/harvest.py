"""From a rep's decision on a handoff to a draft of a case: what must be so, and never a word of the person.

A draft says in `draft` what the visitor does, turn by turn, as properties of what they wrote. Somebody invents lines
that do the same and puts them under `visitor`; until then the exam does not run it.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from actions.rescore_lead import explain_score
from agent.interviewer.act import Act
from agent.interviewer.hearing import Hearing, hear
from agent.interviewer.language import language_of
from agent.say_do import ClaimKind, Ground, check
from agent.sentences import split
from agent.tool_calls import ToolMode
from agent.tools import TOOLS
from evals.asking import questions_in
from evals.case_yaml import case_text
from evals.modes import Mode
from evals.recording import end_state
from evals.transcripts.skeleton import CLOCK
from leads.bant import Factor
from leads.conversation import AuthorKind, ChatMessage, Conversation
from leads.draft import Draft, DraftState, Revision
from leads.handoff import UNDECIDED, Handoff, HandoffReason, HandoffState
from leads.hours import zone_of
from leads.identity import HandoffId
from leads.refusal import WrongMove
from leads.signal import ActorKind
from leads.stage import ReasonCode, Stage
from playbook.book import Playbook
from store.turn_record import ToolCallRecord
from store.unit import UnitOfWork

_AROUND = 10
"""Points of the score to either side."""
_NO_BUYER = frozenset({ReasonCode.STUDENT, ReasonCode.JOB_SEEKER, ReasonCode.VENDOR, ReasonCode.COMPETITOR})
_UNMET: Mapping[ReasonCode, Factor] = {
    ReasonCode.NO_NEED: Factor.NEED,
    ReasonCode.NO_BUDGET: Factor.BUDGET,
    ReasonCode.NO_AUTHORITY: Factor.AUTHORITY,
    ReasonCode.NOT_NOW: Factor.TIMELINE,
}
"""What a reason says was not met."""
_BY_RULE = frozenset({HandoffReason.QUALIFIED, HandoffReason.MEETING_BOOKED})
_WRITES = frozenset(tool.name for tool in TOOLS if tool.mode is ToolMode.WRITE)
_WAITS: Mapping[ClaimKind, str] = {
    ClaimKind.BOOKING: "that something is booked",
    ClaimKind.SENDING: "that something was sent",
    ClaimKind.HANDOVER: "that a colleague was asked",
    ClaimKind.FOLLOW_UP: "a promise to come back",
    ClaimKind.PRICE: "a price",
    ClaimKind.TERMS: "a promise or terms",
    ClaimKind.HUMAN: "a claim to be human",
    ClaimKind.TIME: "a time",
    ClaimKind.RECORDS: "what is on record",
}


async def harvest(uow: UnitOfWork, book: Playbook, handoff_id: HandoffId) -> str:
    """The draft of a case as YAML. Raises WrongMove while nobody has decided, NotKnown."""
    handoff = await uow.handoffs.get(handoff_id)
    if handoff.state in UNDECIDED:
        raise WrongMove("Nobody has decided on this handoff yet; accept or return it, then harvest it.")
    conversation = await uow.conversations.get(handoff.conversation_id)
    messages = await uow.conversations.messages(conversation.id)
    before = [m for m in messages if handoff.decided_at is None or m.at <= handoff.decided_at]
    must, must_not = await _expected(uow, book, handoff)
    about = (
        f"A handoff for {handoff.reason.value} that a rep {handoff.state.value}{_as(handoff)}; say here what it shows."
    )
    return case_text(
        {
            "about": about,
            "clock": CLOCK,
            "models": [Mode.BUILT_IN.value],
            "arrives": {"language": conversation.language} if conversation.language else None,
            "draft": list(_intents(before, await uow.turns.tool_calls(conversation.id), conversation, book)),
            "must": must,
            "must_not": must_not,
            "issues": list(await _issues(uow, handoff)),
        }
    )


def _as(handoff: Handoff) -> str:
    return f" as {handoff.reason_code.value}" if handoff.reason_code else ""


async def _expected(uow: UnitOfWork, book: Playbook, handoff: Handoff) -> tuple[dict[str, Any], dict[str, Any]]:
    """What must hold when the rep was right."""
    end = await end_state(uow, book, handoff.conversation_id)
    total = (await explain_score(uow, book, handoff.lead_id)).total
    calls = await uow.turns.tool_calls(handoff.conversation_id)
    used = sorted({call.name for call in calls if call.ok and call.name in _WRITES})
    must: dict[str, Any] = {
        "bant": {factor.value: {"status": view.status.value} for factor, view in end.bant},
        "score": {"min": max(0, round(total) - _AROUND), "max": min(100, round(total) + _AROUND)},
        **({"tools_used": used} if used else {}),
    }
    must_not: dict[str, Any] = {}
    stage = await _stage_before(uow, handoff)
    if handoff.state is HandoffState.ACCEPTED:
        must |= {"handoff": {"reason": handoff.reason.value}, **({"stage": stage.value} if stage else {})}
        return must, must_not
    code = handoff.reason_code
    if code in _NO_BUYER:
        must |= {"handoff": {"reason": HandoffReason.REVIEW_DISQUALIFICATION.value}, "meeting": {"booked": False}}
    elif handoff.reason in _BY_RULE or handoff.reason is HandoffReason.REVIEW_DISQUALIFICATION:
        must_not["handoff"] = {"reason": handoff.reason.value}
    else:
        must["handoff"] = {"reason": handoff.reason.value}  # they asked; that it was returned does not undo the wish
    if code is not None and code in _UNMET:
        must["bant"][_UNMET[code].value] = {"met": False}
    return must, must_not


async def _stage_before(uow: UnitOfWork, handoff: Handoff) -> Stage | None:
    """The stage that the agent had brought the lead to when the rep decided."""
    moves = [r for r in await uow.leads.history(handoff.lead_id) if r.change.dimension.value == "stage"]
    own = [r for r in moves if handoff.decided_at is None or r.at < handoff.decided_at]
    return Stage(own[-1].change.after) if own else Stage.LEAD


# --- what the visitor does


def _intents(
    messages: Sequence[ChatMessage], calls: Sequence[ToolCallRecord], conversation: Conversation, book: Playbook
) -> Iterator[str]:
    """A line for each time the visitor wrote: what was noted and heard of it, its language and length."""
    zone = zone_of(conversation.zone or book.company.hours.zone)
    burst: list[ChatMessage] = []
    for message in [*messages, None]:
        if message is not None and message.author is AuthorKind.VISITOR:
            burst.append(message)
        elif burst:
            heard = hear([m.text for m in burst], now=burst[-1].at, zone=zone, region=book.company.region)
            turn_id = message.turn_id if message is not None else None
            noted = [_noted(call) for call in calls if turn_id is not None and call.turn_id == turn_id]
            done = dict.fromkeys([*filter(None, noted), *_done(heard)])
            yield f"{'; '.join(done) or 'says something that was not understood'} ({_size(burst)})"[:600]
            burst = []


def _size(burst: Sequence[ChatMessage]) -> str:
    texts = [message.text for message in burst]
    many = f", {len(texts)} messages" if len(texts) > 1 else ""
    return f"{language_of(' '.join(texts))}, {sum(len(text.split()) for text in texts)} words{many}"


def _noted(call: ToolCallRecord) -> str:
    """What a model noted of them: the factor and how it stands, as far as these are words of ours."""
    try:
        arguments = json.loads(call.arguments)
    except ValueError:
        return ""
    if call.name != "qualify_bant" or not call.ok or not isinstance(arguments, dict):
        return ""
    factor, status = arguments.get("factor"), arguments.get("status")
    is_ours = factor in set(Factor) and status in {"stated", "refused"}
    return f"{status} {factor}" if is_ours else ""


def _done(heard: Hearing) -> Iterator[str]:
    for claim in heard.claims:
        yield f"{claim.status.value} {claim.factor.value}" + (
            ", putting right what was said" if claim.correction else ""
        )
    details = {"e-mail address": heard.contact.emails, "phone number": heard.contact.phones}
    yield from (f"gives an {kind}" if kind[0] == "e" else f"gives a {kind}" for kind, found in details.items() if found)
    yield from (f"gives their {kind}" for kind in ("name", "company", "team_size") if getattr(heard.contact, kind))
    if heard.title:
        yield "gives their job"
    if heard.slot_choice is not None:
        yield "takes or names a time"
    yield from (act.value.replace("_", " ") for act in sorted(heard.acts - {Act.QUESTION}))
    if heard.questions:
        yield f"asks {len(heard.questions)} question{'s' if len(heard.questions) > 1 else ''}"


# --- what a person has to look at


async def _issues(uow: UnitOfWork, handoff: Handoff) -> Iterator[str]:
    told = [
        "A draft: write invented lines under `visitor` that do what `draft` says, then take `draft` away.",
        f"The rep {handoff.state.value} it{_as(handoff)}. Does `must` say what the agent should have done?",
    ]
    draft = await uow.drafts.of_handoff(handoff.id)
    if draft is not None:
        told += _about_draft(draft, await uow.drafts.revisions(draft.id))
    return iter(told)


def _about_draft(draft: Draft, revisions: Sequence[Revision]) -> list[str]:
    """What the rep made of the suggested reply, as kinds of claims and numbers of questions."""
    own = [r for r in revisions if r.author.kind is not ActorKind.REP]
    if not own:
        return []
    first, last = own[-1].text, revisions[-1].text
    if draft.state is DraftState.REJECTED:
        return [f"The rep rejected the suggested reply, which holds {_listed(_claims(first)) or 'no claim'}."]
    if first == last:
        return ["The rep sent the suggested reply as it was."] if draft.state is DraftState.SENT else []
    before, after = _claims(first), _claims(last)
    changes = [f"took out {_listed(before - after)}"] if before - after else []
    changes += [f"put in {_listed(after - before)}"] if after - before else []
    asked = len(questions_in(last)) - len(questions_in(first))
    changes += (
        [f"asked {abs(asked)} question{'s' if abs(asked) > 1 else ''} {'more' if asked > 0 else 'less'}"]
        if asked
        else []
    )
    size = round(100 * len(last.split()) / max(1, len(first.split())))
    return [f"The rep changed the suggested reply: {'; '.join([*changes, f'it has {size} % of its words'])}."]


def _claims(text: str) -> set[ClaimKind]:
    """The kinds of claims in a text; a sentence may hold one in each of its clauses."""
    clauses = [part for sentence in split(text) for part in (sentence, *_CLAUSE.split(sentence))]
    return {claim.kind for part in clauses if (claim := check(part, Ground())) is not None}


_CLAUSE = re.compile(r"[,;:]\s|\s(?:and|und|et|y|e|but|aber)\s", re.I)


def _listed(kinds: set[ClaimKind]) -> str:
    return ", ".join(_WAITS[kind] for kind in ClaimKind if kind in kinds)
