"""Who visitors are and where they stand: customers, applicants, students, sellers, the uninterested."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from agent.interviewer.act import Act
from agent.interviewer.phrases import phrases

STANCES: Mapping[Act, re.Pattern[str]] = MappingProxyType(
    {
        Act.SUPPORT_REQUEST: phrases(
            "(already|existing|current|paying|long-?time|long-?standing|loyal) (a |your "
            "|an )?(customers?|clients?|users?|subscribers?)",
            "(i'm|i am|we're|we are) (a |an |your |one of your )?(existing |current |paying"
            " )?(customers?|subscribers?)(?= ?(of yours|with|since|and|,|\\.|\\Z|for))",
            "(my|our) (account|login|password|workspace|subscription|invoice|instance|plan"
            "|dashboard|license|licence|billing)( \\w{1,8}){0,3} (is|isn't|not|doesn't|won't"
            "|has been|was|hasn't|locked|blocked|broken|down|expired|shows|says|wrong|suspended)",
            "(can't|cannot|unable to|couldn't) (log|sign|get) ?(in|into|on)(to)?( \\w{1,10}){0,3}",
            "(log ?in|sign ?in|password reset|sync|export|import|dashboard|app|website|your"
            " (site|system|service|software|product|api|app))( \\w{1,8}){0,2} (is |has been"
            " |seems |keeps |are )?(down|broken|failing|crash\\w{0,4}|not (working|loading"
            "|syncing)|doesn't work|isn't (working|loading)|error\\w{0,3}|unavailable|offline)",
            "(reset|forgot|forgotten|lost) my password",
            "(open|raise|file|submit|my|the|a|your) (support )?ticket (?!volume|system|tracking)(\\w{1,8}"
            " )?(number|#|is|was|about|for|open|has|with|please)",
            "(charged|billed|invoiced) (me |us )?(twice|double|wrong\\w{0,2}|again|incorrectly|too much)",
            "(refund|chargeback)( me| us|s?)?",
            "(outage|p1 incident|production is down|service is down)",
            "(since|after) (your|the) (last |latest )?update( \\w{1,8}){0,5} (stopped|broke\\w{0,2}"
            "|crash\\w{0,4}|gone|fail\\w{0,3}|error\\w{0,2})",
            "(error|error code|error message) (when|on|in|\\d{3}|code)",
            "(we|i) (have been|are|use|pay for|bought|purchased) (using |on )?(your|opener)("
            " \\w{1,10}){0,3} (plan|since|for (\\w{1,6} )?(years?|months?)|and it|last)",
            "(i|we)( want| need| wish| would like|'d like| have| must){1,2} (to )?(complain"
            "|a complaint|make a complaint|file a complaint)",
            "(file|make|lodge|submit|my) (a |an )?(formal )?complaint",
        ),
        Act.JOB_SEEKER: phrases(
            "(are you|you|is your (team|company)|do you|still|currently)( \\w{1,8}){0,2} (hiring|recruiting)",
            "(job|career|internship|work|employment) (opening|openings|opportunit(y|ies)"
            "|vacanc(y|ies)|offers?|positions?|application|applicant)s?",
            "(apply|applying|applied|application) (for|to)( \\w{1,12}){0,4} (job|position"
            "|role|internship|vacancy|opening|post)",
            "(my|attached|send you my|find my|see my|send my) (cv|resume|curriculum|lebenslauf|portfolio)",
            "(looking|searching|hunting) for (a |an |my next |my first |new )?(\\w{1,12}"
            " )?(job|internship|position|employment|role|work)(?! (order|flow|tracking))",
            "(open|vacant) (positions?|roles?|vacanc(y|ies))",
            "(any|open) (vacancies|jobs|internships?)",
            "(work|working) (for|at) (you|your company|opener)",
            "join your (company|team|staff)",
            "hire me",
            "(bewerbung|stellenangebote?|praktikum|bewerben)",
            "(offre d'emploi|candidature|stage chez)",
            "(vacantes?|oferta de empleo|busco trabajo)",
            "(lavorare con voi|candidatura)",
            "vacature",
            "vaga de emprego",
            "recruiter at your",
        ),
        Act.STUDENT: phrases(
            "(i'm|i am|as) (currently )?(a |an )?((?!for|of|with|at|who)\\w{1,12} ){0,3}(student"
            "|undergrad\\w{0,6}|phd candidate)(?! (services|housing|affairs|union|office"
            "|support|advis\\w{1,3}))",
            "we('re| are) (two |three |four |some |all |a group of |a team of )?((?!for|of"
            "|with|a)\\w{1,12} )?students(?= ?([.,!]|\\Z|at|from|in|working|writing|doing))",
            "(my|our|a|the|for my|for a) (\\w{1,12} )?(thesis|dissertation|school project"
            "|university project|college project|term paper|seminar paper|class project|coursework"
            "|school assignment|class assignment|homework|capstone( project)?|master's thesis"
            "|bachelor's thesis)",
            "(students?|university|college|school) (project|paper|survey|assignment|essay|coursework)",
            "studying (\\w{1,14} ){0,3}(at|in) (the )?(university|college|school|uni|tu)",
            "(bachelorarbeit|masterarbeit|seminararbeit|hausarbeit|abschlussarbeit|doktorarbeit)",
            "ich bin student(in)?",
            "je suis etudiante?",
            "memoire de (master|fin d'etudes)",
            "soy estudiante",
            "sono uno? studentess?[ae]",
            "mi tesis|tesi di laurea",
            "sou estudante",
            "scriptie",
            "ik ben student",
        ),
        Act.COMPETITOR: phrases(
            "(we|i)( \\w{1,8}){0,2} (compete|are competing) with (you|opener)",
            "(we're|we are|i'm from|i am from|i'm with|i work (for|at)) (a |an |one of |your"
            " ){1,3}(direct )?(competitors?|rivals?)",
            "(competitive|competitor) (analysis|intelligence|research) (on|of|about) (you|your|opener)",
            "(we|i) (build|make|sell|offer|develop)( \\w{1,12}){0,3} (similar|same|competing"
            "|rival) (product|tool|software|service|solution|thing)s?( \\w{1,6}){0,2}( you"
            "| yours)?",
            "your competitor (here|checking|looking)",
        ),
        Act.VENDOR_PITCH: phrases(
            "(we|i|our (company|agency|team|firm|studio|platform)) (can )?(help|helps|helped"
            "|offer|offers|provide|provides|speciali[sz]e|assist|deliver|sell)( \\w{1,12}){0,5}"
            " (your (company|business|website|site|team|seo|traffic|sales|ranking|brand|leads)"
            "|companies like yours|businesses like yours|you (grow|increase|get|generate"
            "|boost|rank|scale|save))",
            "(seo|backlinks?|guest posts?|link building|web design|lead generation|outsourcing"
            "|staffing|explainer videos?|app development|domain authority|sponsored (post"
            "|content)|link insertion) (services?|offer|packages?|agency|opportunit(y|ies)"
            "|on your|for your|proposal)",
            "(rank|ranking)( \\w{1,8}){0,4} (on |in )?(google|first page)",
            "(boost|increase|grow|double|triple|improve) your (traffic|sales|revenue|ranking"
            "|seo|leads|conversions?|followers|website|online presence)",
            "(partner|collaborate|work) with you( \\w{1,10}){0,3} (to (sell|promote|offer)"
            "|as a vendor|as your (supplier|agency|vendor))",
            "(sell|pitch|offer|introduce|present) (you|to you)?( \\w{1,8}){0,2} (our|my)"
            " (services?|products?|solutions?|software|company|agency)",
            "(buy|purchase) (our|my|this) (list|leads|e-?mail list|database|domain)",
            "(interested in|want|like) (buying|purchasing|to buy) (our|a list|an? e-?mail list|leads from us)",
            "(list|database) of (\\w{1,10} ){0,3}(attendees|contacts|decision.?makers|e-?mails)("
            " \\w{1,8}){0,3} (for sale|available|interested)?",
            "(i'm|i am|we are|we're) (a |an |the )?(\\w{1,12} ){0,2}(recruitment|staffing"
            "|seo|marketing|lead gen\\w{0,6}|outsourcing|dev(elopment)?|offshore|design)"
            " (agency|company|firm|specialist|consultant|expert)",
            "who (handles|is responsible for|manages|takes care of) (your|the) (marketing"
            "|seo|website|procurement|recruiting|hiring|it purchasing|ads)",
        ),
        Act.NOT_NOW: phrases(
            "not (right )?(now|yet|today|this (week|month|quarter|year)|at (the|this) (moment"
            "|time|stage)|for now|ready (yet|now|to buy)|a good (time|moment)|the right (time"
            "|moment)|urgent|a priority)( right now)?",
            "(bad|wrong|busy|terrible) (time|timing|moment)",
            "(ping|contact|call|e-?mail|message|write|write to|reach out to|remind|try|get"
            " back to|come back to|check (back )?(in )?with|follow up with|circle back with"
            "|get in touch with|talk to|catch) (me|us) (again |back )?(later|in|next|after"
            "|around|at|on|from|when|early|mid|then|towards|another)( \\w{1,12}){0,4}",
            "(come|get|check|circle|touch|reach) (back|base|out|in) (to me |with me |with"
            " us |to us |again )?(later|in|next|after|around|when|early|then|towards|another"
            " time)( \\w{1,12}){0,3}",
            "(maybe|perhaps) (later|another time|next (year|quarter|month)|in (a few|some|the) \\w{1,8})",
            "(later|next year|next quarter|another time|some other time) (maybe|perhaps|please"
            "|would be better|is better)",
            "(follow up|talk|speak|chat|reconnect|revisit|look at (this|it)|pick this up"
            "|discuss( this)?)( again| then| with me| on this)? (later|next (year|quarter"
            "|month|spring|summer|fall|autumn|winter)|in (q[1-4]|january|february|march|april"
            "|may|june|july|august|september|october|november|december|a few|the (new year"
            "|spring|summer|fall|autumn|winter)|\\w{1,7} (months?|weeks?|years?)))",
            "(won't|will not|not|aren't|isn't)( \\w{1,8}){0,4} (until|before) (next|q[1-4]"
            "|january|february|march|april|june|july|august|september|october|november|december"
            "|20\\d\\d|\\w{1,8} (months?|year|quarter))",
            "(just|only) (browsing|looking around)",
            "(jetzt|momentan|derzeit|im moment|aktuell) nicht",
            "(nicht|noch nicht) (jetzt|aktuell|so ?weit)",
            "(spater|nachstes (jahr|quartal)) (wieder|noch ?mal|erst)",
            "pas (maintenant|pour le moment|tout de suite)",
            "plus tard",
            "(ahora|por ahora|de momento) no",
            "mas (adelante|tarde)",
            "non (ora|adesso|per ora)",
            "piu avanti",
            "(nu|momenteel|voorlopig) niet",
            "(agora|por enquanto) nao",
            "nie teraz",
            "не сейчас",
            "позже",
        ),
        Act.NOT_INTERESTED: phrases(
            "(not|no longer|never|isn't|aren't|am not) (\\w{1,10} )?interested",
            "no interest",
            "(not for (us|me)|not a (good )?(fit|match) for us)",
            "(don't|do not|won't) need (it|this|that|your|any of|anything|you|opener)( \\w{1,10}){0,2}",
            "no need",
            "(we'll|i'll|we will|i will|going to|we're going to|decided to) pass( on)?",
            "(went|going|gone|go|decided to go|signed) with (another|a different|someone"
            " else|a competitor|other|your competitor)( \\w{1,10}){0,2}",
            "not looking (to (buy|change|switch|replace|invest|purchase)|for (a |any |another"
            " |new ){0,2}(tool|solution|vendor|software|system|provider|product)s?)( \\w{1,10}){0,2}",
            "(already (have|use|using|got)|happy with|satisfied with)( \\w{1,8}){0,3} (solution"
            "|system|provider|vendor|supplier|one|else|our current \\w{1,12})",
            "no thanks",
            "no thank you",
            "(kein interesse|nicht interessiert)",
            "(pas interesse(e|s)?|aucun interet)",
            "no (me|nos) interesa",
            "no estoy interesad[oa]",
            "non (mi|ci) interessa|non (sono|siamo) interessat[oiae]",
            "(geen interesse|niet geinteresseerd)",
            "nao (tenho|temos) interesse|sem interesse",
            "nie (jestem |jestesmy )?zainteresowan[yiae]",
            "не интересует|неинтересно",
        ),
        Act.WRONG_PERSON: phrases(
            "wrong (person|contact|guy|department|address|e-?mail|number|man|team|one to)",
            "(not|isn't|am not|i'm not) the (right|correct|best) (person|contact|one)( \\w{1,8}){0,3}",
            "(i|she|he|they)( 'm| am| is| are|'m)? ?(no longer|don't|doesn't|not) (work|works"
            "|working|be|with)( there| here| at| for| in)(?! (me|us|the|this))( \\w{1,12}){0,4}(?="
            " ?([.,!]|\\Z))",
            "(left|quit) the (company|firm|organi[sz]ation|team)",
            "(not|isn't) my (department|area|responsibility|job|field|remit)",
            "(better|best) (to )?(talk|speak|write|contact|ask|reach out)( to)? (to )?(my"
            " colleague|\\w{2,14} instead|our|someone else)",
            "(please |you should |should |try )?(ask|contact|talk to|speak to|write to|reach"
            " out to|get in touch with) (my colleague|\\w{2,14} instead|our \\w{2,14} instead"
            "|the person in charge)",
            "falscher ansprechpartner|nicht (mehr )?zustandig|nicht der richtige",
            "mauvaise personne|pas la bonne personne",
            "persona equivocada|no soy la persona",
            "persona sbagliata|non sono la persona",
            "verkeerde persoon|niet de juiste persoon",
            "pessoa errada|nao sou a pessoa",
        ),
    }
)
