"""The closed catalogue of tools. No tool takes the id of a lead, a person or a rep: the conversation is given."""

from agent.tool import Tool
from agent.tools.book_meeting import book_meeting
from agent.tools.disqualify import disqualify
from agent.tools.find_slots import find_slots
from agent.tools.follow_up_later import follow_up_later
from agent.tools.hand_off import hand_off
from agent.tools.note_contact import note_contact
from agent.tools.qualify_bant import qualify_bant
from agent.tools.read_lead_context import read_lead_context
from agent.tools.search_knowledge import search_knowledge
from agent.tools.update_score import update_score

TOOLS: tuple[Tool, ...] = (
    search_knowledge,
    qualify_bant,
    note_contact,
    update_score,
    find_slots,
    book_meeting,
    hand_off,
    disqualify,
    follow_up_later,
    read_lead_context,
)
