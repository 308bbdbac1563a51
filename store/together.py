"""Many rows as one JSON text, one array a row after another: fetching each as a row would cost three times as much."""

from functools import partial
from typing import Any

from sqlalchemy import Column, ColumnElement, String, Text, cast, func, type_coerce

as_stored = partial(type_coerce, type_=String())
"""A column without what Python makes of it."""


def together(dialect: str, *fields: Any) -> ColumnElement[str]:
    """The rows of a group, or of a scalar query, as `[[field, ...], ...]`; NULL on Postgres where there are none."""
    if dialect == "sqlite":
        return cast(func.json_group_array(func.json_array(*fields)), Text)
    return cast(func.json_agg(func.json_build_array(*fields)), Text)


def instant_in_json(dialect: str, column: Column[Any]) -> ColumnElement[str]:
    """An instant as RFC 3339 has it, in UTC."""
    if dialect == "sqlite":
        return as_stored(column) + "Z"
    return func.to_char(func.timezone("UTC", column), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
