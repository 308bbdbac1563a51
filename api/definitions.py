"""The definitions all teams share: what each word of the funnel means here, as JSON and as a page to read."""

from litestar import Response, get
from msgspec import Struct

from actions.add_key import Scope
from actions.current_rules import scoring_rules
from api.auth import Http, may, needs
from api.desk import Desk, DeskDep
from api.pages import page
from leads.condition_words import in_words
from leads.definition import Segment, definitions
from leads.moves import RULES
from leads.reasons import REASONS
from leads.score_rules import ScoreRules
from leads.stage import Stage
from playbook.book import Playbook


class DefinitionShown(Struct):
    """One word: its fixed key, its label here, the rule in words, who owns the next action."""

    key: str
    label: str
    rule: str
    owner: str


class ReasonShown(Struct):
    """One reason code: what a return for it leads to, after how many days it is worth another look, what to change."""

    code: str
    label: str
    on_return: str
    again_after_days: int | None
    advice: str


class MoveShown(Struct):
    """One move: from which stages and outcomes, and who may make it."""

    move: str
    stages: list[str]
    outcomes: list[str]
    by: list[str]


class SegmentShown(Struct):
    """A part of the market, or a kind of person, with its rule in words."""

    key: str
    label: str
    rule: str
    motion: str | None


class PipelineStep(Struct):
    """One stage of an opportunity."""

    key: str
    label: str
    probability: float


class TrackShown(Struct):
    """One rule that chooses a nurture track."""

    id: str
    label: str
    occasions: list[str]
    rule: str
    track: str
    sequence: str | None


class DefinitionsShown(Struct):
    """Every word, reason, move, segment, pipeline stage and nurture rule, as the playbook has them now."""

    company: str
    items: list[DefinitionShown]
    reasons: list[ReasonShown]
    moves: list[MoveShown]
    segments: list[SegmentShown]
    personas: list[SegmentShown]
    pipeline: list[PipelineStep]
    tracks: list[TrackShown]
    scoring_version: int


def definitions_shown(book: Playbook, scoring: ScoreRules) -> DefinitionsShown:
    """The whole of it, rendered from the rules; `scoring` are those that decide now."""
    words = definitions(book.stages, book.market, scoring, book.qualification, book.nurture)
    return DefinitionsShown(
        company=book.company.name,
        items=[DefinitionShown(d.key, d.label, d.rule, d.owner) for d in words],
        reasons=[
            ReasonShown(code.value, advice.label, advice.treatment.value, advice.again_after_days, advice.advice)
            for code, advice in REASONS.items()
        ],
        moves=[
            MoveShown(
                move.value,
                sorted((s.value for s in rule.stages), key=[s.value for s in Stage].index),
                sorted(o.value for o in rule.outcomes),
                sorted(m.value for m in rule.by),
            )
            for move, rule in RULES.items()
        ],
        segments=[_segment(part) for part in book.market.segments],
        personas=[_segment(part) for part in book.market.personas],
        pipeline=[PipelineStep(stage.key, stage.label, stage.probability) for stage in book.pipeline],
        tracks=[
            TrackShown(
                rule.id,
                rule.label,
                sorted(o.value for o in rule.on),
                in_words(rule.when) if rule.when else "always",
                rule.track,
                rule.sequence,
            )
            for rule in book.nurture.rules
        ],
        scoring_version=scoring.version,
    )


def _segment(part: Segment) -> SegmentShown:
    return SegmentShown(part.key, part.label, in_words(part.when), part.motion)


async def _now(desk: Desk) -> DefinitionsShown:
    async with desk.workspace.reading() as uow:
        return definitions_shown(desk.book, await scoring_rules(uow, desk.book))


@get("/definitions", operation_id="readDefinitions", guards=[needs(Scope.LEADS_READ)])
async def read_definitions(desk: DeskDep) -> DefinitionsShown:
    """What each word of the funnel means here, with the rule behind it."""
    return await _now(desk)


@get("/definitions", operation_id="openDefinitions", include_in_schema=False)
async def definitions_page(request: Http, desk: DeskDep) -> Response[str]:
    """The same for people to read: the team's, by session or key. Others see what the words are, without the rules."""
    whole = await may(request, desk, Scope.LEADS_READ)
    return page("definitions.html", shown=await _now(desk), whole=whole)
