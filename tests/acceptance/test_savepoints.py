"""`$transaction`: what was written since a savepoint is undone, and the action stays all or nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail

from actions.models import OutgoingEffect
from actions.outbox.sending import send_due
from entities.examples.models import Todo
from tests.acceptance.conftest import failure

HEAD = "Name: {}\nOnType: todo\nPermission: {{guest: [execute]}}\nOutFields:\n"


def action(*outcomes: str, name: str = "act") -> str:
    """Return an action with these outcomes; a word alone is an action of `$transaction`, or the title of a new todo."""
    return HEAD.format(name) + "".join(f"  - {_outcome(item)}\n" for item in outcomes)


def _outcome(text: str) -> str:
    word, _, more = text.partition(" ")
    if word in ("begin", "commit", "rollback"):
        return f"{{Type: $transaction, Method: EXECUTE, Attributes: {{action: {word}}}{', ' if more else ''}{more}}}"
    if text.isalnum():
        return f"{{Type: todo, Method: POST, Reference: {text}, SkipInResponse: true, Attributes: {{title: {text}}}}}"
    return f"{{{text}}}"


def titles() -> str:
    """Return the titles of all todos."""
    return "".join(sorted(Todo.objects.values_list("title", flat=True)))


MAIL = "Type: mail.send, Method: EXECUTE, SkipInResponse: true, Attributes: {to: a@example.org, subject: S, body: b}"
FAIL = "Type: todo, Method: POST, ContinueOnError: true, SkipInResponse: true, Attributes: {title: \"!''\"}"


@pytest.mark.parametrize(
    ("outcomes", "left"),
    [
        pytest.param(("a", "begin", "b", "rollback", "c"), "ac", id="undone"),
        pytest.param(("a", "begin", "b", "commit", "c"), "abc", id="kept"),
        pytest.param(("a", "begin", "b"), "ab", id="left open"),
        pytest.param(("begin", "a", "begin", "b", "rollback", "c", "commit"), "ac", id="inner undone"),
        pytest.param(("begin", "a", "begin", "b", "commit", "c", "rollback", "d"), "d", id="outer undone"),
        pytest.param(("begin", "a", "begin", "b", "rollback", "rollback", "c"), "c", id="both undone"),
        pytest.param(("begin", "a", "rollback", "begin", "b", "commit"), "b", id="one after the other"),
        pytest.param(("a", "begin", FAIL, "b", "rollback"), "a", id="around a failure that may be"),
        pytest.param(("begin", "a", "Return: true"), "a", id="returned"),
        pytest.param(("begin", "rollback"), "", id="nothing"),
    ],
)
def test_what_is_undone_and_what_is_kept(define, post, outcomes, left):
    """Rows that waited to be written too."""
    define(action(*outcomes))
    assert post("todo/act").status_code == 200
    assert titles() == left


def test_what_waits_for_the_commit_is_undone(define, post):
    """A mail of the part that was undone is never sent, and has no row."""
    define(action(MAIL, "begin", MAIL.replace("S,", "Undone,"), "rollback", MAIL.replace("S,", "After,")))
    assert post("todo/act").status_code == 200
    assert OutgoingEffect.objects.count() == 2
    send_due()
    assert sorted(message.subject for message in mail.outbox) == ["After", "S"]


def test_references_and_the_answer_keep_what_they_have(define, post):
    """Only what is stored is undone; a row that is gone can be read about, and not be referred to."""
    show = "Type: said, Method: ACTIONRESPONSE, Attributes: {title: $a.title}"
    define(action("begin", "a", "rollback", show))
    assert post("todo/act").json() == [{"ResponseType": "said", "Attributes": {"title": "a", "__type": "said"}}]
    assert titles() == ""
    gone = "Type: todo, Method: PATCH, Attributes: {reference_id: $a.reference_id, title: b}"
    define(action("begin", "a", "rollback", gone))
    assert failure(post("todo/act"))["code"] == "not_found"


def test_a_row_that_was_undone_is_not_referred_to(define, post):
    """The unit forgets the keys of rows that are gone."""
    made = "Type: project, Method: POST, Reference: p, SkipInResponse: true, Attributes: {name: x}"
    refers = "Type: todo, Method: POST, Attributes: {title: a, project_id: $p.reference_id}"
    define(action("begin", made, "rollback", refers))
    said = failure(post("todo/act"))
    assert (said["code"], said["outcome"]["index"]) == ("invalid_outcome", 3)


@pytest.mark.parametrize(
    ("attribute", "code", "message"),
    [
        ("!'rollback'", "no_savepoint", "There is no savepoint for this 'rollback'."),
        ("!'commit'", "no_savepoint", "There is no savepoint for this 'commit'."),
        ("!'query'", "invalid_outcome", "'action' is one of begin, commit, rollback."),
        ("![]", "invalid_outcome", "'action' must be a text, not a list."),
    ],
)
def test_what_cannot_be_done_fails_the_action(define, post, attribute, code, message):
    """Nothing was written."""
    define(action("a", f'Type: $transaction, Method: EXECUTE, Attributes: {{action: "{attribute}"}}'))
    said = failure(post("todo/act"))
    assert (said["code"], said["message"], said["outcome"]["index"]) == (code, message, 1)
    assert titles() == ""


def test_an_invoked_action_cannot_reach_the_savepoint_of_its_caller(define, post):
    """Nor does one that it begins outlive it."""
    computed = "Type: $transaction, Method: EXECUTE, Attributes: {action: \"!'rollback'\"}"
    invoke = "Type: action.invoke, Method: EXECUTE, Attributes: {type: todo, name: inner}"
    define(action("b", computed, name="inner"))
    define(action("begin", "a", invoke))
    assert failure(post("todo/act"))["code"] == "no_savepoint"
    assert titles() == ""
    define(action("begin", "b", name="inner"))
    define(action("begin", "a", "begin", invoke, "rollback", "c"))
    assert post("todo/act").status_code == 200
    assert titles() == "ac"
    define(action("a", invoke, computed))
    assert failure(post("todo/act"))["code"] == "no_savepoint"


def test_a_failing_invoked_action_takes_its_savepoints_with_it(define, post):
    """Where its caller may go on, with those of its own."""
    define(action("begin", "b", "begin", "c", "Fail: {Status: 409}", name="inner"))
    invoke = "Type: action.invoke, Method: EXECUTE, ContinueOnError: true, Attributes: {type: todo, name: inner}"
    define(action("a", "begin", "d", invoke, "e", "rollback", "f"))
    assert post("todo/act").status_code == 200
    assert titles() == "af"


def test_savepoints_are_bounded(define, post):
    """A hundred at once, however they are begun."""
    loop = 'Type: $transaction, Method: EXECUTE, Attributes: {action: begin}, ForEach: "!Array(%d).fill(0)"'
    define(action("a", loop % 100, "b", "rollback"))
    assert post("todo/act").status_code == 200
    assert titles() == "a"
    define(action("c", loop % 101))
    assert failure(post("todo/act"))["message"] == "At most 100 savepoints are open at once."
    assert titles() == "a"


def test_a_failure_later_undoes_everything(define, post):
    """Also what a `commit` kept: it commits nothing."""
    define(action("a", "begin", "b", "commit", "begin", "c", "Fail: {Status: 409}"))
    assert post("todo/act").status_code == 409
    assert titles() == ""


def test_a_dry_run_leaves_nothing(define, post, administrator):
    """And shows each step."""
    define(action("begin", "a", "rollback", "b", "begin", "c"))
    answer = post("todo/act?dry_run=true", actor=administrator)
    assert answer.status_code == 200
    trace: list[dict[str, Any]] = answer.json()["trace"]
    assert [item["operation"] for item in trace][:3] == ["$transaction", "entity.create", "$transaction"]
    assert titles() == ""
