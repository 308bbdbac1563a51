"""`opener eval …`: the exam at the command line."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from opener.errors import CommandFault, ExitCode
from opener.here import playbook_folder, run, settings_from_here
from opener.logs import configure_logs
from playbook.loader import read_playbook
from playbook.settings import LogLevel, Settings

if TYPE_CHECKING:
    from agent.provider import Provider
    from evals.catalogue import Place
    from evals.world import LiveModel

exam = typer.Typer(help="The eval suite: replays conversations and judges the end state.", no_args_is_help=True)
out = Console(highlight=False)

Names = Annotated[list[str] | None, typer.Argument(help="Names or topics; all cases otherwise.")]
Folder = Annotated[
    Path | None, typer.Option("--folder", help="Your own exam: a folder with cases/ and perhaps recordings/.")
]
Examined = Annotated[
    Path | None, typer.Option("--playbook", help="The playbook that is examined; the sample company's otherwise.")
]


@exam.command("run")
def eval_run(
    cases: Names = None,
    model: Annotated[
        list[str] | None, typer.Option(help="scripted, built-in, replay; live asks the configured model.")
    ] = None,
    trials: Annotated[int, typer.Option(min=1, max=100, help="How often each case is run.")] = 1,
    jobs: Annotated[int | None, typer.Option(min=1, max=64, help="Processes; one a processor otherwise.")] = None,
    shuffle: Annotated[int | None, typer.Option(help="Another order, by this seed.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Only what failed and the totals.")] = False,
    report: Annotated[Path | None, typer.Option(help="Write the results as JSON.")] = None,
    baseline: Annotated[Path | None, typer.Option(help="Compare with the results of this JSON file.")] = None,
    folder: Folder = None,
    playbook: Examined = None,
) -> None:
    """Replay the cases. Exit code 1 when a `must` fails, or when it got worse than the baseline."""
    from evals.commands import Options, run_cases  # noqa: PLC0415 - the other commands do not load the exam

    options = Options(model or (), trials, jobs, shuffle, quiet, report, baseline)
    live = live_model() if "live" in options.models else None
    with _plainly():
        passed = run_cases(cases or [], options, console=out, live=live, place=_place(folder, playbook))
    _end(passed)


@exam.command("record")
def eval_record(
    cases: Names = None,
    conversation: Annotated[
        str | None, typer.Option(help="A stored conversation by its id: write it as a scripted case instead.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--out", help="With --conversation: the file; the screen otherwise.")
    ] = None,
    keep_answers: Annotated[
        bool, typer.Option("--keep-answers", help="Ask nobody: keep the answers, record what is shown anew.")
    ] = False,
    folder: Folder = None,
    playbook: Examined = None,
) -> None:
    """Run cases with the configured model and keep its answers, to be replayed without a key."""
    from evals.commands import record_cases  # noqa: PLC0415 - as above
    from opener.stored_cases import record_conversation  # noqa: PLC0415 - as above

    if conversation is not None:
        if cases or keep_answers:
            raise CommandFault("A stored conversation is recorded by itself: leave out the names of cases.")
        settings = settings_from_here()
        configure_logs(LogLevel.ERROR.value)  # the case may go to the screen
        run(record_conversation(settings, read_playbook(playbook_folder(settings)), conversation, to=to))
        return
    live = None if keep_answers else live_model()
    with _plainly():
        passed = record_cases(cases or [], live=live, console=out, place=_place(folder, playbook))
    _end(passed)


@exam.command("harvest")
def eval_harvest(
    handoff: Annotated[str, typer.Argument(help="The id of a handoff that was accepted or returned.")],
    to: Annotated[Path | None, typer.Option("--out", help="The folder for the draft; the screen otherwise.")] = None,
) -> None:
    """The draft of a case from a rep's decision on a handoff: properties, and never a word of the person."""
    from opener.stored_cases import harvest_handoff  # noqa: PLC0415 - as above

    settings = settings_from_here()
    configure_logs(LogLevel.ERROR.value)  # the case may go to the screen
    run(harvest_handoff(settings, read_playbook(playbook_folder(settings)), handoff, to=to))


@exam.command("diff")
def eval_diff(before: Path, after: Path) -> None:
    """Compare two JSON reports: what got better, what got worse. Exit code 1 when anything got worse."""
    from evals.commands import compare_reports  # noqa: PLC0415 - as above

    with _plainly():
        passed = compare_reports(before, after, console=out)
    _end(passed)


