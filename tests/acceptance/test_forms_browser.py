"""Forms in a real browser: with and without scripts, mistakes, files, keyboard, phone, dark mode, other sites.

Needs Chromium and Playwright, and for the scan ``axe-core`` in the folder that ``OUTFIELD_NODE_MODULES`` names; CI has
them. The scan is a WCAG 2.2 AA scan, and finds no violation.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.servers import Server, free_port, new_home

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

AXE = Path(os.environ.get("OUTFIELD_NODE_MODULES", "")) / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PASSWORD = "correct-horse-battery"
HOSTILE = "<img src=x onerror=alert(1)>"
PHONE = {"width": 360, "height": 740}
SIGNUP = "/action/user_account/signup"
DEFINITIONS = """
- Name: apply
  Label: Apply
  OnType: todo
  InstanceOptional: true
  Permission: {guest: [execute]}
  InFields:
    - {Name: title, ColumnType: label, ColumnDescription: What is it about?}
    - {Name: size, ColumnType: enum, Options: [{Value: s, Label: Small}, {Value: l, Label: Large}]}
    - {Name: land, ColumnType: enum, IsNullable: true, Options: [de, es, fr, it, pl]}
    - {Name: day, ColumnType: date, IsNullable: true}
    - {Name: stars, ColumnType: rating, DefaultValue: 3}
    - {Name: mail, ColumnType: email, IsNullable: true}
    - {Name: text, ColumnType: content, IsNullable: true}
    - {Name: papers, ColumnType: file.txt|pdf, IsNullable: true}
    - {Name: news, ColumnType: truefalse, DefaultValue: true}
    - {Name: terms, ColumnType: truefalse, ColumnDescription: You may withdraw later.}
  Validations:
    - {ColumnName: terms, Tags: required}
  OutFields:
    - Type: client.notify
      Method: ACTIONRESPONSE
      Attributes: {type: success, title: "~title", message: "!JSON.stringify(attributes)"}
- Name: everywhere
  Label: Everywhere
  OnType: todo
  InstanceOptional: true
  Permission: {guest: [execute]}
  InFields:
    - {Name: action, ColumnType: label}
  OutFields:
    - {Type: client.notify, Method: ACTIONRESPONSE, Attributes: {type: warning, message: "~action"}}
    - {Type: client.store.set, Method: ACTIONRESPONSE, Attributes: {key: kept, value: {by: "~action"}}}
    - {Type: client.cookie.set, Method: ACTIONRESPONSE, Attributes: {key: lang, value: de}}
    - Type: client.file.download
      Method: ACTIONRESPONSE
      Attributes: {content: aGVsbG8=, name: a.txt, contentType: a/b}
    - {Type: client.redirect, Method: ACTIONRESPONSE, Attributes: {location: /docs/forms, window: self, delay: 300}}
- Name: quiet
  Label: Quiet
  OnType: todo
  InstanceOptional: true
  Permission: {guest: [execute]}
  InFields:
    - {Name: title, ColumnType: label}
  OutFields:
    - {Type: todo, Method: POST, Attributes: {title: "~title"}}
"""


LEAVE = """
- Name: leave
  OnType: todo
  InstanceOptional: true
  Permission: {guest: [execute]}
  InFields: [{Name: title, ColumnType: label}]
  OutFields:
    - {Type: client.redirect, Method: ACTIONRESPONSE, Attributes: {location: "ADDRESS/left.html"}}
"""


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Another site: its address, and the folder whose files it serves."""
    folder = tmp_path_factory.mktemp("elsewhere")
    quiet = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    with ThreadingHTTPServer(("127.0.0.1", free_port()), partial(quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", folder
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, elsewhere: tuple[str, Path]) -> Iterator[Server]:
    """A server with the definitions of this file, which the other site may call."""
    with new_home(tmp_path_factory.mktemp("forms")) as home:
        (home.folder / "forms.yaml").write_text(DEFINITIONS + LEAVE.replace("ADDRESS", elsewhere[0]), encoding="utf-8")
        port = free_port()
        settings = {"CORS_ORIGINS": elsewhere[0], "ACTIONS_PATH": "forms.yaml", "SITE_URL": f"http://127.0.0.1:{port}"}
        settings["REDIRECT_HOSTS"] = elsewhere[0].removeprefix("http://")
        with home.with_settings(**settings).start("--workers", "1", port=port) as server:
            yield server


Open = Callable[..., "Page"]


@pytest.fixture
def open_page(browser: Browser, site: Server) -> Iterator[Open]:
    """Open a page of the site with options of a browser's context; at the end nothing was complained of."""
    complaints: list[str] = []
    contexts = []

    def open_(path: str, **options: Any) -> Page:
        context = browser.new_context(base_url=site.url, locale=options.pop("locale", "en-US"), **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: _note(message.text, complaints))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(f"dialog {dialog.message}"))
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []


