"""What is found of somebody in rows about others: all that is theirs, however it is written, and nothing more."""

from __future__ import annotations

import pytest

from store.loose_ends import Sought, crossed_out
from store.person_points import Points

ANN, NUMBER, NAME = Sought("ann@x.de"), Sought("+493055501234", is_phone=True), Sought("Ann Lee")


@pytest.mark.parametrize(
    ("sought", "said"),
    [
        (ANN, "ann@x.de"),
        (ANN, "Write to ANN@x.de."),
        (ANN, "lee,ann@x.de,,"),
        (ANN, "ann@x.de-- the team"),
        (ANN, "_ann@x.de_ and -ann@x.de"),
        (ANN, "请写信给ann@x.de。"),
        (ANN, "‹ann@x.de›"),
        (ANN, "mail=ann%40x.de&next=1"),
        (ANN, "mailto%3Aann%40x.de%20"),
        (ANN, r'{"note": "hello\nann@x.de\n"}'),
        (ANN, r"points:\n-ann@x.de"),
        (ANN, r"\u003cann@x.de\u003e"),
        (ANN, str({"said": "\xa0ann@x.de"})),
        (NUMBER, "+49 30 5550 1234"),
        (NUMBER, "0049 (30) 555-012/34"),
        (NUMBER, "+49.30.5550.1234, call"),
        (NUMBER, "030\u00a05550\u20111234"),
        (NUMBER, str({"said": "030\u00a05550\u20091234"})),
        (NUMBER, r"030\u00a05550\u20111234"),
        (NUMBER, "tel=%2B49+30+5550%201234"),
        (NUMBER, "tel=030%C2%A05550%E2%80%911234"),
        (NUMBER, "493055501234"),
        (Sought("+6834123", is_phone=True), "+683 4123"),
        (NAME, "Dear Ann Lee,"),
        (NAME, "name=Ann+Lee"),
        (NAME, r"\tann lee\n"),
    ],
)
def test_what_is_theirs_is_found_however_it_is_written(sought: Sought, said: str) -> None:
    assert sought.pattern.search(said)
    raw = crossed_out(said.encode(), [sought])
    assert len(raw) == len(said.encode())
    assert raw.count(b"x" * 7) and not sought.pattern.search(raw.decode())


@pytest.mark.parametrize(
    ("sought", "said"),
    [
        (ANN, "joann@x.de"),
        (ANN, "jo.ann@x.de, jo-ann@x.de, jo_ann@x.de"),
        (ANN, "mail=joann%40x.de"),
        (ANN, "ann@x.de.example, ann@x.dev, ann@x.de-mail.example"),
        (ANN, "email=deann@x.de"),
        (NUMBER, "1,305,550,123,4"),
        (NUMBER, "30555\n01234"),
        (NUMBER, "+49 30 5550 12345"),
        (NAME, "Joann Lee"),
        (NAME, "Ann Leeds"),
    ],
)
def test_what_is_somebody_elses_stays(sought: Sought, said: str) -> None:
    assert crossed_out(said.encode(), [sought]) == said.encode()


def test_bytes_that_are_no_text_come_back_as_they_were() -> None:
    raw = bytes(range(128, 256)) + b" ann@x.de " + bytes(range(256)) + "Jürgen".encode()
    assert crossed_out(raw, [ANN, NUMBER]) == raw.replace(b"ann@x.de", b"xxxxxxxx")
    assert crossed_out(b"030\xa05550\xa01234", [NUMBER]) == b"03xxxxxxxxxxx"


def test_a_name_of_one_word_is_looked_for_nowhere_else() -> None:
    points = Points(emails=("chris@x.de",), phones=("+493055501234",), names=("Chris", "Chris Stone"))
    assert points.among_others == ("chris@x.de", "+493055501234", "Chris Stone")
    assert "Chris" in points.words
