"""The widget in a real browser, against the real product: what a visitor of a company's website lives through."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import APIResponse, Browser, BrowserContext, Page, Route, expect, sync_playwright

from tests.processes import process

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("OPENER_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-dev-shm-usage "
    "--disable-component-update --no-first-run"
).split()
START_MS = 60_000
END_S = 60
WHOLE_FILE_S = 900
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
RUDE = """
html { font-size: 62.5% }
* { color: red !important; margin: 7px !important; line-height: 3 !important; letter-spacing: 4px !important }
div, button, dialog, p, form { display: inline !important; position: static !important; background: yellow !important }
"""


@dataclass(frozen=True, slots=True)
class Site:
    """A running demo: its address, the sample page, the key of its widget, and how one of the team signs in."""

    url: str
    page: str
    key: str
    rep: dict[str, str]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """`opener demo` with the built-in interviewer, on a port of its own."""
    command = [sys.executable, "-c", "from opener.cli import main; main()", "demo", "--port", "0", "--json"]
    env = {key: value for key, value in os.environ.items() if not key.startswith(("OPENER_", "OPENAI_"))}
    env["OPENER_MODEL"] = "built-in"
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with process(command, within_s=WHOLE_FILE_S, cwd=ROOT, env=env, **pipes) as demo:
        try:
            assert demo.stdout is not None
            told = json.loads(demo.stdout.readline())
            url = re.match(r"https?://[^/]+", told["page"])
            assert url is not None
            yield Site(url[0], told["page"], told["widget_key"], told["rep"])
        finally:
            demo.terminate()
            demo.wait(END_S)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's own browser."""
    if CHROMIUM is None:
        pytest.skip("No Chromium here: install Debian's chromium package or set OPENER_CHROMIUM.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, timeout=START_MS)
        yield browser
        browser.close()


@pytest.fixture
def tabs(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages of visitors who have never been here, and fails when a browser console complained."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def visit(url: str, *, zone: str = "Europe/Berlin", **how: Any) -> Page:
        context = chromium.new_context(timezone_id=zone, **how)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(url)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert [said for said in complaints if "ERR_INTERNET_DISCONNECTED" not in said] == []


def open_chat(page: Page) -> None:
    """Open the panel as a visitor does."""
    page.get_by_role("button", name=re.compile("Chat with us|تحدث معنا")).click()
    expect(page.locator(".starters")).to_be_visible()


def answers(page: Page) -> list[str]:
    """What the agent has said in full, the greeting left out."""
    return page.locator(".msg.agent[data-id]:not([aria-busy]) .bubble").all_inner_texts()


def say(page: Page, text: str) -> None:
    """Write a message and wait for its answer."""
    before = len(answers(page))
    page.get_by_role("textbox", name="Write a message").fill(text)
    page.keyboard.press("Enter")
    wait_until(page, lambda: len(answers(page)) > before)
    expect(page.get_by_role("button", name="Stop answering")).to_be_hidden()


def wait_until(page: Page, come_true: Callable[[], bool], *, seconds: float = 20) -> None:
    """Wait without evaluating code in a page that forbids it."""
    end = time.monotonic() + seconds
    while not come_true():
        assert time.monotonic() < end, page.locator(".panel").aria_snapshot()
        page.wait_for_timeout(50)


def stored(page: Page) -> int:
    """How many things this site keeps in the browser."""
    return int(page.evaluate("localStorage.length + sessionStorage.length + document.cookie.length"))


def written(page: Page, site: Site) -> list[str]:
    """The conversation as the server has it."""
    token = json.loads(page.evaluate("localStorage[Object.keys(localStorage)[0]]"))["token"]
    answer = httpx.get(f"{site.url}/widget/v1/transcript", headers={"Authorization": f"Bearer {token}"})
    return [message["author"] + ": " + message["text"] for message in answer.raise_for_status().json()["messages"]]


def book(page: Page, *, email: str) -> None:
    """Choose the first time with the keyboard alone, and book it."""
    form = page.locator("form.slots")
    form.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    form.get_by_label("Work e-mail").fill(email)
    assert not form.get_by_role("checkbox").is_checked()
    page.keyboard.press("Enter")


def test_a_stranger_chats_and_books_on_the_sample_page(site: Site, tabs: Callable[..., Page]) -> None:
    page = tabs("about:blank")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site.page)
    expect(page.get_by_role("button", name="Chat with us")).to_be_visible()
    assert [url for url in asked if "widget" in url] == [f"{site.url}/widget.js"]

    open_chat(page)
    panel = page.get_by_role("dialog", name="Nora")
    expect(panel.get_by_text("AI assistant · Tidewell")).to_be_visible()
    expect(panel.get_by_text("You are chatting with Nora, an AI assistant.")).to_be_visible()
    assert stored(page) == 0, "nothing may be kept before the first message"

    say(page, "What does the Current plan cost?")
    expect(panel.get_by_role("list", name="Sources").get_by_role("link").first).to_be_visible()
    say(page, "We run 6 lines. A rush order takes us half a day to fit in. Can we meet next week?")
    if not page.locator("form.slots").count():
        say(page, "Which times do you have?")
    book(page, email="kim.berg@example.com")
    meeting = panel.get_by_role("region", name="Meeting booked")
    expect(meeting.get_by_role("heading")).to_be_focused()
    expect(page.locator("form.slots")).to_have_count(0)
    ics = page.context.request.get(meeting.get_by_role("link", name="Add to calendar").get_attribute("href") or "")
    assert ics.text().startswith("BEGIN:VCALENDAR")

    before = [answers(page), page.locator(".msg.visitor .bubble").all_inner_texts()]
    page.reload()
    expect(panel.get_by_role("region", name="Meeting booked")).to_be_visible()
    assert [answers(page), page.locator(".msg.visitor .bubble").all_inner_texts()] == before


def test_the_visitor_sees_corrects_and_deletes_what_was_noted(site: Site, tabs: Callable[..., Page]) -> None:
    page = tabs(site.page)
    open_chat(page)
    say(page, "A rush order takes us half a day to fit in.")
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="What we noted about you").click()
    page.get_by_role("button", name="Correct: Need").click()
    page.get_by_role("textbox", name="Need").fill("Rush orders within an hour")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Correct: Need")).to_be_focused()
    expect(page.locator(".facts .value", has_text="Rush orders within an hour")).to_be_visible()
    page.get_by_role("button", name="Delete my data").click()
    page.get_by_role("button", name="Delete everything").click()
    expect(page.get_by_text("Your data has been deleted.").first).to_be_visible()
    assert page.locator(".msg.visitor").count() == 0
    assert stored(page) == 0


