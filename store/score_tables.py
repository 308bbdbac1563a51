"""The table of lines that scores have crossed: one row for each lead, cycle and line, which is what makes it once."""

from sqlalchemy import Float, Integer, Table

from store.columns import col, ref
from store.metadata import CONTENT, metadata
from store.types import Instant, Line

threshold_firings = Table(
    "threshold_firings",
    metadata,
    ref("leads", "lead_id", primary_key=True),
    col("cycle_no", Integer, primary_key=True, autoincrement=False),
    col("threshold_id", Line(80), primary_key=True),
    col("at", Instant(), index=True),
    col("rules_version", Integer),
    col("total", Float, CONTENT),
)
