"""What the routes share while the process lives: the house, and what is built upon it here."""

import asyncio
from dataclasses import dataclass, field

from litestar.di import NamedDependency
from litestar.params import SkipValidation

from actions.workspace import Workspace
from api.answers import Answers
from api.house import House, Limits
from api.metrics import Metrics
from api.pace import Pace
from api.stream import LOOK_AGAIN_S, Closing, Lines, Pulse
from api.submissions import Submissions
from api.tokens import Tokens
from playbook.book import Playbook


@dataclass(slots=True)
class Desk:
    """One for each app."""

    house: House
    tokens: Tokens = field(init=False)
    answers: Answers = field(init=False)
    submissions: Submissions = field(init=False)
    closing: Closing = field(init=False)
    lines: Lines = field(init=False)
    pulse: Pulse = field(init=False)
    pace: Pace = field(init=False)
    metrics: Metrics = field(init=False)
    hashing: asyncio.Semaphore = field(init=False)
    """Passwords tried at once: each try takes 64 MB and a core."""

    def __post_init__(self) -> None:
        house = self.house
        self.tokens = Tokens(house.secret)
        self.pace = Pace()
        self.metrics = Metrics()
        self.hashing = asyncio.Semaphore(2)
        self.answers = Answers(house.workspace, house.agent, self.metrics)
        self.submissions = Submissions(house.workspace)
        self.closing = Closing(house.workspace)
        self.lines = Lines(most=house.limits.streams, most_each=house.limits.streams_each)
        self.pulse = Pulse(house.heartbeat_s, LOOK_AGAIN_S if house.shared_database else None)

    @property
    def workspace(self) -> Workspace:
        """Where acts are opened."""
        return self.house.workspace

    @property
    def book(self) -> Playbook:
        """What the owner decided."""
        return self.house.workspace.book

    @property
    def limits(self) -> Limits:
        """How much a caller may do."""
        return self.house.limits


DeskDep = NamedDependency[SkipValidation[Desk]]
"""How a route asks for it."""
