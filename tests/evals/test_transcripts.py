"""Conversations held elsewhere are read in every shape; what cannot be used is told, and nothing raises."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.transcripts.reading import read_file, read_text
from evals.transcripts.transcript import Read, Speaker, Transcript

CALL = {"id": "c1", "type": "function", "function": {"name": "find_slots", "arguments": '{"day": "2026-11-24"}'}}
TALK = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "A call on Tuesday?"},
    {"role": "assistant", "content": None, "tool_calls": [CALL]},
    {"role": "tool", "tool_call_id": "c1", "content": "10:00 is free"},
    {"role": "assistant", "content": [{"type": "text", "text": "How about"}, {"type": "text", "text": "10:00?"}]},
]


def only(read: Read) -> Transcript:
    assert not read.faults, [str(fault) for fault in read.faults]
    assert len(read.transcripts) == 1
    return read.transcripts[0]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("talk.json", json.dumps(TALK)),
        ("talk.json", json.dumps([{"reward": 1, "traj": TALK}])),
        ("talk.json", json.dumps({"messages": TALK})),
        ("talk.json", json.dumps([TALK])),
        ("talk.jsonl", json.dumps({"messages": TALK}) + "\n"),
        ("talk.jsonl", "\n".join(map(json.dumps, TALK))),
        ("talk.json", "\n".join(map(json.dumps, TALK))),
        ("talk", json.dumps(TALK)),
    ],
)
def test_messages_are_read_wherever_they_are_kept(file: str, text: str) -> None:
    talk = only(read_text(text, file=file))
    assert [turn.speaker.value for turn in talk.turns] == ["system", "visitor", "agent", "tool", "agent"]
    assert talk.calls[0].name == "find_slots"
    assert json.loads(talk.calls[0].arguments) == {"day": "2026-11-24"}
    assert (talk.turns[3].name, talk.turns[3].answers) == ("find_slots", "c1")
    assert talk.turns[4].text == "How about\n10:00?"


def test_older_calls_and_arguments_that_are_no_text_are_read() -> None:
    talk = [
        {"role": "user", "content": "hi", "name": "kim"},
        {"role": "assistant", "content": "", "function_call": {"name": "look", "arguments": {"at": 1}}},
        {"role": "function", "name": "look", "content": "seen"},
    ]
    read = only(read_text(json.dumps(talk), file="talk.json"))
    assert read.turns[0].name == "kim"
    assert read.calls[0].arguments == '{"at": 1}'
    assert read.turns[2].name == "look"


LINES = [(Speaker.VISITOR, "Hello, what does it cost?"), (Speaker.AGENT, "From 10 euros."), (Speaker.VISITOR, "Fine")]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("chat.csv", "speaker,text\nvisitor,\"Hello, what does it cost?\"\nagent,From 10 euros.\nvisitor,Fine\n"),
        ("chat.csv", "Customer,\"Hello, what does it cost?\"\nRep,From 10 euros.\nCustomer,Fine\n"),
        ("chat.csv", "Customer;Hello, what does it cost?\nRep;From 10 euros.\nCustomer;Fine\n"),
        ("chat.csv", "id,Author,Message\n1,User,\"Hello, what does it cost?\"\n2,Bot,From 10 euros.\n3,User,Fine\n"),
        ("chat.tsv", "prospect\tHello, what does it cost?\nsales rep\tFrom 10 euros.\nprospect\tFine\n"),
        ("chat.txt", "Customer: Hello, what does it cost?\n\nSales Rep: From 10 euros.\n\nCustomer: Fine\n"),
        ("chat.txt", "[10:02] **Lead:** Hello, what does it cost?\n[10:03] **Mia:** From 10 euros.\n[9:4] Lead: Fine"),
        ("chat.jsonl", json.dumps({"turns": [
            {"speaker": "prospect", "text": "Hello, what does it cost?"},
            {"speaker": "rep", "text": "From 10 euros."},
            {"speaker": "prospect", "text": "Fine"},
        ]})),
        ("chat.json", json.dumps([
            {"speaker": "customer", "text": "Hello, what does it cost?"},
            {"speaker": "agent", "text": "From 10 euros."},
            {"speaker": "customer", "text": "Fine"},
        ])),
    ],
)  # fmt: skip
def test_two_columns_are_read_in_every_dress(file: str, text: str) -> None:
    assert [(turn.speaker, turn.text) for turn in only(read_text(text, file=file)).turns] == LINES


def test_a_chat_with_an_excel_mark_and_line_breaks_in_a_cell_is_read(tmp_path: Path) -> None:
    path = tmp_path / "chat.csv"
    path.write_bytes('\ufeffspeaker,text\r\nvisitor,"one\ntwo"\r\nagent,yes\r\nrobot\r\n'.encode())
    read = read_file(path)
    assert read.transcripts[0].turns[0].text == "one\ntwo"
    assert [str(fault).split(". Allowed")[0] for fault in read.faults] == ["chat.csv:5: this line has 1 column"]


def test_conversations_in_one_file_are_told_apart_by_their_column() -> None:
    text = "chat_id,speaker,text\na,visitor,one\nb,visitor,two\na,agent,three\n"
    talks = read_text(text, file="chat.csv").transcripts
    assert [[turn.text for turn in talk.turns] for talk in talks] == [["one", "three"], ["two"]]


def test_the_visitor_can_be_named() -> None:
    text = "Kim: Hello\nJo: Hi there\nKim: Bye"
    fault = read_text(text, file="chat.txt").faults[0]
    assert "who of them is the visitor is not said: Kim, Jo" in str(fault)
    assert "--visitor" in fault.allowed
    talk = only(read_text(text, file="chat.txt", visitor="kim"))
    assert [turn.speaker for turn in talk.turns] == [Speaker.VISITOR, Speaker.AGENT, Speaker.VISITOR]
    assert "nobody here is called Ada" in str(read_text(text, file="chat.txt", visitor="Ada").faults[0])


def test_a_mail_with_the_tools_it_should_lead_to_is_read() -> None:
    mail = {"author": "Kim <kim@bakery.example.com>", "to": "x", "subject": "Prices", "email_thread": "How much is it?"}
    talk = only(read_text(json.dumps(mail | {"expected_tool_calls": ["write_email"]}), file="mails.jsonl"))
    assert talk.turns[0].text == "Prices\n\nHow much is it?"
    assert [call.name for call in talk.calls] == ["write_email"]


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("a.json", "", "a.json:1: the file is empty. Allowed: a list of messages"),
        ("a.json", '[\n {"role": "user",\n  "content": 1}]', 'a.json:2: [0].content: "1" is no content'),
        ("a.json", '[{"role": "user", "content": "x"},\n\n {"role": "usr"}]', 'a.json:3: [1].role: "usr" is no role'),
        ("a.json", '[\n{"traj": [\n{"role": "user"}]}]', "a.json:3: [0].traj[0].content: nothing is said"),
        ("a.json", '[{"role": "user", "content": "x"}, 7]', 'a.json:1: [1]: "7" is no message'),
        ("a.json", '[\n{"role": "user",\n]', "a.json:3: this is not JSON ("),
        ("a.json", "[]", "this list is empty"),
        ("a.json", '{"a": 1}', "an object with a is no conversation"),
        ("a.json", "[" * 100_000, "this is nested too deeply"),
        ("a.json", "[" + "9" * 5000 + "]", "a number here is longer"),
        ("a.jsonl", '{"messages": [{"role": "user", "content": "x"}]}\nnope\n', "a.jsonl:2: this is not JSON"),
        ("a.jsonl", '{"turns": [{"speaker": "user", "text": "x"},\n', "a.jsonl:1: this is not JSON"),
        ("a.json", '[{"role": "assistant", "content": "x"}]', "no visitor says anything here"),
        ("a.json", '[{"role": "user", "content": [{"type": "image_url"}, "x"]}]', '"image_url" holds no text'),
        ("a.json", '[{"role": "user", "content": "x"}, {"role": "tool", "tool_call_id": "c9"}]', '"c9"'),
        ("a.json", '[{"role": "user", "content": "x", "tool_calls": [{"id": "1"}]}]', "a call without the name"),
        ("a.jsonl", '{"turns": [{"speaker": "user", "text": "x"}, {"speaker": "b"}]}', "with speaker is no turn"),
        ("a.csv", "a,b,c\nd,e,f\n", "a.csv:1: this line has 3 columns. Allowed: two columns"),
        ("a.csv", "visitor,hello\nagent,\n", "a.csv:2: the speaker or the text is missing"),
        ("a.txt", "A title\nVisitor: hello\n", 'a.txt:1: "A title" comes before anybody speaks'),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told_with_its_line_and_what_is_allowed(file: str, text: str, told: str) -> None:
    faults = [str(fault) for fault in read_text(text, file=file).faults]
    assert any(told in fault for fault in faults), faults
    assert all(". Allowed: " in fault for fault in faults)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    assert "the file cannot be read" in str(read_file(tmp_path / "nothing.json").faults[0])
    assert "the file cannot be read" in str(read_file(tmp_path).faults[0])
    (tmp_path / "bytes.csv").write_bytes(b"visitor,hello\nagent,\xff\xfe\n")
    assert "bytes.csv:2: a byte here is no UTF-8" in str(read_file(tmp_path / "bytes.csv").faults[0])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["user", "assistant", "tool"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                "role content messages traj turns speaker text tool_calls function name id author body".split()
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@given(value=JSON, file=st.sampled_from(["a.json", "a.jsonl"]))
def test_no_json_makes_it_raise(value: object, file: str) -> None:
    read = read_text(json.dumps(value), file=file)
    assert read.transcripts or read.faults


@given(
    text=st.text(alphabet="ab:,;\t\n\"'*[](){}0\ufeff\x00é", max_size=60),
    kind=st.sampled_from("json jsonl csv tsv txt md".split()),
)
def test_no_text_makes_it_raise(text: str, kind: str) -> None:
    read = read_text(text, file=f"a.{kind}")
    assert read.transcripts or read.faults
