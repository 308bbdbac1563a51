"""What people paste into their own sites: it says what it must, keeps nothing, and trusts nobody.

The plugin is read as text here, and what the hooks make of its body is tested over HTTP: no PHP is needed.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from channels.forms.catalogue import read
from leads.form import Provider
from leads.form_map import meaning
from tests.api.conftest import client, database_url, door, kind, sqlite_url, templates
from tests.api.door import Door
from tests.api.test_hooks import leads, new_form, post
from tests.builders import MONDAY
from tests.form_payloads import a_form
from tests.test_house import ROOT

__all__ = ["client", "database_url", "door", "kind", "sqlite_url", "templates"]

PLUGIN = (ROOT / "integrations/wordpress/opener/opener.php").read_text(encoding="utf-8")
SNIPPET = (ROOT / "integrations/webflow/snippet.html").read_text(encoding="utf-8")
SENT = {
    "form": {"plugin": "wpforms", "id": "7", "name": "Contact"},
    "page": {"url": "https://www.example.com/kontakt?utm_source=search"},
    "fields": [
        {"name": "field_1", "label": "Name", "type": "name", "value": "Kim Ito"},
        {"name": "field_2", "label": "E-Mail", "type": "email", "value": "kim@bakery.example.com"},
        {"name": "field_3", "label": "Days", "type": "checkbox", "value": ["Monday", "Friday"]},
    ],
}
"""As the plugin writes it."""


def test_the_plugin_is_one_file_with_a_header_and_cannot_be_called_by_itself() -> None:
    assert PLUGIN.startswith("<?php\n/**\n * Plugin Name:       Opener\n")
    assert "defined( 'ABSPATH' ) || exit;" in PLUGIN
    assert [path.name for path in (ROOT / "integrations/wordpress/opener").iterdir()] == ["opener.php"]


@pytest.mark.parametrize(
    "hook",
    ["wpcf7_mail_sent", "wpforms_process_complete", "gform_after_submission", "elementor_pro/forms/new_record"],
)
def test_the_plugin_listens_to_each_form_plugin_and_hands_on(hook: str) -> None:
    [body] = re.findall(rf"add_action\(\n\t'{re.escape(hook)}',(.*?)^\);", PLUGIN, re.DOTALL | re.MULTILINE)
    assert "opener_hand_on(" in body


def test_no_visitor_waits_for_us_and_the_certificate_is_checked() -> None:
    assert re.search(r"'blocking'\s*=> false", PLUGIN)
    assert re.search(r"'sslverify'\s*=> true", PLUGIN)
    assert PLUGIN.count("wp_remote_post(") == 1


def test_settings_are_for_administrators_with_a_nonce_and_the_secret_is_never_shown() -> None:
    assert PLUGIN.count("current_user_can( 'manage_options' )") == 2
    assert "settings_fields( OPENER_GROUP )" in PLUGIN
    assert "register_setting(" in PLUGIN
    assert "'sanitize_callback' => 'opener_sanitize'" in PLUGIN
    assert "$secret ? '' : opener_setting( $name )" in PLUGIN


def test_everything_that_is_printed_is_escaped() -> None:
    printed = re.findall(r"<\?php echo (\w+)", PLUGIN) + re.findall(r"<\?php (esc_html_e)", PLUGIN)
    assert printed
    assert set(printed) <= {"esc_html", "esc_attr", "esc_html_e"}
    assert "echo $" not in PLUGIN
    assert "print " not in PLUGIN


def test_nothing_of_a_visitor_is_kept_and_nothing_is_read_past_the_form_plugins() -> None:
    for forbidden in ("$_POST", "$_GET", "$_REQUEST", "$_COOKIE", "$wpdb", "error_log", "update_option", "add_option(",
                      "set_transient", "file_put_contents", "eval(", "base64_decode", "unserialize"):  # fmt: skip
        assert forbidden not in PLUGIN, forbidden
    assert PLUGIN.count("delete_option( OPENER_OPTION )") == 1


def test_brackets_are_balanced() -> None:
    code = re.sub(r"//.*|/\*.*?\*/|'(?:[^'\\]|\\.)*'", "", PLUGIN, flags=re.DOTALL)
    code = re.sub(r"//[^\n]*", "", code)
    for opening, closing in ("()", "{}", "[]"):
        assert code.count(opening) == code.count(closing)


async def test_what_the_plugin_sends_becomes_a_lead(door: Door, client: Any) -> None:
    form = await new_form(client, door, secrets=["a-shared-secret"])
    await post(client, form, json.dumps(SENT).encode(), {"x-opener-secret": "a-shared-secret"})
    [lead] = await leads(client, door)
    assert (lead["person"]["name"], lead["person"]["email"]) == ("Kim Ito", "kim@bakery.example.com")
    assert lead["fields"] == {"Days": "Monday, Friday"}


def test_the_snippet_sends_what_the_generic_hook_reads() -> None:
    named = set(re.findall(r"(\w+): ", SNIPPET[SNIPPET.index("function read") :]))
    assert {"form", "page", "fields", "name", "label", "type", "value", "url", "referrer"} <= named
    [reading] = read(Provider.GENERIC, json.dumps(SENT).encode(), "text/plain")
    assert meaning(a_form(), reading, at=MONDAY).text("email") == "kim@bakery.example.com"


def test_the_snippet_never_writes_into_the_page_and_skips_passwords_and_files() -> None:
    for forbidden in ("innerHTML", "document.write", "eval(", "localStorage", "document.cookie"):
        assert forbidden not in SNIPPET
    assert "password|file" in SNIPPET
