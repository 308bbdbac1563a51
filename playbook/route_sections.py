"""The parts of routing.yaml that say who gets which lead: pools, territories, destinations, rules, promised times."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from leads.condition import Attribute
from leads.route import (
    LONGEST_HOLD,
    Destination,
    Member,
    Pool,
    Queue,
    RouteRule,
    RouteRules,
    Target,
    TargetKind,
    Territory,
)
from leads.sla import SlaPolicy
from playbook.conditions import RouteWhen, leaves
from playbook.fault import one_of, shown
from playbook.fields import Count, Email, Key, Length, Line, Region, Url, listed_in
from playbook.schema import Problem, Section, refuse

LONGEST = timedelta(hours=200)
"""Working time that a promise may at most allow: five weeks of 40 hours."""
_PROMISED = SlaPolicy()
LONGEST_WAIT = timedelta(hours=24 * 14)

ShortKey = Annotated[Key, Field(max_length=40)]
QueueKey = Annotated[str, listed_in(lambda names: names.queues, "queue")]
PoolKey = Annotated[str, listed_in(lambda names: names.pools, "pool")]
DestinationKey = Annotated[str, listed_in(lambda names: names.destinations, "destination")]
Rep = Annotated[Email, listed_in(lambda names: names.reps, "rep in meetings.yaml")]
Some = Annotated[Count, Field(ge=1, le=10_000)]


class QueueSection(Section):
    """A list of leads that several people look after."""

    key: ShortKey = Field(description="a short name, such as sales")
    title: Line = Field(description="what the inbox calls it")
    members: tuple[Rep, ...] = Field((), description="addresses of the reps who look after it")


class MemberSection(Section):
    """A rep's place in a pool."""

    rep: Rep = Field(description="the address of a rep")
    weight: Annotated[Count, Field(ge=1, le=1000)] = Field(1, description="their share: 2 gets twice as many as 1")
    skills: tuple[Key, ...] = Field((), description="what they can do, such as [technical, wholesale]")
    open_most: Some | None = Field(None, description="how many open leads they may have at once")
    day_most: Some | None = Field(None, description="how many leads of this pool they get on one day")

    def member(self) -> Member:
        """The place as routing understands it."""
        return Member(self.rep, self.weight, frozenset(self.skills), self.open_most, self.day_most)


class PoolSection(Section):
    """Reps who take leads in turn."""

    named_by: ClassVar[Mapping[str, str]] = {"members": "rep"}

    key: ShortKey = Field(description="a short name, such as europe")
    title: Line = Field(description="what the team calls it")
    members: Annotated[tuple[MemberSection, ...], Field(min_length=1)] = Field(description="a list of rep and weight")
    queue: QueueKey | None = Field(None, description="where a lead waits for the next shift; else the fallback's")
    around_the_clock: bool = Field(False, strict=True, description="true to give leads out at any hour")
    wait: Length = Field(timedelta(hours=72), description="how long a lead waits for the next shift, such as 16 hours")
    backup: PoolKey | None = Field(None, description="the pool that is asked when nobody of this one can")
    claims_count: bool = Field(True, strict=True, description="false: a lead taken by hand costs no turn")

    @model_validator(mode="after")
    def _can_be(self) -> "PoolSection":
        seen: set[str] = set()
        problems = []
        for index, member in enumerate(self.members):
            if member.rep in seen:
                problems.append(Problem(f"{member.rep} is listed twice", "each rep once", ("members", index, "rep")))
            seen.add(member.rep)
        if not timedelta(0) <= self.wait <= LONGEST_WAIT:
            problems.append(Problem("nobody waits so long", "a time from 0 to 336 hours (14 days)", ("wait",)))
        if problems:
            raise refuse(*problems)
        return self

    def pool(self) -> Pool:
        """The pool as routing understands it."""
        members = tuple(member.member() for member in self.members)
        more = {"around_the_clock": self.around_the_clock, "wait": self.wait, "claims_count": self.claims_count}
        return Pool(self.key, self.title, members, queue=self.queue, backup=self.backup, **more)  # type: ignore[arg-type]


class TerritorySection(Section):
    """An area of the map."""

    key: ShortKey = Field(description="a short name, such as dach")
    countries: tuple[Region, ...] = Field((), description="countries, such as [DE, AT]")
    regions: tuple[Line, ...] = Field((), description="regions by name, such as [Bavaria]")
    postal: Mapping[Region, tuple[Annotated[str, Field(pattern=r"^[0-9A-Za-z]{1,10}$")], ...]] = Field(
        {}, description='beginnings of postal codes in quotes, by country, such as \'DE: ["8", "9"]\''
    )

    @model_validator(mode="after")
    def _is_somewhere(self) -> "TerritorySection":
        if not (self.countries or self.regions or self.postal):
            raise refuse(Problem("nothing lies in it", "countries, regions or postal", ("countries",)))
        return self

    def territory(self) -> Territory:
        """The territory as routing understands it."""
        postal = {land: tuple(code.upper() for code in codes) for land, codes in self.postal.items()}
        regions = frozenset(region.casefold() for region in self.regions)
        return Territory(self.key, frozenset(self.countries), regions, MappingProxyType(postal))


