"""The triggers that keep `milestones`, in both dialects.

They are part of revision 0015. A released trigger never changes here: a later revision drops it and brings its own.
"""

from collections.abc import Iterator

_COLUMNS = "person_id, source, campaign, context, owner_id, outcome, reason_code, is_test, cycle_no"
_NEW = ", ".join(f"NEW.{name}" for name in _COLUMNS.split(", "))
_SAME = ", ".join(f"{name} = NEW.{name}" for name in _COLUMNS.split(", "))
_FOLLOWED = f"{_COLUMNS}, score_total, first_response_at"
_RANK = (
    "CASE NEW.after WHEN 'iql' THEN 1 WHEN 'mql' THEN 2 WHEN 'pql' THEN 2 WHEN 'sal' THEN 3 WHEN 'sql' THEN 4 "
    "WHEN 'opportunity' THEN 5 WHEN 'customer' THEN 6 ELSE 0 END"
)
_STAGES = ("iql", "mql", "sal", "sql", "opportunity", "customer")


def _seconds(dialect: str, column: str) -> str:
    if dialect == "sqlite":
        return f"CAST(strftime('%s', NEW.{column}) AS INTEGER)"
    return f"CAST(floor(EXTRACT(EPOCH FROM NEW.{column})) AS BIGINT)"


def _bodies(dialect: str) -> dict[str, tuple[str, str]]:
    """For each trigger: when it fires, and what it does."""
    at, created, answered = (_seconds(dialect, c) for c in ("at", "created_at", "first_response_at"))
    whole = "INTEGER" if dialect == "sqlite" else "BIGINT"
    score = f"CAST(round(CAST(NEW.score_total * 10 AS NUMERIC)) AS {whole})"
    differs = "IS NOT" if dialect == "sqlite" else "IS DISTINCT FROM"  # SQLite knows the latter since 3.39 only
    changed = " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in _FOLLOWED.split(", "))
    reached = ", ".join(
        f"{stage}_s = CASE WHEN {stage}_s IS NULL AND {_RANK} >= {rank} THEN {at} ELSE {stage}_s END"
        for rank, stage in enumerate(_STAGES, 1)
    )
    ended = ", ".join(
        f"{end}_s = CASE WHEN NEW.after = '{end}' THEN {at} WHEN NEW.after = 'open' THEN NULL ELSE {end}_s END"
        for end in ("disqualified", "recycled", "lost")
    )
    return {
        "leads_milestones_new": (
            "AFTER INSERT ON leads FOR EACH ROW",
            f"INSERT INTO milestones (lead_id, {_COLUMNS}, score, created_s, answered_s) "
            f"VALUES (NEW.id, {_NEW}, {score}, {created}, {answered});",
        ),
        "leads_milestones_changed": (
            f"AFTER UPDATE OF {_FOLLOWED} ON leads FOR EACH ROW WHEN ({changed})",
            f"UPDATE milestones SET {_SAME}, score = {score}, answered_s = {answered} WHERE lead_id = NEW.id;",
        ),
        "stage_changes_milestones_stage": (
            "AFTER INSERT ON stage_changes FOR EACH ROW WHEN (NEW.dimension = 'stage')",
            f"UPDATE milestones SET {reached}, pql_s = CASE WHEN pql_s IS NULL AND NEW.after = 'pql' THEN {at} "
            "ELSE pql_s END WHERE lead_id = NEW.lead_id;",
        ),
        "stage_changes_milestones_outcome": (
            "AFTER INSERT ON stage_changes FOR EACH ROW WHEN (NEW.dimension = 'outcome')",
            f"UPDATE milestones SET {ended} WHERE lead_id = NEW.lead_id;",
        ),
        "messages_milestones_agent": (
            "AFTER INSERT ON messages FOR EACH ROW WHEN (NEW.author = 'agent')",
            f"UPDATE milestones SET agent_s = {at} WHERE agent_s IS NULL AND lead_id = "
            "(SELECT lead_id FROM conversations WHERE id = NEW.conversation_id);",
        ),
        **{
            f"milestones_stale_{event}": (
                f"AFTER {event.upper()} ON milestones FOR EACH ROW",
                f"INSERT INTO report_stale (day) VALUES ({row}.created_s / 86400);",
            )
            for event, row in (("insert", "NEW"), ("update", "NEW"), ("delete", "OLD"))
        },
    }


def statements(dialect: str) -> Iterator[str]:
    """What makes the triggers, one statement after another."""
    for name, (when, what) in _bodies(dialect).items():
        if dialect == "sqlite":
            yield f"CREATE TRIGGER {name} {when} BEGIN {what} END"
        else:
            yield f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {what} RETURN NULL; END $$"
            yield f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {name}()"
