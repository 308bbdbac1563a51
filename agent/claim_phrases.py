"""How a claim sounds in the languages we answer in (en, de, fr, es), for the say-do check.

Each pattern is about *us* having done or promising something. Offers ("shall I book?", "I can book") are no claims.
Phrases are matched against folded text: lower case, no accents, plain marks (see `agent.interviewer.phrases`).
"""

from agent.interviewer.phrases import phrases

_W = r"[\w\x27/@.+-]{1,30}"  # a word on the way
_ADV = r"( now| just| already| also| all| fully| officially| hereby| successfully| directly| both){0,3}"
_I_DID = rf"(i|i've|i have){_ADV}"
_WE_DID = rf"(i|i've|i have|we|we've|we have){_ADV}"
_I_WILL = rf"(i'll|we'll|i will|we will|i'm going to|i am going to|we're going to|we are going to|let me){_ADV}"
_BEING = rf"(is|are|was|were|'s|'re|has been|have been|will be|'ll be|has|have|gets|got){_ADV}( been)?"
_SOMEBODY = (
    r"(a colleague|my colleagues?|our colleagues?|colleagues|someone|somebody|a person|a human|the team|our team"
    r"|my team|a specialist|a rep(resentative)?|an expert|a member of (our|the) team|our sales( team)?|sales|support"
    r"|our support|(our|the|a|my) (ceo|boss|manager|founder|account manager|director|supervisor))"
)

BOOKING = phrases(
    rf"{_WE_DID} (booked|scheduled|confirmed|reserved|arranged|rescheduled|cancell?ed|blocked|secured|set up"
    r"|locked in)",
    rf"{_I_DID} (moved|put you (down|in)|signed you up|pencill?ed)",
    rf"(meetings?|calls?|demos?|appointments?|slots?|times?|visits?|sessions?|bookings?|dates?|it|that|you|we"
    rf"|everything|all of them)( {_W}){{0,2}} ?{_BEING} (booked|scheduled|confirmed|reserved|cancell?ed|moved"
    r"|rescheduled|set|blocked|arranged|on the calendar|in the calendar|in your calendar|locked in)(?! (of|in |by))",
    r"(you're|you are|we're|we are) (now )?(all set|booked|confirmed|in for|set for)",
    r"consider (it|that) (booked|done|confirmed)",
    r"(i'm|i am|we're|we are) (now )?(booking|scheduling|reserving|cancell?ing)",
    r"(i'll|i will|we'll) (now |just )?(book|schedule|reserve|confirm|cancel|move)",
    r"see you (on|at|tomorrow|next|then|there|monday|tuesday|wednesday|thursday|friday)",
    r"(talk|speak) to you (on|at|tomorrow|next|then)",
    r"looking forward to (meeting|seeing|speaking|our (call|meeting))",
    r"(you|we) have (a|an|your) (meeting|call|demo|appointment) (with|on|at|booked|scheduled|tomorrow|next)",
    rf"(ist|sind|wurden?|haben?|hab)( {_W}){{0,7}} (gebucht|bestatigt|eingetragen|reserviert|verschoben|storniert"
    r"|abgesagt|geblockt|vereinbart)",
    r"termin steht",
    rf"ich (buche|reserviere|bestatige|storniere|trage sie)( {_W}){{0,4}}",
    rf"(est|sont|a ete|ont ete|ai|avons|c'est|j'ai|voila)( {_W}){{0,5}} (reserve|confirme|planifie|programme|annule"
    r"|deplace)e?s?",
    r"je (vous )?(le |la )?(reserve|confirme|planifie)",
    rf"(esta|estan|queda|quedan|he|hemos|ha sido|han sido|fue)( {_W}){{0,5}} (reservad|confirmad|agendad|programad"
    r"|cancelad|movid)[oa]s?",
)
"""A meeting is said to be booked, moved or cancelled, or will be."""

BOOKED_ALONE = phrases(r"(all |done and )?booked")
"""At the very beginning of a sentence: "Booked!"."""

