"""Nearest passages by vector, in Chroma on disk.

Chroma is a throw-away copy. It keeps what was deleted, so a change of the text makes a new folder and the old one goes.
Exactly one process may use a folder, so a lock decides who; the others search in memory. Only numbers and vectors are
given to it, never a text. Its server mode is not used.
"""

import json
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from store.relevance import Near, Scale
from store.vectors import IndexBroken, VectorIndex

_COLLECTION = "passages"
_LOCK = "owner.lock"
_SEAL = "complete.json"
_NEVER = 1_000_000_000  # rows after which Chroma writes its graph to disk
_BATCH = 5000  # Chroma takes at most 5,461 rows at once


class ChromaVectors:
    """A collection of an open Chroma folder. Safe to ask from several threads, one at a time."""

    def __init__(self, client: Any, collection: Any, seal: Path) -> None:
        self._client = client
        self._collection = collection
        self._seal = seal
        self._one_at_a_time = threading.Lock()

    def nearest(self, vector: NDArray[np.float32], limit: int) -> list[Near]:
        """The passages with the largest dot product, largest first. Raises IndexBroken."""
        with self._one_at_a_time:
            # An open folder answers on when it is deleted under us; the seal tells.
            if self._client is None or not self._seal.exists():
                raise IndexBroken("the folder was closed or deleted")
            try:
                with _broken_when_chroma_fails():
                    found = self._collection.query(
                        query_embeddings=vector[np.newaxis], n_results=limit, include=["distances"]
                    )
            except IndexBroken:
                self._seal.unlink(missing_ok=True)  # so that nobody opens it again
                raise
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        return [Near(int(id), 1 - float(distance)) for id, distance in pairs]

    def vectors(self, numbers: Sequence[int]) -> NDArray[np.float32]:
        """The stored vectors of some passages, in order. Raises IndexBroken."""
        with self._one_at_a_time, _broken_when_chroma_fails():
            found = self._collection.get(ids=[str(number) for number in numbers], include=["embeddings"])
        by_id = dict(zip(found["ids"], found["embeddings"], strict=True))
        return np.stack([by_id[str(number)] for number in numbers])

    def close(self) -> None:
        """Let go of the files."""
        with self._one_at_a_time:
            client, self._client = self._client, None
        if client is not None:
            client.close()


@dataclass(frozen=True, slots=True)
class Opened:
    """An index ready to be asked, what its likenesses mean (None: nothing to compare with), and its folder's name."""

    index: VectorIndex
    scale: Scale | None
    name: str


