"""Every way a rule can say no.

LeadRefusal
├── NotKnown            nothing here by that id
├── Ended               StageClosed, ConversationClosed, HandoffClosed, MeetingOver, PersonErased
├── WrongMove           StageBackwards, NotYoursToMove, AlreadyBooked, AlreadyDecided, Suppressed, OnHold, NotLiftable
├── WrongWords          MessageEmpty, MessageTooLong, ContactInvalid, ValueMissing
├── NoEvidence          QuoteNotFound, QuoteNotAboutThem, SignalUnknown, SignalExhausted
└── NoSuchTime          SlotNotOffered, SlotExpired, SlotTaken, SlotNotChosenYet, NoFreeTime

A refusal is a sentence for people. The API gives it a status, a tool gives it to the model; both tables are complete
by test.
"""


class LeadRefusal(Exception):
    """A rule said no. `code` is stable for programs, the message is for people."""

    code = "refused"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


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
