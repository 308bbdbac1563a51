"""Every way a rule can say no.

LeadRefusal
├── NotKnown            nothing here by that id
├── Ended               StageClosed, ConversationClosed, HandoffClosed, MeetingOver, SubmissionSettled,
│                       DraftClosed, PersonErased
├── WrongMove           StageBackwards, NotYoursToMove, AlreadyBooked, MoveNotLegal, VersionStale, NobodyThere,
│                       NothingOffered, AddressTaken, PrimaryPoint, CannotMerge (SamePerson, MergedElsewhere,
│                       NothingToMerge, TwoMeetings), RulesChanged, RulesOutdated, NothingToPublish,
│                       HandoffClaimed, NotOnTheLine, DraftStale, Suppressed, OnHold, NotLiftable
├── WrongWords          MessageEmpty, MessageTooLong, ContactInvalid, ValueMissing, DateUnclear,
│                       ActivityNotAccepted, FileUnusable
├── NoEvidence          QuoteNotFound, QuoteNotAboutThem, SignalUnknown
└── NoSuchTime          SlotNotOffered, SlotExpired, SlotTaken, SlotNotChosenYet, NoFreeTime

A refusal is a sentence for people. The API gives it a status, a tool gives it to the model; both tables are complete
by test.
"""

from collections.abc import Sequence
from datetime import datetime


class LeadRefusal(Exception):
    """A rule said no. `code` is stable for programs, the message is for people."""

    code = "refused"

    def __init__(self, message: str, *, legal_moves: Sequence[str] | None = None) -> None:
        """`legal_moves` names what may be done with the lead instead, where that is the question."""
        super().__init__(message)
        self.message = message
        self.legal_moves = None if legal_moves is None else tuple(legal_moves)


class NotKnown(LeadRefusal):
    """There is nothing by that id, or it belongs to somebody else."""

    code = "not_found"


class Ended(LeadRefusal):
    """The thing is over and takes no more changes."""

    code = "ended"


class StageClosed(Ended):
    """The lead's cycle has ended: disqualified, lost, merged."""

    code = "stage_closed"


class ConversationClosed(Ended):
    """The conversation was closed; a new one can be started."""

    code = "conversation_closed"


class HandoffClosed(Ended):
    """A rep has already decided on this handoff."""

    code = "handoff_closed"


class MeetingOver(Ended):
    """The meeting was cancelled or has taken place."""

    code = "meeting_over"


class SubmissionSettled(Ended):
    """The submission was captured already, or somebody is working it through."""

    code = "submission_settled"


class DraftClosed(Ended):
    """The draft was sent or rejected already."""

    code = "draft_closed"


class WrongMove(LeadRefusal):
    """The move exists but is not allowed now."""

    code = "wrong_move"


class StageBackwards(WrongMove):
    """Inside one cycle a lead only moves forward."""

    code = "stage_backwards"


class NotYoursToMove(WrongMove):
    """This kind of actor may not make that move."""

    code = "not_yours_to_move"


class AlreadyBooked(WrongMove):
    """This lead already has an open meeting."""

    code = "already_booked"


class MoveNotLegal(WrongMove):
    """From where the lead stands this move is not possible; the refusal says which ones are."""

    code = "move_not_legal"


class VersionStale(WrongMove):
    """Somebody else has changed the thing since it was read."""

    code = "version_stale"


class NobodyThere(WrongMove):
    """The rep is not of the team any more."""

    code = "nobody_there"


class NothingOffered(WrongMove):
    """The lead is not offered to this rep, so there is nothing to decline."""

    code = "nothing_offered"


class CannotMerge(WrongMove):
    """These two records cannot be made one as they now are."""

    code = "cannot_merge"


class SamePerson(CannotMerge):
    """They are one person already."""

    code = "same_person"


class MergedElsewhere(CannotMerge):
    """The record was merged into a third one."""

    code = "merged_elsewhere"


class NothingToMerge(CannotMerge):
    """One of the records is empty: it was erased."""

    code = "nothing_to_merge"


