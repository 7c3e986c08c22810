"""A definition in a real browser: written with mistakes, mended, invoked, restricted, switched off.

Needs Chromium and Playwright; CI has both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from tests.servers import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

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


def _save(page: Page, **values: str) -> None:
    for name, value in values.items():
        page.fill(f"#id_{name}", value)
    with page.expect_navigation():  # a click may return before the answer is there
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

    for box in page.get_by_role("checkbox", name=": execute").all():
        box.uncheck()
    page.get_by_role("checkbox", name="Whoever is signed in: execute").check()
    assert page.get_by_role("radio", name="As ticked here").is_checked()
    _save(page)
    assert page.inner_text(".field-permission_names .readonly") == "user: execute"
    page.wait_for_timeout(1000)
    assert _greet(site).status_code == 401

    page.uncheck("#id_enabled")
    page.get_by_role("radio", name="As the document says").check()
    _save(page)
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


WIDE = """\
Name: wide
OnType: todo
InstanceOptional: true
Permission: {guest: [execute]}
Record: full
OutFields:
  - Type: $network.request
    Method: EXECUTE
    Attributes: {Url: "https://warehouse.example.org/a/rather/long/path/to/somewhere/parcels", Method: POST}
"""


def test_a_trace_is_seen_whole(page: Page, site: Server) -> None:
    """On a small screen too: what went in and came out is the last column."""
    page.goto(f"{site.url}/admin/actions/definition/add/")
    _save(page, text=WIDE)
    assert site.post("/action/todo/wide", json={}).status_code == 200
    page.set_viewport_size({"width": 1100, "height": 800})
    page.goto(f"{site.url}/admin/actions/run/")
    page.click("#result_list tbody a")
    cell = page.locator(".trace tbody td").last
    assert "warehouse.example.org" in cell.inner_text()
    box, around = cell.bounding_box(), page.locator(".trace").bounding_box()
    assert box is not None
    assert around is not None
    assert box["x"] + box["width"] <= around["x"] + around["width"] + 1 <= 1100


def test_inputs_that_are_no_json_are_mended_where_they_stand(page: Page, site: Server, complaints: list[str]) -> None:
    """The text stays, its wrong line is shown with a caret, the cursor is in the field, and mended it runs."""
    page.goto(f"{site.url}/admin/actions/definition/add/")
    _save(page, text=TEXT.replace("Name: greet", "Name: tried"))
    page.goto(f"{page.url.partition('change/')[0]}try/")
    page.fill("#id_sent", typed := '{\n  "who": "Ada",\n  \'n\': 1\n}')
    page.click("input[value='Run it dry']")
    said = page.inner_text(".form-row.errors .errorlist")
    assert "at line 3, column 3. Texts and names stand between straight double quotes" in said
    assert said.endswith("    3 |   'n': 1\n      |   ^")
    assert page.input_value("#id_sent") == typed
    assert page.evaluate("document.activeElement.id") == "id_sent"
    page.fill("#id_sent", '{"who": "Ada"}')
    page.click("input[value='Run it dry']")
    assert "It succeeds" in page.inner_text("#content")
    assert complaints == []
