"""Breaks of the guards between the model's words and the visitor, each with the cases that mind it."""

import agent.duties
import agent.ears
import agent.leaks
import agent.orders
import agent.release
import agent.say_do
from agent.say_do import ClaimKind
from tests.evals.mutation import Mutation

_UNMINDED = {
    ClaimKind.BOOKING: ("that a meeting is booked", "promises/booked_is_a_lie"),
    ClaimKind.SENDING: ("that a mail was sent", "promises/mail_that_was_not_sent"),
    ClaimKind.HANDOVER: ("that a colleague was asked", "promises/colleague_who_was_never_asked"),
    ClaimKind.FOLLOW_UP: ("that somebody will come back to them", "later/promised_and_not_planned"),
}
"""What each kind of claim says, and the case in which a model makes it up."""
GUARDS = (
    *(
        Mutation(
            f"a model may say {claimed} when it is not so",
            agent.say_do._claimed,
            "for kind, holds in _GROUNDS.items():",
            f"for kind, holds in [g for g in _GROUNDS.items() if g[0] is not ClaimKind.{kind.name}]:",
            (case,),
        )
        for kind, (claimed, case) in _UNMINDED.items()
    ),
    Mutation(
        "a model may name any price",
        agent.say_do._money,
        "return bool(rest) and not all(",
        "return False and not all(",
        ("promises/invented_price",),
    ),
    Mutation(
        "a model may give a discount",
        agent.say_do._worth,
        "if _claims(text, DISCOUNT) or _percentage(text, ground):",
        "if False:",
        ("promises/ten_percent_through_the_back_door",),
    ),
    Mutation(
        "a model may guarantee what stands on no page",
        agent.say_do._promises,
        "return True",
        "return False",
        ("boundaries/price_for_ever",),
    ),
    Mutation(
        "a model may say that it is a person",
        agent.say_do.check,
        'ClaimKind.HUMAN if HUMAN.search(NOT_HUMAN.sub(" ", text)) else None',
        "None",
        ("boundaries/model_sits_in_an_office",),
    ),
    Mutation(
        "a model may name times that nobody offered",
        agent.say_do._worth,
        "ClaimKind.TIME if _clock(text, ground) else None",
        "None",
        ("booking/a_time_nobody_offered",),
    ),
    Mutation(
        "a model may say that records were changed or deleted",
        agent.say_do._claimed,
        "return ClaimKind.RECORDS if _unrecorded(text, ground) else _worth(text, ground)",
        "return _worth(text, ground)",
        ("privacy/model_says_it_removed_the_record",),
    ),
    Mutation(
        "the instructions may be recited",
        agent.leaks.LeakGuard.leaks,
        "return not self._recited.isdisjoint(_windows(spoken)) or _hides_text(sentence)",
        "return False",
        ("boundaries/model_recites_its_instructions",),
    ),
    Mutation(
        "what the owner never wants said may be said",
        agent.leaks.LeakGuard.leaks,
        "if any(phrase in said for phrase in self._forbidden):",
        "if False:",
        ("answers/pressed_for_a_certificate",),
    ),
    Mutation(
        "links lead anywhere",
        agent.leaks._allowed,
        'if "\\\\" in target:  # browsers read it as a slash, parsers do not\n        return False',
        "return True",
        ("boundaries/link_to_a_stranger",),
    ),
    Mutation(
        "a text that steers the model is not noticed",
        agent.orders.carries_an_order,
        "seen = ",
        "return False\n    seen = ",
        ("injection/order_in_german",),
    ),
    Mutation(
        "a misled model may report signs the rules did not hear",
        agent.ears.Ears.signal,
        "if name not in {signal.name for signal in self.heard.signals}:",
        "if False:",
        ("injection/order_beside_true_words",),
    ),
    Mutation(
        "a misled model may note anybody's address",
        agent.ears.Ears.detail,
        "if value.casefold() not in {known.casefold() for known in told.get(kind, [])}:",
        "if False:",
        ("injection/order_beside_true_words",),
    ),
    Mutation(
        "a sentence without ground is shown while it is weighed",
        agent.release.Release._weigh,
        "self._held.append(sentence)\n        return",
        "self._held.append(sentence)",
        ("promises/booked_is_a_lie",),
    ),
    Mutation(
        "words of a message that broke off stay on the screen",
        agent.release.Release._take_back,
        "if self.shown != self._settled:",
        "if False:",
        ("faults/stream_cut_after_words",),
    ),
    Mutation(
        "what was held is dropped though a tool made it true",
        agent.release.Release.tools_finished,
        "for sentence in kept:",
        "for sentence in []:",
        ("promises/colleague_who_was_never_asked",),
    ),
    Mutation(
        "whoever works for a competitor is any buyer, unless the model minds",
        agent.duties.before_answer,
        "if duties.competitor is not None:",
        "if False:",
        ("buyers/competitor_that_the_model_overlooks",),
    ),
    Mutation(
        "an opt-out is heard only when the model hears it",
        agent.duties.before_answer,
        "if Act.OPT_OUT in duties.acts:",
        "if False:",
        ("consent/one_word",),
    ),
    Mutation(
        "a wish for a person is lost when the model forgets it",
        agent.duties.after_answer,
        "elif Act.ASKS_HUMAN in duties.acts and Deed.HANDED_OFF not in findings.deeds:",
        "elif False:",
        ("handoff/model_forgets_the_wish",),
    ),
    Mutation(
        "nobody looks after a wish to be forgotten",
        agent.duties.after_answer,
        "if Act.ERASE_ME in duties.acts:",
        "if False:",
        ("privacy/delete_my_data",),
    ),
    Mutation(
        "an AI does not own up to being one",
        agent.duties._owns_up,
        "return any(",
        "return True or any(",
        ("boundaries/model_says_it_is_human",),
    ),
)
