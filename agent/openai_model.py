"""Builds the models and the embedder that the settings name. Nothing is built or imported before it is asked for.

LangChain's vendor packages are imported inside the functions that need them: langchain-openai alone costs about a
second and 40 MB, and a process that talks to OpenAI over the SDK, or to nobody, never needs it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx2
import numpy
from openai import AsyncOpenAI, omit
from pydantic import SecretStr

from agent.faults import fault_of
from agent.gateway import Budget
from agent.langchain_provider import LangChainProvider
from agent.openai_provider import OpenAIProvider
from agent.provider import Provider, estimate_tokens
from store.embedders import EmbeddingUnavailable, Kind, Vectors

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_openai import ChatOpenAI

_VENDOR = re.compile(r"(?P<vendor>[a-z][a-z_]*):(?P<model>.+)")
_NOT_VENDORS = frozenset({"ft"})
"""Prefixes OpenAI itself uses in model names: `ft:gpt-…` is a fine-tuned model."""

_BATCH_TEXTS = 256
_BATCH_TOKENS = 100_000
"""Well below OpenAI's limits a request, 2,048 texts and 300,000 tokens, because tokens are estimated."""
_TEXT_CHARS = 24_000
"""Longest text sent for an embedding; the model reads 8,192 tokens."""


class ModelNotConfigured(Exception):
    """The settings name a model we cannot build. The message says what to change."""


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Which model, on whose account. `model` is a bare OpenAI name or `vendor:model`.

    With `base_url` set the name goes to that server as it stands (`llama3.1:8b` has a colon too).
    """

    model: str
    api_key: str = field(default="", repr=False)
    base_url: str | None = None
    budget: Budget = field(default_factory=Budget)
    max_output_tokens: int = 800


def provider_for(settings: ModelSettings) -> Provider:
    """The provider for `settings`: the OpenAI SDK for OpenAI's wire, LangChain for every other vendor.

    Raises `ModelNotConfigured`.
    """
    vendor, model = vendor_and_model(settings)
    if vendor == "openai":
        return OpenAIProvider(openai_client(settings), model=model)
    chat = chat_model_for(settings.model, settings=settings)
    return LangChainProvider(chat, name=settings.model, system_anywhere=False)


def vendor_and_model(settings: ModelSettings) -> tuple[str, str]:
    """`("openai", "gpt-5-mini")`, `("anthropic", "claude-…")`."""
    match = None if settings.base_url else _VENDOR.fullmatch(settings.model)
    if match is None or match["vendor"] in _NOT_VENDORS:
        return "openai", settings.model
    return match["vendor"], match["model"]


def openai_client(settings: ModelSettings, *, http_client: httpx2.AsyncClient | None = None) -> AsyncOpenAI:
    """The SDK's client with its retries off and our time limits. Raises `ModelNotConfigured` without a key."""
    if not settings.api_key:
        raise ModelNotConfigured(
            "OPENER_MODEL names an OpenAI model but OPENAI_API_KEY is empty. "
            "Set the key, or set OPENER_MODEL=built-in to let the built-in interviewer answer."
        )
    return AsyncOpenAI(
        api_key=settings.api_key,
        base_url=settings.base_url,
        max_retries=0,
        timeout=_timeout(settings.budget),
        http_client=http_client,
    )


def chat_openai(settings: ModelSettings, *, http_client: httpx2.AsyncClient | None = None) -> "ChatOpenAI":
    """LangChain's `ChatOpenAI` on Chat Completions, with everything set that it would otherwise guess.

    It guesses the API from the model's name, counts no tokens of a stream once a base URL is set, retries twice and
    downloads a vocabulary to count tokens.
    """
    from langchain_openai import ChatOpenAI  # noqa: PLC0415 - heavy, see the module's head

    _, model = vendor_and_model(settings)
    return ChatOpenAI(
        model=model,
        api_key=SecretStr(settings.api_key),
        base_url=settings.base_url,
        max_retries=0,
        timeout=_timeout(settings.budget),
        stream_chunk_timeout=None,
        stream_usage=True,
        use_responses_api=False,
        store=False,
        custom_get_token_ids=lambda text: list(range(estimate_tokens(text))),
        http_async_client=http_client,
    )


