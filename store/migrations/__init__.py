"""How the database came to look as it does: one hand-written revision a file, never changed once released.

Additive on purpose: on SQLite a batch rewrite of a table silently drops triggers and expression indexes, so a revision
adds tables and columns, and says both dialects where they differ. `tests/store/test_migrate.py` holds the sum of all
revisions against the tables in code.
"""

HEAD = "0017"
"""The newest revision; kept here so that an up-to-date database costs no import of Alembic."""
