"""One row of a table as what it says of a lead: read, or refused with the column and the reason."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from types import MappingProxyType
from typing import TypeVar

from leads.firm import Firm, employees_in
from leads.import_plan import Column, DateOrder, ImportPlan
from leads.sheet import SheetRow, plain_cell
from leads.signal import Property
from leads.stage import Outcome, ReasonCode, Stage, Standing, WorkStatus

YES = frozenset("yes y true 1 ja j oui o si sí sì sim s tak t wahr vrai x on opted in".split()) | {"opted in"}
NO = frozenset("no n false 0 nein non não nao nie falsch faux off".split()) | {"opted out"}
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LONGEST_ANSWER = 4000
_ENDED = {
    Outcome.WON: Stage.CUSTOMER,
    Outcome.CONVERTED: Stage.OPPORTUNITY,
}
_ALLOWED = (Outcome.OPEN, Outcome.CONVERTED, Outcome.WON, Outcome.LOST, Outcome.DISQUALIFIED, Outcome.RECYCLED)
_OUTCOMES = {outcome.value: outcome for outcome in _ALLOWED}
_REASONS = {reason.value: reason for reason in ReasonCode}
_STAGES = {stage.value: stage for stage in Stage}
_OPEN = Standing()


T = TypeVar("T")


class BadRow(ValueError):
    """A row that cannot be used: the column, and the reason for people."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(f"{column}: {reason}" if column else reason)
        self.column = column
        self.reason = reason


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with one row, or worth knowing about it."""

    line: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class RowConsent:
    """A word on marketing in a row. A yes holds only with its proof: when it was given, and to which text."""

    granted: bool
    at: datetime | None
    text: str | None

    @property
    def proved(self) -> bool:
        """Whether it may be kept: a no always, a yes with its proof."""
        return not self.granted or (self.at is not None and bool(self.text))


@dataclass(frozen=True, slots=True)
class ImportRow:
    """What a row says; countries are as written. `key` is made of all of it: the same row of any file has the same."""

    line: int
    key: str
    source: str
    email: str | None = None
    phone: str | None = None
    name: str | None = None
    title: str | None = None
    company: str | None = None
    country: str | None = None
    language: str | None = None
    external_id: str | None = None
    lead_id: str | None = None
    campaign: str | None = None
    context: str | None = None
    created_at: datetime | None = None
    occurred_at: datetime | None = None
    closed_at: datetime | None = None
    standing: Standing = Standing()
    firm: Firm = Firm()
    utm: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    fields: Mapping[str, Property] = field(default_factory=lambda: MappingProxyType({}))
    consent: RowConsent | None = None


def read_row(row: SheetRow, columns: Sequence[Column], plan: ImportPlan, *, source: str, now: datetime) -> ImportRow:
    """Read one row. `source` is where the list comes from when no column says it. Raises BadRow."""
    if row.fault:
        raise BadRow("", row.fault)
    cells = _Cells(row, columns, plan)
    told_source = (cells.line("source", 80) or plan.source or source)[:80]
    return ImportRow(
        line=row.line,
        key=_key(told_source, plan, cells.values),
        source=told_source,
        email=_address(cells.line("email", 400)),
        phone=cells.line("phone", 60),
        name=_name(cells),
        title=cells.line("title", 200),
        company=cells.line("company", 200),
        country=cells.line("country", 80),
        language=_language(cells.line("language", 35)),
        external_id=cells.line("external_id", 200),
        lead_id=cells.line("lead_id", 40),
        campaign=cells.line("campaign", 120) or plan.campaign,
        context=cells.line("context", 40) or plan.context,
        created_at=cells.instant("created_at", now),
        occurred_at=cells.instant("occurred_at", now),
        closed_at=cells.instant("closed_at", now),
        standing=_standing(cells),
        firm=_firm(cells),
        utm=MappingProxyType({name: value[:200] for name, value in cells.free("utm.")}),
        fields=MappingProxyType({name: _answer(value) for name, value in cells.free("fields.")}),
        consent=_consent(cells, now),
    )


class _Cells:
    """The values of one row by what their columns are; blank ones are left out."""

    def __init__(self, row: SheetRow, columns: Sequence[Column], plan: ImportPlan) -> None:
        self.values: dict[str, str] = {}
        self.headers: dict[str, str] = {}
        self._dates = plan.dates
        for column, cell in zip(columns, row.cells, strict=True):
            target = column.target
            if target is None or target.name == "ignore":
                continue
            value = plain_cell(cell.strip())
            if target.values:
                value = target.values.get(value.casefold(), value)
            if value and value.casefold() not in plan.blanks:
                self.values.setdefault(target.name, value)
                self.headers.setdefault(target.name, column.header)

    def line(self, name: str, most: int) -> str | None:
        """A value on one line."""
        value = self.values.get(name)
        return (" ".join(value.split())[:most] or None) if value else None

    def free(self, prefix: str) -> list[tuple[str, str]]:
        """Names and values below `fields.` or `utm.`."""
        found = [(name[len(prefix) :], value) for name, value in self.values.items() if name.startswith(prefix)]
        return found[:200]

    def bad(self, name: str, reason: str) -> BadRow:
        """A fault in the column of a name."""
        return BadRow(self.headers.get(name, name), reason)

    def instant(self, name: str, now: datetime) -> datetime | None:
        """An instant; one in the future is now, as far as a clock may be wrong by a day's zone."""
        value = self.line(name, 60)
        if value is None:
            return None
        at = read_instant(value, self._dates)
        if at is None:
            raise self.bad(name, f"{value!r} is no date we can read for sure; use 2026-12-31, or say `dates: dmy`.")
        if at < EARLIEST or at > now + timedelta(days=1):
            raise self.bad(name, "The date is in the future, or before 1990.")
        return min(at, now)

    def yes(self, name: str) -> bool | None:
        """A yes or a no."""
        value = self.line(name, 40)
        if value is None:
            return None
        if value.casefold() in YES:
            return True
        if value.casefold() in NO:
            return False
        raise self.bad(name, f"{value!r} is neither yes nor no.")


