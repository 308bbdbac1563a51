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
