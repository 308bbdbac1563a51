"""The rules of routing that decide now: the published version, else the playbook's own file."""

from leads.route import RouteRules
from playbook.book import Playbook
from playbook.routing_rules import read_routing
from store.rules import RuleKind
from store.unit import UnitOfWork


async def routing_rules(uow: UnitOfWork, book: Playbook) -> RouteRules:
    """The rules as of now. A version is read with the checks it passed when it was published."""
    published = await uow.rules.published(RuleKind.ROUTING)
    if published is None:
        return book.routing
    return read_routing(published.content, book, version=published.version)
