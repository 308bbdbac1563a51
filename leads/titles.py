"""The words of job titles, in English, German, French, Spanish, Italian, Portuguese, Dutch and Polish.

Patterns are matched against small letters without accents, in which a bar divides two roles of one person (see
`leads/seniority.py`). A word list is closed at both ends by blanks or the title's ends.
"""

import re


def _any(text: str) -> str:
    """A pattern of alternatives, one a line."""
    return r"(?<!\w)(?:" + "|".join(line.strip() for line in text.strip().splitlines()) + r")(?!\w)"


LEARNERS = _any(
    r"""
    intern|interns|internship|trainee|apprentice|student|undergraduate|working student
    werkstudent(?:in)?|praktikant(?:in)?|praktikum|azubi|auszubildender?|student(?:in)?|studierender?|volontar(?:in)?
    stagiaire|alternante?|apprentie?|etudiante?|becari[oa]|practicante|estudiante|aprendiz|stagista|tirocinante
    studente|studentessa|estagiari[oa]|estudante|stagiair[e]?|stazyst(?:a|ka)|praktykant(?:ka)?|summer analyst
    """
)
"""Somebody who still learns, whatever else the title says."""

_OF_RANK = (
    r"(?:the |our |a |der |dem |des |die |den |du |de la |de |del |della |al |alla |do |da |van de |"
    r"(?:group|regional|global|senior|managing|general|executive|vice|chief|deputy) )*"
)
HELPERS = (
    r"(?<!\w)(?:(?:executive |personal |senior )?(?:assistant|assistants|secretary|aide|adviser|advisor|pa|ea|office|"
    r"consultant|deputy secretary|chief of staff|reporting|counsel)(?: manager)? (?:to|for|of) .*"
    r"|(?:assistenz|assistent(?:in)?|sekretar(?:in)?|referent(?:in)?|mitarbeiter(?:in)?) (?:der|des|von|fur|bei) .*"
    r"|(?:vorstands|geschaftsfuhrungs|direktions|teamleitungs)\s?(?:assistent(?:in)?|assistenz|sekretar(?:in)?|"
    r"sekretariat|referent(?:in)?)"
    r"|(?:assistante?|secretaire|adjointe?) (?:de direction|du|de la|a la|au|de) .*|assistante? de direction"
    r"|(?:asistente|secretari[oa]) (?:de|del|a) .*|assistente (?:alla|al|del|della|de|da|do) .*"
    r"|(?:directie|management) ?(?:assistente?|secretaresse)|asystent(?:ka)? .*"
    r"|(?:executive|management|director|board) (?:assistant|secretary|support)"
    r"|" + _OF_RANK + r"(?:office of the) .*)(?!\w)"
)
"""Somebody who works for a person of rank; what follows is the other one's title."""

VOID = _any(
    r"""
    lead generation|leads?gen|lead gen|lead management|lead nurturing|vice chancellor|vice principal
    head ?hunter|headhunter|head of state|masthead|leads? (?:qualification|scoring)|executive producer
    account director of record|director ?y|board of education|board certified|manager tool
    (?:customer|client|user|member|business) relationship management|advisory board|board of advis[eo]rs?
    direct(?:or)? mail|on board(?:ing)?|onboarding|chief of staff|chief of police
    (?:principal|senior|staff) [\w ]{0,20}group leader|(?:chief|deputy|general|regulatory) [\w ]{0,15}counsel
    president ?s? (?:office|club)|office of the president|vice dean|scrum master|product owner|process owner|home owner
    """
)
"""Words that look like a rank and are none."""

SETTLED = _any(
    r"""
    ceos?|co ?ceo|chief executive|(?:chief )?executive chair(?:man|woman|person)?|c suite
    (?:co ?)?found(?:er|ress|ers)|co ?founder|founding partner|founding ceo
    (?:business |company |co |managing |store |shop |restaurant )?owners?|proprietor|self ?employed
    chair(?:man|woman|person)|board members?|members? of (?:the )?(?:\w+ )?(?:board|vorstand)(?: of directors)?
    (?:non executive |independent )?board director|board of direct[a-z]+|executive board
    (?:mit)?(?:be)?grunder(?:in)?|(?:mit)?inhaber(?:in)?|geschaftsfuhr(?:er|erin|ung)|geschaftsfuhrende[rs]?(?: \w+)?
    vorstands?|vorstandin|vorstandsmitglied|vorstandsvorsitzender?|aufsichtsrat(?:smitglied)?|einzelunternehmer(?:in)?
    pdg|president(?:e)? directeur general|presidente? directrice generale|direct(?:eur|rice) general(?:e)?|dg
    gerante?|(?:co ?)?fondat(?:eur|rice)|proprietaire|dirigeante?|associe gerant
    (?:co ?)?fundador(?:a)?|director(?:a)? general|direttor(?:e|a) generale|diretor(?:a)? geral|gerente general
    consejer[oa] delegad[oa]|duen[oa]|propietari[oa]|administrador(?:a)? (?:unico|unica|delegado|general)
    amministrat(?:ore|rice)(?: delegat[oa]| unic[oa])?|(?:co ?)?fondat(?:ore|rice)|titolare|proprietari[oa]|socio unico
    soci[oa] gerente|soci[oa] (?:director|fundador)(?:a)?|algemeen directeur|(?:mede ?)?oprichter|eigenaar|bestuurder
    dga|bestuursvoorzitter|prezes(?: zarzadu)?|wlasciciel(?:ka)?|zalozyciel(?:ka)?|wspolzalozyciel|czlonek zarzadu
    """
)
"""Ranks that stand wherever they are said."""

