"""Breaks of the actions that conversations set off, each with the cases that mind it."""

import actions.book_meeting
import actions.capture_lead
import actions.follow_up_later
import actions.hear_visitor
import actions.join_known_person
import actions.note_contact
import actions.propose_handoff
import actions.read_context
import actions.record_consent
import actions.record_reply
import actions.rescore_lead
import actions.stage_reached
import actions.stop_contact
import actions.take_over
from tests.evals.mutation import Mutation

ACTIONS = (
    Mutation(
        "a meeting that was moved takes place at the old time",
        actions.book_meeting._move,
        "await uow.meetings.save(moved)",
        "pass",
        ("booking/moved_to_thursday",),
    ),
    Mutation(
        "the same booking twice is refused or made again",
        actions.book_meeting.book_meeting,
        "if earlier is not None and earlier.open:",
        "if False:",
        ("booking/repeated_call_books_once",),
    ),
    Mutation(
        "two visitors get the same time of the same host",
        actions.book_meeting._claim,
        "if await uow.meetings.claim(host, wanted, meeting_id):",
        "if True:",
        ("booking/slot_taken_meanwhile",),
    ),
    Mutation(
        "nobody is invited to what was booked",
        actions.book_meeting._announce,
        'await send_invitation(uow, meeting, method="REQUEST")',
        "pass",
        ("canaries/what_was_done_is_seen",),
    ),
    Mutation(
        "the host does not learn of a booking",
        actions.book_meeting._book,
        "await propose_handoff(",
        "(lambda *_, **__: None)(",
        ("canaries/what_was_done_is_seen",),
    ),
    Mutation(
        "an answer is not stored",
        actions.record_reply.record_reply,
        "if reply.text:",
        "if False:",
        ("consent/one_word",),
    ),
    Mutation(
        "a person who is asked for is due whenever",
        actions.propose_handoff.propose_handoff,
        "due_after(uow.now, book.handoffs.due.get(reason, book.handoffs.fallback_due), book.company.hours)",
        "uow.now",
        ("handoff/call_me_back",),
    ),
    Mutation(
        "the team is not told that somebody waits",
        actions.propose_handoff.propose_handoff,
        "await _tell(uow, handoff)",
        "pass",
        ("handoff/call_me_back",),
    ),
    Mutation(
        "what is added to a request is lost",
        actions.propose_handoff._add_to,
        "notes = standing.note if note.strip() in standing.note else",
        "notes = standing.note if True else",
        ("handoff/second_wish_is_more_urgent",),
    ),
    Mutation(
        "nobody looks for who shall answer a request",
        actions.propose_handoff._owned,
        "if handoff.owner is not None or",
        "if True or",
        ("handoff/call_me_back",),
    ),
    Mutation(
        "what is written after an ended cycle belongs to the ended one",
        actions.hear_visitor.in_an_open_cycle,
        "if ended.standing.outcome in",
        "if True or ended.standing.outcome in",
        ("handoff/returned_do_not_contact",),
    ),
    Mutation(
        "who did not want to be contacted is written to",
        actions.stop_contact.stop_contact,
        "if words and not words[-1].granted:",
        "if True:",
        ("handoff/returned_do_not_contact",),
    ),
    Mutation(
        "a no is written nowhere",
        actions.record_consent.record_consent,
        "if not granted or not only_claimed(conversation, person):",
        "if granted:",
        ("consent/one_word",),
    ),
    Mutation(
        "a rep's arrival silences nobody",
        actions.take_over.take_line,
        "taken = replace(free, rep_id=rep, rep_until=until)",
        "taken = free",
        ("handoff/a_rep_takes_over_and_gives_back",),
    ),
    Mutation(
        "what was asked last stays unanswered when the rep leaves",
        actions.take_over.give_back,
        "if not messages or messages[-1].author is not AuthorKind.VISITOR:",
        "if True:",
        ("handoff/a_rep_takes_over_and_gives_back",),
    ),
    Mutation(
        "contact details are noted that nobody wrote",
        actions.note_contact._read,
        "    evidence = prove(",
        "    said = [replace(said[-1], text=f'{value} {note.quote}')]\n    evidence = prove(",
        ("bant/a_quote_they_never_said",),
    ),
    Mutation(
        "words that are no address are one",
        actions.note_contact._read,
        "value = email_address(value)",
        "pass",
        ("booking/no_address_no_booking",),
    ),
    Mutation(
        "whoever types an address may change that person's record",
        actions.note_contact.note_contact,
        "if not only_claimed(conversation, person):",
        "if True:",
        ("privacy/a_post_for_a_known_person",),
    ),
    Mutation(
        "somebody's address is nobody's: two people are one record",
        actions.join_known_person.join_known_person,
        "if current.email:",
        "if False:",
        ("privacy/second_address_is_somebody_elses",),
    ),
    Mutation(
        "who is known already is a stranger when they write",
        actions.join_known_person.join_known_person,
        "if known is None or known.id == conversation.person_id:",
        "if True:",
        ("privacy/address_of_somebody_else",),
    ),
    Mutation(
        "the post that a form tells of is lost",
        actions.capture_lead._told_of,
        "title=told.title",
        "title=None",
        ("score/limits_of_the_groups",),
    ),
    Mutation(
        "a stranger reads back what another one told us",
        actions.read_context._contact,
        "if conversation.verified:",
        "if True:",
        ("privacy/address_of_somebody_else",),
    ),
    Mutation(
        "a student who asks for a demo is a lead for sales",
        actions.rescore_lead._is_welcome,
        "return figures.negative > rules.limits[Group.NEGATIVE].low and not figures.stops",
        "return True",
        ("buyers/student_is_shown_no_times",),
    ),
    Mutation(
        "who has qualified is nobody's",
        actions.stage_reached.stage_reached,
        "return await route_lead(uow, book, lead.id, why=lead.standing.stage.value)",
        "return lead",
        ("bant/known_from_a_form_is_not_asked",),
    ),
    Mutation(
        "who has qualified again goes on resting",
        actions.stage_reached._leave_nurture,
        "if not rests or",
        "if True or",
        ("later/later_and_then_now",),
    ),
    Mutation(
        "who wants to be asked later is asked on",
        actions.follow_up_later.follow_up_later,
        "await move_lead(uow, resting, standing,",
        "await move_lead(uow, lead, lead.standing,",
        ("later/come_back_in_march",),
    ),
)
