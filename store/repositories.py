"""Everything a unit of work can reach, by subject; each part is made when it is first asked for."""

from functools import cached_property

from sqlalchemy.ext.asyncio import AsyncConnection

from store.access import Access
from store.agent_figures import AgentFigures
from store.assignments import Assignments
from store.audit import Audit
from store.clocks import Clocks
from store.contact_points import ContactPoints
from store.conversations import Conversations
from store.deal_figures import DealReports
from store.drafts import Drafts
from store.duplicates import Duplicates
from store.enrichments import Enrichments
from store.external_ids import ExternalIds
from store.firings import Firings
from store.forms import Forms
from store.handoffs import Handoffs
from store.imports import Imports
from store.leads import Leads
from store.ledger import Ledger
from store.meetings import Meetings
from store.merges import Merges
from store.opportunities import Opportunities
from store.outbox import Outbox
from store.people import People
from store.privacy import Privacy
from store.promise_figures import PromiseFigures
from store.reports import Reports
from store.rules import Rules
from store.runs import Runs
from store.scores import Scores
from store.sessions import Sessions
from store.sleepers import Sleepers
from store.submissions import Submissions
from store.suppressions import Suppressions
from store.tasks import Tasks
from store.team_events import TeamEvents
from store.timelines import Timelines
from store.turns import Turns
from store.verdicts import Verdicts
from store.wishes import Wishes


class Repositories:
    """What we remember, inside one transaction. `touched` are topics whose listeners look again after the commit."""

    def __init__(self, connection: AsyncConnection, *, suppression_key: bytes | None) -> None:
        self._db = connection
        self._given_key = suppression_key
        self.touched: set[str] = set()

    @property
    def _suppression_key(self) -> bytes:
        if self._given_key is None:  # with a key made up here nobody on the list would be recognised
            raise RuntimeError("This act was opened without the suppression list's key: open it by a Workspace.")
        return self._given_key

    @cached_property
    def people(self) -> People:
        """People and companies."""
        return People(self._db)

    @cached_property
    def contact_points(self) -> ContactPoints:
        """Ways to reach people."""
        return ContactPoints(self._db)

    @cached_property
    def timelines(self) -> Timelines:
        """What happened to leads, a page at a time."""
        return Timelines(self._db)

    @cached_property
    def merges(self) -> Merges:
        """Making two records one."""
        return Merges(self._db)

    @cached_property
    def duplicates(self) -> Duplicates:
        """Pairs that may be one person."""
        return Duplicates(self._db)

    @cached_property
    def leads(self) -> Leads:
        """Leads and their stage history."""
        return Leads(self._db)

    @cached_property
    def ledger(self) -> Ledger:
        """Activities, BANT claims, consent."""
        return Ledger(self._db)

    @cached_property
    def conversations(self) -> Conversations:
        """Threads, messages, events."""
        return Conversations(self._db, self.touched)

    @cached_property
    def turns(self) -> Turns:
        """Answers in the making."""
        return Turns(self._db)

    @cached_property
    def meetings(self) -> Meetings:
        """Offers and meetings."""
        return Meetings(self._db)

    @cached_property
    def handoffs(self) -> Handoffs:
        """Requests for a person."""
        return Handoffs(self._db)

    @cached_property
    def outbox(self) -> Outbox:
        """What must leave the house."""
        return Outbox(self._db)

    @cached_property
    def access(self) -> Access:
        """Reps and keys."""
        return Access(self._db)

    @cached_property
    def drafts(self) -> Drafts:
        """Suggested replies."""
        return Drafts(self._db)

    @cached_property
    def sessions(self) -> Sessions:
        """Reps who are signed in."""
        return Sessions(self._db)

    @cached_property
    def team_events(self) -> TeamEvents:
        """What the console hears."""
        return TeamEvents(self._db)

    @cached_property
    def rules(self) -> Rules:
        """Versions of scoring and routing rules."""
        return Rules(self._db)

    @cached_property
    def scores(self) -> Scores:
        """Scores of many leads."""
        return Scores(self._db)

    @cached_property
    def firings(self) -> Firings:
        """Lines that scores have crossed."""
        return Firings(self._db)

    @cached_property
    def audit(self) -> Audit:
        """Who did what."""
        return Audit(self._db)

    @cached_property
    def privacy(self) -> Privacy:
        """Tombstones, receipts, holds, texts of consent."""
        return Privacy(self._db)

    @cached_property
    def suppressions(self) -> Suppressions:
        """Addresses that get nothing."""
        return Suppressions(self._db, self._suppression_key)

    @cached_property
    def runs(self) -> Runs:
        """Long runs."""
        return Runs(self._db)

    @cached_property
    def reports(self) -> Reports:
        """Figures over all leads."""
        return Reports(self._db)

    @cached_property
    def agent_figures(self) -> AgentFigures:
        """What the agent did, counted."""
        return AgentFigures(self._db)

    @cached_property
    def opportunities(self) -> Opportunities:
        """Deals and their changes."""
        return Opportunities(self._db)

    @cached_property
    def tasks(self) -> Tasks:
        """What people are to do."""
        return Tasks(self._db)

    @cached_property
    def wishes(self) -> Wishes:
        """Enrolments that were decided and wait to be taken up."""
        return Wishes(self._db)

    @cached_property
    def verdicts(self) -> Verdicts:
        """What reps said of the leads they were given."""
        return Verdicts(self._db)

    @cached_property
    def sleepers(self) -> Sleepers:
        """Leads whose time has come without anything happening."""
        return Sleepers(self._db)

    @cached_property
    def deal_reports(self) -> DealReports:
        """Deals as reports see them."""
        return DealReports(self._db)

    @cached_property
    def assignments(self) -> Assignments:
        """Who has which lead, the turns of pools, leave."""
        return Assignments(self._db)

    @cached_property
    def clocks(self) -> Clocks:
        """Promised times."""
        return Clocks(self._db)

    @cached_property
    def external_ids(self) -> ExternalIds:
        """What other systems call a person."""
        return ExternalIds(self._db)

    @cached_property
    def imports(self) -> Imports:
        """Files on their way in."""
        return Imports(self._db)

    @cached_property
    def enrichments(self) -> Enrichments:
        """What others say of people and companies."""
        return Enrichments(self._db)

    @cached_property
    def forms(self) -> Forms:
        """Forms that may tell us of people."""
        return Forms(self._db)

    @cached_property
    def submissions(self) -> Submissions:
        """What forms sent."""
        return Submissions(self._db)

    @cached_property
    def promise_figures(self) -> PromiseFigures:
        """Whether promises of time were kept."""
        return PromiseFigures(self._db)
