"""The rules of routing that decide now: the published version, else the playbook's own file.

A version is read once a process and kept by what tells its contents apart, so that asking costs one small query; one
that was published in another process counts from the next act on.
"""

from leads.route import RouteRules
from playbook.book import Playbook
from playbook.routing_rules import read_routing
from store.rules import RuleKind
from store.unit import UnitOfWork

_MOST_KEPT = 32
_published: dict[tuple[int, str, int], tuple[Playbook, RouteRules]] = {}


async def routing_rules(uow: UnitOfWork, book: Playbook) -> RouteRules:
    """The rules as of now. A version passed all checks when it was published; the playbook may have changed since."""
    mark = await uow.rules.published_mark(RuleKind.ROUTING)
    if mark is None:
        return book.routing
    key = (mark.version, mark.fingerprint, id(book))
    if key in _published:
        return _published[key][1]
    published = await uow.rules.published(RuleKind.ROUTING)
    if published is None:
        return book.routing
    rules = read_routing(published.content, book, version=published.version, checked=False)
    if len(_published) >= _MOST_KEPT:
        _published.clear()
    # The playbook is kept beside its id, so that no other one can come to have the same id.
    _published[key] = (book, rules)
    return rules