_CHIEF = r"(?:c\wo|ciso|chro|cpto)"

RANKS = {
    "c_level": _any(
        rf"""
        (?:group |deputy |global )?chief(?: [\w]+){{0,4}} officer|chief|{_CHIEF}
        (?<!vice )(?<!vp )president(?! of| \||[ \|]+(?:national|regional|division))|prasident(?:in)?|presidente
        managing partner|general partner|senior managing partner
        leiter(?:in)? der geschaftsfuhrung|kaufmannische[rs]? geschaftsleit(?:er|ung)|geschaftsleit(?:er|erin|ung)
        directie ?lid|secretaire general|segretario generale|secretari[oa] general
        """
    ),
    "vp": _any(
        r"""
        (?:[easg]{0,2}|fs|jr|sr)\.?vps?(?: of)?|(?:executive |senior |assistant |associate |group |first |deputy )*vice ?presidents?
        vicepresidente?|vice ?prasident(?:in)?|vice ?presidente?|vicepresident(?:e|a)|wiceprezes
        """
    ),
    "director": _any(
        r"""
        (?:managing |executive |associate |senior |sr |assistant |deputy )*directors?|dir
        (?:group |global |regional |associate |deputy )*heads?|president(?= of| \||[ \|]+(?:national|regional|division))
        (?:\w+)?direktor(?:in)?|(?:bereichs|abteilungs|haupt ?abteilungs|ressort|werks|betriebs|vertriebs|personal|\w{4,}(?:s|ungs))leit(?:er|erin|ung)
        (?:gesamt|haupt)?leit(?:er|erin|ung)|prokurist(?:in)?|chefarzt|chefarztin|amtsleit(?:er|erin|ung)
        direct(?:eur|rice)s?|directeur adjoint|responsable (?:du |de la )?departement
        director(?:a)|directores|jef[ea] de departamento|subdirector(?:a)?
        dirett(?:ore|rice)|dirigente|diretor(?:a)?|directrice|hoofd|afdelingshoofd|dyrektor(?:ka)?|kierownik dzialu
        board of advis[eo]rs? members?|trustee
        """
    ),
    "manager": _any(
        r"""
        (?:\w+)?managers?|mgr|(?:\w+ )?supervisor|foreman|team ?lead(?:er)?s?|(?:tech|group|project|squad|section|unit|shift|site|practice|product|team) leaders?
        leads?|leader|superintendent|coordinating manager
        (?:team|gruppen|projekt|filial|standort|schicht|produkt|markt|laden|kuchen|markt)leit(?:er|erin|ung)|meister|vorarbeiter
        chef(?:fe)? d[eu](?: la)? (?:projets?|produits?|service|equipe|departement|atelier|secteur|chantier)|responsable|chef d equipe|chef(?:fe)? dequipe
        gerente|jef[ea]|encargad[oa]|coordinador(?:a)?|supervisor(?:a)?|lider|responsabile|capo ?(?:progetto|reparto|area|turno)?
        coordenador(?:a)?|chefe|encarregad[oa]|teamleider|projectleider|bedrijfsleider|leidinggevende|kierownik|kierowniczka|menedzer
        """
    ),
}
"""Ranks by their words; the first one in a title counts."""

