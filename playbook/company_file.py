"""company.yaml: who we are, how the agent speaks and asks, when a lead counts as qualified, what people agree to."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from leads.bant import Factor, QualificationPolicy
from leads.consent import ImpliedTerms
from playbook.book import AgentPolicy, Company, ConsentText, Keeping
from playbook.fields import (
    Colour,
    Count,
    Currency,
    Email,
    Host,
    Languages,
    Length,
    Line,
    Lines,
    LinkedUrl,
    Region,
    Text,
    distinct,
)
from playbook.schema import Problem, Section, refuse
from playbook.stages_section import DEFAULT_PIPELINE, MarketSection, PipelineSections, StagesSection
from playbook.week import Hours


def _asks_one_thing(text: str) -> str:
    if sum(text.count(mark) for mark in "?？؟") > 1:
        raise refuse(Problem("it asks two things at once", "one question, with at most one question mark"))
    return text


def _different(hosts: tuple[str, ...]) -> tuple[str, ...]:
    if problems := distinct(hosts, "the host"):
        raise refuse(*problems)
    return hosts


Wordings = Annotated[tuple[Annotated[Line, AfterValidator(_asks_one_thing)], ...], Field(min_length=1, max_length=6)]


class CompanySection(Section):
    """Who we are."""

    name: Line = Field(description="the company's name as customers know it")
    site_url: LinkedUrl = Field(description="the address of the web site")
    about: Text = Field(description="one paragraph for the agent: what we do, for whom")
    accent: Colour = Field(description="the widget's colour, such as '#1f5f4a'; white text must be readable on it")
    languages: Languages = Field(description="languages we can answer in, such as [en, de]; the first is the default")
    hours: Hours = Field(description="zone and week in which somebody is at work")
    region: Region = Field(description="the country phone numbers without a prefix belong to, such as DE")
    currency: Currency = Field(description="the currency of sums without one, such as EUR")
    contact_email: Email = Field(description="the address people can write to instead")
    postal_address: Line = Field(description="street, town, country: marketing mail must carry it")
    privacy_url: LinkedUrl = Field(description="the address of the privacy notice")
    retention_days: Annotated[Count, Field(ge=1, le=3660)] = Field(description="days after which idle leads are erased")
    competitors: Lines = Field((), description="names the agent must be fair about")
    fiscal_year_start: Annotated[Count, Field(ge=1, le=12)] | None = Field(
        None, description="the month (1 to 12) customers' years begin in; left out: the agent asks what a quarter means"
    )


class AgentSection(Section):
    """How the agent presents itself, asks, and what it must not say."""

    name: Line = Field(description="the agent's name")
    tone: Line = Field(description="a phrase, such as warm, brief and concrete")
    greeting: Annotated[Line, AfterValidator(_asks_one_thing)] = Field(description="the first words a visitor sees")
    suggestions: Annotated[Lines, Field(max_length=5)] = Field((), description="up to 5 questions to click on")
    questions: Mapping[Factor, Wordings] = Field(
        description="need, timeline, budget, authority: a list of wordings each"
    )
    never_say: Lines = Field((), description="phrases that may never leave")
    link_hosts: Annotated[tuple[Host, ...], Field(min_length=1), AfterValidator(_different)] = Field(
        description="hosts that links in answers may point to"
    )
    burst_pause: Length = Field(description="how long to wait for more of a burst, such as 800 ms")
    book_when_known: Annotated[Count, Field(ge=0, le=4)] = Field(
        2, description="offer a meeting when so many are known"
    )

    @model_validator(mode="after")
    def _complete(self) -> "AgentSection":
        problems = [
            Problem(f"there is no question for {factor}", "at least one wording for each factor", ("questions",))
            for factor in Factor
            if factor not in self.questions
        ]
        if not 0 <= self.burst_pause.total_seconds() <= 10:
            problems.append(Problem("nobody waits so long for an answer", "up to 10 seconds", ("burst_pause",)))
        if problems:
            raise refuse(*problems)
        return self

    def policy(self) -> AgentPolicy:
        """What the agent may do."""
        return AgentPolicy(
            questions=MappingProxyType({factor: self.questions[factor] for factor in Factor}),
            never_say=self.never_say,
            link_hosts=self.link_hosts,
            burst_pause=self.burst_pause,
            book_when_known=self.book_when_known,
        )


class QualificationSection(Section):
    """When what a lead said is enough."""

    required: frozenset[Factor] = Field(
        frozenset({Factor.NEED}), description="factors that must be known, such as [need]"
    )
    at_least: Annotated[Count, Field(ge=1, le=4)] = Field(2, description="how many of the four must be known in all")

    def policy(self) -> QualificationPolicy:
        """The policy as BANT understands it."""
        return QualificationPolicy(self.required, self.at_least)


class ConsentSection(Section):
    """A text a person agrees to. Whoever changes it raises the version; answers are kept with it."""

    version: Line = Field(description="a name for this wording, in quotes, such as '2026-01'")
    text: Annotated[Text, Field(min_length=20)] = Field(description="what the person agrees to, in full sentences")

    def consent(self) -> ConsentText:
        """The text with its version."""
        return ConsentText(self.text, self.version)


class ImpliedSection(Section):
    """How long a yes holds that nobody said."""

    inquiry_months: Annotated[Count, Field(ge=1, le=60)] = Field(6, description="months after an inquiry")
    contract_months: Annotated[Count, Field(ge=1, le=120)] = Field(24, description="months after a contract")

    def terms(self) -> ImpliedTerms:
        """As the ledger understands it."""
        return ImpliedTerms(self.inquiry_months, self.contract_months)


class KeepingSection(Section):
    """How long things are kept beside `retention_days`."""

    anonymous_days: Annotated[Count, Field(ge=1, le=3660)] = Field(
        90, description="days after which visitors who never said who they are are erased"
    )
    traces_days: Annotated[Count, Field(ge=1, le=3660)] = Field(
        30, description="days that rejected forms, guard notes and answered requests are kept"
    )
    customers: bool = Field(False, description="true: customers who are idle are erased too")

    def keeping(self) -> Keeping:
        """As the daily round understands it."""
        return Keeping(self.anonymous_days, self.traces_days, self.customers)


class Consents(Section):
    """The two texts, and how long a yes holds that nobody said."""

    chat: ConsentSection = Field(description="version and text of the notice before a chat")
    marketing: ConsentSection = Field(description="version and text of the opt-in to mails")
    implied: ImpliedSection = Field(ImpliedSection(), description="inquiry_months and contract_months")


class CompanyFile(Section):
    """The whole file."""

    company: CompanySection = Field(description="who we are")
    agent: AgentSection = Field(description="how the agent speaks and asks")
    qualification: QualificationSection = Field(QualificationSection(), description="required and at_least")
    consent: Consents = Field(description="the texts people agree to: chat and marketing")
    stages: StagesSection = Field(StagesSection(), description="labels, product_qualified and cool_off_days")
    market: MarketSection = Field(MarketSection(), description="motion, ideal_customer, segments and personas")
    pipeline: PipelineSections = Field(
        DEFAULT_PIPELINE, description="the stages of an opportunity, each with key, label and probability"
    )
    retention: KeepingSection = Field(
        KeepingSection(), description="anonymous_days, traces_days and customers, beside company.retention_days"
    )

    def profile(self) -> Company:
        """The company and its agent as the other rooms know them."""
        us, agent = self.company, self.agent
        return Company(
            name=us.name,
            site_url=us.site_url,
            about=" ".join(us.about.split()),
            agent_name=agent.name,
            tone=agent.tone,
            greeting=agent.greeting,
            suggestions=agent.suggestions,
            accent=us.accent,
            languages=us.languages,
            hours=us.hours.weekly(),
            region=us.region,
            currency=us.currency,
            contact_email=us.contact_email,
            postal_address=us.postal_address,
            privacy_url=us.privacy_url,
            retention_days=us.retention_days,
            chat_consent=self.consent.chat.consent(),
            marketing_consent=self.consent.marketing.consent(),
            competitors=us.competitors,
            fiscal_year_start=us.fiscal_year_start,
            implied_terms=self.consent.implied.terms(),
            keeping=self.retention.keeping(),
        )