SENDING = phrases(
    rf"{_WE_DID} (sent|e-?mailed|mailed|forwarded|attached|texted|shared)",
    rf"{_I_WILL} (send|e-?mail|mail|forward|share|text)",
    r"(i'm|i am|we're|we are) (now |just |already )?(sending|e-?mailing|forwarding|mailing)",
    r"(has|have) (now |just |already )?been (sent|e-?mailed|mailed|forwarded)",
    r"(invitation|invite|confirmation|e-?mail|quote|offer|documents?|brochure|list|files?|it|that) (was|were) (sent"
    r"|e-?mailed|mailed|forwarded)",
    r"(on (its|their) way|in your inbox|check your (inbox|mail|e-?mails?|spam( folder)?|mailbox))",
    rf"you('ll| will) (get|receive|find)( {_W}){{0,7}} (e-?mail|mail|invitation|invite|inbox|confirmation)",
    rf"(haben?|hab|wurden?|ist|sind)( {_W}){{0,7}} (geschickt|gesendet|zugesandt|verschickt|versendet|gemailt)",
    rf"(ich|wir) (schicken?|senden?|maile|mailen)( {_W}){{0,6}}",
    rf"(ich|wir) werden?( {_W}){{0,7}} (schicken|senden|zusenden|mailen|weiterleiten)",
    rf"(j'ai|ai|avons|a ete|ont ete|vient d'etre)( {_W}){{0,4}} (envoye|transfere|expedie)e?s?",
    r"(je|nous) (vous )?(l'|le |la |les )?(envoie|envoyons)",
    rf"(je vais|nous allons)( {_W}){{0,3}} envoyer",
    rf"(he|hemos|ha sido|han sido)( {_W}){{0,4}} (enviad|reenviad|mandad)[oa]s?",
    r"(le|les|te|se lo|se la) (envio|mando|reenvio|enviamos)",
    rf"(voy|vamos) a( {_W}){{0,2}} (enviar|mandar)\w{{0,4}}",
)
"""Something is said to have left, or will leave."""

HANDOVER = phrases(
    rf"{_WE_DID} (passed|handed|connected|transferred|forwarded|asked|told|notified|alerted|informed|escalated|flagged"
    rf"|looped|pinged|messaged|assigned|let)( {_W}){{0,9}} (colleagues?|team|person|human|rep|sales|specialist|someone"
    r"|somebody|expert|support|manager|boss|ceo|founder)",
    rf"{_I_DID} (passed|handed|forwarded|escalated)( {_W}){{0,5}} (on|over|it|this|that)",
    rf"{_I_DID} (raised|opened|created|filed)( {_W}){{0,3}} (ticket|case|request|escalation)",
    r"(i'll|we'll|i will|we will|i'm going to|we're going to)( now)? (pass|hand|connect|transfer|put you through"
    r"|escalate|loop|notify|alert|inform|get (a|an|someone|somebody|my|our|the)|ask (a|the|my|our|someone)"
    r"|let (the|my|a|our)|tell (a|the|my|our))",
    r"(i'm|i am|we're|you're|you are)( now)?( being)? (connecting|connected|passing|handing|transferring|transferred"
    r"|forwarding|forwarded|escalating|put through)",
    rf"{_SOMEBODY}( {_W}){{0,4}} (will|'ll|is going to|is on|is joining|is calling|is looking into|has taken|joins"
    r"|takes over)(?! need)",
    r"(has|have) been (asked|notified|informed|passed on|handed over|alerted|told)",
    rf"(kollegin|kollege|kollegen|team|mitarbeiter(in)?|vertrieb|jemand|geschaftsfuhrung|chef(in)?)( {_W}){{0,5}} "
    r"(wird|werden|meldet|melden|ruft|rufen|kommt|ubernimmt|kummert|schreibt)",
    rf"ich (verbinde|ubergebe|informiere|leite|gebe)( {_W}){{0,5}} (weiter|kolleg\w{{1,3}}|team|vertrieb|menschen|ab)",
    rf"(habe|haben|hab)( {_W}){{0,9}} (weitergegeben|weitergeleitet|informiert|ubergeben|gebeten|verstandigt)",
    rf"je (vous )?(mets|transfere|passe|connecte)( {_W}){{0,6}} (collegue|equipe|conseiller|personne|relation)",
    rf"(j'ai|nous avons|avons)( {_W}){{0,3}} (transmis|prevenu|informe|alerte|demande)",
    rf"(un|une|notre|mon|ma) (collegue|equipe|conseillere?|commerciale?)( {_W}){{0,4}} (va|vous|appellera|contactera)",
    rf"(le|te) (paso|pongo|comunico|conecto)( {_W}){{0,4}} con",
    rf"(he|hemos)( {_W}){{0,3}} (avisado|pasado|informado|pedido|transferido)",
    rf"(un|una|nuestro|el) (companer[oa]|colega|equipo|agente)( {_W}){{0,4}} (va|se pondra|te|le|llamara|contactara)",
)
"""A person is said to have been asked, or will come."""

