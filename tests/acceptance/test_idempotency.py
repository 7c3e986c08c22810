"""A request that is sent again with its Idempotency-Key: one effect, one answer. S09 of the reliability reference."""

import json
import threading

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions.models import StoredAnswer
from entities.examples.models import Todo
from tests.acceptance.conftest import failure

ADD = """
Name: add
OnType: todo
InstanceOptional: true
Permission: {guest: [execute]}
InFields:
  - {Name: title, ColumnType: label}
  - {Name: attachment, ColumnType: file.txt, IsNullable: true}
OutFields:
  - {Type: todo, Method: POST, Reference: todo, Attributes: {title: "~title"}}
  - {Type: client.header.set, Method: ACTIONRESPONSE, Attributes: {status: 201, X-Todo: "$todo.reference_id"}}
"""
FINISH = """
Name: finish
OnType: todo
OutFields:
  - {Type: todo, Method: PATCH, Attributes: {reference_id: "$.reference_id", done: true}}
"""
REFUSING = """
Name: refuse
OnType: todo
InstanceOptional: true
Permission: {guest: [execute]}
InFields: [{Name: status, ColumnType: measurement}]
OutFields:
  - {Type: todo, Method: POST, Attributes: {title: "never"}}
  - {Fail: {Status: %s, Code: refused, Message: "!'At ' + Math.random()"}, Condition: "!status > 0"}
"""
KEY = {"Idempotency-Key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}
MARK = "Idempotency-Replayed"


@pytest.fixture
def add(define, post):
    """Post to an action that adds a todo and answers with its id in the body and a header."""
    define(ADD)

    def send(title="Tea", **options):
        return post("todo/add", {"title": title}, **{**KEY, **options})

    return send


def everything(response):
    """Return all that must be the same when it is replayed."""
    headers = {name: value for name, value in response.headers.items() if name != MARK}
    return response.status_code, response.content, headers


def test_a_repetition_replays_the_answer(add):
    """Status, body, type and headers are the same, a header says that it is a replay, and nothing runs."""
    first, second = add(), add()
    assert first.status_code == 201
    assert everything(first) == everything(second)
    assert (MARK in first.headers, second.headers[MARK]) == (False, "true")
    assert Todo.objects.count() == 1


def test_a_quoted_key_and_a_bare_one_are_the_same(add):
    """Clients that do not know structured fields are understood."""
    add()
    assert MARK in add(**{"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}).headers


def test_without_a_key_everything_runs_and_nothing_is_asked(add, post):
    """Each request has its effect, and no statement is about keys."""
    post("todo/add", {"title": "Tea"})
    with CaptureQueriesContext(connection) as context:
        post("todo/add", {"title": "Tea"})
    assert [query["sql"] for query in context if "storedanswer" in query["sql"]] == []
    assert not StoredAnswer.objects.exists()
    assert Todo.objects.count() == 2


def test_another_payload_is_refused(add):
    """422, with a sentence that says what to do; nothing runs."""
    add()
    answer = add("Coffee")
    assert (answer.status_code, failure(answer)["code"]) == (422, "idempotency_key_reused")
    assert failure(answer)["hint"] == "Use a new key for a new request."
    assert Todo.objects.count() == 1


@pytest.mark.parametrize("key", ["", '""', '"a', "a b", '"a", "b"', "ü", "x" * 256, '"a"; x=1'])
def test_a_malformed_key_is_refused(add, key):
    """400 before anything runs: half a promise is none."""
    answer = add(**{"Idempotency-Key": key})
    assert (answer.status_code, failure(answer)["code"]) == (400, "malformed_idempotency_key")
    assert not Todo.objects.exists()


def test_a_refusal_is_replayed_too(add, define, post):
    """Also one whose sentence would be another one the next time, and inputs that are refused."""
    define(REFUSING % 409)
    for data in ({"status": 1}, {"status": "x"}):
        key = {"Idempotency-Key": f'"{data["status"]}"'}
        first, second = (post("todo/refuse", data, **key) for _ in range(2))
        assert first.status_code in (409, 422)
        assert everything(first) == everything(second)
        assert second.headers[MARK] == "true"
    assert not Todo.objects.exists()


@pytest.mark.parametrize("status", [401, 429, 500, 503])
def test_what_a_repetition_may_mend_is_not_stored(define, post, status):
    """The second one runs."""
    define(REFUSING % status)
    answers = [post("todo/refuse", {"status": 1}, **KEY) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [status, status]
    assert answers[0].content != answers[1].content
    assert not StoredAnswer.objects.exists()


def test_our_own_fault_is_not_stored(add, monkeypatch):
    """After a 500 the same key runs."""
    from actions import running

    def broken(*_):
        raise RuntimeError("broken")

    with monkeypatch.context() as patch:
        patch.setattr(running, "run_plan", broken)
        assert add().status_code == 500
    assert MARK not in add().headers
    assert Todo.objects.count() == 1


def test_a_problem_document_is_replayed_as_one(add, post):
    """The answer is the first one's, whatever the second one prefers."""
    first = post("todo/add", {}, **KEY, Accept="application/problem+json")
    second = post("todo/add", {}, **KEY)
    assert first.headers["Content-Type"] == second.headers["Content-Type"] == "application/problem+json"
    assert first.content == second.content


def test_a_key_is_the_callers_own(add, account, administrator):
    """Nobody gets the answer of somebody else, or learns that there is one."""
    answers = [add(actor=actor) for actor in (None, account, administrator)]
    assert [MARK in answer.headers for answer in answers] == [False, False, False]
    assert Todo.objects.count() == 3
    assert MARK in add(actor=account).headers


def test_guests_at_other_addresses_do_not_share(add, post):
    """Nor do two behind one address, unless both send the very same request."""
    body = json.dumps({"title": "Tea"})

    def send(address, content=body):
        return post.client.post(
            "/action/todo/add", content, content_type="application/json", headers=KEY, REMOTE_ADDR=address
        )

    assert MARK not in send("192.0.2.1").headers
    assert MARK not in send("192.0.2.2").headers
    assert send("192.0.2.2", json.dumps({"title": "Guess"})).status_code == 422
    assert MARK in send("192.0.2.1").headers


def test_a_key_counts_for_one_action_and_instance(add, define, post, account):
    """The same key with another action or row is another request; the ways to name the row are one."""
    define(FINISH)
    todos = [Todo.objects.create(title="mine", user_account=account, permission=127 << 7) for _ in range(2)]
    for todo in todos:
        assert MARK not in post(f"todo/{todo.pk}/finish", {}, actor=account, **KEY).headers
    assert MARK in post("todo/finish", {"todo_id": str(todos[0].pk)}, actor=account, **KEY).headers
    assert MARK not in add(actor=account).headers


def test_who_may_not_any_more_gets_no_replay(define, post, account):
    """Permission is asked each time, before anything stored is looked for."""
    define(ADD)
    assert post("todo/add", {"title": "Tea"}, actor=account, **KEY).status_code == 201
    define(ADD.replace("guest: [execute]", "user: [peek]"))
    assert post("todo/add", {"title": "Tea"}, actor=account, **KEY).status_code == 403
    assert post("todo/add", {"title": "Tea"}, **KEY).status_code == 401


def test_a_form_may_come_with_another_boundary(add, post):
    """Browsers make a new one for each request; another file is another request."""

    def send(boundary, content):
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="title"\r\n\r\nTea\r\n',
            f'--{boundary}\r\nContent-Disposition: form-data; name="attachment"; filename="a.txt"\r\n\r\n{content}\r\n',
            f"--{boundary}--\r\n",
        ]
        kind = f"multipart/form-data; boundary={boundary}"
        return post.client.post("/action/todo/add", "".join(parts).encode(), content_type=kind, headers=KEY)

    first, second, third = send("one", "x"), send("two", "x"), send("two", "y")
    assert [answer.status_code for answer in (first, second, third)] == [201, 201, 422], first.content
    assert second.headers[MARK] == "true"
    assert Todo.objects.count() == 1


def test_sign_in_is_replayed_and_its_token_is_not_readable(examples, post, account):
    """The answer holds a token; the row does not. A wrong password is not remembered."""
    data = {"email": "ada@example.org", "password": "correct horse"}
    first, second = (post("user_account/signin", data, **KEY) for _ in range(2))
    token = first.json()[0]["Attributes"]["value"]
    assert second.json()[0]["Attributes"]["value"] == token
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM actions_storedanswer")
        row = repr(cursor.fetchall())
    assert [part for part in (token, *token.split("."), "ada@", "correct", "8e03978e") if part in row] == []
    wrong = {"Idempotency-Key": '"wrong"'}
    assert post("user_account/signin", {**data, "password": "x"}, **wrong).status_code == 401
    assert post("user_account/signin", data, **wrong).status_code == 200


def test_a_request_while_the_first_is_running_is_told_to_wait(add, monkeypatch):
    """409 with Retry-After, at once; after that the answer."""
    from actions import running

    begun, go_on = threading.Event(), threading.Event()
    run_plan = running.run_plan

    def slow(*arguments):
        begun.set()
        assert go_on.wait(30)
        return run_plan(*arguments)

    answers = []

    def first():
        answers.append(add())
        connection.close()

    monkeypatch.setattr(running, "run_plan", slow)
    thread = threading.Thread(target=first)
    thread.start()
    assert begun.wait(30)
    waiting = add()
    go_on.set()
    thread.join()
    assert (waiting.status_code, failure(waiting)["code"], waiting.headers["Retry-After"]) == (409, "in_flight", "1")
    assert everything(add()) == everything(answers[0])
    assert Todo.objects.count() == 1


def test_a_get_has_no_use_for_a_key(add, post):
    """It describes, each time anew, and a malformed key does no harm."""
    for key in ('"a"', ""):
        answer = post.client.get("/action/todo/add", headers={"Idempotency-Key": key})
        assert (answer.status_code, MARK in answer.headers) == (200, False)
    assert not StoredAnswer.objects.exists()


def test_the_api_description_names_the_header(add, post):
    """Clients that are made from it can send it."""
    document = post.client.get("/openapi.json").json()
    (reference,) = document["paths"]["/action/todo/add"]["post"]["parameters"]
    parameter = document["components"]["parameters"][reference["$ref"].rpartition("/")[2]]
    assert (parameter["name"], parameter["in"], parameter["required"]) == ("Idempotency-Key", "header", False)
