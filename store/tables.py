"""All tables: whoever asks the metadata what there is imports it from here, so that no table can be missing."""

from store import (  # noqa: F401 (a table is known once its module is loaded)
    access_tables,
    conversation_tables,
    form_tables,
    handoff_tables,
    identity_tables,
    intake_tables,
    knowledge_tables,
    meeting_tables,
    outbox_tables,
    people_tables,
    pipeline_tables,
    privacy_tables,
    report_tables,
    routing_tables,
    rule_tables,
    score_tables,
)
from store.metadata import metadata

__all__ = ["metadata"]
