"""Rules in versions, whatever they decide: a draft, what it would do, publishing, and everything that ever counted.

One controller a kind: a subclass names its address and its kind, and may add calls of its own.
"""

from typing import Any, ClassVar

from litestar import Controller, Response, delete, get, post, put
from litestar.params import FromPath, JSONBody

from actions.add_key import Scope
from actions.cross_thresholds import Reach
from actions.dry_run_rules import dry_run
from actions.publish_rules import discard_draft, publish_draft, read_shelf, read_version, save_draft
from actions.rule_kinds import reader_of
from api.auth import ActorDep, needs
from api.desk import DeskDep
from api.errors import FieldError, Problem
from api.if_match import IfMatch, seen_by
from api.rule_shapes import (
    DryRunBody,
    DryRunShown,
    PublishBody,
    Published,
    RulesBody,
    RuleShelfShown,
    RulesShown,
    dry_run_shown,
    rules_shown,
    shelf_shown,
)
from api.runs import run_shown
from leads.refusal import NothingToPublish, NotKnown
from playbook.fault import PlaybookFaults
from playbook.scoring_document import read_scoring
from store.rules import RuleKind
from store.types import JsonObject
from store.unit import UnitOfWork

READ, WRITE = [needs(Scope.RULES_READ)], [needs(Scope.RULES_WRITE)]
MOST_SHOWN = 50


def _named(verb: str, what: str = "Rules") -> Any:
    """The operation's id with the kind in it, which is the last fixed word before the call's own: saveScoringRules."""

    def operation_id(_handler: Any, _method: Any, components: list[Any]) -> str:
        kind = str(components[components.index("rules") + 1])
        return f"{verb}{kind.title()}{what}"

    return operation_id


class RuleRoutes(Controller):
    """What every kind of rules can do."""

    kind: ClassVar[RuleKind]

    @get("/", operation_id=_named("read"), guards=READ)
    async def read(self, desk: DeskDep) -> Response[RuleShelfShown]:
        """What decides, the draft, and every version. The `ETag` goes into `If-Match` when a draft is saved."""
        async with desk.workspace.reading() as uow:
            shelf = await read_shelf(uow, desk.book, self.kind)
        return Response(shelf_shown(self.kind.value, shelf), headers={"ETag": f'"{shelf.mark}"'})

    @put("/", operation_id=_named("save"), guards=WRITE)
    async def save(
        self, desk: DeskDep, actor: ActorDep, data: JSONBody[RulesBody], if_match: IfMatch = None
    ) -> Response[RulesShown]:
        """Save the draft. 422 names every fault with its place; 412 when it changed since `If-Match`."""
        async with desk.workspace.unit() as uow:
            try:
                draft = await save_draft(
                    uow,
                    desk.book,
                    self.kind,
                    data.content,
                    actor=actor,
                    comment=data.comment,
                    expected=seen_by(if_match),
                    base_version=data.base_version,
                )
            except PlaybookFaults as faults:
                raise faulty(faults) from None
            shelf = await read_shelf(uow, desk.book, self.kind)
        return Response(rules_shown(draft), headers={"ETag": f'"{shelf.mark}"'})

    @delete("/draft", operation_id=_named("discard"), guards=WRITE)
    async def discard(self, desk: DeskDep, actor: ActorDep) -> None:
        """Throw the draft away; what decides stays."""
        async with desk.workspace.unit() as uow:
            await discard_draft(uow, desk.book, self.kind, actor=actor)

    @get("/schema", operation_id=_named("read", "RulesSchema"), guards=READ)
    async def schema(self) -> dict[str, Any]:
        """The JSON schema of a document, for editors."""
        return reader_of(self.kind).schema()

    @get("/versions/{version:int}", operation_id=_named("read", "RulesVersion"), guards=READ)
    async def version(self, desk: DeskDep, version: FromPath[int]) -> RulesShown:
        """One version with its content; 0 is the playbook's file."""
        async with desk.workspace.reading() as uow:
            return rules_shown(await read_version(uow, desk.book, self.kind, _number(version)))

    @post("/publish", operation_id=_named("publish"), guards=WRITE, status_code=202)
    async def publish(
        self, desk: DeskDep, actor: ActorDep, data: JSONBody[PublishBody], if_match: IfMatch = None
    ) -> Published:
        """Let the draft decide from now on. What exists is worked through afterwards: `GET /v1/runs/{id}`.

        `apply_to_existing` for scoring: `none` changes figures only, `notify` tells the team of lines crossed, `act`
        moves leads. For routing: `none`, or `act` to ask again about leads that a rule has left in a queue.
        """
        reach = _REACH[data.apply_to_existing]
        if reach not in reader_of(self.kind).reaches:
            sentence = f"Publishing {self.kind.value} rules cannot {data.apply_to_existing}."
            raise Problem(422, "invalid", sentence, errors=[FieldError("apply_to_existing", "none or act")])
        async with desk.workspace.unit() as uow:
            try:
                done = await publish_draft(
                    uow,
                    desk.book,
                    self.kind,
                    actor=actor,
                    reach=reach,
                    comment=data.comment,
                    expected=seen_by(if_match),
                )
            except PlaybookFaults as faults:
                raise faulty(faults) from None
        return Published(rules_shown(done.rules), run_shown(done.run) if done.run else None)


class ScoringRuleRoutes(RuleRoutes):
    """`/v1/rules/scoring`."""

    path = "/rules/scoring"
    kind = RuleKind.SCORING

    @post("/dry-run", operation_id="tryScoringRules", guards=WRITE, status_code=200)
    async def try_out(self, desk: DeskDep, data: JSONBody[DryRunBody]) -> DryRunShown:
        """What the draft, or a document, would do to the open leads. Changes nothing; takes up to ten seconds."""
        async with desk.workspace.reading() as uow:
            content = data.content if data.content is not None else await _draft(uow, RuleKind.SCORING)
            try:
                rules = read_scoring(content, version=0, signals=desk.book.signals)
            except PlaybookFaults as faults:
                raise faulty(faults) from None
            return dry_run_shown(await dry_run(uow, desk.book, rules))


_REACH = {"none": Reach.FIGURES, "notify": Reach.NOTIFY, "act": Reach.ACT}


def faulty(faults: PlaybookFaults) -> Problem:
    """Every fault of a document, with its place."""
    errors = [
        FieldError(fault.where or "content", f"{fault.wrong}. Allowed: {fault.allowed}.") for fault in faults.faults
    ]
    first = errors[0] if errors else FieldError("content", "it cannot be read")
    detail = f"The rules cannot be used; {len(errors)} to put right, the first at {first.field}: {first.message}"
    return Problem(422, "rules_invalid", detail, errors=errors[:MOST_SHOWN])


async def _draft(uow: UnitOfWork, kind: RuleKind) -> JsonObject:
    draft = await uow.rules.draft(kind)
    if draft is None:
        raise NothingToPublish("There is no draft. Save one first, or send the document as `content`.")
    return draft.content


def _number(version: int) -> int:
    """A version's number that a column can hold. Raises NotKnown."""
    if not 0 <= version < 2**31:
        raise NotKnown("There is no such version.")
    return version
