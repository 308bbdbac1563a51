"""Bodies in the shapes that providers send, about invented people, as bytes: signatures are over bytes."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from leads.form import FormDefinition, FormId, Provider
from tests.builders import MONDAY

SECRET = "a-signing-secret-of-the-tests"
HOOK = "https://opener.example.com/hooks/hubspot/token"

# Keys out of order, blanks where no serialiser puts them, an escaped and a plain umlaut, a float, a phone number that
# is a number: whoever signs these bytes after having parsed them signs something else.
WEBFLOW = (
    b'{"triggerType": "form_submission",  "payload": {"submittedAt": "2026-03-02T08:59:30.123Z", "name":"Demo request",'
    b'"siteId":"65b1f0c2a7d4e9001a2b3c4d", "data": {"Work Email": "j\\u00f6rg.m\xc3\xbcller@backhaus.example.com",'
    b'"First Name":"J\xc3\xb6rg" , "Last Name": "M\xc3\xbcller", "Phone": 4930123456, "Company": "Backhaus M",'
    b'"Lines": 4.0, "Newsletter": true, "How can we help?": "We plan 4 lines in Excel."},"schema":['
    b'{"fieldName":"Work Email","fieldType":"FormTextInput","fieldElementId":"e1"},'
    b'{"fieldName":"Newsletter","fieldType":"FormCheckboxInput","fieldElementId":"e2"}],'
    b'"id": "65f1aa00bb11cc22dd33ee44","formId":"65f1000000000000000000aa","formElementId":"el-1",'
    b'"pageUrl":"https://www.example.com/demo?utm_source=newsletter&utm_campaign=spring"}}'
)
WEBFLOW_V1 = (
    b'{"name":"Contact","site":"62749158aaaaaaaa","data":{"name":"Kim Ito","email":"kim.ito@bakery.example.com"},'
    b'"d":"2026-03-02T08:35:16.117Z","_id":"6321ca84bbbbbbbbbbbbbbbb"}'
)
TYPEFORM = (
    b'{"event_id":"01HTESTEVENT","event_type":"form_response","form_response":{"form_id":"aB3dE5","token":"tok4f6a8b0c",'
    b'"landed_at":"2026-03-02T08:50:00Z","submitted_at":"2026-03-02T08:55:10Z",'
    b'"hidden":{"utm_source":"linkedin","utm_campaign":"bakers","plan":"team"},'
    b'"definition":{"id":"aB3dE5","title":"Quote","fields":['
    b'{"id":"f1","ref":"who","title":"Hi! What\'s your first name?","type":"short_text"},'
    b'{"id":"f2","ref":"mail","title":"Where can we reach you?","type":"email"},'
    b'{"id":"f3","ref":"tel","title":"And by phone?","type":"phone_number"},'
    b'{"id":"f4","ref":"firm","title":"What is your company name?","type":"short_text"},'
    b'{"id":"f5","ref":"which","title":"Which modules interest you?","type":"multiple_choice"},'
    b'{"id":"f6","ref":"size","title":"How many lines?","type":"number"},'
    b'{"id":"f7","ref":"one","title":"Your country","type":"dropdown"},'
    b'{"id":"f8","ref":"news","title":"May we write to you?","type":"yes_no"},'
    b'{"id":"f9","ref":"plan_file","title":"A plan","type":"file_upload"}]},"answers":['
    b'{"type":"text","text":"Ana","field":{"id":"f1","type":"short_text","ref":"who"}},'
    b'{"type":"email","email":"ana.costa@mill.example.com","field":{"id":"f2","type":"email","ref":"mail"}},'
    b'{"type":"phone_number","phone_number":"+351912345678","field":{"id":"f3","type":"phone_number","ref":"tel"}},'
    b'{"type":"text","text":"Moinho Costa","field":{"id":"f4","type":"short_text","ref":"firm"}},'
    b'{"type":"choices","choices":{"ids":["a","b"],"labels":["Planning","Stock"],"other":"Recipes"},'
    b'"field":{"id":"f5","type":"multiple_choice","ref":"which"}},'
    b'{"type":"number","number":6,"field":{"id":"f6","type":"number","ref":"size"}},'
    b'{"type":"choice","choice":{"id":"c","label":"Portugal"},"field":{"id":"f7","type":"dropdown","ref":"one"}},'
    b'{"type":"boolean","boolean":true,"field":{"id":"f8","type":"yes_no","ref":"news"}},'
    b'{"type":"file_url","file_url":"https://files.example.com/plan.pdf",'
    b'"field":{"id":"f9","type":"file_upload","ref":"plan_file"}}]}}'
)
TYPEFORM_PARTIAL = (
    b'{"event_id":"01HPARTIAL","event_type":"form_response_partial","form_response":{"form_id":"aB3dE5",'
    b'"token":"tok4f6a8b0c","landed_at":"2026-03-02T08:50:00Z","definition":{"fields":['
    b'{"id":"f2","ref":"mail","title":"Where can we reach you?","type":"email"}]},"answers":['
    b'{"type":"email","email":"ana.costa@mill.example.com","field":{"id":"f2","type":"email","ref":"mail"}}]}}'
)
CF7 = (
    b'{"your-name":"Lee Novak","your-email":"lee.novak@dairy.example.com","tel-619":"+420 601 123 456",'
    b'"your-message":"Please call me.","menu-12":["Planning"],"checkbox-7":["Monday","Friday"],"acceptance-3":"1",'
    b'"file-88":{"filename":"plan.pdf","content":"JVBERi0xLjQK"},"_remote_ip":"203.0.113.9",'
    b'"_url":"https://www.example.com/kontakt/?utm_medium=cpc","_date":"2 March","_time":"09:59","_serial_number":"8",'
    b'"_user_agent":"Mozilla/5.0","_site_admin_email":"admin@example.com"}'
)
GRAVITY = (
    b'{"id":"412","form_id":"7","post_id":null,"date_created":"2026-03-02 08:58:00","is_starred":0,"is_read":0,'
    b'"ip":"203.0.113.20","source_url":"https:\\/\\/www.example.com\\/quote\\/","user_agent":"Mozilla\\/5.0","currency":"EUR",'
    b'"payment_status":null,"created_by":null,"status":"active","1.2":"","1.3":"Mara","1.6":"Lindt",'
    b'"2":"mara.lindt@harbour.example.com","3":"(030) 555-0199","4.1":"Bread","4.3":"Cake","5":"Harbour Bakery",'
    b'"6":"12","7.6":"Germany"}'
)
GRAVITY_MAP = {
    "1.3": "first_name", "1.6": "last_name", "3": "phone", "5": "company", "4": "fields.products", "6": "fields.lines",
    "7.6": "country",
}  # fmt: skip
WPFORMS = (
    b'{"name":"Tom\xc3\xa1\xc5\xa1 Hor\xc3\xa1k","email":"tomas.horak@press.example.com","topics":"Planning||Stock",'
    b'"start":{"value":"03/15/2026","unix":1773532800},"upload":["https://www.example.com/u/a.pdf"],"page_url":"https://www.example.com/c"}'
)
ELEMENTOR_SIMPLE = (
    b"Name=Noor+Haddad&E-Mail=noor.haddad%40oven.example.com&Message=Hello%0D%0Athere&No+Label+field_9="
    b"&Date=March+2%2C+2026&Time=9%3A58+am&Page+URL=https%3A%2F%2Fwww.example.com%2Fcontact&User+Agent=Mozilla%2F5.0"
    b"&Remote+IP=203.0.113.7&Powered+by=Elementor&form_id=a1b2c3&form_name=Contact"
)
ELEMENTOR_ADVANCED = (
    b"form%5Bid%5D=a1b2c3&form%5Bname%5D=Contact&fields%5Bname%5D%5Bid%5D=name&fields%5Bname%5D%5Btype%5D=text"
    b"&fields%5Bname%5D%5Btitle%5D=Name&fields%5Bname%5D%5Bvalue%5D=Noor+Haddad&fields%5Bname%5D%5Braw_value%5D=Noor+Haddad"
    b"&fields%5Bfield_2%5D%5Bid%5D=field_2&fields%5Bfield_2%5D%5Btype%5D=email&fields%5Bfield_2%5D%5Btitle%5D=Write+to"
    b"&fields%5Bfield_2%5D%5Bvalue%5D=noor.haddad%40oven.example.com&fields%5Bfield_2%5D%5Braw_value%5D=noor.haddad%40oven.example.com"
    b"&fields%5Bok%5D%5Bid%5D=ok&fields%5Bok%5D%5Btype%5D=acceptance&fields%5Bok%5D%5Btitle%5D=Newsletter"
    b"&fields%5Bok%5D%5Bvalue%5D=on&meta%5Bdate%5D%5Btitle%5D=Date&meta%5Bdate%5D%5Bvalue%5D=March+2%2C+2026"
    b"&meta%5Bpage_url%5D%5Btitle%5D=Page+URL&meta%5Bpage_url%5D%5Bvalue%5D=https%3A%2F%2Fwww.example.com%2Fcontact"
    b"&meta%5Bremote_ip%5D%5Bvalue%5D=203.0.113.7"
)
HUBSPOT_CONTACT = (
    b'{"vid":501,"portal-id":62515,"properties":{"firstname":{"value":"Ines"},"lastname":{"value":"Rossi"},'
    b'"email":{"value":"ines.rossi@pasta.example.com"},"jobtitle":{"value":"Head of production"},'
    b'"company":{"value":"Pasta Rossi"},"lifecyclestage":{"value":"customer"},"hubspot_owner_id":{"value":"77"},'
    b'"hs_analytics_source":{"value":"PAID_SEARCH"},"how_many_lines":{"value":"3"}}}'
)
HUBSPOT_EVENTS = (
    b'[{"eventId":100,"subscriptionId":1,"portalId":62515,"occurredAt":1772441900000,"subscriptionType":'
    b'"contact.propertyChange","attemptNumber":0,"objectId":501,"propertyName":"email","propertyValue":'
    b'"ines.rossi@pasta.example.com"},'
    b'{"eventId":101,"subscriptionId":2,"portalId":62515,"occurredAt":1772441901000,"subscriptionType":'
    b'"contact.propertyChange","attemptNumber":0,"objectId":501,"propertyName":"firstname","propertyValue":"Ines"},'
    b'{"eventId":102,"subscriptionId":3,"portalId":62515,"occurredAt":1772441902000,"subscriptionType":'
    b'"contact.creation","attemptNumber":0,"objectId":502}]'
)
META_PING = (
    b'{"object":"page","entry":[{"id":"1001","time":1772441900,"changes":[{"field":"leadgen","value":{"leadgen_id":'
    b'"900000000000001","page_id":"1001","form_id":"3003","adgroup_id":"5","ad_id":"6","created_time":1772441890}}]},'
    b'{"id":"1001","time":1772441901,"changes":[{"field":"leadgen","value":{"leadgen_id":"900000000000002","page_id":'
    b'"1001","form_id":"3003","created_time":1772441895}},{"field":"leadgen","value":{"leadgen_id":"900000000000001",'
    b'"page_id":"1001","form_id":"3003","created_time":1772441890}}]}]}'
)
META_LEAD = (
    b'{"id":"900000000000001","created_time":"2026-03-02T08:58:10+0000","ad_id":"6","form_id":"3003","campaign_name":"Bakers",'
    b'"platform":"ig","field_data":[{"name":"full_name","values":["Zo\\u00eb Park"]},{"name":"email","values":'
    b'["zoe.park@bagel.example.com"]},{"name":"phone_number","values":["+14155550123"]},'
    b'{"name":"which_products","values":["Bread","Cake"]}]}'
)
META_DUMMY = (
    b'{"id":"900000000000002","created_time":"2026-03-02T08:58:15+0000","form_id":"3003","field_data":['
    b'{"name":"email","values":["test@example.com"]},{"name":"full_name","values":'
    b'["<test lead: dummy data for full_name>"]}]}'
)
GOOGLE = (
    b'{"lead_id":"TeSter-123-ABCDEFGHIJ","user_column_data":[{"column_name":"Full Name","string_value":"Sam Okafor",'
    b'"column_id":"FULL_NAME"},{"string_value":"sam.okafor@flour.example.com","column_id":"EMAIL"},'
    b'{"column_name":"User Phone","string_value":"+44 20 7946 0958","column_id":"PHONE_NUMBER"},'
    b'{"column_name":"Company Name","string_value":"Okafor Flour","column_id":"COMPANY_NAME"}],"api_version":"1.0",'
    b'"form_id":40000000000,"campaign_id":123456789,"google_key":"a-signing-secret-of-the-tests","is_test":false,'
    b'"gcl_id":"Cj0KCQexample","adgroup_id":20000000000,"creative_id":30000000000}'
)
GENERIC = b'{"name":"Kim Ito","email":"kim.ito@bakery.example.com","message":"Hello"}'

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"

BODIES: Mapping[Provider, tuple[bytes, str]] = MappingProxyType(
    {
        Provider.WEBFLOW: (WEBFLOW, JSON),
        Provider.TYPEFORM: (TYPEFORM, JSON),
        Provider.CF7: (CF7, JSON),
        Provider.GRAVITY: (GRAVITY, JSON),
        Provider.WPFORMS: (WPFORMS, JSON),
        Provider.ELEMENTOR: (ELEMENTOR_SIMPLE, FORM),
        Provider.HUBSPOT: (HUBSPOT_CONTACT, JSON),
        Provider.META: (META_PING, JSON),
        Provider.GOOGLE: (GOOGLE, JSON),
        Provider.GENERIC: (GENERIC, JSON),
    }
)
"""One whole body of each provider."""


def a_form(provider: Provider = Provider.GENERIC, **known: Any) -> FormDefinition:
    """A form of that provider's."""
    values: dict[str, Any] = {"context": "contact"} | known
    return FormDefinition(FormId("form_1"), provider, "token", "Contact us", "website form", MONDAY, MONDAY, **values)


