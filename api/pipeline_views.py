"""Opportunities and tasks as outside programs see them, and the values they send as the house reads them."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from actions.choose_track import facts_of
from api.errors import FieldError, Problem
from api.lead_views import Team
from api.pipeline_shapes import (
    DealChangeShown,
    MoneyShown,
    OpportunityShown,
    PipelineShown,
    PipelineStageShown,
    StandingShown,
    TaskShown,
    WishShown,
)
from leads.actor import Actor
from leads.definition import label_of
from leads.identity import LeadId, RepId
from leads.moves import legal_moves, mover_of
from leads.opportunity import DealChange, DealState, Money, Opportunity, PipelineStage
from leads.qualify import is_prospect, segments_of
from leads.task import Task
from playbook.book import Playbook
from store.opportunities import PipelineCell
from store.unit import UnitOfWork


def money_shown(amount: Decimal, currency: str) -> MoneyShown:
    """An amount with at least two decimals, and no more than it has."""
    exact = max(2, -int(amount.normalize().as_tuple().exponent)) if amount else 2
    return MoneyShown(f"{amount:.{exact}f}", currency)


def money(amount: str | float | Decimal, currency: str) -> Money:
    """What was sent as money; a number is taken as it is written. Raises ValueMissing."""
    return Money(Decimal(str(amount)), currency)


async def rep_named(uow: UnitOfWork, named: str | None) -> RepId | None:
    """The rep of an id or an address. Raises Problem 422."""
    if named is None:
        return None
    rep = await uow.access.rep_by_email(named) if "@" in named else await uow.access.rep(RepId(named))
    if rep is None or not rep.active:
        errors = [FieldError("owner", "nobody of the team has this id or address")]
        raise Problem(422, "rep_unknown", f"Nobody of the team is {named[:100]!r}.", errors=errors)
    return rep.id


def opportunity_shown(
    deal: Opportunity, pipeline: tuple[PipelineStage, ...], team: Team, history: Sequence[DealChange] = ()
) -> OpportunityShown:
    """One deal."""
    return OpportunityShown(
        id=deal.id,
        lead_id=deal.lead_id,
        person_id=deal.person_id,
        company_id=deal.company_id,
        name=deal.name,
        value=money_shown(deal.value.amount, deal.value.currency),
        probability=deal.probability(pipeline),
        close_date=deal.close_date,
        quote_url=deal.quote_url,
        stage=deal.stage,
        state=deal.state.value,
        reason_code=deal.reason.value if deal.reason else None,
        note=deal.note,
        owner=team.owner(deal.owner),
        reopened=deal.reopened,
        created_at=deal.created_at,
        updated_at=deal.updated_at,
        stage_entered_at=deal.stage_entered_at,
        closed_at=deal.closed_at,
        history=[_change(change) for change in history],
    )


def _change(change: DealChange) -> DealChangeShown:
    return DealChangeShown(
        what=change.what,
        before=change.before,
        after=change.after,
        by=change.actor.name,
        actor=change.actor.kind.value,
        reason_code=change.reason.value if change.reason else None,
        at=change.at,
    )


def pipeline_shown(cells: Sequence[PipelineCell], pipeline: tuple[PipelineStage, ...]) -> PipelineShown:
    """The pipeline by stage; amounts of several currencies stay apart."""
    known = {stage.key for stage in pipeline}
    still_open = [cell for cell in cells if cell.state is DealState.OPEN]
    former = sorted({cell.stage for cell in still_open} - known)
    stages = (*pipeline, *(PipelineStage(key, key, 0.0) for key in former))
    return PipelineShown(
        items=[
            _stage(stage, [c for c in cells if c.stage == stage.key and c.state is DealState.OPEN]) for stage in stages
        ],
        won=_sums([c for c in cells if c.state is DealState.WON]),
        lost=_sums([c for c in cells if c.state is DealState.LOST]),
    )


def _stage(stage: PipelineStage, cells: Sequence[PipelineCell]) -> PipelineStageShown:
    return PipelineStageShown(
        stage=stage.key,
        label=stage.label,
        probability=stage.probability,
        count=sum(cell.count for cell in cells),
        totals=_sums(cells),
        weighted=_sums(cells, share=Decimal(str(stage.probability))),
    )


def _sums(cells: Sequence[PipelineCell], share: Decimal = Decimal(1)) -> list[MoneyShown]:
    sums: dict[str, Decimal] = {}
    for cell in cells:
        sums[cell.currency] = sums.get(cell.currency, Decimal(0)) + cell.amount
    cent = Decimal("0.01")
    return [
        money_shown((total * share).quantize(cent, ROUND_HALF_EVEN) if share != 1 else total, currency)
        for currency, total in sorted(sums.items())
    ]


def task_shown(uow: UnitOfWork, task: Task, team: Team) -> TaskShown:
    """One task."""
    return TaskShown(
        id=task.id,
        lead_id=task.lead_id,
        kind=task.kind.value,
        title=task.title,
        owner=team.owner(task.owner),
        due_at=task.due_at,
        overdue=task.overdue(uow.now),
        done_at=task.done_at,
        created_at=task.created_at,
    )


async def standing_shown(uow: UnitOfWork, book: Playbook, lead_id: LeadId, actor: Actor) -> StandingShown:
    """Where a lead stands, and what this actor may do with it."""
    lead = await uow.leads.get(lead_id)
    facts = await facts_of(uow, lead)
    began = next((a for a in facts.activities if a.type == "cycle.began"), None)
    return StandingShown(
        stage=lead.standing.stage.value,
        label=label_of(lead.standing.stage, book.stages),
        status=lead.standing.status.value,
        outcome=lead.standing.outcome.value,
        legal_moves=[move.value for move in legal_moves(lead.standing, mover_of(actor))],
        prospect=is_prospect(facts, book.market),
        segments=list(segments_of(facts, book.market)),
        cycle=lead.cycle_no,
        earlier_lead_id=str(began.properties["earlier"]) if began else None,
        tracks=[WishShown(w.track, w.sequence, w.why, w.at, w.taken_at) for w in await uow.wishes.of_lead(lead.id)],
    )
