"""The admin pages of runs, the chart, and the page on which an action is tried."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from actions.admin.activity import draw
from actions.loading import save_definition
from actions.models import Definition, OutgoingEffect, Run
from actions.secrets.changing import Content, set_secret
from entities.examples.models import Todo
from entities.identifiers import uuid7
from entities.models import UserAccount

pytestmark = pytest.mark.django_db

MARKUP = "<img src=x onerror=alert(1)>"
ACTION = """
Name: keep
OnType: todo
Permission: {guest: [execute]}
Record: full
BusinessKey: title
InFields:
  - {Name: title, ColumnType: label}
  - {Name: pin, ColumnType: label, Secret: true, DefaultValue: 0000-pin}
OutFields:
  - {Type: todo, Method: POST, Reference: made, Attributes: {title: "~title"}}
  - Fail: {Status: 409, Code: taken, Message: "No $title."}
    Condition: "!title.startsWith('fail')"
  - {Type: said, Method: ACTIONRESPONSE, Attributes: {pin: "~pin", by: "$user.email"}}
"""
RUNS = "/admin/actions/run/"
LIST = "/admin/actions/definition/"


@pytest.fixture
def root() -> UserAccount:
    """The administrator."""
    return UserAccount.objects.create_superuser("root@example.org", "pw", name="Root")


@pytest.fixture
def staff() -> UserAccount:
    """Somebody who may use the admin, and nothing else."""
    account = UserAccount.objects.create_user("staff@example.org", "pw", name="Staff")
    account.is_staff = True
    account.save()
    return account


def browser(account: UserAccount) -> Client:
    """Return the browser of somebody who is signed in."""
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def definition() -> Definition:
    """The action of these tests."""
    save_definition(ACTION, "admin")
    return Definition.objects.get()


def execute(title: str) -> None:
    """Run it as a guest."""
    Client().post("/action/todo/keep", json.dumps({"title": title, "pin": "s3cr3t"}), content_type="application/json")


def listed(client: Client, query: str = "") -> list[str]:
    """Return the business keys of the runs in the list."""
    page = client.get(f"{RUNS}?{query}").content.decode()
    return re.findall(r'field-business_key">([^<]*)<', page)


def test_runs_are_listed_and_found(root, definition):
    """By action, state, time, actor and business key."""
    for title in ("milk", "fail", "eggs"):
        execute(title)
    Run.objects.filter(business_key="eggs").update(actor_id=root.pk, actor_kind="account", subject_id="a-row")
    client = browser(root)
    assert listed(client) == ["eggs", "fail", "milk"]
    for query, found in {
        f"action={definition.pk}": ["eggs", "fail", "milk"],
        f"action={uuid4()}": [],
        "action=nonsense": [],
        "state__exact=failed": ["fail"],
        "actor_kind__exact=guest": ["fail", "milk"],
        "q=milk": ["milk"],
        "q=root@example.org": ["eggs"],
        "q=a-row": ["eggs"],
        "q=nobody@example.org": [],
        "q=%00": ["eggs", "fail", "milk"],
    }.items():
        assert listed(client, query) == found, query


def test_the_page_of_a_run_shows_its_trace_as_a_table(root, definition):
    """Everything in cells with headers; the line that failed; no secret, and markup as text."""
    execute(f"fail {MARKUP}")
    page = browser(root).get(f"{RUNS}{Run.objects.get().pk}/change/").content.decode()
    assert '<th scope="col">Condition</th>' in page
    assert "<caption>" in page
    assert "entity.create" in page
    assert "&lt;img src=x" in page
    assert MARKUP not in page
    assert "12 |   - Fail: {Status: 409" in page
    assert "s3cr3t" not in page
    assert "style=" not in page.split('<div id="content"')[1].split("<script")[0]


def test_runs_are_never_changed(root, definition):
    """Nobody adds, changes or deletes one, not even an administrator by hand."""
    execute("milk")
    run, client = Run.objects.get(), browser(root)
    assert client.post(f"{RUNS}{run.pk}/change/", {"state": "failed"}).status_code == 403
    assert client.post(f"{RUNS}{run.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"{RUNS}add/", {}).status_code == 403
    client.post(RUNS, {"action": "delete_selected", "_selected_action": [str(run.pk)], "post": "yes"})
    assert Run.objects.get().state == "succeeded"


@pytest.mark.parametrize(
    ("permission", "seen"),
    [
        pytest.param("{guest: [execute]}", False, id="not-granted"),
        pytest.param("null", False, id="nothing-said"),
        pytest.param("{guest: [execute], user: [read]}", True, id="granted"),
    ],
)
def test_staff_see_the_runs_of_actions_that_they_may_read(staff, permission, seen):
    """Runs, traces and the page to try it are for the same people."""
    save_definition(ACTION.replace("{guest: [execute]}", permission), "admin")
    definition = Definition.objects.get()
    facts = {"definition_id": definition.pk, "type_name": "todo", "name": "keep", "version": 1, "microseconds": 1}
    Run.objects.create(**facts, actor_kind="guest", started_at=timezone.now(), state="succeeded", business_key="milk")
    client = browser(staff)
    assert client.get(RUNS).status_code == (200 if seen else 403)
    assert listed(client) == (["milk"] if seen else [])
    assert client.get(f"{RUNS}{Run.objects.get().pk}/change/").status_code == (200 if seen else 403)
    assert client.get(f"{LIST}{definition.pk}/try/").status_code == (200 if seen else 403)


def test_runs_of_other_actions_stay_hidden(staff, definition):
    """Who may read one action sees no other's."""
    execute("hidden")
    save_definition(
        ACTION.replace("Name: keep", "Name: open", 1).replace("[execute]}", "[execute], user: [read]}"), "x"
    )
    Client().post("/action/todo/open", json.dumps({"title": "open"}), content_type="application/json")
    client = browser(staff)
    assert listed(client) == ["open"]
    hidden = Run.objects.get(business_key="hidden")
    assert client.get(f"{RUNS}{hidden.pk}/change/").status_code in (302, 403, 404)
    assert listed(client, f"action={definition.pk}") == []