def _note(text: str, complaints: list[str]) -> None:
    if "Content Security Policy" in text or "pattern" in text or "Uncaught" in text:
        complaints.append(text)


def fill(page: Page, values: dict[str, str]) -> None:
    """Fill fields by their labels, as a visitor finds them."""
    for label, text in values.items():
        page.get_by_label(re.compile(rf"^\s*{re.escape(label)}( \(.*\))?\s*$")).fill(text)


def somebody(name: str) -> dict[str, str]:
    """Return what somebody signs up with."""
    return {"Name": name, "Email": f"{name}@example.org", "Password": PASSWORD, "Password Confirm": PASSWORD}


def submit(page: Page) -> None:
    """Press the button of the form."""
    page.click("button[type=submit]")


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_somebody_signs_up_and_in(scripts: bool, open_page: Open, site: Server) -> None:
    """A mistake is told beside its field and has the focus; then the notices are shown and redirects followed."""
    page = open_page(SIGNUP, java_script_enabled=scripts)
    name = f"ada-{scripts}".lower()
    fill(page, {**somebody(name), "Password Confirm": "another-horse-battery"})
    submit(page)
    error = page.locator("#id_f2_error")
    error.filter(has_text="The two entries are not the same.").wait_for()
    assert page.get_by_label("Password (required)", exact=True).get_attribute("aria-invalid") == "true"
    assert page.locator("#id_f2:focus").count() == 1
    assert page.get_by_label("Name (required)").input_value() == name
    assert page.locator("[role=alert]").inner_text().startswith("Please look at the marked fields.")
    fill(page, {"Password": PASSWORD, "Password Confirm": PASSWORD})
    submit(page)
    page.wait_for_url("**/action/user_account/signin")
    if not scripts:
        assert page.locator("[role=status]").inner_text() == "Success: Signup Successful"
    fill(page, {"Email": f"{name}@example.org", "Password": PASSWORD})
    submit(page)
    page.wait_for_url("**/docs")
    assert [item["name"] for item in page.context.cookies() if item["name"] == "token"] == ["token"]


def test_the_script_says_what_the_server_would(open_page: Open) -> None:
    """In the visitor's language, for what the browser refuses itself and for what only the server knows."""
    page = open_page(SIGNUP, locale="de-DE")
    submit(page)
    assert page.locator("#id_f0_error").inner_text() == "Bitte füllen Sie dieses Feld aus."
    assert page.locator("#id_f0:focus").count() == 1
    fill(page, {"Name": "x", "E-Mail": "x@example.org", "Passwort": PASSWORD, "Passwort bestätigen": PASSWORD + "x"})
    submit(page)
    page.locator("#id_f2_error", has_text="Die beiden Eingaben sind nicht gleich.").wait_for()
    assert page.locator("#id_f0_error").inner_text() == ""
    page.click("[data-reveal=id_f2]")
    assert page.get_attribute("#id_f2", "type") == "text"
    assert page.get_attribute("[data-reveal=id_f2]", "aria-pressed") == "true"
    page.click("[data-reveal=id_f2]")
    assert page.get_attribute("#id_f2", "type") == "password"


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_every_control_sends_what_the_visitor_means(scripts: bool, open_page: Open, tmp_path: Path) -> None:
    """A file, an open box, an option, an optional field left empty: the same with and without scripts."""
    page = open_page("/action/todo/apply", java_script_enabled=scripts)
    file = tmp_path / "a.txt"
    file.write_text("hello", encoding="utf-8")
    page.get_by_label("Title").fill(HOSTILE)
    page.get_by_label("Large").check()
    page.get_by_label("Papers").set_input_files(file)
    page.get_by_label("News").uncheck()
    page.get_by_label("Terms").check()
    submit(page)
    text = page.locator(".notice.success").inner_text()
    for part in (
        '"size":"l"',
        '"stars":3',
        '"news":false',
        '"terms":true',
        '"name":"a.txt"',
        '"file":"aGVsbG8="',
        HOSTILE,
    ):
        assert part in text
    for name in ("land", "day", "mail", "text"):
        assert f'"{name}"' not in text
    assert page.locator("img").count() == 0


