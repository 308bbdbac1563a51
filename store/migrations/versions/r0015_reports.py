"""What reports read: milestones of every lead, kept by triggers, and what campaigns cost."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Index, Integer, Numeric, String, text

from store.migrations.columns import document, instant, key, number, short
from store.report_triggers import statements

revision = "0015"
down_revision = "0014"

_CLOCKS = "iql mql sal sql opportunity customer pql disqualified recycled lost answered agent chat".split()
_COLUMNS = "person_id, source, campaign, context, owner_id, outcome, reason_code, is_test, cycle_no"


def upgrade() -> None:
    """Make both tables, fill the milestones from what is recorded, and let triggers keep them from now on."""
    op.create_table(
        "milestones",
        Column("lead_id", String(40), ForeignKey("leads.id", ondelete="CASCADE"), primary_key=True),
        short("person_id"),
        short("source", 80),
        short("campaign", 120, nullable=True),
        short("context", nullable=True),
        short("owner_id", nullable=True),
        short("outcome"),
        short("reason_code", nullable=True),
        Column("is_test", Boolean, nullable=False, server_default=text("false")),
        number("cycle_no"),
        Column("score", BigInteger, nullable=False, server_default="0"),
        Column("created_s", BigInteger, nullable=False),
        *(Column(f"{name}_s", BigInteger, nullable=True) for name in _CLOCKS),
        Index("ix_milestones_created_s", "created_s"),
        Index("ix_milestones_person_id", "person_id"),
        Index(
            "ix_milestones_later_cycles",
            "created_s",
            sqlite_where=text("cycle_no > 1"),
            postgresql_where=text("cycle_no > 1"),
        ),
    )
    op.create_table(
        "report_sums",
        *(Column(name, Integer, primary_key=True, autoincrement=False) for name in ("day", "hour")),
        Column("part", String(40), primary_key=True),
        Column("value", String(120), primary_key=True),
        document("sums"),
    )
    op.create_table(
        "report_stale",
        Column("id", Integer, primary_key=True),
        number("day", index=True),
    )
    op.create_table(
        "campaign_costs",
        key(),
        short("source", 80),
        short("campaign", 120, nullable=True),
        Column("first_day", Date, nullable=False, index=True),
        Column("last_day", Date, nullable=False),
        Column("amount", Numeric(14, 2), nullable=False),
        short("currency", 3),
        instant("created_at"),
    )
    op.create_index("ix_conversations_opened_at", "conversations", ["opened_at"])
    dialect = op.get_bind().dialect.name
    for statement in statements(dialect):
        op.execute(text(statement.replace(":", "\\:")))
    _fill(dialect)


def _fill(dialect: str) -> None:
    """Milestones of the leads there are."""
    form = (
        "CAST(strftime('%s', {}) AS INTEGER)"
        if dialect == "sqlite"
        else "CAST(floor(EXTRACT(EPOCH FROM {})) AS BIGINT)"
    )
    ranks = {"iql": 1, "mql": 2, "pql": 2, "sal": 3, "sql": 4, "opportunity": 5, "customer": 6}
    reached = []
    for name in ("iql", "mql", "sal", "sql", "opportunity", "customer"):
        stages = ", ".join(f"'{stage}'" for stage, rank in ranks.items() if rank >= ranks[name])
        reached.append(
            f"(SELECT min({form.format('c.at')}) FROM stage_changes c WHERE c.lead_id = l.id "
            f"AND c.dimension = 'stage' AND c.after IN ({stages}))"
        )
    answered = (
        f"(SELECT min({form.format('m.at')}) FROM messages m JOIN conversations v ON v.id = m.conversation_id "
        "WHERE v.lead_id = l.id AND m.author = 'agent')"
    )
    op.execute(
        text(
            f"INSERT INTO milestones (lead_id, {_COLUMNS}, score, created_s, iql_s, mql_s, sal_s, sql_s, "
            f"opportunity_s, customer_s, agent_s) SELECT l.id, {', '.join('l.' + c for c in _COLUMNS.split(', '))}, "
            f"CAST(round(CAST(l.score_total * 10 AS NUMERIC)) AS BIGINT), {form.format('l.created_at')}, "
            f"{', '.join(reached)}, {answered} FROM leads l"
        )
    )
