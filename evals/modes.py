"""Which model answers in a run of the exam."""

from enum import StrEnum


class Mode(StrEnum):
    """Which model answers.

    `scripted`: the lines written in the case. `built-in`: the interviewer. `replay`: what a model once answered, word
    for word. `live`: the model that the settings name.
    """

    SCRIPTED = "scripted"
    BUILT_IN = "built-in"
    REPLAY = "replay"
    LIVE = "live"


KEYLESS = (Mode.SCRIPTED, Mode.BUILT_IN, Mode.REPLAY)
"""The modes that need no key and no network, and give the same result each time."""
