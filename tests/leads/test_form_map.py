"""What the fields of a form mean, in seven languages, and what is likely written by a program."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.consent import Purpose
from leads.form import Answer, ConsentRule, Reading
from leads.form_labels import LABELS, folded
from leads.form_map import PLACES, How, Meant, is_ticked, meaning
from leads.form_needs import NEEDS, missing
from leads.signal import Property
from leads.spam import SpamReason, Velocity, is_gibberish, suspicions
from tests.builders import MONDAY
from tests.form_payloads import a_form


def told(form: dict[str, object] | None = None, **answers: Property) -> Meant:
    reading = Reading(b"", tuple(Answer(name, value) for name, value in answers.items()))
    return meaning(a_form(**(form or {})), reading, at=MONDAY)


def labelled(label: str, value: Property) -> Meant:
    return meaning(a_form(), Reading(b"", (Answer("f1", value, label),)), at=MONDAY)


@pytest.mark.parametrize(
    ("label", "value", "place"),
    [
        ("Your E-Mail *", "kim@example.com", "email"),
        ("E-Mail-Adresse", "kim@example.com", "email"),
        ("Adresse e-mail", "kim@example.com", "email"),
        ("Correo electrónico", "kim@example.com", "email"),
        ("Indirizzo e-mail", "kim@example.com", "email"),
        ("E-mailadres", "kim@example.com", "email"),
        ("Endereço de e-mail", "kim@example.com", "email"),
        ("Telefonnummer", "030 123456", "phone"),
        ("Numéro de téléphone", "01 23 45 67 89", "phone"),
        ("Teléfono", "911 234 567", "phone"),
        ("Cellulare", "333 1234567", "phone"),
        ("Telefoonnummer", "020 1234567", "phone"),
        ("Telemóvel", "912 345 678", "phone"),
        ("Vorname", "Kim", "first_name"),
        ("Prénom", "Kim", "first_name"),
        ("Voornaam", "Kim", "first_name"),
        ("Nachname", "Ito", "last_name"),
        ("Nom de famille", "Ito", "last_name"),
        ("Apellidos", "Ito", "last_name"),
        ("Cognome", "Ito", "last_name"),
        ("Achternaam", "Ito", "last_name"),
        ("Sobrenome", "Ito", "last_name"),
        ("Nome e cognome", "Kim Ito", "name"),
        ("Nombre completo", "Kim Ito", "name"),
        ("Firma", "Backhaus", "company"),
        ("Entreprise", "Backhaus", "company"),
        ("Empresa", "Backhaus", "company"),
        ("Ragione sociale", "Backhaus", "company"),
        ("Bedrijfsnaam", "Backhaus", "company"),
        ("Berufsbezeichnung", "Leiterin", "title"),
        ("Intitulé du poste", "Directrice", "title"),
        ("Functie", "Directeur", "title"),
        ("Cargo", "Diretora", "title"),
        ("Nachricht", "Hallo", "message"),
        ("Mensagem", "Olá", "message"),
        ("jobTitle", "Head", "title"),
        ("What's your company name?", "Backhaus", "company"),
        ("Wie lautet Ihre E-Mail-Adresse?", "kim@example.com", "email"),
        ("Quel est votre prénom ?", "Kim", "first_name"),
    ],
)
def test_a_label_is_understood_in_the_language_of_the_form(label: str, value: str, place: str) -> None:
    assert labelled(label, value).text(place) == value


def test_every_label_of_the_table_is_written_as_it_is_compared_and_leads_to_a_place() -> None:
    assert {label for label in LABELS if folded(label) != label and folded(f"your {label}") != label} == set()
    assert set(LABELS.values()) <= set(PLACES)


def test_the_forms_own_map_goes_first_and_what_it_ignores_is_gone() -> None:
    meant = told(
        {"field_map": {"email": "fields.second address", "Contact": "email", "secret": "ignore"}},
        email="a@example.com",
        contact="b@example.com",
        secret="x",
    )
    assert meant.text("email") == "b@example.com"
    assert meant.fields == {"second address": "a@example.com"}


def test_without_a_label_an_address_is_known_by_its_look() -> None:
    meant = told(field_7="kim@example.com", field_8="+49 30 123456", field_9="030 99")
    assert (meant.text("email"), meant.text("phone")) == ("kim@example.com", "+49 30 123456")
    assert meant.fields == {"field_9": "030 99"}


def test_a_second_address_is_a_field_and_never_the_person() -> None:
    meant = told(email="kim@example.com", friends_email="lee@example.com")
    assert meant.text("email") == "kim@example.com"
    assert meant.fields == {"friends_email": "lee@example.com"}


def test_passwords_cards_and_the_forms_machinery_are_never_kept() -> None:
    meant = told(password="x", csrf_token="y", card_number="4111", submit="Send", captcha_answer="7", lines=3)
    assert meant.fields == {"lines": 3}


def test_fixed_answers_go_before_what_was_submitted() -> None:
    meant = told({"fixed": {"country": "DE", "fields.site": "de"}}, country="France", site="fr")
    assert (meant.text("country"), meant.fields["site"]) == ("DE", "de")


@pytest.mark.parametrize("value", [True, 1, "on", "Yes", "ja", "1", "I agree to be contacted", "newsletter", "X"])
def test_a_box_is_ticked_whatever_it_sends(value: Property) -> None:
    assert is_ticked(value)


@pytest.mark.parametrize("value", [False, None, "", " ", 0, "0", "off", "No, thanks", "nein", "Non", "false"])
def test_a_box_left_empty_is_no_word(value: Property) -> None:
    assert not is_ticked(value)


def test_a_box_the_form_did_not_declare_is_no_consent() -> None:
    meant = told(newsletter_consent="on")
    assert meant.ticks == ()
    rule = ConsentRule(Purpose.MARKETING, "Send me news.", "3")
    assert len(told({"consent_map": {"Newsletter consent": rule}}, newsletter_consent="on").ticks) == 1


@given(st.dictionaries(st.text(max_size=30), st.text(max_size=60) | st.integers() | st.booleans() | st.none()))
def test_whatever_fields_are_called_only_named_places_and_own_questions_are_filled(
    answers: dict[str, Property],
) -> None:
    reading = Reading(b"", tuple(Answer(name, value) for name, value in answers.items()))
    meant = meaning(a_form(), reading, at=MONDAY)
    assert set(meant.places) <= set(PLACES)
    assert len(meant.fields) <= 61
    assert len(meant.steps) == len(answers)
    assert {step.how for step in meant.steps} <= set(How)


# --- what the next action needs --------------------------------------------------------------------------------------


def test_every_context_needs_a_way_to_reach_the_person_and_a_quote_needs_the_most() -> None:
    for needs in NEEDS.values():
        assert {"email"} <= set(needs[0].any_of)
    assert len(NEEDS["newsletter"]) == 1
    assert max(NEEDS, key=lambda context: len(NEEDS[context])) == "quote"


def test_a_bulk_inquiry_with_all_of_it_misses_nothing() -> None:
    meant = told(email="k@example.com", name="Kim", company="Ito", country="DE", SKU="A-1", volume=400)
    assert missing("quote", meant) == ()


# --- spam ------------------------------------------------------------------------------------------------------------


def test_ordinary_words_and_hard_names_are_no_spam() -> None:
    for name, message in (
        ("Krzysztof Brzęczyszczykiewicz", "Szczegółowa oferta na cztery linie"),
        ("Hansjörg Schwarzschild", "Angstschweiß? Nein: Rechtsschutz für Wirtschaftsprüfer, bitte."),
        ("Nguyễn Thị Ngọc", "Tôi muốn biết giá"),
        ("McDonaldson", "See https://www.example.com/a and www.example.com/b"),
        ("Ng", ""),
    ):
        assert suspicions(told(name=name, email="kim@example.com", message=message), Velocity()) == ()


@pytest.mark.parametrize("word", ["xKjHgTfRdQ", "ZgrTQwxPLmk", "bvcxzlkjhgf", "sdfghjkl"])
def test_keyboards_that_were_rolled_over_are_heard(word: str) -> None:
    assert is_gibberish(word)
    assert suspicions(told(name=word, email="kim@example.com"), Velocity()) == (SpamReason.GIBBERISH,)


def test_links_thrown_away_addresses_and_hurry_are_reasons() -> None:
    links = "Buy https://a.example http://b.example www.c.example"
    assert suspicions(told(email="k@example.com", message=links), Velocity()) == (SpamReason.LINKS,)
    assert suspicions(told(email="k@inbox.mailinator.com"), Velocity()) == (SpamReason.DISPOSABLE,)
    assert suspicions(told(email="k@example.com"), Velocity(of_address=5)) == (SpamReason.TOO_MANY,)
    assert suspicions(told(email="k@example.com"), Velocity(of_ip=19)) == ()
    assert suspicions(told(email="k@example.com", honeypot="x"), Velocity()) == (SpamReason.TRAP,)
