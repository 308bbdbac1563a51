"""Breaks of the rules in `leads/`, each with the cases that mind it."""

import leads.bant
import leads.conversation
import leads.evidence
import leads.handoff
import leads.later
import leads.meeting
import leads.route
import leads.score
import leads.scorer
import leads.slots
import leads.stage
from tests.evals.mutation import Mutation

RULES = (
    Mutation(
        "a model may put words into a buyer's mouth",
        leads.evidence.prove,
        'raise QuoteNotFound("Those words are not',
        'return Evidence(said[-1].message_id, quote, said[-1].at)\n    raise QuoteNotFound("Those words are not',
        ("bant/a_quote_they_never_said",),
    ),
    Mutation(
        "an order to the software is evidence of a buyer's situation",
        leads.evidence.speaks_to_the_machine,
        "is not None",
        "is None and False",
        ("injection/order_among_honest_words",),
    ),
    Mutation(
        "a correction is forgotten, and the first word stands",
        leads.bant.assess,
        "sorted(claims, key=lambda c: (c.at, c.evidence.at, c.evidence.message_id))",
        "sorted(claims, key=lambda c: (c.at, c.evidence.at, c.evidence.message_id), reverse=True)",
        ("corrections/scratch_that_it_is_15k",),
    ),
    Mutation(
        "what was corrected stands beside what holds",
        leads.bant._fold,
        "if claim.corrects or",
        "if",
        ("corrections/our_board_signs_after_all",),
    ),
    Mutation(
        "two budgets that do not agree are no contradiction",
        leads.bant._status,
        "return FactorStatus.CONTRADICTED",
        "return FactorStatus.STATED",
        ("bant/two_budgets_do_not_agree",),
    ),
    Mutation(
        "'no budget' speaks for a purchase",
        leads.bant._fold,
        "and not _UNMET[current[-1].factor].match(value)",
        "",
        ("bant/no_budget_before_october",),
    ),
    Mutation(
        "who would rather not say counts as having said",
        leads.bant._status,
        "return FactorStatus.REFUSED",
        "return FactorStatus.STATED",
        ("bant/rather_not_say",),
    ),
    Mutation(
        "what was said once qualifies for sales as if it were confirmed",
        leads.bant.is_sales_qualified,
        " if bant[f].status is FactorStatus.CONFIRMED",
        "",
        ("bant/said_once_is_not_confirmed",),
    ),
    Mutation(
        "confirming what a rep accepted qualifies nobody",
        leads.bant.is_sales_qualified,
        "return policy.required <= confirmed and len(confirmed) >= policy.at_least",
        "return False",
        ("bant/confirmed_after_a_rep_accepted",),
    ),
    Mutation(
        "the limits of a group are not kept",
        leads.score._capped,
        "capped = min(max(whole, tenths(limits.low)), tenths(limits.high))",
        "capped = whole",
        ("score/limits_of_the_groups",),
    ),
    Mutation(
        "what a model reports brings any number of points",
        leads.score._reported_cap,
        "excess = max(sum(brought.values()) - tenths(cap), 0)",
        "excess = 0",
        ("score/limits_of_the_groups",),
    ),
    Mutation(
        "the figure kept with a lead is not what its receipt says",
        leads.scorer.Scorer._folded,
        "excess = heard[0] + heard[1] + heard[2] - self._cap",
        "excess = 0",
        ("score/limits_of_the_groups",),
    ),
    Mutation(
        "a raised hand makes nobody ready for sales",
        leads.stage.earned,
        "Stage.MQL if ready or hand_raised",
        "Stage.MQL if ready",
        ("booking/clicked_on_the_page",),
    ),
    Mutation(
        "times are offered that begin at once",
        leads.slots.free_slots,
        "now + timedelta(minutes=meeting.notice_minutes)",
        "now",
        ("booking/in_ten_minutes",),
    ),
    Mutation(
        "times are offered that somebody else has",
        leads.slots.free_slots,
        "_without_busy(meeting, starts, busy[host.rep_id])",
        "starts",
        ("booking/slot_taken_meanwhile",),
    ),
    Mutation(
        "what the visitor wished is not looked at",
        leads.slots._days_off,
        "return max(",
        "return 0 * max(",
        ("booking/saturday_is_closed",),
    ),
    Mutation(
        "a meeting may lie outside the hours of work",
        leads.slots._starts_in_hours,
        "starts += grid[bisect_left(grid, span.start_utc) : bisect_right(grid, span.end_utc - length)]",
        "starts += grid",
        ("booking/saturday_is_closed",),
    ),
    Mutation(
        "offers may be booked before the visitor has chosen",
        leads.meeting.check_offer,
        "if not answered_since:",
        "if False:",
        ("booking/eager_model_books_too_soon",),
    ),
    Mutation(
        "an offer never runs out",
        leads.meeting.check_offer,
        "if now >= offer.start or now - offer.offered_at > OFFER_LIFE:",
        "if False:",
        ("booking/offer_of_the_day_before",),
    ),
    Mutation(
        "no routing rule is asked, and everybody waits in one queue",
        leads.route._by_rules,
        "if not rule.enabled:",
        "if True:",
        ("buyers/vendor_pitch",),
    ),
    Mutation(
        "the agent talks into the rep's conversation",
        leads.conversation.speaker,
        "return Speaker.REP",
        "return Speaker.AGENT",
        ("handoff/a_rep_takes_over_and_gives_back",),
    ),
    Mutation(
        "the more urgent wish is lost behind the first one",
        leads.handoff.more_urgent,
        "return min(",
        "return max(",
        ("handoff/second_wish_is_more_urgent",),
    ),
    Mutation(
        "a quarter is taken for a date without knowing when their year begins",
        leads.later.named_quarter,
        "if found is None or _PLAIN.search(text):",
        "if True:",
        ("later/a_quarter_needs_its_month",),
    ),
)
