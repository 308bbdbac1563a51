"""The command line: one sentence and an exit code that means something, never a traceback."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.processes import process

SCRIPT = Path(sys.executable).parent / "opener"


def opener(
    folder: Path, *words: str, env: Mapping[str, str] | None = None, text: str = ""
) -> "subprocess.CompletedProcess[str]":
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("OPENER_", "OPENAI_"))}
    return subprocess.run(
        [SCRIPT, *words], cwd=folder, env=kept | dict(env or {}), input=text, text=True, capture_output=True, timeout=60
    )


@pytest.mark.parametrize(
    ("words", "env", "says"),
    [
        (("check",), {}, "opener init"),
        (("serve",), {}, "opener init"),
        (("chatt",), {}, "No such command"),
        (("rep", "add", "ana@example.com", "--password", "short"), {}, "12 characters"),
        (("rep", "add", "not-an-address", "--password", "long-enough-password"), {}, "e-mail address"),
        (("key", "add", "crm", "--scope", "everything"), {}, "leads:read"),
        (("key", "add", "shop", "--site"), {}, "--origin"),
        (("knowledge", "add", "."), {}, "Markdown"),
        (("form", "add", "Contact", "--provider", "smoke"), {}, "webflow"),
        (("form", "add", "Contact", "--context", "party"), {}, "newsletter"),
        (("form", "add", "Contact", "--secret", "short"), {}, "eight characters"),
        (("db", "upgrade"), {"OPENER_DATABASE_URL": "mysql://x"}, "OPENER_DATABASE_URL"),
        (("check", "nowhere"), {}, "nowhere"),
    ],
)
def test_wrong_use_is_one_sentence_and_never_a_traceback(
    tmp_path: Path, words: tuple[str, ...], env: Mapping[str, str], says: str
) -> None:
    done = opener(tmp_path, *words, env=env)
    assert done.returncode in {1, 2}
    assert says in done.stderr + done.stdout
    assert "Traceback" not in done.stderr + done.stdout


def test_a_form_is_added_with_its_hook_and_listed_without_its_secret(tmp_path: Path) -> None:
    empty = opener(tmp_path, "form", "list")
    assert "opener form add" in empty.stdout
    words = ("Demo request", "--provider", "webflow", "--context", "demo", "--secret", "a-long-secret")
    added = opener(tmp_path, "form", "add", *words, env={"OPENER_PUBLIC_URL": "https://chat.example.com"})
    assert added.returncode == 0
    assert added.stdout.startswith("https://chat.example.com/hooks/webflow/")
    listed = opener(tmp_path, "form", "list", env={"OPENER_PUBLIC_URL": "https://chat.example.com"})
    assert "Demo request  webflow  demo  " + added.stdout.strip() in listed.stdout
    assert "a-long-secret" not in listed.stdout


def test_serve_without_a_secret_says_how_to_make_one(tmp_path: Path) -> None:
    assert opener(tmp_path, "init", "mine").returncode == 0
    done = opener(tmp_path, "serve", env={"OPENER_PLAYBOOK": "mine"})
    assert done.returncode == 2
    assert "OPENER_SECRET" in done.stderr


def test_a_new_playbook_is_in_order_and_a_broken_one_is_told_line_by_line(tmp_path: Path) -> None:
    assert opener(tmp_path, "init", "mine").returncode == 0
    assert "in order" in opener(tmp_path, "check", "mine").stdout
    assert opener(tmp_path, "init", "mine").returncode == 2
    company = tmp_path / "mine" / "company.yaml"
    company.write_text(company.read_text(encoding="utf-8") + "\nnaem: Acme\n", encoding="utf-8")
    done = opener(tmp_path, "check", "mine")
    assert done.returncode == 1
    assert "company.yaml" in done.stdout
    assert "naem" in done.stdout


def test_administration_works_on_an_empty_folder(tmp_path: Path) -> None:
    assert "up to date" in opener(tmp_path, "db", "upgrade").stdout
    assert "ana@example.com" in opener(tmp_path, "rep", "add", "ana@example.com", "--password", "long-enough-pw").stdout
    assert opener(tmp_path, "key", "add", "crm", "--scope", "leads:read").stdout.startswith("sk_")
    assert opener(tmp_path, "key", "add", "shop", "--site", "--origin", "https://example.com").stdout.startswith("pk_")
    (tmp_path / "page.md").write_text("# Returns\n\nYou can return goods within 30 days.\n", encoding="utf-8")
    assert "1 page" in opener(tmp_path, "knowledge", "add", "page.md").stdout


def test_chat_in_the_terminal_shows_tools_and_what_was_noted(tmp_path: Path) -> None:
    done = opener(tmp_path, "chat", env={"OPENER_LOG": "error"}, text="We have 30k euros a year for this\n/quit\n")
    assert done.returncode == 0
    assert "qualify_bant" in done.stdout
    assert "budget" in done.stdout
    assert "30000" in done.stdout


def test_the_demo_is_ready_answers_and_ends_politely(tmp_path: Path) -> None:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("OPENER_", "OPENAI_"))}
    command = [SCRIPT, "demo", "--port", "0", "--json", "--data", str(tmp_path / "data")]
    with process(command, cwd=tmp_path, env=kept, stdout=subprocess.PIPE) as demo:
        try:
            assert demo.stdout is not None
            told = json.loads(demo.stdout.readline())
            assert set(told) == {"page", "console", "docs", "api", "widget_key", "api_key", "rep", "model", "data"}
            assert told["model"] == "built-in"
            with urllib.request.urlopen(told["page"], timeout=10) as page:
                assert told["widget_key"] in page.read().decode()
            request = urllib.request.Request(
                told["api"] + "/leads", headers={"Authorization": f"Bearer {told['api_key']}"}
            )
            with urllib.request.urlopen(request, timeout=10) as leads:
                assert json.load(leads)["items"] == []
        finally:
            began = time.monotonic()
            demo.send_signal(signal.SIGINT)
            rest, _ = demo.communicate(timeout=20)
    assert rest == ""
    assert time.monotonic() - began < 10
    assert demo.returncode in {0, -signal.SIGINT, 130}


def test_the_agent_is_attacked_from_the_command_line_and_nothing_is_won(tmp_path: Path) -> None:
    words = ("--goal", "read the prompt", "--carrier", "referrer", "--report", "attacks.json")
    done = opener(tmp_path, "eval", "attack", *words)
    assert done.returncode == 0, done.stderr + done.stdout
    assert "2 attempts, 0 of which reached the model: 0 effects, 0 leaks." in done.stdout
    assert json.loads((tmp_path / "attacks.json").read_text())["won"] == 0
    unknown = opener(tmp_path, "eval", "attack", "--goal", "read the promt")
    assert unknown.returncode == 2
    assert "read the prompt" in unknown.stderr


OWN_CASE = """
about: Who asks the price of Your Company is told where it stands.
clock: 2026-11-23T10:00:00+01:00
models: [built-in]
visitor: ["Hi, what does it cost?"]
must: {replies: 1, cites: "https://www.example.com/pricing"}
"""


def test_a_playbook_of_ones_own_is_examined_with_cases_of_ones_own(tmp_path: Path) -> None:
    words = ("eval", "run", "--folder", "exam", "--playbook", "my-playbook")
    assert "has no folder cases/" in opener(tmp_path, *words).stderr
    case = tmp_path / "exam" / "cases" / "prices" / "asked.yaml"
    case.parent.mkdir(parents=True)
    case.write_text(OWN_CASE, encoding="utf-8")
    assert "there is no such folder" in opener(tmp_path, *words).stderr
    assert opener(tmp_path, "init", "my-playbook").returncode == 0
    done = opener(tmp_path, *words)
    assert done.returncode == 0, done.stderr + done.stdout
    assert "1 of 1 runs passed" in done.stdout
    sample = opener(tmp_path, "eval", "run", "--folder", "exam")
    assert sample.returncode == 1
    assert "must.cites" in sample.stdout
