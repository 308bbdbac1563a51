"""The command line: `opener …`. Errors are one sentence with the way out, never a traceback."""

import os
import shutil
import sys
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console

from leads.refusal import LeadRefusal
from opener.errors import CommandFault, ExitCode, unavailable
from opener.exam import exam
from opener.here import playbook_folder, run, run_for, settings_from_here
from opener.logs import configure_logs
from playbook.fault import PlaybookFaults
from playbook.folders import DEFAULTS
from playbook.loader import check_playbook, read_playbook
from playbook.routing_rules import playbook_warnings
from playbook.settings import LogLevel, SettingsFault
from store.migrate import WrongDatabase
from store.suppressions import WrongSuppressionKey

app = typer.Typer(
    name="opener",
    help="Opener, the open-source AI SDR.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
db = typer.Typer(help="The database.", no_args_is_help=True)
rep = typer.Typer(help="The team.", no_args_is_help=True)
key = typer.Typer(help="Keys for outside programs and for sites.", no_args_is_help=True)
privacy = typer.Typer(help="What a person may ask for, and what is kept where.", no_args_is_help=True)
knowledge = typer.Typer(help="The company's knowledge.", no_args_is_help=True)
form = typer.Typer(help="Forms of other programs that tell us of people.", no_args_is_help=True)
app.add_typer(db, name="db")
app.add_typer(rep, name="rep")
app.add_typer(key, name="key")
app.add_typer(exam, name="eval")
app.add_typer(knowledge, name="knowledge")
app.add_typer(form, name="form")
app.add_typer(privacy, name="privacy")

T = TypeVar("T")
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def main() -> None:
    """Run the command line; the entry point of the `opener` script."""
    try:
        sys.exit(app(standalone_mode=False) or ExitCode.DONE)  # click returns the code of typer.Exit here
    except (CommandFault, LeadRefusal) as fault:
        _end(str(fault), fault.code if isinstance(fault, CommandFault) else ExitCode.WRONG_USE)
    except WrongSuppressionKey as fault:
        _end(str(fault), ExitCode.WRONG_USE)
    except WrongDatabase as fault:
        _end(str(fault), ExitCode.UNAVAILABLE)
    except SettingsFault as fault:
        _end("\n".join(fault.sentences), ExitCode.WRONG_USE)
    except PlaybookFaults as faults:
        _end(str(faults), ExitCode.CHECKS_FAILED)
    except typer.Exit as done:
        sys.exit(done.exit_code)
    except typer.Abort:
        sys.exit(130)
    except Exception as error:
        if hasattr(error, "show") and hasattr(error, "exit_code"):  # click's own usage errors
            error.show()
            sys.exit(ExitCode.WRONG_USE)
        if (away := unavailable(error)) is not None:
            _end(away, ExitCode.UNAVAILABLE)
        raise


def _end(message: str, code: ExitCode) -> None:
    err.print(message, markup=False, soft_wrap=True)
    sys.exit(code)


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Where to listen on this machine.")] = 8000,
    data: Annotated[Path | None, typer.Option(help="Keep the data here; a temporary folder otherwise.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON line when ready, and nothing else.")] = False,
) -> None:
    """Everything at once on a sample company: page, widget, agent, worker. No key, no server, no download."""
    from opener.demo import run_demo  # noqa: PLC0415 - the commands that only look do not load a web server

    configure_logs(LogLevel.WARNING.value)
    run(run_demo(port=port, data=data, as_json=json, env=os.environ, console=out))


@app.command()
def init(folder: Annotated[Path, typer.Argument(help="Where to write it; must not exist or be empty.")]) -> None:
    """Write a commented starting playbook."""
    if folder.exists() and any(folder.iterdir()):
        raise CommandFault(f"{folder} is not empty. Name a new folder, so that nothing of yours is overwritten.")
    source = DEFAULTS
    shutil.copytree(source, folder, dirs_exist_ok=True)
    out.print(f"Wrote a starting playbook to {folder}. Change it, then run `opener check {folder}`.", soft_wrap=True)


