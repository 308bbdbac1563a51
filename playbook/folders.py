"""Where the playbooks that come with Opener are."""

from pathlib import Path

SAMPLE = Path(__file__).parent / "sample"
"""The demo's invented company."""
DEFAULTS = Path(__file__).parent / "defaults"
"""The commented starting point that `opener init` writes."""
