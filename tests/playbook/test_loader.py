"""A playbook with a mistake is refused with file, line, what is wrong and what is allowed; nothing else happens."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leads.bant import Factor
from leads.handoff import HandoffReason
from playbook.book import Playbook
from playbook.fault import Fault, PlaybookFaults
from playbook.loader import FILES, check_playbook, read_pages, read_playbook
from tests.playbook.drafts import SAMPLE, Draft

COMPANY, SCORING, MEETINGS, ROUTING, SEQUENCES = FILES
PAGE = "knowledge/pricing.md"

# file, what stands there, what is put there, how many lines below it the fault is, words of the fault
MISTAKES = [
    # keys
    (COMPANY, "  currency: EUR", "  curency: EUR", 0, ['no key "curency"', 'did you mean "currency"']),
    (COMPANY, "  name: Tidewell\n", "", -1, ["company.name", "missing", "the company's name"]),
    (COMPANY, "  tone: warm", "  name: Again\n  tone: warm", 0, ["agent.name", "second time"]),
    (SCORING, "threshold: {up: 50", "threshold: {upp: 50", 0, ["threshold.upp", 'did you mean "up"']),
    (SCORING, "    points: 12\n", "    poins: 12\n", 0, ["rules[0].poins", 'did you mean "points"']),
    # kinds of value
    (COMPANY, "retention_days: 540", "retention_days: long", 0, ["retention_days", "whole number"]),
    (COMPANY, "retention_days: 540", "retention_days: true", 0, ["retention_days", "whole number"]),
    (COMPANY, "retention_days: 540", "retention_days: 0", 0, ["retention_days", "1 or more"]),
    (COMPANY, "  name: Tidewell\n", "  name: 12\n", 0, ["company.name", "text", "quotes"]),
    (COMPANY, "  name: Tidewell\n", "  name: ''\n", 0, ["company.name", "empty"]),
    (COMPANY, "  name: Tidewell\n", '  name: "Tide\\u202ewell"\n', 0, ["company.name", "U+202E"]),
    (COMPANY, "  name: Nora", "  name: |\n    No\n    ra", 0, ["agent.name", "one line"]),
    (COMPANY, "languages: [en, de, es, pt]", "languages: en", 0, ["company.languages", "list"]),
    (COMPANY, "languages: [en, de, es, pt]", "languages: []", 0, ["company.languages", "at least 1"]),
    (COMPANY, "languages: [en, de, es, pt]", "languages: [en, klingon]", 0, ["languages[1]", "not a language"]),
    (COMPANY, "languages: [en, de, es, pt]", "languages: [en, de, en]", 0, ["languages[2]", "twice"]),
    (COMPANY, "currency: EUR", "currency: EURO", 0, ["not a currency", "ISO 4217"]),
    (COMPANY, "region: DE", "region: Germany", 0, ["not a country"]),
    (COMPANY, "contact_email: hello@", "contact_email: hello at ", 0, ["not a mail address"]),
    (COMPANY, "privacy_url: https://", "privacy_url: ", 0, ["not a web address"]),
    (
        COMPANY,
        "privacy_url: https://tidewell",
        "privacy_url: https://tidewel",
        0,
        ["not in agent.link_hosts", "did you mean"],
    ),
    (COMPANY, 'accent: "#0b5f6b"', "accent: teal", 0, ["not a colour", "#1f5f4a"]),
    (COMPANY, 'accent: "#0b5f6b"', 'accent: "#7fd3ff"', 0, ["hard to read", "4.5"]),
    (COMPANY, "link_hosts: [tidewell", "link_hosts: [https://tidewell", 0, ["link_hosts[0]", "host's name alone"]),
    (COMPANY, "burst_pause: 800 ms", "burst_pause: a while", 0, ["burst_pause", "length of time"]),
    (COMPANY, "burst_pause: 800 ms", "burst_pause: 2 minutes", 0, ["burst_pause", "10 seconds"]),
    (COMPANY, "book_when_known: ", "book_when_known: 1", 0, ["book_when_known", "4 or less"]),
    (COMPANY, "required: [need]", "required: [wish]", 0, ["qualification.required[0]", "need", "authority"]),
    # hours
    (COMPANY, "zone: Europe/Berlin", "zone: Europe/Berlyn", 0, ["no time zone", "did you mean Europe/Berlin"]),
    (COMPANY, "mon-fri: 08:00-18:00", "mon-fry: 08:00-18:00", 0, ['"fry" is not a day', "fri"]),
    (COMPANY, "mon-fri: 08:00-18:00", "mon-fri: 8 to 6", 0, ["week.mon-fri", "not a time of day", "09:00-17:00"]),
    (COMPANY, "mon-fri: 08:00-18:00", "mon-fri: closed", -1, ["every day is closed"]),
    (COMPANY, "mon-fri: 08:00-18:00", "mon-fri: 10:00-10:00", 0, ["empty"]),
    (COMPANY, "holidays: [01-01,", "holidays: [13-45,", 0, ["holidays[0]", "not a date"]),
    (COMPANY, "    holidays:", "    public_holidays: AQ\n    holidays:", 0, ["public_holidays"]),
    (
        COMPANY,
        "    holidays:",
        "    days_off: [{first: 2026-08-09, last: 2026-08-01}]\n    holidays:",
        0,
        ["days_off[0]", "cannot end"],
    ),
    # questions and texts
    (COMPANY, "    authority:\n", "    boss:\n", 0, ["boss", "authority"]),
    (COMPANY, "or a season you want to be ready for?", "you work to? Or a season?", 0, ["timeline[1]", "two things"]),
    (
        COMPANY,
        '    version: "2026-01"\n    text: >\n      You',
        "    text: >\n      You",
        -1,
        ["consent.chat.version", "missing"],
    ),
    # scoring
    (SCORING, "points: 12", "points: twelve", 0, ["rules[0].points", "number"]),
    (SCORING, "points: 12", "points: -12", 0, ["rules[0].points", "0 or above"]),
    (SCORING, "    points: -25", "    points: 25", 0, ["points", "0 or below"]),
    (SCORING, "id: fit.head", "id: fit.top", 0, ["rules[1].id", "taken", "number 1"]),
    (SCORING, "id: fit.head", "id: Fit Head", 0, ["rules[1].id", "not a name"]),
    (
        SCORING,
        "group: fit\n    label: Leads a plant",
        "group: fitt\n    label: Leads a plant",
        0,
        ["rules[1].group", 'did you mean "fit"'],
    ),
    (SCORING, "name: asked_demo", "name: asked_price", 0, ["signals[1].name", "taken"]),
    (SCORING, "up: 50, down: 40", "up: 40, down: 50", 0, ["threshold", "down <= up"]),
    (SCORING, "fit_at_least: 15", "fit_at_least: 41", 0, ["threshold.fit_at_least", "its limit is 40"]),
    (SCORING, "fit: {low: 0, high: 40}", "fit: {low: 5, high: 40}", 0, ["limits.fit", "low <= 0"]),
    (SCORING, "decay: {kind: half_life, days: 60}", "decay: {kind: half_life}", 0, ["decay.days", "number of days"]),
    (
        SCORING,
        "decay: {kind: half_life, days: 60}",
        "decay: {kind: fast, days: 6}",
        0,
        ["decay.kind", "half_life", "window"],
    ),
    (
        SCORING,
        "    exclusive_set: seniority\n",
        "    decay: {kind: half_life, days: 9}\n",
        0,
        ["rules[0].decay", "fit does not fade"],
    ),
    (SCORING, "    exclusive_set: seniority\n", "    per: occurrence\n", 0, ["rules[0].per", "asks for no event"]),
    (SCORING, "    exclusive_set: seniority\n", "    per: day\n", 0, ["rules[0].per"]),
    (SCORING, "    max_points: 20\n", "    max_points: -20\n", 0, ["max_points", "two sides"]),
    # meetings
    (MEETINGS, "minutes: 30\n", "minutes: 31\n", 0, ["meetings[0].minutes", "multiple of 5"]),
    (MEETINGS, "key: demo", "key: intro", 0, ["meetings[1].key", "taken"]),
    (
        MEETINGS,
        "hosts: [intro, demo, technical]",
        "hosts: [intro, demo]",
        -23,
        ["meetings[2]", "nobody hosts the meeting technical"],
    ),
    (MEETINGS, "hosts: [intro, demo]", "hosts: [intro, dmeo]", 0, ["reps[0].hosts[1]", 'did you mean "demo"']),
    (MEETINGS, "zone: Europe/Lisbon", "zone: Lisbon", 0, ["reps[0].hours.zone", "did you mean"]),
    (MEETINGS, "email: jonas.brandt@", "email: Ana.Ferreira@", 0, ["reps[1].email", "taken"]),
    # routing
    (ROUTING, "members: [ana.ferreira@", "members: [anna.ferreira@", 0, ["queues[0].members[0]", "did you mean"]),
    (ROUTING, "to: {queue: partners}", "to: {queue: partner}", 0, ["rules[0].to.queue", 'did you mean "partners"']),
    (
        ROUTING,
        "to: {queue: partners}",
        "to: {queue: sales, rep: ana.ferreira@example.com}",
        0,
        ["rules[0].to", "exactly one of rep, queue"],
    ),
    (ROUTING, "\n  queue: sales\n", "\n  queue: sale\n", 1, ["handoffs.queue", "sales"]),
    (ROUTING, "{pool: sales}", "{pool: sails}", 0, ["rules[7].to.pool", "sales"]),
    (ROUTING, "value: iberia", "value: iberica", 0, ["rules[5].when", "no territory", "iberia"]),
    (ROUTING, "email: careers@tidewell.example.com", "webhook: http://example.com/", 0, ["destinations[0]", "https"]),
    (ROUTING, "    queue: sales\n", "    backup: sales\n", 0, ["pools[0].backup", "ring"]),
    (ROUTING, "weight: 2", "weight: 0", 0, ["pools[0].members[0].weight", "1 or more"]),
    (ROUTING, "attr: territory, op", "attr: terrain, op", 0, ["rules[4].when", "territory"]),
    (ROUTING, "to: {queue: partners}", "to: {hold_for_enrichment: 3 minutes}", 0, ["rules[0].to", "2 minutes"]),
    (ROUTING, "acceptance: 4 hours", "acceptance: 0 hours", 0, ["sla.acceptance", "above 0"]),
    (ROUTING, "asked_for_person: 2 minutes", "asked_for_person: 2 moons", 0, ["asked_for_person", "2 minutes"]),
    (ROUTING, "asked_for_person: 2 minutes", "asked_for_person: 0 minutes", 0, ["asked_for_person", "above 0"]),
    (ROUTING, "    complaint: 30 minutes", "    complain: 30 minutes", 0, ["complain", 'did you mean "complaint"']),
    (ROUTING, "fallback: {queue: sales}", "fallback: {}", 0, ["fallback", "either"]),
    (ROUTING, "id: speaks_german", "id: sells_to_us", 0, ["rules[2].id", "taken"]),
    # sequences
    (SEQUENCES, "{{first_name|there}}", "{{first_name}}", -1, ["body", "not known of everybody"]),
    (
        SEQUENCES,
        "{{company|your plant}}",
        "{{compny|your plant}}",
        0,
        ["subject", "nothing fills", 'did you mean "company"'],
    ),
    (SEQUENCES, "{{company|your plant}}", "{{company|your plant", 0, ["subject", "not closed"]),
    (SEQUENCES, "delay: 2 business days", "delay: soon", 0, ["steps[0].delay", "2 business days"]),
    (SEQUENCES, "purpose: marketing", "purpose: spam", 0, ["purpose", "marketing"]),
    (SEQUENCES, "key: long_cycle", "key: after_chat", 0, ["sequences[2].key", "taken"]),
    # knowledge
    (PAGE, "title: Prices", "titel: Prices", 0, ["titel", 'did you mean "title"']),
    (PAGE, "---\ntitle", "title", 0, ["front matter"]),
    (PAGE, "title: Prices and plans", "title: Security", 0, ["the title is the one of"]),
    (PAGE, "title: Prices and plans", "title: Prices: and plans", 0, ["not YAML"]),
    (PAGE, "url: https://tidewell", "url: https://elsewhere", 0, ["not in agent.link_hosts"]),
]


@pytest.mark.parametrize(
    ("file", "old", "new", "below", "words"), MISTAKES, ids=[f"{m[0]}: {m[2]!r}"[:70] for m in MISTAKES]
)
def test_a_mistake_is_told_with_its_file_its_line_and_what_is_allowed(
    draft: Draft, file: str, old: str, new: str, below: int, words: list[str]
) -> None:
    line = draft.replace(file, old, new) + below
    told = [f for f in draft.faults() if f.file in {file, "knowledge/security.md"} and all(w in str(f) for w in words)]
    assert told, f"nothing says {words}: {[str(f) for f in draft.faults()]}"
    assert file != told[0].file or told[0].line == line
    assert all(f.wrong and f.allowed for f in draft.faults())


CONDITIONS = [
    ("{attr: person.titel, op: contains, value: head}", "attr", ["nobody fills", "person.title"]),
    ("{attr: company.revenue, op: gt, value: 5}", "attr", ["nobody fills"]),
    ("{attr: person.title, op: has, value: head}", "op", ["no way to compare", "contains"]),
    ("{attr: person.title, op: [eq], value: head}", "op", ["no way to compare"]),
    ("{attr: person.title, op: in, value: head}", "value", ["list"]),
    ("{attr: person.title, op: contains}", "value", ["nothing to compare", "list of these"]),
    ("{attr: fields.size, op: gte, value: many}", "value", ["a number"]),
    ("{attr: fields.size, op: between, value: [9, 2]}", "value", ["lowest, highest"]),
    ("{attr: person.title, op: exists, value: 1}", "value", ["leave it out"]),
    ("{attr: person.title, opp: eq, value: head}", "opp", ["no key", 'did you mean "op"']),
    ("{event: said.asked_prize}", "event", ["no signal", "said.asked_price"]),
    ("{event: page.viewed, within_day: 3}", "within_day", ["within_days"]),
    ("{event: page.viewed, within_days: -3}", "within_days", ["above 0"]),
    ("{event: page.viewed, count: 0}", "count", ["from 1"]),
    ("{event: page.viewed, where: {prop: path}}", "where", ["list"]),
    ("{event: page.viewed, where: [{prop: path, opp: eq, value: x}]}", "where[0].opp", ["did you mean"]),
    ("{event: 7}", "event", ["page.viewed"]),
    ("{bant: money}", "bant", ["budget"]),
    ("{bant: need, value: [sure]}", "value", ["stated"]),
    ("{bant: need, value: []}", "value", ["no status"]),
    ("{all: []}", "all", ["at least one"]),
    ("{any: [{bant: need}, {bant: {}}]}", "any[1].bant", ["not a factor"]),
    ("{not: {not: {attr: nothing, op: eq, value: 1}}}", "not.not.attr", ["nobody fills"]),
    ("{attr: source, event: chat.started}", "", ["exactly one of"]),
    ("chat.started", "", ["exactly one of"]),
    ("{all: [{event: said.asked_price}, {bant: need}]}", "", ["no cap holds"]),
    ('{event: "*"}', "", ["no cap holds"]),
    ('{event: "?aid.asked_*"}', "", ["no cap holds"]),
]


@pytest.mark.parametrize(("condition", "where", "words"), CONDITIONS, ids=[c[0] for c in CONDITIONS])
def test_a_condition_that_cannot_work_is_told_at_its_leaf(
    draft: Draft, condition: str, where: str, words: list[str]
) -> None:
    line = draft.replace(SCORING, "when: {event: meeting.booked}", f"when: {condition}")
    (fault,) = draft.faults()
    assert (fault.file, fault.line) == (SCORING, line)
    assert fault.where.endswith(f"when.{where}" if where else "when")
    assert all(word in str(fault) for word in words), fault


def test_the_line_is_the_one_of_the_leaf_and_not_of_the_rule(draft: Draft) -> None:
    line = draft.replace(SCORING, "value: [intern, trainee", "value: [[intern], trainee")
    (fault,) = draft.faults()
    assert (fault.line, fault.where) == (line, "rules[43].when.any[1].value")


def test_every_fault_of_every_file_is_told_at_once(draft: Draft) -> None:
    draft.replace(COMPANY, "currency: EUR", "currency: Taler")
    draft.replace(COMPANY, "region: DE", "region: Nowhere")
    draft.replace(SCORING, "points: 12", "points: many")
    draft.replace(SCORING, "id: fit.head", "id: fit.top")
    draft.replace(MEETINGS, "hosts: [intro, demo]", "hosts: [intro, nothing]")
    draft.replace(PAGE, "url: https://tidewell", "url: ftp://tidewell")
    with pytest.raises(PlaybookFaults) as refused:
        read_playbook(draft.folder)
    assert [f.file for f in refused.value.faults] == [COMPANY, COMPANY, PAGE, MEETINGS, SCORING, SCORING]
    assert all(str(fault) in str(refused.value) for fault in refused.value.faults)


def test_a_fault_reads_as_a_sentence_with_its_place() -> None:
    fault = Fault("scoring.yaml", 12, "rules[3].points", '"ten" is not a number', "a number")
    assert str(fault) == 'scoring.yaml:12: rules[3].points: "ten" is not a number. Allowed: a number.'


def test_a_missing_file_folder_or_page_is_a_fault(draft: Draft, tmp_path: Path) -> None:
    (draft.folder / ROUTING).unlink()
    for page in (draft.folder / "knowledge").iterdir():
        page.unlink()
    assert [(f.file, f.wrong) for f in draft.faults()] == [
        ("knowledge", "there is no page to answer from"),
        (ROUTING, "the file is missing"),
    ]
    assert "no such folder" in str(check_playbook(tmp_path / "nowhere")[0])


def test_a_file_nobody_reads_is_told_with_the_likely_name(draft: Draft) -> None:
    draft.write("scorring.yaml", "a: 1")
    (fault,) = draft.faults()
    assert fault.file == "scorring.yaml"
    assert 'did you mean "scoring.yaml"' in fault.wrong


def test_a_file_that_is_not_utf_8_is_told_with_the_line(draft: Draft) -> None:
    (draft.folder / MEETINGS).write_bytes(b"meetings: []\n# caf\xe9\n")
    assert (MEETINGS, 2, "a letter is not written in UTF-8") in [(f.file, f.line, f.wrong) for f in draft.faults()]


def test_a_file_that_is_too_large_is_not_read(draft: Draft) -> None:
    draft.write(SEQUENCES, "# " + "x" * 1_000_001)
    assert [f.file for f in draft.faults()] == [SEQUENCES]


def test_a_folder_in_the_place_of_a_file_is_a_fault(draft: Draft) -> None:
    (draft.folder / SEQUENCES).unlink()
    (draft.folder / SEQUENCES).mkdir()
    assert [f.file for f in draft.faults()] == [SEQUENCES]


@pytest.mark.parametrize("text", ["", "# only a comment\n", "[]", "just words", "7", "null"])
def test_an_empty_file_or_one_of_another_shape_is_a_fault(draft: Draft, text: str) -> None:
    draft.write(COMPANY, text)
    assert COMPANY in {f.file for f in draft.faults()}


def test_an_unreadable_file_does_not_make_others_look_wrong(draft: Draft) -> None:
    draft.write(MEETINGS, "meetings: [\n")
    assert {f.file for f in draft.faults()} == {MEETINGS}


def test_what_is_read_is_what_was_written() -> None:
    book = read_playbook(SAMPLE)
    assert book.folder == SAMPLE
    assert (book.company.name, book.company.agent_name, book.company.currency) == ("Tidewell", "Nora", "EUR")
    assert book.company.hours.zone == "Europe/Berlin"
    assert book.meeting().key == "intro"
    assert book.handoffs.due[HandoffReason.ASKED_FOR_PERSON] == timedelta(minutes=2)
    assert book.handoffs.fallback_due == timedelta(hours=4)
    assert book.agent.burst_pause == timedelta(milliseconds=800)
    assert book.qualification.required == {Factor.NEED}
    assert book.scoring.threshold.up == 50
    signal = book.signal("asked_demo")
    assert signal is not None
    assert signal.hand_raise


def test_pages_in_folders_keep_their_path_and_windows_line_ends_do_not_matter(draft: Draft) -> None:
    (draft.folder / "knowledge" / "deep").mkdir()
    draft.write("knowledge/deep/page.md", "\ufeff---\r\ntitle: Deep\r\n---\r\nWords.\r\n")
    page = next(p for p in read_playbook(draft.folder).knowledge if p.slug == "deep/page")
    assert (page.title, page.url, page.body) == ("Deep", None, "Words.")


def test_a_page_without_words_is_a_fault(draft: Draft) -> None:
    draft.write("knowledge/empty.md", "---\ntitle: Nothing\n---\n\n")
    assert [(f.file, f.wrong) for f in draft.faults()] == [("knowledge/empty.md", "the page says nothing")]


def test_pages_of_a_file_or_a_folder_can_be_read_by_themselves(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "one.md").write_text("---\ntitle: One\nurl: https://www.example.com/1\n---\nWords.\n", "utf-8")
    (tmp_path / "two.md").write_text("Before.\n\n## The  second #\n\nWords.\n", "utf-8")
    (tmp_path / "three.md").write_text("No heading at all.\n", "utf-8")
    assert [(p.slug, p.title, p.url) for p in read_pages(tmp_path)] == [
        ("deep/one", "One", "https://www.example.com/1"),
        ("three", "three", None),
        ("two", "The second", None),
    ]
    assert [p.slug for p in read_pages(tmp_path / "two.md")] == ["two"]


def test_pages_that_cannot_be_read_are_all_told(tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_text("---\ntitel: One\n---\nWords.\n", "utf-8")
    (tmp_path / "empty.md").write_text("\n", "utf-8")
    (tmp_path / "hidden.md").write_text("# A\u200b heading\n", "utf-8")
    with pytest.raises(PlaybookFaults) as refused:
        read_pages(tmp_path)
    assert {f.file for f in refused.value.faults} == {"bad.md", "empty.md", "hidden.md"}
    with pytest.raises(PlaybookFaults, match="missing"):
        read_pages(tmp_path / "nothing.md")


# --- hostile input ---------------------------------------------------------------------------------------------------

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8) | st.integers(), inner, max_size=4),
    max_leaves=12,
)
quiet = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def outcome(folder: Path) -> Playbook | tuple[Fault, ...]:
    """The playbook or its faults; anything else raises."""
    try:
        return read_playbook(folder)
    except PlaybookFaults as refused:
        assert refused.faults
        return refused.faults


@quiet
@given(file=st.sampled_from([*FILES, "knowledge/about.md"]), content=st.text(max_size=200))
def test_any_text_is_read_or_refused(drafts: Callable[[], Draft], file: str, content: str) -> None:
    draft = drafts()
    (draft.folder / file).write_bytes(content.encode("utf-8", "surrogatepass"))
    outcome(draft.folder)


@quiet
@given(file=st.sampled_from(list(FILES)), content=trees)
def test_any_yaml_is_read_or_refused(drafts: Callable[[], Draft], file: str, content: Any) -> None:
    draft = drafts()
    draft.write(file, yaml.safe_dump(content, allow_unicode=True))
    outcome(draft.folder)


@settings(quiet, max_examples=150)
@given(file=st.sampled_from(list(FILES)), at=st.integers(0, 10_000), new=trees)
def test_any_value_put_anywhere_is_read_or_refused(drafts: Callable[[], Draft], file: str, at: int, new: Any) -> None:
    draft = drafts()
    content = yaml.load((draft.folder / file).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    places = list(places_in(content))
    holder, key = places[at % len(places)]
    holder[key] = new
    draft.write(file, yaml.safe_dump(content, allow_unicode=True))
    outcome(draft.folder)


def places_in(node: Any) -> Any:
    """Every (container, key) of a tree."""
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield node, key
        yield from places_in(value)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 50_000,
        "{a: " * 20_000,
        "- " * 50_000,
        "? " * 5_000,
        "a: &x [*x]",
        "a: !!python/name:os.system x",
        "\x00",
        "a: \x07",
    ],
    ids=["lists", "mappings", "dashes", "keys", "itself", "tag", "nul", "bell"],
)
def test_hostile_yaml_ends_in_faults(draft: Draft, text: str) -> None:
    draft.write(SEQUENCES, text)
    assert {f.file for f in draft.faults()} == {SEQUENCES}
