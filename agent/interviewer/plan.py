"""What the interviewer decides and speaks by: the scene, what it heard in it, and what the owner wants."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent.interviewer.acts import Act
from agent.interviewer.claims import ClaimStatus
from agent.interviewer.expecting import Expecting
from agent.interviewer.hearing import Hearing
from agent.interviewer.scene import Scene
from leads.handoff import HandoffReason
from playbook.book import Playbook

NOT_A_BUYER: Mapping[Act, str] = {
    Act.STUDENT: "student",
    Act.JOB_SEEKER: "job_seeker",
    Act.VENDOR_PITCH: "vendor",
    Act.COMPETITOR: "competitor",
}
TERMS = frozenset({Act.DISCOUNT_DEMAND, Act.LEGAL_PROMISE_DEMAND})
"""What only a colleague can give."""


@dataclass(frozen=True, slots=True)
class Call:
    """A wish to use a tool."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """What this interviewer knows beyond the scene: what it heard, what it had asked, and what the owner decided."""

    scene: Scene
    heard: Hearing
    expecting: Expecting | None
    now: datetime
    book: Playbook

    @property
    def known(self) -> set[str]:
        """BANT factors known after this burst."""
        before = {f for f, view in self.scene.bant.items() if view.get("status") in {"stated", "confirmed"}}
        return before | {c.factor.value for c in self.heard.claims if c.status is ClaimStatus.STATED}

    @property
    def email(self) -> str | None:
        """Their address, known before or told now."""
        told = self.heard.contact.emails
        return told[-1].value if told else self.scene.contact.get("email")

    @property
    def phone(self) -> str | None:
        """Their telephone number, known before or told now."""
        told = self.heard.contact.phones
        return told[-1].value if told else self.scene.contact.get("phone")

    @property
    def asks_person(self) -> bool:
        """Whether a person is wanted: said now, or agreed to our offer of one."""
        of_a_meeting = bool(self.heard.acts & {Act.ASKS_DEMO, Act.RESCHEDULE}) or self.heard.slot_choice is not None
        agreed = Act.YES in self.heard.acts and offers_colleague(self.scene.last_said) and not of_a_meeting
        return Act.ASKS_HUMAN in self.heard.acts or agreed

    @property
    def no_buyer(self) -> bool:
        """Whether they have been proposed as somebody who will not buy; a person decides, and no meeting is offered."""
        return self.scene.colleague_asked == HandoffReason.REVIEW_DISQUALIFICATION.value

    @property
    def meeting_kind(self) -> Mapping[str, str]:
        """The kind of meeting they named last, as an argument of find_slots; nothing when it is the usual one."""
        for text in reversed((*self.scene.visitor_said, *self.scene.burst)):
            named = set(re.findall(r"\w+", text.lower()))
            for kind in self.book.meetings:
                if kind.key in named:
                    return {} if kind == self.book.meetings[0] else {"meeting": kind.key}
        return {}


def offers_colleague(text: str) -> bool:
    """Whether a message of ours offered to ask a colleague."""
    return "ask a colleague" in text and text.rstrip().endswith("?")
