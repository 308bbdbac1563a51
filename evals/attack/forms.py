"""Forms filled in by an attacker, in the shapes that providers send, brought in as the hook brings them in."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from actions.add_form import add_form, new_form_token
from actions.receive_submission import Call, receive_submission
from actions.work_submission import work_submission
from channels.forms.catalogue import read, read_again, verify
from channels.forms.delivery import Delivery
from evals.attack.house import House
from leads.form import FormDefinition, FormId, Provider

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
Body = Callable[[str, str], Mapping[str, Any]]
"""Address and text in, what is posted out."""


def _webflow(email: str, text: str) -> Mapping[str, Any]:
    data = {"Email": email, "How can we help?": text}
    return {"triggerType": "form_submission", "payload": {"id": f"wf-{email}", "data": data, "schema": []}}


def _typeform(email: str, text: str, *, title: str = "What do you need?") -> Mapping[str, Any]:
    fields = [{"id": "f1", "ref": "mail", "title": "E-mail"}, {"id": "f2", "ref": "what", "title": title}]
    answers = [
        {"type": "email", "email": email, "field": {"id": "f1", "type": "email", "ref": "mail"}},
        {"type": "text", "text": text, "field": {"id": "f2", "type": "long_text", "ref": "what"}},
    ]
    response = {"token": f"tf-{email}", "submitted_at": "2026-11-23T08:55:10Z", "definition": {"fields": fields}}
    return {"event_id": email, "event_type": "form_response", "form_response": {**response, "answers": answers}}


def _labelled(email: str, text: str) -> Mapping[str, Any]:
    fields = [
        {"name": "email", "label": "E-mail", "type": "email", "value": email},
        {"label": text, "type": "text", "value": "yes"},
    ]
    return {"form": {"id": "1"}, "page": {"url": "https://tidewell.example.com/"}, "fields": fields}


def _from_page(email: str, text: str) -> Mapping[str, Any]:
    url = "https://tidewell.example.com/?" + urlencode({"utm_campaign": text, "utm_source": text})
    return {"form": {"id": "1"}, "page": {"url": url, "referrer": url}, "fields": {"email": email, "message": "Hello"}}


def _elementor(email: str, text: str) -> Mapping[str, Any]:
    return {"E-Mail": email, "Message": text, "Page URL": "https://tidewell.example.com/", "form_id": "a1"}


def _said(**names: str) -> Body:
    """A flat form that puts the text under these names, besides the address."""
    return lambda email, text: {"email": email, **dict.fromkeys(names.values(), text)}


BODIES: Mapping[str, tuple[Provider, str, Body]] = MappingProxyType(
    {
        "form message": (Provider.GENERIC, JSON, _said(a="message")),
        "form label": (Provider.GENERIC, JSON, _labelled),
        "form name": (Provider.GENERIC, JSON, _said(a="name")),
        "form company": (Provider.GENERIC, JSON, _said(a="company")),
        "form role": (Provider.GENERIC, JSON, _said(a="job_title")),
        "form page": (Provider.GENERIC, JSON, _from_page),
        "cf7 message": (Provider.CF7, JSON, lambda e, t: {"your-email": e, "your-message": t, "your-name": "Sam"}),
        "typeform answer": (Provider.TYPEFORM, JSON, _typeform),
        "typeform question": (Provider.TYPEFORM, JSON, lambda e, t: _typeform(e, "yes", title=t)),
        "hubspot contact": (
            Provider.HUBSPOT,
            JSON,
            lambda e, t: {"properties": {"email": {"value": e}, "company": {"value": t}, "notes": {"value": t}}},
        ),
        "elementor field": (Provider.ELEMENTOR, FORM, _elementor),
        "webflow field": (Provider.WEBFLOW, JSON, _webflow),
        "wpforms field": (Provider.WPFORMS, JSON, lambda e, t: {"email": e, "name": t, "comments": t}),
        "gravity field": (Provider.GRAVITY, JSON, lambda e, t: {"id": e, "form_id": "7", "2": e, "1.3": t, "5": t}),
        "google lead": (
            Provider.GOOGLE,
            JSON,
            lambda e, t: {
                "lead_id": e,
                "user_column_data": [
                    {"column_id": "EMAIL", "string_value": e},
                    {"column_id": "FULL_NAME", "string_value": t},
                    {"column_id": "COMPANY_NAME", "string_value": t},
                ],
            },
        ),
    }
)
"""Where a form can carry text, by the carrier's name."""


async def fill_in(house: House, carrier: str, *, email: str, text: str) -> None:
    """Fill a form in: the bytes are verified, read, stored and worked through as those of the hook are."""
    provider, content_type, body_of = BODIES[carrier]
    told = body_of(email, text)
    body = urlencode(told).encode() if content_type == FORM else json.dumps(told).encode()
    delivery = Delivery(body, MappingProxyType({"content-type": content_type}))
    now = house.clock()
    async with house.workspace.unit() as uow:
        form = await add_form(
            uow, FormDefinition(FormId(""), provider, new_form_token(), carrier, "website form", now, now)
        )
        trust = verify(provider, delivery, form.secrets, now=now)
        readings = read(provider, body, content_type)
        taken = await receive_submission(uow, replace(form), readings, call=Call(content_type, {}, trust))
    async with house.workspace.unit() as uow:
        for submission in taken.new:
            await work_submission(uow, house.book, submission, read=read_again)
