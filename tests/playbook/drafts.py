"""Playbooks to break: the sample and the starting point, and copies of them that may be changed."""

from dataclasses import dataclass
from pathlib import Path

from playbook.fault import Fault
from playbook.loader import check_playbook

PLAYBOOK = Path(__file__).parents[2] / "playbook"
SAMPLE = PLAYBOOK / "sample"
DEFAULTS = PLAYBOOK / "defaults"


@dataclass(frozen=True)
class Draft:
    """A playbook that may be changed."""

    folder: Path

    def replace(self, file: str, old: str, new: str) -> int:
        """Put `new` where `old` stands for the first time; the line it stands on."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file} no longer holds {old!r}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    def write(self, file: str, text: str) -> None:
        """Replace a whole file."""
        (self.folder / file).write_text(text, encoding="utf-8")

    def faults(self) -> list[Fault]:
        """What is wrong with it now."""
        return check_playbook(self.folder)