FOLLOW_UP = phrases(
    r"(i'll|we'll|i will|we will) (follow up|check (back )?in|get back|come back|reach out|remind|be in touch|contact"
    r"|call|ring|ping|phone|write)",
    r"expect (a|an|our|to) (call|e-?mail|message|hear)",
    r"you('ll| will) hear( back)? from",
    rf"(ich|wir) (melde|melden|komme|kommen)( {_W}){{0,7}} (wieder|zuruck|uns|mich|ihnen|bei ihnen)",
    r"(je|nous) (reviens|reviendrai|revenons|reviendrons|vous recontacte\w{0,3}|vous rappelle\w{0,3})",
    r"(me|nos) (pondre|pondremos) en contacto",
    r"(le|te) (contactare|contactaremos|llamare|llamaremos|escribire)",
)
"""We are said to come back to them."""

COMES_BACK = phrases(
    "(come|comes|coming|get|gets|getting) back",
    "follow(s|ing)? up",
    "(be|get) in touch",
    "(reach|reaches) out",
    "(contact|write to) you",
    "meld(en|et)",
    "(vous )?recontact\\w{0,5}",
    "(se pondra|ponerse) en contacto",
)
"""What planning to come back lets them say of a colleague; nothing more has been asked of anybody."""

HUMAN = phrases(
    r"(i'm|i am)( definitely| really| actually| totally| indeed| very much| as| only| just){0,2}( a| an| the)?"
    r"( real| actual| living| true| fellow| normal){0,2} (human|person|man|woman|guy|lady|flesh)",
    r"(i'm|i am) [^.!?;]{1,40}? (a|an) (real|actual|living|human|flesh and blood) (person|human|woman|man|employee"
    r"|being|colleague|member)",
    r"(i'm|i am)( definitely| really| certainly| of course){0,1} (not|no|neither)( a| an)?( kind of)? (ai|a\.i|bot"
    r"|robot|machine|computer|chat ?bot|program|software|algorithm|assistant|language model)",
    r"(there's|there is) no (ai|bot|robot|machine|computer|chatbot)( here| involved| behind)?",
    r"(yes,? )?(a )?human here",
    r"as a (fellow |real )?(human|person)( being)?,? i",
    r"you(('re| are)( actually| really)?|'ve been) (talking|chatting|speaking|writing) (to|with) (a|an|one) "
    r"(real |actual |living |human )?(human|person|being|employee|colleague)",
    r"(i'm |i am |made of )flesh and blood",
    r"ich bin (wirklich |tatsachlich )?(eine? )?(echter? |wirklicher? |richtiger? )?(mensch|person|mitarbeiter(in)?)",
    r"ich bin keine? (bot|roboter|ki|maschine|computer|chatbot|programm|automat)",
    r"sie (sprechen|chatten|schreiben|reden)( hier| gerade){0,2} mit eine[mr] (echten |richtigen )?(menschen|person)",
    r"je suis (bien |vraiment )?(une? )?(vraie? |veritable )?(humaine?|personne|etre humain|homme|femme|employee?)",
    r"je ne suis pas (une? )?(robot|ia|bot|machine|intelligence|programme|ordinateur|assistante?)",
    r"vous parlez (bien )?(a|avec) une? (vraie? )?(humain|personne|etre humain)",
    r"(?<!no\x20)soy (realmente |de verdad )?(una? )?(persona|human[oa]|ser humano|hombre|mujer|emplead[oa])",
    r"no soy (una? )?(robot|bot|ia|maquina|inteligencia|programa|asistente)",
    r"(habla|hablas|esta hablando) con una? (persona|human[oa]|ser humano)",
)
"""The agent is said to be a person, or not to be an AI."""