def test_directives_are_followed_in_order_and_can_be_taken_over(open_page: Open) -> None:
    """An event for each, from the form; one that is taken over is not followed. An input may be called ``action``."""
    page = open_page("/action/todo/everywhere")
    page.evaluate(
        """() => {
            window.heard = [];
            for (const what of ["notify", "store.set", "cookie.set", "file.download", "redirect"])
                document.addEventListener("client." + what, (event) => {
                    window.heard.push(what);
                    if (what === "redirect" && !window.free) event.preventDefault();
                });
        }"""
    )
    page.get_by_label("Action").fill(HOSTILE)
    with page.expect_download() as download:
        submit(page)
    assert (download.value.suggested_filename, Path(download.value.path()).read_text()) == ("a.txt", "hello")
    assert page.locator("[data-toasts] [role=status].warning").inner_text() == HOSTILE
    assert page.evaluate("localStorage.kept") == f'{{"by":"{HOSTILE}"}}'
    assert "lang=de" in page.evaluate("document.cookie")
    page.wait_for_timeout(500)
    assert page.evaluate("heard") == ["notify", "store.set", "cookie.set", "file.download", "redirect"]
    page.evaluate("window.free = true")
    submit(page)
    page.wait_for_url("**/docs/forms")


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_an_action_that_tells_nothing_is_done(scripts: bool, open_page: Open) -> None:
    """The visitor sees that what was sent has arrived, also where the author declared no directive."""
    page = open_page("/action/todo/quiet", java_script_enabled=scripts, locale="de-DE")
    page.get_by_label("Title").fill("Listen")
    submit(page)
    page.locator("[role=status].success", has_text="Erledigt").wait_for()


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_redirect_leads_to_a_site_that_is_allowed(
    scripts: bool, open_page: Open, elsewhere: tuple[str, Path]
) -> None:
    """The policy of the page, which browsers also hold redirects to, lets the visitor go where the settings do."""
    address, folder = elsewhere
    (folder / "left.html").write_text("<!doctype html><title>Left</title>", encoding="utf-8")
    page = open_page("/action/todo/leave", java_script_enabled=scripts)
    page.get_by_label("Title").fill("x")
    submit(page)
    page.wait_for_url(f"{address}/left.html")


def test_the_button_waits_and_a_broken_connection_is_told(open_page: Open) -> None:
    """One click, one request; and a repetition carries the same key."""
    page = open_page("/action/todo/everywhere")
    keys: list[str] = []

    def broken(route: Any) -> None:
        keys.append(route.request.headers["idempotency-key"])
        assert page.locator("button[type=submit]").is_disabled()
        route.abort()

    page.route("**/action/todo/everywhere", broken)
    page.get_by_label("Action").fill("x")
    for _ in range(2):
        submit(page)
        page.locator("[role=alert]", has_text="The server cannot be reached.").wait_for()
        page.locator("button[type=submit]:enabled").wait_for()
    assert len(keys) == 2
    assert len(set(keys)) == 1


def test_it_works_by_keyboard_alone(open_page: Open) -> None:
    """From field to field by Tab, through the passwords' buttons, and sent by Enter."""
    page = open_page(SIGNUP)
    for text in ("kim", "kim@example.org", PASSWORD, None, PASSWORD):
        page.keyboard.press("Tab")
        if text:
            page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.wait_for_url("**/action/user_account/signin")


def test_a_link_in_a_mail_fills_in_its_token(open_page: Open) -> None:
    """From behind the ``#``, where no server sees it; it does not stay in the address."""
    page = open_page("/auth/reset-password#token=abc&nothing=1")
    page.wait_for_url("**/action/user_account/reset-password")
    assert page.get_by_label("Token (required)").input_value() == "abc"
    fill(page, {"Password": PASSWORD, "Password Confirm": PASSWORD})
    submit(page)
    page.locator("[role=alert]", has_text="This link does not work, or no longer.").wait_for()


