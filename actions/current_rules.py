"""The scoring rules that decide now: the published version, or the playbook's file until one was published.

Both are read and compiled once a process and kept by what tells their contents apart, so that asking costs one small
query. A version that was published in another process counts from the next act on.
"""

from dataclasses import replace

from leads.score_rules import ScoreRules
from leads.scorer import Scorer
from playbook.book import Playbook
from playbook.scoring_document import read_scoring
from store.rules import RuleKind, RuleSet
from store.unit import UnitOfWork

BASE_VERSION = 0
"""The number receipts carry while the playbook's own file decides."""
_MOST_KEPT = 32
_published: dict[tuple[int, str], Scorer] = {}
_bases: dict[int, tuple[ScoreRules, Scorer]] = {}


async def scoring_rules(uow: UnitOfWork, book: Playbook) -> ScoreRules:
    """The rules that decide about scores now."""
    return (await current_scorer(uow, book)).rules


async def current_scorer(uow: UnitOfWork, book: Playbook) -> Scorer:
    """The same rules, compiled."""
    mark = await uow.rules.published_mark(RuleKind.SCORING)
    if mark is None:
        return base_scorer(book)
    known = _published.get((mark.version, mark.fingerprint))
    if known is not None:
        return known
    published = await uow.rules.published(RuleKind.SCORING)
    return compiled_version(published) if published else base_scorer(book)


def compiled_version(rules: RuleSet) -> Scorer:
    """A stored version, compiled. Its signals are not checked again: the playbook may have dropped one meanwhile."""
    key = (rules.version, rules.fingerprint)
    if key not in _published:
        if len(_published) >= _MOST_KEPT:
            _published.clear()
        _published[key] = Scorer(read_scoring(rules.content, version=rules.version, signals=None))
    return _published[key]


def base_scorer(book: Playbook) -> Scorer:
    """What the playbook's file says, as version 0."""
    kept = _bases.get(id(book.scoring))
    if kept is None:
        if len(_bases) >= _MOST_KEPT:
            _bases.clear()
        # The rules are kept beside their id, so that no other rules can come to have the same id.
        kept = _bases[id(book.scoring)] = (book.scoring, Scorer(replace(book.scoring, version=BASE_VERSION)))
    return kept[1]
