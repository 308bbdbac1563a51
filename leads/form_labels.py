"""What forms call things: the labels of each named place in seven languages, and names that are a form's own plumbing.

Keys are folded: lower case, accents removed, words joined by single blanks (`folded`).
"""

import re
import unicodedata

_GAP = re.compile(r"[\W_]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PREFIXES = tuple(f"{word} " for word in "your|ihre|ihr|deine|votre|su|tu|uw|je|seu|sua|il tuo|la tua".split("|"))
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l"})

MOST_LABEL = 80
"""A label longer than this is a question and names nothing."""


def folded(label: str) -> str:
    """The label as it is compared: "Your E-Mail *" and "your_email" are both "e mail", "yourEmail" too."""
    humps = _HUMP.sub(" ", label[:400]).casefold().translate(_LETTERS)
    plain = "".join(c for c in unicodedata.normalize("NFKD", humps) if not unicodedata.combining(c))
    words = _GAP.sub(" ", plain).strip()
    for prefix in _PREFIXES:
        if words.startswith(prefix) and len(words) > len(prefix):
            words = words.removeprefix(prefix)
            break
    return re.sub(r"^(email|tel|phone|name) \d+$", r"\1", words)


def _table(**places: str) -> dict[str, str]:
    return {label.strip(): place for place, labels in places.items() for label in labels.split("|")}


LABELS = _table(
    email=(
        "email|e mail|mail|email address|e mail address|work email|business email|company email|work e mail|"
        "email adresse|e mail adresse|mailadresse|emailadresse|geschaftliche e mail|adresse e mail|adresse email|"
        "courriel|adresse mail|adresse electronique|email professionnel|correo|correo electronico|direccion de correo|"
        "direccion de email|direccion de correo electronico|indirizzo email|indirizzo e mail|posta elettronica|"
        "e mailadres|emailadres|mailadres|endereco de e mail|endereco de email|correio eletronico|e mail de trabalho|"
        "contact email|email of contact person|user email|email id"
    ),
    phone=(
        "phone|phone number|telephone|tel|mobile|mobile number|mobile phone|cell|cell phone|work phone|"
        "telephone number|"
        "contact number|telefon|telefonnummer|handy|handynummer|mobil|mobilnummer|rufnummer|ruckrufnummer|"
        "telephone portable|portable|numero de telephone|telefono|numero de telefono|movil|celular|telefono movil|"
        "numero di telefono|cellulare|telefoonnummer|telefoon|mobiel|mobiele nummer|telefone|telemovel|"
        "numero de telefone|whatsapp"
    ),
    name=(
        "name|full name|contact name|contact|person|vor und nachname|vollstandiger name|ansprechpartner|nom complet|"
        "nom et prenom|prenom et nom|nombre completo|nombre y apellidos|nombre y apellido|nome completo|nome e cognome|"
        "volledige naam|naam|voor en achternaam|nombre|nome|fullname|names|nom prenom"
    ),
    first_name=(
        "first name|firstname|given name|fname|first|vorname|prenom|primer nombre|nome proprio|voornaam|primeiro nome"
    ),
    last_name=(
        "last name|lastname|surname|family name|lname|last|nachname|familienname|zuname|nom|nom de famille|apellido|"
        "apellidos|cognome|achternaam|sobrenome|apelido"
    ),
    company=(
        "company|company name|organisation|organization|organisation name|organization name|business|business name|"
        "employer|account name|firma|firmenname|unternehmen|unternehmensname|betrieb|entreprise|societe|"
        "nom de l entreprise|raison sociale|empresa|nombre de la empresa|compania|azienda|nome azienda|"
        "ragione sociale|societa|bedrijf|bedrijfsnaam|organisatie|nome da empresa|nome de empresa|"
        "name of company|name of partnership company"
    ),
    title=(
        "title|job title|jobtitle|position|role|job role|function|berufsbezeichnung|funktion|rolle|stelle|poste|"
        "fonction|intitule du poste|cargo|puesto|puesto de trabajo|ruolo|posizione|qualifica|functie|functietitel|"
        "funcao"
    ),
    message=(
        "message|comments|comment|question|questions|inquiry|enquiry|how can we help|how can we help you|details|"
        "description|project description|nachricht|kommentar|anfrage|frage|mitteilung|bemerkung|ihre nachricht|"
        "commentaire|demande|mensaje|comentario|comentarios|consulta|pregunta|messaggio|commento|richiesta|"
        "bericht|opmerking|vraag|mensagem|comentarios e perguntas|duvida|what do you need|tell us more"
    ),
    country="country|land|pays|pais|paese|country region|nazione",
    language="language|sprache|langue|idioma|lingua|taal|preferred language",
)
"""Folded label → named place."""

PAGES = frozenset(
    {"page", "page url", "source url", "landing page", "url de la page", "seite", "embed url", "post url"}
)
REFERRERS = frozenset({"referrer", "referer", "http referer", "referring page"})
ADDRESSES = frozenset({"ip", "remote ip", "ip address", "user ip"})
HONEYPOTS = frozenset(
    {
        "honeypot",
        "honey pot",
        "hp",
        "hp email",
        "gotcha",
        "bot field",
        "botfield",
        "website hp",
        "leave blank",
        "leave this blank",
        "leave this field blank",
        "winnie",
        "contact me by fax only",
        "dont fill this out",
    }
)
"""Fields that forms hide from people to catch programs."""

PLUMBING = re.compile(
    r"g recaptcha response|h captcha response|cf turnstile response|(re)?captcha.*|turnstile.*|(wp)? ?nonce|csrf.*|"
    r"authenticity token|xsrf token|form build id|form token|submit|form nonce|ak (js|hp).*|"
    r"(old |new |confirm |repeat )?(password|passwort|kennwort|mot de passe|contrasena|wachtwoord|senha)"
    r"( confirm(ation)?)?|"
    r"card number|credit card.*|kreditkarte.*|cvc|cvv|security code"
)
"""Fields of the machinery, and what must never be kept (passwords, cards): not answers of a person."""

STARTERS = re.compile(
    r"^(hi |hello |great |thanks |and |so |ok )*"
    r"(what s|what is|whats|(may|can|could) we have|(please )?(enter|give us|tell us)|wie lautet|wie ist|was ist|"
    r"bitte (geben sie|nennen sie uns)|quel(le)? est|cual es|qual e|wat is)"
    r"( the| a| an| your| ihre?| deine?| votre| ta| ton| tu| su| il tuo| la tua| il suo| la sua| seu| sua| uw)* "
)
"""How a question begins that asks for a named thing: "What's your first name?" is the label "first name"."""

NO = frozenset("0 false off no n nein non nee nao unchecked none null declined".split())
"""How a box says that it was left empty; anything else it sends is a tick."""