class DestinationSection(Section):
    """A place outside sales."""

    key: ShortKey = Field(description="a short name, such as support")
    title: Line = Field(description="what the team calls it")
    email: Email | None = Field(None, description="the address that is written to")
    webhook: Url | None = Field(None, description="an https address that is told, instead of a mail")
    due: Length = Field(timedelta(hours=8), description="the working time they have to answer")

    @model_validator(mode="after")
    def _can_be_reached(self) -> "DestinationSection":
        if (self.email is None) == (self.webhook is None):
            raise refuse(Problem("it must be reached in one way", "either email: or webhook:", ("email",)))
        if self.webhook is not None and not self.webhook.startswith("https://"):
            raise refuse(Problem("people's details would travel openly", "an https:// address", ("webhook",)))
        if not timedelta(0) < self.due <= LONGEST:
            raise refuse(Problem("nobody can promise that", "a time above 0, up to 200 hours of work", ("due",)))
        return self

    def destination(self) -> Destination:
        """The place as routing understands it."""
        return Destination(self.key, self.title, self.email, self.webhook, self.due)


class Place(Section):
    """Where leads go that no rule takes: to one rep or into one queue."""

    rep: Rep | None = Field(None, description="the address of a rep")
    queue: QueueKey | None = Field(None, description="the key of a queue")

    @model_validator(mode="after")
    def _one(self) -> "Place":
        if (self.rep is None) == (self.queue is None):
            raise refuse(Problem("it must name one place", "either rep: and an address, or queue: and a key"))
        return self

    def target(self) -> Target:
        """The place as routing understands it."""
        return Target(TargetKind.REP, self.rep) if self.rep else Target(TargetKind.QUEUE, self.queue or "")


class TargetSection(Section):
    """Where a rule sends a lead; exactly one of these."""

    rep: Rep | None = Field(None, description="the address of a rep")
    queue: QueueKey | None = Field(None, description="the key of a queue")
    pool: PoolKey | None = Field(None, description="the key of a pool")
    destination: DestinationKey | None = Field(None, description="the key of a destination")
    account_owner: bool | None = Field(None, strict=True, description="true: who owns the company")
    hold_for_enrichment: Length | None = Field(None, description="wait for facts first, up to 2 minutes")

    @model_validator(mode="after")
    def _one(self) -> "TargetSection":
        named = [name for name in type(self).model_fields if getattr(self, name)]
        if len(named) != 1:
            raise refuse(Problem("it must name one place", f"exactly one of {', '.join(type(self).model_fields)}"))
        if self.hold_for_enrichment and self.hold_for_enrichment > LONGEST_HOLD:
            raise refuse(Problem("a lead would wait too long", "up to 2 minutes", ("hold_for_enrichment",)))
        return self

    def target(self) -> Target:
        """The target as routing understands it."""
        if self.account_owner:
            return Target(TargetKind.ACCOUNT_OWNER)
        if self.hold_for_enrichment:
            return Target(TargetKind.HOLD, wait=self.hold_for_enrichment)
        kinds = (TargetKind.REP, TargetKind.QUEUE, TargetKind.POOL, TargetKind.DESTINATION)
        return next(Target(kind, name) for kind in kinds if (name := getattr(self, kind.value)))


class NeedSection(Section):
    """What the rep of a pool must bring."""

    skills: tuple[Key, ...] = Field((), description="skills that members of the pool have")
    language: bool = Field(False, strict=True, description="true: they speak the lead's own language")


class RouteSection(Section):
    """One rule of routing; the first that holds decides."""

    id: Annotated[Key, Field(max_length=60)] = Field(description="a name of its own, such as german_speakers")
    label: Line = Field(description="why, in the words the team reads")
    when: RouteWhen = Field(description="a condition: all, any, not, attr, event or bant")
    to: TargetSection = Field(description="rep, queue, pool, destination, account_owner or hold_for_enrichment")
    need: NeedSection = Field(NeedSection(), description="skills, language")
    enabled: bool = Field(True, strict=True, description="false switches the rule off")

    def rule(self) -> RouteRule:
        """The rule as routing understands it."""
        skills = frozenset(self.need.skills)
        return RouteRule(
            self.id, self.label, self.when, self.to.target(), skills, self.need.language, enabled=self.enabled
        )


