"""YAML is read as plain values with their lines, by the rules of YAML 1.2, and nothing in it can surprise."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from playbook.source import Plain, plain, read_yaml, said


def content(text: str) -> Plain:
    source, faults = read_yaml(text, file="x.yaml")
    assert source is not None
    assert faults == []
    return source.content


def wrong(text: str) -> list[tuple[int, str]]:
    return [(fault.line, fault.wrong) for fault in read_yaml(text, file="x.yaml")[1]]


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("9:30", "9:30"),
        ("2026-05-29", "2026-05-29"),
        ("1_000", "1_000"),
        ("0o17", "0o17"),
        ("1e999", "1e999"),
        (".inf", ".inf"),
        ("12", 12),
        ("-3", -3),
        ("2.50", 2.5),
        ("true", True),
        ("False", False),
        ("tRue", "tRue"),
        ("~", None),
        ("null", None),
        ("1" * 30, float("1" * 30)),
    ],
)
def test_a_plain_word_stands_for_what_an_owner_expects(word: str, value: Plain) -> None:
    assert content(f"key: {word}") == {"key": value}
    assert content(f"key: '{word}'") == {"key": word}


def test_every_key_and_item_knows_its_line() -> None:
    source, _ = read_yaml("a: 1\nb:\n  - x\n  - c: 2\n    d: 3\n", file="x.yaml")
    assert source is not None
    assert [source.line(p) for p in (("a",), ("b", 0), ("b", 1), ("b", 1, "d"))] == [1, 3, 4, 5]
    assert source.line(("b", 1, "not there", 4)) == 4
    assert source.line(("nothing",)) == 1


def test_a_path_is_written_as_people_write_it() -> None:
    assert said(("rules", 3, "when", "all", 0)) == "rules[3].when.all[0]"
    assert said(()) == ""


def test_a_key_given_twice_is_told_and_the_first_one_counts() -> None:
    source, faults = read_yaml("a: 1\nb: 2\na: 3\n", file="x.yaml")
    assert source is not None
    assert source.content == {"a": 1, "b": 2}
    assert [(f.line, f.where) for f in faults] == [(3, "a")]


def test_what_could_surprise_is_refused() -> None:
    assert wrong("a: &x [1]\nb: *x") == [(2, "an alias (*name) is used")]
    assert wrong("a: !!python/name:os.system x") == [(1, "a tag (!!name) is used")]
    assert wrong("a: !mine [1]") == [(1, "a tag (!name) is used")]
    assert wrong("? [1, 2]\n: 3") == [(1, "a key is not a word")]
    assert wrong("a: 1\n---\nb: 2") == [(2, "a second document begins here")]


def test_text_that_is_not_yaml_is_told_with_the_line() -> None:
    ((line, why),) = wrong("a: 1\nb: [1\nc: 2\n")
    assert line == 3
    assert "not YAML" in why


def test_lines_of_front_matter_count_from_the_file_and_not_from_the_block() -> None:
    _, faults = read_yaml("title: a\ntitle: b\n", file="x.md", first_line=2)
    assert [f.line for f in faults] == [3]


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.text(alphabet=st.characters(codec="utf-8"), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcdefg", min_size=1), inner, max_size=4),
    max_leaves=15,
)


@given(values)
def test_what_was_written_is_read_again(value: Plain) -> None:
    source, faults = read_yaml(yaml.dump(value, Dumper=Quoted, allow_unicode=True), file="x.yaml")
    assert faults == []
    assert source is not None
    assert source.content == value


class Quoted(yaml.SafeDumper):
    """Writes texts in quotes, and no aliases."""

    def ignore_aliases(self, data: object) -> bool:
        return True


Quoted.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))


@given(st.text(alphabet="0123456789.eE+-_:", max_size=25))
def test_a_number_is_a_number_only_when_python_agrees(word: str) -> None:
    value = plain(word)
    if isinstance(value, int | float):
        assert float(word) == value
