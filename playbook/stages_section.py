"""Parts of company.yaml about the funnel: labels of stages, the market we sell to, the stages of an opportunity.

All of it may be left out: a playbook without these sections is complete.
"""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from leads.definition import KEYS, Market, Segment, StagePolicy
from leads.opportunity import PIPELINE, PipelineStage
from playbook.conditions import When
from playbook.fault import one_of, shown
from playbook.fields import Count, Key, Line, distinct
from playbook.schema import Problem, Section, refuse

Motion = Literal["b2b", "b2c"]


def _known_words(labels: Mapping[str, str]) -> Mapping[str, str]:
    problems = [
        Problem(f"{shown(key)} is no word of the funnel", one_of(key, KEYS), (key,))
        for key in labels
        if key not in KEYS
    ]
    problems += [
        Problem(problem.wrong, problem.allowed, (list(labels)[int(problem.path[0])],))
        for problem in distinct([label.casefold() for label in labels.values()], "the label")
    ]
    if problems:
        raise refuse(*problems)
    return labels


class StagesSection(Section):
    """What the owner may decide about stages; the types behind the labels are fixed."""

    labels: Annotated[Mapping[str, Line], AfterValidator(_known_words)] = Field(
        {}, description="what a stage is called here, such as 'sal: Accepted by sales'"
    )
    product_qualified: When | None = Field(None, description="the use of the product that makes a lead PQL")
    cool_off_days: Annotated[Count, Field(ge=0, le=365)] = Field(
        30, description="days after a closed cycle before a mere sign of interest begins another"
    )

    def policy(self) -> StagePolicy:
        """The policy as the funnel understands it."""
        labels = MappingProxyType(dict(self.labels))
        return StagePolicy(labels, self.product_qualified, timedelta(days=self.cool_off_days))


class SegmentSection(Section):
    """A part of the market, or a kind of person."""

    key: Key = Field(description="a short name, such as dairies")
    label: Line = Field(description="what people call it")
    when: When = Field(description="the condition that tells who belongs to it")
    motion: Motion | None = Field(None, description="b2b or b2c")

    def segment(self) -> Segment:
        """The segment as the funnel understands it."""
        return Segment(self.key, self.label, self.when, self.motion)


class MarketSection(Section):
    """Whom we sell to."""

    named_by: ClassVar[Mapping[str, str]] = {"segments": "key", "personas": "key"}

    motion: Motion | None = Field(None, description="b2b or b2c")
    ideal_customer: When | None = Field(None, description="who fits; such a lead is called a prospect")
    segments: tuple[SegmentSection, ...] = Field((), description="parts of the market, each with key, label and when")
    personas: tuple[SegmentSection, ...] = Field((), description="kinds of people, each with key, label and when")

    def market(self) -> Market:
        """The market as the funnel understands it."""
        segments = tuple(part.segment() for part in self.segments)
        return Market(self.ideal_customer, self.motion, segments, tuple(part.segment() for part in self.personas))


class PipelineStageSection(Section):
    """One stage of an opportunity. Won and lost are not stages; they end it."""

    key: Key = Field(description="a short name, such as proposal")
    label: Line = Field(description="what the pipeline calls it")
    probability: Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)] = Field(
        description="how likely a deal here is won, from 0 to 1"
    )

    def pipeline_stage(self) -> PipelineStage:
        """The stage as opportunities know it."""
        return PipelineStage(self.key, self.label, self.probability)


def _ends_apart(stages: tuple[PipelineStageSection, ...]) -> tuple[PipelineStageSection, ...]:
    problems = [
        Problem(
            f"{shown(stage.key)} ends an opportunity", "another key; won and lost are there by themselves", (i, "key")
        )
        for i, stage in enumerate(stages)
        if stage.key in {"won", "lost"}
    ]
    problems += [
        Problem(problem.wrong, problem.allowed, (*problem.path, "key"))
        for problem in distinct([stage.key for stage in stages], "the key")
    ]
    if problems:
        raise refuse(*problems)
    return stages


PipelineSections = Annotated[
    tuple[PipelineStageSection, ...], Field(min_length=1, max_length=12), AfterValidator(_ends_apart)
]
DEFAULT_PIPELINE = tuple(PipelineStageSection(key=s.key, label=s.label, probability=s.probability) for s in PIPELINE)
