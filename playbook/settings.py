"""Settings: what differs between one deployment and the next. Read once at start, from the environment and a `.env`.

`.env.example` documents every one of them. Secrets never show up in a `repr`, nor in the sentence about a fault.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from dotenv import dotenv_values

from playbook.fault import nearest
from playbook.setting_kinds import (
    BUILT_IN,
    DEFAULT_MODEL,
    choice,
    read_database_url,
    read_days,
    read_key,
    read_long_key,
    read_model,
    read_public_url,
    read_seconds,
    secret_fault,
    url_of,
)

__all__ = ["BUILT_IN", "DEFAULT_MODEL", "Embedder", "LogLevel", "Settings", "SettingsFault", "WorkerMode"]

DEFAULT_DATABASE_URL = "sqlite+aiosqlite:///./opener.db"
T = TypeVar("T")


class WorkerMode(StrEnum):
    """Who does the background work: the serving process itself, or `opener worker` elsewhere."""

    INTERNAL = "internal"
    EXTERNAL = "external"


class LogLevel(StrEnum):
    """The least important event that is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Embedder(StrEnum):
    """What turns knowledge into vectors; `auto` is OpenAI when its own service is used with a key, else offline."""

    AUTO = "auto"
    OFFLINE = "offline"
    OPENAI = "openai"


class SettingsFault(Exception):
    """Settings that cannot be used. `sentences` holds one sentence for each fault, naming the variable."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self.sentences = tuple(sentences)
        super().__init__("\n".join(self.sentences))


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting. `playbook` is None when no folder is named, URLs and keys are None when they are not set.

    Times are seconds: `first_byte_s` until a model begins to answer, `turn_s` for a whole turn with its tool calls.
    """

    database_url: str = field(default=DEFAULT_DATABASE_URL, repr=False)
    data: Path = Path("opener-data")
    playbook: Path | None = None
    secret: str | None = field(default=None, repr=False)
    suppression_key: str | None = field(default=None, repr=False)
    public_url: str = "http://localhost:8000"
    openai_api_key: str | None = field(default=None, repr=False)
    openai_base_url: str | None = None
    model: str = DEFAULT_MODEL
    first_byte_s: float = 10.0
    turn_s: float = 45.0
    embedder: Embedder = Embedder.AUTO
    smtp_url: str | None = field(default=None, repr=False)
    imap_url: str | None = field(default=None, repr=False)
    slack_webhook_url: str | None = field(default=None, repr=False)
    caldav_url: str | None = field(default=None, repr=False)
    enrich_file: Path | None = None
    enrich_url: str | None = None
    enrich_key: str | None = field(default=None, repr=False)
    enrich_days: float = 90.0
    trusted_proxies: str | None = None
    worker: WorkerMode = WorkerMode.INTERNAL
    log: LogLevel = LogLevel.INFO

    @classmethod
    def from_env(cls, env: Mapping[str, str], *, dotenv: Path | None = None) -> "Settings":
        """Read the settings; the environment wins over the file, and an empty value counts as not set.

        Raises SettingsFault with a sentence for every fault at once.
        """
        return _read(_Given(_both(env, dotenv)))

    @property
    def uses_openai_embeddings(self) -> bool:
        """Whether knowledge is embedded by OpenAI."""
        own_service = self.openai_api_key is not None and self.openai_base_url is None
        return self.embedder is Embedder.OPENAI or (self.embedder is Embedder.AUTO and own_service)

    @property
    def uses_built_in(self) -> bool:
        """Whether the built-in interviewer does the talking: by choice, or because an OpenAI model has no key."""
        other_vendor = ":" in self.model and not self.model.startswith("ft:")
        return self.model == BUILT_IN or (self.openai_api_key is None and not other_vendor)

    def secret_for_serving(self) -> str:
        """The secret, if it is good enough to sign visitors' sessions; raises SettingsFault when it is not."""
        fault = secret_fault(self.secret)
        if self.secret is None or fault:
            raise SettingsFault([fault])
        return self.secret


