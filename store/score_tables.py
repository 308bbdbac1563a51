"""The table of lines that scores have crossed: one row for each lead, cycle and line, which is what makes it once."""

from sqlalchemy import Column, Float, ForeignKey, Integer, Table

from store.metadata import CONTENT, IDENTIFIER, NOT_PERSONAL, metadata
from store.types import Instant, Line

threshold_firings = Table(
    "threshold_firings",
    metadata,
    Column("lead_id", Line(40), ForeignKey("leads.id"), primary_key=True, info=dict(IDENTIFIER)),
    Column("cycle_no", Integer, primary_key=True, autoincrement=False, info=dict(NOT_PERSONAL)),
    Column("threshold_id", Line(80), primary_key=True, info=dict(NOT_PERSONAL)),
    Column("at", Instant(), nullable=False, index=True, info=dict(NOT_PERSONAL)),
    Column("rules_version", Integer, nullable=False, info=dict(NOT_PERSONAL)),
    Column("total", Float, nullable=False, info=dict(CONTENT)),
)
