"""The rules that decide about leads, every version kept: scoring and routing, as the JSON an editor works on."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.once import insert_once
from store.rule_tables import rule_sets
from store.types import JsonObject


class RuleKind(StrEnum):
    """What a set of rules decides."""

    SCORING = "scoring"
    ROUTING = "routing"


class RuleState(StrEnum):
    """The life of a version: one draft and one published version of a kind at most.

    Version 0 is the base: what the playbook's own file says, which counts until something is published.
    """

    BASE = "base"
    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One version. `content` is the document as it was written; a published one never changes.

    `fingerprint` tells contents apart; `base` is that of the playbook's file at the moment of publishing.
    """

    id: str
    kind: RuleKind
    version: int
    state: RuleState
    content: JsonObject
    comment: str
    author: str
    created_at: datetime
    published_at: datetime | None = None
    fingerprint: str = ""
    base: str | None = None


@dataclass(frozen=True, slots=True)
class RuleMark:
    """Which version decides, and what tells its content apart."""

    version: int
    fingerprint: str


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

    async def published_mark(self, kind: RuleKind) -> RuleMark | None:
        """Which version decides, without its content: for callers that keep what they have read."""
        wanted = (rule_sets.c.kind == kind.value, rule_sets.c.state == RuleState.PUBLISHED.value)
        row = (await self._db.execute(select(rule_sets.c.version, rule_sets.c.fingerprint).where(*wanted))).first()
        return RuleMark(row.version, row.fingerprint) if row else None

    async def draft(self, kind: RuleKind, *, lock: bool = False) -> RuleSet | None:
        """The version that is being worked on; `lock` holds it until the act ends."""
        wanted = (rule_sets.c.kind == kind.value, rule_sets.c.state == RuleState.DRAFT.value)
        query = select(rule_sets).where(*wanted).order_by(rule_sets.c.version.desc()).limit(1)
        row = (await self._db.execute(query.with_for_update() if lock else query)).first()
        return _rule_set(row) if row else None

    async def discard(self, rules: RuleSet) -> None:
        """Throw a draft away; published versions stay."""
        draft = (rule_sets.c.id == rules.id, rule_sets.c.state == RuleState.DRAFT.value)
        await self._db.execute(delete(rule_sets).where(*draft))

    async def keep_base(self, rules: RuleSet) -> bool:
        """Keep what the playbook's file says as version 0; True when it says something new."""
        known = await self.version(rules.kind, 0)
        if known is None:
            return await insert_once(self._db, rule_sets, [_values(rules)]) == 1
        if known.fingerprint == rules.fingerprint:
            return False
        new = {"content": rules.content, "fingerprint": rules.fingerprint, "created_at": rules.created_at}
        await self._db.execute(update(rule_sets).where(rule_sets.c.id == known.id).values(**new))
        return True

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
        await self._db.execute(insert(rule_sets).values(**_values(rules)))
        return rules

    async def rewrite(self, rules: RuleSet) -> RuleSet:
        """Store what a draft has become. Published and archived versions stay as they are."""
        draft = (rule_sets.c.id == rules.id, rule_sets.c.state == RuleState.DRAFT.value)
        await self._db.execute(
            update(rule_sets)
            .where(*draft)
            .values(
                content=rules.content,
                comment=rules.comment[:400],
                author=rules.author[:200],
                fingerprint=rules.fingerprint,
            )
        )
        return rules

    async def publish(self, rules: RuleSet, *, at: datetime) -> None:
        """Let this version decide from now on; the one that did is archived."""
        before = (rule_sets.c.kind == rules.kind.value, rule_sets.c.state == RuleState.PUBLISHED.value)
        await self._db.execute(update(rule_sets).where(*before).values(state=RuleState.ARCHIVED.value))
        now = update(rule_sets).where(rule_sets.c.id == rules.id)
        values = {"state": RuleState.PUBLISHED.value, "published_at": at, "base": rules.base, "comment": rules.comment}
        await self._db.execute(now.values(**values))

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
        fingerprint=row.fingerprint,
        base=row.base,
    )


def _values(rules: RuleSet) -> dict[str, Any]:
    return {
        "id": rules.id,
        "kind": rules.kind.value,
        "version": rules.version,
        "state": rules.state.value,
        "content": rules.content,
        "comment": rules.comment[:400],
        "author": rules.author[:200],
        "created_at": rules.created_at,
        "published_at": rules.published_at,
        "fingerprint": rules.fingerprint,
        "base": rules.base,
    }
