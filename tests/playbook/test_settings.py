"""Settings come from the environment and a .env; each fault is a sentence that names the variable and the way out."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbook.settings import DEFAULT_MODEL, Embedder, LogLevel, Settings, SettingsFault, WorkerMode
from tests.playbook.drafts import DEFAULTS

ROOT = DEFAULTS.parents[1]
GOOD_SECRET = "q8Zt1vXw3LrY7mKd5NcB0sHfJ2uPgE4a"


def faults_of(env: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(SettingsFault) as refused:
        Settings.from_env(env)
    return refused.value.sentences


def test_nothing_needs_to_be_set() -> None:
    settings = Settings.from_env({})
    assert settings == Settings()
    assert settings.database_url == "sqlite+aiosqlite:///./opener.db"
    assert settings.uses_built_in
    assert settings.playbook is None


def test_every_setting_is_read() -> None:
    settings = Settings.from_env(
        {
            "OPENER_DATABASE_URL": "postgresql+psycopg://me:pw@db/opener",
            "OPENER_DATA": "/var/opener",
            "OPENER_PLAYBOOK": "book",
            "OPENER_SECRET": GOOD_SECRET,
            "OPENER_SUPPRESSION_KEY": GOOD_SECRET,
            "OPENER_PUBLIC_URL": "https://chat.example.com/",
            "OPENAI_API_KEY": "sk-abc",
            "OPENAI_BASE_URL": "http://localhost:11434/v1",
            "OPENER_MODEL": "llama3.1:8b",
            "OPENER_MODEL_FIRST_BYTE_S": "7.5",
            "OPENER_MODEL_TURN_S": "60",
            "OPENER_EMBEDDER": "offline",
            "OPENER_SMTP_URL": "smtps://u:p@mail.example.com:465",
            "OPENER_IMAP_URL": "imaps://u:p@mail.example.com/INBOX",
            "OPENER_SLACK_WEBHOOK_URL": "https://hooks.example.com/services/x",
            "OPENER_CALDAV_URL": "https://u:p@calendar.example.com/",
            "OPENER_ENRICH_FILE": "companies.csv",
            "OPENER_ENRICH_URL": "https://enrich.example.com/v1/lookup",
            "OPENER_ENRICH_KEY": "sk_enrich",
            "OPENER_ENRICH_DAYS": "30",
            "OPENER_TRUSTED_PROXIES": "10.0.0.1",
            "OPENER_WORKER": "External",
            "OPENER_LOG": "debug",
        }
    )
    assert settings.data == Path("/var/opener")
    assert settings.public_url == "https://chat.example.com"
    assert (settings.first_byte_s, settings.turn_s) == (7.5, 60.0)
    assert (settings.worker, settings.log, settings.embedder) == (WorkerMode.EXTERNAL, LogLevel.DEBUG, Embedder.OFFLINE)
    assert not settings.uses_built_in
    assert settings.secret_for_serving() == GOOD_SECRET
    assert all(getattr(settings, name) != getattr(Settings(), name) for name in Settings.__slots__)


def test_the_environment_wins_over_the_file_and_empty_means_not_set(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text(
        "OPENER_MODEL=built-in\nOPENER_LOG=error\nOPENER_DATA=\nOPENER_SECRET='a$b${HOME}'\n", encoding="utf-8"
    )
    settings = Settings.from_env({"OPENER_LOG": "debug", "OPENER_MODEL": ""}, dotenv=dotenv)
    assert (settings.model, settings.log, settings.data) == ("built-in", LogLevel.DEBUG, Path("opener-data"))
    assert settings.secret == "a$b${HOME}"
    assert Settings.from_env({}, dotenv=tmp_path / "none") == Settings()


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"OPENER_LOG=\xff\xfe")
    with pytest.raises(SettingsFault, match="UTF-8"):
        Settings.from_env({}, dotenv=tmp_path / ".env")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("OPENER_DATABASE_URL", "mysql://db/opener", ["sqlite", "postgresql+psycopg"]),
        ("OPENER_DATABASE_URL", "opener.db", ["sqlite+aiosqlite:///"]),
        ("OPENER_DATABASE_URL", "postgresql://me:topsecret@db", ["names no database on its server"]),
        ("OPENER_PUBLIC_URL", "chat.example.com", ["https://"]),
        ("OPENER_PUBLIC_URL", "https://chat.example.com/?a=1", ["more than an address"]),
        ("OPENAI_API_KEY", "sk abc", ["copy it again"]),
        ("OPENAI_BASE_URL", "ftp://models.example.com", ["http:// or https://"]),
        ("OPENER_MODEL", "a small one", [DEFAULT_MODEL, "built-in"]),
        ("OPENER_MODEL_TURN_S", "soon", ["seconds", "600"]),
        ("OPENER_MODEL_TURN_S", "0", ["above 0"]),
        ("OPENER_MODEL_TURN_S", "nan", ["above 0"]),
        ("OPENER_MODEL_FIRST_BYTE_S", "601", ["600"]),
        ("OPENER_MODEL_FIRST_BYTE_S", "50", ["longer than a whole turn", "45"]),
        ("OPENER_EMBEDDER", "big", ["auto, offline, openai"]),
        ("OPENER_EMBEDDER", "openai", ["OPENAI_API_KEY"]),
        ("OPENER_SMTP_URL", "mail.example.com:topsecret", ["smtp:// or smtps://"]),
        ("OPENER_SMTP_URL", "smtp://u:topsecret@mail.example.com:99999", ["smtp://"]),
        ("OPENER_IMAP_URL", "http://mail.example.com", ["imap:// or imaps://"]),
        ("OPENER_SLACK_WEBHOOK_URL", "http://hooks.example.com/topsecret", ["https://"]),
        ("OPENER_CALDAV_URL", "https://", ["name a host"]),
        ("OPENER_WORKER", "in-process", ["internal, external"]),
        ("OPENER_LOG", "loud", ["debug, info, warning, error"]),
    ],
)
def test_a_fault_names_the_variable_and_the_way_out(name: str, value: str, words: list[str]) -> None:
    (sentence,) = faults_of({name: value})
    assert sentence.startswith(name)
    assert sentence.endswith(".")
    assert all(word in sentence for word in words), sentence
    assert "topsecret" not in sentence


def test_all_faults_are_told_at_once() -> None:
    assert len(faults_of({"OPENER_WORKER": "x", "OPENER_LOG": "y", "OPENER_MODEL_TURN_S": "z"})) == 3


def test_a_misspelt_setting_is_told_and_a_stranger_is_left_alone() -> None:
    assert faults_of({"OPENER_DATBASE_URL": "x"}) == (
        "OPENER_DATBASE_URL is not a setting of Opener: did you mean OPENER_DATABASE_URL?",
    )
    assert Settings.from_env({"OPENER_HOUSE_PET": "cat", "PATH": "/bin"}) == Settings()


@pytest.mark.parametrize(
    ("given_url", "used"),
    [
        ("postgres://me@db/opener", "postgresql+psycopg://me@db/opener"),
        ("postgresql://me@db/opener", "postgresql+psycopg://me@db/opener"),
        ("sqlite:///opener.db", "sqlite+aiosqlite:///opener.db"),
    ],
)
def test_addresses_of_databases_as_hosts_hand_them_out_are_understood(given_url: str, used: str) -> None:
    assert Settings.from_env({"OPENER_DATABASE_URL": given_url}).database_url == used


@pytest.mark.parametrize(
    "secret", ["", "short", "a" * 40, "changeme-changeme-changeme-changeme", "opener-" * 6, "12345678" * 5]
)
def test_serving_refuses_a_secret_that_is_missing_short_or_easy(secret: str) -> None:
    settings = Settings.from_env({"OPENER_SECRET": secret})
    with pytest.raises(SettingsFault, match=r"OPENER_SECRET.*token_urlsafe") as refused:
        settings.secret_for_serving()
    assert not secret or secret not in str(refused.value)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", min_size=43, max_size=43))
def test_a_random_secret_is_accepted_when_it_is_random(secret: str) -> None:
    easy = len(set(secret.lower())) < 8 or re.match(
        "changeme|change-me|change_me|secret|password|example|default|opener|12345", secret.lower()
    )
    try:
        assert Settings(secret=secret).secret_for_serving() == secret
    except SettingsFault:
        assert easy


def test_no_secret_is_ever_printed() -> None:
    hidden = {
        "OPENER_SECRET": GOOD_SECRET,
        "OPENAI_API_KEY": "sk-hidden",
        "OPENER_DATABASE_URL": "postgresql+psycopg://me:hidden@db/opener",
        "OPENER_SMTP_URL": "smtp://u:hidden@mail.example.com",
        "OPENER_IMAP_URL": "imap://u:hidden@mail.example.com",
        "OPENER_SLACK_WEBHOOK_URL": "https://hooks.example.com/hidden",
        "OPENER_CALDAV_URL": "https://u:hidden@calendar.example.com",
    }
    printed = repr(Settings.from_env(hidden))
    assert "hidden" not in printed
    assert GOOD_SECRET not in printed


@pytest.mark.parametrize(
    ("env", "built_in"),
    [
        ({}, True),
        ({"OPENAI_API_KEY": "sk-a"}, False),
        ({"OPENAI_API_KEY": "sk-a", "OPENER_MODEL": "built-in"}, True),
        ({"OPENER_MODEL": "anthropic:some-model"}, False),
        ({"OPENER_MODEL": "ft:gpt-x:me"}, True),
    ],
)
def test_who_does_the_talking_follows_from_model_and_key(env: dict[str, str], built_in: bool) -> None:
    assert Settings.from_env(env).uses_built_in is built_in


def test_openai_embeds_only_when_its_own_service_is_used() -> None:
    key = {"OPENAI_API_KEY": "sk-a"}
    assert Settings.from_env(key).uses_openai_embeddings
    assert not Settings.from_env({}).uses_openai_embeddings
    assert not Settings.from_env(key | {"OPENAI_BASE_URL": "http://localhost/v1"}).uses_openai_embeddings
    assert not Settings.from_env(key | {"OPENER_EMBEDDER": "offline"}).uses_openai_embeddings


def test_the_default_model_speaks_chat_completions_and_exists() -> None:
    from typing import get_args

    from langchain_openai.chat_models.base import _model_prefers_responses_api
    from openai.types.shared.chat_model import ChatModel

    assert DEFAULT_MODEL in get_args(ChatModel)
    assert not _model_prefers_responses_api(DEFAULT_MODEL)


# --- .env.example ----------------------------------------------------------------------------------------------------


def test_the_example_documents_every_setting_with_its_default() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    documented = dict(re.findall(r"^# ([A-Z][A-Z0-9_]+)=(.*)$", text, re.MULTILINE))
    read = set(
        re.findall(r"\"((?:OPENER|OPENAI)_[A-Z0-9_]+)\"", (ROOT / "playbook/settings.py").read_text(encoding="utf-8"))
    )
    assert set(documented) == read
    assert len(read) == len(Settings.__slots__)
    examples = {"OPENER_PLAYBOOK", "OPENAI_BASE_URL", "OPENER_TRUSTED_PROXIES"}
    assert Settings.from_env({k: v for k, v in documented.items() if k not in examples}) == Settings()
    assert Settings.from_env(documented).openai_base_url == documented["OPENAI_BASE_URL"]


def test_a_new_deployment_gets_the_same_example() -> None:
    assert (DEFAULTS / ".env.example").read_bytes() == (ROOT / ".env.example").read_bytes()
