"""What Alembic runs around the revisions: our own connection, our own names, no settings file."""

from alembic import context
from sqlalchemy import MetaData

from store.metadata import metadata

context.configure(
    connection=context.config.attributes["connection"],
    # Only the rules for naming constraints: a revision never looks at today's tables.
    target_metadata=MetaData(naming_convention=metadata.naming_convention),
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
