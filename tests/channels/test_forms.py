"""Each provider's format and signature: what it sends is understood, and what it did not send is not believed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.forms.catalogue import read, read_again, verify
from channels.forms.delivery import Delivery, SignatureWrong
from leads.consent import Purpose
from leads.form import ConsentRule, Provider, Reading, Submission, SubmissionId, Trust
from leads.form_map import Meant, meaning
from tests.builders import MONDAY
from tests.form_payloads import (
    BODIES,
    CF7,
    ELEMENTOR_ADVANCED,
    ELEMENTOR_SIMPLE,
    FORM,
    GOOGLE,
    GRAVITY,
    GRAVITY_MAP,
    HOOK,
    HUBSPOT_CONTACT,
    HUBSPOT_EVENTS,
    JSON,
    META_DUMMY,
    META_LEAD,
    META_PING,
    SECRET,
    SIGNERS,
    TYPEFORM,
    TYPEFORM_PARTIAL,
    WEBFLOW,
    WEBFLOW_V1,
    WPFORMS,
    a_form,
    hubspot_headers,
)

NEWS = ConsentRule(Purpose.MARKETING, "Tidewell may send me e-mails.", "2026-01")


def only(provider: Provider, body: bytes, content_type: str = JSON) -> Reading:
    """The one submission of a body."""
    [reading] = read(provider, body, content_type)
    assert reading.unreadable is None
    return reading


def meant(provider: Provider, body: bytes, content_type: str = JSON, **form: Any) -> Meant:
    """What it says."""
    return meaning(a_form(provider, **form), only(provider, body, content_type), at=MONDAY)


def call(
    body: bytes, headers: dict[str, str], *, content_type: str = JSON, urls: tuple[str, ...] = (HOOK,)
) -> Delivery:
    return Delivery(body, {"content-type": content_type, **headers}, "POST", urls)


def checked(provider: Provider, delivery: Delivery, *secrets: str, now: datetime = MONDAY) -> Trust:
    return verify(provider, delivery, secrets or (SECRET,), now=now)


# --- signatures ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", SIGNERS)
def test_what_a_provider_signed_is_believed(provider: Provider) -> None:
    body = BODIES[provider][0]
    assert checked(provider, call(body, SIGNERS[provider](body))) is Trust.SIGNED


@pytest.mark.parametrize("provider", SIGNERS)
def test_one_byte_changed_is_noticed(provider: Provider) -> None:
    body = BODIES[provider][0]
    with pytest.raises(SignatureWrong):
        checked(provider, call(body[:-1] + b" " + body[-1:], SIGNERS[provider](body)))


@pytest.mark.parametrize("provider", SIGNERS)
def test_a_missing_signature_is_refused_where_there_is_a_secret_and_low_trust_where_there_is_none(
    provider: Provider,
) -> None:
    body = BODIES[provider][0]
    with pytest.raises(SignatureWrong):
        checked(provider, call(body, {}))
    assert verify(provider, call(body, {}), (), now=MONDAY) is Trust.LOW
    assert verify(provider, call(body, SIGNERS[provider](body)), (), now=MONDAY) is Trust.LOW


@pytest.mark.parametrize("provider", SIGNERS)
def test_both_secrets_hold_while_one_is_exchanged(provider: Provider) -> None:
    body = BODIES[provider][0]
    for secret in ("the-new-secret", "the-old-secret"):
        delivery = call(body, SIGNERS[provider](body, secret=secret))
        assert checked(provider, delivery, "the-new-secret", "the-old-secret") is Trust.SIGNED
    with pytest.raises(SignatureWrong):
        checked(provider, call(body, SIGNERS[provider](body, secret="a-third")), "the-new-secret", "the-old-secret")


@pytest.mark.parametrize("provider", [Provider.WEBFLOW, Provider.WPFORMS, Provider.HUBSPOT])
@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_signed_call_played_again_later_or_from_a_wrong_clock_is_refused(provider: Provider, minutes: int) -> None:
    body = BODIES[provider][0]
    headers = SIGNERS[provider](body, at=MONDAY + timedelta(minutes=minutes))
    with pytest.raises(SignatureWrong, match="five minutes"):
        checked(provider, call(body, headers))


@pytest.mark.parametrize("provider", SIGNERS)
@pytest.mark.parametrize("junk", ["", "sha256=", "é" * 20, "t=,v=", "t=1,v=zz", "9" * 40, "=" * 99, "\0"])
def test_a_signature_of_junk_is_refused_and_nothing_breaks(provider: Provider, junk: str) -> None:
    body = BODIES[provider][0]
    headers = dict.fromkeys(SIGNERS[provider](body), junk)
    with pytest.raises(SignatureWrong):
        checked(provider, call(body, headers))


def test_webflow_signs_the_bytes_and_its_clock_counts_milliseconds() -> None:
    again = json.dumps(json.loads(WEBFLOW)).encode()
    headers = SIGNERS[Provider.WEBFLOW](WEBFLOW)
    assert json.loads(again) == json.loads(WEBFLOW)
    assert len(headers["x-webflow-timestamp"]) == 13
    assert checked(Provider.WEBFLOW, call(WEBFLOW, headers)) is Trust.SIGNED
    with pytest.raises(SignatureWrong):
        checked(Provider.WEBFLOW, call(again, headers))


def test_wpforms_in_its_form_format_signs_something_else_than_it_sends_so_it_is_told_to_send_json() -> None:
    with pytest.raises(SignatureWrong, match="JSON"):
        checked(Provider.WPFORMS, call(WPFORMS, SIGNERS[Provider.WPFORMS](WPFORMS), content_type=FORM))


def test_wpforms_signs_with_the_letter_v_and_not_v1() -> None:
    headers = {k: v.replace(",v=", ",v1=") for k, v in SIGNERS[Provider.WPFORMS](WPFORMS).items()}
    with pytest.raises(SignatureWrong):
        checked(Provider.WPFORMS, call(WPFORMS, headers))


def test_hubspot_signs_the_address_it_called_which_behind_a_proxy_is_not_the_one_we_see() -> None:
    inside = "http://10.0.0.5:8000/hooks/hubspot/token"
    headers = hubspot_headers(HUBSPOT_CONTACT, SECRET, MONDAY)
    assert checked(Provider.HUBSPOT, call(HUBSPOT_CONTACT, headers, urls=(inside, HOOK))) is Trust.SIGNED
    with pytest.raises(SignatureWrong, match="OPENER_PUBLIC_URL"):
        checked(Provider.HUBSPOT, call(HUBSPOT_CONTACT, headers, urls=(inside,)))


def test_hubspot_decodes_some_characters_of_the_address_before_it_signs() -> None:
    called = f"{HOOK}?to={quote('a@example.com/!', safe='')}&x=%26"
    signed_as = f"{HOOK}?to=a@example.com/!&x=%26"
    headers = hubspot_headers(HUBSPOT_CONTACT, SECRET, MONDAY, url=signed_as)
    assert checked(Provider.HUBSPOT, call(HUBSPOT_CONTACT, headers, urls=(called,))) is Trust.SIGNED


def test_googles_key_stands_in_the_body() -> None:
    assert checked(Provider.GOOGLE, call(GOOGLE, {})) is Trust.SIGNED
    for body in (GOOGLE.replace(SECRET.encode(), b"another"), b"[]", b"\xff", b'{"google_key": null}'):
        with pytest.raises(SignatureWrong):
            checked(Provider.GOOGLE, call(body, {}))


@pytest.mark.parametrize("provider", [Provider.CF7, Provider.GRAVITY, Provider.ELEMENTOR, Provider.GENERIC])
def test_a_shared_secret_opens_the_door_and_raises_no_trust(provider: Provider) -> None:
    body = BODIES[provider][0]
    for header in ({"x-opener-secret": SECRET}, {"authorization": f"Bearer {SECRET}"}):
        assert checked(provider, call(body, header)) is Trust.LOW
    for header in ({}, {"x-opener-secret": "wrong"}, {"authorization": f"Basic {SECRET}"}, {"x-opener-secret": "é"}):
        with pytest.raises(SignatureWrong):
            checked(provider, call(body, header))


def test_no_secret_and_no_door_opener_is_kept_with_a_submission() -> None:
    headers = {"x-opener-secret": SECRET, "authorization": "Bearer x", "cookie": "a=b", "user-agent": "Webflow"}
    assert Delivery(b"", headers).kept_headers == {"user-agent": "Webflow"}


# --- formats ---------------------------------------------------------------------------------------------------------


def test_webflow_labels_are_keys_and_a_phone_number_is_a_number() -> None:
    reading = only(Provider.WEBFLOW, WEBFLOW)
    told = meant(Provider.WEBFLOW, WEBFLOW, consent_map={"Newsletter": NEWS})
    assert reading.event_id == "65f1aa00bb11cc22dd33ee44"
    assert reading.occurred_at == datetime(2026, 3, 2, 8, 59, 30, 123000, UTC)
    assert told.name == "Jörg Müller"
    assert told.text("email") == "jörg.müller@backhaus.example.com"
    assert told.places["phone"] == 4930123456
    assert told.fields == {"Lines": 4.0, "message": "We plan 4 lines in Excel."}
    assert dict(told.utm) == {"utm_source": "newsletter", "utm_campaign": "spring"}
    assert [tick.text for tick in told.ticks] == [NEWS.text]


def test_webflows_older_shape_is_read_too() -> None:
    reading = only(Provider.WEBFLOW, WEBFLOW_V1)
    assert reading.event_id == "6321ca84bbbbbbbbbbbbbbbb"
    assert meant(Provider.WEBFLOW, WEBFLOW_V1).text("email") == "kim.ito@bakery.example.com"


def test_typeform_answers_are_typed_questions_and_hidden_fields_tell_the_campaign() -> None:
    told = meant(Provider.TYPEFORM, TYPEFORM, consent_map={"news": NEWS})
    assert told.name == "Ana"
    assert (told.text("email"), told.text("phone")) == ("ana.costa@mill.example.com", "+351912345678")
    assert (told.text("company"), told.text("country")) == ("Moinho Costa", "Portugal")
    assert told.fields["Which modules interest you?"] == "Planning, Stock, Recipes"
    assert told.fields["How many lines?"] == 6
    assert told.fields["A plan"] == "https://files.example.com/plan.pdf"
    assert told.fields["plan"] == "team"
    assert dict(told.utm) == {"utm_source": "linkedin", "utm_campaign": "bakers"}
    assert len(told.ticks) == 1


def test_typeform_partial_responses_say_so_and_a_whole_one_does_not() -> None:
    assert only(Provider.TYPEFORM, TYPEFORM_PARTIAL).partial
    assert only(Provider.TYPEFORM, TYPEFORM).partial is None


def test_cf7_lists_are_joined_files_are_names_and_its_own_tags_are_no_answers() -> None:
    told = meant(Provider.CF7, CF7, consent_map={"acceptance-3": NEWS})
    assert (told.name, told.text("email")) == ("Lee Novak", "lee.novak@dairy.example.com")
    assert told.text("phone") == "+420 601 123 456"
    assert told.fields == {
        "menu-12": "Planning",
        "checkbox-7": "Monday, Friday",
        "file-88": "plan.pdf",
        "message": "Please call me.",
    }
    assert (told.ip, told.page) == ("203.0.113.9", "https://www.example.com/kontakt/?utm_medium=cpc")
    assert dict(told.utm) == {"utm_medium": "cpc"}
    assert len(told.ticks) == 1


def test_cf7_may_also_post_a_form_or_text_that_is_json() -> None:
    assert meant(Provider.CF7, b"your-name=Lee&your-email=lee%40example.com", FORM).text("email") == "lee@example.com"
    assert meant(Provider.CF7, CF7, "text/plain").name == "Lee Novak"


def test_gravity_entries_have_numbers_and_parts_of_numbers_that_a_map_names() -> None:
    told = meant(Provider.GRAVITY, GRAVITY, field_map=GRAVITY_MAP)
    assert (told.name, told.text("company")) == ("Mara Lindt", "Harbour Bakery")
    assert told.text("email") == "mara.lindt@harbour.example.com"  # recognised by what it looks like
    assert told.text("phone") == "(030) 555-0199"
    assert told.fields == {"products": "Bread, Cake", "lines": "12"}
    assert only(Provider.GRAVITY, GRAVITY).event_id == "412"
    assert told.ip == "203.0.113.20"


def test_gravity_posts_dots_that_php_made_underscores() -> None:
    told = meant(Provider.GRAVITY, b"1_3=Mara&1_6=Lindt&2=mara%40example.com", FORM, field_map=GRAVITY_MAP)
    assert told.name == "Mara Lindt"


def test_wpforms_joins_several_values_and_sends_dates_and_files_as_objects() -> None:
    told = meant(Provider.WPFORMS, WPFORMS)
    assert told.name == "Tomáš Horák"
    assert told.fields == {
        "topics": "Planning, Stock",
        "start": "03/15/2026",
        "upload": "https://www.example.com/u/a.pdf",
    }


@pytest.mark.parametrize("body", [ELEMENTOR_SIMPLE, ELEMENTOR_ADVANCED])
def test_elementor_is_read_with_and_without_advanced_data(body: bytes) -> None:
    told = meant(Provider.ELEMENTOR, body, FORM, consent_map={"Newsletter": NEWS})
    assert (told.name, told.text("email")) == ("Noor Haddad", "noor.haddad@oven.example.com")
    assert (told.page, told.ip) == ("https://www.example.com/contact", "203.0.113.7")
    assert "form_id" not in told.fields
    assert "Date" not in told.fields


def test_hubspots_contact_is_read_without_its_bookkeeping() -> None:
    told = meant(Provider.HUBSPOT, HUBSPOT_CONTACT)
    assert (told.name, told.text("title")) == ("Ines Rossi", "Head of production")
    assert dict(told.fields) == {"how_many_lines": "3"}


def test_hubspots_events_of_one_contact_are_one_submission_and_a_retry_is_the_same() -> None:
    one, other = read(Provider.HUBSPOT, HUBSPOT_EVENTS, JSON)
    told = meaning(a_form(Provider.HUBSPOT), one, at=MONDAY)
    assert (told.name, told.text("email")) == ("Ines", "ines.rossi@pasta.example.com")
    assert other.partial  # a contact was made, and nothing is told of it
    again = read(Provider.HUBSPOT, HUBSPOT_EVENTS.replace(b'"attemptNumber":0', b'"attemptNumber":3'), JSON)
    assert [reading.event_id for reading in again] == [one.event_id, other.event_id]
    assert read(Provider.HUBSPOT, one.raw, JSON)[0].answers == one.answers


def test_meta_pings_name_leads_in_batches_and_hold_nothing_of_a_person() -> None:
    readings = read(Provider.META, META_PING, JSON)
    assert [reading.fetch for reading in readings] == ["900000000000001", "900000000000002", "900000000000001"]
    assert all(reading.answers == () for reading in readings)
    assert all(reading.raw in META_PING for reading in readings)


def fetched(lead: bytes) -> Reading:
    raw = read(Provider.META, META_PING, JSON)[0].raw
    form = a_form(Provider.META)
    kept = Submission(SubmissionId("sub_1"), form.id, MONDAY, raw, JSON, Trust.SIGNED, fetched=lead)
    return read_again(form, kept)


def test_metas_fetched_lead_has_lists_of_values_and_all_of_them_count() -> None:
    reading = fetched(META_LEAD)
    told = meaning(a_form(Provider.META), reading, at=MONDAY)
    assert (told.name, told.text("email")) == ("Zoë Park", "zoe.park@bagel.example.com")
    assert told.fields == {"which_products": "Bread, Cake"}
    assert dict(told.utm) == {"utm_campaign": "Bakers", "utm_source": "ig"}
    assert not reading.test
    assert reading.fetch is None


def test_metas_dummy_leads_and_its_sample_are_tests() -> None:
    assert fetched(META_DUMMY).test
    sample = META_PING.replace(b"900000000000001", b"444444444444")
    assert [reading.test for reading in read(Provider.META, sample, JSON)] == [True, False, True]


@pytest.mark.parametrize("lead", [b"", b"[]", b"\xff\xfe", b'{"error": {"code": 190}}'])
def test_a_fetched_lead_that_is_none_breaks_nothing(lead: bytes) -> None:
    assert fetched(lead).answers == ()


def test_google_says_when_a_lead_is_a_test() -> None:
    told = meant(Provider.GOOGLE, GOOGLE)
    assert (told.name, told.text("company")) == ("Sam Okafor", "Okafor Flour")
    assert dict(told.utm) == {"utm_source": "google", "gclid": "Cj0KCQexample", "utm_campaign": "123456789"}
    assert not only(Provider.GOOGLE, GOOGLE).test
    assert only(Provider.GOOGLE, GOOGLE.replace(b'"is_test":false', b'"is_test":true')).test


def test_a_generic_post_may_be_flat_labelled_a_form_or_multipart() -> None:
    labelled = (
        b'{"form":{"id":"7","name":"Contact"},"page":{"url":"https://www.example.com/?utm_source=x","referrer":"https://s.example"},'
        b'"fields":[{"name":"f1","label":"Ihre E-Mail","type":"email","value":"kim@example.com"},'
        b'{"name":"f2","label":"Vorname","value":"Kim"},{"name":"f3","label":"AGB","type":"checkbox","value":true}]}'
    )
    told = meant(Provider.GENERIC, labelled)
    assert (told.text("email"), told.name, told.referrer) == ("kim@example.com", "Kim", "https://s.example")
    assert told.fields == {"AGB": True}
    parts = (
        b'--B\r\nContent-Disposition: form-data; name="email"\r\n\r\nkim@example.com\r\n'
        b'--B\r\nContent-Disposition: form-data; name="plan"; filename="plan.pdf"\r\n'
        b"Content-Type: application/pdf\r\n\r\n%PDF\x00\xff\r\n--B--\r\n"
    )
    told = meant(Provider.GENERIC, parts, "multipart/form-data; boundary=B")
    assert told.text("email") == "kim@example.com"
    assert told.fields == {"plan": "plan.pdf"}


# --- garbage ---------------------------------------------------------------------------------------------------------

TYPES = st.sampled_from(
    [JSON, FORM, "multipart/form-data; boundary=B", "multipart/form-data", "text/plain", "", "a/b;;=", "é"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=20,
)
NAMES = (
    "payload data schema form_response answers definition fields hidden entry changes value leadgen_id field "
    "field_data values user_column_data properties subscriptionType objectId form page meta id token type event_id"
)
KEYS = st.sampled_from(NAMES.split())
SHAPED = st.recursive(
    VALUES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=30,
)


@pytest.mark.parametrize("provider", Provider)
@given(body=st.binary(max_size=300), content_type=TYPES)
def test_no_bytes_break_a_reader(provider: Provider, body: bytes, content_type: str) -> None:
    for reading in read(provider, body, content_type):
        meaning(a_form(provider, consent_map={"a": NEWS}), reading, at=MONDAY)


@pytest.mark.parametrize("provider", Provider)
@given(shape=SHAPED)
def test_no_json_of_a_likely_shape_breaks_a_reader(provider: Provider, shape: Any) -> None:
    for reading in read(provider, json.dumps(shape).encode(), JSON):
        told = meaning(a_form(provider), reading, at=MONDAY)
        json.dumps(dict(told.fields), allow_nan=False)


@pytest.mark.parametrize("provider", Provider)
@given(place=st.integers(0, 400), junk=st.binary(min_size=1, max_size=6))
def test_a_body_with_a_hole_in_it_breaks_no_reader(provider: Provider, place: int, junk: bytes) -> None:
    body, content_type = BODIES[provider]
    broken = body[:place] + junk + body[place + 3 :]
    for reading in read(provider, broken, content_type):
        meaning(a_form(provider), reading, at=MONDAY)


@pytest.mark.parametrize(
    "body",
    [
        b'{"n": 1e999, "email": "kim@example.com"}',
        b'{"n": ' + b"9" * 5000 + b"}",
        b'{"n": -9223372036854775809, "m": 18446744073709551616}',
        b"[" * 100_000,
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b"a[" * 3000 + b"=1",
        b"&".join(b"f%d=1" % n for n in range(5000)),
        b'{"\\ud800": "\\udfff", "email": "kim@example.com"}',
        b'{"email": "kim@example.com\\u0000"}',
    ],
)
def test_bodies_made_to_hurt_are_read_or_refused(body: bytes) -> None:
    for content_type in (JSON, FORM):
        [reading] = read(Provider.GENERIC, body, content_type)
        told = meaning(a_form(), reading, at=MONDAY)
        json.dumps(dict(told.fields), allow_nan=False)
