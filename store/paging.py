"""Pages of a list in a fixed order: the next one begins past the last row's value and id."""

from typing import Any

from sqlalchemy import ColumnElement, and_, or_

Place = tuple[Any, str]
"""Where a page ended: the last row's value of the column the list is sorted by, and its id, which settles ties."""


def past(
    column: ColumnElement[Any], ids: ColumnElement[str], place: Place, *, falling: bool = False
) -> ColumnElement[bool]:
    """The rows that come after a place, in the order of `column`, then of `ids`."""
    value, last_id = place
    beyond = column < value if falling else column > value
    tie = ids < last_id if falling else ids > last_id
    return or_(beyond, and_(column == value, tie))
