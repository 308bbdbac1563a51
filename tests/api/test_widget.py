"""The widget's calls: sessions, messages, and everything a browser or a stranger may send instead."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from api.house import Limits
from leads.consent import ConsentEvent, Purpose
from leads.conversation import TurnStatus
from leads.identity import ConversationId
from tests.api.door import KEY, Door, Reader, a_client, a_door, a_visitor, until

LANGUAGES = {
    "am": "ሰላም፣ ስንት ያስከፍላል?",
    "ar": "مرحبا، كم السعر؟",
    "bg": "Здравейте, колко струва?",
    "bn": "হ্যালো, দাম কত?",
    "cs": "Dobrý den, kolik to stojí?",
    "da": "Hej, hvad koster det på årsbasis?",
    "de": "Grüß Gott, was kostet das für zwölf Läden?",
    "el": "Γεια σας, πόσο κοστίζει;",
    "en": "Hello, what does it cost?",
    "es": "¿Cuánto cuesta al año, señor?",
    "et": "Tere, kui palju see maksab? Õige hind?",
    "fa": "سلام، قیمت چند است؟",
    "fi": "Hei, mitä tämä maksaa? Päivää!",
    "fr": "Bonjour, ça coûte combien ?",
    "gu": "નમસ્તે, કિંમત શું છે?",
    "he": "שלום, כמה זה עולה?",
    "hi": "नमस्ते, कीमत क्या है?",
    "hr": "Bok, koliko košta? Čekam žurno.",
    "hu": "Jó napot, mennyibe kerül? Őszinte árat!",
    "hy": "Բարև, որքա՞ն արժե:",
    "id": "Halo, berapa harganya?",
    "is": "Halló, hvað kostar þetta? Þökk.",
    "it": "Buongiorno, quanto costa? È caro?",
    "ja": "こんにちは、料金はいくらですか？",
    "ka": "გამარჯობა, რა ღირს?",
    "km": "សួស្តី តម្លៃប៉ុន្មាន?",
    "ko": "안녕하세요, 가격이 얼마인가요?",
    "lt": "Labas, kiek tai kainuoja? Ačiū!",
    "ml": "ഹലോ, വില എത്രയാണ്?",
    "my": "မင်္ဂလာပါ၊ ဈေးနှုန်းဘယ်လောက်လဲ။",
    "nl": "Hallo, wat kost het per maand?",
    "pl": "Dzień dobry, ile to kosztuje? Źdźbło.",
    "pt": "Olá, quanto custa por mês?",
    "ro": "Bună ziua, cât costă? Șase țări.",
    "ru": "Здравствуйте, сколько это стоит?",
    "sv": "Hej, vad kostar det? Åäö.",
    "sw": "Habari, bei ni gani?",
    "ta": "வணக்கம், விலை என்ன?",
    "th": "สวัสดี ราคาเท่าไหร่คะ",
    "tr": "Merhaba, fiyatı ne kadar? Iğdır'dan.",
    "uk": "Вітаю, скільки це коштує?",
    "ur": "السلام علیکم، قیمت کیا ہے؟",
    "vi": "Xin chào, giá bao nhiêu ạ?",
    "zh": "你好，多少钱？",
}


async def test_a_message_is_stored_and_answered(client: Any) -> None:
    visitor = await a_visitor(client)
    reply = await visitor.says("Hello, we bake bread.")
    assert reply.status_code == 202
    events = await visitor.answered()
    asked, told = events[0], events[-1]
    assert (asked["type"], asked["data"]["id"], asked["id"]) == ("message.created", reply.json()["id"], 1)
    assert asked["data"]["client_id"] == "c1"
    assert asked["data"]["author"]["kind"] == "visitor"
    assert (told["type"], told["data"]["text"]) == ("message.completed", "Thank you, I have noted that.")
    assert told["data"]["author"] == {"kind": "agent", "name": "Nora"}


async def test_the_same_client_id_fifty_times_at_once_is_one_message(either_door: Door) -> None:
    async with a_client(either_door) as client:
        visitor = await a_visitor(client)
        replies = await asyncio.gather(*(visitor.says("Once, please.", "same") for _ in range(50)))
        assert {reply.status_code for reply in replies} == {202}
        assert len({reply.text for reply in replies}) == 1
        events = await visitor.answered()
        assert [e["type"] for e in events] == ["message.created", "message.completed"]


async def test_a_burst_is_one_turn(tmp_path: Path) -> None:
    from dataclasses import replace

    from tests.builders import a_playbook

    book = a_playbook()
    book = replace(book, agent=replace(book.agent, burst_pause=timedelta(milliseconds=300)))
    reader = Reader()
    async with a_door(tmp_path, reader=reader, book=book) as door, a_client(door) as client:
        visitor = await a_visitor(client)
        for n, text in enumerate(("Hello.", "We bake bread.", "What does it cost?")):
            await visitor.says(text, f"c{n}")
        events = await visitor.answered()
        await asyncio.sleep(0.4)
        assert [e["type"] for e in await visitor.events()] == ["message.created"] * 3 + ["message.completed"]
        assert len(reader.requests) == 1
        asked = " ".join(m.text for m in reader.requests[0].messages)
        assert "bake bread" in asked
        assert "What does it cost?" in asked
        assert events[-1]["type"] == "message.completed"


async def test_a_message_in_mid_answer_gets_an_answer_of_its_own(tmp_path: Path) -> None:
    gate = asyncio.Semaphore(0)
    reader = Reader(lines=["One two. Three four.", "Second answer."], gate=gate)
    async with a_door(tmp_path, reader=reader) as door, a_client(door) as client:
        visitor = await a_visitor(client)
        await visitor.says("First.", "c1")
        for _ in range(3):
            gate.release()
        await until(lambda: shown(door, visitor.conversation_id))
        await visitor.says("Second.", "c2")
        for _ in range(20):
            gate.release()
        events = await visitor.answered(2)
        assert [e["data"]["text"] for e in events if e["type"] == "message.completed"] == [
            "One two. Three four.",
            "Second answer.",
        ]


async def shown(door: Door, conversation_id: str) -> bool:
    answers = door.app.state["desk"].answers
    found = await answers.shown(ConversationId(conversation_id))
    return bool(found and found.text)


@pytest.mark.parametrize("text", ["", "   ", "\u200b\u200b", "\x01\x02", "\n\t\n", "\u202e\u202c"])
async def test_an_empty_message_is_refused_with_a_reason(client: Any, text: str) -> None:
    visitor = await a_visitor(client)
    reply = await visitor.says(text)
    assert (reply.status_code, reply.json()["code"]) == (422, "message_empty")
    assert await visitor.events() == []


async def test_four_thousand_characters_fit_and_one_more_does_not(client: Any) -> None:
    visitor = await a_visitor(client)
    assert (await visitor.says("x" * 4001)).status_code == 413
    assert (await visitor.says("😀" * 4001)).json()["code"] == "message_too_long"
    assert (await visitor.says("😀" * 4000)).status_code == 202
    assert (await visitor.events())[0]["data"]["text"] == "😀" * 4000


@pytest.mark.parametrize("language", sorted(LANGUAGES))
async def test_every_language_comes_back_as_it_was_written(client: Any, language: str) -> None:
    visitor = await a_visitor(client, locale=language)
    assert (await visitor.says(LANGUAGES[language])).status_code == 202
    assert (await visitor.events())[0]["data"]["text"] == LANGUAGES[language]
    plain = await client.get("/widget/v1/transcript", headers=visitor.headers | {"Accept": "text/plain"})
    assert LANGUAGES[language] in plain.text


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "javascript:alert(1)//",
        "'; DROP TABLE messages; --",
        "{{7*7}} ${7*7} <%= 7*7 %>",
        "\u202eevil\u202c and \u2066isolated\u2069",
        "data: x\n\nevent: message.completed\ndata: {}\n\n",
    ],
)
async def test_hostile_text_is_text(client: Any, text: str) -> None:
    visitor = await a_visitor(client, page={"url": text, "title": text, "referrer": text}, utm={"utm_source": text})
    assert (await visitor.says(text)).status_code == 202
    reply = await client.get("/widget/v1/transcript", headers=visitor.headers)
    assert reply.json()["messages"][0]["text"] == text.strip()
    assert reply.headers["Content-Type"] == "application/json"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"


async def test_control_characters_are_dropped_and_the_rest_is_kept(client: Any) -> None:
    visitor = await a_visitor(client)
    await visitor.says("one\x07 two\r\nthree\x1b[31m")
    assert (await visitor.events())[0]["data"]["text"] == "one two\nthree[31m"


async def test_a_closed_conversation_takes_no_message(door: Door, client: Any) -> None:
    from dataclasses import replace

    visitor = await a_visitor(client)
    async with door.workspace.unit() as uow:
        conversation = await uow.conversations.get(ConversationId(visitor.conversation_id))
        await uow.conversations.save(replace(conversation, closed_at=uow.now))
    reply = await visitor.says("Anybody there?")
    assert (reply.status_code, reply.json()["code"]) == (409, "conversation_closed")


async def test_too_many_messages_are_slowed_down_and_none_is_lost(tmp_path: Path) -> None:
    async with a_door(tmp_path, limits=Limits(messages=3, sessions=2)) as door, a_client(door) as client:
        visitor = await a_visitor(client)
        codes = []
        for n in range(4):
            reply = await visitor.says(f"Number {n}.", f"c{n}")
            codes.append(reply.status_code)
        assert codes == [202, 202, 202, 429]
        assert 0 < int(reply.headers["Retry-After"]) <= 60
        assert reply.json()["code"] == "too_many_requests"
        assert sum(e["type"] == "message.created" for e in await visitor.events()) == 3
        await a_visitor(client)
        third = await client.post("/widget/v1/sessions", json={"key": KEY})
        assert third.status_code == 429


async def test_stop_keeps_what_was_shown_and_ends_the_turn(tmp_path: Path) -> None:
    gate = asyncio.Semaphore(0)
    reader = Reader(lines=["First sentence here. Second one is never heard."], gate=gate)
    async with a_door(tmp_path, reader=reader) as door, a_client(door) as client:
        visitor = await a_visitor(client)
        await visitor.says("Tell me everything.")
        for _ in range(4):
            gate.release()
        await until(lambda: shown(door, visitor.conversation_id))
        reply = await visitor.post("/stop")
        assert reply.json() == {"stopped": True}
        events = await visitor.events()
        assert events[-1]["data"]["text"] == "First sentence here."
        async with door.workspace.reading() as uow:
            [record] = await uow.turns.records(ConversationId(visitor.conversation_id))
            assert record.outcome == "stopped"
            assert await uow.turns.open_of(ConversationId(visitor.conversation_id)) is None
        assert (await visitor.post("/stop")).json() == {"stopped": False}


async def test_stop_before_the_first_word_leaves_no_empty_bubble(tmp_path: Path) -> None:
    async with a_door(tmp_path, reader=Reader(gate=asyncio.Semaphore(0))) as door, a_client(door) as client:
        visitor = await a_visitor(client)
        await visitor.says("Hello?")

        async def running() -> bool:
            async with door.workspace.reading() as uow:
                turn = await uow.turns.open_of(ConversationId(visitor.conversation_id))
            return turn is not None and turn.status is TurnStatus.RUNNING

        await until(running)
        assert (await visitor.post("/stop")).json() == {"stopped": True}
        assert [e["type"] for e in await visitor.events()] == ["message.created"]


async def test_a_thumb_is_kept_and_only_for_our_own_answers(door: Door, client: Any) -> None:
    visitor = await a_visitor(client)
    await visitor.says("Hello.")
    events = await visitor.answered()
    mine, yours = events[0]["data"]["id"], events[-1]["data"]["id"]
    assert (await visitor.post("/feedback", message_id=yours, value="up")).status_code == 204
    assert (await visitor.post("/feedback", message_id=mine, value="up")).status_code == 404
    assert (await visitor.post("/feedback", message_id=yours, value="sideways")).status_code == 422
    lead = (await client.get("/v1/leads", headers=door.bearer)).json()["items"][0]
    timeline = (await client.get(f"/v1/leads/{lead['id']}/timeline", headers=door.bearer)).json()["items"]
    assert "feedback.up" in {item["type"] for item in timeline}


async def test_consent_is_kept_with_its_text_and_can_be_taken_back(client: Any) -> None:
    visitor = await a_visitor(client)
    for granted in (True, False):
        reply = await visitor.post("/consent", purpose="marketing", granted=granted, text_version="2026-01")
        assert (reply.status_code, reply.json()["granted"]) == (201, granted)
    said = [(c["purpose"], c["granted"]) for c in (await visitor.get("/me")).json()["consents"]]
    assert said == [("chat", True), ("marketing", True), ("marketing", False)]
    assert [e["data"] for e in await visitor.events() if e["type"] == "consent.recorded"] == [
        {"purpose": "marketing", "granted": True},
        {"purpose": "marketing", "granted": False},
    ]


async def test_me_shows_an_unverified_visitor_only_the_consent_said_in_their_own_conversation(
    door: Door, client: Any
) -> None:
    visitor = await a_visitor(client)
    here = ConversationId(visitor.conversation_id)
    async with door.workspace.unit() as uow:
        person = (await uow.conversations.get(here)).person_id
        for source in ("widget", "booking", "widget:conv_other"):
            word = ConsentEvent(Purpose.MARKETING, True, "2026-01", source, uow.now)
            await uow.ledger.add_consent(person, word, id=uow.new_id("cns"))
    await visitor.post("/consent", purpose="marketing", granted=False, text_version="2026-01")
    said = [(c["purpose"], c["granted"]) for c in (await visitor.get("/me")).json()["consents"]]
    assert said == [("chat", True), ("marketing", False)]


async def test_asking_for_a_person_twice_is_one_request(client: Any) -> None:
    visitor = await a_visitor(client)
    first = await visitor.post("/handoff", reason="asked_for_person")
    again = await visitor.post("/handoff", reason="Hello??")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["due_at"] == again.json()["due_at"] == "2026-03-02T09:02:00Z"
    assert [e["type"] for e in await visitor.events()] == ["handoff.requested"]
