"""The one MetaData of all tables, and the tags every column carries.

A column says what kind of personal data it holds: `none`, `identifier` (an id that leads to a person), `contact`
(name, address, number), `content` (what a person wrote or did). Export and erasure are generated from these tags.
"""

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

NOT_PERSONAL: Mapping[str, str] = MappingProxyType({"pii": "none"})
IDENTIFIER: Mapping[str, str] = MappingProxyType({"pii": "identifier"})
CONTACT: Mapping[str, str] = MappingProxyType({"pii": "contact"})
CONTENT: Mapping[str, str] = MappingProxyType({"pii": "content"})
KINDS = frozenset({"none", "identifier", "contact", "content"})

FIGURE: Mapping[str, str] = MappingProxyType({"pii": "content", "erase": "keep"})
"""A number about what somebody did (a score, a time) that names nobody by itself: reports keep it."""

ROWS_STAY: Mapping[str, str] = MappingProxyType({"erase": "empty"})
"""For a table's `info`: erasing somebody empties their rows of contact and content; the figures stay for reports.

Without it a table's rows go with the person, which is the safe default for a new table.
"""
ROWS_KEPT: Mapping[str, str] = MappingProxyType({"erase": "keep"})
"""For a table that holds ids, codes and times only, and is kept as the proof of what was done."""
NOT_EXPORTED: Mapping[str, str] = MappingProxyType({"pii": "identifier", "export": "never"})
"""A column that opens a door (a hash of a token): it leads to a person, and is nobody's to read."""
