"""What the editor asks of the server: problems of a text, and the words that it completes."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from actions.admin.editing import MOST_BYTES
from actions.admin.vocabulary import vocabulary
from actions.expressions.scope import BUILT_IN
from actions.loading import save_definition
from actions.models import CatalogGeneration, Definition, DefinitionVersion
from entities.models import UserAccount
from entities.permissions import bits
from tests.actions.documents import BROKEN, calling, greeting

pytestmark = pytest.mark.django_db

CHECK = "/admin/actions/definition/check/"
WORDS = "/admin/actions/definition/vocabulary/"


def browser_of(**rights: Any) -> Client:
    """Return the browser of somebody with every permission that Django knows, and these rights of an account."""
    account = UserAccount.objects.create_user("eve@example.org", "pw", name="Eve", **rights)
    account.user_permissions.set(Permission.objects.all())
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def browser() -> Client:
    """The administrator's browser."""
    return browser_of(is_staff=True, is_superuser=True)


def problems(client: Client, text: str, definition: object = "") -> list[dict[str, Any]]:
    """Return what is wrong with a text."""
    answer = client.post(CHECK, {"text": text, "definition": str(definition)})
    assert answer.status_code == 200
    return list(answer.json()["problems"])


def test_problems_are_those_of_saving(browser: Client) -> None:
    """Code, place, sentence and hint of each, as the form says them; files and excerpts stay out."""
    found = problems(browser, BROKEN.replace("Method:", "Metod:"))
    assert found[1] == {
        "code": "ACT151",
        "severity": "error",
        "line": 5,
        "column": 5,
        "pointer": "/OutFields/0/Metod",
        "message": "Unknown key 'Metod'.",
        "hint": "Did you mean 'Method'?",
    }
    places = [(problem["code"], problem["line"], problem["column"]) for problem in found]
    assert places == [("ACT153", 4, 5), ("ACT151", 5, 5), ("ACT204", 6, 42)]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        pytest.param(greeting(), [], id="whole"),
        pytest.param(greeting().replace("\n", "\r\n"), [], id="lines-of-forms"),
        pytest.param(greeting().replace("Label", "InstanceOptional: true\nLabel").replace('"hello"', '"$.name"'),
                     [("ACT281", "warning")], id="warning"),
        pytest.param(calling("greet", "greet"), [("ACT222", "error")], id="cycle"),
        pytest.param("", [("ACT170", "error")], id="nothing"),
        pytest.param("Name: \x00", [("ACT103", "error")], id="control-character"),
        pytest.param("x" * 300_000, [("ACT101", "error")], id="too-long"),
    ],
)  # fmt: skip
def test_asking_saves_nothing(browser: Client, text: str, codes: list[tuple[str, str]]) -> None:
    """Whatever is asked: the answer has every problem, and the database is as it was."""
    before = CatalogGeneration.current()
    assert [(problem["code"], problem["severity"]) for problem in problems(browser, text)] == codes
    assert (Definition.objects.count(), DefinitionVersion.objects.count()) == (0, 0)
    assert CatalogGeneration.current() == before


def test_the_text_of_another_action_is_a_problem_of_this_one(browser: Client) -> None:
    """What saving would refuse because of the definition that is edited; an id of nothing is a new definition."""
    save_definition(greeting(), "admin")
    definition = Definition.objects.get()
    assert problems(browser, greeting(), definition.pk) == []
    (problem,) = problems(browser, greeting(name="meet"), definition.pk)
    assert problem["message"].startswith("The text is the action 'usergroup.meet'. Keep the OnType and the Name")
    assert problem["line"] == 1
    assert problems(browser, greeting(name="meet"), "nonsense") == []
    (taken,) = problems(browser, greeting("bye"))
    assert taken["message"] == "'usergroup.greet' exists already. Edit that definition; its last version is 1."
    Definition.objects.update(permission=bits(user=["update"]))
    UserAccount.objects.update(is_superuser=False)
    assert problems(browser, greeting("bye")) == []  # nobody else learns what there is


def test_too_much_is_not_read(browser: Client) -> None:
    """A body beyond the bound is refused before it is compiled."""
    answer = browser.post(CHECK, {"text": "x" * MOST_BYTES}, headers={"accept": "application/json"})
    assert answer.status_code == 413


def test_needs_a_page_of_this_site() -> None:
    """Another site's page cannot ask with the administrator's cookie."""
    account = UserAccount.objects.create_superuser("root@example.org", "pw", name="Root")
    client = Client(enforce_csrf_checks=True)
    client.force_login(account)
    assert client.post(CHECK, {"text": greeting()}).status_code == 403


@pytest.mark.parametrize("address", [CHECK, WORDS])
def test_is_for_those_who_may_change_an_action(address: str) -> None:
    """Guests and accounts stay outside, staff who may change nothing are refused, the right to update lets in."""
    assert Client().post(address).status_code == 302
    client = browser_of(is_staff=True)
    send = client.post if address == CHECK else client.get
    assert send(address).status_code == 403
    save_definition(greeting(), "admin")
    definition = Definition.objects.get()
    definition.permission = bits(user=["read", "update"])
    definition.save()
    assert send(address).status_code == 200
    UserAccount.objects.update(is_staff=False)
    assert send(address).status_code == 302


def test_only_the_method_that_is_meant(browser: Client) -> None:
    """A link cannot make the server compile."""
    assert browser.get(CHECK).status_code == 405
    assert browser.post(WORDS).status_code == 405


def test_vocabulary_knows_this_installation(browser: Client) -> None:
    """The schema, entities with their columns, a sentence for every operation, and the names of expressions."""
    words = browser.get(WORDS).json()
    assert words == vocabulary()
    assert words["schema"]["title"] == "Action"
    assert words["entities"]["todo"]["columns"]["title"] == {"about": "label, required", "read": True, "write": True}
    assert words["entities"]["user_account"]["columns"]["password"]["read"] is False
    assert words["about"]["mail.send"].startswith("Send a mail once everything is committed")
    assert words["names"].keys() == {*BUILT_IN, "event", "delivery"}
    assert words["names"]["delivery"]["with"] == "Webhook"
    assert "password" not in words["names"]["user"]["members"]
    assert all(about for about in words["about"].values())