class VectorFolder:
    """The place on disk where the index lives, one folder a version. All calls block; ask from a thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = FileLock(folder / _LOCK, timeout=0, thread_local=False)
        self._busy = threading.Lock()
        self._open: list[ChromaVectors] = []

    def own(self) -> bool:
        """Become, or still be, the one process that uses this place; False while another is. Raises IndexBroken."""
        if self._lock.is_locked:
            return True
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout:
            return False
        except OSError as error:
            raise IndexBroken(str(error)) from error
        return True

    def open(self, version: str, count: int) -> Opened | None:
        """The index of this version with so many passages; None when there is no whole and sound one."""
        with self._busy:
            return self._opened(version, count)

    def _opened(self, version: str, count: int) -> Opened | None:
        for place in sorted(self._folder.glob(f"{version}-*")):
            try:
                vectors, scale = _open(place, count)
            except (IndexBroken, OSError, ValueError, KeyError, TypeError):
                with suppress(OSError):
                    (place / _SEAL).unlink(missing_ok=True)
                continue
            self._open.append(vectors)
            return Opened(vectors, scale, place.name)
        return None

    def build(self, version: str, vectors: NDArray[np.float32], scale: Scale | None) -> Opened:
        """A new index of this version in place of whatever stood there. Raises IndexBroken."""
        with self._busy:
            self._let_go()
            # A new name each time: Chroma never again opens a path it has failed on in this process.
            self._write(self._folder / f"{version}-{uuid4().hex[:8]}", vectors, scale)
            opened = self._opened(version, len(vectors))
        if opened is None:
            raise IndexBroken("the new index could not be opened")
        return opened

    def _write(self, place: Path, vectors: NDArray[np.float32], scale: Scale | None) -> None:
        with _broken_when_chroma_fails():
            client = _client(place)
            try:
                collection = client.create_collection(
                    _COLLECTION,
                    embedding_function=None,
                    configuration={"hnsw": {"space": "ip", "sync_threshold": _NEVER}},
                )
                for start in range(0, len(vectors), _BATCH):
                    batch = vectors[start : start + _BATCH]
                    collection.add(ids=[str(start + n) for n in range(len(batch))], embeddings=batch)
            finally:
                client.close()
            _drop_graphs(place)
            seal = {
                "count": len(vectors),
                "dimensions": vectors.shape[1],
                "scale": asdict(scale) if scale else None,
            }
            (place / _SEAL).write_text(json.dumps(seal), encoding="utf-8")

    def sweep(self, keep: str) -> None:
        """Remove every other index: what was deleted from the knowledge is then gone from the disk."""
        with self._busy:
            for place in self._folder.iterdir():
                if place.name not in {keep, _LOCK}:
                    _clear(place)

    def close(self) -> None:
        """Close what is open and let another process have the place."""
        with self._busy:
            self._let_go()
            self._lock.release()

    def _let_go(self) -> None:
        while self._open:
            self._open.pop().close()


def _client(place: Path) -> Any:
    # Heavy: 1.3 s and 55 MB. A process that never searches must not pay for it.
    import chromadb  # noqa: PLC0415
    from chromadb.config import Settings  # noqa: PLC0415

    return chromadb.PersistentClient(path=str(place), settings=Settings(anonymized_telemetry=False))


def _open(place: Path, count: int) -> tuple[ChromaVectors, Scale | None]:
    """Raises IndexBroken, OSError, ValueError, KeyError or TypeError for anything that is not whole and sound."""
    seal = json.loads((place / _SEAL).read_bytes())
    if seal["count"] != count:
        raise IndexBroken("another number of passages")
    _drop_graphs(place)
    with _broken_when_chroma_fails():
        client = _client(place)
        try:
            collection = client.get_collection(_COLLECTION, embedding_function=None)
            if collection.count() != count:
                raise ValueError("rows are missing")
            collection.query(query_embeddings=[[0.0] * seal["dimensions"]], n_results=1)  # reads everything in
            _drop_graphs(place)
        except BaseException:
            client.close()
            raise
    return ChromaVectors(client, collection, place / _SEAL), _scale(seal["scale"])


def _scale(stored: dict[str, float] | None) -> Scale | None:
    return Scale(stored["usual"], stored["alike"]) if stored else None


def _drop_graphs(place: Path) -> None:
    """Remove Chroma's graph files; it makes the graph from its SQLite file, in memory, in a second for 5,000 vectors.

    It does not survive a damaged one (the whole process goes down), and it fills the unused part of a new one with
    whatever this process had in its memory, which is no business of a file.
    """
    for path in place.rglob("*.bin"):
        path.unlink(missing_ok=True)


def _clear(place: Path) -> None:
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


@contextmanager
def _broken_when_chroma_fails() -> Iterator[None]:
    """Chroma's own errors, an unusable machine (old SQLite, no wheel) and the disk's errors, as one."""
    try:
        # Heavy, see _client; and some machines have no wheel of it.
        from chromadb.errors import ChromaError  # noqa: PLC0415
    except (ImportError, RuntimeError) as error:
        raise IndexBroken(f"{type(error).__name__}: {error}") from error
    try:
        yield
    except (ChromaError, RuntimeError, OSError, ValueError) as error:
        raise IndexBroken(f"{type(error).__name__}: {error}") from error
