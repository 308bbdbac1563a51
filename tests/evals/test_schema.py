"""The JSON schema is what the types say, and the cases are what the schema says."""

from jsonschema import Draft202012Validator

from evals.catalogue import CASES
from evals.schema import SCHEMA, schema_text
from playbook.source import read_yaml


def test_the_schema_file_is_current() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), "run: python -m evals.schema"


def test_every_case_fits_the_schema_an_editor_would_use() -> None:
    validator = Draft202012Validator(_schema())
    for path in sorted(CASES.rglob("*.yaml")):
        source, _ = read_yaml(path.read_text(encoding="utf-8"), file=path.name)
        assert source is not None
        assert [error.message for error in validator.iter_errors(source.content)] == [], path


def test_the_schema_catches_a_slip_too() -> None:
    validator = Draft202012Validator(_schema())
    source, _ = read_yaml((CASES / "later/come_back_in_march.yaml").read_text(encoding="utf-8"), file="case.yaml")
    assert source is not None
    assert isinstance(source.content, dict)
    assert list(validator.iter_errors(source.content | {"visitors": ["hi"]}))
    assert list(validator.iter_errors(source.content | {"must": {"stage": "mqll"}}))


def _schema() -> dict[str, object]:
    source, _ = read_yaml(SCHEMA.read_text(encoding="utf-8"), file="case.schema.json")
    assert source is not None
    assert isinstance(source.content, dict)
    return dict(source.content)
