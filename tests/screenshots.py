"""``python -m tests.screenshots``: take the pictures of ``docs/images`` anew: form, editor and trace, as they look now.

Needs Chromium and Playwright, as the browser tests do. Small pictures: a quarter of a screen each, and few colours.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.servers import CHECKOUT, Server, new_home

IMAGES = CHECKOUT / "docs" / "images"
PASSWORD = "correct-horse-battery"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
MISTAKE = """\
Name: add
Label: Add a todo
OnType: todo
InFields:
  - {Name: title, ColumnType: label}
OutFields:
  - Type: todo
    Method: POST
    Attributes: {title: "~titel"}
"""


def main() -> None:
    """Serve a new installation, visit it, and write the pictures."""
    IMAGES.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder, new_home(Path(folder)) as home:
        own = home.with_settings(ADMIN_PASSWORD=PASSWORD)
        with own.start("--workers", "1") as server, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 900, "height": 640})
            for name, visit in (("form", form), ("editor", editor), ("trace", trace)):
                visit(page, server)
                page.screenshot(path=str(IMAGES / f"{name}.png"))
                shrink(IMAGES / f"{name}.png")
            browser.close()


def form(page: Page, server: Server) -> None:
    """Send the signup with mistakes."""
    page.goto(f"{server.url}/action/user_account/signup")
    page.fill("[name=name]", "Ada")
    page.fill("[name=email]", "ada@example.org")
    page.fill("[name=password]", "short")
    page.fill("[name=passwordConfirm]", "other")
    page.click("button[type=submit]")
    page.wait_for_selector("[aria-invalid=true]")
    page.evaluate("scrollTo(0, 0)")


def editor(page: Page, server: Server) -> None:
    """Write a definition with a mistake."""
    page.goto(f"{server.url}/admin/")
    page.fill("#id_username", "admin@example.org")
    page.fill("#id_password", PASSWORD)
    page.click("input[type=submit]")
    page.goto(f"{server.url}/admin/actions/definition/add/")
    box = page.locator(".cm-content")
    box.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(MISTAKE)
    page.wait_for_selector(".cm-lintRange-error")
    page.evaluate("document.querySelector('.definition-editor').scrollIntoView()")


def trace(page: Page, server: Server) -> None:
    """Try the signup, dry."""
    page.goto(f"{server.url}/admin/actions/definition/?q=signup")
    page.click("#result_list a:text-is('signup')")
    page.click("a:text-is('Try it')")
    known = {"name": "Ada", "email": "ada@example.org", "password": PASSWORD, "passwordConfirm": PASSWORD}
    page.click("#toggle-nav-sidebar")  # the table needs its room
    page.fill("[name=sent]", json.dumps(known))
    page.click("#content [type=submit]")
    page.wait_for_selector(".trace table")
    page.locator(".trace table").first.scroll_into_view_if_needed()


def shrink(path: Path, *further: Any) -> None:
    """Use few colours, where the tool for that is there."""
    tool = shutil.which("pngquant")
    if tool:
        subprocess.run([tool, "--force", "--ext", ".png", "32", str(path)], check=True)
    sys.stdout.write(f"{path.relative_to(CHECKOUT)} {path.stat().st_size // 1024} kB\n")


if __name__ == "__main__":
    main()