@pytest.mark.parametrize("path", [SIGNUP, "/action/todo/apply", "/docs/forms"])
def test_it_fits_a_phone(path: str, open_page: Open) -> None:
    """Nothing stands out of a narrow screen, and what is touched is large enough (WCAG 2.5.8)."""
    page = open_page(path, viewport=PHONE, is_mobile=True, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    for box in [item.bounding_box() for item in page.locator("button:visible, input:visible, select:visible").all()]:
        assert box
        assert box["height"] >= 18
        assert box["x"] + box["width"] <= PHONE["width"]
    assert (
        page.locator("button[type=submit]").count() == 0
        or page.locator("button[type=submit]").bounding_box()["height"] >= 44
    )  # type: ignore[index]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_follows_the_colours_of_the_system(scheme: str, open_page: Open) -> None:
    """Dark ground and light text where that is wished, and the other way round."""
    page = open_page(SIGNUP, color_scheme=scheme)
    colours = page.evaluate("(({backgroundColor, color}) => [backgroundColor, color])(getComputedStyle(document.body))")
    ground, ink = (sum(int(part) for part in re.findall(r"\d+", colour)[:3]) for colour in colours)
    assert (ground < ink) == (scheme == "dark")
    assert len(page.screenshot()) > 5_000


@pytest.mark.skipif(not AXE.is_file(), reason="OUTFIELD_NODE_MODULES names no folder with axe-core")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("path", "refused"),
    [
        pytest.param(SIGNUP, False, id="signup"),
        pytest.param(SIGNUP, True, id="signup-refused"),
        pytest.param("/action/todo/apply", False, id="every-control"),
        pytest.param("/action/todo/apply", True, id="every-control-refused"),
        pytest.param("/action/user_account/rename", False, id="failure"),
        pytest.param("/docs/forms", False, id="guide"),
    ],
)
def test_it_is_accessible(path: str, refused: bool, scheme: str, open_page: Open) -> None:
    """No violation of WCAG 2.2 AA or of axe's best practices, in either colour, before and after a mistake."""
    page = open_page(path, color_scheme=scheme, bypass_csp=True)
    if refused:
        submit(page)
        page.locator("[role=alert]:visible").wait_for()
    page.add_script_tag(path=str(AXE))
    found = page.evaluate("(rules) => axe.run({ runOnly: rules })", RULES)
    assert [(item["id"], [node["html"] for node in item["nodes"]]) for item in found["violations"]] == []
    assert found["passes"]


@pytest.mark.skipif(not AXE.is_file(), reason="OUTFIELD_NODE_MODULES names no folder with axe-core")
def test_a_form_refused_without_scripts_is_accessible_too(browser: Browser, site: Server) -> None:
    """The page that the server makes, with its list of errors."""
    answer = httpx.post(
        f"{site.url}/action/todo/apply", data={"mail": "x"}, headers={"Accept": "text/html"}, timeout=30
    )
    page = browser.new_page(base_url=site.url, bypass_csp=True)
    page.goto("/docs/forms")
    page.set_content(answer.text)
    page.add_script_tag(path=str(AXE))
    assert page.locator("[role=alert] li").count() == 4
    found = page.evaluate("(rules) => axe.run({ runOnly: rules })", RULES)
    assert [(item["id"], [node["html"] for node in item["nodes"]]) for item in found["violations"]] == []
    page.close()


def test_the_snippets_of_the_guide_work_on_another_site(
    open_page: Open, elsewhere: tuple[str, Path], site: Server
) -> None:
    """As they are copied: errors beside the fields, somebody signed up, and the author's own script hears of it."""
    guide = open_page("/docs/forms")
    snippets = [guide.locator(f"[data-snippet={name}]").inner_text() for name in ("page", "events")]
    address, folder = elsewhere
    (folder / "index.html").write_text("<!doctype html><title>Mine</title>" + "".join(snippets), encoding="utf-8")
    page = open_page(f"{address}/index.html")
    fill(page, {"Name": "lin", "E-mail": "lin@example.org", "Password": PASSWORD, "Password again": "another-battery"})
    page.evaluate("document.addEventListener('client.redirect', (event) => event.preventDefault())")
    page.click("button")
    error = page.locator("[data-error-for=password]", has_text="must equal 'passwordConfirm'")
    error.wait_for()
    assert page.locator("[name=password]").get_attribute("aria-describedby") == error.get_attribute("id")
    fill(page, {"Password again": PASSWORD})
    page.click("button")
    page.wait_for_function("document.title === 'Signup Successful'")
    signin = {"email": "lin@example.org", "password": PASSWORD}
    assert site.post("/action/user_account/signin", json=signin).status_code == 200


def test_the_script_is_small() -> None:
    """Under 6.25 kB before it is compressed: no build step, no dependency."""
    script = Path(__file__).parents[2] / "actions" / "static" / "actions" / "client.js"
    assert len(script.read_bytes()) < 6_250
    assert not re.search(r"\bimport\b|require\(", script.read_text(encoding="utf-8"))
