"""``?dry_run=true``: what would happen, for those who may see it, and nothing left behind."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions.models import OutgoingEffect, Run, StoredAnswer
from actions.outbox import background
from entities.examples.models import Todo
from entities.models import UserAccount, UserGroup
from tests.acceptance.conftest import failure

ACTION = """
Name: keep
OnType: todo
Permission: %s
Record: full
InFields:
  - {Name: title, ColumnType: label}
  - {Name: pin, ColumnType: label, Secret: true, DefaultValue: 0000-pin}
OutFields:
  - {Type: todo, Method: POST, Reference: made, Attributes: {title: "~title"}}
  - Type: mail.send
    Method: EXECUTE
    SkipInResponse: true
    Attributes: {to: "ada@example.org", subject: "New: $title", body: "Your PIN is $pin."}
  - Fail: {Status: 409, Code: taken, Message: "No $title. $pin"}
    Condition: "!title === 'fail'"
  - {Type: said, Method: ACTIONRESPONSE, Attributes: {title: "$made.title", pin: "$pin"}}
"""
GUESTS = "{guest: [execute]}"
READERS = "{user: [read, execute]}"


def test_a_dry_run_answers_what_would_happen(define, post, administrator, monkeypatch):
    """Entries and trace; the mail as it would have been sent; the secret is in neither."""
    define(ACTION % GUESTS)
    monkeypatch.setattr(background, "wake", lambda *_: pytest.fail("A mail leaves."))
    answer = post("todo/keep?dry_run=true", {"title": "milk", "pin": "s3cr3t"}, actor=administrator)
    assert answer.status_code == 200, answer.content
    body = answer.json()
    row, said = body["entries"]
    assert (row["ResponseType"], row["Attributes"]["title"]) == ("todo", "milk")
    assert said["Attributes"] == {"title": "milk", "pin": "•••", "__type": "said"}
    mail = body["trace"][1]
    assert mail["external"] is True
    assert mail["performed"][0]["arguments"] == {"to": "ada@example.org", "subject": "New: milk", "body": "•••"}
    assert "s3cr3t" not in answer.content.decode()
    assert body["milliseconds"] > 0


@pytest.mark.parametrize("title", ["milk", "fail"])
def test_a_dry_run_leaves_nothing_behind(define, post, administrator, title):
    """No row, no mail, no run, no answer under its key: whatever became of it."""
    define(ACTION % GUESTS)
    key = {"Idempotency-Key": "one"}
    for _ in range(2):
        answer = post("todo/keep?dry_run=true", {"title": title}, actor=administrator, **key)
        assert answer.status_code == (409 if title == "fail" else 200)
        assert "Idempotency-Replayed" not in answer.headers
    for model in (Todo, OutgoingEffect, Run, StoredAnswer):
        assert not model.objects.exists()
    assert not connection.in_atomic_block


def test_a_dry_run_that_fails_has_the_trace_up_to_there(define, post, administrator):
    """The status and the failure of the run itself, and where it happened."""
    define(ACTION % GUESTS)
    answer = post("todo/keep?dry_run=true", {"title": "fail", "pin": "s3cr3t"}, actor=administrator)
    assert answer.status_code == 409
    body = answer.json()
    assert body["entries"][0]["Attributes"]["code"] == "taken"
    assert body["entries"][0]["Attributes"]["message"] == "•••"
    assert body["trace"][2]["failure"] == {"code": "taken", "message": "•••"}
    assert len(body["trace"]) == 3


@pytest.mark.parametrize(
    ("permission", "who", "status"),
    [
        pytest.param(GUESTS, None, 403, id="guest"),
        pytest.param("0", "account", 404, id="account-without-execute"),
        pytest.param("{guest: [execute], user: [execute]}", "account", 403, id="account"),
        pytest.param(READERS, "account", 200, id="reader"),
        pytest.param(READERS, None, 401, id="guest-without-execute"),
        pytest.param("null", "account", 403, id="nothing-said"),
        pytest.param("0", "administrator", 200, id="administrator"),
    ],
)
def test_only_those_who_may_see_traces_run_dry(define, post, request, permission, who, status):
    """What passes through an action is not everybody's who may execute it."""
    define(ACTION % permission)
    actor = request.getfixturevalue(who) if who else None
    answer = post("todo/keep?dry_run=true", {"title": "milk"}, actor=actor)
    assert answer.status_code == status, answer.content
    assert not Todo.objects.exists()


@pytest.mark.parametrize(
    ("query", "status", "kept"),
    [
        pytest.param("dry_run=1", 200, 0, id="one"),
        pytest.param("dry_run=TRUE", 200, 0, id="capitals"),
        pytest.param("dry_run=false", 200, 1, id="false"),
        pytest.param("dry_run=0", 200, 1, id="zero"),
        pytest.param("dry_run=maybe", 400, 0, id="neither"),
        pytest.param("dry_run=", 400, 0, id="empty"),
        pytest.param("dry_run=%00", 400, 0, id="nul"),
        pytest.param("dryrun=true", 422, 0, id="typing-error"),
    ],
)
def test_dry_run_is_true_or_false(define, post, administrator, query, status, kept):
    """Nobody runs for real what they wanted to try."""
    define(ACTION % GUESTS)
    assert post(f"todo/keep?{query}", {"title": "milk"}, actor=administrator).status_code == status
    assert Todo.objects.count() == kept


def test_dry_run_in_the_body_is_an_input_like_any_other(define, post, administrator):
    """It is refused where it is not declared, and wins where it is."""
    define(ACTION % GUESTS)
    answer = post("todo/keep", {"title": "milk", "dry_run": True}, actor=administrator)
    assert failure(answer)["errors"][0]["field"] == "dry_run"
    define(ACTION.replace("InFields:", "InFields:\n  - {Name: dry_run, IsNullable: true}") % GUESTS)
    assert post("todo/keep?dry_run=true", {"title": "milk"}, actor=administrator).status_code == 200
    assert Todo.objects.count() == 1


def test_inputs_that_are_refused_are_refused(define, post, administrator):
    """The same answer as without: nothing ran."""
    define(ACTION % GUESTS)
    answer = post("todo/keep?dry_run=true", {}, actor=administrator)
    assert (answer.status_code, failure(answer)["code"]) == (422, "invalid_input")


def test_a_signup_can_be_tried_again_and_again(examples, post, administrator):
    """A unique row is not taken by a dry run; a token that was made is not shown."""
    body = {"name": "Ada", "email": "ada@example.org", "password": "correct horse", "passwordConfirm": "correct horse"}
    for _ in range(2):
        answer = post("user_account/signup?dry_run=true", body, actor=administrator)
        assert answer.status_code == 200
        assert "correct horse" not in answer.content.decode()
    assert not UserGroup.objects.filter(name__contains="Ada").exists()
    sent = {"email": administrator.email, "password": "correct horse"}
    answer = post("user_account/signin?dry_run=true", sent, actor=administrator)
    assert answer.json()["entries"][0]["Attributes"]["value"] == "•••"
    assert UserAccount.objects.count() == 1


def test_statements_are_counted_by_outcome(define, post, administrator):
    """Each outcome has those that it caused, also where they would travel together."""
    define(ACTION % GUESTS)
    with CaptureQueriesContext(connection) as seen:
        answer = post("todo/keep?dry_run=true", {"title": "milk"}, actor=administrator)
    counted = [item["statements"] for item in json.loads(answer.content)["trace"]]
    assert counted == [1, 1, 0, 0]
    assert sum("INSERT" in query["sql"] for query in seen.captured_queries) == 2
