"""The words around a meeting in mails: some languages, English otherwise. Days and months are Babel's (CLDR)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from leads.hours import place


@dataclass(frozen=True, slots=True)
class Wording:
    """One language. `{…}` are filled in; `day` is a CLDR pattern."""

    day: str
    short_day: str
    hello: str
    booked: str
    moved: str
    cancelled: str
    host_booked: str
    host_moved: str
    host_cancelled: str
    subject_booked: str
    subject_moved: str
    subject_cancelled: str
    with_host: str
    with_guest: str
    change: str
    again: str
    lead: str
    attached: str
    nobody: str


_WORDINGS: Mapping[str, Wording] = MappingProxyType(
    {
        "en": Wording(
            day="EEEE, d MMMM y",
            short_day="EEE d MMM, HH:mm",
            hello="Hello {name},",
            booked="Your meeting is booked.",
            moved="Your meeting has a new time.",
            cancelled="Your meeting is cancelled.",
            host_booked="A meeting with you was booked.",
            host_moved="A meeting of yours has a new time.",
            host_cancelled="A meeting of yours was cancelled.",
            subject_booked="{title}: {when}",
            subject_moved="New time for {title}: {when}",
            subject_cancelled="Cancelled: {title}, {when}",
            with_host="With: {who}",
            with_guest="Guest: {who}",
            change="Move or cancel it: {link}",
            again="To find another time: {link}",
            lead="What we know of them: {link}",
            attached="The calendar entry is attached.",
            nobody="somebody whose data was deleted",
        ),
        "de": Wording(
            day="EEEE, d. MMMM y",
            short_day="EEE d. MMM, HH:mm",
            hello="Guten Tag {name},",
            booked="Ihr Termin ist gebucht.",
            moved="Ihr Termin hat eine neue Zeit.",
            cancelled="Ihr Termin ist abgesagt.",
            host_booked="Ein Termin mit Ihnen wurde gebucht.",
            host_moved="Einer Ihrer Termine hat eine neue Zeit.",
            host_cancelled="Einer Ihrer Termine wurde abgesagt.",
            subject_booked="{title}: {when}",
            subject_moved="Neue Zeit für {title}: {when}",
            subject_cancelled="Abgesagt: {title}, {when}",
            with_host="Mit: {who}",
            with_guest="Gast: {who}",
            change="Verschieben oder absagen: {link}",
            again="Eine andere Zeit finden: {link}",
            lead="Was wir über sie wissen: {link}",
            attached="Der Kalendereintrag liegt bei.",
            nobody="jemand, dessen Daten gelöscht wurden",
        ),
        "fr": Wording(
            day="EEEE d MMMM y",
            short_day="EEE d MMM, HH:mm",
            hello="Bonjour {name},",
            booked="Votre rendez-vous est réservé.",
            moved="Votre rendez-vous a un nouvel horaire.",
            cancelled="Votre rendez-vous est annulé.",
            host_booked="Un rendez-vous avec vous a été réservé.",
            host_moved="Un de vos rendez-vous a un nouvel horaire.",
            host_cancelled="Un de vos rendez-vous a été annulé.",
            subject_booked="{title} : {when}",
            subject_moved="Nouvel horaire pour {title} : {when}",
            subject_cancelled="Annulé : {title}, {when}",
            with_host="Avec : {who}",
            with_guest="Invité : {who}",
            change="Déplacer ou annuler : {link}",
            again="Trouver un autre horaire : {link}",
            lead="Ce que nous savons : {link}",
            attached="L'entrée d'agenda est jointe.",
            nobody="une personne dont les données ont été supprimées",
        ),
        "es": Wording(
            day="EEEE, d 'de' MMMM 'de' y",
            short_day="EEE d MMM, HH:mm",
            hello="Hola, {name}:",
            booked="Su reunión está reservada.",
            moved="Su reunión tiene una nueva hora.",
            cancelled="Su reunión está cancelada.",
            host_booked="Se ha reservado una reunión con usted.",
            host_moved="Una de sus reuniones tiene una nueva hora.",
            host_cancelled="Una de sus reuniones se ha cancelado.",
            subject_booked="{title}: {when}",
            subject_moved="Nueva hora para {title}: {when}",
            subject_cancelled="Cancelada: {title}, {when}",
            with_host="Con: {who}",
            with_guest="Invitado: {who}",
            change="Cambiarla o cancelarla: {link}",
            again="Buscar otra hora: {link}",
            lead="Lo que sabemos: {link}",
            attached="La entrada de calendario va adjunta.",
            nobody="alguien cuyos datos se han borrado",
        ),
    }
)

LANGUAGES = tuple(sorted(_WORDINGS))


def known_language(language: str | None) -> str:
    """The language we write in for somebody who speaks `language` (`de-AT` is `de`); English where we have none."""
    spoken = (language or "en").replace("_", "-").partition("-")[0].lower()
    return spoken if spoken in _WORDINGS else "en"


def wording(language: str | None) -> Wording:
    """The words of a language."""
    return _WORDINGS[known_language(language)]


def spoken_day(at: datetime, zone: ZoneInfo, language: str | None) -> str:
    """The day in full: "Tuesday, 3 March 2026"."""
    code = known_language(language)
    return format_datetime(at, _WORDINGS[code].day, tzinfo=zone, locale=code)


def spoken_start(at: datetime, zone: ZoneInfo, language: str | None) -> str:
    """A start for a subject line: "Tue 3 Mar, 10:00 (Berlin)"."""
    code = known_language(language)
    return f"{format_datetime(at, _WORDINGS[code].short_day, tzinfo=zone, locale=code)} ({_place(at, zone)})"


def spoken_times(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """From and to on one place's clock: "10:00–10:30 Berlin (UTC+1)"."""
    here = start.astimezone(zone)
    offset = _offset(here.utcoffset() or timedelta())
    name = _place(start, zone)
    where = offset if name == offset else f"{name} ({offset})"
    return f"{here:%H:%M}–{end.astimezone(zone):%H:%M} {where}"


def _place(at: datetime, zone: ZoneInfo) -> str:
    return place(zone.key) or _offset(at.astimezone(zone).utcoffset() or timedelta())


def _offset(offset: timedelta) -> str:
    """ "UTC", "UTC+1", "UTC−3:30"."""
    if not offset:
        return "UTC"
    hours, minutes = divmod(round(abs(offset).total_seconds() / 60), 60)
    return f"UTC{'+' if offset > timedelta() else '−'}{hours}{f':{minutes:02}' if minutes else ''}"