def _read(given: "_Given") -> Settings:
    settings = Settings(
        database_url=given.read("OPENER_DATABASE_URL", read_database_url, DEFAULT_DATABASE_URL),
        data=given.read("OPENER_DATA", Path, Path("opener-data")),
        playbook=given.read("OPENER_PLAYBOOK", Path, None),
        secret=given.read("OPENER_SECRET", str, None),
        suppression_key=given.read("OPENER_SUPPRESSION_KEY", read_long_key, None),
        public_url=given.read("OPENER_PUBLIC_URL", read_public_url, "http://localhost:8000"),
        openai_api_key=given.read("OPENAI_API_KEY", read_key, None),
        openai_base_url=given.read("OPENAI_BASE_URL", url_of("http", "https"), None),
        model=given.read("OPENER_MODEL", read_model, DEFAULT_MODEL),
        first_byte_s=given.read("OPENER_MODEL_FIRST_BYTE_S", read_seconds, 10.0),
        turn_s=given.read("OPENER_MODEL_TURN_S", read_seconds, 45.0),
        embedder=given.read("OPENER_EMBEDDER", choice(Embedder), Embedder.AUTO),
        smtp_url=given.read("OPENER_SMTP_URL", url_of("smtp", "smtps"), None),
        imap_url=given.read("OPENER_IMAP_URL", url_of("imap", "imaps"), None),
        slack_webhook_url=given.read("OPENER_SLACK_WEBHOOK_URL", url_of("https"), None),
        caldav_url=given.read("OPENER_CALDAV_URL", url_of("http", "https"), None),
        enrich_file=given.read("OPENER_ENRICH_FILE", Path, None),
        enrich_url=given.read("OPENER_ENRICH_URL", url_of("http", "https"), None),
        enrich_key=given.read("OPENER_ENRICH_KEY", read_key, None),
        enrich_days=given.read("OPENER_ENRICH_DAYS", read_days, 90.0),
        trusted_proxies=given.read("OPENER_TRUSTED_PROXIES", str, None),
        worker=given.read("OPENER_WORKER", choice(WorkerMode), WorkerMode.INTERNAL),
        log=given.read("OPENER_LOG", choice(LogLevel), LogLevel.INFO),
    )
    given.faults += [*_contradictions(settings), *given.misspelled()]
    if given.faults:
        raise SettingsFault(given.faults)
    return settings


class _Given:
    """The variables as they were set; collects a sentence for each one that cannot be read."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._asked: set[str] = set()
        self.faults: list[str] = []

    def read(self, name: str, read: Callable[[str], T], default: T | None) -> T:
        self._asked.add(name)
        value = self._values.get(name, "").strip()
        if value:
            try:
                return read(value)
            except ValueError as error:
                self.faults.append(f"{name} {error}.")
        return default  # type: ignore[return-value] # None is given only where None is a value of the setting

    def misspelled(self) -> list[str]:
        ours = [name for name in self._values if name.startswith("OPENER_") and name not in self._asked]
        meant = [(name, nearest(name, self._asked, cutoff=0.88)) for name in sorted(ours)]
        return [f"{name} is not a setting of Opener: did you mean {known}?" for name, known in meant if known]


def _both(env: Mapping[str, str], dotenv: Path | None) -> dict[str, str]:
    if dotenv is None or not dotenv.is_file():
        return dict(env)
    try:
        # Passwords may hold "$", so nothing is interpolated.
        written = dotenv_values(dotenv, interpolate=False, encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsFault([f"{dotenv} cannot be read ({error}): it must be a text file in UTF-8."]) from error
    return {name: value for name, value in written.items() if value} | {k: v for k, v in env.items() if v}


def _contradictions(settings: Settings) -> list[str]:
    faults = []
    if settings.first_byte_s > settings.turn_s:
        faults.append(
            f"OPENER_MODEL_FIRST_BYTE_S is {settings.first_byte_s:g}, longer than a whole turn: at most "
            f"OPENER_MODEL_TURN_S ({settings.turn_s:g})."
        )
    if settings.embedder is Embedder.OPENAI and settings.openai_api_key is None:
        faults.append("OPENER_EMBEDDER is openai, which needs a key: set OPENAI_API_KEY, or use offline.")
    return faults
