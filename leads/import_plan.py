"""How a table is to be read as leads: which column is what, and what holds for every row.

A mapping is plain data, from a YAML file or JSON. What it does not say is found by the columns' names, in several
languages, and where no name tells the address, by the look of the values (domain.md §6).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from types import MappingProxyType
from unicodedata import combining, normalize

PLAIN_TARGETS = (
    "email phone name first_name last_name title company country language external_id lead_id source campaign context "
    "created_at occurred_at outcome reason_code stage closed_at do_not_email consent.marketing consent_at consent_text "
    "company.domain company.industry company.employees company.size_band company.country company.region "
    "company.revenue_band company.account_type ignore"
).split()
"""What a column can be, besides `fields.NAME` and `utm.NAME`."""

_FREE = re.compile(r"(fields|utm)\.([\w .:/-]{1,80})")

ALIASES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "email": tuple(
            "email|e mail|email address|e mail address|work email|business email|your email|mail|mail address|"
            "e mail adresse|emailadresse|adresse e mail|adresse email|courriel|correo|correo electronico|"
            "indirizzo email|posta elettronica|e mailadres|adres email|person email|contact email".split("|")
        ),
        "phone": tuple(
            "phone|phone number|telephone|tel|mobile|mobile phone|cell|work phone|telefon|telefonnummer|handy|mobil|"
            "telephone portable|telefono|movil|telefone|celular|telefoon|telefoonnummer|your phone".split("|")
        ),
        "name": tuple(
            "name|full name|contact name|contact|your name|person|person name|ansprechpartner|nom complet|"
            "nombre completo|nome completo|volledige naam|imie i nazwisko".split("|")
        ),
        "first_name": tuple(
            "first name|firstname|given name|forename|vorname|prenom|nombre|primer nombre|nome|voornaam|imie".split("|")
        ),
        "last_name": tuple(
            "last name|lastname|surname|family name|nachname|familienname|nom|nom de famille|apellido|apellidos|"
            "cognome|sobrenome|apelido|achternaam|nazwisko".split("|")
        ),
        "title": tuple(
            "title|job title|position|job|role|jobtitle|job position|funktion|stelle|berufsbezeichnung|fonction|poste|"
            "cargo|puesto|ruolo|qualifica|functie|functietitel|stanowisko|person title".split("|")
        ),
        "company": tuple(
            "company|company name|organisation|organization|account|account name|employer|business|firma|unternehmen|"
            "firmenname|societe|entreprise|raison sociale|empresa|compania|azienda|societa|bedrijf|bedrijfsnaam".split(
                "|"
            )
        ),
        "company.domain": ("domain", "company domain", "website", "web site", "url", "company website", "homepage"),
        "company.industry": ("industry", "sector", "branche", "secteur", "industria", "settore", "company industry"),
        "company.employees": (
            "employees",
            "number of employees",
            "employee count",
            "headcount",
            "staff",
            "mitarbeiter",
            "mitarbeiterzahl",
            "effectif",
            "empleados",
            "dipendenti",
            "company employees",
        ),
        "company.size_band": ("company size", "size", "size band", "unternehmensgrosse", "company size band"),
        "company.country": ("company country",),
        "company.region": ("company region",),
        "company.revenue_band": ("revenue band", "annual revenue", "revenue", "umsatz", "company revenue band"),
        "company.account_type": ("account type", "company account type"),
        "country": ("country", "land", "pays", "pais", "paese", "kraj", "person country"),
        "language": ("language", "sprache", "langue", "idioma", "lingua", "taal", "locale", "person language"),
        "external_id": ("external id", "record id", "contact id", "prospect id", "crm id"),
        "lead_id": ("lead id",),
        "source": ("source", "lead source", "quelle", "origine", "origen", "utm source"),
        "campaign": ("campaign", "kampagne", "campagne", "campana", "utm campaign"),
        "context": ("context",),
        "created_at": ("created at", "created", "create date", "created date", "date created", "angelegt am"),
        "occurred_at": ("occurred at", "registered at", "registration date", "registration time", "submitted at"),
        "closed_at": ("closed at", "close date", "closed date", "converted at"),
        "outcome": ("outcome",),
        "reason_code": ("reason code",),
        "stage": ("stage", "lifecycle stage"),
        "do_not_email": ("do not email", "do not mail", "opt out", "opted out", "unsubscribed", "email opt out"),
        "consent.marketing": ("consent marketing", "marketing consent", "opt in", "newsletter consent"),
        "consent_at": ("consent at", "consent date", "opt in date", "opt in time", "consent timestamp"),
        "consent_text": ("consent text", "consent text version", "opt in text", "consent wording"),
    }
)
"""The names under which people have a column. Accents, case and signs do not matter."""

_BY_ALIAS = {alias: target for target, aliases in ALIASES.items() for alias in aliases}
_FIGURES = frozenset({"status", "owner", "score", "grade", "updated at"})
"""Columns of our own export that are worked out here and never brought in."""
BLANKS = frozenset({"", "-", "--", "n/a", "na", "null", "none", "nil", "#n/a"})
"""Ways to write that nothing is known."""


class DateOrder(StrEnum):
    """How dates with slashes are meant."""

    DMY = "dmy"
    MDY = "mdy"


class BadMapping(ValueError):
    """A mapping that cannot be used: where in it, and what is allowed."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a column is; `values` replaces what stands in it (compared without case)."""

    name: str
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """A mapping. `event` is the activity each row stands for; `keep_others` keeps unnamed columns as fields."""

    columns: Mapping[str, Target] = field(default_factory=lambda: MappingProxyType({}))
    source: str | None = None
    campaign: str | None = None
    context: str | None = None
    event: str | None = None
    blanks: frozenset[str] = BLANKS
    keep_others: bool = True
    dates: DateOrder | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file and what it is taken for; None when it is left out."""

    header: str
    target: Target | None


def read_plan(raw: object) -> ImportPlan:
    """Read a mapping from plain data. Raises BadMapping."""
    if not isinstance(raw, Mapping):
        raise BadMapping("A mapping is an object with `columns` and, if you like, source, context, campaign, dates.")
    known = {"columns", "source", "campaign", "context", "event", "blank", "others", "dates"}
    if strange := [str(key) for key in raw if key not in known]:
        raise BadMapping(f"{strange[0][:60]} is not known here; allowed: {', '.join(sorted(known))}.")
    columns = raw.get("columns", {})
    if not isinstance(columns, Mapping):
        raise BadMapping("columns: a list of `Column: field` is needed.")
    return ImportPlan(
        columns=MappingProxyType({str(name): _target(str(name), value) for name, value in columns.items()}),
        source=_line(raw, "source", 80),
        campaign=_line(raw, "campaign", 120),
        context=_line(raw, "context", 40),
        event=_line(raw, "event", 80),
        blanks=BLANKS | _blanks(raw.get("blank", [])),
        keep_others=_others(raw.get("others", "keep")),
        dates=_dates(raw.get("dates")),
    )


def target_named(name: str, *, of: str = "") -> Target:
    """What a field's name means. Raises BadMapping."""
    wanted = name.strip()
    if wanted in PLAIN_TARGETS or _FREE.fullmatch(wanted):
        return Target(wanted)
    near = get_close_matches(wanted, PLAIN_TARGETS, 1)
    hint = f" Did you mean {near[0]}?" if near else f" Use one of: {', '.join(PLAIN_TARGETS)}, fields.NAME, utm.NAME."
    raise BadMapping(f"{of + ': ' if of else ''}{wanted[:60] or '(nothing)'} is not a field.{hint}")


