"""The admin pages of definitions, as a browser without JavaScript sees them."""

from __future__ import annotations

import html
import re
from typing import Any
from uuid import uuid4

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client

from actions import catalog
from actions.loading import save_definition
from actions.models import Definition, DefinitionVersion
from entities import registry
from entities.models import UserAccount, UserGroup
from entities.permissions import bits
from tests.actions.documents import BROKEN, calling, greeting

pytestmark = pytest.mark.django_db

PAGES = "/admin/actions/definition/"
MARKUP = "<img src=x onerror=alert(1)>"
TWO_PROBLEMS = BROKEN.replace("Method: ACTIONRESPONSE", "Methd: ACTIONRESPONSE")
WARNED = greeting().replace("OutFields:", "InstanceOptional: true\nOutFields:").replace('"hello"', '"$.name"')


@pytest.fixture
def definition() -> Definition:
    """A stored action with one version."""
    save_definition(greeting(), "admin")
    return Definition.objects.get()


def page(definition: Definition) -> str:
    """Return the address of the page that changes a definition."""
    return f"{PAGES}{definition.pk}/change/"


def fields(text: str, **others: Any) -> dict[str, Any]:
    """Return what a form sends: texts as browsers write them."""
    inlines = {"versions-TOTAL_FORMS": 0, "versions-INITIAL_FORMS": 0}
    values = {"text": text.replace("\n", "\r\n"), "enabled": "on", "permission": "", "note": "", "base": ""}
    return {**values, **inlines, **others}


