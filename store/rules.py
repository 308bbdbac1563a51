"""The rules that decide about leads, every version kept: scoring and routing, as the JSON an editor works on."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.tables import rule_sets
from store.types import JsonObject


class RuleKind(StrEnum):
    """What a set of rules decides."""

    SCORING = "scoring"
    ROUTING = "routing"


class RuleState(StrEnum):
    """The life of a version: one draft and one published version of a kind at most."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One version. `content` is the document as it was written; a published one never changes."""

    id: str
    kind: RuleKind
    version: int
    state: RuleState
    content: JsonObject
    comment: str
    author: str
    created_at: datetime
    published_at: datetime | None = None


class Rules:
    """Versions of rules."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def published(self, kind: RuleKind) -> RuleSet | None:
        """The version that decides; None when the playbook's own file does."""
        return await self._one(rule_sets.c.kind == kind.value, rule_sets.c.state == RuleState.PUBLISHED.value)

    async def published_version(self, kind: RuleKind) -> int | None:
        """Its number alone, for callers that have read the rules before."""
        wanted = (rule_sets.c.kind == kind.value, rule_sets.c.state == RuleState.PUBLISHED.value)
        return (await self._db.execute(select(rule_sets.c.version).where(*wanted))).scalar()

    async def draft(self, kind: RuleKind) -> RuleSet | None:
        """The version that is being worked on."""
        return await self._one(rule_sets.c.kind == kind.value, rule_sets.c.state == RuleState.DRAFT.value)

    async def version(self, kind: RuleKind, version: int) -> RuleSet | None:
        """One version by its number."""
        return await self._one(rule_sets.c.kind == kind.value, rule_sets.c.version == version)

    async def versions(self, kind: RuleKind) -> list[RuleSet]:
        """Every version, newest first."""
        query = select(rule_sets).where(rule_sets.c.kind == kind.value).order_by(rule_sets.c.version.desc())
        return [_rule_set(row) for row in (await self._db.execute(query)).all()]

    async def next_version(self, kind: RuleKind) -> int:
        """The number the next version gets: one more than the highest so far."""
        query = select(func.max(rule_sets.c.version)).where(rule_sets.c.kind == kind.value)
        return int((await self._db.execute(query)).scalar() or 0) + 1

    async def add(self, rules: RuleSet) -> RuleSet:
        """Store a new version."""
        await self._db.execute(
            insert(rule_sets).values(
                id=rules.id,
                kind=rules.kind.value,
                version=rules.version,
                state=rules.state.value,
                content=rules.content,
                comment=rules.comment[:400],
                author=rules.author[:200],
                created_at=rules.created_at,
                published_at=rules.published_at,
            )
        )
        return rules

    async def rewrite(self, rules: RuleSet) -> RuleSet:
        """Store what a draft has become. Published and archived versions stay as they are."""
        draft = (rule_sets.c.id == rules.id, rule_sets.c.state == RuleState.DRAFT.value)
        await self._db.execute(
            update(rule_sets)
            .where(*draft)
            .values(content=rules.content, comment=rules.comment[:400], author=rules.author[:200])
        )
        return rules

    async def publish(self, rules: RuleSet, *, at: datetime) -> None:
        """Let this version decide from now on; the one that did is archived."""
        before = (rule_sets.c.kind == rules.kind.value, rule_sets.c.state == RuleState.PUBLISHED.value)
        await self._db.execute(update(rule_sets).where(*before).values(state=RuleState.ARCHIVED.value))
        now = update(rule_sets).where(rule_sets.c.id == rules.id)
        await self._db.execute(now.values(state=RuleState.PUBLISHED.value, published_at=at))

    async def _one(self, *wanted: Any) -> RuleSet | None:
        row = (await self._db.execute(select(rule_sets).where(*wanted).limit(1))).first()
        return _rule_set(row) if row else None


def _rule_set(row: Any) -> RuleSet:
    return RuleSet(
        id=row.id,
        kind=RuleKind(row.kind),
        version=row.version,
        state=RuleState(row.state),
        content=row.content,
        comment=row.comment,
        author=row.author,
        created_at=row.created_at,
        published_at=row.published_at,
    )
