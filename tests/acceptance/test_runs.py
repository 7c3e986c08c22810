"""What is kept of a run: one row with the effects, or after the rollback, and never a secret."""

from __future__ import annotations

import base64
import json

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions.loading import save_definition
from actions.models import Definition, OutgoingEffect, Run
from actions.runs import pruning
from entities.examples.models import Todo

ACTION = """
Name: keep
OnType: todo
Permission: {guest: [execute]}
Record: %s
BusinessKey: title
InFields:
  - {Name: title, ColumnType: label}
  - {Name: pin, ColumnType: label, Secret: yes, IsNullable: true}
OutFields:
  - {Type: todo, Method: POST, Reference: made, Attributes: {title: "~title"}}
  - Fail: {Status: 409, Code: taken, Message: "%s"}
    Condition: "!title === 'fail'"
  - {Type: said, Method: ACTIONRESPONSE, Attributes: {v: "$made.title"}}
"""
NOT_SECRET = "No $title."


@pytest.mark.parametrize(
    ("level", "succeeded", "failed", "traced"),
    [
        pytest.param("none", 0, 0, 0, id="none"),
        pytest.param("failures", 0, 1, 1, id="failures"),
        pytest.param("summary", 1, 1, 0, id="summary"),
        pytest.param("full", 1, 1, 2, id="full"),
        pytest.param("", 1, 1, 0, id="not-said"),
    ],
)
def test_the_author_says_which_runs_are_kept(define, post, level, succeeded, failed, traced):
    """One row for each run that is to be kept, and a trace only where one was asked for."""
    define(ACTION % (level or "null", NOT_SECRET))
    assert post("todo/keep", {"title": "milk"}).status_code == 200
    assert post("todo/keep", {"title": "fail"}).status_code == 409
    assert Run.objects.filter(state="succeeded").count() == succeeded
    assert Run.objects.filter(state="failed").count() == failed
    assert Run.objects.exclude(trace="").count() == traced
    assert Todo.objects.count() == 1


def test_a_run_tells_who_did_what_when_and_how_it_ended(define, post, account):
    """Action, version, actor, business key, duration; of a failure its code, sentence, outcome and line."""
    define(ACTION % ("summary", NOT_SECRET))
    post("todo/keep", {"title": "milk"}, actor=account)
    post("todo/keep", {"title": "fail"})
    failed, succeeded = Run.objects.all()
    assert (succeeded.type_name, succeeded.name, succeeded.version) == ("todo", "keep", 1)
    assert succeeded.definition_id == Definition.objects.get().pk
    assert (succeeded.actor_kind, succeeded.actor_id, succeeded.business_key) == ("account", account.pk, "milk")
    assert 0 < succeeded.microseconds < 60_000_000
    assert (succeeded.failure_code, succeeded.failure_line) == ("", None)
    assert (failed.actor_kind, failed.actor_id, failed.business_key) == ("guest", None, "fail")
    assert (failed.failure_code, failed.failure_message) == ("taken", "No fail.")
    assert (failed.failure_outcome, failed.failure_pointer, failed.failure_line) == (1, "/OutFields/1", 12)


@pytest.mark.parametrize(
    ("path", "data", "status"),
    [
        pytest.param("todo/nothing", {}, 404, id="no-such-action"),
        pytest.param("todo/keep", {}, 422, id="inputs"),
        pytest.param("todo/0198a3c0-0000-7000-8000-000000000000/keep", {"title": "x"}, 404, id="no-such-instance"),
        pytest.param("todo/keep", "{", 400, id="unreadable"),
    ],
)
def test_a_refusal_is_no_run(define, post, path, data, status):
    """What was refused before anything ran leaves nothing."""
    define(ACTION % ("full", NOT_SECRET))
    assert post(path, data).status_code == status
    assert not Run.objects.exists()


def test_a_run_that_hits_a_fault_of_ours_is_a_failed_run(define, post, monkeypatch):
    """The row says no more than the answer does."""
    define(ACTION % ("summary", NOT_SECRET))
    monkeypatch.setattr("actions.operations.respond.check_directive", lambda *_: 1 / 0)
    assert post("todo/keep", {"title": "milk"}).status_code == 500
    run = Run.objects.get()
    assert (run.state, run.failure_code, run.failure_message) == ("failed", "internal_error", "")
    assert not Todo.objects.exists()


