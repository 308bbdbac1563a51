"""Rules are edited as a draft, published as a version, and kept for good; the playbook's file is version 0.

Once a version was published it decides and the file does not, even when the file is edited later: nothing that was
decided on a screen is undone by a restart. `RuleShelf.warnings` and the log say so when the two have drifted apart.
"""

from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from actions.cross_thresholds import Reach
from actions.rule_kinds import READERS, reader_of
from leads.actor import Actor
from leads.refusal import NothingToPublish, NotKnown, RulesChanged, RulesOutdated
from playbook.book import Playbook
from playbook.fault import PlaybookFaults
from playbook.scoring_document import fingerprint
from store.rules import RuleKind, RuleSet, RuleState
from store.runs import Run
from store.types import JsonObject
from store.unit import UnitOfWork

log = structlog.get_logger()
PLAYBOOK = "playbook"
"""Who wrote version 0."""


@dataclass(frozen=True, slots=True)
class RuleShelf:
    """All versions of one kind. `deciding` is the published one, or the base."""

    deciding: RuleSet
    draft: RuleSet | None
    versions: tuple[RuleSet, ...]
    warnings: tuple[str, ...]

    @property
    def mark(self) -> str:
        """What changes whenever somebody saves or publishes: for If-Match."""
        return mark_of(self.draft or self.deciding)


@dataclass(frozen=True, slots=True)
class Publication:
    """What was published, and the run that applies it to what exists."""

    rules: RuleSet
    run: Run | None


def mark_of(rules: RuleSet) -> str:
    """What tells one state of the rules from another."""
    return f"{rules.version}-{rules.state.value}-{rules.fingerprint[:16]}"


async def read_shelf(uow: UnitOfWork, book: Playbook, kind: RuleKind) -> RuleShelf:
    """Everything there is of one kind. Raises NotKnown."""
    base = _base(book, kind, uow.now)
    stored = [one for one in await uow.rules.versions(kind) if one.version]
    published = next((one for one in stored if one.state is RuleState.PUBLISHED), None)
    draft = next((one for one in stored if one.state is RuleState.DRAFT), None)
    return RuleShelf(published or base, draft, (*stored, base), _warnings(published, draft, base, book, kind))


async def read_version(uow: UnitOfWork, book: Playbook, kind: RuleKind, version: int) -> RuleSet:
    """One version; 0 is the playbook's file. Raises NotKnown."""
    base = _base(book, kind, uow.now)
    found = await uow.rules.version(kind, version) if version else base
    if found is None:
        raise NotKnown(f"There is no version {version} of these rules.")
    return found


async def save_draft(
    uow: UnitOfWork,
    book: Playbook,
    kind: RuleKind,
    content: JsonObject,
    *,
    actor: Actor,
    comment: str = "",
    expected: str | None = None,
    base_version: int | None = None,
) -> RuleSet:
    """Keep a document as the draft, in place of the one there is.

    `expected` is the mark the editor saw, `base_version` the version it began with. Raises PlaybookFaults (it cannot
    be used), RulesChanged, RulesOutdated.
    """
    if faults := reader_of(kind).faults(content, book):
        raise PlaybookFaults(faults)
    draft = await uow.rules.draft(kind, lock=True)
    await _check_expected(uow, book, kind, expected, base_version)
    await uow.note_act(actor, "rules.drafted", "rules", kind.value)
    if draft is not None:
        new = replace(draft, content=content, fingerprint=fingerprint(content), comment=comment, author=actor.name)
        return await uow.rules.rewrite(new)
    return await uow.rules.add(
        RuleSet(
            id=uow.new_id("rul"),
            kind=kind,
            version=await uow.rules.next_version(kind),
            state=RuleState.DRAFT,
            content=content,
            comment=comment,
            author=actor.name,
            created_at=uow.now,
            fingerprint=fingerprint(content),
        )
    )