def texts(response: Any) -> str:
    """Return the visible text of a page, white space as one blank."""
    body = re.sub(r"<script.*?</script>", "", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", body)))


def ticked(response: Any) -> dict[str, Any]:
    """Return what the table of rights shows: which choice is made, and the ticked rights of each class of people."""
    boxes = re.findall(r'name="permission_([\w-]+)" value="(\w+)"[^>]* checked>', response.content.decode())
    rights: dict[str, Any] = {}
    for name, value in boxes:
        rights.setdefault(name, []).append(value)
    return rights | {"says": rights["says"][0]}


def served() -> list[tuple[int, str]]:
    """Return number and text of the version that is served, for each definition."""
    rows = Definition.objects.values_list("served_version__number", "served_version__text")
    return list(rows)


def test_new_definition_is_served(browser: Client, root: UserAccount) -> None:
    """Typing an action is all it takes; its name comes from the text, its author from the session."""
    response = browser.post(f"{PAGES}add/", fields(greeting(), note="for tests"), follow=True)
    assert response.redirect_chain == [(PAGES, 302)]
    version = DefinitionVersion.objects.get()
    assert (version.text, version.source, version.note, version.created_by) == (
        greeting(),
        "admin",
        "for tests",
        root,
    )
    assert str(version.definition) == "usergroup.greet"
    found = catalog.find("usergroup", "greet")
    assert found is not None
    assert found.version_id == version.pk
    assert LogEntry.objects.get().object_id == str(version.definition_id)


def test_edit_makes_a_version(browser: Client, definition: Definition) -> None:
    """A changed text is a new version; the old one stays readable."""
    base = str(definition.served_version_id)
    assert browser.post(page(definition), fields(greeting("bye"), base=base)).status_code == 302
    assert served() == [(2, greeting("bye"))]
    body = texts(browser.get(page(definition)))
    assert re.search(r"Versions .* version 2 .* root@example\.org admin .* version 1 ", body)
    old = DefinitionVersion.objects.get(number=1)
    assert 'message: "hello"' in texts(browser.get(f"/admin/actions/definitionversion/{old.pk}/change/"))


def test_form_without_a_new_text_makes_no_version(browser: Client, definition: Definition) -> None:
    """Enable, disable and permission do not touch the text."""
    base = str(definition.served_version_id)
    sent = fields(greeting(), base=base, permission="guest: peek; signed-in: execute")
    del sent["enabled"]
    assert browser.post(page(definition), sent).status_code == 302
    definition.refresh_from_db()
    assert (definition.enabled, definition.permission, served()) == (False, 2097153, [(1, greeting())])
    assert catalog.find("usergroup", "greet") is None
    assert ticked(browser.get(page(definition))) == {"says": "table", "guest": ["peek"], "signed-in": ["execute"]}


@pytest.mark.parametrize("is_new", [True, False], ids=["add", "change"])
def test_broken_definition_shows_each_problem_at_its_line(
    browser: Client, definition: Definition, is_new: bool
) -> None:
    """All problems with code, line, column, sentence, hint and excerpt; the text is kept, what is served too."""
    address = f"{PAGES}add/" if is_new else page(definition)
    response = browser.post(address, fields(TWO_PROBLEMS, base=str(definition.served_version_id)))
    assert response.status_code == 400
    body = response.content.decode()
    listed = re.findall(r"<li><strong>(\w+)</strong> line (\d+:\d+) (.*?)<pre[^>]*>(.*?)</pre></li>", body, re.S)
    shown = [(code, place, html.unescape(sentence)) for code, place, sentence, _ in listed]
    assert ("ACT151", "5:5", "Unknown key 'Methd'. Did you mean 'Method'?") in shown
    assert ("ACT204", "6:42", "Unknown reference 'nobody'. ") in shown
    assert html.unescape({code: excerpt for code, _, _, excerpt in listed}["ACT151"]) == (
        "    5 |     Methd: ACTIONRESPONSE\n      |     ^"
    )
    kept = re.search(r"<textarea[^>]*>\r?\n(.*?)</textarea>", body, re.S)
    assert kept is not None
    assert html.unescape(kept[1]).replace("\r\n", "\n") == TWO_PROBLEMS
    assert served() == [(1, greeting())]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param(BROKEN, "ACT204", id="missing-reference"),
        pytest.param(greeting(on_type="nothing"), "ACT201", id="unknown-type"),
        pytest.param(calling("greet", "greet"), "ACT222", id="cycle"),
        pytest.param("Name: [", "ACT104", id="no-yaml"),
        pytest.param("x: &a [*a]", "ACT112", id="alias-of-itself"),
        pytest.param(f"{greeting()}---\n{greeting(name='b')}", "ACT123", id="two-actions"),
        pytest.param("Name: \x01", "ACT103", id="control-character"),
    ],
)
def test_broken_definition_is_never_served(browser: Client, definition: Definition, text: str, code: str) -> None:
    """Whatever is wrong, the previous version keeps serving and nothing is half-saved."""
    response = browser.post(page(definition), fields(text, base=str(definition.served_version_id)))
    assert response.status_code == 400
    assert f"<strong>{code}</strong>" in response.content.decode()
    assert served() == [(1, greeting())]
    assert catalog.find("usergroup", "greet") is not None


def test_markup_is_shown_as_text(browser: Client, definition: Definition) -> None:
    """Nothing that an author wrote becomes markup: not in problems, not in texts, labels, notes or names."""
    broken = BROKEN.replace("Name: greet", f"Name: greet # {MARKUP}")
    broken = broken.replace("Method:", f'"{MARKUP}": 1\n    Method:')
    base = str(definition.served_version_id)
    refused = browser.post(page(definition), fields(broken, base=base, note=MARKUP, permission=MARKUP))
    label = greeting().replace("Label: Greet", f"Label: '{MARKUP}'")
    assert browser.post(page(definition), fields(label, base=base, note=MARKUP)).status_code == 302
    version = DefinitionVersion.objects.get(number=2)
    pages = (PAGES, page(definition), f"/admin/actions/definitionversion/{version.pk}/change/")
    for response in (refused, *(browser.get(address) for address in pages)):
        assert "<img src=x" not in response.content.decode()
        assert MARKUP in html.unescape(response.content.decode())