def _key(source: str, plan: ImportPlan, values: Mapping[str, str]) -> str:
    """The same content is the same row: a file that comes again, whole or in part, changes nothing."""
    said = "\x1f".join(f"{name}\x1e{value}" for name, value in sorted(values.items()))
    whole = "\x1d".join((source, plan.campaign or "", plan.context or "", plan.event or "", said))
    return f"import:{sha256(whole.encode('utf-8', 'replace')).hexdigest()[:48]}"


def _address(text: str | None) -> str | None:
    """The address in `Name <a@b>` or `mailto:a@b`; a trailing dot is dropped."""
    if text is None:
        return None
    inner = re.search(r"<([^<>]+@[^<>]+)>", text)
    return (inner[1] if inner else text).strip().removeprefix("mailto:").rstrip(".;,").strip()


def _name(cells: _Cells) -> str | None:
    parts = (cells.line("first_name", 100), cells.line("last_name", 100))
    return cells.line("name", 200) or " ".join(part for part in parts if part) or None


def _language(text: str | None) -> str | None:
    """The two or three letters before any region, as in `de-AT`."""
    found = re.match(r"([A-Za-z]{2,3})(?:[-_][A-Za-z]{2,4})?$", text or "")
    return found[1].lower() if found else None


def _firm(cells: _Cells) -> Firm:
    employees = cells.line("company.employees", 40)
    size = cells.line("company.size_band", 20)
    return Firm(
        domain=_domain(cells.line("company.domain", 253)),
        industry=cells.line("company.industry", 80),
        employees=employees_in(employees) if employees else None,
        size_band=size.replace("–", "-").replace(" ", "") if size else None,
        country=cells.line("company.country", 80),
        region=cells.line("company.region", 80),
        revenue_band=cells.line("company.revenue_band", 40),
        account_type=cells.line("company.account_type", 40),
    )


def _domain(text: str | None) -> str | None:
    """The host of a website's address, without www."""
    found = re.match(r"(?:https?://)?(?:www\.)?([\w.-]+\.\w{2,})(?:[/:?#].*)?$", text or "", re.IGNORECASE)
    return found[1].lower() if found else None


def _standing(cells: _Cells) -> Standing:
    outcome = _choice(cells, "outcome", _OUTCOMES) or Outcome.OPEN
    if outcome is Outcome.OPEN:
        return _OPEN  # an open lead earns its stage here
    reason, stage = _choice(cells, "reason_code", _REASONS), _choice(cells, "stage", _STAGES)
    return Standing(stage or _ENDED.get(outcome, Stage.LEAD), WorkStatus.CLOSED, outcome, reason)


def _choice(cells: _Cells, name: str, allowed: Mapping[str, T]) -> T | None:
    value = cells.line(name, 60)
    if value is None:
        return None
    found = allowed.get(value.casefold().replace(" ", "_"))
    if found is None:
        raise cells.bad(name, f"{value!r} is not known; use one of: {', '.join(allowed)}.")
    return found


def _consent(cells: _Cells, now: datetime) -> RowConsent | None:
    """A no is heard wherever it is said; a yes needs its proof to be kept."""
    if cells.yes("do_not_email"):
        return RowConsent(False, now, None)
    said = cells.yes("consent.marketing")
    if said is None:
        return None
    return RowConsent(said, cells.instant("consent_at", now), cells.line("consent_text", 40))


def _answer(text: str) -> Property:
    """A number where it is one; what has a leading zero or a plus is a code and stays a text."""
    if re.fullmatch(r"-?(?:0|[1-9]\d{0,14})", text):
        return int(text)
    if re.fullmatch(r"-?(?:0|[1-9]\d{0,11})\.\d{1,10}", text):
        return float(text)
    return text[:LONGEST_ANSWER]


_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMERIC = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?:[ ,T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")


def read_instant(text: str, order: DateOrder | None = None) -> datetime | None:
    """An instant as tables have it: ISO 8601, 31.12.2026, or with slashes where one reading only is possible.

    `order` settles the others. Without a zone it is UTC. None when it cannot be read, or not for sure.
    """
    try:
        if _ISO.match(text):
            at = datetime.fromisoformat(text.removesuffix(" UTC").replace("Z", "+00:00"))
            return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        found = _NUMERIC.fullmatch(text)
        if found is None:
            return None
        first, sign, second, year, *clock = found.groups()
        day_first = _day_first(int(first), int(second), sign, order)
        if day_first is None:
            return None
        day, month = (first, second) if day_first else (second, first)
        hour, minute, seconds = (int(part or 0) for part in clock)
        return datetime(int(year), int(month), int(day), hour, minute, seconds, tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _day_first(first: int, second: int, sign: str, order: DateOrder | None) -> bool | None:
    if sign == ".":
        return True
    if order is not None:
        return order is DateOrder.DMY
    if first == second:
        return True
    return first > 12 if (first > 12) != (second > 12) else None
