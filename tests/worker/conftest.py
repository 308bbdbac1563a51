"""Every test that asks for `workspace` runs on SQLite and on Postgres; two reps are installed, the clock stands."""

from __future__ import annotations

from tests.actions.conftest import clock, database_url, kind, templates, workspace

__all__ = ["clock", "database_url", "kind", "templates", "workspace"]
