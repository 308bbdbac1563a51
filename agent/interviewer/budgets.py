"""What a visitor says about their budget.

A sum is a budget only where the words make it theirs and this purchase's: "we have 30k set aside", "our budget is",
"we can spend up to". Prices, revenue, orders, other people's money, suppositions and questions are not. A limit under
which somebody signs is authority, not budget (see `roles`).
"""

from collections.abc import Sequence
from decimal import Decimal

from agent.interviewer.claims import ClaimStatus, HeardClaim, claim
from agent.interviewer.expecting import does_not_know, refuses
from agent.interviewer.money import Money
from agent.interviewer.phrases import opening, phrases
from agent.interviewer.reading import Clause
from leads.bant import Factor

_CUE = phrases(
    "budget(s|ed|ing|ary)?",
    "set aside",
    "put aside",
    "allocated",
    "allotted",
    "earmarked",
    "ring-?fenced",
    "allocation",
    "(can|could|would|will|to|we'd|i'd|we'll|may|might) (\\w{1,9} )?(spend|pay|invest"
    "|go up to|go as high as|go to|stretch"
    "|afford|do up to|put up)",
    "(can|could) (go|do|spend|pay)",
    "(gave|given|granted|assigned) (us|me|this)",
    "(willing|prepared|happy|able|ready|planning|plan|hoping|looking|intend|want|aim"
    "|expect(ing)?|allowed) to (spend|pay|invest|go|stretch)",
    "comfortable (with|at|around|paying|spending|up to)",
    "(our|my) (upper |hard |absolute |price )?(limit|cap|ceiling|max|maximum|"
    "range|spend|price range|funding|envelope|upper limit)( is| would be| for)?",
    "(spend|pay|go|going|stretch) (no |not )?(more|over|above|beyond|higher|past) ?(than)?",
    "(got|have|there's|there is|secured|received)( \\S{1,14}){1,5} (available|approved"
    "|to spend|to work with|signed off|left|for (this|it|the project|a tool"
    "|tooling|software|the tool|such|that|a solution|something))",
    "(approved|released|freed up|reserved|signed off)",
    "presupuesto",
    "orcamento",
    "budzet",
    "бюджет",
    "ausgeben",
    "eingeplant",
)
_THIRD_PARTY = phrases(
    "(our|my|your|the|their|a|another|one) (\\w{1,12} )?(competitors?|rivals?|customers?"
    "|clients?|suppliers?|vendors?|neighbou?rs?"
    "|friends?|brother|sister|sister company|parent company|partner company|previous"
    " (company|employer)|last (company|employer|job)|former (company|employer))",
    "competitors?",
    "(your|their|his|her|other people's|everyone's|somebody's|government|national"
    "|public|state) (\\w{1,12} )?(budgets?|limit|cap)",
    "(he|she|they) (has|have|had|can|could|pays?|spends?|paid|spent|budgeted)",
    "you (said|say|wrote|asked|told|mentioned|quoted|charge|want|offered|suggested)",
    "(other|some|many|most) (companies|firms|teams|people|customers)",
)
_OTHER_MONEY = phrases(
    "(marketing|advertising|ad|ads|travel|payroll|hiring|training|salary|wage|r&d"
    "|research|it department|entire it|whole it|construction|production|household"
    "|wedding|event|media|campaign|recruiting) (budgets?|spend)",
    "last (year|quarter|month)('s)?",
    "used to",
    "previously",
    "back then",
    "years? ago",
    "in (19|20[01])\\d",
    "(over|under|outside|beyond|exceeds?|exceeding|blew|blows|out of|above|more than"
    "|not in|not within|breaks|breaking|twice|double|half) (of )?(our|my|the|any"
    "|what we) (\\w{1,10} )?(budget(ed)?|limit)(?! of)",
    "over budget",
    "budget (was |has been |got |is being |were )?(cut|slashed|reduced|overrun|overruns"
    "|frozen|planning|season|cycle|process|meeting|reports?|software|tracking|approvals?"
    " process)",
    "(revenue|turnover|arr|mrr|sales|profit|funding round|raised|salary|salaries|wages?|valuation|ebitda)",
    "(lost|lose|losing|costs? us|costing us|cost us|saves? us|save us|waste[ds]?"
    "|wasting|missed|fined?|penalt(y|ies)|owe[ds]?|debt|damages?)",
    "orders?( of| worth| for| over)?",
    "(deal|contract|deals|contracts) (worth|size|value)",
    "(currently|now|already|today) (pay|paying|spend|spending)",
    "(we|i) (are |'re )?(pay|paying|spend|spending|spent|paid)(?! (up to|no more))",
    "per (order|customer|hour of|incident|downtime)",
    "(price|pricing|plan|quote|offer|subscription|license|licence|cost|invoice) (is|was|of|at|costs?)",
)
_PRICE_TALK = phrases(
    "(it's|its|it is|that's|that is|this is|costs?|seems) (like )?(\\S{1,10} )?(a"
    " (month|year)|per|steep|a lot|expensive|too)",
    "(a|per) (month|year|user) (is|seems|feels|sounds)",
    "\\d[\\d.,]{0,9}k? ?(is|seems|feels|sounds) (\\w{1,8} ){0,2}(a lot|lot|much|steep|expensive|high|pricey|quite|too)",
    "(a lot|too much|steep|expensive|pricey|a fortune)( \\w{1,6}){0,3} (for|with) (a|our|my|the) (\\w{1,8} )?budget",
    "(is|are) (like |)(a lot|steep|too much|expensive|pricey|quite a)",
)
_OWN_BUDGET = phrases(
    "(our|my|the) (\\w{1,10} ){0,2}budget( (for|on) \\w{1,10}){0,1}( \\w{1,8})? (is"
    "|would be|was set|of|lies|sits|stands)"
)
_DENIED = phrases(
    "(don't|do not|didn't|doesn't|does not|not|never|no longer|cannot|can't|couldn't"
    "|won't|wouldn't|isn't|is not|aren't|haven't|hasn't|without) "
    "(\\w{1,10} ){0,2}(have|got|get|spend|pay|afford|budget(ed)?|be|set aside|allocated"
    "|approved|do|go|justify|anywhere)(?! (\\w{1,8} )?(more|over|above|beyond|higher"
    "|up))",
    "budget (isn't|is not|wasn't)",
    "(nowhere|not) near",
)
_CAPPED = phrases(
    "(can't|cannot|can not|won't|will not|not|don't want to|wouldn't|couldn't|shouldn't"
    "|must not|mustn't|never)( \\w{1,9}){0,3} (more|over|above|beyond|higher|exceed"
    "|past)( than)?",
    "no more than",
    "not more than",
)
_SIGNING = phrases(
    "(sign|signs|signing|approve|approves|authori[sz]es?|ok|okays|rubber-?stamps?"
    "|clears?|releases?|decides?|decide on)( off)?( on)? (\\w{1,12} ){0,3}(under"
    "|below|up to|over|above|less than|more than|anything|everything|until)",
    "(under|below|up to|over|above|less than|more than|beyond|anything|everything"
    "|bigger than|past) (\\S{1,10} ){1,4}(\\w{1,10} )?(needs?|goes|go|requires?|has"
    " to|have to|must|is signed|are signed|is approved|gets?|i can|can be|we can)"
    " (\\w{1,10} ){0,4}(sign\\w{0,5}|approv\\w{1,4}|to (the|our|my)|board|cfo|ceo"
    "|decide|boss|manager|myself)",
    "(signing|approval|spending|sign-?off) (limit|authority|power|threshold)",
    "procurement threshold",
)
_NONE_YET = phrases(
    "(no|zero) ((dedicated|specific|set|approved|formal|real|fixed|allocated|official"
    "|defined|agreed|assigned|separate) ){0,2}budget( line)?(?! (problem|issue|constraint"
    "|limit|concern|restriction|cap))",
    "(don't|do not|doesn't|does not|haven't|hasn't|have not|has not|didn't)( (yet"
    "|really|even|currently|actually)){0,2} (have|got|allocated|set|approved|secured"
    "|defined|received)( (a|any|the|our|yet)){0,2} "
    "((dedicated|specific|set|approved|formal|fixed|allocated|official) )?budget("
    " line)?(?! (problem|issue|constraint|limit|of|is|is not|\\w{1,4} ?(lying|crazy)"
    "|lying|for crazy|to (burn|waste|throw|lose)))",
    "budget (\\w{1,9} )?(isn't|is not|hasn't been|has not been|not|wasn't|isn't yet"
    "|is yet to be|needs to be|has to be|still to be|must be) (\\w{1,8} )?(set|approved"
    "|allocated|decided|defined|fixed|there|finali[sz]ed|confirmed|released|agreed"
    "|signed off)",
    "not (yet )?budgeted",
    "unbudgeted",
    "kein budget",
    "pas (encore )?de budget",
    "(sin|no (hay|tenemos)) presupuesto",
    "geen budget",
    "(nessun|non abbiamo( un)?|senza) budget",
    "(sem|nao temos) orcamento",
)
_NO_OBJECT = phrases(
    "(money|budget|price|cost) ((is|'s) (no|not a|not an|not the|not really a)|isn't"
    " (a|an|the|really a)) (object|problem|issue|concern|constraint)",
    "budget is (flexible|open|unlimited)",
    "no budget (limit|constraints?|problems?|issues?|restrictions?|cap)",
    "flexible (on )?budget",
)
_THERE_IS = phrases(
    "budget( line)?( for (this|it|the project))? (is|has been|was|'s been|'s|got|already)"
    " ((already|now|fully|all) )?(approved|signed off|allocated|secured|available"
    "|in place|confirmed|released|set aside|ready)",
    "(we|i)( do)? (have|'ve got|got|have got) (the |a |an |some )?budget( line)?"
    " (for (this|it|the project|that)|approved|allocated|available|set aside|ready)",
    "(we|i)( do)? (have|'ve got|got|have got) (the |an? (approved|allocated|dedicated) )?budget(?= ?([.,!;]|\\Z))",
    "(have|got) (an? |the )?(approved|allocated|dedicated|ring-?fenced) budget",
)
_MIGHT = phrases("might not", "may not", "maybe")
_DOUBT = phrases("not sure", "if", "might", "maybe", "may", "unless", "hope", "wonder", "doubt", "whether")
_ABOUT_BUDGET = phrases(
    "budgets?", "(number|figure|amount|sum)", "(can|could|to|will|would) spend", "presupuesto", "orcamento"
)
_NEGATED_SUM = opening("not", "isn't", "rather than", "instead of", "from")
_YET = opening(
    "(not yet|none( yet)?|nothing( yet| fixed| set)?|zero|no fixed (amount|number"
    "|figure))( \\w{1,10}){0,3}(?= ?[.,!]?\\Z)"
)


