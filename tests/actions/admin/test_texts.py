"""The admin pages of templates and statements: for administrators, who are told what cannot be used."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from actions.models import Statement, StoredTemplate
from entities.models import UserAccount

pytestmark = pytest.mark.django_db

TEMPLATES, STATEMENTS = "/admin/actions/storedtemplate/", "/admin/actions/statement/"


def template(**values: Any) -> dict[str, Any]:
    """Return what the form of a template sends."""
    return {"name": "page", "content": "Hi {{ name }}", "mime_type": "text/html", "headers": "", **values}


def errors(answer: Any) -> dict[str, list[str]]:
    """Return what a form says about its fields."""
    found = answer.context["adminform"].form.errors
    return {name: list(messages) for name, messages in found.items()}


def test_a_template_is_written_and_changed(browser: Client, root: UserAccount) -> None:
    """It has an owner, counts its versions, and its lines end as everywhere."""
    assert browser.post(f"{TEMPLATES}add/", template(content="a\r\n{{ b }}")).status_code == 302
    row = StoredTemplate.objects.get()
    assert (row.content, row.headers, row.version, row.user_account) == ("a\n{{ b }}", {}, 1, root)
    page = f"{TEMPLATES}{row.pk}/change/"
    assert browser.post(page, template(headers='{"X-From": "row"}', mime_type="text/plain")).status_code == 302
    row.refresh_from_db()
    assert (row.content, row.headers, row.mime_type, row.version) == (
        "Hi {{ name }}",
        {"X-From": "row"},
        "text/plain",
        2,
    )
    assert b"text/plain" in browser.get(TEMPLATES).content


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        ({"content": "{% load log %}"}, "content", "Line 1: There is no tag 'load'. Nothing is loaded: the tags and "),
        ({"headers": '{"Set-Cookie": "a"}'}, "headers", "The header 'Set-Cookie' may not be set."),
        ({"headers": "[]"}, "headers", "Write a mapping of at most 50 headers."),
        ({"headers": '{"Location": "https://evil.example"}'}, "headers", "The redirect leaves this site."),
        ({"mime_type": "html"}, "mime_type", "Write it as text/html."),
        ({"name": "a\nb"}, "name", "Use letters, digits, spaces, '_', '-', '.' and '/'."),
    ],
)
def test_what_cannot_be_used_is_told_at_its_field(
    browser: Client, wrong: dict[str, str], field: str, message: str
) -> None:
    """And nothing is saved; a change of it neither."""
    (said,) = errors(browser.post(f"{TEMPLATES}add/", template(**wrong)))[field]
    assert said.startswith(message)
    row = StoredTemplate.objects.create(name="page", content="x")
    (said,) = errors(browser.post(f"{TEMPLATES}{row.pk}/change/", template(**wrong)))[field]
    assert said.startswith(message)
    assert list(StoredTemplate.objects.values_list("content", "version")) == [("x", 1)]


def test_a_statement_is_written_and_changed(browser: Client) -> None:
    """With `writes` it may begin with another word."""
    form = {"name": "gone", "sql": "DELETE FROM todo", "identifiers": ""}
    assert errors(browser.post(f"{STATEMENTS}add/", form)) == {
        "sql": ["Line 1: DELETE writes. Declare that the statement writes."]
    }
    assert browser.post(f"{STATEMENTS}add/", {**form, "writes": "on"}).status_code == 302
    row = Statement.objects.get()
    assert (row.sql, row.identifiers, row.writes) == ("DELETE FROM todo", {}, True)
    assert errors(
        browser.post(f"{STATEMENTS}{row.pk}/change/", {**form, "sql": "DROP TABLE todo", "writes": "on"})
    ) == {"sql": ["Line 1: A statement begins with SELECT, VALUES, WITH, DELETE, INSERT, MERGE, REPLACE or UPDATE."]}


@pytest.mark.parametrize("address", [TEMPLATES, STATEMENTS])
def test_nobody_else_sees_the_pages(address: str) -> None:
    """Staff with every permission of Django's does not."""
    staff = UserAccount.objects.create_user("s@example.org", "pw", name="S", is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(content_type__app_label="actions"))
    client = Client()
    client.force_login(staff)
    for path in (address, f"{address}add/"):
        assert client.get(path).status_code == 403
    assert address not in client.get("/admin/").content.decode()
