"""The browser's files: found, fingerprinted and named by type. Whoever serves them needs no other knowledge.

They live under `static/` as written; nothing is built. What goes out differs in two ways only: scripts go without their
comments and indentation (line for line, so that a position in a browser's error is a position in the source), and the
few pages and the loader get values written in for `{{ name }}`.

The fingerprint covers the whole tree. Everything sits under `/assets/{fingerprint}/…`, so relative imports stay inside
one version and may be cached for a year; only the loader and the pages, which name the fingerprint, must not be.
"""

import hashlib
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType

STATIC = Path(__file__).parent / "static"
LOADER = "widget/widget.js"

# Fixed, because what the operating system's own table says about .js differs from machine to machine. Without a
# charset: whoever serves text says that it is UTF-8.
MEDIA_TYPES: Mapping[str, str] = MappingProxyType(
    {
        ".js": "text/javascript",
        ".css": "text/css",
        ".html": "text/html",
        ".svg": "image/svg+xml",
        ".png": "image/png",
        ".woff2": "font/woff2",
        ".txt": "text/plain",
    }
)

_BLOCK_COMMENT = re.compile(r"/\*\*.*?\*/[ ]?", re.DOTALL)
_SLOT = re.compile(r"\{\{ (\w+) \}\}")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served. `path` is relative to the static folder, with forward slashes."""

    path: str
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Assets:
    """Every file of the static folder, by path; `fingerprint` changes when any of them does."""

    fingerprint: str
    files: Mapping[str, Asset]

    @property
    def base(self) -> str:
        """The path under which this version of the files is served, without a slash at its end."""
        return f"/assets/{self.fingerprint}"

    def find(self, path: str) -> Asset | None:
        """The file of this path, None when there is none. Only files seen at the start can be had."""
        return self.files.get(path)

    def loader(self) -> Asset:
        """The script a host page names (`/widget.js`); it knows where this version's modules are."""
        asset = self.files[LOADER]
        script = asset.body.decode().replace("{{ assets }}", self.base)
        return Asset(asset.path, asset.media_type, script.encode())

    def page(self, name: str, **values: str) -> Asset:
        """A page of `static/pages` with its values written in; `assets` is always known.

        Raises KeyError for a page that does not exist, or one that asks for a value it is not given.
        """
        asset = self.files[f"pages/{name}"]
        known = {"assets": self.base, **values}
        text = _SLOT.sub(lambda slot: html.escape(known[slot[1]]), asset.body.decode())
        return Asset(asset.path, asset.media_type, text.encode())


def load_assets(root: Path = STATIC) -> Assets:
    """Read the static folder once (some 150 KB). Raises FileNotFoundError when it holds no loader."""
    files: dict[str, Asset] = {}
    digest = hashlib.sha256()
    for found in sorted(root.rglob("*")):
        if not found.is_file() or found.name.startswith("."):
            continue
        path = found.relative_to(root).as_posix()
        body = _served(path, found.read_bytes())
        files[path] = Asset(path, media_type(path), body)
        digest.update(f"{path}\0{len(body)}\0".encode())
        digest.update(body)
    if LOADER not in files:
        raise FileNotFoundError(f"{root / LOADER} is missing: the package was installed without its web files.")
    return Assets(digest.hexdigest()[:12], MappingProxyType(files))


def media_type(path: str) -> str:
    """What a file is, by its ending."""
    return MEDIA_TYPES.get(PurePosixPath(path).suffix, "application/octet-stream")


def _served(path: str, body: bytes) -> bytes:
    return _without_comments(body.decode()).encode() if path.endswith(".js") else body


def _without_comments(script: str) -> str:
    """Empty comment lines and drop indentation; only `/** … */` and lines that begin with `//` are comments here."""
    kept = _BLOCK_COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), script)
    lines = (line.strip() for line in kept.split("\n"))
    return "\n".join("" if line.startswith("//") else line for line in lines)