@pytest.mark.parametrize("message", ["$pin is wrong", "!pin.split('').reverse().join('')", "$attributes.pin"])
@pytest.mark.parametrize("level", ["summary", "full", "failures"])
def test_a_failure_that_tells_a_secret_is_kept_without_its_sentence(define, post, message, level):
    """The client who sent it is told; nobody who reads runs is, whatever the author made of it."""
    define(ACTION % (level, message))
    answer = post("todo/keep", {"title": "fail", "pin": "s3cr3t-pin"})
    assert answer.status_code == 409
    run = Run.objects.get()
    assert run.failure_message == "•••"
    for text in ("s3cr3t-pin", "nip-t3rc3s"):
        assert text not in run.trace


def test_a_signup_has_one_statement_more_at_most(examples, post):
    """The row travels with the others: on PostgreSQL in the same statement, elsewhere as one INSERT."""
    counts = {}
    for level in ("none", "summary"):
        definition = Definition.objects.get(name="signup")
        text = definition.served_version.text.split("\nRecord:")[0] + f"\nRecord: {level}\n"
        save_definition(text, "test.yaml")
        for number in range(2):
            body = {"name": "Ada", "email": f"{level}{number}@example.org", "password": "correct horse"}
            with CaptureQueriesContext(connection) as seen:
                assert post("user_account/signup", {**body, "passwordConfirm": "correct horse"}).status_code == 200
        counts[level] = len(seen)
    assert counts["summary"] - counts["none"] == (0 if connection.vendor == "postgresql" else 1)
    assert Run.objects.count() == 2


def test_the_trace_tells_of_every_outcome(define, post):
    """Index, condition, arguments, result, statements; what did not run says so."""
    define(ACTION % ("full", NOT_SECRET))
    post("todo/keep", {"title": "milk"})
    created, failed, said = json.loads(Run.objects.get().trace)
    assert (created["index"], created["operation"], created["reference"]) == (0, "entity.create", "made")
    assert created["performed"][0]["arguments"] == {"title": "milk"}
    assert created["performed"][0]["result"]["title"] == "milk"
    assert (created["statements"], created["line"], created["condition"]) == (1, 11, None)
    assert created["milliseconds"] > 0
    assert (failed["condition"], failed["ran"], failed["operation"]) == (False, False, "fail")
    assert said["performed"][0]["result"]["v"] == "milk"


NESTING = """
Name: outer
OnType: todo
Permission: {guest: [execute]}
Record: full
InFields: [{Name: list, ColumnType: json}]
OutFields:
  - Type: todo
    Method: POST
    ForEach: "~list"
    Reference: made
    Attributes: {title: "~item"}
  - Type: action.invoke
    Method: EXECUTE
    Condition: "!made.length > 1"
    Attributes: {type: todo, name: keep, attributes: {title: inner, pin: "1234-secret"}}
    Else:
      - {Type: said, Method: ACTIONRESPONSE, Attributes: {v: few}}
  - Type: todo
    Method: POST
    ContinueOnError: true
    Attributes: {title: "!undefined.x"}
"""


@pytest.mark.parametrize(("items", "nested"), [(["a", "b"], True), (["a"], False)])
def test_the_trace_has_loops_branches_and_nested_runs(define, post, items, nested):
    """Each performance of a loop, the branch that ran, the trace of an invoked action, what was undone."""
    define(ACTION % ("none", NOT_SECRET))
    define(NESTING)
    post("todo/outer", {"list": items})
    loop, branch, inner, undone = json.loads(Run.objects.get().trace)
    assert [item["arguments"] for item in loop["performed"]] == [{"title": title} for title in items]
    assert (branch["operation"], branch["condition"]) == ("branch", nested)
    assert inner["operation"] == ("action.invoke" if nested else "respond")
    assert ("runs" in inner) is nested
    if nested:
        assert inner["runs"][0][0]["performed"][0]["arguments"] == {"title": "inner"}
        assert "1234-secret" not in Run.objects.get().trace
    assert undone["failure"]["code"] == "script_failed"


def test_a_trace_is_bounded(define, post):
    """However much passes by, a row stays below 64 kB and says what it leaves out."""
    before, _, _ = NESTING.partition("  - Type: action.invoke")
    define(before + '  - {Type: x, Method: ACTIONRESPONSE, Attributes: {v: "~list"}}')
    assert post("todo/outer", {"list": [f"{number} {'é' * 90}" for number in range(900)]}).status_code == 200
    trace = Run.objects.get().trace
    assert len(trace) <= 64 * 1024
    loop, *_ = json.loads(trace)
    assert loop["times"] == 900
    assert len(loop["performed"]) <= 10


