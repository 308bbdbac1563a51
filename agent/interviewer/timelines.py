"""When a visitor wants to start, decide or be live: periods that hang on such words, deadlines named by an event.

When to talk is no timeline ("call me Thursday", "ping me in Q3"), nor is what lies behind ("we launched in March") or
lasts ("it takes three days").
"""

import re
from collections.abc import Sequence
from datetime import date

from agent.interviewer.claims import ClaimStatus, HeardClaim, claim, shortened
from agent.interviewer.expecting import does_not_know, refuses
from agent.interviewer.periods import Period
from agent.interviewer.phrases import phrases
from agent.interviewer.reading import Clause
from leads.bant import Factor

_CUE = phrases(
    "(go|going|goes|be|is|are|get|getting|went|have (it|this|everything|something)|having it) live",
    "go-?live",
    "live (by|before|in|on|until|from|date)",
    "(start|starting|begin|beginning|kick ?-?off|kicking off)",
    "(roll|rolling) ?out",
    "rollout",
    "(launch|launching|deploy|deploying|deployment|implement|implementing|implementation"
    "|install|installed|introduce|introducing|onboard|onboarded)",
    "(in|into) (place|production|use)",
    "up and running",
    "(running|ready|working|operational|done|finished|set ?up|sorted|solved|fixed"
    "|completed?|delivered|signed|switched( over)?|migrated|replaced|automated) (by"
    "|before|in|until|this|next|for|within|at the|no later|on|latest|from)",
    "(switch|switching|migrate|migrating|replace|replacing|move over|moving over"
    "|change over)( \\w{1,10}){0,5} (by|before|in|until|this|next|within)",
    "(decide|decision|decided|deciding|choose|choosing|pick|picking|select|selecting"
    "|selection|evaluat\\w{1,5}|buy|buying|purchase|purchasing|sign|signing|commit"
    "|committing|contract|order|procure\\w{0,4})( \\S{1,12}){0,5} (by|before|in|until"
    "|this|next|within|end of|later|around|towards|from|for)",
    "deadlines?",
    "(our|the|my) (timeline|time ?line|time ?frame|target( date)?|goal|horizon|plan"
    "|schedule|cut-?off|renewal|contract)",
    "(contract|licen[sc]e|subscription|agreement|renewal|lease)( \\w{1,10}){0,4}"
    " (ends?|expires?|runs out|is up|renews?|terminates?|due|comes up|up for renewal)",
    "renewal",
    "(need|needs|want|wants|must|have to|has to|require|like|hope|hoping|looking"
    "|plan|planning|aim|aiming|expect|expecting|trying)"
    "( \\S{1,14}){0,7} (by|before|until|within|no later than|latest|this|next|in"
    "|for|from|end of|starting|around|during|after)",
    "(by|before|until|no later than) (the )?(end|beginning|start|middle|mid) of",
    "(timing|time)-?wise",
    "(it's|it is|that's|this is) for (q[1-4]|next|this|january|february|march|april"
    "|may|june|july|august|september|october|november|december)",
    "must (be|have)",
    "latest( by)?",
    "(not|won't|wouldn't|will not)( \\w{1,9}){0,3} (before|until|earlier than)",
    "\\w{1,8}[- ](month|week|year|quarter) (horizon|time ?frame|timeline|window|plan)",
    "horizon",
    "(project|pilot|trial|poc|season|phase)( \\w{1,9}){0,2} (starts?|begins?|kicks?"
    " off|is (planned|scheduled|due)|in|for|runs from)",
    "(einfuhren|starten|live gehen|umstellen|brauchen( \\w{1,12}){0,4} (bis|vor|ab|im))",
    "(demarrer|lancer|mettre en place|en place)( \\w{1,12}){0,3}",
    "(empezar|arrancar|implementar|lanzar|tenerlo)( \\w{1,12}){0,3}",
    "(iniziare|partire|avviare|lanciare)( \\w{1,12}){0,3}",
    "(starten|beginnen|invoeren)( \\w{1,12}){0,3}",
    "(comecar|iniciar|implementar|lancar)( \\w{1,12}){0,3}",
)
_TALKING = phrases(
    "(call|meet|demo|chat|talk|speak|meeting|appointment|slot|catch up|ping|contact"
    "|e-?mail|mail|reach out|follow up|get back|come back|check back|check in|circle"
    " back|touch base|remind|webinar|available|availability|free( on| at| in| next"
    "| this|(?= ?(\\Z|[.,])))|calendar|reschedule|book|hear from|out of office|on"
    " (vacation|holiday|leave)|back (in|on)|write( to)? me|try (me|us))",
)
_PAST_OR_LASTING = phrases(
    "(since|ago|last (year|month|week|quarter|spring|summer|autumn|fall|winter)|used"
    " to|back in|founded|established|started (in|using|with|our|the|this|last|back"
    "|a )|launched|began|bought|purchased|went live|(was|were|had|did|have been|has"
    " been)(?! (planning|hoping|aiming|thinking|told|asked|hoping|looking|wanting)))",
    "(takes?|took|taking|lasts?|spend|spending|spent|lose|losing|waste|wasting)("
    " \\w{1,10}){0,4} (minutes?|hours?|days?|weeks?|months?|years?)",
    "(hours?|days?|times?|minutes?|orders?|tickets?|bookings?|calls?) (a|per|each|every) (day|week|month|year)",
    "for (the )?(last|past)",
    "(competitors?|they|he|she|your (company|roadmap|next release|customers?))",
    "every (year|month|week|quarter|day|\\w{3,6}day)",
    "each (year|month|week|quarter|day)",
)
_SOON = phrases(
    "as soon as possible",
    "asap",
    "a\\.s\\.a\\.p",
    "(right away|straight ?away|immediately|as quickly as possible|as fast as possible"
    "|yesterday|the sooner the better|sooner rather than later|without delay)",
    "(urgent|urgently)",
    "so bald wie moglich|sofort|schnellstmoglich|dringend",
    "des que possible|au plus vite",
    "lo antes posible|cuanto antes",
    "il prima possibile|appena possibile",
    "zo snel mogelijk",
    "o mais rapido possivel|o quanto antes",
)
_NEED_SOON = phrases(
    "(need|want|start|live|launch|solution|replace|switch|running|solve|fix|implement"
    "|begin|decide|buy|place|deadline|timeline|get (this|it|something)|do (this|it)"
    "|it's|brauchen|suchen|besoin|necesitamos|bisogno|nodig|precisamos)",
)
_NO_DEADLINE = phrases(
    "(no|without|not in a|not in any|isn't any|there's no|not a|don't have (a|any))"
    " (real |fixed |hard |specific |particular |firm |strict |concrete |set |big"
    " |great )?(rush|hurry|deadline|timeline|time ?frame|urgency|time pressure|date"
    " in mind|fixed date|go-?live date|schedule)( yet)?",
    "(timeline|timing|date) is (open|flexible)",
    "(no|not) (that |so )?urgent(?! need)",
    "whenever",
    "keine eile|kein zeitdruck",
    "pas presse",
    "sin prisa|no hay prisa",
    "geen haast",
    "sem pressa",
    "nessuna fretta",
)
_ABOUT_TIMING = phrases(
    "(timeline|time ?line|timing|time ?frame|deadline|go-?live|start date|when (we|it|to|exactly)|schedule)"
)
_EVENT = phrases(
    "(live|running|in place|ready|launch\\w{0,3}|start\\w{0,3}|need (it|this|something"
    "|a \\w{2,12})|need to|want (it|this)|must|have to|has to|deadline|done|implemented?"
    "|set up|solved|replaced?|switch\\w{0,3}|decision|decide|working)( \\w{1,10}){0,5}"
    " (before|by|until|in time for|ahead of) (the |our |my |next )(\\w{2,16} ){0,3}(audit"
    "|season|shutdown|launch|opening|inspection|event|conference|fair|trade show"
    "|renewal|migration|semester|school year|fiscal year|financial year|year-?end"
    "|holidays?|peak|certification|move|relocation|release|go-?live|board meeting"
    "|review|exam|deadline|budget round|summer|winter|spring|autumn|fall|christmas"
    "|easter|black friday|contract (ends|expires|renewal)|freeze|rush|project|tender"
    "|closing|merger|expansion)",
)
_BEFORE_EVENT = phrases(
    "(before|by|until|in time for|ahead of) (?!(the way|any (chance|means)|all means|now"
    "|hand|mistake|accident|default|far|and large)(?!\\w))(the |our |my |next )?(\\w{2,16} ?){1,4}"
)
_DATED_EVENT = phrases(
    "(before|by|ahead of|in time for|until) (the |our |my )(?!end|start|beginning"
    "|middle)(\\w{2,16} ){1,4}(in|of|on|at)( \\w{1,12}){1,3}"
)
_HORIZON = re.compile(
    r"(?<!\w)(?P<count>\d{1,3}|one|two|three|four|five|six|nine|ten|twelve|eighteen)[\s-]{1,3}(?P<unit>m"
    r"onth|week|year)s?\s{1,4}(?:\w{1,10}\s{1,4})?(?:horizon|time ?frame|timeline"
    r"|window|plan)(?!\w)"
)
_IN_PERIOD_GRAINS = {"month": "%Y-%m", "year": "%Y"}


