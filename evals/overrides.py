"""What differs from the sample playbook in one case: merged into its files and read like any playbook."""

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playbook.book import Playbook
from playbook.loader import FILES, KNOWLEDGE, read_playbook
from playbook.source import read_yaml


def overridden(book: Playbook, changes: Mapping[str, Mapping[str, Any]]) -> Playbook:
    """The playbook with some values changed, by file; mappings are merged, lists replaced. Raises PlaybookFaults."""
    if not changes:
        return book
    with TemporaryDirectory(prefix="opener-evals-") as name:
        folder = Path(name)
        (folder / KNOWLEDGE).symlink_to((book.folder / KNOWLEDGE).resolve(), target_is_directory=True)
        for file in FILES:
            source, _ = read_yaml((book.folder / file).read_text(encoding="utf-8"), file=file)
            merged = _merged(source.content if source else {}, changes.get(file, {}))
            (folder / file).write_text(json.dumps(merged, ensure_ascii=False), encoding="utf-8")  # JSON is YAML too
        return read_playbook(folder)


def _merged(old: Any, new: Any) -> Any:
    if isinstance(old, dict) and isinstance(new, Mapping):
        return old | {key: _merged(old.get(key), value) for key, value in new.items()}
    return new
