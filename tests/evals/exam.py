"""What the tests of the exam share: a small case as text, and one run of it."""

import asyncio

from evals.case import Case
from evals.catalogue import Entry, read_case
from evals.modes import Mode
from evals.run import Sitting, sit
from evals.trace import Trace

CASE = """
about: A buyer says what they need and asks for a demo.
clock: 2026-11-23T10:00:00+01:00
visitor:
  - We throw away two pallets a week, that has to stop. I'm kim@bakery.example.com
  - I'd like a demo
  - The second one please
script:
  - - call:
        - tool: qualify_bant
          arguments: {factor: need, value: pallets, status: stated, quote: We throw away two pallets a week}
        - {tool: note_contact, arguments: {email: kim@bakery.example.com}}
        - {tool: qualify_bant, arguments: {factor: budget, value: 1, status: stated, quote: never said}}
        - {tool: search_knowledge, arguments: {query: shelf life}}
    - say: "Shelf life is planned backwards from the delivery date [1]. Do you have a rough budget in mind for this?"
  - - call:
        - {tool: update_score, arguments: {signal: asked_demo, quote: I'd like a demo}}
        - {tool: find_slots, arguments: {meeting: demo}}
    - say: You're booked already!
    - say: Which one suits you?
  - - call: {book_meeting: {slot_id: slot_00002}}
    - say: You're booked.
must: {stage: mql}
"""
"""With the scripted model only, unless `models` says otherwise."""


def case_of(text: str = CASE, **changes: str) -> Case:
    """A case from text; `changes` replace top-level keys by other YAML (`visitor="[hi]"`), or take them away (`""`)."""
    if "models" not in changes and "\nmodels:" not in text:
        changes["models"] = "[scripted]"
    blocks = {block.split(":", 1)[0]: block for block in _blocks(text)}
    blocks |= {key: f"{key}: {value}" if value else "" for key, value in changes.items()}
    read = read_case("\n".join(blocks.values()), file="case.yaml")
    assert isinstance(read, Case), "\n".join(map(str, read))
    return read


def _blocks(text: str) -> list[str]:
    """The top-level keys, each with the lines below it."""
    blocks: list[str] = []
    for line in text.strip().splitlines():
        if line[:1].isalpha():
            blocks.append(line)
        else:
            blocks[-1] += "\n" + line
    return blocks


def run(*cases: Case, mode: Mode = Mode.SCRIPTED) -> list[Trace]:
    """Run cases in one process, in this order."""
    entries = [Entry("tests", f"case_{number}", case) for number, case in enumerate(cases, 1)]
    return [result.trace for result in asyncio.run(sit([Sitting(entry, mode) for entry in entries]))]
