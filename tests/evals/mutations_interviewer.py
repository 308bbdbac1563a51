"""Breaks of the built-in interviewer's parts, each with the cases that mind it."""

import agent.interviewer.asking
import agent.interviewer.budgets
import agent.interviewer.contact
import agent.interviewer.deciding
import agent.interviewer.language
import agent.interviewer.looking_up
import agent.interviewer.needs
import agent.interviewer.opt_out
import agent.interviewer.recalling
import agent.interviewer.roles
import agent.interviewer.slot_wishes
import agent.interviewer.timelines
from tests.evals.mutation import Mutation

INTERVIEWER = (
    Mutation(
        "a budget is not heard",
        agent.interviewer.budgets.budget_claim,
        "if not clause.states:",
        "if True:",
        ("bant/pounds_set_aside_for_this_year",),
    ),
    Mutation(
        "a deadline is not heard",
        agent.interviewer.timelines.timeline_claim,
        "if not clause.states:",
        "if True:",
        ("bant/a_form_in_the_middle",),
    ),
    Mutation(
        "who decides is not heard",
        agent.interviewer.roles.authority_claim,
        "if not clause.states or HELPERS_SUBJECT.search(clause.plain):",
        "if True:",
        ("bant/three_decide_together",),
    ),
    Mutation(
        "a problem is not heard as a need",
        agent.interviewer.needs.need_claim,
        "if PROBLEM.search(plain):",
        "if False:",
        ("bant/burst_with_a_correction",),
    ),
    Mutation(
        "an address is not heard",
        agent.interviewer.contact.find_emails,
        "[*_written(text), *_spelled(text)]",
        "[]",
        ("later/in_six_weeks",),
    ),
    Mutation(
        "everybody is spoken to in English",
        agent.interviewer.language.language_of,
        "return script or _by_small_words(fold(sample)) or fallback",
        'return "en"',
        ("boundaries/are_you_human",),
    ),
    Mutation(
        "no opt-out is heard in the visitor's words",
        agent.interviewer.opt_out.opt_out_in,
        "    if keywords and",
        "    return None\n    if keywords and",
        ("consent/one_word",),
    ),
    Mutation(
        "a question is not looked up",
        agent.interviewer.looking_up.searches,
        "[:_SEARCHES]",
        "[:0]",
        ("answers/price_with_its_source",),
    ),
    Mutation(
        "what they told us is looked up on our pages",
        agent.interviewer.recalling.recalls,
        "return bool(_RECALLS.search(asked)) or",
        "return False and",
        ("privacy/nothing_is_known_yet",),
    ),
    Mutation(
        "the same thing is asked again and again",
        agent.interviewer.asking.ask,
        "if name in spoken_of or asked >= min(_MAX_ASKED, len(voice.questions[factor])):",
        "if False:",
        ("consent/opt_out_in_german_benign",),
    ),
    Mutation(
        "two budgets that do not agree are left standing",
        agent.interviewer.asking._contradicted,
        "return any(",
        "return False and any(",
        ("bant/two_budgets_do_not_agree",),
    ),
    Mutation(
        "somebody who will not buy is proposed to nobody",
        agent.interviewer.deciding._verdicts,
        "if act in acts:",
        "if False:",
        ("buyers/vendor_pitch",),
    ),
    Mutation(
        "somebody who will not buy is offered times",
        agent.interviewer.deciding._meeting,
        " or plan.no_buyer",
        "",
        ("buyers/student_thesis",),
    ),
    Mutation(
        "the choice of a time is not heard",
        agent.interviewer.slot_wishes.chosen_slot,
        "return None if chosen is not None and chosen.when == plan.scene.meeting else chosen",
        "return None",
        ("booking/slot_taken_meanwhile",),
    ),
    Mutation(
        "a wish for a demo brings no times",
        agent.interviewer.slot_wishes.wants_times,
        "return True\n    if Act.YES",
        "return False\n    if Act.YES",
        ("booking/clicked_on_the_page",),
    ),
)
