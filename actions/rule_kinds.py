"""What the house must know of a kind of rules to keep versions of them: a file to begin with, checks, a schema.

One entry a kind. Drafts, versions, publishing and the routes over them are the same for all.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from actions.cross_thresholds import Reach
from actions.rescore_many import RESCORING
from leads.refusal import NotKnown
from playbook.book import Playbook
from playbook.fault import Fault
from playbook.routing_rules import read_routing, routing_document, routing_faults, routing_schema, routing_warnings
from playbook.scoring_document import scoring_document, scoring_faults, scoring_schema
from store.rules import RuleKind, RuleSet
from store.runs import Run, RunState
from store.types import JsonObject
from store.unit import UnitOfWork

AfterPublish = Callable[[UnitOfWork, RuleSet, Reach], Awaitable[Run | None]]
"""What publishing brings about for what exists already; the run that does it, if one does."""


@dataclass(frozen=True, slots=True)
class RuleReader:
    """One kind of rules: `base` is what the playbook's file says, as a document; `faults` is empty for a usable one.

    `warnings` say what is allowed but surely not meant, `reaches` how far a new version may reach for what exists.
    """

    base: Callable[[Playbook], JsonObject]
    faults: Callable[[JsonObject, Playbook], tuple[Fault, ...]]
    schema: Callable[[], JsonObject]
    after_publish: AfterPublish
    base_changed: Callable[[UnitOfWork], Awaitable[None]]
    warnings: Callable[[JsonObject, Playbook], tuple[str, ...]] = lambda _document, _book: ()
    reaches: frozenset[Reach] = frozenset(Reach)


async def _rescore_everybody(uow: UnitOfWork, rules: RuleSet, reach: Reach) -> Run:
    """Leave a run: every open lead is scored by the new version, and what is crossed reaches as far as was asked."""
    result: JsonObject = {"version": rules.version, "reach": reach.name, "after": "", "passes": 0}
    counts = dict.fromkeys(("changed", "rose", "fell"), 0)
    run = Run(uow.new_id("run"), RESCORING, RunState.WAITING, uow.now, result=result | counts)
    return await uow.runs.save(run)


async def _score_again(uow: UnitOfWork) -> None:
    await uow.scores.mark_due(uow.now)


async def _route_the_waiting_again(uow: UnitOfWork, _rules: RuleSet, reach: Reach) -> None:
    """What has an owner keeps them. Leads that a rule left in a queue are asked about again when that was wanted."""
    if reach is Reach.ACT:
        await uow.assignments.ask_again(at=uow.now, why="new rules were published")


async def _nothing_to_do(_uow: UnitOfWork) -> None:
    """The file is read when a lead is routed."""


def _lint(document: JsonObject, book: Playbook) -> tuple[str, ...]:
    return () if routing_faults(document, book) else routing_warnings(read_routing(document, book))


READERS: Mapping[RuleKind, RuleReader] = MappingProxyType(
    {
        RuleKind.SCORING: RuleReader(
            base=lambda book: scoring_document(book.scoring),
            faults=lambda document, book: scoring_faults(document, book.signals),
            schema=scoring_schema,
            after_publish=_rescore_everybody,
            base_changed=_score_again,
        ),
        RuleKind.ROUTING: RuleReader(
            base=routing_document,
            faults=routing_faults,
            schema=routing_schema,
            after_publish=_route_the_waiting_again,
            base_changed=_nothing_to_do,
            warnings=_lint,
            reaches=frozenset({Reach.FIGURES, Reach.ACT}),
        ),
    }
)
"""Every kind of rules that is kept in versions."""


def reader_of(kind: RuleKind) -> RuleReader:
    """How this kind is read. Raises NotKnown for one that is not kept in versions."""
    if kind not in READERS:
        raise NotKnown(f"Rules for {kind.value} are not kept in versions here.")
    return READERS[kind]
