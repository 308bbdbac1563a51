"""The rules' own ears: what the built-in hearing took from the visitor's words, to hold a model's report against.

They are asked only where a text tried to steer the model (`agent.orders`). Then the model may be repeating what it was
ordered to report, and only what the rules heard as well is noted, in the value and the words the rules heard.
"""

from dataclasses import dataclass

from agent.interviewer.acts import Act
from agent.interviewer.claims import ClaimStatus, HeardClaim
from agent.interviewer.hearing import Hearing
from agent.interviewer.plan import NOT_A_BUYER
from leads.bant import Factor
from leads.refusal import NoEvidence

_NOT_BUYERS = {reason: act for act, reason in NOT_A_BUYER.items()} | {
    "support_request": Act.SUPPORT_REQUEST,
    "not_interested": Act.NOT_INTERESTED,
    "no_need": Act.NOT_INTERESTED,
}


@dataclass(frozen=True, slots=True)
class Ears:
    """What was heard in this burst. Each question raises NoEvidence when the rules heard nothing of the kind."""

    heard: Hearing

    def claim(self, factor: Factor, *, refused: bool) -> HeardClaim:
        """The visitor's own statement on a factor."""
        wanted = ClaimStatus.REFUSED if refused else ClaimStatus.STATED
        for claim in reversed(self.heard.claims):
            if claim.factor is factor and claim.status is wanted:
                return claim
        raise NoEvidence(f"They said nothing about their {factor.value} that can be noted.")

    def signal(self, name: str) -> None:
        """A sign of interest."""
        if name not in {signal.name for signal in self.heard.signals}:
            raise NoEvidence("They showed no such sign in words of their own.")

    def detail(self, kind: str, value: str) -> None:
        """A contact detail of theirs."""
        contact = self.heard.contact
        one_of_a_kind = {"name": contact.name, "company": contact.company}
        told = {
            "email": [e.text for e in contact.emails] + [e.value for e in contact.emails],
            "phone": [p.text for p in contact.phones] + [p.value for p in contact.phones],
            "title": [self.heard.title] if self.heard.title else [],
        } | {k: [detail.value, detail.text] if detail else [] for k, detail in one_of_a_kind.items()}
        if value.casefold() not in {known.casefold() for known in told.get(kind, [])}:
            raise NoEvidence(f"They did not give a {kind} of theirs.")

    def not_a_buyer(self, reason: str) -> None:
        """That they are not buying."""
        if _NOT_BUYERS.get(reason) not in self.heard.acts:
            raise NoEvidence("They said nothing of the kind about themselves.")

    def later(self) -> None:
        """That they want to be asked again later."""
        if Act.NOT_NOW not in self.heard.acts:
            raise NoEvidence("They did not ask to be contacted later.")