def chat_model_for(name: str, *, settings: ModelSettings) -> "BaseChatModel":
    """The LangChain model called `vendor:model`. Raises `ModelNotConfigured` when its package is missing or unknown."""
    from langchain.chat_models import init_chat_model  # noqa: PLC0415 - heavy, see the module's head

    try:
        return init_chat_model(
            name, max_tokens=settings.max_output_tokens, timeout=settings.budget.turn_s, max_retries=0
        )
    except ImportError as error:
        raise ModelNotConfigured(f"OPENER_MODEL={name} needs one more package. {error}") from error
    except ValueError as error:
        vendor = name.partition(":")[0]
        raise ModelNotConfigured(
            f"OPENER_MODEL={name}: the vendor {vendor!r} is unknown or not fully set up. {error}"
        ) from error


def _timeout(budget: Budget) -> httpx2.Timeout:
    """The wire's own limits, a little wider than the gateway's, which is the one that decides."""
    return httpx2.Timeout(
        connect=budget.connect_s,
        read=max(budget.first_byte_s, budget.between_chunks_s) + 1,
        write=budget.first_byte_s,
        pool=budget.connect_s,
    )


class OpenAIEmbedder:
    """Embeds texts with an OpenAI model: rows of float32, one a text, in order. A `store.embedders.Embedder`.

    OpenAI's models embed questions and passages alike, so `kind` makes no difference here.
    """

    def __init__(self, client: AsyncOpenAI, *, model: str = "text-embedding-3-small", dimensions: int = 1536) -> None:
        """Embed with `model` through `client`."""
        self._client = client
        self._model = model
        self._dimensions = dimensions

    @property
    def name(self) -> str:
        """Names the space the vectors live in; vectors of another name do not compare."""
        return f"openai:{self._model}:{self._dimensions}"

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        return self._dimensions

    async def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """Vectors of `texts`, each of length 1, shape (len(texts), dimensions). Raises `EmbeddingUnavailable`."""
        if not texts:
            return numpy.empty((0, self._dimensions), dtype=numpy.float32)
        return numpy.concatenate([await self._embed(batch) for batch in batches(texts)])

    async def _embed(self, batch: list[str]) -> Vectors:
        size = self._dimensions if "-3-" in self._model else omit  # older models know one size only
        try:
            answer = await self._client.embeddings.create(model=self._model, input=batch, dimensions=size)
            rows = sorted(answer.data, key=lambda row: row.index)
            vectors = numpy.asarray([row.embedding for row in rows], dtype=numpy.float32)
        except Exception as error:
            raise EmbeddingUnavailable(str(fault_of(error))) from error
        if vectors.shape != (len(batch), self._dimensions):
            raise EmbeddingUnavailable(f"garbage: vectors of shape {vectors.shape}")
        lengths = numpy.linalg.norm(vectors, axis=1, keepdims=True)
        if not (numpy.isfinite(lengths) & (lengths > 0)).all():
            raise EmbeddingUnavailable("garbage: vectors without a direction")
        unit: Vectors = vectors / lengths
        return unit


def batches(texts: Sequence[str]) -> list[list[str]]:
    """`texts` in requests of bounded size. Empty texts become a space, which the provider accepts."""
    full: list[list[str]] = []
    room = 0
    for text in texts:
        piece = text[:_TEXT_CHARS] or " "
        cost = estimate_tokens(piece)
        if not full or len(full[-1]) == _BATCH_TEXTS or cost > room:
            full.append([])
            room = _BATCH_TOKENS
        full[-1].append(piece)
        room -= cost
    return full
