"""What is kept where, of what kind, and what erasing does with it: read from the tables, for people who must know."""

from store.person_graph import graph
from store.tables import metadata

WORDS = {
    "delete": "rows go",
    "empty": "rows stay without words, for the figures",
    "keep": "kept: ids, codes and times only",
    "names": "what names the person is emptied",
    "": "about nobody we talk to",
}


def privacy_map() -> str:
    """A Markdown table: every table, the columns that lead to a person or hold their words, and its end."""
    ends = {reach.table.name: reach.erase for reach in graph()}
    ends["suppressions"] = "keep"
    lines = ["| table | leads to a person | contact | what they wrote or did | when erased |", "|---|---|---|---|---|"]
    for table in sorted(metadata.tables.values(), key=lambda t: (t.name not in ends, t.name)):
        columns = {kind: [c.name for c in table.columns if c.info.get("pii") == kind] for kind in _KINDS}
        shown = [", ".join(columns[kind]) or "–" for kind in _KINDS]
        end = ends.get(table.name) or ("names" if columns["content"] else "")
        lines.append(f"| {table.name} | {' | '.join(shown)} | {WORDS[end]} |")
    return "\n".join(lines)


_KINDS = ("identifier", "contact", "content")