def test_second_of_two_edits_is_told(browser: Client, definition: Definition) -> None:
    """Who saves over a version that they have not seen is refused, and keeps the text."""
    base = str(definition.served_version_id)
    browser.post(page(definition), fields(greeting("first"), base=base))
    response = browser.post(page(definition), fields(greeting("second"), base=base))
    assert response.status_code == 400
    assert (
        "Somebody else saved version 2 of 'usergroup.greet' while you were editing. Your text was not saved: copy it, "
        "open the definition again and bring the two together."
    ) in texts(response)
    assert 'message: "second"' in texts(response)
    assert served() == [(2, greeting("first"))]


@pytest.mark.parametrize("base", ["", str(uuid4()), "nonsense"], ids=["none", "another", "no-id"])
def test_edit_needs_to_know_its_base(browser: Client, definition: Definition, base: str) -> None:
    """A form whose base was taken away or made up saves nothing."""
    assert browser.post(page(definition), fields(greeting("bye"), base=base)).status_code == 400
    assert served() == [(1, greeting())]


def test_name_that_is_taken(browser: Client, definition: Definition) -> None:
    """A new definition does not become a version of another one."""
    response = browser.post(f"{PAGES}add/", fields(greeting("bye")))
    assert response.status_code == 400
    expected = "'usergroup.greet' exists already. Edit that definition; its last version is 1."
    assert expected in texts(response)
    assert served() == [(1, greeting())]


def test_name_cannot_change(browser: Client, definition: Definition) -> None:
    """The text of another action is not saved as this one."""
    base = str(definition.served_version_id)
    response = browser.post(page(definition), fields(greeting(name="meet"), base=base))
    assert response.status_code == 400
    expected = "The text is the action 'usergroup.meet'. Keep the OnType and the Name of 'usergroup.greet', or add"
    assert expected in texts(response)
    assert Definition.objects.count() == 1


def test_empty_text(browser: Client) -> None:
    """A form without a text is refused by its field."""
    response = browser.post(f"{PAGES}add/", fields(""))
    assert (response.status_code, Definition.objects.count()) == (400, 0)
    assert "This field is required." in texts(response)


def test_warnings_are_shown_and_do_not_refuse(browser: Client) -> None:
    """What is only doubtful is saved, and said."""
    response = browser.post(f"{PAGES}add/", fields(WARNED), follow=True)
    assert served() == [(1, WARNED)]
    assert re.search(r'<li class="warning">ACT\d{3} line 9:\d+ ', response.content.decode())


def test_list_tells_what_is_served(browser: Client, definition: Definition, monkeypatch: pytest.MonkeyPatch) -> None:
    """Name, version, who may execute it, and whether it is served now: not when its entity is gone."""
    body = browser.get(PAGES).content.decode()
    assert re.search(
        r"field-version\">1<.*field-is_served.*alt=\"True\".*field-permission_names\">guest: execute<", body
    )
    others = {name: item for name, item in registry._registrations.items() if item.name != "usergroup"}
    monkeypatch.setattr(registry, "_registrations", others)
    monkeypatch.delitem(admin.site._registry, UserGroup)
    registry._entities.clear()
    catalog.forget()
    try:
        body = browser.get(PAGES).content.decode()
    finally:
        monkeypatch.undo()
        registry._entities.clear()
    assert re.search(r"field-is_served.*alt=\"False\".*field-permission_names\">-<", body)


def test_bulk_enable_and_disable(browser: Client, definition: Definition) -> None:
    """Chosen definitions are switched together, at once, and it is logged who did it."""
    for action, enabled in (("disable", False), ("enable", True)):
        chosen = {"action": action, "_selected_action": [str(definition.pk)]}
        response = browser.post(PAGES, chosen, follow=True)
        assert f"1 definition(s) {action}d." in texts(response)
        assert (catalog.find("usergroup", "greet") is not None) is enabled
    assert [entry.change_message for entry in LogEntry.objects.order_by("pk")] == ["Disabled.", "Enabled."]


def test_nothing_can_be_deleted(browser: Client, definition: Definition) -> None:
    """Neither definitions nor versions: what once ran stays readable."""
    version = definition.served_version_id
    for address in (f"{PAGES}{definition.pk}/delete/", f"/admin/actions/definitionversion/{version}/delete/"):
        assert browser.post(address, {"post": "yes"}).status_code == 403
    assert 'value="delete_selected"' not in browser.get(PAGES).content.decode()


