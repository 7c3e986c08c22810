"""A real browser in the admin, signed in; what leaves the site or breaks its policy is noted.

The stories of one file share a browser and a server, so each uses definitions of its own.

Needs Chromium and Playwright; CI has both.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.servers import Server, new_home

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PASSWORD = "correct-horse-battery"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium."""
    driver = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with driver.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve an installation whose administrator's password is known."""
    folder = tmp_path_factory.mktemp("site")
    with new_home(folder) as home, home.with_settings(ADMIN_PASSWORD=PASSWORD).start("--workers", "1") as server:
        yield server


@pytest.fixture
def complaints() -> list[str]:
    """What the browser found wrong with the pages."""
    return []


@pytest.fixture
def page(browser: Browser, site: Server, complaints: list[str]) -> Iterator[Page]:
    """Open the admin, signed in; note what leaves the site or breaks the policy."""
    page = browser.new_page()
    page.set_default_timeout(20_000)
    page.on("request", lambda request: _note_foreign(request.url, site.url, complaints))
    page.on("console", lambda message: _note_violation(message.text, complaints))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    _sign_in(page, site)
    yield page
    page.close()


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
