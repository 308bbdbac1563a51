"""What can be done: one verb per file, one unit of work each, no network."""
