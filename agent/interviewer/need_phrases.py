"""How visitors put what they need: problems, wishes, and what only sounds like one."""

from agent.interviewer.phrases import opening, phrases, whole

_WE = (
    r"(?:we|i|our (?:\w{2,14} ){0,2}\w{2,14}|my (?:\w{2,14} ){0,2}\w{2,14}|the team"
    r"|everyone|people|everybody|nobody|no one)"
)
PROBLEM = phrases(
    # "we make jam on three lines and lose orders": the subject stands before the and
    f"{_WE} (\\w{{1,14}} ){{1,9}}(and|but) (also |still |always |often |keep |regularly |sometimes )?(lose|losing|waste"
    "|wasting|struggle|miss|missing|forget|chase|drown|overbook|double-?book|run (out|into|late)|suffer|fight)(?! you)",
    f"{_WE}( always| often| constantly| regularly| sometimes| usually| now| all| have"
    f"| has| had|'ve|'re|'m| are| is| am| been| keep| keeps| kept| both| even){{0,3}}"
    " ?(lose|loses|losing|lost|waste|wastes|wasting|struggle|struggles|struggling"
    "|drown|drowns|drowning|suffer|suffers|suffering|miss|misses|missing|missed|fail"
    "|fails|failing|double-?book\\w{0,3}|overbook\\w{0,3}|forget|forgets"
    "|chase|chasing|firefight\\w{0,3}|juggle|juggles|juggling|overwhelmed|swamped"
    "|stretched|overloaded|buried|behind|stuck|frustrated|tired of|fed up|sick of"
    "|bogged down|understaffed|short-?staffed|bottlenecked|copy-?past\\w{1,4}|re-?typ\\w{1,4}"
    "|duplicat\\w{1,4})(?! (you|your|the (demo|call|meeting)|my (password|login|train"
    "|mind)))",
    f"{_WE}( always| often| constantly| have|'m|'re| are| am| keep){{0,2}} (having"
    f"|have|has|had|face|facing|got|getting|run into|running into|experience|experiencing"
    f"|see|seeing|dealing with|deal with|fight|fighting)( \\w{{1,12}}){{0,4}} (problems?"
    f"|issues?|trouble|difficult(y|ies)|challenges?|delays?|errors?|bottlenecks?|"
    "downtime|complaints?|conflicts?|double[- ]?bookings?|overbookings?|no-?shows?"
    "|churn|mistakes?|headaches?|backlogs?|inefficienc(y|ies)|inconsisten(t|cy|cies)("
    " \\w{1,12})?)(?! with (you|your))",
    f"{_WE}( \\w{{1,8}})? (can't|cannot|can not|couldn't|don't manage to|aren't able"
    f" to|are not able to|unable to|never) (keep up|keep track|scale|find|see (who"
    f"|what|which|where|how|our|the status|across)|track|handle|manage|plan|tell|share"
    f"|coordinate|get (a|an|any|our|the|everyone)|cope|follow|rely|trust|report|measure"
    f"|know)(?! (you|your|this page|the (price|pricing)|out more))",
    f"{_WE} (spend|spends|spending|are spending|burn|burns) (too much |so much |way"
    f" too much |a lot of |far too much |\\S{{1,10}} ){{1,2}}(\\w{{1,10}} )?(time"
    f"|hours?|days?|weeks?|effort|energy|evenings?|money)( \\w{{1,14}}){{0,8}}(on"
    f"|with|doing|chasing|trying|fixing|in|for|every|a|per|typing|copying|entering"
    f"|searching|\\w{{3,12}}ing)",
    f"{_WE}( always| often| still| regularly| have to| must){{0,2}} (throw|throws|throwing) (away|out)"
    "( \\w{1,14}){1,6}",
    "(our|the|some|most) (\\w{1,14} ){1,3}(gets?|goes|turns?|is|are|was|were) (often |always |simply )?"
    "(too old|stale|out of date|past its date)",
    "(is|are|was|gets?|getting|has become|have become|feels?|'s|became|been) ((such"
    " |quite |so |too |very |a bit |getting |getting a |a |an |total |complete |absolute"
    " |real |huge |big |major |bit of |constant |massive |serious )){0,3}(mess|messy"
    "|nightmare|pain|painful|headache|chaos|chaotic|bottleneck|disaster|hassle|struggle"
    "|slow|manual|error-?prone"
    "|broken|unreliable|unsustainable|time-?consuming|tedious|cumbersome|inefficient"
    "|inconsistent|outdated|out of (hand|control|date|sync)|unmanageable|overwhelming"
    "|all over the place|scattered|driving (us|me|everyone) (crazy|mad|nuts|insane))(?!"
    " (question|day))",
    "(is|are|keeps?|'s|been) (killing|hurting|slowing|costing|holding|driving|breaking"
    "|crashing|failing|eating|delaying|blocking|frustrating|causing|bleeding|dragging"
    "|growing over|falling apart|bothering|burning)( (us|me|our|the team|everyone"
    "|up|down|\\w{1,10})){0,4}",
    "(slows?|holds?|costs?|drives?|eats?|takes?|causes?) (us|me|everyone|the team"
    "|our team|up|forever|ages|too long|too much|way too|hours|days|weeks|delays"
    "|errors|mistakes|chaos|conflicts|so long|so much time)( \\w{1,10}){0,4}",
    "(doesn't|does not|don't|do not|won't) (scale|work (well|together|with each other"
    "|anymore|for us)|talk to each other|sync|keep up|fit our|integrate (well|with"
    " each other)|play nice)( \\w{1,10}){0,3}",
    "(our|my|the|one|another|a) (\\w{1,12} ){0,3}(problem|issue|challenge|pain( point)?"
    "|bottleneck|headache|struggle|concern|frustration|goal|objective|priority|need"
    "|use case)s?( \\w{1,10}){0,3} (is|are|was|being)(?! (that )?(your|price|pricing"
    "|the (price|cost)|budget|money))",
    "(get|gets|getting|got|gone|go|goes|are|is) (lost|forgotten|mixed up|overlooked|double-?booked|missed|misplaced)",
    "(we|i|they|people) (don't|do not|never) (even )?know (who|what|which|where|when"
    "|how many)(?! (you|your|it costs|this costs|much))",
    "(customers|clients|users|patients|guests|members|staff|employees|tenants) (often"
    " |keep |always |are )?(complain|complaining|leave|leaving|cancel|cancelling"
    "|wait|waiting)",
    "takes? (us|me|them|the team|our team) (\\S{1,8} ){1,3}(hours?|days?|weeks?|ages)",
    "too (many|much|manual|slow) (\\w{1,14} ){0,3}\\w{3,14}",
    "(nobody|no one|no-one) (knows|can see|sees|updates|has an overview|uses|trusts)( \\w{1,12}){0,5}",
    "(lack|lacking|lacks|missing|without) (of )?(a |an |any |the |proper |real |clear"
    " |good )?(overview|visibility|transparency|control|process|automation|integration"
    "|coordination|insight|reporting)",
    "(wir|unsere?) (\\w{1,12} ){0,2}(verlieren|kampfen|haben probleme|verschwenden|leiden)( \\w{1,16}){1,8}",
    "nous (perdons|avons (un|des) problemes?|galerons|passons trop)( \\w{1,16}){1,8}",
    "(perdemos|tenemos (un |muchos )?problemas?|gastamos demasiado)( \\w{1,16}){1,8}",
    "(perdiamo|abbiamo (un |dei )?problem[ai])( \\w{1,16}){1,8}",
    "(we|wij) (verliezen|hebben (een )?probleem|hebben problemen|worstelen)( \\w{1,16}){1,8}",
    "(perdemos|temos (um |muitos )?problemas?)( \\w{1,16}){1,8}",
)
WANT = phrases(
    "(we|i|our (\\w{2,14} )?(team|company|lab|department|firm|sales|warehouse|shop"
    "|business)|my (team|company|lab|boss|department|business))('d|'ll|'ve|'re|'m| would"
    "| will| also| all| now| badly| urgently| desperately| do| have| been| are| am"
    "| mainly| mostly| primarily){0,4}"
    " (need|needs|want|wants|like|hope|hoping|wish|trying|try|require|plan|planning"
    "|aim|aiming|wanting|needing)"
    "(?= (for|to \\w{2,}|a|an|some|something|help|better|one|proper|good|reliable"
    "|new|more|less|fewer)(?!\\w))(?<!have\\slike)(?<!do\\slike)",
    "(?:looking|lookin|searching|hunting|shopping|in the market|on the lookout|on the hunt) (?:for|into)",
    "looking at (?:\\w{1,12} ){0,3}(?:tools?|solutions?|options|software|systems?|ways to|platforms?|alternatives)",
    "(?:i'm|i am|we're|we are) after (?:a|an|something|some)",
    "interested in (?:a|an|automating|improving|using|buying|replacing|reducing|finding"
    "|getting|your (?:\\w{1,12} )?(?:module|feature|product|tool|solution))",
    "(?:replace|replacing|get rid of|getting rid of|get away from|move away from"
    "|moving away from|move off|moving off|switch from|switching from|switch away"
    " from|migrate from|automate|automating|streamline|streamlining|speed up|improve"
    "|reduce|cut down on) (?:our|the|these|those|all|my|this|this|from|excel|spreadsheets)",
    "(?:in )?need of (?:a|an|some)",
    "wir (?:brauchen|suchen|benotigen|mochten|wollen|wunschen)",
    "nous (?:avons besoin|cherchons|voulons|recherchons|voudrions|souhaitons)",
    "(?:necesitamos|buscamos|queremos|estamos buscando|quisieramos)",
    "(?:abbiamo bisogno|cerchiamo|vorremmo|vogliamo|stiamo cercando)",
    "(?:we|wij) (?:zoeken|hebben nodig|willen graag|zijn op zoek)",
    "(?:precisamos|procuramos|queremos|estamos procurando|estamos a procura)",
)
WANT_WITHOUT_SUBJECT = opening("(need|want|looking for|searching for) (a|an|some|something|better|new|one)")
NOT_A_NEED = phrases(
    "(need|needs|want|wants|like|trying|try|have|hope|hoping|plan|planning|looking"
    "|aim|require) (to |for )?(just )?(think|talk|discuss|check|ask|convince|run"
    "|know|see|understand|consider|go over|go through|be (sure|careful|honest|clear"
    "|able to (see|try))|make sure|wait|decide|look|pitch|justify|sit|sleep|speak"
    "|chat|book|schedule|hear|learn|get (back|a (quote|demo|price|call|better idea"
    "|sense|feel|meeting|ballpark)|approval|sign-?off|buy-?in|in touch|started|more"
    "|some (info|details|more)|the (price|ok|info|go))|buy in|unsubscribe|cancel"
    "|stop (getting|receiving|these|the)|leave|find out|confirm|believe|meet|call"
    "|test (it|this)|try (it|this|out)|review|read|mention|point|clarify|add that"
    "|say|share|tell|apologi[sz]e|thank|correct|update|change my|reschedule|move"
    " (the|our|my) (call|meeting|demo)|compare|evaluate|explore|figure|weigh|start"
    " (small|slow|by asking)|go live|launch|be live|have (it|this) (live|running"
    "|ready)|invest|spend|pay|delete|remove|erase|sell|offer|apply|work (at|for|with"
    " you)|join|partner|prove|show|present|involve|loop|bring|get (my|our|the) (boss"
    "|manager|cfo|team|board))",
    "(need|needs|want|wants|like|looking for|require|have) (a |an |some |any |the"
    " |your |more |further |another |to get |to have |to see |to book ){0,3}(\\w{1,10}"
    " )?(demo|call|quote|price|pricing|prices|person|human|rep|representative|meeting"
    "|minute|minutes|moment|trial|info|information|details|time|discount|answers?"
    "|help with (my|the) (account|login|password)|support agent|brochure|case stud\\w{1,3}"
    "|references?|proof|job|work|internship|position|slot|appointment|it|this|that"
    "|them|you|clarification|advice|convincing|reassurance|approval|sign-?off|permission"
    "|budget|money|refund|invoice|contract|link|pdf|white ?paper|deck|price ?list)(?!"
    " (tracking|management|scheduling|planning|booking|tool|system|software|order"
    "|orders|flow|for (our|my)))(?= ?(\\Z|[.,!)]|about|with|from|before|for|of|on"
    "|at|to|by|first|please|and|or|i|we|now|that|so|then|as|live|in))",
    "(need|needs|want|wants|would like|like|hope|hoping|plan|planning|aim|trying)"
    " to (start|begin|kick off|decide|buy|purchase"
    "|move|switch|implement|roll ?out|deploy|do (it|this|that)|get (it|this|that)"
    "|finish|complete|sign|go|continue|stay)"
    "( \\w{1,10}){0,3} (in|by|before|this|next|within|with you|soon|asap|now|after|until|on|at)",
    "(don't|do not|doesn't|does not|didn't|not|no longer|never|isn't|aren't|no) (\\w{1,8}"
    " )?(need|want|looking|have (a |any )?(problem|issue)s?|struggl\\w{1,4}|lose"
    "|los\\w{1,3}|in the market|like|interested|have (any )?(trouble|difficult\\w{1,4}))",
    "no (problems?|issues?|need|worries|trouble)",
    "(you|you'd|they|he|she) (\\w{1,6} )?(need|want|wants|needs|like|lose|struggle)",
    "(happy|fine|ok|okay|good|satisfied) (with|as|the way)",
    "last thing",
    "(do|doing) (some |more )?research",
    "make sure",
    "avoid",
    "wanted to",
    "(feels|sounds) like too",
    "(worried|afraid|concerned|scared|nervous|skeptical|sceptical)",
    "(interested in|up for|open to) (a |an |the |seeing |having |booking |your ){0,2}(demo"
    "|call|meeting|trial|quote|pricing|chat)",
    "(it|that|this|they|which)('ll|'d| will| would| might| could| may| can| won't)"
    " (\\w{1,8} )?(take|be|become|get|slow|cost|break|cause|mess)",
    "(learning|training on|adopting|switching to) (a |the |any )?new",
    "talk about",
    "by the way",
    "look(ing)? (into (it|this|that)|at (it|this|that|your|the (site|website|page|pricing)))",
    "(looking|look) forward",
    "(sounds|looks|seems|feels) like",
    "like (that|this|it|to know|to think)",
    "(is|are) (it|this|that|your)( \\w{1,8}){0,2} (slow|broken|expensive)",
    "(this|your|the) (bot|chat|chatbot|website|site|page|demo|pricing|price|plan"
    "|offer|product|company|form)( \\w{1,8}){0,2} (is|are|was|'s|isn't|doesn't)",
)
ABOUT_US = phrases(
    "((training|implementation|onboarding|migration|learning)( \\w{1,14}){0,3} (is"
    "|feels|seems|sounds)|your (price|pricing|cost|product|tool|software|company"
    "|bot|chat|mails?|e-?mails?|website|demo)|opener|the (switch|transition|cost"
    "|costs|price|pricing|subscription|onboarding|learning curve|integration|initial"
    " (cost|investment))|\\$ ?\\d[\\d,.k]{0,9}|(this|that|it)( all)? (sounds|would"
    "|could|might|will|'d|can|may|seems)|the change|(switching|changing|migrating"
    "|learning|onboarding|implementing|adopting)( \\w{1,10}){0,3} (is|are|would|could"
    "|might|feels|sounds|seems))",
)
OTHERS_PROBLEM = phrases(
    "(competitors?|clients?|other (companies|teams)|companies|businesses|customers"
    "|my (friend|brother|sister|wife|husband|neighbou?r))( \\w{1,12}){0,3} (lose"
    "|struggle|need|want|have|has|are|is|needs|wants|struggles|loses)",
    "(don't|do not|wouldn't|not) (want|wanna)( \\w{1,12}){1,4}",
    "(stretched|tight|short|low|strapped)( \\w{1,8}){0,2} (on|for) (budget|money|cash|funds)",
    "used to",
    "(a|an|one|my|our) (\\w{1,12} )?(friend|colleague|acquaintance|neighbou?r|cousin|brother|sister)( \\S{1,14}){0,6}"
    " (paid|pays|bought)",
    "(we|i) (solved|fixed|resolved|already (have|solved|fixed))",
)
BARE = opening(
    "(so |and |but |well |also |then |because |since |as |yeah |yes |hmm+ |oh |ok"
    " |no |i mean |i guess |because )?(it|this|that|they|these|those|which|there"
    "|he|she)('s|'re| is| are| was| has| have| takes?| keeps?| \\w{1,10})?"
)
NOTHING = whole(
    "(nothing( really| much| specific| in particular)?|none|no( real)? (problem|need"
    "|pain)s?|n/?a|just (looking|browsing|curious)( around)?|not much|browsing)"
)
UNHELPFUL = opening(
    "(what|why|who|how|can|could|do you|please|thanks|thank you|hello|hi|hey|bye"
    "|call|book|stop|talk|let's|tell me|show me|send|my (name|e-?mail|number|phone"
    "|company)|i'm from|i am from|this is|your|you)(?!\\w)",
    "((sorry|oops|oh|apologies),? )?(typo|my (mistake|bad)|wrong (button|window|chat))",
)
