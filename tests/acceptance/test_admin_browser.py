"""A definition in a real browser: written with mistakes, mended, invoked, restricted, switched off.

Needs Chromium and Playwright; CI has both.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.servers import Home, Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PASSWORD = "correct-horse-battery"
TEXT = """\
Name: greet
OnType: todo
InstanceOptional: true
Permission: {guest: [execute]}
InFields:
  - {Name: who, ColumnType: label}
OutFields:
  - Type: client.notify
    Method: ACTIONRESPONSE
    Attributes: {type: success, message: "~who"}
"""


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Start Chromium."""
    driver = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with driver.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def site(browser: Browser, home: Home) -> Iterator[Server]:
    """Serve an installation whose administrator's password is known."""
    with home.with_settings(ADMIN_PASSWORD=PASSWORD).start("--workers", "1") as server:
        yield server


@pytest.fixture
def complaints() -> list[str]:
    """What the browser found wrong with the pages."""
    return []


@pytest.fixture
def page(browser: Browser, site: Server, complaints: list[str]) -> Page:
    """Open the admin, signed in; note what leaves the site or breaks the policy."""
    page = browser.new_page()
    page.set_default_timeout(20_000)
    page.on("request", lambda request: _note_foreign(request.url, site.url, complaints))
    page.on("console", lambda message: _note_violation(message.text, complaints))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    _sign_in(page, site)
    return page


def _note_foreign(url: str, own: str, complaints: list[str]) -> None:
    if not url.startswith((f"{own}/", "data:")):
        complaints.append(f"asked for {url}")


def _note_violation(text: str, complaints: list[str]) -> None:
    if "Content Security Policy" in text:
        complaints.append(text)


def _sign_in(page: Page, site: Server) -> None:
    page.goto(f"{site.url}/admin/")
    page.fill("#id_username", "admin@example.org")
    page.fill("#id_password", PASSWORD)
    page.click("input[type=submit]")
    page.wait_for_selector("#user-tools")


def _save(page: Page, **values: str) -> None:
    for name, value in values.items():
        page.fill(f"#id_{name}", value)
    page.click("input[name=_continue]")


def _greet(site: Server) -> httpx.Response:
    return site.post("/action/todo/greet", json={"who": "<b>Ada</b>"})


def test_a_definition_is_written_mended_restricted_and_switched_off(
    page: Page, site: Server, complaints: list[str]
) -> None:
    """Every mistake at its line, nothing served before it is whole, and every change counts at once."""
    page.goto(f"{site.url}/admin/actions/definition/add/")
    _save(page, text=TEXT.replace("~who", "~whom").replace("OnType: todo", "OnType: tod"))
    problems = page.locator(".errorlist strong").all_inner_texts()
    assert problems == ["ACT201", "ACT204"]
    assert "line 2:9 Unknown entity 'tod'. Did you mean 'todo'?" in page.inner_text(".errorlist")
    assert "line 10:42 Unknown reference 'whom'. Did you mean 'who'?" in page.inner_text(".errorlist")
    assert _greet(site).status_code == 404

    _save(page, text=TEXT)
    assert "todo.greet" in page.inner_text(".messagelist .success")
    assert _greet(site).json()[0]["Attributes"]["message"] == "<b>Ada</b>"

    _save(page, permission="user: execute")
    assert page.inner_text(".field-permission_names .readonly") == "user: execute"
    page.wait_for_timeout(1000)
    assert _greet(site).status_code == 401

    page.uncheck("#id_enabled")
    _save(page, permission="")
    page.wait_for_timeout(1000)
    assert _greet(site).status_code == 404
    assert complaints == []


def test_the_pages_of_entities_and_the_docs_work_under_the_policy(
    page: Page, site: Server, complaints: list[str]
) -> None:
    """A row made by hand is shown as the text it is; the docs need nothing from elsewhere."""
    page.goto(f"{site.url}/admin/examples/todo/add/")
    _save(page, title="<b>Milk</b>")
    assert "<b>Milk</b>" in page.inner_text(".messagelist .success")
    page.goto(f"{site.url}/docs")
    assert "todo" in page.inner_text("body")
    assert complaints == []