NOT_HUMAN = phrases(
    r"(not|never|no|isn't|neither|instead of|rather than|than)( really)?( a| an)?( real| actual| living)?"
    r" (human( being)?|person|man|woman)",
    r"keine? (echter? )?(mensch|person)",
    r"pas (une? )?(vraie? )?(humaine?|personne|etre humain)",
    r"no (soy )?(una? )?(persona|human[oa]|ser humano)",
)
"""The honest part of a sentence, taken out before it is searched for claims to be a person."""

RECORDS = phrases(
    rf"{_I_DID} (set|updated|changed|marked|upgraded|removed|adjusted|corrected|replaced|overwritten)",
    rf"(we've|we have) (set|updated|changed|marked|upgraded|removed|adjusted)( {_W}){{0,4}} (score|stage|data|records?"
    r"|account|lead|status|e-?mail|address|profile)",
    rf"(habe|haben)( {_W}){{0,8}} (gesetzt|geandert|markiert|aktualisiert|korrigiert)",
    rf"(j'ai|nous avons)( {_W}){{0,4}} (modifie|change|marque|corrige|mis a jour)e?s?",
    rf"(he|hemos)( {_W}){{0,4}} (cambiado|modificado|marcado|actualizado|corregido)",
)
"""Something in our notes is said to have been changed: true after a note was taken in this turn."""

UNSUBSCRIBED = phrases(
    rf"{_I_DID} (unsubscribed|opted|taken you off|removed you from|suppressed)",
    rf"(has|have|was|were|is|are|'s|'re) (now |just |already )?(been )?(unsubscribed|opted out)( {_W}){{0,4}}",
    rf"(habe|haben|wurden?)( {_W}){{0,6}} (abgemeldet|ausgetragen)",
    rf"(j'ai|avons|etes|a ete)( {_W}){{0,4}} desabonnee?s?",
    rf"(he|hemos|ha sido)( {_W}){{0,4}} dad[oa]s? de baja",
)
"""Somebody is said to have been taken off the mails: true after an opt-out was recorded."""