async def discard_draft(uow: UnitOfWork, book: Playbook, kind: RuleKind, *, actor: Actor) -> None:
    """Throw the draft away; what decides stays. Nothing happens without one."""
    reader_of(kind)
    draft = await uow.rules.draft(kind, lock=True)
    if draft is not None:
        await uow.rules.discard(draft)
        await uow.note_act(actor, "rules.discarded", "rules", kind.value, version=draft.version)


async def publish_draft(
    uow: UnitOfWork,
    book: Playbook,
    kind: RuleKind,
    *,
    actor: Actor,
    reach: Reach,
    comment: str = "",
    expected: str | None = None,
) -> Publication:
    """Let the draft decide from now on; `reach` says how far it may reach for what exists already.

    Raises NothingToPublish, RulesChanged, PlaybookFaults (the playbook has changed since it was saved).
    """
    draft = await uow.rules.draft(kind, lock=True)
    if draft is None:
        raise NothingToPublish("There is no draft to publish. Save one first.")
    await _check_expected(uow, book, kind, expected, None)
    if faults := reader_of(kind).faults(draft.content, book):
        raise PlaybookFaults(faults)
    ready = replace(draft, base=_base(book, kind, uow.now).fingerprint, comment=comment or draft.comment)
    await uow.rules.publish(ready, at=uow.now)
    published = replace(ready, state=RuleState.PUBLISHED, published_at=uow.now)
    run = await reader_of(kind).after_publish(uow, published, reach)
    version, far = draft.version, reach.name.lower()
    await uow.note_act(actor, "rules.published", "rules", kind.value, version=version, reach=far)
    log.info("rules.published", kind=kind.value, version=draft.version)
    return Publication(published, run)


async def keep_bases(uow: UnitOfWork, book: Playbook) -> None:
    """Make version 0 of every kind what the playbook's files say now, and warn where they do not decide any more."""
    for kind, reader in READERS.items():
        base = _base(book, kind, uow.now)
        published = await uow.rules.published(kind)
        if await uow.rules.keep_base(base) and published is None:
            await reader.base_changed(uow)
        if _has_drifted(published, base):
            log.warning("rules.playbook_not_used", kind=kind.value, version=published.version if published else 0)


async def _check_expected(
    uow: UnitOfWork, book: Playbook, kind: RuleKind, expected: str | None, base_version: int | None
) -> None:
    shelf = await read_shelf(uow, book, kind)
    if expected is not None and expected != shelf.mark:
        raise RulesChanged("Somebody else has changed these rules since you read them. Read them again, then save.")
    if base_version is not None and base_version != shelf.deciding.version:
        raise RulesOutdated(
            f"You began with version {base_version}, but version {shelf.deciding.version} decides now. "
            "Read it, and bring your changes into it."
        )


def _base(book: Playbook, kind: RuleKind, now: datetime) -> RuleSet:
    content = reader_of(kind).base(book)
    return RuleSet(
        id=f"rul_{kind.value}_base",
        kind=kind,
        version=0,
        state=RuleState.BASE,
        content=content,
        comment="",
        author=PLAYBOOK,
        created_at=now,
        fingerprint=fingerprint(content),
    )


def _has_drifted(published: RuleSet | None, base: RuleSet) -> bool:
    """Whether the playbook's file says something else than when the version that decides was published."""
    return published is not None and published.base not in {None, base.fingerprint}


def _warnings(
    published: RuleSet | None, draft: RuleSet | None, base: RuleSet, book: Playbook, kind: RuleKind
) -> tuple[str, ...]:
    found = []
    if published is not None and _has_drifted(published, base):
        found.append(
            f"{kind.value}.yaml was changed after version {published.version} was published. Its rules are not used; "
            "read version 0, and publish what you want of it."
        )
    faults = reader_of(kind).faults(published.content, book) if published else ()
    found += [f"Version {published.version} at {f.where}: {f.wrong}." for f in faults if published]
    found += reader_of(kind).warnings((published or base).content, book)
    found += [f"Draft: {told}" for told in reader_of(kind).warnings(draft.content, book)] if draft else []
    return tuple(found)