def test_the_list_of_definitions_shows_the_last_day(root, definition):
    """Runs and failures, as an image with a text that leads to them; an hour that is gone is gone."""
    for title in ("milk", "fail", "fail"):
        execute(title)
    old = Run.objects.last()
    Run.objects.filter(pk=old.pk).update(started_at=timezone.now() - timedelta(hours=25))
    page = browser(root).get(LIST).content.decode()
    assert 'role="img" aria-label="2 run(s), 2 failed"' in page
    assert f'href="{RUNS}?action={definition.pk}"' in page
    assert page.count('<rect class="failed"') == 1


def test_the_chart_stacks_failures_below_successes():
    """The busiest hour is as high as the image."""
    now = timezone.localtime().replace(minute=0, second=0, microsecond=0)
    before = now - timedelta(hours=1)
    drawn = draw({(now, "succeeded"): 3, (now, "failed"): 1, (before, "succeeded"): 2}, now)
    assert re.findall(r'class="(\w+)" x="(\d+)" y="([\d.]+)" width="3" height="([\d.]+)"', drawn) == [
        ("succeeded", "88", "12.0", "12.0"),
        ("failed", "92", "18.0", "6.0"),
        ("succeeded", "92", "0.0", "18.0"),
    ]


def attempt(client: Client, definition: Definition, sent: object, **more: str):
    """Fill the form of the page in and send it."""
    text = sent if isinstance(sent, str) else json.dumps(sent)
    return client.post(f"{LIST}{definition.pk}/try/", {"sent": text, **more})


def test_an_action_is_tried_and_nothing_stays(root, definition):
    """As a guest or as somebody: the trace and the answer, without what is secret."""
    client = browser(root)
    first = client.get(f"{LIST}{definition.pk}/try/").content.decode()
    assert "&quot;title&quot;: null" in first
    assert "0000-pin" not in first
    assert f"{LIST}{definition.pk}/try/" in client.get(f"{LIST}{definition.pk}/change/").content.decode()
    for email in ("", root.email):
        page = attempt(client, definition, {"title": MARKUP, "pin": "s3cr3t"}, email=email).content.decode()
        assert "It succeeds" in page
        assert MARKUP not in page
        assert "s3cr3t" not in page
        assert "•••" in page
        assert ("root@example.org&quot;" in page) is bool(email)
    assert not Todo.objects.exists()
    assert not Run.objects.exists()
    assert not OutgoingEffect.objects.exists()


