"""The browser's files: what is promised about them without a browser."""

import gzip
import re
import shutil
from pathlib import Path

import pytest

from web.assets import LOADER, STATIC, Asset, load_assets, media_type

LOCALES = ("en", "de", "fr", "es", "ar")
OPENING = ("panel", "wire", "transcript", "text", "dom", "style", "locales/en")
TALKING = ("talk", "stream", "slots")
MENU = ("menu", "noted")
SCRIPTS = sorted(STATIC.rglob("*.js"))
PAGES = sorted(STATIC.rglob("*.html"))
WORD = re.compile(r"^  (\w+): (?:'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"),$", re.MULTILINE)


def words(locale: str) -> dict[str, str]:
    """The texts of one locale, by key."""
    script = (STATIC / f"widget/locales/{locale}.js").read_text()
    found = {key: single or double for key, single, double in WORD.findall(script)}
    assert len(found) == len(re.findall(r"^  \w+:", script, re.MULTILINE)), f"a line of {locale}.js was not understood"
    return found


def packed(*names: str) -> int:
    """What these modules weigh on the wire, gzipped one by one as they are served, in bytes."""
    assets = load_assets()
    return sum(len(gzip.compress(assets.files[f"widget/{name}.js"].body, 9, mtime=0)) for name in names)


@pytest.mark.parametrize("locale", LOCALES[1:])
def test_every_locale_has_the_same_keys_in_the_same_order_and_none_is_empty(locale: str) -> None:
    assert list(words(locale)) == list(words("en"))
    assert all(words(locale).values())


@pytest.mark.parametrize("locale", LOCALES[1:])
def test_a_translation_fills_in_the_same_values(locale: str) -> None:
    places = re.compile(r"\{\w+\}")
    for key, text in words("en").items():
        assert sorted(places.findall(text)) == sorted(places.findall(words(locale)[key])), key


def test_every_key_that_is_used_exists_and_every_key_that_exists_is_used() -> None:
    sources = "\n".join(script.read_text() for script in SCRIPTS if "locales" not in script.parts)
    used = set(re.findall(r"\bwords\.(\w+)", sources))
    families = ("fact_", "purpose_")  # looked up by a name the server gives
    assert all(f"words[`{family}${{" in sources for family in families)
    known = set(words("en"))
    assert used <= known
    assert known - used == {key for key in known if key.startswith(families)} | {"launcher"}


@pytest.mark.parametrize("locale", LOCALES)
def test_the_loader_names_the_launcher_as_the_locale_does(locale: str) -> None:
    named = dict(re.findall(r"\b(\w\w): '([^']+)'", (STATIC / LOADER).read_text()))
    assert named[locale] == words(locale)["launcher"]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_no_script_makes_html_or_code_from_text_or_writes_inline_style(script: Path) -> None:
    unsafe = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|\beval\b"
    unsafe += r"|new Function|setTimeout\(['\"`]|srcdoc|setHTML|\.style\b|['\"]style['\"]|cssText|style="
    assert re.findall(unsafe, script.read_text()) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_no_page_needs_inline_code_or_style(page: Path) -> None:
    text = page.read_text()
    assert re.findall(r"\sstyle=|<style|\son\w+=|javascript:", text) == []
    assert all(re.search(r"\bsrc=", tag) for tag in re.findall(r"<script[^>]*>", text))


def test_nothing_is_fetched_from_anybody_else() -> None:
    allowed = {"www.w3.org"}  # the SVG namespace, a name and not an address
    for path in (path for path in STATIC.rglob("*") if path.suffix in {".js", ".css", ".html"}):
        hosts = set(re.findall(r"(?:https?:)?//([a-z0-9-]+(?:\.[a-z0-9-]+)+)", path.read_text()))
        assert hosts <= allowed, path


def test_every_import_names_a_file_that_exists() -> None:
    for script in SCRIPTS:
        for name in re.findall(r"(?:from|import\()\s*'(\./[\w/.]+)'", script.read_text()):
            assert (script.parent / name).is_file(), f"{script.name} imports {name}"
    named = re.findall(r"'(\w+\.js)'", (STATIC / LOADER).read_text())
    assert sorted(named) == sorted(f"{name}.js" for name in OPENING if "/" not in name)


def test_the_loader_weighs_at_most_two_and_a_half_kilobytes() -> None:
    assert len(gzip.compress(load_assets().loader().body, 9, mtime=0)) <= 2_500


def test_opening_the_panel_costs_at_most_18_kilobytes_and_all_of_it_28() -> None:
    assert packed(*OPENING) <= 18_000
    assert packed(*OPENING, *TALKING, *MENU) <= 28_500


def test_the_budget_counts_every_module() -> None:
    modules = {
        path.relative_to(STATIC / "widget").as_posix().removesuffix(".js") for path in SCRIPTS if "widget" in path.parts
    }
    locales = {f"locales/{locale}" for locale in LOCALES}
    assert modules == {"widget", *OPENING, *TALKING, *MENU} | locales


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the static folder that a test may change."""
    return shutil.copytree(STATIC, tmp_path / "static")


def test_the_fingerprint_is_the_same_until_a_file_changes(copied: Path) -> None:
    before = load_assets(copied).fingerprint
    assert before == load_assets(STATIC).fingerprint
    (copied / "pages/sample.css").write_text("body {}")
    assert load_assets(copied).fingerprint != before


def test_a_renamed_file_changes_the_fingerprint(copied: Path) -> None:
    before = load_assets(copied).fingerprint
    (copied / "pages/sample.css").rename(copied / "pages/simple.css")
    assert load_assets(copied).fingerprint != before


@pytest.mark.parametrize(
    "path", ["../assets.py", "widget/../../assets.py", "/etc/passwd", "", "widget", "widget/none.js"]
)
def test_only_files_of_the_folder_can_be_had(path: str) -> None:
    assert load_assets().find(path) is None


def test_a_folder_without_the_loader_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="without its web files"):
        load_assets(tmp_path)


def test_the_loader_knows_where_this_version_lives() -> None:
    assets = load_assets()
    assert f"'/assets/{assets.fingerprint}'" in assets.loader().body.decode()
    assert "{{" not in assets.loader().body.decode()


def test_a_page_gets_its_values_as_text_never_as_markup() -> None:
    page = load_assets().page("sample.html", widget_key='pk_"><script>')
    assert b'data-key="pk_&quot;&gt;&lt;script&gt;"' in page.body
    assert b"{{" not in page.body
    with pytest.raises(KeyError):
        load_assets().page("sample.html")


def test_a_served_script_keeps_its_lines_and_loses_its_comments() -> None:
    for path, asset in load_assets().files.items():
        if not path.endswith(".js"):
            continue
        source = (STATIC / path).read_text()
        assert asset.body.count(b"\n") == source.count("\n"), path
        assert b"/**" not in asset.body and b"@param" not in asset.body
        code = [line.strip() for line in source.splitlines() if not re.search(r"/\*\*|\*/|^\s*(\*|//)", line)]
        assert [line for line in code if line and line not in asset.body.decode().splitlines()] == [], path


def test_media_types_do_not_depend_on_the_machine() -> None:
    assert media_type("widget/panel.js") == "text/javascript"
    assert media_type("x.unknown") == "application/octet-stream"
    sample = load_assets().find("pages/sample.css")
    assert isinstance(sample, Asset) and sample.media_type == "text/css"
