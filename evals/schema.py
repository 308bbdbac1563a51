"""The JSON schema of a case, for editors; `python -m evals.schema` writes it anew."""

import json
from pathlib import Path

from evals.case import Case

SCHEMA = Path(__file__).parent / "case.schema.json"


def schema_text() -> str:
    """The schema as the types say it, as it stands in the file."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Case.model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(schema_text(), encoding="utf-8")
