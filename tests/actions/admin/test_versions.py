"""Versions of a definition: compared, exported as a patch, served again."""

from __future__ import annotations

import html
import re
import subprocess
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client

from actions import catalog
from actions.loading import Edit, load_paths, prepare, save_definition, save_prepared
from actions.models import Definition, DefinitionVersion
from entities.models import UserAccount
from entities.permissions import bits
from tests.actions.documents import greeting

pytestmark = pytest.mark.django_db

MARKUP = "<img src=x onerror=alert(1)>"


@pytest.fixture
def definition() -> Definition:
    """A stored action with three versions."""
    for message in ("one", MARKUP, "three"):
        save_definition(greeting(message), "admin")
    return Definition.objects.get()


def address(definition: Definition, what: str) -> str:
    """Return the address of what can be done with versions."""
    return f"/admin/actions/definition/{definition.pk}/{what}/"


def restore(client: Client, definition: Definition, number: object, base: object = None) -> Any:
    """Ask for an old version to be served again, as the page does."""
    data = {"number": str(number), "base": str(base or definition.served_version_id)}
    return client.post(address(definition, "restore"), data, follow=True)


def messages(response: Any) -> list[str]:
    """Return what the page tells after a redirect."""
    return [str(message) for message in response.context["messages"]]


def cells(response: Any) -> list[str]:
    """Return the lines of a difference that are not the same, as text with what is marked."""
    rows = re.findall(r'<tr class="(?:changed|added|removed)">(.*?)</tr>', response.content.decode(), re.S)
    lines = [re.findall(r"<code>(.*?)</code>", row, re.S) for row in rows]
    return [html.unescape(re.sub(r"</?(?:del|ins)>", "|", line)) for pair in lines for line in pair]


def test_what_is_served_stands_beside_the_version_before(browser: Client, definition: Definition) -> None:
    """Without words: the last change, with what is marked in it, and which version is served now."""
    response = browser.get(address(definition, "difference"))
    before, after = cells(response)
    assert before.replace("|", "") == f'    Attributes: {{type: success, message: "{MARKUP}"}}'
    assert after.replace("|", "") == '    Attributes: {type: success, message: "three"}'
    assert "|" in after
    body = response.content.decode()
    assert "Version 3 is served now." in body
    assert MARKUP not in body
    assert "Serve version 2 again" in body


def test_any_two_versions_can_be_compared(browser: Client, definition: Definition) -> None:
    """In either direction; a version beside itself has no line that differs."""
    response = browser.get(address(definition, "difference"), {"old": 3, "new": 1})
    before, after = (cell.replace("|", "") for cell in cells(response))
    assert ('message: "three"' in before, 'message: "one"' in after) == (True, True)
    assert "No line differs." in browser.get(address(definition, "difference"), {"old": 1, "new": 1}).content.decode()


@pytest.mark.parametrize("number", ["4", "0", "-1", "x", "", "9" * 30, "\u0663"])
@pytest.mark.parametrize("what", ["difference", "patch"])
def test_a_version_that_is_not_there(browser: Client, definition: Definition, what: str, number: str) -> None:
    """Whatever stands for a number: 404, never a failure."""
    assert browser.get(address(definition, what), {"old": number}).status_code == 404
    assert restore(browser, definition, number).status_code == 404


def test_an_old_version_is_served_again(browser: Client, definition: Definition) -> None:
    """As a new version with the old text, by whoever asked, at once; what was in between stays."""
    response = restore(browser, definition, 1)
    assert messages(response) == ["Version 1 of 'usergroup.greet' is served again, as version 4."]
    version = DefinitionVersion.objects.get(number=4)
    assert (version.text, version.note, version.source) == (greeting("one"), "Restores version 1.", "admin")
    assert version.created_by == UserAccount.objects.get()
    found = catalog.find("usergroup", "greet")
    assert found is not None
    assert found.number == 4
    assert LogEntry.objects.get().change_message == "Restored version 1 as version 4."
    again = restore(browser, Definition.objects.get(), 1)
    assert messages(again) == ["Version 4 says the same already."]
    Definition.objects.update(enabled=False)
    disabled = restore(browser, Definition.objects.get(), 2)
    assert messages(disabled) == ["Version 2 of 'usergroup.greet' is the last one again, and disabled, as version 5."]
    assert catalog.find("usergroup", "greet") is None