@exam.command("report")
def eval_report(
    results: Annotated[Path, typer.Argument(help="A JSON file of `eval run --report`.")],
    out_file: Annotated[Path, typer.Option("--out", help="The page to write.")] = Path("exam.html"),
    baseline: Annotated[Path | None, typer.Option(help="Say what changed since this JSON file.")] = None,
) -> None:
    """One HTML page to read or to send: figures, topics, every conversation with its failing line."""
    from evals.commands import write_page  # noqa: PLC0415 - as above

    with _plainly():
        write_page(results, out_file, baseline=baseline, console=out)


@exam.command("import")
def eval_import(
    files: Annotated[list[Path], typer.Argument(help="Conversations: JSON, JSONL, CSV, TSV or text.")],
    to: Annotated[Path | None, typer.Option("--out", help="Write each one here as the beginning of a case.")] = None,
    visitor: Annotated[str | None, typer.Option(help="The visitor's name, where the file does not tell.")] = None,
    form: Annotated[
        str, typer.Option("--format", help="auto, or sgd for booking dialogues that are replayed.")
    ] = "auto",
    model: Annotated[list[str] | None, typer.Option(help="sgd: scripted, built-in; both otherwise.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="sgd: only so many dialogues.")] = None,
) -> None:
    """Read conversations that were held elsewhere. Exit code 1 when something in them could not be used."""
    from evals.commands import modes_of  # noqa: PLC0415 - as above
    from evals.transcripts.importing import import_files  # noqa: PLC0415 - as above
    from evals.transcripts.sgd_run import run_dialogues  # noqa: PLC0415 - as above

    if form not in {"auto", "sgd"}:
        raise CommandFault(f"There is no format called {form!r}: auto or sgd.")
    with _plainly():
        if form == "sgd":
            right = run_dialogues(files, modes_of(model or ["scripted", "built-in"]), limit=limit, out=to, console=out)
        else:
            right = import_files(files, out=to, visitor=visitor, console=out)
    _end(right)


@exam.command("attack")
def eval_attack(
    goal: Annotated[list[str] | None, typer.Option(help="What they want; repeat it. All otherwise.")] = None,
    carrier: Annotated[list[str] | None, typer.Option(help="How it comes in; repeat it. All otherwise.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write the results as JSON.")] = None,
) -> None:
    """Attack the agent with a model that obeys. Exit code 1 when an attacker wins anything."""
    from evals.attack.report import run_attacks  # noqa: PLC0415 - as above

    with _plainly():
        safe = run_attacks(goal or [], carrier or [], console=out, report=report)
    _end(safe)


@exam.command("list")
def eval_list(folder: Folder = None) -> None:
    """The catalogue of cases."""
    from evals.commands import list_cases  # noqa: PLC0415 - as above

    with _plainly():
        list_cases(console=out, place=_place(folder, None))


def _place(folder: Path | None, playbook: Path | None) -> "Place":
    """Where the exam is kept. Raises CommandFault when that folder has no cases."""
    from evals.catalogue import OURS  # noqa: PLC0415 - as above

    place = OURS if playbook is None else replace(OURS, playbook=playbook)
    if folder is None:
        return place
    if not (folder / "cases").is_dir():
        raise CommandFault(f"{folder} has no folder cases/. Put each case into {folder}/cases/TOPIC/NAME.yaml.")
    return replace(place, cases=folder / "cases", tapes=folder / "recordings")


def live_model() -> "LiveModel":
    """The model that the settings name. Raises CommandFault when none can be asked."""
    from agent.interviewer.model import NAME as BUILT_IN  # noqa: PLC0415 - as above
    from evals.world import LiveModel  # noqa: PLC0415 - as above
    from opener.wiring import model_budget, who_answers  # noqa: PLC0415 - as above

    settings = settings_from_here()
    if who_answers(settings) == BUILT_IN:
        raise CommandFault(
            "No model is configured, so there is nobody to ask. Set OPENAI_API_KEY (and OPENER_MODEL), or leave out"
            " `--model live`: the other models need no key."
        )
    return LiveModel(partial(_provider, settings), model_budget(settings))


def _provider(settings: Settings) -> "Provider":
    """Made where it is used: a process of the exam makes its own."""
    from agent.openai_model import provider_for  # noqa: PLC0415 - heavy, and only a live run needs it
    from opener.wiring import model_settings  # noqa: PLC0415 - as above

    return provider_for(model_settings(settings))


@contextmanager
def _plainly() -> Iterator[None]:
    """What is wrong with a name or a file, as one sentence."""
    from evals.catalogue import CaseFaults, NoSuchCase  # noqa: PLC0415 - as above
    from evals.result import NoReport  # noqa: PLC0415 - as above

    configure_logs(LogLevel.ERROR.value)
    try:
        yield
    except (NoSuchCase, CaseFaults, NoReport) as fault:
        raise CommandFault(str(fault)) from None


def _end(passed: bool) -> None:
    if not passed:
        raise typer.Exit(ExitCode.CHECKS_FAILED)