DEPARTMENTS = {
    "sales": _any(
        r"""
        sales\w*|business development|account (?:manager|executive|management|director)\w*|key account\w*|cso|cro
        chief (?:revenues?|sales|commercial) officer|commercial|vertrieb\w*|verkauf\w*|aussendienst|ventas|ventes|commerciale?|comercial
        vendite|vendas|verkoop|sprzedaz\w*|partnerships?|bdm|bdr|sdr|revenue|presales
        """
    ),
    "marketing": _any(
        r"""
        market\w*|brand\w*|communications?|social media|seo|sem|content|growth|pr|public relations|demand generation|cmo|advertising
        kommunikation|werbung|publicite|mercadeo|mercadotecnia|pubblicita|comunicazione|comunicacion|digital acquisitions?|media|editor\w*
        """
    ),
    "engineering": _any(
        r"""
        engineer\w*|development engineer|software\w*|developer\w*|programmer\w*|architect|architecture|devops|r&d|r d|r \| d|cto|qa|frontend|backend|full ?stack|web|android|ios
        technical|technology|technologies|tech|entwickl\w*|ingenieur\w*|technik\w*|technisch\w*|technique|developpeu\w*|ingenier\w*|ingegner\w*|sviluppat\w*|desarrollad\w*|ontwikkel\w*|programist\w*|algorithm|construction|test
        """
    ),
    "it": _any(
        r"""
        it|i t|cio|ciso|information (?:technology|systems|security)|systems? admin\w*|sysadmin|infrastructure|network\w*|cyber\w*|security|cloud|database|data(?: \w+)?|bi|edv|informatik\w*|informatique|informatica|systemes|datenschutz|it leiter
        analytics|machine learning|ai|salesforce
        """
    ),
    "product": _any(r"product|products|cpo|ux|ui|design\w*|produkt\w*|produit\w*|producto|prodotto|produto|diseno"),
    "operations": _any(
        r"""
        operations?|operating|coo|logistics?|supply chain|production|manufacturing|plant|warehouse|quality|facilit\w+|maintenance|fleet|betrieb\w*|produktion\w*|logistik\w*|werk\w*|lager\w*|fertigung\w*|qualitat\w*
        exploitation|logistique|usine|qualite|operaciones|logistica|produccion|planta|operazioni|produzione|operacoes|producao|productie|operacyjn\w*|project|projects|projekt\w*|programs?|planning|safety|transportation
        """
    ),
    "procurement": _any(
        r"procurement|purchas\w*|buyer|sourcing|category|einkauf\w*|beschaffung\w*|achats?|acheteu\w*|compras|comprador\w*|acquisti|inkoop\w*|zakup\w*|merchandising"
    ),
    "finance": _any(
        r"""
        financ\w*|cfo|account(?:ing|ant|ants)|controller\w*|controlling|treasur\w*|audit\w*|tax|bookkeep\w*|invest\w*|bank\w*|capital markets|insurance|risk|fund|credit|collateral|economist|trading|actuar\w*
        buchhalt\w*|steuer\w*|kaufmannisch\w*|comptab\w*|finanz\w*|contab\w*|contador\w*|finanzas|amministrazione|ragioniere|financeir\w*|boekhoud\w*|ksiegow\w*|finans\w*
        """
    ),
    "hr": _any(
        r"hr|human (?:resources?|capital)|people(?: \| culture)?|chro|recruit\w*|talent|training|headhunter|head ?hunter|personal(?:leit\w*|referent\w*|wesen|abteilung)?|personnel|rh|ressources humaines|recursos humanos|risorse umane|rrhh|kadr\w*|personeelszaken"
    ),
    "legal": _any(
        r"legal|lawyer|attorney|counsel|law|compliance|clo|paralegal|patents?|regulatory|recht\w*|jurist\w*|syndikus|anwalt\w*|juridique|avocate?|legales|abogad\w*|legale|avvocat\w*|juridic\w*|advogad\w*|prawn\w*|privacy|policy"
    ),
    "support": _any(
        r"support|customer (?:service|success|care|experience)|helpdesk|help desk|service desk|client services?|kundenservice|kundendienst|kundenbetreu\w*|service ?clients?|atencion al cliente|assistenza clienti|klantenservice"
    ),
    "research": _any(
        r"research\w*|scien\w*|laborator\w*|lab|postdoc\w*|post doctoral|forsch\w*|wissenschaft\w*|recherche|chercheu\w*|investigacion|investigador\w*|ricerca\w*|onderzoek\w*|fellow"
    ),
    "education": _any(
        r"professor\w*|teacher|lecturer|dean|chancellor|rector|school|lehrer\w*|dozent\w*|schulleit\w*|enseignante?|professeur\w*|profesor\w*|docente|insegnante|universit\w*|tutor|learning|education\w*"
    ),
    "medical": _any(
        r"medical|medicine|clinic\w*|physician|doctor|nurse|nursing|pharma\w*|health\w*|dentist\w*|surgeon|hospital|arzt|arztin|pfleg\w*|medecin|infirmi\w*|medic\w*|enfermer\w*|epidemiolog\w*|therap\w*|cmo medical|klinik\w*"
    ),
}
"""Departments by their words."""

PATTERNS = (LEARNERS, HELPERS, VOID, SETTLED, *RANKS.values(), *DEPARTMENTS.values())
for _pattern in PATTERNS:  # a pattern that cannot be compiled fails at import, not at the first title
    re.compile(_pattern)