def test_what_no_longer_compiles_is_not_restored(browser: Client, definition: Definition) -> None:
    """The reasons are told on the page, what is served stays, and the answer says that nothing was done."""
    stale = greeting("hi").replace("Label", "Lbel")
    DefinitionVersion.objects.create(definition=definition, number=9, dialect="daptin", text=stale, source="admin")
    response = restore(browser, definition, 9)
    assert response.status_code == 400
    assert "Version 9 no longer compiles and was not restored" in response.content.decode()
    assert "Unknown key &#x27;Lbel&#x27;." in response.content.decode()
    assert Definition.objects.get().served_version_id == definition.served_version_id


@pytest.mark.parametrize("base", ["", str(uuid4()), "nonsense"], ids=["none", "another", "no-id"])
def test_restoring_needs_to_know_what_is_served(browser: Client, definition: Definition, base: str) -> None:
    """Who has not seen the last version does not take it away."""
    response = browser.post(address(definition, "restore"), {"number": "1", "base": base}, follow=True)
    assert messages(response) == ["Somebody saved version 3 of 'usergroup.greet' meanwhile; nothing was changed."]
    assert DefinitionVersion.objects.count() == 3


def test_patch_is_for_the_repository(browser: Client, folder: Path) -> None:
    """From what the file last said to what is served, under the file's name: `git apply` makes the file say it."""
    file = folder / "greet.yaml"
    file.write_text(greeting("from the file"))
    load_paths([folder])
    for message in ("once", "twice"):
        base = Definition.objects.get().served_version_id
        save_prepared(prepare(greeting(message)), Edit(None, "", base, is_checked=True))
    response = browser.get(address(Definition.objects.get(), "patch"))
    assert response["Content-Type"] == "text/x-diff; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="usergroup.greet.1-3.patch"'
    assert response.content.decode().startswith("--- a/greet.yaml\n+++ b/greet.yaml\n@@ -5,4 +5,4 @@\n")
    (folder / "p.patch").write_bytes(response.content)
    subprocess.run(["git", "apply", "p.patch"], cwd=folder, check=True)
    assert file.read_text() == greeting("twice")


def test_patch_of_what_has_no_file_is_named_after_the_action(browser: Client, definition: Definition) -> None:
    """Two versions of somebody's choice, and a name that a repository could take."""
    lines = browser.get(address(definition, "patch"), {"old": 1, "new": 3}).content.decode().splitlines()
    assert lines[:2] == ["--- a/usergroup_greet.yaml", "+++ b/usergroup_greet.yaml"]
    assert [line[:1] for line in lines[3:]].count("+") == 1


def test_rights_are_those_of_the_action(definition: Definition) -> None:
    """Who may read it sees and exports, who may update it restores; for others it is not there, for guests neither."""
    viewer = UserAccount.objects.create_user("eve@example.org", "pw", name="Eve", is_staff=True)
    viewer.user_permissions.set(Permission.objects.all())
    client = Client()
    assert client.get(address(definition, "difference")).status_code == 302
    client.force_login(viewer)
    for rights, seen, restored in (([], 404, 404), (["read"], 200, 403), (["read", "update"], 200, 200)):
        Definition.objects.update(permission=bits(user=rights))
        catalog.forget()
        page = client.get(address(definition, "difference"))
        assert (page.status_code, client.get(address(definition, "patch")).status_code) == (seen, seen)
        assert ("Serve version" in page.content.decode()) is (restored == 200)
        assert restore(client, definition, 1).status_code == restored
    assert client.get(address(definition, "restore")).status_code == 405


def test_restoring_needs_a_page_of_this_site(definition: Definition) -> None:
    """Another site's page cannot bring an old version back."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserAccount.objects.create_superuser("root@example.org", "pw", name="Root"))
    assert restore(client, definition, 1).status_code == 403
    assert DefinitionVersion.objects.count() == 3


def test_page_of_a_definition_leads_to_its_versions(browser: Client, definition: Definition) -> None:
    """Each version to its difference from what is served; the definition to all of them and to the patch."""
    body = browser.get(address(definition, "change")).content.decode()
    for number in (1, 2):
        assert f'href="{address(definition, "difference")}?old={number}"' in body
    assert f'"{address(definition, "difference")}?old=3"' not in body
    assert f'href="{address(definition, "patch")}"' in body


def test_newest_versions_are_listed(browser: Client, definition: Definition) -> None:
    """A page stays short, whatever has been saved; the rest is one link away."""
    rows = [
        DefinitionVersion(definition=definition, number=number, dialect="daptin", text="x", source=MARKUP, note=MARKUP)
        for number in range(4, 60)
    ]
    DefinitionVersion.objects.bulk_create(rows)
    body = browser.get(address(definition, "change")).content.decode()
    assert re.findall(r">version (\d+)<", body) == [str(number) for number in range(59, 9, -1)]
    assert "The newest 50 are listed" in body
    assert MARKUP not in body