def budget_claim(clause: Clause, sums: Sequence[Money], *, asked: bool = False) -> HeardClaim | None:
    """The budget a clause states, refuses or leaves open, or None.

    `sums`: the sums of money in the clause. `asked`: the agent has just asked for the budget.
    """
    if not clause.states:
        return None
    return _with_a_sum(clause, sums, asked=asked) or _without_a_sum(clause, asked=asked)


def is_signing_limit(clause: Clause) -> bool:
    """Whether a sum in the clause is what somebody may sign, rather than what there is to spend."""
    return bool(_SIGNING.search(clause.plain))


def _with_a_sum(clause: Clause, found: Sequence[Money], *, asked: bool) -> HeardClaim | None:
    plain = clause.plain
    if not _is_theirs(plain, asked=asked) or is_signing_limit(clause):
        return None
    sums = [m for m in found if not _is_negated(clause, m)]
    if not sums or (_DENIED.search(plain) and not _CAPPED.search(plain)):
        return None
    return claim(Factor.BUDGET, clause, money_value(_main(sums)))


def _is_theirs(plain: str, *, asked: bool) -> bool:
    if _THIRD_PARTY.search(plain) or _OTHER_MONEY.search(plain):
        return False
    return asked or (bool(_CUE.search(plain)) and not (_PRICE_TALK.search(plain) and not _OWN_BUDGET.search(plain)))