@app.command()
def check(
    folder: Annotated[Path | None, typer.Argument(help="The playbook; OPENER_PLAYBOOK otherwise.")] = None,
) -> None:
    """Say everything that is wrong with a playbook: file, line, what is wrong and what is allowed."""
    where = folder or playbook_folder(settings_from_here())
    faults = check_playbook(where)
    for fault in faults:
        out.print(str(fault), markup=False, soft_wrap=True)
    if faults:
        raise CommandFault(f"{len(faults)} fault{'s' if len(faults) > 1 else ''} in {where}.", ExitCode.CHECKS_FAILED)
    for warning in playbook_warnings(where):
        out.print(f"Warning: {warning}", markup=False, soft_wrap=True)
    out.print(f"{where} is in order.")


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(help="Processes that serve HTTP.")] = 1,
) -> None:
    """The API, with the worker in the same process unless OPENER_WORKER=external."""
    from opener.serve import serve_forever  # noqa: PLC0415 - as above

    settings = settings_from_here()
    read_playbook(playbook_folder(settings))  # faults are told before anything starts
    serve_forever(settings, host=host, port=port, workers=workers)


@app.command()
def worker() -> None:
    """Background work only; run as many as you like against one Postgres."""
    from opener.serve import work_forever  # noqa: PLC0415 - as above

    settings = settings_from_here()
    run(work_forever(settings, read_playbook(playbook_folder(settings))))


@app.command()
def chat(
    lead: Annotated[str | None, typer.Option(help="Talk as this known person (an e-mail address).")] = None,
) -> None:
    """Talk to the agent here; shows tool calls, BANT and score as they change."""
    from opener.talk import talk  # noqa: PLC0415 - as above

    settings = settings_from_here()
    run(talk(settings, email=lead, console=out))


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to this version's tables."""
    from opener.admin import upgrade_database  # noqa: PLC0415 - as above

    settings = settings_from_here()
    run(upgrade_database(settings, console=out))


@rep.command("add")
def rep_add(
    email: str,
    name: Annotated[str | None, typer.Option(help="How they are called.")] = None,
    password: Annotated[
        str | None, typer.Option(help="At least 12 characters; asked for when left out.", envvar="OPENER_REP_PASSWORD")
    ] = None,
) -> None:
    """Add somebody of the team, or give them a new password."""
    from opener.admin import add_team_member  # noqa: PLC0415 - as above

    given = password or typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    run(add_team_member(settings_from_here(), email=email, name=name, password=given, console=out))


@rep.command("leave")
def rep_leave(
    email: str,
    to: Annotated[str | None, typer.Option(help="Who takes over, by address; else routing decides.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what they have and where it would go.")] = False,
) -> None:
    """Somebody leaves the team: their leads, requests and meetings go to others."""
    from opener.admin import take_leave  # noqa: PLC0415 - as above

    settings = settings_from_here()
    book = read_playbook(playbook_folder(settings))
    run(take_leave(settings, book, email=email, to=to, dry_run=dry_run, console=out))


