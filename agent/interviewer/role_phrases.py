"""How visitors put who decides: roles, sign-off, approval, and decisions made together."""

import re

from agent.interviewer.phrases import opening, phrases

_CHIEF = (
    r"c[efotima]o|ciso|cmo|cro|cpo|cdo|chief \w{2,14} officer|coo|cfo|cio|managing"
    r" director|general manager|president|owner"
    r"|co-?owner|co-?founder|founder|partner|managing partner|principal|geschaftsfuhrer(?:in)?"
    r"|chef(?:in)?|gerente|jefe|jefa"
)
_OTHERS = (
    r"boss|line manager|manager|supervisor|superior|team lead|director|vp|vice president"
    r"|svp|evp|board of directors|board"
    r"|directors|leadership team|leadership|management team|senior management|management"
    r"|mgmt|higher[- ]?ups|upper management"
    r"|executives|execs|exec team|executive team|c-?suite|steering committee|committee"
    r"|procurement team|procurement department"
    r"|procurement|purchasing team|purchasing department|purchasing|finance team|finance"
    r" department|finance director|finance"
    r"|controller|controlling|legal team|legal|it department|it team|it director|headquarters"
    r"|hq|head office|parent company"
    r"|shareholders|investors|dean|council|trustees|husband|wife|business partner"
    r"|vorgesetzter?|vorstand|patron|direction"
    r"|capo|direttore|baas|directie|chefe|diretor"
)
_AREA = r"(?:(?:the )?[a-z&]{2,16}(?: (?:and|&) [a-z]{2,16})?(?: [a-z]{3,12})?)"
_ROLE = (
    rf"(?:{_CHIEF}|(?:head|director|vp|svp|vice president|chief|manager|lead) of {_AREA}"
    rf"|(?:[a-z]{{2,14}} ){{0,2}}(?:{_OTHERS}|{_CHIEF}))"
)
_OWN = r"(?:my|our|the|unser|unsere|mein|meine|notre|mon|nuestro|mi|nostro|il nostro|mijn|onze|meu|nosso)"
_NAME_AFTER = (
    r"(?:,? (?!asked|told|wants|sent|has|who|and|but|to|for|is|must|needs|will|would"
    r"|instructed|tasked|decides|signs|approves|makes)[^\W\d_]{2,20}(?: [^\W\d_]{2,20})?,?)?"
)
SELF = phrases(
    "i('m| am)? (also )?(the )?(one who |person who |who |can |will |do |the only"
    " one who )?(decide|decides|sign|signs|approve|approves|make the (final )?(decision"
    "|call)|makes the (final )?(decision|call)|make (these|those|such|the|all|this)"
    " (\\w{1,10} )?(decisions?|calls?)"
    "|take the decision)(?! with| who| together| nothing)( off)?",
    "i('m| am) (the )?(sole |final |main |only |primary |key |actual )?(decision[-"
    " ]?maker|budget (owner|holder)|signatory|approver)",
    "(it's|that's|it is|that is|this is) (my|entirely my|ultimately my) (call|decision)",
    "(my|mine) (call|decision)( to make| alone)?(?= ?([.,!]|\\Z))",
    "(it's |that's |is )?(entirely |all |ultimately )?up to me",
    "i (have|hold|own|control|manage) (the |our |my |full |a )?(final )?(say|sign-?off"
    "|signing (authority|power)|authority|purse strings|purchasing power|last word)",
    "i (hold|own|control|manage|run) (the |our |my |this )?(\\w{1,12} )?budget",
    "i('ve| have) (got )?(full )?(signing |final )?authority",
    "i don't need (anyone|anybody|approval|permission|sign-?off)( \\w{1,10}){0,3}",
    "no (one|body) else (decides|involved|needed|signs)",
    "(decision|sign-?off|budget) is (mine|with me)",
    "(decision|sign-?off|budget)( \\w{1,6}){0,2} (lies|sits|rests) with me",
    "my (budget|decision) (alone|to spend)",
    "ich (entscheide|unterschreibe|bin (der |die )?(entscheider(in)?|geschaftsfuhrer(in)?|inhaber(in)?))",
    "(je decide|c'est moi qui decide|je suis (le |la )?(decideur|gerant|patron))",
    "(yo decido|decido yo|la decision es mia)",
    "(decido io|sono io che decido)",
    "ik (beslis|teken)",
    "(eu decido|decido eu|quem decide sou eu)",
)
I_RUN_THE_PLACE = phrases(
    "i('m| am) (also )?(the |a |an )?(\\w{1,8} )?(ceo|owner|co-?owner|founder|co-?founder"
    "|managing director|sole proprietor|proprietor|president|business owner|managing"
    " partner)(?! (asked|said|wants|told|of a (friend|client)|'s|assistant)\\b)(?!'s)(?!"
    " assistant)",
    "i own (the|this|a|my) (\\w{1,12} )?(company|business|firm|shop|agency|store|practice|studio|clinic)",
    "(it's|it is) my (own )?(company|business|firm|shop|agency)",
    "i run (the|this|my|our) (own )?(company|business|firm|shop|agency)",
)
NOT_SELF = phrases(
    "(i'm|i am|i) (not|don't|can't|cannot|do not|am not|won't|couldn't)( \\w{1,8}){0,3}"
    " (decision[- ]?maker|decide|sign|approve|authority|final say|one who (decides"
    "|signs|approves)|make (the|this|that|these) (decision|call)s?|the person who"
    "|control the budget|own the budget|budget holder)",
    "(not|isn't|wouldn't be) (my|mine|entirely my|only my) (call|decision)",
    "not (up to|for) me( to decide)?",
    "(above|over) my pay ?grade",
    "not mine to (make|decide)",
    "i have no (say|authority|decision)",
    "i only (recommend|advise|evaluate|suggest)",
    "i (just |only )?(recommend|make a recommendation|make the recommendation|give input)",
    "ich entscheide (das )?nicht",
    "ce n'est pas moi qui decide",
    "no (decido yo|soy yo quien decide)",
    "non decido io",
    "niet mijn beslissing",
)
_DECIDES = (
    r"(?:(?:has|have|would have|will have|need|needs|must|will|would|usually|always"
    r"|ultimately|has the|also|then|can|might|may|'ll|who|both|still|first) )"
    r"{0,2}(?:to )?(?:ultimately )?(?:decide[sd]?|approve[sd]?|sign[s]?(?: off)?|authori[sz]es?"
    r"|make(?:s)? (?:the |all |that |such |those |any )?(?:final )?(?:decisions?|calls?)"
    r"|has (?:the )?(?:final|last) (?:say|word|call)|have (?:the )?(?:final|last)"
    r" (?:say|word)|hold(?:s)? the (?:budget|purse)\w{0,8}|own(?:s)? the budget|control(?:s)?"
    r" the (?:budget|purse)\w{0,8}|give(?:s)? the (?:ok|go-?ahead|green light)"
    r"|say yes|agree|be convinced|ok it|entscheidet|unterschreibt|decide|decidono"
    r"|beslist|tekent|(?:is|are) the (?:\w{1,8} )?(?:decision[- ]?makers?|budget (?:holder"
    r"|owner)|approver|one who \w{3,8}|ones who \w{3,8}))"
)
# "I'm head of operations and sign off on that myself": the role is the speaker's own
I_AND_DECIDE = opening(
    "(i'm|i am|im|as) (?!not)(\\w{1,14}[ ,]{1,2}){1,8}(and |so )(i )?(also |can |do |will |usually |then ){0,2}"
    "(sign|decide|approve|own the (budget|decision)|make the (call|decision|purchas)|have the (final|last))"
)
SOMEBODY_DECIDES = re.compile(
    rf"(?<![\w'])(?:(?P<own>{_OWN})\s{{1,8}})?(?P<role>{_ROLE})(?P<name>{_NAME_AFTER}),?\s{{1,8}}{_DECIDES}"
    r"(?!\w)"
)
ASK_SOMEBODY = re.compile(
    r"(?<![\w'])(?:(?:need|have|has|needs|going|got|must|should|will|would|want|'ll"
    r"|i'll|we'll|gonna|gotta|like|try)\s{1,8}(?:to\s{1,8})?|let me\s{1,8})"
    r"(?:\w{1,10}\s{1,8}){0,1}(?:convince|ask|check (?:it |this |that )?with|check"
    r" in with|run (?:it|this|that) (?:by|past|through|up to)|clear (?:it|this|that)"
    r" with|get (?:\w{1,12} ){0,3}(?:from|by)|discuss (?:it |this |that )?with"
    rf"|talk (?:it over |this over |about it |this through |it through )?(?:to|with)"
    rf"|speak (?:to|with)|consult(?: with)?|pitch (?:it |this |that )?to|sell (?:it"
    rf" |this |that )?to|justify (?:it |this |that )?to|present (?:it |this |that )?to"
    rf"|bring (?:it|this|that) to|take (?:it|this|that) to|persuade|wait for)\s{{1,8}}(?:{_OWN}\s{{1,8}})"
    rf"?(?P<role>{_ROLE})(?P<name>{_NAME_AFTER})(?!\w)"
)
PASSIVE = re.compile(
    r"(?<![\w'])(?:(?:decisions?|purchases?|budgets?|it|this|that|everything|anything(?:"
    r" \S{1,10}){0,4}|sign-?off|approval|contracts?)\s{1,8}(?:is|are|gets?|has to"
    r" be|have to be|must be|needs to be|will be|would be|comes?|lies|lie|sits|rests"
    r"|goes|go|needs?|requires?|depends?)\s{1,8}(?:\w{1,10}\s{1,8}){0,2}(?:by|with"
    r"|from|to|on|up to|sign-?off from|approval (?:from|by))"
    r"|(?:need|needs|require|requires|await|awaiting|waiting for|waiting on|subject"
    r" to|pending|get|want)\s{1,8}(?:\w{1,10}\s{1,8}){0,2}(?:sign-?off|approval|buy-?in"
    r"|ok|okay|blessing|go-?ahead|permission|green light|signature)\s{1,8}(?:from"
    r"|by|of)|up to|reports? to the)"
    rf"\s{{1,8}}(?:{_OWN}\s{{1,8}})?(?P<role>{_ROLE})(?P<name>{_NAME_AFTER})(?!\w)"
)
APPROVAL_OF = re.compile(
    rf"(?<![\w'])(?P<role>{_OTHERS}|{_CHIEF})\s{{1,8}}(?:approval|sign-?off|buy-?in"
    rf"|decision|signature|consent)(?!\w)(?P<name>)"
)
RESEARCHING = re.compile(
    r"(?<![\w'])(?:(?:researching|research|looking (?:at|into) (?:this|options|it"
    r"|tools|solutions)|looking|looking around|gathering (?:info(?:rmation)?|options"
    r"|quotes)|collecting (?:info(?:rmation)?|options|quotes)|comparing (?:\w{1,12}"
    r" )?|evaluating (?:\w{1,12} )?|shortlisting|scouting|asking|checking (?:this"
    r"|it) out|doing (?:some )?research|information|info|options)\s{0,8}(?:\w{1,12}\s{1,8}){0,3}(?:for"
    r"|on behalf of)"
    r"|on behalf of|(?=my|our))\s{0,8}"
    rf"{_OWN}\s{{1,8}}(?P<role>{_ROLE})(?P<name>{_NAME_AFTER})(?P<asked>\s{{1,8}}(?:asked"
    rf"|told|wants|sent|has asked|instructed|tasked)\s{{1,8}}me\s{{1,8}}to)?(?!\w)"
)
TOGETHER = phrases(
    "(we|the (whole )?team) (all )?(decide|decides|vote|make (the |these |such )?decisions?"
    "|choose)( \\w{1,8}){0,2} (together|as a (team|group)|jointly|collectively|by"
    " committee|in the team)",
    "we all (decide|vote)",
    "(group|joint|team|collective|shared|committee) decision",
    "decide(d|s)? (together|jointly|as a (team|group)|by committee)",
    "(several|multiple|many|a few|three|two|four) (people|stakeholders|decision[-"
    " ]?makers|of us)( \\w{1,8}){0,2} (decide|involved|sign|have to)",
    "buying (committee|group|center|centre)",
    "wir entscheiden gemeinsam",
    "on decide ensemble",
)
JOINTLY = re.compile(
    rf"(?<![\w'])(?:together|jointly|in agreement) with\s{{1,8}}(?:{_OWN}\s{{1,8}})?(?P<role>{_ROLE})(?P<"
    rf"name>{_NAME_AFTER})(?!\w)"
)
AND_I = phrases("and (i|me|myself)", "(i|me) and my")
WITH_ME = opening(
    "(it's |that's |it is |just |only |that would be |that'd be |well )?(me|myself"
    "|i do|i am|i can|i will|yours truly|ich|moi|yo|io|ik|eu)(?! (don't|not|think"
    "|need|guess|believe|am not|nicht))"
)
ME_AND = phrases(
    "(me|myself|i|both of us|us) (and|plus|with|together with|along with) (my|our|the)?",
    "(together|jointly) with",
    "and (me|myself|i)",
)
PEOPLE_ASKED = re.compile(rf"(?<![\w'])(?:{_OWN}\s{{1,8}})?(?P<role>{_ROLE})(?P<name>{_NAME_AFTER})(?!\w)")
NAMED_FIRST = re.compile(
    rf"(?P<name>[^\W\d_]{{2,20}}(?: [^\W\d_]{{2,20}})?)\s{{0,3}}[,(]\s{{0,3}}(?:(?:{_OWN}"
    rf"|who is {_OWN}|who's {_OWN})\s{{1,8}})?(?P<role>{_ROLE})(?!\w)"
)
ABOUT_AUTHORITY = phrases(
    "decision[- ]?makers?",
    "(who|whoever) (\\w{1,10} )?(decides|signs|approves|makes)",
    "sign-?off",
    "(final|last) (say|decision)",
    "decid(e|es|ing)",
)
HELPERS_SUBJECT = phrases("(your|their|his|her|whose)( \\w{1,10})? (boss|cfo|ceo|manager|board|director|owner)")
TITLE = re.compile(
    rf"(?<![\w'])(?:i'?m|i am|as)\s{{1,8}}(?:(?:also|the|a|an|their|our)\s{{1,8}}){{0,2}}(?P<role>{_CHIEF}"
    rf"|(?:head|director|vp|svp|vice president|chief|manager|lead) of {_AREA}|(?:[a-z]{{2,14}}"
    rf" ){{1,2}}(?:manager|director|lead|engineer|coordinator|specialist|analyst|supervisor"
    rf"|officer))(?![\w'])"
)
