"""Knowledge as the rest of the house uses it: pages in, passages out, on both databases, with the real Chroma."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

import store.knowledge_tables
from store.embedders import OfflineEmbedder
from store.engine import open_engine
from store.knowledge import Knowledge
from store.metadata import metadata
from tests.postgres_server import new_database, postgres_server
from tests.store.knowledge_library import ANSWERED, PAGES, UNANSWERED, page

TABLES = [table for name, table in metadata.tables.items() if name.startswith("knowledge_")]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres_server() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def engine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    if request.param == "sqlite":
        async with opened(f"sqlite+aiosqlite:///{tmp_path}/knowledge.db") as engine:
            yield engine
        return
    with new_database(request.getfixturevalue("server")) as url:
        async with opened(url) as engine:
            yield engine


@pytest.fixture
async def knowledge(engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[Knowledge]:
    knowledge = Knowledge(engine, folder=tmp_path / "index", embedder=OfflineEmbedder())
    yield knowledge
    await knowledge.close()


class opened:
    """A database with the knowledge tables, for as long as the block lasts."""

    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)

    async def __aenter__(self) -> AsyncEngine:
        async with self.engine.begin() as connection:
            await connection.run_sync(metadata.create_all, tables=TABLES)
        return self.engine

    async def __aexit__(self, *_: object) -> None:
        await self.engine.dispose()


def test_every_column_says_that_it_holds_no_personal_data() -> None:
    assert {table.name for table in TABLES} == {"knowledge_documents", "knowledge_passages", "knowledge_state"}
    assert {column.info["pii"] for table in TABLES for column in table.columns} == {"none"}
    assert store.knowledge_tables.knowledge_state in TABLES


async def test_a_page_is_added_once_changed_when_it_differs_and_left_alone_otherwise(knowledge: Knowledge) -> None:
    pricing, security = PAGES[:2]
    assert (await knowledge.add([pricing, security])).added == ("pricing", "security")
    written = {each.slug: each.updated_at for each in await knowledge.documents()}
    dearer = replace(security, body="Audited twice a year.")
    report = await knowledge.add([pricing, dearer])
    assert (report.added, report.changed, report.unchanged) == ((), ("security",), ("pricing",))
    kept = {each.slug: each for each in await knowledge.documents()}
    assert kept["pricing"].updated_at == written["pricing"]
    assert kept["security"].body == "Audited twice a year."
    assert kept["pricing"].url == "https://www.example.com/pricing"


async def test_of_two_pages_with_one_slug_the_later_counts(knowledge: Knowledge) -> None:
    report = await knowledge.add([page("a", "A", "first words"), page("a", "A", "second words")])
    assert report.added == ("a",)
    assert [each.body for each in await knowledge.documents()] == ["second words"]


async def test_what_is_added_is_found_at_once_and_what_is_removed_is_not(knowledge: Knowledge) -> None:
    await knowledge.add(PAGES)
    assert (await knowledge.search("which plan covers 80 sensors"))[0].document == "pricing"
    assert await knowledge.ready()
    assert await knowledge.remove("pricing")
    assert "pricing" not in {hit.document for hit in await knowledge.search("which plan covers 80 sensors")}
    assert not await knowledge.remove("pricing")


async def test_nothing_is_found_in_an_empty_library(knowledge: Knowledge) -> None:
    assert await knowledge.search("anything") == []
    assert await knowledge.ready()
    await knowledge.add([page("empty", "Empty", "")])
    assert await knowledge.search("empty") == []


async def test_questions_find_their_page_and_others_find_nothing_relevant(knowledge: Knowledge) -> None:
    await knowledge.add(PAGES)
    assert await knowledge.ready()
    found = {question: await knowledge.search(question) for question in ANSWERED}
    first = [question for question, wanted in ANSWERED.items() if found[question][0].document == wanted]
    sure = [q for q, wanted in ANSWERED.items() if any(hit.relevant and hit.document == wanted for hit in found[q])]
    misled = [q for q in UNANSWERED if any(hit.relevant for hit in await knowledge.search(q))]
    assert len(first) >= 0.9 * len(ANSWERED)
    assert len(sure) >= 0.85 * len(ANSWERED)
    assert len(misled) <= 0.1 * len(UNANSWERED)


async def test_a_question_with_typos_still_finds_its_page(knowledge: Knowledge) -> None:
    await knowledge.add(PAGES)
    await knowledge.ready()
    best = (await knowledge.search("how long does the battrey last"))[0]
    assert (best.document, best.relevant) == ("sensors", True)


async def test_a_hit_says_where_it_stands_and_how_sure_we_are(knowledge: Knowledge) -> None:
    await knowledge.add(PAGES)
    await knowledge.ready()
    hits = await knowledge.search("Where is our data stored?", limit=2)
    assert len(hits) == 2
    assert hits[0].title == "Security and privacy"
    assert "Frankfurt and Dublin" in hits[0].text
    assert all(0 <= hit.score <= 1 and hit.relevant is (hit.score >= 0.5) for hit in hits)
    assert await knowledge.search("Where is our data stored?", limit=0) == []


async def test_an_untouched_passage_keeps_its_id_when_its_page_grows(knowledge: Knowledge) -> None:
    long = "The drying hall measures eighty metres and holds nine hundred racks of salted cod in winter. " * 6
    await knowledge.add([page("hall", "Hall", f"## Size\n\n{long}")])
    before = (await knowledge.search("drying hall racks"))[0].id
    await knowledge.add([page("hall", "Hall", f"## Size\n\n{long}\n\n# Visits\n\n{'Visitors ring the bell. ' * 30}")])
    assert before in {hit.id for hit in await knowledge.search("drying hall racks")}


async def test_two_writers_at_once_leave_the_version_of_all_pages(engine: AsyncEngine, tmp_path: Path) -> None:
    one = Knowledge(engine, folder=tmp_path / "one", embedder=OfflineEmbedder())
    other = Knowledge(engine, folder=tmp_path / "other", embedder=OfflineEmbedder())
    await one.search("begin")
    await asyncio.gather(
        *(one.add([replace(each, slug=f"one-{each.slug}")]) for each in PAGES),
        *(other.add([replace(each, slug=f"other-{each.slug}")]) for each in PAGES),
    )
    for knowledge in (one, other):
        hits = await knowledge.search("HACCP record inspectors", limit=20)
        assert {"one-compliance", "other-compliance"} <= {hit.document for hit in hits}
        await knowledge.close()


async def test_a_warm_search_is_quick(engine: AsyncEngine, tmp_path: Path) -> None:
    knowledge = Knowledge(engine, folder=tmp_path / "index", embedder=OfflineEmbedder())
    text = "Hall {n} keeps crate {n} of lot {m}, weighed at dock {n} and cooled to {m} degrees before shipment {n}{m}. "
    body = "\n\n".join(f"# Part {m}\n\n" + text.format(n=m, m=m * 7) * 6 for m in range(20))
    await knowledge.add([page(f"page-{n}", f"Page {n}", body.replace("Hall", f"Hall{n}")) for n in range(25)])
    assert await knowledge.ready()
    for question in ANSWERED:
        await knowledge.search(question)
    spent = time.process_time()
    for question in ANSWERED:
        await knowledge.search(question)
    # Measured 3 to 5 ms over 500 passages; the bound is wide because other work shares the machine.
    assert (time.process_time() - spent) / len(ANSWERED) < 0.030
    await knowledge.close()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(query=st.text(st.characters(exclude_categories=()), max_size=400))
def test_any_text_may_be_asked(engine: AsyncEngine, tmp_path_factory: pytest.TempPathFactory, query: str) -> None:
    async def ask() -> None:
        folder = tmp_path_factory.mktemp("asked")
        async with opened(f"sqlite+aiosqlite:///{folder}/knowledge.db") as fresh:
            knowledge = Knowledge(fresh, folder=folder / "index", embedder=OfflineEmbedder())
            await knowledge.add(PAGES[:1])
            assert len(await knowledge.search(query)) <= 5
            await knowledge.close()

    asyncio.run(ask())


@pytest.mark.parametrize(
    "query",
    [
        "",
        "   ",
        "\x00",
        "\ud800",
        "’" * 4000,
        "a" * 100_000,
        "料金はいくらですか",
        "कीमत क्या है",
        "💶💶",
        "-" * 300,
        "'s 's",
        "the of and",
    ],
)
async def test_odd_texts_may_be_asked_of_the_full_index(knowledge: Knowledge, query: str) -> None:
    await knowledge.add([*PAGES, page("odd", "Odd \x00 page", "Body \ud800 with \x00 oddities.")])
    await knowledge.ready()
    assert len(await knowledge.search(query)) <= 5


def test_a_process_that_never_searches_never_loads_chroma(tmp_path: Path) -> None:
    program = f"""
import asyncio, sys
from pathlib import Path
from store.embedders import OfflineEmbedder
from store.engine import open_engine
from store.knowledge import Document, Knowledge
from store.metadata import metadata

async def main():
    engine = open_engine("sqlite+aiosqlite:///{tmp_path}/k.db")
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    knowledge = Knowledge(engine, folder=Path("{tmp_path}/index"), embedder=OfflineEmbedder())
    await knowledge.add([Document("a", "A", None, "Some words.")])
    assert len(await knowledge.documents()) == 1
    await knowledge.remove("a")
    await knowledge.close()
    await engine.dispose()

asyncio.run(main())
assert "chromadb" not in sys.modules, "chromadb was imported"
assert "openai" not in sys.modules, "openai was imported"
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    assert not list((tmp_path / "index").glob("*/chroma.sqlite3"))
