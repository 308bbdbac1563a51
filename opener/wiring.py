"""Wiring: the one place that builds things out of settings and a playbook."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from actions.install_playbook import install_playbook
from actions.workspace import Workspace
from agent.answer import Agent
from agent.gateway import Budget, Gateway
from agent.interviewer.model import NAME as BUILT_IN
from agent.interviewer.model import BuiltInInterviewer
from agent.langchain_provider import LangChainProvider
from agent.provider import Provider
from opener.ids import new_id
from opener.suppression_key import suppression_key
from playbook.book import Playbook
from playbook.settings import Settings
from store.embedders import Embedder, OfflineEmbedder
from store.engine import Database, open_engine
from store.knowledge import Document, Knowledge
from store.live import Live
from store.migrate import upgrade

if TYPE_CHECKING:
    from agent.openai_model import ModelSettings


@dataclass(slots=True)
class Built:
    """Everything a command needs: `prepare` makes it ready, `close` gives it all back."""

    settings: Settings
    workspace: Workspace
    agent: Agent
    knowledge: Knowledge
    model_name: str

    @property
    def database(self) -> Database:
        """The open database."""
        return self.workspace.database

    async def prepare(self) -> None:
        """Bring the database up to date, install the playbook and its pages, and begin to hear other processes."""
        workspace = self.workspace
        await make_ready(workspace, self.settings)
        async with workspace.unit() as uow:
            await install_playbook(uow, workspace.book)
        pages = workspace.book.knowledge
        await self.knowledge.add([Document(p.slug, p.title, p.url, p.body, source="playbook") for p in pages])
        await workspace.live.start()

    async def close(self) -> None:
        """Close model connections, the index and the database."""
        await self.agent.gateway.close()
        await self.workspace.live.stop()
        await self.knowledge.close()
        await self.database.dispose()


async def make_ready(workspace: Workspace, settings: Settings) -> None:
    """What every way in does before its first act: the database is brought up to date, and the key is the list's.

    Raises WrongSuppressionKey: with another key nobody on the suppression list would be recognised.
    """
    workspace.suppression_key = suppression_key(settings)
    await upgrade(workspace.database)
    async with workspace.unit() as uow:
        await uow.suppressions.check_key(now=uow.now)


@asynccontextmanager
async def opened_workspace(settings: Settings, book: Playbook) -> AsyncIterator[Workspace]:
    """A workspace for one command that needs no model: ready, for as long as the block lasts."""
    database = open_engine(settings.database_url)
    try:
        workspace = Workspace(database, book, utc_now, new_id)
        await make_ready(workspace, settings)
        yield workspace
    finally:
        await database.dispose()


def utc_now() -> datetime:
    """The clock of the running product."""
    return datetime.now(UTC)


def interviewer(book: Playbook, clock: Callable[[], datetime]) -> Provider:
    """The built-in interviewer as a provider."""
    return LangChainProvider(BuiltInInterviewer(book=book, clock=clock), name=BUILT_IN)


def gateway_for(settings: Settings, book: Playbook, clock: Callable[[], datetime]) -> Gateway:
    """The configured model with the interviewer behind it; the interviewer alone when no model can be had."""
    built_in = interviewer(book, clock)
    if who_answers(settings) == BUILT_IN:
        return Gateway(built_in)
    # Heavy (openai: 0.7 s, 30 MB), and the built-in interviewer does not need it.
    from agent.openai_model import provider_for  # noqa: PLC0415

    return Gateway(provider_for(model_settings(settings)), fallback=built_in, budget=model_budget(settings))


def model_settings(settings: Settings) -> "ModelSettings":
    """What the settings say about the model."""
    from agent.openai_model import ModelSettings  # noqa: PLC0415 - as above

    return ModelSettings(
        model=settings.model,
        api_key=settings.openai_api_key or "",
        base_url=settings.openai_base_url,
        budget=model_budget(settings),
    )


def who_answers(settings: Settings) -> str:
    """The name of the model that answers under these settings."""
    return settings.model if settings.model != BUILT_IN and _has_model(settings) else BUILT_IN


def _has_model(settings: Settings) -> bool:
    """OpenAI's own models need its key; other vendors (`vendor:model`) bring their own variables."""
    return settings.openai_api_key is not None or ":" in settings.model


def model_budget(settings: Settings) -> Budget:
    """How long the model may take, by the settings."""
    return replace(Budget(), first_byte_s=settings.first_byte_s, turn_s=settings.turn_s)


def embedder_for(settings: Settings) -> Embedder:
    """OpenAI's embeddings when the settings say so, else the offline ones."""
    if settings.uses_openai_embeddings:
        from agent.openai_model import OpenAIEmbedder, openai_client  # noqa: PLC0415 - as above

        return OpenAIEmbedder(openai_client(model_settings(settings)))
    return OfflineEmbedder()


def assemble(settings: Settings, book: Playbook) -> Built:
    """Put the parts together. Nothing is opened or read yet: `Built.prepare` does that."""
    database = open_engine(settings.database_url)
    postgres = settings.database_url if settings.database_url.startswith("postgresql") else None
    workspace = Workspace(database, book, utc_now, new_id, Live(postgres_url=postgres))
    knowledge = Knowledge(database, folder=settings.data / "knowledge", embedder=embedder_for(settings))
    gateway = gateway_for(settings, book, utc_now)
    return Built(settings, workspace, Agent(workspace, gateway, knowledge), knowledge, gateway.provider_name)


async def build(settings: Settings, book: Playbook) -> Built:
    """Put the parts together and make them ready."""
    built = assemble(settings, book)
    await built.prepare()
    return built
