"""A scripted case from a stored conversation: what was written, which tools were called, and how it ended.

Contact details are replaced by invented ones. The case is replayed before it is given out: what does not come out as
it is stored (a click, a rep's message, a calendar that has changed) is left out of `must` and told in `issues`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from actions.note_contact import ContactKind
from actions.read_context import Context, read_context
from evals.case import Case
from evals.case_yaml import case_text
from evals.catalogue import Entry, read_case
from evals.checks import judge
from evals.modes import Mode
from evals.properties import end_properties
from evals.recording import end_state
from evals.replay import replay
from evals.transcripts.invented import Inventions
from evals.world import Worlds
from leads.conversation import AuthorKind, ChatMessage
from leads.identity import ConversationId, TurnId
from leads.refusal import WrongMove
from playbook.book import Playbook
from playbook.folders import SAMPLE
from playbook.loader import FILES
from playbook.source import read_yaml
from store.turn_record import ToolCallRecord
from store.unit import UnitOfWork


@dataclass(slots=True)
class _Told:
    """A conversation as steps and lines, turn by turn."""

    steps: list[Any] = field(default_factory=list)
    script: list[list[dict[str, Any]]] = field(default_factory=list)
    clock: datetime | None = None
    last: datetime | None = None


async def record(worlds: Worlds, uow: UnitOfWork, book: Playbook, conversation_id: ConversationId) -> str:
    """The case as YAML; it passes as it stands. Raises NotKnown, WrongMove (the visitor has written nothing)."""
    context = await read_context(uow, conversation_id)
    inventions = _inventions(context)
    slots = {str(o.slot_id): f"slot_{n:05}" for n, o in enumerate(await uow.meetings.offers(conversation_id), 1)}
    told = _told(context.messages, await uow.turns.tool_calls(conversation_id), inventions, slots)
    if told.clock is None or not told.script:
        raise WrongMove("There is no answered message in this conversation, so there is nothing to replay.")
    stored = await end_state(uow, book, conversation_id)
    used = {call.name for call in await uow.turns.tool_calls(conversation_id) if call.ok}
    must = end_properties(stored) | ({"tools_used": sorted(used)} if used else {})
    draft = {
        "about": f"A stored conversation of {len(told.script)} turns, recorded; say here what it shows.",
        "clock": told.clock.isoformat(),
        "models": [Mode.SCRIPTED.value],
        "lead": _lead(context, inventions),
        "arrives": _arrives(context),
        "playbook": _changes(book),
        "visitor": told.steps,
        "script": told.script,
    }
    issues = [*_not_replayed(context), *([inventions.told] if inventions.told else [])]
    return case_text({**draft, **await _what_holds(worlds, draft, must, issues)})


def _inventions(context: Context) -> Inventions:
    inventions = Inventions()
    inventions.learn("", name=context.detail(ContactKind.NAME), company=context.detail(ContactKind.COMPANY))
    for kind in (ContactKind.EMAIL, ContactKind.PHONE):
        inventions.learn(context.detail(kind) or "")
    for message in context.messages:
        if message.author is AuthorKind.VISITOR:
            inventions.learn(message.text)
    return inventions


def _told(
    messages: Sequence[ChatMessage],
    calls: Sequence[ToolCallRecord],
    inventions: Inventions,
    slots: Mapping[str, str],
) -> _Told:
    told = _Told()
    burst: list[ChatMessage] = []
    for message in messages:
        if message.author is AuthorKind.VISITOR:
            burst.append(message)
        elif message.author is AuthorKind.AGENT and burst:
            _add_turn(told, burst, message, _calls_of(calls, message.turn_id, inventions, slots), inventions)
            burst = []
    return told


def _add_turn(
    told: _Told, burst: Sequence[ChatMessage], answer: ChatMessage, calls: list[dict[str, Any]], inventions: Inventions
) -> None:
    told.clock = told.clock or burst[0].at
    minutes = int((burst[0].at - (told.last or told.clock)).total_seconds() // 60)
    if minutes:
        told.steps.append({"pause": f"{minutes} minutes"})
    told.last = burst[0].at
    texts = [inventions.replaced(message.text) for message in burst]
    told.steps.append(texts[0] if len(texts) == 1 else {"burst": texts})
    lines: list[dict[str, Any]] = [{"call": calls}] if calls else []
    told.script.append([*lines, {"say": inventions.replaced(answer.text)}])


def _calls_of(
    calls: Sequence[ToolCallRecord], turn_id: TurnId | None, inventions: Inventions, slots: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The calls of a turn; its slots are named as this world counts them."""
    found = []
    for call in calls:
        if call.turn_id == turn_id:
            written = inventions.replaced(call.arguments)
            for stored, counted in slots.items():
                written = written.replace(stored, counted)
            found.append({"tool": call.name, **_arguments(written)})
    return found


def _arguments(written: str) -> dict[str, Any]:
    try:
        arguments = json.loads(written)
    except ValueError:
        arguments = None
    return {"arguments": arguments} if isinstance(arguments, dict) else {"raw": written}


def _lead(context: Context, inventions: Inventions) -> dict[str, Any] | None:
    """Who proved who they are was on record; a stranger brings no record along."""
    email, name = context.detail(ContactKind.EMAIL), context.detail(ContactKind.NAME)
    if not context.conversation.verified or not email:
        return None
    return {"email": inventions.replaced(email), "name": inventions.replaced(name) if name else None, "verified": True}


def _arrives(context: Context) -> dict[str, Any]:
    conversation = context.conversation
    told = {"zone": conversation.zone, "language": conversation.language}
    return {key: value for key, value in told.items() if value}


def _changes(book: Playbook) -> dict[str, Any]:
    """The files in which the company's playbook is not the sample's."""
    mine, sample = ({file: _content(folder, file) for file in FILES} for folder in (book.folder, SAMPLE))
    return {file: mine[file] for file in FILES if mine[file] != sample[file]}


def _content(folder: Any, file: str) -> Any:
    path = folder / file
    source, _ = read_yaml(path.read_text(encoding="utf-8"), file=file) if path.exists() else (None, [])
    return source.content if source is not None else None


def _not_replayed(context: Context) -> list[str]:
    reps = sum(message.author is AuthorKind.REP for message in context.messages)
    said = f"{reps} messages of a rep are not part of the case." if reps else ""
    return [said] if said else []


async def _what_holds(worlds: Worlds, draft: dict[str, Any], must: dict[str, Any], issues: list[str]) -> dict[str, Any]:
    """The end state as far as the replay reaches it; the rest as issues."""
    case = _case({**draft, "must": must, "issues": issues})
    trace = (await replay(worlds, Entry("recorded", "conversation", case), Mode.SCRIPTED)).trace
    failed = [verdict for verdict in judge(case, trace) if not verdict.passed]
    lost = {verdict.check.split(".")[1] for verdict in failed}
    told = [f"Not so in the replay: {v.check.removeprefix('must.')}: {v.explanation}"[:600] for v in failed]
    kept = {key: value for key, value in must.items() if key not in lost} or {"replies": len(draft["script"])}
    return {"must": kept, "issues": [*issues, *told]}


def _case(values: Mapping[str, Any]) -> Case:
    read = read_case(case_text(values), file="recorded.yaml")
    if not isinstance(read, Case):
        raise ValueError("; ".join(map(str, read)))
    return read
