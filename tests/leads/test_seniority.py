"""Job titles: who decides, who leads, who works for somebody who does. The titles are invented or everyday ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.identity import PersonId
from leads.lead import Person
from leads.seniority import Department, Seniority, role_of, with_title
from tests.builders import MONDAY


@pytest.mark.parametrize(
    ("title", "seniority"),
    [
        ("CEO", "c_level"),
        ("C.E.O. & Founder", "c_level"),
        ("Chief Supply Chain Officer", "c_level"),
        ("President", "c_level"),
        ("Product manager and co-founder", "c_level"),
        ("Geschäftsführer", "c_level"),
        ("Geschäftsführerin Vertrieb", "c_level"),
        ("Gründer und Inhaber", "c_level"),
        ("Mitglied des Vorstands", "c_level"),
        ("Directeur général", "c_level"),
        ("PDG", "c_level"),
        ("Gérant", "c_level"),
        ("Consejera delegada", "c_level"),
        ("Amministratore delegato", "c_level"),
        ("Algemeen directeur", "c_level"),
        ("Prezes zarządu", "c_level"),
        ("Director & Chief Technology Officer", "c_level"),
        ("Vice President", "vp"),
        ("VP of Sales", "vp"),
        ("Senior Vice-President Operations", "vp"),
        ("SVP Engineering", "vp"),
        ("AVP, Claims", "vp"),
        ("Head of Operations", "director"),
        ("Director of Quality", "director"),
        ("Directeur des achats", "director"),
        ("Directrice commerciale", "director"),
        ("Vertriebsleiterin", "director"),
        ("Leiter Produktion", "director"),
        ("Bereichsleitung Einkauf", "director"),
        ("Director de compras", "director"),
        ("Direttore di stabilimento", "director"),
        ("President of the Nordic Division", "director"),
        ("Production manager", "manager"),
        ("Team Lead Fulfilment", "manager"),
        ("Teamleiter Logistik", "manager"),
        ("Projektleiter", "manager"),
        ("Chef de projet", "manager"),
        ("Responsable qualité", "manager"),
        ("Jefe de planta", "manager"),
        ("Software Engineer", "individual"),
        ("Buyer", "individual"),
        ("Sachbearbeiter Einkauf", "individual"),
        ("Assistant to the CEO", "individual"),
        ("Executive Assistant to the Managing Director", "individual"),
        ("Assistentin der Geschäftsführung", "individual"),
        ("Vorstandsassistent", "individual"),
        ("Assistante de direction", "individual"),
        ("Lead Generation Specialist", "individual"),
        ("Chief of Staff", "individual"),
        ("Headhunter", "individual"),
        ("Account Executive", "individual"),
        ("Werkstudent Marketing", "entry"),
        ("Praktikantin Vertriebsleitung", "entry"),
        ("Marketing Intern", "entry"),
        ("Stagiaire", "entry"),
    ],
)
def test_a_title_says_how_senior_somebody_is(title: str, seniority: str) -> None:
    assert role_of(title).seniority == Seniority(seniority)
    assert role_of(title.upper()).seniority == Seniority(seniority)


@pytest.mark.parametrize(
    ("title", "department"),
    [
        ("Head of Procurement", "procurement"),
        ("Einkaufsleiter", "procurement"),
        ("Directeur des achats", "procurement"),
        ("VP Sales EMEA", "sales"),
        ("Vertriebsleiter", "sales"),
        ("Marketing Manager", "marketing"),
        ("CFO", "finance"),
        ("Leiter Buchhaltung", "finance"),
        ("Produktionsleiter", "operations"),
        ("Plant Manager", "operations"),
        ("IT-Leiter", "it"),
        ("Software Engineer", "engineering"),
        ("HR Business Partner", "hr"),
        ("General Counsel", "legal"),
        ("Customer Success Manager", "support"),
        ("CEO", "executive"),
    ],
)
def test_a_title_says_what_the_work_is_about(title: str, department: str) -> None:
    assert role_of(title).department == Department(department)


@pytest.mark.parametrize("title", [None, "", "   ", "...", "42", "—"])
def test_what_is_no_title_says_nothing(title: str | None) -> None:
    role = role_of(title)
    assert (role.seniority, role.department) == (None, None)


@given(st.text(max_size=400))
def test_any_text_can_be_read(text: str) -> None:
    role_of(text)


def test_a_new_title_replaces_what_the_old_one_said() -> None:
    person = with_title(Person(PersonId("per_1"), MONDAY), "Buyer")
    assert (person.seniority, person.department) == ("individual", "procurement")
    moved = with_title(person, "Managing Partner")
    assert (moved.title, moved.seniority, moved.department) == ("Managing Partner", "c_level", "executive")


def test_what_is_known_stays_where_there_is_no_title() -> None:
    person = Person(PersonId("per_1"), MONDAY, seniority="vp", department="sales")
    assert with_title(person) == person