@key.command("add")
def key_add(
    name: str,
    scope: Annotated[list[str] | None, typer.Option(help="What it may do; repeat it. `all` for everything.")] = None,
    site: Annotated[bool, typer.Option("--site", help="Make a public widget key for a site instead.")] = False,
    origin: Annotated[list[str] | None, typer.Option(help="Origins of the site, such as https://example.com.")] = None,
    acting: Annotated[str | None, typer.Option("--rep", help="The rep it acts for, by address.")] = None,
) -> None:
    """Make a key. A secret one is shown once."""
    from opener.admin import add_key  # noqa: PLC0415 - as above

    making = add_key(
        settings_from_here(), name=name, scopes=scope or [], site=site, origins=origin or [], rep=acting, console=out
    )
    run(making)


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="A CSV file whose first line names the columns.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would come of it, and keep nothing.")] = False,
    named_as: Annotated[list[str] | None, typer.Option("--map", help="Column=field; repeat it.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="A YAML file that says which column is what.")] = None,
    source: Annotated[str | None, typer.Option(help="Where the list comes from.")] = None,
    context: Annotated[str | None, typer.Option(help="What it is a list of: webinar, trial, newsletter, list.")] = None,
    campaign: Annotated[str | None, typer.Option(help="The campaign it belongs to.")] = None,
) -> None:
    """Bring leads in. Faults go to FILE.errors.csv; the same file again changes nothing."""
    from opener.bring_in import Choices, import_list  # noqa: PLC0415 - as above

    settings = settings_from_here()
    chosen = Choices(dry_run, tuple(named_as or ()), mapping, source, context, campaign)
    if not run_for(import_list(settings, playbook_folder(settings), file, chosen, console=out)):
        raise typer.Exit(ExitCode.CHECKS_FAILED)


@knowledge.command("add")
def knowledge_add(paths: list[Path]) -> None:
    """Add Markdown files or folders of them to the company's knowledge."""
    from opener.admin import add_knowledge  # noqa: PLC0415 - as above

    run(add_knowledge(settings_from_here(), paths, console=out))


@form.command("add")
def form_add(
    name: str,
    provider: Annotated[
        str, typer.Option(help="webflow, typeform, cf7, gravity, wpforms, elementor, hubspot, meta, google, generic.")
    ] = "generic",
    context: Annotated[str | None, typer.Option(help="What it is for: newsletter, contact, demo, quote …")] = None,
    source: Annotated[str, typer.Option(help="The source its leads get.")] = "website form",
    campaign: Annotated[str | None, typer.Option(help="The campaign its leads get.")] = None,
    secret: Annotated[list[str] | None, typer.Option(help="Its signing secret; twice while one is exchanged.")] = None,
    access_token: Annotated[str | None, typer.Option(help="Meta: the page's token to fetch leads with.")] = None,
) -> None:
    """Make a hook for a form and show its address."""
    from opener.form_admin import NewForm, make_form  # noqa: PLC0415 - as above

    wanted = NewForm(name, provider, context, source, campaign, tuple(secret or ()), access_token)
    run(make_form(settings_from_here(), wanted, console=out))


@form.command("list")
def form_list() -> None:
    """Every form with the address of its hook."""
    from opener.form_admin import show_forms  # noqa: PLC0415 - as above

    run(show_forms(settings_from_here(), console=out))


@privacy.command("export")
def privacy_export(
    email: str,
    to: Annotated[
        Path | None, typer.Option("--out", help="The file: .json, .html or .zip; JSON to the screen.")
    ] = None,
) -> None:
    """Everything we hold about a person, to give to them (GDPR art. 15 and 20)."""
    from opener.privacy import export_somebody  # noqa: PLC0415 - as above

    settings = settings_from_here()
    run(export_somebody(settings, read_playbook(playbook_folder(settings)), email=email, to=to))


@privacy.command("erase")
def privacy_erase(
    email: str,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Forget a person for good (GDPR art. 17) and print the receipt."""
    from opener.privacy import erase_somebody  # noqa: PLC0415 - as above

    settings = settings_from_here()
    book = read_playbook(playbook_folder(settings))
    if not yes:
        typer.confirm(f"Erase everything about {email}? This cannot be undone.", abort=True)
    run(erase_somebody(settings, book, email=email, console=out))


@privacy.command("map")
def privacy_map() -> None:
    """What is kept where, of what kind, and what erasing does with it: the table of docs/privacy.md."""
    from store.privacy_map import privacy_map as table  # noqa: PLC0415 - as above

    print(table())


@privacy.command("new-key")
def privacy_new_key(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Begin the suppression list anew after its key was lost, from what is known of people who said no."""
    from opener.privacy import begin_new_key  # noqa: PLC0415 - as above

    settings = settings_from_here()
    if not yes:
        typer.confirm(
            "Is the old key lost for good? Addresses of erased people will not be recognised any more.", abort=True
        )
    run(begin_new_key(settings, console=out))