def test_a_reload_right_after_sending_loses_nothing_and_repeats_nothing(site: Site, tabs: Callable[..., Page]) -> None:
    page = tabs(site.page)
    open_chat(page)
    say(page, "Do you work with SAP?")
    page.get_by_role("textbox", name="Write a message").fill("And how long does it take to go live?")
    page.keyboard.press("Enter")
    page.reload()
    wait_until(page, lambda: len(answers(page)) == 2)
    assert page.locator(".msg.visitor .bubble").all_inner_texts()[1] == "And how long does it take to go live?"
    assert len(written(page, site)) == 4
    assert page.locator("[aria-busy]").count() == 0


def test_an_answer_that_overtakes_the_reply_to_its_question_ends_the_waiting(
    site: Site, tabs: Callable[..., Page]
) -> None:
    page = tabs(site.page)
    open_chat(page)
    held: list[tuple[Route, APIResponse]] = []
    page.route("**/widget/v1/messages", lambda route: held.append((route, route.fetch())))
    page.get_by_role("textbox", name="Write a message").fill("Do you work with SAP?")
    page.keyboard.press("Enter")
    wait_until(page, lambda: len(answers(page)) == 1 and bool(held))
    stop = page.get_by_role("button", name="Stop answering")
    expect(stop).to_be_hidden()
    route, reply = held[0]
    route.fulfill(response=reply)
    expect(page.locator(".msg.visitor.sending")).to_have_count(0)
    page.wait_for_timeout(200)
    expect(stop).to_be_hidden()
    expect(page.locator(".typing")).to_be_hidden()


def test_what_is_written_without_a_connection_is_sent_once_it_is_back(site: Site, tabs: Callable[..., Page]) -> None:
    page = tabs(site.page)
    open_chat(page)
    say(page, "Do you work with SAP?")
    page.context.set_offline(True)
    page.get_by_role("textbox", name="Write a message").fill("Where is our data kept?")
    page.keyboard.press("Enter")
    expect(page.get_by_text("No connection.")).to_be_visible()
    page.context.set_offline(False)
    wait_until(page, lambda: len(answers(page)) == 2)
    expect(page.get_by_text("No connection.")).to_be_hidden()
    assert [line for line in written(page, site) if line.startswith("visitor")] == [
        "visitor: Do you work with SAP?",
        "visitor: Where is our data kept?",
    ]


def test_a_finished_answer_is_announced_once(site: Site, tabs: Callable[..., Page]) -> None:
    page = tabs(site.page)
    open_chat(page)
    page.evaluate(
        """() => {
          const status = document.querySelector('opener-chat').shadowRoot.querySelector('.panel > [role=status]');
          window.said = [];
          new MutationObserver(() => status.textContent && window.said.push(status.textContent))
            .observe(status, { childList: true, characterData: true, subtree: true });
        }"""
    )
    say(page, "Do you work with SAP?")
    said = page.evaluate("window.said")
    assert [text for text in said if "SAP" in text] == [said[-1]]
    assert said[-1].startswith("Nora · AI assistant: ")
    assert page.get_by_role("log").get_attribute("aria-live") == "off"