@pytest.mark.parametrize(
    "script",
    ["String.fromCharCode(0)", "String.fromCharCode(0xd800)", "'x'.repeat(20000)", "'<script>'", "1e400", "2 ** 70"],
)
@pytest.mark.parametrize("level", ["summary", "full"])
def test_whatever_an_author_makes_can_be_recorded(define, post, script, level):
    """A row never fails an action, nor hides a failure: it has nothing that a database refuses."""
    text = ACTION.replace('v: "$made.title"', f'v: "!({script})"')
    define(text % (level, f"!String({script})"))
    assert post("todo/keep", {"title": "fail"}).status_code == 409
    assert Run.objects.get().state == "failed"
    answer = post("todo/keep", {"title": "milk"})
    assert Run.objects.count() == 2
    assert Run.objects.filter(state="succeeded").exists() is (answer.status_code == 200)


SECRET = "C4n4ry-pa55word"


def marked(name: str, **more: str) -> dict[str, str]:
    """Return the inputs of a sign-up whose password is the canary."""
    account = {"name": name, "email": f"{name}@example.org", "password": SECRET}
    return {**account, "passwordConfirm": SECRET, **more}


def test_no_secret_is_readable_in_any_row(examples, post, account, caplog):
    """Every shipped action that takes or makes a secret, fully traced: passwords, codes, tokens, links are nowhere."""
    for definition in Definition.objects.select_related("served_version"):
        save_definition(f"{definition.served_version.text}\nRecord: full\n", "test.yaml")
    account.set_password(SECRET)
    account.save()
    answers = [
        post("user_account/signup", marked("one")),
        post("user_account/signup-private", marked("two")),
        post("project/onboarding", {**marked("three"), "todos": ["a"], "passwordConfirm": None} | {"project": "P"}),
        post("user_account/signin", {"email": account.email, "password": SECRET}),
        post("user_account/request-password-reset", {"email": account.email}),
        post("user_account/request-email-confirmation", actor=account),
        post("user_account/enroll-second-factor", {"password": SECRET}, actor=account),
        post("user_account/confirm-second-factor", {"code": "C4n4ry-c0de"}, actor=account),
        post("user_account/reset-password", {"token": "C4n4ry-t0ken", **marked("x")}),
        post("user_account/confirm-email", {"token": "C4n4ry-t0ken"}),
        post(
            "user_account/change-password",
            {"currentPassword": SECRET, "password": SECRET + "2", "passwordConfirm": SECRET + "2"},
            actor=account,
        ),
    ]
    assert Run.objects.count() >= len(answers) - 2  # refused inputs are no run
    secrets = {SECRET, "C4n4ry", *made_secrets(answers), *mailed_tokens()}
    assert len(secrets) > 12
    rows = every_row()
    found = {secret for secret in secrets if any(secret in row for row in rows) or secret in caplog.text}
    assert found == set()


def made_secrets(answers) -> set[str]:
    """Return the tokens and the second factor that clients were given."""
    made = set()
    for answer in answers:
        for entry in answer.json():
            attributes = entry["Attributes"]
            if entry["ResponseType"] == "client.store.set":
                made.add(attributes["value"])
            made |= {attributes["secret"], *attributes["recovery_codes"]} if "recovery_codes" in attributes else set()
    return made


def mailed_tokens() -> set[str]:
    """Return the tokens in the mails that wait."""
    bodies = [json.loads(effect.payload)["body"] for effect in OutgoingEffect.objects.all()]
    tokens = {body.split("#token=")[1].split()[0] for body in bodies if "#token=" in body}
    assert tokens
    return tokens


def every_row() -> list[str]:
    """Return every row of every table as text; the links are kept as digests, the mails encrypted."""
    texts = []
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")
            for row in cursor.fetchall():
                texts += [_text(value) for value in row]
    return texts


def _text(value) -> str:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    return str(value)


def test_old_runs_are_removed(define, post, monkeypatch, settings):
    """A process that records prunes now and then, so the table does not grow without end."""
    define(ACTION % ("summary", NOT_SECRET))
    monkeypatch.setattr(pruning, "TURN", 1)
    settings.ACTIONS = {**settings.ACTIONS, "RUNS": {"KEEP": 3}}
    for number in range(6):
        post("todo/keep", {"title": str(number)})
    assert [run.business_key for run in Run.objects.all()] == ["5", "4", "3"]