def test_version_cannot_be_changed(browser: Client, definition: Definition) -> None:
    """The page of a version has nothing to send, and refuses what is sent."""
    address = f"/admin/actions/definitionversion/{definition.served_version_id}/change/"
    assert 'name="_save"' not in browser.get(address).content.decode()
    assert browser.post(address, {"text": greeting("bye")}).status_code == 403
    assert browser.get("/admin/actions/definitionversion/add/").status_code == 403


def test_who_may_only_look_sees_the_text(definition: Definition) -> None:
    """Staff with the action's right to read see the text, and no form; Django's own permissions give nothing."""
    definition.permission = bits(user=["read"])
    definition.save()
    client = staff()
    response = client.get(page(definition))
    assert "<textarea" not in response.content.decode()
    assert 'message: "hello"' in texts(response)
    assert client.post(page(definition), fields(greeting("bye"))).status_code == 403


@pytest.mark.parametrize(("rights", "listed"), [(["read"], True), (["peek", "execute"], False), (["update"], False)])
def test_staff_see_what_they_may_read(definition: Definition, rights: list[str], listed: bool) -> None:
    """The list asks each action; what may not be read is not there, and nobody but administrators adds any."""
    definition.permission = bits(user=rights)
    definition.save()
    client = staff()
    assert (client.get(page(definition)).status_code == 200) is listed
    assert (f"{definition.pk}/change/" in client.get(PAGES).content.decode()) is listed
    assert client.get("/admin/actions/definition/add/").status_code == 403


def test_staff_change_what_they_may_update(definition: Definition) -> None:
    """The right to update is the right to change the text, and to switch the action off."""
    definition.permission = bits(user=["read", "update"])
    definition.save()
    client, base = staff(), str(definition.served_version_id)
    sent = fields(greeting("bye"), base=base, permission="user: read, update")
    assert client.post(page(definition), sent).status_code == 302
    assert [number for number, _ in served()] == [2]
    client.post(PAGES, {"action": "disable", "_selected_action": [str(definition.pk)]})
    assert Definition.objects.get().enabled is False


def test_staff_cannot_switch_off_what_they_may_only_read(definition: Definition) -> None:
    """The actions of the list ask for each row."""
    (other,) = save_definition(greeting().replace("Name: ", "Name: other_", 1), "test.yaml")
    Definition.objects.filter(pk=definition.pk).update(permission=bits(user=["read"]))
    Definition.objects.filter(name=other.name).update(permission=bits(user=["read", "update"]))
    staff().post(PAGES, {"action": "disable", "_selected_action": [str(definition.pk)]})
    assert Definition.objects.get(pk=definition.pk).enabled is True


def staff() -> Client:
    """Return the browser of somebody who may enter the admin, and is no administrator."""
    viewer = UserAccount.objects.create_user("eve@example.org", "pw", name="Eve", is_staff=True)
    viewer.user_permissions.set(Permission.objects.all())
    client = Client()
    client.force_login(viewer)
    return client


def test_guests_and_accounts_stay_outside(definition: Definition) -> None:
    """The pages are for staff."""
    client = Client()
    assert client.get(PAGES).status_code == 302
    client.force_login(UserAccount.objects.create_user("ada@example.org", "pw", name="Ada"))
    assert client.post(page(definition), fields(greeting("bye"))).status_code == 302
    assert served() == [(1, greeting())]


def test_form_is_accessible(browser: Client, definition: Definition) -> None:
    """The text box has a label, and its errors are tied to it."""
    base = str(definition.served_version_id)
    body = browser.post(page(definition), fields(BROKEN, base=base)).content.decode()
    box = re.search(r"<textarea[^>]*>", body)
    assert box is not None
    assert re.search(r'<label[^>]* for="id_text"', body)
    assert 'aria-invalid="true"' in box[0]
    assert "id_text_error" in box[0] or "id_text_helptext" in box[0]
