"""Is a number without a currency money? The words around it decide: "budget is 30000", "30k", but "30k contacts"."""

from __future__ import annotations

import re
from typing import Final

from agent.interviewer.amounts import Amount, Evidence

_SUBJECT: Final = (
    r"budget(?:s|ed|ing|ary)?|spend(?:s|ing)?|spent|pay(?:s|ing)?|paid|pric(?:e|es|ed|ing|ey|y)|costs?|costing|afford"
    r"|invest(?:s|ed|ing|ment)?|fees?|quoted?|quotes|invoice[ds]?|charg(?:e|es|ed|ing)|expens(?:e|es|ive)"
    r"|allocat(?:ed|ion)"
    r"|earmarked|set aside|sav(?:e|ed|es|ing|ings)|revenue|turnover|arr|mrr|acv|money|cash|deal size|contract value"
    r"|funding|funds|fund|raised|salary|subscription|cheap(?:er)?|rate|burn(?:s|ing)?|sign(?:s|ed)?(?: off)?"
    r"|approv(?:e|es|ed|al)|worth|price ?tag|discount|willing to go|go up to|capex|opex"
)
_ABOUT: Final = re.compile(rf"(?<![^\W_])(?:{_SUBJECT})(?![^\W_])")
_LINK: Final = (
    r"is|are|was|were|be|been|will|would|should|could|can|may|might|at|around|about|roughly|approximately|approx|of|for"
    r"|up|to|under|below|over|above|than|more|less|least|most|no|not|max|maximum|min|minimum|between|from"
    r"|currently|only"
    r"|we|i|us|they|our|have|has|had|got|like|maybe|probably|say|somewhere|just|already|now|it|it's|that"
    r"|that's|this|year"
    r"|the|an?|in|range|limit|limited|cap|capped|set|per|annual|annually|total|anything|everything|within|closer|near"
    r"|nearly|almost|some|something|currency|estimated|approved|off|out|anywhere|you|me|him|her|everyone|them|left"
)
_RUNS_TO: Final = re.compile(
    rf"(?<![^\W_])(?:{_SUBJECT})(?:[\s,:=~(-]{{1,3}}(?:{_LINK})(?![^\W_])){{0,7}}[\s,:=~<>(-]{{0,3}}$"
)
_FOLLOWED_BY: Final = re.compile(
    r"[\s,]{0,2}(?:(?:is|was|as|would be|in|of|for|total|all|annual|yearly|monthly|max|maximum|approved) "
    r"|(?:the|our|my|a) ){0,4}"
    r"(?:budget|max(?:imum)?|limit|ceiling|spend|to spend|price|cost|fee|money|cap)(?![^\W_])"
)
COUNTED: Final = re.compile(
    r"[ -]{0,2}(?:%|°|percent|per ?cent|pct|points?|x(?![^\W_])|(?:(?!(?:an?|per|each|every|for|in|on|to"
    r"|and|or|of|from|with|this|next) )[a-z]+[ -])?"
    r"(?:people|persons?|users?|seats?|heads?"
    r"|employees?|staff|reps?|agents?|planners?|developers?|engineers?|customers?|clients?|accounts?|contacts?|leads?"
    r"|e?-?mails?|messages?|tickets?|calls?|orders?|units?|items?|products?|skus?|rows?|records?"
    r"|documents?|pages?|files?"
    r"|requests?|transactions?|visits?|visitors?|views?|downloads?|followers?|subscribers?|members?|students?|patients?"
    r"|sites?|stores?|shops?|locations?|offices?|plants?|machines?|devices?|servers?|cars?|trucks?|drivers?|vendors?"
    r"|options?|steps?|parts?|things?|times?|ways?|questions?|teams?|departments?|companies|countries|languages"
    r"|licen[sc]es?|years?|yrs?|months?|weeks?|days?|hours?|hrs?|minutes?|mins?|seconds?|secs?|am|pm|o'clock|miles?|km"
    r"|kms?|meters?|metres?|feet|inch(?:es)?|kg|kilos?|tons?|tonnes?|gb|tb|mb|gigs?|words?|lines?|tokens?|parts|pieces"
    r"|stars?|monitors?|tv|run|race|video|resolution|jobs?|invoices?|shipments?|parcels?|impressions?"
    r"|clicks?)(?![^\W_]))"
)
_GOES_ON: Final = re.compile(
    r"$|[\s]*[.,;:!?)\n+/\"'-]|\s+(?:an?|per|each|every|for|in|and|or|but|to|is|was|are|be|would|max"
    r"|maximum|min|minimum"
    r"|tops|budget|all|total|annual|annually|year|yearly|month|monthly|this|next|on|at|with|from|if|so|as|by|i|i'm|we"
    r"|it|that|which|then|not|though|pa|pm|p|up|ish|arr|mrr|acv|deal|contract|plus|right|now|approved|set"
    r"|left|range|one"
    r"|pilot|upfront|once|because|before|when|yet|too|just|please|until|after|depending|should|could|can|will|of|since"
    r"|without|excluding|including|incl|excl|tax|vat|net|gross|roughly|approx|give|thanks|thank|the|our|my|you|they|he"
    r"|she|ballpark|mark|already|however|fits?|works?|only|flat|usually|allocated|saved|signed|available|earmarked"
    r"|maybe|i'd|i'll|we're|we've|we'd|isn't|wouldn't|doesn't|won't|can't)(?![^\W_])"
)
_ORDINAL: Final = re.compile(r"(?:st|nd|rd|th)\b| ?[:/.-] ?[0-9]| [0-9]|[^\W\d_]| ?%")
_DATED: Final = re.compile(
    r"(?:\bin|\bby|\bsince|\buntil|\bof|\bfor|\bduring|\bfy|\bq[1-4]|\bh[12]|\bjan\w*|\bfeb\w*|\bmar\w*"
    r"|\bapr\w*|\bmay|\bjun\w*"
    r"|\bjul\w*|\baug\w*|\bsep\w*|\boct\w*|\bnov\w*|\bdec\w*|\bspring|\bsummer|\bautumn|\bfall|\bwinter"
    r"|\bnext|\bthis)(?: the)? ?'?$"
)
_LEAST: Final = 20
_YEARS: Final = range(1900, 2101)
_NO_MONEY: Final = re.compile(r"401 ?k|[24] ?k(?= (?:video|monitor|tv|screen|resolution))|5 ?k(?= run)")
_SURE_LETTERS: Final = frozenset({"k", "mil", "mill", "mio"})