def _hex(message: bytes, secret: str) -> str:
    return hmac.digest(secret.encode(), message, hashlib.sha256).hex()


def _b64(message: bytes, secret: str) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), message, hashlib.sha256)).decode()


@dataclass(frozen=True)
class Signed:
    """Headers as the provider would send them with a body."""

    sign: Callable[[bytes, str, datetime], dict[str, str]]

    def __call__(self, body: bytes, *, secret: str = SECRET, at: datetime = MONDAY) -> dict[str, str]:
        return self.sign(body, secret, at)


def _webflow(body: bytes, secret: str, at: datetime) -> dict[str, str]:
    stamp = str(int(at.timestamp() * 1000))
    return {"x-webflow-timestamp": stamp, "x-webflow-signature": _hex(f"{stamp}:".encode() + body, secret)}


def _wpforms(body: bytes, secret: str, at: datetime) -> dict[str, str]:
    stamp = str(int(at.timestamp()))
    return {"x-wpforms-webhook-signature": f"t={stamp},v={_hex(f'{stamp}.'.encode() + body, secret)}"}


def hubspot_headers(body: bytes, secret: str, at: datetime, url: str = HOOK) -> dict[str, str]:
    """As HubSpot signs a call of this address."""
    stamp = str(int(at.timestamp() * 1000))
    message = b"POST" + url.encode() + body + stamp.encode()
    return {"x-hubspot-request-timestamp": stamp, "x-hubspot-signature-v3": _b64(message, secret)}


SIGNERS: Mapping[Provider, Signed] = MappingProxyType(
    {
        Provider.WEBFLOW: Signed(_webflow),
        Provider.TYPEFORM: Signed(lambda body, secret, _: {"typeform-signature": f"sha256={_b64(body, secret)}"}),
        Provider.WPFORMS: Signed(_wpforms),
        Provider.HUBSPOT: Signed(hubspot_headers),
        Provider.META: Signed(lambda body, secret, _: {"x-hub-signature-256": f"sha256={_hex(body, secret)}"}),
    }
)
"""Providers that sign in headers (Google's key stands in the body)."""