def _is_negated(clause: Clause, money: Money) -> bool:
    before = clause.message.plain[max(clause.start, money.start - 14) : money.start].split()
    return bool(before) and any(_NEGATED_SUM.match(w) for w in (before[-1], " ".join(before[-2:])))


def _main(sums: list[Money]) -> Money:
    """The first sum; a later one only when the first is per user and the later is the whole."""
    return next((m for m in sums if not m.per_user), sums[0])


def _without_a_sum(clause: Clause, *, asked: bool) -> HeardClaim | None:
    plain = clause.plain
    about = asked or bool(_ABOUT_BUDGET.search(plain))
    if _NO_OBJECT.search(plain):
        return claim(Factor.BUDGET, clause, "not a constraint, no figure")
    if _NONE_YET.search(plain) and not _MIGHT.search(plain) and not _THIRD_PARTY.search(plain):
        return claim(Factor.BUDGET, clause, "no budget yet")
    if about and refuses(plain):
        return claim(Factor.BUDGET, clause, "rather not say", status=ClaimStatus.REFUSED)
    if about and does_not_know(plain):
        return claim(Factor.BUDGET, clause, "does not know yet", status=ClaimStatus.UNKNOWN_TO_THEM)
    if asked and _YET.match(plain):
        return claim(Factor.BUDGET, clause, "no budget yet")
    if (
        _THERE_IS.search(plain)
        and not _DOUBT.search(plain)
        and _is_theirs(plain, asked=asked)
        and not _DENIED.search(plain)
    ):
        return claim(Factor.BUDGET, clause, "has a budget, no figure")
    return None


def money_value(money: Money) -> str:
    """A sum as a claim's value: "EUR 30000/year", "20000-30000", "up to USD 500/user/month", "about 40000"."""
    low, high = money.low, money.high
    if low is not None and high is not None:
        amount = _plain(low) if low == high else f"{_plain(low)}-{_plain(high)}"
        lead = "about " if money.approximate and low == high else ""
    elif high is not None:
        amount, lead = _plain(high), "up to "
    else:
        amount, lead = _plain(low or Decimal(0)), "at least "
    currency = f"{money.currency} " if money.currency else ""
    per = f"{'/user' if money.per_user else ''}{f'/{money.period}' if money.period and money.period != 'once' else ''}"
    return f"{lead}{currency}{amount}{per}{' once' if money.period == 'once' else ''}"


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