def timeline_claim(
    clause: Clause, periods: Sequence[Period], *, today: date, asked: bool = False, corrects: bool = False
) -> HeardClaim | None:
    """The timeline a clause states, refuses or leaves open, or None.

    `periods`: the periods found in the clause. `asked`: the agent has just asked when; `corrects`: the clause puts
    right a time named before. Either way a period alone is enough.
    """
    if not clause.states:
        return None
    value = _value(clause, periods, today=today, enough=asked or corrects, asked=asked)
    if value:
        return claim(Factor.TIMELINE, clause, value)
    about = asked or bool(_ABOUT_TIMING.search(clause.plain))
    if about and refuses(clause.plain):
        return claim(Factor.TIMELINE, clause, "rather not say", status=ClaimStatus.REFUSED)
    if about and does_not_know(clause.plain):
        return claim(Factor.TIMELINE, clause, "does not know yet", status=ClaimStatus.UNKNOWN_TO_THEM)
    return None


def is_about_talking(clause: Clause) -> bool:
    """Whether a time in the clause is about when to talk rather than when to start."""
    return bool(_TALKING.search(clause.plain))


def _value(clause: Clause, periods: Sequence[Period], *, today: date, enough: bool, asked: bool) -> str | None:
    plain = clause.plain
    if is_about_talking(clause) and not asked:
        return None
    if _NO_DEADLINE.search(plain) and not periods:
        return "no deadline"
    if not _PAST_OR_LASTING.search(plain):
        ahead = [p for p in periods if p.end >= today and not p.ruled_out and not p.urgent]
        if horizon := _HORIZON.search(plain):
            return f"in about {horizon['count']} {horizon['unit']}s"
        if ahead and (enough or _CUE.search(plain)):
            named = next((p for p in ahead if p.relation == "before"), ahead[0])
            return _before_an_event(clause, named) or period_value(named)
        if event := _EVENT.search(plain):
            return _event_value(clause, event.start(), event.end())
        if asked and not ahead and (before := _BEFORE_EVENT.search(plain)):
            return shortened(clause.message.own[clause.start + before.start() : clause.start + before.end()])
    if _SOON.search(plain) and (asked or _NEED_SOON.search(plain)):
        return "as soon as possible"
    return None


def _before_an_event(clause: Clause, period: Period) -> str | None:
    """ "before the trade fair in September": the month dates the event, not the wish."""
    found = _DATED_EVENT.search(clause.plain, 0, max(0, period.end_at - clause.start))
    if not found or clause.start + found.end() < period.start_at:
        return None
    return shortened(clause.message.own[clause.start + found.start() : period.end_at])


def _event_value(clause: Clause, start: int, end: int) -> str | None:
    found = _BEFORE_EVENT.search(clause.plain, start, end)
    return shortened(clause.message.own[clause.start + found.start() : clause.start + end]) if found else None


def period_value(period: Period) -> str:
    """A period as a claim's value: "by 2027-05-31", "in 2027-05", "from 2027-01-01", "2027-07-01 to 2027-09-30"."""
    if period.relation == "before":
        return f"by {period.deadline or period.end}"
    if period.relation == "after":
        return f"from {period.start}"
    lead = "around" if period.relation == "around" else "in"
    pattern = _IN_PERIOD_GRAINS.get(str(period.grain))
    if pattern:
        return f"{lead} {period.start.strftime(pattern)}"
    if period.start == period.end:
        return f"{'around' if lead == 'around' else 'on'} {period.start}"
    return f"{period.start} to {period.end}"
