"""The index on disk: made from SQL, thrown away whole, owned by one process, and never in the way of an answer."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from store.chroma import VectorFolder
from store.embedders import EmbeddingUnavailable, Kind, OfflineEmbedder, Vectors
from store.engine import open_engine
from store.knowledge import Knowledge
from store.metadata import metadata
from store.relevance import Scale
from store.vectors import IndexBroken, MemoryVectors
from tests.store.knowledge_library import PAGES, page

QUESTION = "Where is our data stored?"


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(f"sqlite+aiosqlite:///{tmp_path}/knowledge.db")
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield engine
    await engine.dispose()


@pytest.fixture
async def knowledge(engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[Knowledge]:
    knowledge = Knowledge(engine, folder=tmp_path / "index", embedder=OfflineEmbedder())
    await knowledge.add(PAGES)
    yield knowledge
    await knowledge.close()


class NamedEmbedder:
    """Stands where a model's embedder stands: a space of its own, a count of what was asked, and bad days."""

    dimensions = 64

    def __init__(self, name: str) -> None:
        self.name = name
        self.passages = 0
        self.down = False

    async def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        if self.down:
            raise EmbeddingUnavailable("the provider is away")
        self.passages += len(texts) if kind == "passage" else 0
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            for letter in text.encode():
                rows[row, letter % self.dimensions] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def versions(folder: Path) -> set[str]:
    return {place.name for place in folder.iterdir() if place.is_dir()}