class SlaSection(Section):
    """How soon somebody must act on a lead. Times are working time of the rep, or of the company for queues."""

    hand_raise: Length = Field(_PROMISED.hand_raise, description="first answer to somebody who asked for sales")
    acceptance: Length = Field(_PROMISED.acceptance, description="until an offered lead is accepted")
    first_response: Length = Field(_PROMISED.first_response, description="first answer to everybody else")
    next_response: Length = Field(_PROMISED.next_response, description="answer to each later message")

    @model_validator(mode="after")
    def _can_be_kept(self) -> "SlaSection":
        problems = [
            Problem("nobody can promise that", "a time above 0, up to 200 hours of work", (name,))
            for name in type(self).model_fields
            if not timedelta(0) < getattr(self, name) <= LONGEST
        ]
        if problems:
            raise refuse(*problems)
        return self


class EscalationSection(Section):
    """What happens when nobody acts."""

    manager: Email | None = Field(None, description="who hears of missed times; else the company's own mailbox")
    reminder: Annotated[float, Field(strict=True, gt=0, lt=1)] = Field(
        _PROMISED.reminder, description="the share of the time after which the owner is reminded, such as 0.5"
    )
    fallback_after: Length = Field(
        _PROMISED.fallback_after, description="time after a miss until a lead nobody took goes to the fallback queue"
    )


class RouteSections(Section):
    """Everything that decides who gets which lead; also what an editor of rules sends as JSON."""

    named_by: ClassVar[Mapping[str, str]] = {
        "queues": "key",
        "pools": "key",
        "territories": "key",
        "destinations": "key",
        "rules": "id",
    }

    queues: Annotated[tuple[QueueSection, ...], Field(min_length=1)] = Field(description="a list of queues")
    pools: tuple[PoolSection, ...] = Field((), description="a list of pools, whose members take leads in turn")
    territories: tuple[TerritorySection, ...] = Field((), description="a list of areas, asked as {attr: territory}")
    destinations: tuple[DestinationSection, ...] = Field((), description="a list of places outside sales")
    rules: tuple[RouteSection, ...] = Field((), description="a list of rules, the first that holds decides")
    fallback: Place = Field(description="rep or queue for leads that no rule takes")
    delegate_after_days: Annotated[Count, Field(ge=0, le=60)] = Field(
        3, description="days an owner may be away and still get leads of people they have"
    )
    sla: SlaSection = Field(SlaSection(), description="hand_raise, acceptance, first_response, next_response")
    escalation: EscalationSection = Field(EscalationSection(), description="manager, reminder, fallback_after")

    @model_validator(mode="after")
    def _holds_together(self) -> "RouteSections":
        if problems := [*self._rings(), *self._nowhere(), *self._unskilled()]:
            raise refuse(*problems)
        return self

    def _rings(self) -> Iterator[Problem]:
        backup = {pool.key: pool.backup for pool in self.pools}
        for index, pool in enumerate(self.pools):
            following, seen = pool.backup, {pool.key}
            while following is not None and following not in seen:
                seen.add(following)
                following = backup.get(following)
            if following == pool.key:
                yield Problem(
                    "the backups go in a ring", "a pool that does not lead back here", ("pools", index, "backup")
                )

    def _nowhere(self) -> Iterator[Problem]:
        known = {territory.key for territory in self.territories}
        for index, rule in enumerate(self.rules):
            for leaf in leaves(rule.when):
                if isinstance(leaf, Attribute) and leaf.name == "territory":
                    values = leaf.value if isinstance(leaf.value, tuple | list) else (leaf.value,)
                    for value in values:
                        if value is not None and value not in known:
                            yield Problem(f"there is no territory {shown(value)}", one_of(value, known), _when(index))

    def _unskilled(self) -> Iterator[Problem]:
        skills = {pool.key: [frozenset(m.skills) for m in pool.members] for pool in self.pools}
        for index, rule in enumerate(self.rules):
            needed, have = frozenset(rule.need.skills), skills.get(rule.to.pool or "")
            if needed and have is not None and not any(needed <= one for one in have):
                wrong = f"nobody of the pool {rule.to.pool} has all of: {', '.join(sorted(needed))}"
                yield Problem(wrong, "skills that one member has", ("rules", index, "need", "skills"))

    def route_rules(self, *, version: int = 0) -> RouteRules:
        """The rules as routing understands them."""
        return RouteRules(
            version=version,
            rules=tuple(rule.rule() for rule in self.rules),
            pools=tuple(pool.pool() for pool in self.pools),
            queues=tuple(Queue(queue.key, queue.title, queue.members) for queue in self.queues),
            territories=tuple(territory.territory() for territory in self.territories),
            destinations=tuple(place.destination() for place in self.destinations),
            fallback=self.fallback.target(),
            delegate_after=timedelta(days=self.delegate_after_days),
            sla=SlaPolicy(
                self.sla.hand_raise,
                self.sla.acceptance,
                self.sla.first_response,
                self.sla.next_response,
                self.escalation.reminder,
                self.escalation.fallback_after,
            ),
            manager=self.escalation.manager,
        )


def _when(index: int) -> tuple[str | int, ...]:
    return ("rules", index, "when")