@pytest.mark.parametrize(
    ("sent", "more", "said"),
    [
        pytest.param({"title": "fail"}, {}, "It fails: 409 taken", id="fails"),
        pytest.param({}, {}, "Refused before anything ran: 422 invalid_input", id="inputs"),
        pytest.param({"title": "x"}, {"instance": "nonsense"}, "Refused before anything ran: 404", id="instance"),
        pytest.param("[1]", {}, "The inputs are a JSON object.", id="list"),
        pytest.param("{", {}, "errorlist", id="no-json"),
        pytest.param({"title": "x"}, {"email": "nobody@example.org"}, "no active account", id="nobody"),
        pytest.param({"title": "x"}, {"email": "a" * 300}, "at most 254", id="too-long"),
    ],
)
def test_what_goes_wrong_is_said(root, definition, sent, more, said):
    """A failure with its trace, a refusal with its errors, a mistake at its field."""
    answer = attempt(browser(root), definition, sent, **more)
    assert answer.status_code == 200
    assert said in answer.content.decode()


def test_staff_act_as_themselves_or_as_guests(root, staff):
    """Nobody borrows somebody else's rights."""
    save_definition(ACTION.replace("[execute]}", "[execute], user: [read]}"), "admin")
    client, definition = browser(staff), Definition.objects.get()
    assert "It succeeds" in attempt(client, definition, {"title": "x"}, email=staff.email).content.decode()
    assert "It succeeds" in attempt(client, definition, {"title": "x"}).content.decode()
    refused = attempt(client, definition, {"title": "x"}, email=root.email).content.decode()
    assert "that you may act as" in refused
    assert "It succeeds" not in refused


def test_what_is_not_served_cannot_be_tried(root, definition):
    """Nor what does not exist."""
    Definition.objects.update(enabled=False)
    client = browser(root)
    assert client.get(f"{LIST}{definition.pk}/try/").status_code == 404
    assert client.get(f"{LIST}{uuid7()}/try/").status_code == 404


def test_a_receiver_is_tried_by_a_signed_request(root):
    """Nobody executes it, so the page says who does, and how to send it one."""
    set_secret("hook", Content.of_text("whsec_1"))
    receiver = ACTION.replace("Permission: {guest: [execute]}", "Webhook: {Verify: stripe, Secret: hook}")
    save_definition(receiver, "admin")
    client, definition = browser(root), Definition.objects.get()
    page = client.get(f"{LIST}{definition.pk}/change/").content.decode()
    assert "manage.py sign_webhook stripe FILE --secret hook --curl --url URL" in page
    assert f"{LIST}{definition.pk}/try/" not in page
    assert "its sender only" in page
    assert client.get(f"{LIST}{definition.pk}/try/").status_code == 404


def test_trying_needs_a_form_of_this_site(root, definition):
    """Another site cannot make an administrator's browser do it."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(root)
    assert attempt(client, definition, {"title": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        pytest.param("{Status: 200}", ["1 example(s) passed."], id="passes"),
        pytest.param(
            "{Status: 201}",
            [
                "The example &#x27;one&#x27; is not as expected: the status is 200, not 201.",
                "1 of 1 example(s) failed, in this database as it is now.",
            ],
            id="fails",
        ),
    ],
)
def test_saving_a_definition_runs_its_examples(root, definition, expected, said):
    """Their author is told; the definition is saved all the same, and nothing of them stays."""
    example = f"Examples:\n  - Name: one\n    Inputs: {{title: Tea}}\n    Expect: {expected}\n"
    form = {"text": ACTION + example, "note": "", "base": str(definition.served_version_id), "permission": ""}
    inline = {"versions-TOTAL_FORMS": "0", "versions-INITIAL_FORMS": "0"}
    page = browser(root).post(f"{LIST}{definition.pk}/change/", {**form, **inline, "enabled": "on"}, follow=True)
    assert page.status_code == 200
    for sentence in said:
        assert sentence in page.content.decode()
    definition.refresh_from_db()
    assert definition.served_version.number == 2
    assert not Todo.objects.exists()