def bytes_under(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


async def test_the_first_search_answers_by_words_while_the_index_is_made(knowledge: Knowledge) -> None:
    assert (await knowledge.search(QUESTION))[0].document == "security"
    assert await knowledge.ready()
    assert (await knowledge.search(QUESTION))[0].document == "security"


async def test_a_change_of_the_text_makes_a_new_folder_and_the_old_one_goes(
    knowledge: Knowledge, tmp_path: Path
) -> None:
    await knowledge.ready()
    before = versions(tmp_path / "index")
    await knowledge.add([replace(PAGES[0], body="Everything is free now.")])
    await knowledge.ready()
    after = versions(tmp_path / "index")
    assert (len(before), len(after)) == (1, 1)
    assert before != after


async def test_nothing_of_a_deleted_page_is_left_on_disk(knowledge: Knowledge, tmp_path: Path) -> None:
    secret = page("secret", "Quince", "The quince orchard password is marmalade-4711, said the gardener.")
    await knowledge.add([secret])
    await knowledge.ready()
    vector = vectors_in(tmp_path / "index")
    assert len(vector) == 1 + await passages_in(knowledge, without="secret")
    assert (await knowledge.search("quince orchard"))[0].document == "secret"
    await knowledge.remove("secret")
    await knowledge.ready()
    left = bytes_under(tmp_path / "index")
    assert b"marmalade" not in left
    assert b"quince" not in left.lower()
    # Chroma alone would keep the vectors: none of those that were there with the secret is there any more.
    assert [row for row in vector if row in left] == []


def vectors_in(folder: Path) -> list[bytes]:
    (version,) = versions(folder)
    # A second client on the same folder, in the same process, shares the open one.
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(path=str(folder / version), settings=Settings(anonymized_telemetry=False))
    stored = client.get_collection("passages", embedding_function=None).get(include=["embeddings"])
    client.close()
    found = [np.asarray(row, dtype=np.float32).tobytes() for row in stored["embeddings"]]
    whole = bytes_under(folder)
    assert all(row in whole for row in found), "the vectors are not where this test looks for them"
    return found


async def passages_in(knowledge: Knowledge, *, without: str) -> int:
    hits = await knowledge.search(" ".join(f"{each.title} {each.body}" for each in PAGES), limit=1000)
    return len({hit.id for hit in hits if hit.document != without})


async def test_removing_the_last_page_leaves_no_index(knowledge: Knowledge, tmp_path: Path) -> None:
    await knowledge.ready()
    for each in PAGES:
        await knowledge.remove(each.slug)
    assert await knowledge.ready()
    assert versions(tmp_path / "index") == set()


async def test_another_embedder_makes_another_index(engine: AsyncEngine, knowledge: Knowledge, tmp_path: Path) -> None:
    await knowledge.ready()
    before = versions(tmp_path / "index")
    await knowledge.close()
    model = NamedEmbedder("model-a")
    other = Knowledge(engine, folder=tmp_path / "index", embedder=model)
    assert await other.ready()
    assert versions(tmp_path / "index").isdisjoint(before)
    await other.close()


async def test_an_index_is_opened_again_without_asking_the_model_for_its_passages(
    engine: AsyncEngine, knowledge: Knowledge, tmp_path: Path
) -> None:
    model = NamedEmbedder("model-a")
    first = Knowledge(engine, folder=tmp_path / "model", embedder=model)
    await first.ready()
    asked = model.passages
    hits = await first.search(QUESTION)
    await first.close()
    again = Knowledge(engine, folder=tmp_path / "model", embedder=model)
    assert await again.ready()
    assert await again.search(QUESTION) == hits
    assert model.passages == asked
    await again.close()


async def test_when_the_model_is_away_words_answer_and_the_index_comes_later(
    engine: AsyncEngine, knowledge: Knowledge, tmp_path: Path
) -> None:
    model = NamedEmbedder("model-a")
    model.down = True
    other = Knowledge(engine, folder=tmp_path / "model", embedder=model)
    assert not await other.ready()
    assert (await other.search(QUESTION))[0].document == "security"
    await other.close()
    model.down = False
    later = Knowledge(engine, folder=tmp_path / "model", embedder=model)
    assert await later.ready()
    model.down = True
    assert (await later.search(QUESTION))[0].document == "security"
    await later.close()


async def test_a_deleted_folder_is_made_anew_and_no_search_fails(knowledge: Knowledge, tmp_path: Path) -> None:
    await knowledge.ready()
    shutil.rmtree(tmp_path / "index" / next(iter(versions(tmp_path / "index"))))
    assert (await knowledge.search(QUESTION))[0].document == "security"
    assert await knowledge.ready()
    assert len(versions(tmp_path / "index")) == 1
    assert (await knowledge.search(QUESTION))[0].relevant


@pytest.mark.parametrize("damage", ["garbage", "empty", "gone", "no seal", "a file in its place"])
async def test_a_damaged_folder_is_made_anew(
    engine: AsyncEngine, knowledge: Knowledge, tmp_path: Path, damage: str
) -> None:
    await knowledge.ready()
    expected = await knowledge.search(QUESTION)
    await knowledge.close()
    (place,) = (tmp_path / "index" / name for name in versions(tmp_path / "index"))
    database = place / "chroma.sqlite3"
    match damage:
        case "garbage":
            database.write_bytes(b"garbage" * 1000)
        case "empty":
            database.write_bytes(b"")
        case "gone":
            database.unlink()
        case "no seal":
            (place / "complete.json").unlink()
        case _:
            shutil.rmtree(place)
            place.write_text("not a folder")
    again = Knowledge(engine, folder=tmp_path / "index", embedder=OfflineEmbedder())
    assert (await again.search(QUESTION))[0].document == "security"
    assert await again.ready()
    assert await again.search(QUESTION) == expected
    await again.close()


def test_chroma_never_reads_a_graph_file_which_it_would_not_survive(tmp_path: Path) -> None:
    """Chroma 1.5.9 takes the whole process down over a damaged graph, so an index is opened without any."""
    vectors = np.random.default_rng(7).normal(size=(1500, 16)).astype(np.float32)
    folder = VectorFolder(tmp_path)
    assert folder.own()
    folder.build("v", vectors, Scale(0.1, 0.4))
    folder.close()
    assert list(tmp_path.rglob("*.bin")) == []
    segment = next(tmp_path.glob("v-*")) / "segment"
    segment.mkdir()
    (segment / "data_level0.bin").write_bytes(b"\xff" * 50_000)
    program = f"""
from pathlib import Path
import numpy as np
from store.chroma import VectorFolder
folder = VectorFolder(Path({str(tmp_path)!r}))
assert folder.own()
opened = folder.open("v", 1500)
assert opened.scale.alike == 0.4
assert len(opened.index.nearest(np.ones(16, dtype=np.float32), 5)) == 5
folder.close()
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    assert list(tmp_path.rglob("*.bin")) == []


async def test_a_place_that_cannot_be_written_is_done_without(engine: AsyncEngine, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    knowledge = Knowledge(engine, folder=tmp_path / "taken", embedder=OfflineEmbedder())
    await knowledge.add(PAGES)
    assert await knowledge.ready()
    assert (await knowledge.search(QUESTION))[0].document == "security"
    await knowledge.close()


async def test_two_on_one_folder_both_answer_alike_and_one_owns_it(
    engine: AsyncEngine, knowledge: Knowledge, tmp_path: Path
) -> None:
    other = Knowledge(engine, folder=tmp_path / "index", embedder=OfflineEmbedder())
    await knowledge.ready()
    assert await other.ready()
    mine, theirs = await knowledge.search(QUESTION), await other.search(QUESTION)
    assert [hit.id for hit in mine] == [hit.id for hit in theirs]
    assert [hit.score for hit in mine] == pytest.approx([hit.score for hit in theirs], abs=1e-3)
    await other.add([page("moss", "Moss", "Moss grows on the north wall of the cooling tower.")])
    for each in (knowledge, other):
        assert await each.ready()
        assert (await each.search("moss on the wall"))[0].document == "moss"
    assert len(versions(tmp_path / "index")) == 1
    await other.close()


async def test_another_process_may_have_the_folder_once_it_is_let_go(tmp_path: Path) -> None:
    first, second = VectorFolder(tmp_path), VectorFolder(tmp_path)
    assert first.own()
    assert first.own()
    assert not second.own()
    first.close()
    assert second.own()
    second.close()


async def test_many_questions_at_once_are_all_answered(knowledge: Knowledge) -> None:
    await knowledge.ready()
    answers = await asyncio.gather(*(knowledge.search(QUESTION) for _ in range(40)))
    assert {hits[0].document for hits in answers} == {"security"}


async def test_searches_go_on_while_pages_change(knowledge: Knowledge) -> None:
    await knowledge.ready()

    async def change() -> None:
        for number in range(5):
            await knowledge.add([page("moss", "Moss", f"Moss number {number} grows on the north wall.")])

    async def ask() -> None:
        for _ in range(40):
            assert (await knowledge.search(QUESTION))[0].document == "security"

    await asyncio.gather(change(), ask(), ask())
    assert await knowledge.ready()
    assert "number 4" in (await knowledge.search("moss"))[0].text


def test_memory_and_disk_find_the_same(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    vectors = random.normal(size=(300, 32)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    folder = VectorFolder(tmp_path)
    assert folder.own()
    opened = folder.build("v", vectors, None)
    for question in vectors[:20] + 0.1 * random.normal(size=(20, 32)).astype(np.float32):
        near, exact = opened.index.nearest(question, 5), MemoryVectors(vectors).nearest(question, 5)
        assert [one.number for one in near] == [one.number for one in exact]
        assert [one.likeness for one in near] == pytest.approx([one.likeness for one in exact], abs=1e-5)
    folder.close()
    with pytest.raises(IndexBroken):
        opened.index.nearest(vectors[0], 1)
