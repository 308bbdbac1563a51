"""Text that is on record before the visitor writes: lists, look-ups, activities, an earlier talk, colleagues."""

import csv
import io
from collections.abc import Awaitable, Callable

from actions.capture_lead import Capture, capture_lead
from actions.claim_handoff import release_handoff
from actions.enrich_person import enrich_person, facts_in
from actions.hear_visitor import hear_visitor
from actions.import_leads import import_leads
from actions.leave_import import open_list, plan_of
from actions.merge_people import merge_people
from actions.note_activities import ToldActivity, note_activities
from actions.open_conversation import Arrival, open_conversation
from actions.propose_handoff import propose_handoff
from actions.reply_to_lead import reply_to_lead
from channels.enrich import EnrichmentSource, Found, Subject
from channels.enrich_table import TableSource
from evals.attack.house import House
from leads.handoff import HandoffReason
from leads.identity import ConversationId
from leads.import_row import BadRow, read_row


def list_cell(column: str) -> Callable[[House, str, str], Awaitable[None]]:
    """A list with the text in a cell of this column."""

    async def keep(house: House, email: str, text: str) -> None:
        await _bring_in(house, {"email": email, column: text}, name="leads.csv")

    return keep


async def list_column(house: House, email: str, text: str) -> None:
    """A list with the text over one of its columns."""
    await _bring_in(house, {"email": email, text.replace("\n", " ")[:80]: "yes"}, name="leads.csv")


async def list_name(house: House, email: str, text: str) -> None:
    """A list whose file is called so."""
    await _bring_in(house, {"email": email}, name=f"{text}.csv")


async def _bring_in(house: House, row: dict[str, str], *, name: str) -> None:
    """A file of one row, read and brought in as an upload is."""
    file = io.StringIO()
    writer = csv.DictWriter(file, fieldnames=list(row))
    writer.writeheader()
    writer.writerow(row)
    plan = plan_of({})
    sheet, columns = open_list(file.getvalue().encode(), plan)
    async with house.workspace.unit() as uow:
        rows = []
        for line in sheet.rows():
            try:
                rows.append(read_row(line, columns, plan, source=name[:80], now=uow.now))
            except BadRow:  # refused as a whole: then nothing is carried
                continue
        await import_leads(uow, house.book, rows)


async def looked_up(house: House, email: str, text: str) -> None:
    """A look-up service that tells of the person and their company in these words."""
    house.directory.answer = {"person": {"name": text, "title": text}, "company": {"name": text, "industry": text}}
    await _look_up(house, email, house.lookup)


async def in_table(house: House, email: str, text: str) -> None:
    """A table of the owner's own that somebody else filled in."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerows([["email", "name", "title", "industry"], [email, text, text, text]])
    table = house.folder / f"{email}.csv"
    table.write_text(file.getvalue(), encoding="utf-8")
    await _look_up(house, email, TableSource(table))


async def _look_up(house: House, email: str, source: EnrichmentSource) -> None:
    async with house.workspace.unit() as uow:
        captured = await capture_lead(uow, house.book, Capture(source="website form", email=email))
    answer = await source.look_up(Subject(email))
    assert isinstance(answer, Found), answer
    async with house.workspace.unit() as uow:
        region = house.book.company.region
        facts = facts_in(answer.source, person=answer.person, company=answer.company, region=region, at=uow.now)
        await enrich_person(uow, house.book, captured.lead.id, facts)


async def webinar_question(house: House, email: str, text: str) -> None:
    """A question they asked in a webinar."""
    await _did(house, email, ToldActivity("webinar.asked", email=email, properties={"question": text, "webinar": text}))


async def ad_campaign(house: House, email: str, text: str) -> None:
    """An ad whose campaign is called so."""
    told = {"campaign": text, "utm_campaign": text, "keyword": text}
    await _did(house, email, ToldActivity("ad.clicked", email=email, properties=told))


async def _did(house: House, email: str, told: ToldActivity) -> None:
    async with house.workspace.unit() as uow:
        await capture_lead(uow, house.book, Capture(source="website form", email=email))
    async with house.workspace.unit() as uow:
        await note_activities(uow, house.book, [told], source="webinars")


async def earlier_talk(house: House, email: str, text: str) -> None:
    """A line of theirs in a talk before this one."""
    async with house.workspace.unit() as uow:
        talk = await open_conversation(uow, house.book, Arrival(verified=True, email=email, language="en"))
    async with house.workspace.unit() as uow:
        await hear_visitor(uow, house.book, talk.id, text=text)
        await uow.turns.call_off(talk.id, outcome="left_to_person", now=uow.now)


async def merged_record(house: House, email: str, text: str) -> None:
    """A second record of theirs in these words, which a rep made one with the first."""
    async with house.workspace.unit() as uow:
        first = await capture_lead(uow, house.book, Capture(source="website form", email=email))
        other = Capture(source="website form", email=f"also.{email}", name=text, company=text, title=text)
        second = await capture_lead(uow, house.book, other)
        await merge_people(uow, house.book, second.lead.person_id, first.lead.person_id, actor=house.rep)


async def rep_quotes(house: House, talk: ConversationId, text: str) -> None:
    """A colleague took the line, quoted what somebody wrote, and gave the line back."""
    async with house.workspace.unit() as uow:
        handoff = await propose_handoff(
            uow, house.book, talk, reason=HandoffReason.ASKED_FOR_PERSON, note="They asked for a person."
        )
        await reply_to_lead(uow, handoff.id, actor=house.rep, text=f"You wrote to us: {text}")
        await release_handoff(uow, handoff.id, actor=house.rep)


async def handoff_note(house: House, talk: ConversationId, text: str) -> None:
    """A request for a person whose note holds the text."""
    async with house.workspace.unit() as uow:
        await propose_handoff(uow, house.book, talk, reason=HandoffReason.UNANSWERED_QUESTION, note=text)