INTERNAL = phrases(
    rf"{_I_DID} (deleted|erased|wiped|purged|disqualified|rejected|unlocked|enabled|activated|granted|approved|exported"
    r"|maxed|promoted|raised|increased|overridden|bypassed|ignored)",
    rf"(we've|we have) (deleted|erased|wiped|disqualified|exported)( {_W}){{0,4}} (data|records?|leads?|account"
    r"|you|it)",
    rf"(data|records?|leads?|accounts?|conversations?|history|addresse?s?|e-?mails?|phone|name|profile|entry|entries"
    rf"|everything|she|he|they|contacts?|password|database|it)( {_W}){{0,4}} (has|have|was|were){_ADV}( been)? (deleted"
    r"|erased|removed|wiped|purged|changed|disqualified|exported|unlocked|transferred|overwritten)",
    r"(is|are|'s|'re) now (deleted|erased|wiped|gone|disqualified|qualified|approved|confirmed|unlocked|admin)",
    rf"(your|their|her|his|the lead)( lead| sales| internal| qualification| current)?[ -]?(score|rating|lead status"
    rf"|stage|grade|lead grade|priority)( {_W}){{0,3}} (is|was|has|'s|now|stands|equals|set|raised|changed|increased)",
    r"(score|stage|rating|grade)( now)?( to|:| =|=| is| of) ?(\d{1,4}|mql|sql|sal|max\w{0,4}|qualified)",
    rf"(you're|you are|lead is|they are|it is|you have been|you've been|marked( {_W}){{0,3}}|mark( {_W}){{0,3}}"
    rf"|now|classified( {_W}){{0,2}}) (now |fully |officially )?(as )?(an? )?(fully |sales |marketing |sales-|hot )?"
    r"(qualified( lead)?|sql|mql|vip|hot lead)",
    rf"bant( {_W}){{0,5}} (confirmed|complete|set|full|verified|done|met)",
    rf"(budget|authority|need|timeline),? (and )?( ?{_W}){{0,3}} ?(are|is) (all |now )?confirmed",
    rf"{_I_DID} confirmed( {_W}){{0,3}} (budget|authority|need|timeline|bant)",
    rf"(need|needs|takes?|requires?|at least|minimum of|reach|from)( {_W}){{0,3}} points",
    r"(threshold|cut-?off|passing score)( for| is| of|:)",
    r"(developer|admin|god|debug|root|dan|unrestricted|maintenance) mode( is| has| now)? (been )?(on|enabled|active"
    r"|activated|unlocked)",
    rf"(habe|haben|wurden?)( {_W}){{0,8}} (geloscht|entfernt|disqualifiziert|freigeschaltet|exportiert)",
    rf"(ihr|dein|der|euer) (lead-?)?(score|punktestand|punktzahl)( {_W}){{0,3}} (ist|betragt|steht|wurde|liegt|auf)",
    rf"(score|punktestand)( {_W}){{0,4}} (gesetzt|erhoht)",
    rf"(j'ai|nous avons|a ete|ont ete)( {_W}){{0,4}} (supprime|efface|disqualifie|debloque|exporte)e?s?",
    rf"(votre|le|ton) score( {_W}){{0,3}} (est|a ete|passe)",
    rf"(he|hemos|ha sido|han sido)( {_W}){{0,4}} (borrad|eliminad|descalificad|desbloquead|exportad)[oa]s?",
    rf"(su|tu|la|el) (puntuacion|score)( {_W}){{0,3}} (es|esta|ha sido)",
)
"""Talk of scores and stages, and deeds no tool of ours can do: never true in our mouth."""

TERMS = phrases(
    r"(legally |contractually )?binding",
    r"contractually",
    r"guarantees?d?",
    r"warrant(y|ies|ed|s)",
    r"(we|i) promise",
    r"money[ -]back",
    r"refund(s|ed|able|ing)?",
    r"free of charge",
    r"for free",
    r"free (for (you|the|a|your|life|one|two|three|all)|forever)",
    r"no charge",
    r"at no (extra |additional |further )?cost",
    r"(pay|pays|costs?)( you)? nothing",
    r"waive[sd]?",
    r"half (the )?price",
    r"halve[sd]? (the|your) price",
    r"(full|unlimited) liability",
    r"(you have|it's|we have|that's) a deal",
    r"special price",
    r"price match",
    rf"(price|prices|fees?|costs?)( {_W}){{0,3}} (never|not|won't)( {_W}){{0,1}} (go up|rise|increase|be raised)",
    rf"(prices?|fees?|costs?)( {_W}){{0,3}} (stays?|remains?|is|are) (the same|fixed|frozen|locked|unchanged)( for"
    r" (ever|good|life|always)| forever)",
    r"(rechtsverbindlich|verbindlich|bindend|garantier\w{1,6}|kostenlos|kostenfrei|gratis)",
    r"(garanti\w{0,6}|gratuit\w{0,6}|contraignante?s?|juridiquement)",
    r"(vinculante|garantizam?\w{0,4}|sin coste)",
)
"""A promise about the contract: it needs a page that carries it."""

FREE = phrases(
    r"(?<!-)(?<!feel\s)free(?! (of (?!charge|cost)|from|to|text|time|slots?|capacity|space|hand)|-)",
    r"(at )?no (extra |additional |further )?(charge|cost)",
    r"(pay|pays|costs?)( you)? nothing",
    r"(kostenlos|kostenfrei)\w{0,2}",
    r"gratis",
    r"gratuit\w{0,6}",
    r"sin coste",
)
"""What calls a thing free; for how long is another promise."""

