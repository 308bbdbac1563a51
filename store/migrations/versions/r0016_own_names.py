"""A company is stored once, even when two acts do so at the same moment: its name and its domain are its own."""

from alembic import op

from store.migrations.columns import short

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add two unique columns; of companies that share a name or a domain the one that was found so far has it."""
    for name, source, length in (("own_name", "name_key", 200), ("own_domain", "domain", 253)):
        op.add_column("companies", short(name, length, nullable=True))
        op.execute(
            f"UPDATE companies SET {name} = {source} "
            f"WHERE id = (SELECT min(c.id) FROM companies c WHERE c.{source} = companies.{source})"
        )
        op.create_index(f"uq_companies_{name}", "companies", [name], unique=True)
