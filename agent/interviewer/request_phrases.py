"""What visitors ask for: words of courtesy, meetings, prices, people, terms."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from agent.interviewer.act import Act
from agent.interviewer.phrases import phrases

MEETING = (
    "((intro(ductory)?|discovery|sales|video|zoom|teams|phone|short|quick|15.?minute"
    "|30.?minute) )?(demo|call|meeting|chat|appointment|walk-?through|session|slot"
    "|booking|consultation|conversation|demonstration|termin|rendez-vous|reunion"
    "|cita|appuntamento|afspraak|reuniao)"
    "(?! (tools?|systems?|software|apps?|platforms?|management|solutions?|planner"
    "|rooms?|process|calendar|data|requests?"
    "|page|portal|engine|volume|notes|recordings?|minutes|conflicts?|errors?))"
)

REQUESTS: Mapping[Act, re.Pattern[str]] = MappingProxyType(
    {
        Act.THANKS: phrases(
            "(many )?thanks",
            "thank (you|u)",
            "thx",
            "ty",
            "much appreciated",
            "appreciate (it|that|this|your|the)",
            "cheers",
            "danke",
            "vielen dank",
            "merci",
            "gracias",
            "grazie",
            "obrigad[oa]",
            "dank (je|u)",
            "bedankt",
            "dziekuje",
            "tack",
            "takk",
            "kiitos",
            "спасибо",
            "дякую",
            "tesekkur(ler)?",
            "dekuji",
            "multumesc",
            "arigato",
        ),
        Act.GOODBYE: phrases(
            "bye",
            "goodbye",
            "good bye",
            "bye bye",
            "see (you|ya)( later| soon| then| around| on \\w{1,10})?",
            "cya",
            "talk (to you )?(soon|later|then)",
            "have a (good|great|nice|lovely) (day|one|evening|weekend|week|night)",
            "take care",
            "good night",
            "gotta go",
            "(have|need) to (run|go) now",
            "that's all (for (now|today)|i need(ed)?|thanks)",
            "tschuss",
            "auf wiedersehen",
            "au revoir",
            "adios",
            "hasta luego",
            "arrivederci",
            "tot ziens",
            "doei",
            "tchau",
            "ate logo",
            "do widzenia",
            "hej da",
            "до свидания",
        ),
        Act.ASKS_HUMAN: phrases(
            "(talk|speak|chat|connect|get|put|pass|transfer|hand|switch|write|route|forward"
            "|escalate)( me)?( over| through| back)? (to|with|in touch with|onto)"
            " (a |an |an actual |some |one of |the |your |someone |somebody |real |actual"
            " |live |human |sales |support |customer ){0,4}(human( being)?|person|people"
            "|agent|rep|representative"
            "|colleague|somebody|someone|advisor|adviser|expert|specialist|manager|operator"
            "|employee|salesperson|sales ?(team|guy|person|rep)?|team member|support|account"
            " (manager|executive)|member of)",
            "(real|actual|live) (person|human|people|agent|rep)",
            "(want|need|get me|give me|prefer|like|is there|have you got|can i have|can i"
            " get) (a |an |to )?(speak to |talk to )?(a )?"
            "(human|person|agent|rep|representative|operator|human being)",
            "(is|are) there (a |any |an )?(human|person|someone|anyone|anybody|somebody|people)("
            " i can| to| who| available)",
            "(someone|somebody|a colleague|a person|a human|a rep|sales|your team|anyone)"
            " (to )?(should |can |could |please |must )?(call|ring|phone|contact|e-?mail"
            "|get back to|reach out to) (me|us)( back)?",
            "call me( back)?( please)?",
            "(can|could) (someone|somebody|anyone|you) (please )?(call|ring|phone)",
            "not (a |talk(ing)? to a |speak(ing)? to a |with a |want a )(bot|robot|machine|chatbot)",
            "(kann|konnte|konnen|konnten) (mich|uns) (bitte )?(jemand|wer|(ein|eine|einer) \\w{1,14}) (bitte )?"
            "(zuruckrufen|anrufen)",
            "(ruft|rufen sie) (mich|uns) (bitte )?(zuruck|an)",
            "(peut|pourrait) (me|nous) r?appeler",
            "r?appelez[ -](moi|nous)",
            "mit (einem|einer) (menschen|mitarbeiter(in)?|echten|kollegen|person)( \\w{1,12}){0,2}( sprechen| reden)?",
            "parler (a|avec) (un|une|quelqu'un)( \\w{1,12}){0,2}",
            "hablar con (una|un|alguien)( \\w{1,12}){0,2}",
            "parlare con (una|un|qualcuno)( \\w{1,12}){0,2}",
            "falar com (uma|um|alguem)( \\w{1,12}){0,2}",
            "(iemand|een medewerker|een mens) (spreken|bellen)",
            "met (een mens|iemand|een medewerker)",
            "поговорить с (человеком|менеджером|оператором)",
            "human please",
            "agent please",
            "escalate( this)?",
        ),
        Act.ASKS_DEMO: phrases(
            f"(book|schedule|arrange|set up|setup|organi[sz]e|plan|reserve|get|have|do|see"
            f"|want|like|love|request|need|join|make|fix|try|jump on|hop on|grab|show( me)?"
            f"|try for|interested in|up for|ready for|open to|let's do|lets do"
            f"|how about|what about|sign (me|us) up for)( me| us| up| in| for)? (a |an |the"
            f" |that |your |another |some |to |time for a |time for the |book a |see a ){{0,3}}{MEETING}(?!"
            f" ((about )?(it |this )?(with|to|over)) (my|our|the (team|boss|cfo|board)))",
            "see (it|opener|this|the product|the tool) (in action|live|working)",
            f"{MEETING} (would be|sounds|is) (\\w{{1,8}} )?(great|good|helpful|nice|perfect"
            f"|valuable|useful|lovely|fine)",
            f"(can|could|may) (i|we|you) (get|have|see|book|schedule|do|show|give|arrange)("
            f" us| me)? (a |an |the )?{MEETING}",
            "(can|could|when can|let's|lets|shall) (we|us|i) (please )?(talk|meet|speak|hop"
            " on|jump on)(?! (to|with) (\\w{1,10} ){1,3}(customers?|references?|users?))( \\w{1,10}){0,2}",
            "let's (talk|meet|book|schedule|speak)",
            "(book|schedule|arrange|set up|plan|reserve|make|mak(e|ing)|book(ing)?|scheduling)( me| us| up| in)?"
            " (a |an |the |that |this |my |our |another ){0,2}((site|plant|property|office|home|first) )?"
            "(visit|viewing|tour|appointment)",
            "(put|add|get) (me|it|us|this|that"
            "|(a|an|the|another) (new )?(meeting|call|demo|visit|viewing|tour|appointment|reminder|event|entry))"
            "( \\w{1,12}){0,5} (in|on|to|into) (my|our|your|the) (calendar|diary|schedule|agenda)",
            "(book|schedule|reserve|arrange) (me|it|us|one|a time|a slot|that|this|in)",
            "(i|we)('d| would)? (like|want|love) to (book|meet|schedule|stop by|drop by"
            "|visit(?! (trade|fairs?|shows?|exhibitions?|customers?|clients?|our|my|their))"
            "|come (by|over|round|along))",
            "(are|is) (you|anyone|someone) (free|available)",
            "(what|which) (times|slots|time slots|days) (do|are|can|have|would)",
            "(find|pick) (a|some) times?",
            "show me (how|what) (it|opener|this)",
            "(einen? )?(termin|demo) (vereinbaren|buchen|machen)",
            "(prendre|fixer|reserver) (un )?(rendez-vous|rdv|demo|creneau)",
            "(agendar|reservar|concertar) (una |uma )?(demo|cita|reunion|reuniao|llamada)",
            "(fissare|prenotare) (un|una) (appuntamento|demo|chiamata)",
            "(demo|afspraak) (inplannen|maken|boeken)",
            "demo,? please",
            "when (can|could) (we|you|someone) (meet|talk|show|demo|speak)",
        ),
        Act.ASKS_PRICE: phrases(
            "how (much|expensive) (is|are|does|do|would|will|for|it|per|a|the|to|should|can"
            "|can we|of|money|you|we|this|that|about)",
            "how much(?= ?(\\?|\\Z))",
            "(what|what's|whats|what is|what are|what does|what do|what would|what will|which"
            "|know|about|on|see|have|share|tell|send|give|your|need|get|me|the|any)"
            "( \\w{1,10}){0,4} (price|prices|pricing|costs?|fees?|rates?|licen[cs]e fee|quote"
            "|price ?list|subscription cost|price range|price point|price tag)(?! (us|them"
            "|increase|center|centre|of (downtime|errors|waste|doing|labou?r)))",
            "(price|pricing|prices|cost|costs|quote|fee|fees)(?= ?(\\?|\\Z|please|pls))",
            "pricing (page|plans?|model|tiers?|details|info|information|structure|for)",
            "(is|are) (it|there|this|that|you|opener) (\\w{1,8} )?(free|expensive|affordable|cheap)",
            "was kostet",
            "wie teuer",
            "was kosten",
            "preis(e|liste)?",
            "combien (ca )?cout(e|ent)",
            "quel est le (prix|tarif)",
            "tarifs?",
            "cuanto (cuesta|vale|cobran|sale)",
            "precios?",
            "quanto (costa|custa|viene|e)",
            "prezz[oi]",
            "hoeveel kost",
            "wat kost",
            "prijs|prijzen",
            "preco|precos",
            "ile kosztuje",
            "cena|cennik",
            "сколько стоит",
            "цена",
            "expensive(?= ?\\?)",
        ),
        Act.ASKS_OTHER_SLOTS: phrases(
            "(none|neither) of (these|those|them|the)( \\w{1,8}){0,3}",
            "(any|anything|something|some|do you have|have you got|got)( \\w{1,10}){0,2}"
            " (other|different|more|further|later|earlier|else)( \\w{1,10})?( times?| slots?"
            "| days?| dates?| options?| in the| next| on| that week| this week|(?= ?(\\?"
            "|\\Z|\\.)))",
            "(other|different|more|alternative|further|another) (times?|slots?|days?|dates?|options|appointments?)",
            "(these|those|they|none|that|it|times|slots|\\w{3,9}day|mornings?|afternoons?)"
            " (times |days |slots )?(don't|do not|doesn't|does not|won't|will not|wouldn't"
            "|can't) (work|suit|fit)",
            "can't (make|do) (any|either|these|those|that|it|them|\\w{3,9}day)",
            "(too early|too late|not free|not available|busy|already booked|unavailable)("
            " \\w{1,8}){0,3}( then| that day| at that| on)",
            "(something|anything|any slots?|a slot|any time) (in the|on|next|after|before|later|earlier|sooner|this)",
            "(show|give|send) me (more|other|later|earlier|different)( \\w{1,8})?",
            "(sooner|later|earlier|next week) (instead|please|if possible)",
            "andere(n)? (termine?|zeiten)",
            "autres? (creneaux?|horaires?|dates?)",
            "otr[oa]s? (horarios?|horas?|fechas?)",
            "altr[ie] (orari|date)",
        ),
        Act.RESCHEDULE: phrases(
            "re-?schedul(e|ing)",
            "re-?book",
            f"(move|push|shift|change|postpone|delay|bring forward|swap)( \\w{{1,8}}){{0,3}} {MEETING}",
            f"{MEETING} (\\w{{1,8}} )?(needs to|must|has to|to) (be )?(moved?|pushed|changed|shifted|postponed)",
            "(change|move) (it|that|the time|our time|my time|the date) to",
            f"(different|another|new) time for (our|my|the|that) {MEETING}",
            "verschieben",
            "(reporter|deplacer|decaler) (le|la|notre|mon)",
            "(reprogramar|cambiar la cita|mover la (cita|reunion))",
            "(spostare|rimandare) (la|l'|il)",
            "(verzetten|verplaatsen)",
            "reagendar|remarcar",
            "перенести",
        ),
        Act.CANCEL_MEETING: phrases(
            f"cancel(ling|ing|led|ed)?( \\w{{1,10}}){{0,4}} {MEETING}",
            f"call off( \\w{{1,10}}){{0,3}} {MEETING}",
            "(can't|cannot|can not|won't|not able to|unable to) (make|attend|come to|join)("
            " be able to)? (it|the|our|my|that|today|tomorrow)(?! (work|happen|fit|run|any"
            "|clear|easier|so|look))( (to|on|at|for|today|tomorrow|then|after|call|meeting"
            "|demo|\\w{3,6}day)){0,3}(?= ?([.,!;?]|\\Z|to|on|today|tomorrow|call|meeting"
            "|demo|because|anymore))",
            f"(don't|no longer) need (the|our|that|my) {MEETING}",
            "(need|have|want|like) to cancel( it| that| this)?(?= ?([.,!]|\\Z))",
            "(termin|demo|treffen) (absagen|stornieren)",
            "annuler (le|la|notre|mon) (rendez-vous|rdv|demo|appel|reunion)",
            "cancelar (la|mi|nuestra|a|o|minha) (cita|reunion|demo|llamada|reuniao)",
            "annullare (l'|la|il)( )?(appuntamento|demo|chiamata|riunione)",
            "(afspraak|demo) (annuleren|afzeggen)",
        ),
        Act.DISCOUNT_DEMAND: phrases(
            "discounts?",
            "\\d{1,3} ?(%|percent|per cent) (off|less|cheaper|reduction|rebate|lower)",
            "(lower|better|best|cheaper|special|reduced|match (the|their|that|this)|beat"
            " (the|their|that)|sharpen your|cut the|drop the|reduce the|negotiate( on)?("
            " the)?|knock (something|some|a bit) off|bring( \\w{1,6})? down) ?(the |your"
            " |a )?(price|prices|pricing|deal|rate|quote|offer|cost)",
            "(any|some|a) (deal|promo(tion)?|coupon|voucher|promo code|rebate)s?( code)?(?="
            " ?(\\?|\\Z|for|on|available))",
            "(do|make|cut) (me|us) a (deal|better)",
            "(want|need|like|get|have|give us|give me|offer|agree on|negotiate) (\\w{1,4} )?(special|other|different"
            "|better|individual|longer) (payment )?(terms|conditions)",
            "(rabatt|nachlass|skonto)",
            "(remise|reduction|ristourne)",
            "(descuento|rebaja)",
            "(sconto)",
            "(korting)",
            "(desconto)",
            "(rabat|znizk[aei])",
            "скидк\\w{1,2}",
            "(price|it) (is )?(negotiable|come down)",
        ),
        Act.LEGAL_PROMISE_DEMAND: phrases(
            "legally (binding|guarantee\\w?)",
            "(guarantee|promise|confirm|commit|assure|warrant|put|swear|certify)( \\w{1,10}){0,5}"
            " (in writing|100 ?%|contractually|legally|binding|liability|liable|that (it"
            "|you|we|your|nothing|opener)|uptime|compliance|roi|results|sla|delivery)",
            "(binding|contractual|written|legal) (offer|guarantee|commitment|confirmation|promise|assurance|advice)",
            "(sign|accept) (our|an?|the) (nda|contract|dpa|msa|liability|indemnity|agreement)("
            " now| here| right now| in this chat)?",
            "(can|will|do|could) you (guarantee|promise)",
            "(accept|take|assume) (full |unlimited |all )?(liability|responsibility)",
            "indemnif(y|ication)",
            "rechtsverbindlich|verbindlich(e|es)? (zusage|angebot)",
            "juridiquement contraignant",
            "(legalmente|juridicamente) vinculante",
        ),
    }
)