def _target(column: str, raw: object) -> Target:
    if isinstance(raw, str):
        return target_named(raw, of=column)
    if not isinstance(raw, Mapping) or not isinstance(raw.get("to"), str) or set(raw) - {"to", "values"}:
        raise BadMapping(f"{column}: name a field, or write {{to: FIELD, values: {{Yes: no}}}}.")
    values = raw.get("values", {})
    if not isinstance(values, Mapping):
        raise BadMapping(f"{column}: values is a list of `what stands there: what it means`.")
    read = {_said(key).casefold(): _said(value) for key, value in values.items()}
    return Target(target_named(str(raw["to"]), of=column).name, MappingProxyType(read))


def _said(value: object) -> str:
    """YAML makes true of yes, and 1 of 1; both are texts in a table."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value).strip()


def _line(raw: Mapping[object, object], key: str, most: int) -> str | None:
    value = raw.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip() or len(value) > most:
        raise BadMapping(f"{key}: a text of at most {most} characters is needed.")
    return " ".join(value.split())


def _blanks(raw: object) -> frozenset[str]:
    if not isinstance(raw, list):
        raise BadMapping("blank: a list of texts that mean `nothing` is needed.")
    return frozenset(_said(value).casefold() for value in raw)


def _others(raw: object) -> bool:
    if raw not in {"keep", "drop"}:
        raise BadMapping("others: keep (as fields) or drop.")
    return raw == "keep"


def _dates(raw: object) -> DateOrder | None:
    if raw is None:
        return None
    if raw not in set(DateOrder):
        raise BadMapping("dates: dmy (31/12/2026) or mdy (12/31/2026).")
    return DateOrder(str(raw))


def columns_of(plan: ImportPlan, header: Sequence[str], sample: Sequence[Sequence[str]]) -> tuple[Column, ...]:
    """What each column of a file is: as the mapping says, else by its name, else an address by its look, else a field.

    Raises BadMapping for a column that the file does not have, and when no column tells who somebody is.
    """
    said = {plain(name): target for name, target in plan.columns.items()}
    if missing := [name for name in plan.columns if plain(name) not in {plain(h) for h in header}]:
        raise BadMapping(f"The file has no column {missing[0]!r}. It has: {', '.join(header)[:600]}.")
    taken = {target.name for target in said.values()}
    found: list[Column] = []
    ours = any(plain(name) == "lead id" for name in header)
    for name in header:
        left_out = Target("ignore") if ours and plain(name) in _FIGURES else None
        target = said.get(plain(name)) or left_out or _guessed(name, taken)
        if target is not None:
            taken.add(target.name)
        found.append(Column(name, target))
    if "email" not in taken:
        found = _with_address(found, sample)
    columns = tuple(c if c.target else Column(c.header, _other(plan, c.header)) for c in found)
    if not {c.target.name for c in columns if c.target} & {"email", "phone", "external_id"}:
        raise BadMapping(
            "No column holds an e-mail address, a phone number or an id of your system. Name one: Column=email."
        )
    return columns


def _guessed(header: str, taken: set[str]) -> Target | None:
    name = header.strip()
    if _FREE.fullmatch(name) or (name in PLAIN_TARGETS and name != "ignore"):
        return Target(name) if name not in taken else None
    target = _BY_ALIAS.get(plain(header))
    return Target(target) if target and target not in taken else None


def _with_address(columns: Sequence[Column], sample: Sequence[Sequence[str]]) -> list[Column]:
    """The first column nearly all of whose values look like addresses is the address."""
    for n, column in enumerate(columns):
        values = [row[n].strip() for row in sample if n < len(row) and row[n].strip()]
        looks = sum(1 for value in values if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value))
        if column.target is None and values and looks >= 0.8 * len(values):
            return [*columns[:n], Column(column.header, Target("email")), *columns[n + 1 :]]
    return list(columns)


def _other(plan: ImportPlan, header: str) -> Target | None:
    if not plan.keep_others:
        return None
    slug = re.sub(r"\W+", "_", plain(header)).strip("_")[:80]
    return Target(f"fields.{slug}") if slug else None


def plain(header: str) -> str:
    """A column's name as names are compared: small letters and digits of any script, without accents and signs."""
    folded = "".join(c for c in normalize("NFKD", header.replace("ß", "ss")) if not combining(c)).casefold()
    return " ".join(re.sub(r"[^\w]+|_", " ", folded).split())
