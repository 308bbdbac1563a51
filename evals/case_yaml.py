"""Writing a case as YAML that reads back as the same values."""

from collections.abc import Mapping
from typing import Any

import yaml

from playbook.source import plain


class _Writer(yaml.SafeDumper):
    """Quotes whatever our reader would not take for a text, and indents lists."""

    def ignore_aliases(self, data: Any) -> bool:
        """A value that stands twice is written twice."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Lists stand two blanks in, as in the cases written by hand."""
        super().increase_indent(flow, False)


def _text(writer: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = '"' if not isinstance(plain(value), str) or "\n" in value else None
    return writer.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Writer.add_representer(str, _text)


def case_text(case: Mapping[str, Any]) -> str:
    """A case as YAML, its keys in the order given and empty ones left out."""
    kept = {key: value for key, value in case.items() if value not in (None, [], {}, ())}
    return yaml.dump(kept, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=110)
