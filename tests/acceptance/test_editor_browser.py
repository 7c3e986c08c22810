"""The editor of definitions in a real browser: a mistake seen while typing, mended, saved, posted, and taken back.

Needs Chromium and Playwright; the judgement of pages also axe-core in ``OUTFIELD_NODE_MODULES``. CI has all of them.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.acceptance.test_admin_browser import TEXT
from tests.integrations import SHOP
from tests.servers import Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

NOD, BOW = (TEXT.replace("greet", name) for name in ("nod", "bow"))
AXE = Path(os.environ.get("OUTFIELD_NODE_MODULES", "")) / "axe-core" / "axe.min.js"


def _open(page: Page, address: str) -> Locator:
    """Open a page with the editor, and return what one types into."""
    page.goto(address)
    page.wait_for_selector(".cm-content")
    return page.locator(".cm-content")


def _wait_for_status(page: Page, words: str) -> None:
    page.get_by_role("status").filter(has_text=re.compile(words)).wait_for()


def _underlined(page: Page) -> list[str]:
    return page.locator(".cm-lintRange-error").all_inner_texts()


def _offered(page: Page) -> list[str]:
    """Ask for completions and return their names."""
    page.keyboard.press("Control+Space")
    page.wait_for_selector(".cm-tooltip-autocomplete li")
    return page.locator(".cm-tooltip-autocomplete .cm-completionLabel").all_inner_texts()


def _greet(site: Server) -> httpx.Response:
    return site.post("/action/todo/greet", json={"who": "Ada"})


def _message(site: Server) -> str:
    return str(_greet(site).json()[0]["Attributes"]["message"])


def test_a_mistake_is_underlined_mended_saved_and_the_old_version_restored(
    page: Page, site: Server, complaints: list[str]
) -> None:
    """By keyboard alone from the empty editor on, and without a restart: what is saved or restored is served."""
    _open(page, f"{site.url}/admin/actions/definition/add/").focus()
    page.keyboard.insert_text(TEXT.replace("~who", "~whom"))
    _wait_for_status(page, "1 problem; the first in line 10")
    assert [text.strip('"') for text in _underlined(page)] == ["~whom"]
    assert _greet(site).status_code == 404

    page.keyboard.press("F8")
    problem = page.locator(".cm-tooltip-lint")
    assert "Unknown reference 'whom'. Did you mean 'who'?" in problem.inner_text()
    page.keyboard.press("Control+End")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("End")
    for _ in range(2):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Backspace")
    _wait_for_status(page, "No problems")
    assert _underlined(page) == []
    assert page.input_value("#id_text") == TEXT

    page.keyboard.press("Tab")
    page.keyboard.type("a first version")
    page.keyboard.press("Enter")
    page.wait_for_selector(".messagelist .success")
    assert _message(site) == "Ada"

    page.get_by_role("link", name="greet", exact=True).press("Enter")
    page.wait_for_selector(".cm-content")
    page.fill("#id_text", TEXT.replace('"~who"', '"Hello $who"'))
    page.locator("#id_note").press("Enter")
    page.wait_for_selector(".messagelist .success")
    assert _message(site) == "Hello Ada"

    page.get_by_role("link", name="greet", exact=True).press("Enter")
    page.get_by_role("link", name="Compare version 1 with what is served").press("Enter")
    assert page.locator("table.difference .changed ins").all_inner_texts() == ["Hello $"]
    page.get_by_role("button", name="Serve version 1 again").press("Enter")
    page.wait_for_selector(".messagelist .success")
    assert _message(site) == "Ada"
    assert "as version 3" in page.inner_text(".messagelist")
    assert complaints == []


# What is typed, and some of what is offered at its end. Each goes on where the one before ended.
WRITING = [
    ("", {"Name", "OnType", "OutFields"}),
    ("Name: greet\nOnType: ", {"todo", "order"}),
    ("todo\nInFields:\n  - {Name: who, ColumnType: lab", {"label"}),
    ("el}\nOutFields:\n  - Type: todo\n    Method: ", {"POST", "EXECUTE", "ACTIONRESPONSE"}),
    ('POST\n    Reference: made\n    Attributes:\n      title: "~', {"who", "subject", "user"}),
    ('who"\n      ', {"done", "due", "project_id"}),
    ("done: true\n  - Method: EXECUTE\n    ", {"Attributes", "Type"}),
    ("Type: ", {"mail.send", "action.invoke"}),
    ("mail.send\n    Attributes:\n      ", {"to", "subject", "body"}),
    ('body: "!ma', {"made"}),
    ("de.", {"title", "due"}),
    ('title"\n---\nName: paid\nOnType: order\nWebhook:\n  Verify: ', {"stripe", "github"}),
    (
        'stripe\n  Secret: x\nOutFields:\n  - Type: order\n    Method: POST\n    Attributes: {number: "~',
        {"event", "delivery"},
    ),
]


def test_the_editor_knows_the_notation_and_this_project(page: Page, site: Server, complaints: list[str]) -> None:
    """Keys, entities, methods, operations, columns and names in scope, each where it may stand; what a key means."""
    _open(page, f"{site.url}/admin/actions/definition/add/").focus()
    written = ""
    for text, expected in WRITING:
        written += text
        page.fill("#id_text", written)
        page.locator(".cm-content").focus()
        page.keyboard.press("Control+End")
        offered = _offered(page)
        assert expected <= set(offered), written
        assert "made" not in offered or "ma" in text, "a Reference before its outcome"
        page.keyboard.press("Escape")
    page.locator(".cm-line span", has_text=re.compile("^Reference$")).hover()
    assert "The name under which later outcomes read the result." in page.locator(".cm-explanation").inner_text()
    assert complaints == []


# What is typed into an action that calls another service, and some of what is offered at its end.
CALLING = [
    ("Name: buy\nOnType: todo\nOutFields:\n  - Type: shop\n    Method: ", {"listOrders", "createOrder"}),
    ("createOrder\n    Reference: made\n    Attributes:\n      ", {"sku", "customer", "$Timeout"}),
    ("sku: tea\n      ", {"quantity", "customer"}),
    ("customer: {", {"email", "name", "friends"}),
    ("friends: [{", {"email", "name"}),
    ("}]}\n  - Type: shop\n    Method: listOrders\n    Attributes:\n      - {status: ", {"open", "paid"}),
    (
        'paid}\n  - Type: client.notify\n    Method: ACTIONRESPONSE\n    Attributes: {message: "$made.',
        {"status", "body"},
    ),
]


def test_the_editor_knows_what_other_services_take(page: Page, site: Server, complaints: list[str]) -> None:
    """Attributes of an imported operation, at any depth, their values, and what its answer has."""
    page.goto(f"{site.url}/admin/actions/integration/add/")
    page.fill("#id_name", "shop")
    page.set_input_files("#id_file", SHOP)
    page.click("text=Import >> nth=-1")
    page.wait_for_selector(".messagelist .success")
    _open(page, f"{site.url}/admin/actions/definition/add/").focus()
    written = ""
    for text, expected in CALLING:
        written += text
        page.fill("#id_text", written)
        page.locator(".cm-content").focus()
        page.keyboard.press("Control+End")
        assert expected <= set(_offered(page)), written
        page.keyboard.press("Escape")
    assert complaints == []


def test_pages_are_accessible(page: Page, site: Server) -> None:
    """axe-core finds no violation: empty, with a problem underlined, in the dark, and two versions side by side."""
    if not AXE.is_file():
        pytest.skip("OUTFIELD_NODE_MODULES names no folder with axe-core")
    address = f"{site.url}/admin/actions/definition"
    _open(page, f"{address}/add/?start=signup")
    _wait_for_status(page, "No problems")
    assert _violations(page) == []
    page.fill("#id_text", NOD.replace("~who", "~whom"))
    _wait_for_status(page, "1 problem")
    page.emulate_media(color_scheme="dark")
    assert _violations(page) == []
    for text in (NOD, NOD.replace("~who", "Hello $who")):
        page.fill("#id_text", text)
        page.click("input[name=_continue]")
        page.wait_for_selector(".messagelist .success")
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        assert _violations(page) == []
    page.click("text=Compare versions")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert _violations(page) == []


def _violations(page: Page) -> list[str]:
    """Return what axe-core finds in what is ours of the page once colours have changed, each with its first place."""
    page.wait_for_function("() => !document.getAnimations().some((one) => one instanceof CSSTransition)")
    page.evaluate(AXE.read_text())  # not a script element: the page's policy stands
    found = page.evaluate("() => axe.run('#content').then((result) => result.violations)")
    return [f"{item['id']}: {item['nodes'][0]['html']}" for item in found]


def test_without_scripts_the_form_is_a_text_box(browser: Browser, page: Page, site: Server) -> None:
    """Starts are links, the text is sent as it is, rights are ticked, and problems stand with their lines."""
    plain = browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state()).new_page()
    plain.goto(f"{site.url}/admin/actions/definition/add/")
    plain.click("text=On a row")
    assert plain.input_value("#id_text").startswith("# An action on one row")
    plain.fill("#id_text", BOW.replace("~who", "~whom"))
    plain.click("input[name=_continue]")
    assert "line 10:42 Unknown reference 'whom'." in plain.inner_text(".errorlist")
    plain.fill("#id_text", BOW)
    plain.get_by_role("radio", name="As ticked here").check()
    plain.get_by_role("checkbox", name="Whoever is signed in: execute").check()
    plain.click("input[name=_continue]")
    assert plain.inner_text(".field-permission_names .readonly") == "user: execute"
    assert plain.get_by_role("checkbox", name="Whoever is signed in: execute").is_checked()
