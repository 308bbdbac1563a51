"""Forms at the command line, and the one form of the demo."""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime

from rich.console import Console

from actions.add_form import add_form, new_form_token
from actions.capture_lead import CaptureContext
from api.form_views import hook_url
from leads.form import FormDefinition, FormId, Provider
from opener.admin import opened_database
from opener.errors import CommandFault
from opener.ids import new_id
from opener.wiring import utc_now
from playbook.settings import Settings
from store.unit import unit_of_work

MOST_LISTED = 1000


@dataclass(frozen=True, slots=True)
class NewForm:
    """What was asked for at the command line."""

    name: str
    provider: str
    context: str | None
    source: str
    campaign: str | None
    secrets: tuple[str, ...] = field(default=(), repr=False)
    access_token: str | None = field(default=None, repr=False)


async def make_form(settings: Settings, wanted: NewForm, *, console: Console) -> None:
    """Store a form and show where it is to send to. Raises CommandFault, ValueMissing."""
    form = FormDefinition(
        id=FormId(""),
        provider=Provider(_one_of(wanted.provider, Provider, "provider")),
        token=new_form_token(),
        name=wanted.name[:120],
        source=wanted.source[:80],
        created_at=utc_now(),
        updated_at=utc_now(),
        context=_one_of(wanted.context, CaptureContext, "context") if wanted.context else None,
        campaign=wanted.campaign and wanted.campaign[:120],
        secrets=wanted.secrets,
        access_token=wanted.access_token,
    )
    async with opened_database(settings) as database, unit_of_work(database, now=utc_now(), new_id=new_id) as uow:
        made = await add_form(uow, form)
    console.print(hook_url(made, settings.public_url), markup=False, soft_wrap=True)


async def show_forms(settings: Settings, *, console: Console) -> None:
    """Every form, with the address of its hook."""
    async with (
        opened_database(settings) as database,
        unit_of_work(database, now=utc_now(), new_id=new_id, read_only=True) as uow,
    ):
        found = await uow.forms.list(place=None, limit=MOST_LISTED)
    for form in found:
        state = "" if form.active else "  (off)"
        line = (
            f"{form.name}  {form.provider.value}  {form.context or '-'}  {hook_url(form, settings.public_url)}{state}"
        )
        console.print(line, markup=False, soft_wrap=True)
    if not found:
        console.print("There is no form yet. Make a hook with `opener form add NAME`.")


def demo_form(secret: str, *, at: datetime) -> FormDefinition:
    """The demo's contact form: anything that can post may try it."""
    token = demo_hook(secret).rpartition("/")[2]
    name, source = "Contact form", "website form"
    return FormDefinition(FormId(""), Provider.GENERIC, token, name, source, at, at, context="contact")


def demo_hook(secret: str) -> str:
    """Where the demo's form posts to: the same for the same data, so that nothing more has to be kept."""
    return f"/hooks/generic/{hmac.digest(secret.encode(), b'the demo form', hashlib.sha256).hex()[:40]}"


def _one_of(given: str, allowed: type[Provider] | type[CaptureContext], what: str) -> str:
    names = [one.value for one in allowed]
    if given not in names:
        raise CommandFault(f"There is no {what} {given!r}. Choose one of: {', '.join(names)}.")
    return given