class TwoMeetings(CannotMerge):
    """Both leads have a meeting, and a lead has one at a time."""

    code = "two_meetings"


class AddressTaken(WrongMove):
    """The address belongs to another person."""

    code = "address_taken"


class PrimaryPoint(WrongMove):
    """The only address a person is known by cannot be taken away."""

    code = "primary_point"


class RulesChanged(WrongMove):
    """Somebody else has changed the draft of the rules since it was read."""

    code = "rules_changed"


class RulesOutdated(WrongMove):
    """The rules were edited on the ground of a version that does not decide any more."""

    code = "rules_outdated"


class NothingToPublish(WrongMove):
    """There is no draft of these rules."""

    code = "nothing_to_publish"


class HandoffClaimed(WrongMove):
    """Somebody else of the team has it in hand: `owner_id` and `owner_name` say who, `until` how long at least."""

    code = "handoff_claimed"

    def __init__(
        self, message: str, *, owner_id: str = "", owner_name: str = "", until: datetime | None = None
    ) -> None:
        super().__init__(message)
        self.owner_id = owner_id
        self.owner_name = owner_name
        self.until = until


class NotOnTheLine(WrongMove):
    """Only who holds the conversation can give it back."""

    code = "not_on_the_line"


class DraftStale(WrongMove):
    """The draft is of an older state: somebody changed it, or the person wrote again."""

    code = "draft_stale"


class Suppressed(WrongMove):
    """The address is on the suppression list, so that it may not come in this way."""

    code = "suppressed"


class NotLiftable(WrongMove):
    """This entry of the suppression list is not the team's to take away."""

    code = "not_liftable"


class OnHold(WrongMove):
    """The law asks to keep the record for now: a legal hold stands."""

    code = "on_legal_hold"


class PersonErased(Ended):
    """The person was erased; nothing new is kept about who they were."""

    code = "person_erased"


class WrongWords(LeadRefusal):
    """What was sent cannot be taken as it is."""

    code = "wrong_words"


class MessageEmpty(WrongWords):
    """There is nothing to read in the message."""

    code = "message_empty"


class MessageTooLong(WrongWords):
    """A message holds at most 4,000 characters."""

    code = "message_too_long"


class ContactInvalid(WrongWords):
    """The address or number cannot be right."""

    code = "contact_invalid"


class ValueMissing(WrongWords):
    """A statement needs a value."""

    code = "value_missing"


class DateUnclear(WrongWords):
    """A date was named that can mean two things; the person has to be asked."""

    code = "date_unclear"


class ActivityNotAccepted(WrongWords):
    """This activity is not one that other programs may send."""

    code = "activity_not_accepted"


class FileUnusable(WrongWords):
    """The file, or its mapping, cannot be read as a list of leads."""

    code = "file_unusable"


class NoEvidence(LeadRefusal):
    """Nothing is noted without the person's own words."""

    code = "no_evidence"


class QuoteNotFound(NoEvidence):
    """The quote is not in what this visitor wrote."""

    code = "quote_not_found"


class QuoteNotAboutThem(NoEvidence):
    """The quoted sentence speaks to the software, not about the visitor's situation."""

    code = "quote_not_about_them"


class SignalUnknown(NoEvidence):
    """The playbook has no signal of that name."""

    code = "signal_unknown"


class NoSuchTime(LeadRefusal):
    """The meeting cannot be at that time."""

    code = "no_such_time"


class SlotNotOffered(NoSuchTime):
    """Only a time that was offered in this conversation can be booked."""

    code = "slot_not_offered"


class SlotExpired(NoSuchTime):
    """The offer has run out or the time has passed."""

    code = "slot_expired"


class SlotTaken(NoSuchTime):
    """Somebody else was quicker."""

    code = "slot_taken"


class SlotNotChosenYet(NoSuchTime):
    """The visitor has not answered the offer yet."""

    code = "slot_not_chosen"


class NoFreeTime(NoSuchTime):
    """Nobody has a free time in that window."""

    code = "no_free_time"
