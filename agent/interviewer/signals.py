"""Buying and other signals in a visitor's words, by name; the playbook says what each is worth.

A name is reported once per hearing, with the clause it rests on.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from agent.interviewer.acts import Act
from agent.interviewer.phrases import phrases
from agent.interviewer.reading import Clause


@dataclass(frozen=True, slots=True)
class HeardSignal:
    """One signal: its name in the playbook, a verbatim quote, and the message it stands in."""

    name: str
    quote: str
    message_index: int


_WORDS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "comparing_vendors": phrases(
            "(comparing|compare|evaluating|evaluate|shortlist\\w{0,4}|looking at|reviewing"
            "|considering|talking to|assessing|trialing|testing)( \\w{1,10}){0,3} (vendors?"
            "|tools?|solutions?|options?|providers?|products?|platforms?|suppliers?|alternatives?"
            "|competitors?|offers?|systems?)",
            "(rfp|rfi|tender|shortlist(ed)?|vendor selection|bake-?off)",
            "(how|where) (do|does|are|is) (you|it|opener)( \\w{1,10}){0,3} (compare|differ"
            "|different|better|stack up)( \\w{1,10}){0,3}",
            "(compared|comparison) (to|with)",
            "alternatives? to",
            "(also|already) (looking at|talking to|spoke (to|with)|seen|tried|looked at)",
            "(anbieter|alternativen) vergleichen",
        ),
        "named_competitor_tool": phrases(
            "(switch|switching|migrate|migrating|moving|move|coming|change|changing|away"
            "|replace|replacing|replacement for|instead of|alternative to|compared (to|with)"
            "|versus|vs\\.?|better than|different from|differ from|over)( over)?( from)?"
            " (?!(our|the|a|an|this|that|it|your|my|here|there|all|any|other|another|what"
            "|old|to|excel|spreadsheets?|paper)\\b)[a-z][\\w.]{2,20}",
        ),
        "urgent": phrases(
            "(urgent|urgently|asap|as soon as possible|immediately|right away|dringend|sofort"
            "|emergency|critical deadline|no time to lose|running out of time|au plus vite"
            "|lo antes posible)",
        ),
        "uses_spreadsheets": phrases(
            "(excel|spread ?sheets?|google sheets?|gsheets?|excel-?(liste|tabelle)n?|tabellenkalkulation"
            "|hojas? de calculo|tableurs?|fogli(o)? (di calcolo|excel)|planilhas?|xls|csv"
            " files?|paper (lists?|forms?|calendar)|white ?boards?|pen and paper|sticky notes"
            "|post-?its)",
        ),
        "integration_question": phrases(
            "integrat(e|es|ion|ions|ing|ed)",
            "(api|webhooks?|zapier|sso|saml|connectors?|plug-?ins?|sync(s|ed)?|schnittstellen?"
            "|integracion(es)?|integrazion[ei]|integracao)",
            "(connect|work|works|sync|play nice|compatible|talk)( \\w{1,8}){0,2} (with|to)"
            " (our|my|the|existing|other|salesforce|hubspot|sap|outlook|google|slack|teams"
            "|office|microsoft|\\w{3,14} (crm|erp|calendar))",
        ),
        "security_question": phrases(
            "(gdpr|dsgvo|rgpd|soc ?2|soc ?ii|iso ?27001|hipaa|pci|compliance|compliant|encrypt\\w{0,5}"
            "|security|secure|penetration test|pen-?test|dpa|data (protection|residency|privacy"
            "|processing|location|cent(er|re)s?)|(data|hosted|servers?|stored?) (in|within"
            "|inside) (the )?(eu|europe|european union|germany|us|usa|uk|cloud)|store (\\w{1,8}"
            " )?data|where (is|are|do you)( \\w{1,8}){0,3} (data"
            "|hosted|stored)|privacy|audit logs?|on-?prem(ise|ises)?|self-?host\\w{0,4}|datenschutz"
            "|2fa|mfa|backups?|uptime|sla)",
        ),
        "price_concern": phrases(
            "(too |very |quite |so |bit |kinda |little |pretty )?(expensive|pricey|steep|costly|overpriced)",
            "(can't|cannot|couldn't) (\\w{1,8} )?(afford|justify)",
            "(out of|over|above|beyond|not in|outside) (of )?(our|my|the) (budget|price range)",
            "(a lot|lots|too much|big|huge|high|quite (a )?bit)( of)? (money|upfront|up front"
            "|per month|a month|for us|cost|costs|investment|price)",
            "(tight|limited|small|shoestring|strict|thin|low) (on )?(budget|money|resources)",
            "budgets? (is|are|'s)( \\w{1,8}){0,2} (tight|limited|small|thin|stretched|strict|low)",
            "zu teuer|trop cher|demasiado caro|muy caro|troppo caro|te duur|muito caro",
        ),
        "asked_trial": phrases(
            "(free |a |your |trial |test )(trial|pilot|poc|proof of concept|sandbox|test account|test drive)",
            "(try|test) (it|this|opener)( out)?( first| before| for free)?",
            "kostenlos testen",
            "essai gratuit",
            "prueba gratis|prueba gratuita",
            "prova gratuita",
            "proefperiode",
        ),
        "asked_references": phrases(
            "(case stud(y|ies)|references?( customers?)?|customer stories|success stories|testimonials?|reviews)",
            "(who|which (companies|customers)) (else )?(uses|use|is using|are using|works with)",
        ),
        "evaluating_now": phrases(
            "(this (month|quarter|week)|right now|now|these weeks|currently)( \\w{1,10}){0,4}"
            " (evaluat\\w{1,4}|compar\\w{1,4}|choos\\w{1,4}|decid\\w{1,4}|buy\\w{0,3}|select\\w{0,4})",
            "(evaluat\\w{1,4}|compar\\w{1,4}|choos\\w{1,4}|decid\\w{1,4}|select\\w{1,4})("
            " \\w{1,10}){0,4} (this (month|quarter|week)|right now|at the moment)",
        ),
        "implementation_question": phrases(
            "(how long|how (quickly|fast|soon)|how (easy|hard|difficult)|how much time)("
            " \\w{1,10}){0,5} (implement\\w{0,6}|set ?up|onboard\\w{0,3}|migrat\\w{1,4}|install\\w{0,6}"
            "|roll ?out|get started|go live|live|start|running|training|train|learn|switch"
            "|take)",
            "(implementation|onboarding|migration|set-?up|training)( \\w{1,8}){0,3}(?= ?\\?)",
        ),
    }
)
_NAMES_A_TOOL = "named_competitor_tool"
_QUESTIONS_ONLY = frozenset({"integration_question", "security_question", "implementation_question"})
_FROM_ACTS: Mapping[Act, str] = MappingProxyType(
    {
        Act.ASKS_PRICE: "asked_price",
        Act.ASKS_DEMO: "asked_demo",
        Act.ASKS_HUMAN: "asked_human",
        Act.DISCOUNT_DEMAND: "asked_discount",
        Act.STUDENT: "student_project",
        Act.JOB_SEEKER: "job_search",
        Act.VENDOR_PITCH: "vendor_pitch",
        Act.COMPETITOR: "competitor",
        Act.SUPPORT_REQUEST: "support_request",
        Act.NOT_INTERESTED: "not_interested",
        Act.NOT_NOW: "not_now",
    }
)
_NOTHING_FOR_SALE = frozenset({Act.STUDENT, Act.JOB_SEEKER, Act.VENDOR_PITCH, Act.COMPETITOR, Act.SUPPORT_REQUEST})

SIGNAL_NAMES = frozenset(_WORDS) | frozenset(_FROM_ACTS.values())


def signals_in(parts: list[Clause], acts_of: Mapping[Act, Clause]) -> tuple[HeardSignal, ...]:
    """Signals in clauses, each once. `acts_of` gives, for each act heard, the clause that performs it.

    Who is not buying (student, applicant, seller, competitor, customer in trouble) gives no buying signal.
    """
    found: dict[str, HeardSignal] = {}
    for act, clause in acts_of.items():
        if name := _FROM_ACTS.get(act):
            found.setdefault(name, _signal(name, clause))
    if _NOTHING_FOR_SALE & set(acts_of):
        return tuple(s for s in found.values() if s.name in {_FROM_ACTS[a] for a in _NOTHING_FOR_SALE})
    for clause in parts:
        for name, pattern in _WORDS.items():
            if name not in found and _says(name, pattern, clause):
                found[name] = _signal(name, clause)
    return tuple(found.values())


def _says(name: str, pattern: re.Pattern[str], clause: Clause) -> bool:
    if name in _QUESTIONS_ONLY and not clause.asks:
        return False
    match = pattern.search(clause.plain)
    if match and name == _NAMES_A_TOOL:  # "switching from Acme": only what is written like a name
        last = clause.message.own[clause.start : clause.start + match.end()].split()[-1]
        return last[:1].isupper()
    return match is not None


def _signal(name: str, clause: Clause) -> HeardSignal:
    return HeardSignal(name, clause.quote()[:300].strip(), clause.message.index)