def is_about_money(folded: str, amount: Amount, *, per_user: bool, per_period: bool) -> bool:
    """Whether an amount with no currency of its own is money in this sentence."""
    start, end = amount.start, amount.end
    if _is_glued(folded, start) or _NO_MONEY.match(folded, start):
        return False
    if not (per_user or per_period) and COUNTED.match(folded, end):
        return False
    if _ORDINAL.match(folded, end) and not folded.startswith(("ish", "/"), end):
        return False
    leading = folded[max(0, start - 90) : start]
    if amount.evidence is Evidence.SCALE:
        return _is_scaled_money(folded, amount, leading, per_user)
    if _is_year(amount, leading):
        return False
    if per_user:
        return amount.high >= 1
    about = _RUNS_TO.search(leading) or (_FOLLOWED_BY.match(folded, end) and amount.high >= _LEAST)
    if not about:
        return False
    return amount.high >= _LEAST or per_period


def _is_scaled_money(folded: str, amount: Amount, leading: str, per_user: bool) -> bool:
    if per_user or _RUNS_TO.search(leading) or _FOLLOWED_BY.match(folded, amount.end):
        return True
    goes_on = _GOES_ON.match(folded, amount.end) is not None
    nearby = _ABOUT.search(leading + " " + folded[amount.end : amount.end + 60]) is not None
    return goes_on and (nearby or amount.scale in _SURE_LETTERS)


def _is_glued(folded: str, start: int) -> bool:
    return start > 0 and (folded[start - 1].isalnum() or folded[start - 1] in "#_@")


def _is_year(amount: Amount, leading: str) -> bool:
    return amount.low == amount.high and amount.high in _YEARS and _DATED.search(leading) is not None