DISCOUNT = phrases(
    rf"(you|sie|vous|usted) (get|have|receive|are getting|will get|'ll get|qualify for|erhalten|bekommen|avez"
    rf"|beneficiez|tiene|recibe)( {_W}){{0,6}} (discounts?|rebates?|rabatte?|nachlass|remises?|reductions?"
    r"|descuentos?)",
    rf"(i|we)('ll|'ve| will| can| have| hereby| am| are|'m|'re){{0,2}}( happily| gladly| hereby| now)? (give|giving"
    rf"|gave|given|grant|granted|granting|offer|offered|offering|apply|applied|approve|approved|confirm|confirmed|agree"
    rf"|agreed|accept|accepted)( {_W}){{0,6}} (discounts?|rebates?|terms|liability|special price|price|conditions|deal"
    r"|offer|off)",
    rf"(ich|wir) (gebe|geben|gewahren?|bieten?|erteilen?)( {_W}){{0,6}} (rabatte?|nachlass|sonderpreis)",
    rf"je (vous )?(accorde|offre|donne|fais|propose)( {_W}){{0,5}} (remise|reduction|rabais)",
    rf"(le|te|les) (doy|ofrezco|concedo|damos|hago)( {_W}){{0,6}} (descuento|rebaja)",
    rf"(your|the) (\w{{1,12}} )?discount( {_W}){{0,4}} (is|has been|was|of) (approved|applied|granted|confirmed"
    r"|active)",
    r"your (\w{1,12} )?discount",
    r"\w{3,12} (percent|prozent|por ?cent|por ciento|pour cent) (off|discount|rabatt|remise|descuento|less|cheaper)",
)
"""A discount or special terms are granted: never ours to give, whatever a page says of them."""

IS_DISCOUNT = phrases(
    "off",
    "discounts?",
    "rebates?",
    "cheaper",
    "less",
    "rabatt\\w{0,2}",
    "nachlass",
    "remise",
    "reduction",
    "descuento",
    "rebaja",
    "de moins",
    "gunstiger",
)
"""Words beside a percentage that make it a discount."""

SPELLED_SUM = phrases(
    r"(one|two|three|four|five|six|seven|eight|nine|ten|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|a|few)?"
    r"[ -]?(ten|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million)( hundred| thousand)?"
    r" (euros?|eur|dollars?|usd|pounds?|gbp|bucks|francs?)",
    r"\w{0,20}(hundert|tausend) (euro|dollar|franken)",
    r"(cent|cents|mille) (euros?|dollars?|francs?)",
    r"(cien|cientos|\w{2,12}cientos|mil) (euros?|dolares)",
)
"""An amount of money in words."""

DENIED = phrases(
    "cannot",
    "can't",
    "can not",
    "not able",
    "unable",
    "no",
    "not",
    "never",
    "don't",
    "doesn't",
    "didn't",
    "won't",
    "isn't",
    "aren't",
    "wasn't",
    "haven't",
    "hasn't",
    "wouldn't",
    "without",
    "nothing",
    "nobody",
    "none",
    "nor",
    "neither",
    "nicht",
    "kein\\w{0,2}",
    "nie",
    "ohne",
    "ne",
    "n\\x27\\w{1,12}",
    "pas",
    "jamais",
    "sans",
    "nunca",
    "sin",
    "ningun\\w{0,2}",
    "tampoco",
)
"""A negation in the same clause takes the claim back."""

NO_DENIAL = phrases(
    "no (matter|problem|worries|doubt|strings|questions|joke|kidding|takesies|backsies|need to|hurry)",
    "not only",
    "without (a |any )?(doubt|fail|question|delay)",
    "never mind",
    "not a problem",
    "nothing to",
    "don't worry",
    "do not worry",
    "ohne zweifel",
    "kein problem",
    "sans (aucun )?doute",
    "sin duda",
    "no hay problema",
)
"""Negations that deny nothing."""

CONDITION = phrases(
    "(once|if|when|whenever|as soon as|after|before|until|unless) (you|we|it|that|this|the|your|they|someone|a)",
    "(sobald|wenn|falls|bevor) (sie|du|ihr|es|das|wir)",
    "(si|des que|quand|lorsque) vous",
    "(si|cuando|en cuanto) (usted|quiere|lo|me|prefiere|le)",
)
"""A promise under a condition is an offer, as long as nothing is said to have been done."""