@pytest.fixture
def host(site: Site, tabs: Callable[..., Page]) -> Callable[..., Page]:
    """Opens a host page of our own making, under the strictest policy, on the demo's origin."""

    def visit(*, attributes: str = "", css: str = "", **how: Any) -> Page:
        page = tabs("about:blank", **how)
        text = (
            '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            '<title>Host</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/host.css">'
            "<body><h1>Host</h1>"
            f'<script async src="/widget.js" data-key="{site.key}" {attributes}></script></body></html>'
        )

        def html(route: Route) -> None:
            route.fulfill(body=text, content_type="text/html", headers={"Content-Security-Policy": STRICT})

        page.route("**/host", html)
        page.route("**/host.css", lambda route: route.fulfill(body=css, content_type="text/css"))
        page.goto(f"{site.url}/host")
        return page

    return visit


def test_a_host_page_with_rude_styles_changes_nothing(host: Callable[..., Page]) -> None:
    looks = []
    for css in ("", RUDE):
        page = host(css=css, reduced_motion="reduce")
        open_chat(page)
        looks.append(
            [
                page.locator(part).evaluate(
                    "e => { const c = getComputedStyle(e), { x, y, width, height } = e.getBoundingClientRect();"
                    " return [c.color, c.fontSize, c.lineHeight, c.display, c.backgroundColor, x, y, width, height] }"
                )
                for part in (".panel", ".items .bubble", ".composer textarea", ".send", "h2")
            ]
        )
    assert looks[0] == looks[1]


def test_the_panel_fits_a_small_phone_and_keeps_the_focus_inside(host: Callable[..., Page]) -> None:
    page = host(viewport={"width": 320, "height": 568}, has_touch=True)
    open_chat(page)
    assert page.locator(".panel").evaluate("e => e.matches(':modal')")
    say(page, "Can we meet next week?")
    expect(page.locator("form.slots")).to_be_visible()
    beyond = page.locator(".panel *").evaluate_all(
        "all => all.filter(e => getComputedStyle(e).clipPath === 'none')"
        ".filter(e => e.getBoundingClientRect().right > 320.5).length"
    )
    assert beyond == 0
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Chat with us")).to_be_focused()


def test_arabic_is_laid_out_from_right_to_left(host: Callable[..., Page]) -> None:
    page = host(attributes='data-locale="ar"')
    open_chat(page)
    box = page.locator(".panel").bounding_box()
    assert box is not None and box["x"] < 100
    assert page.locator(".panel").evaluate("e => getComputedStyle(e).direction") == "rtl"


def test_a_person_joins_writes_and_leaves_and_a_reload_shows_the_same(site: Site, tabs: Callable[..., Page]) -> None:
    page = tabs(site.page)
    open_chat(page)
    say(page, "I would like to talk to a person please.")
    wait_until(page, lambda: len(answers(page)) == 1)
    with httpx.Client(base_url=site.url, headers={"Origin": site.url}, timeout=20) as rep:
        signed_in = rep.post("/v1/session", json=site.rep)
        assert signed_in.status_code == 201, signed_in.text
        name = signed_in.json()["rep"]["name"]
        rep.headers["X-CSRF-Token"] = signed_in.json()["csrf_token"]
        waiting = rep.get("/v1/handoffs?state=open&limit=200").json()["items"]
        handoff = max(waiting, key=lambda one: one["created_at"])["id"]  # other tests leave requests behind
        assert rep.post(f"/v1/handoffs/{handoff}/claim", json={"take_over": True}).status_code == 200
        log = page.locator(".items")
        expect(log).to_contain_text(f"{name} has joined")
        expect(page.locator(".notice")).to_contain_text(f"{name}, a person")
        on_its_way: list[Route] = []  # the rep is quicker than the visitor's own words
        page.route("**/widget/v1/messages", lambda route: on_its_way.append(route))
        page.get_by_role("textbox", name="Write a message").fill("Are you there?")
        page.keyboard.press("Enter")
        expect(page.locator(".msg.visitor.sending .bubble")).to_have_text("Are you there?")
        assert rep.post(f"/v1/handoffs/{handoff}/reply", json={"text": "Here I am."}).status_code == 201
        expect(page.locator(".msg.rep .bubble")).to_have_text("Here I am.")
        on_its_way[0].continue_()
        page.unroute("**/widget/v1/messages")
        expect(page.locator(".msg.visitor.sending")).to_have_count(0)
        expect(page.locator(".items .msg").last).to_contain_text("Are you there?")
        assert rep.post(f"/v1/handoffs/{handoff}/reply", json={"text": "Yes, what is it?"}).status_code == 201
        expect(page.locator(".msg.rep .bubble").last).to_have_text("Yes, what is it?")
        assert len(answers(page)) == 1
        assert rep.post(f"/v1/handoffs/{handoff}/give-back").status_code == 200
        expect(log).to_contain_text("is answering again")
    before = log.inner_text()
    page.reload()
    expect(page.locator(".msg.rep .bubble").last).to_have_text("Yes, what is it?")
    assert page.locator(".items").inner_text() == before
