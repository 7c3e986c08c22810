"""Actions that call another server: in place where the answer is read, after the commit where nobody reads it."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.serializers import serialize
from django.db import connection, transaction
from django.utils import timezone

from actions.admin.traces import render_trace
from actions.models import OutgoingEffect, Run
from actions.outbox import send_due
from actions.secrets.changing import Content, set_secret
from entities.examples.models import Order, Todo
from tests.acceptance.conftest import failure
from tests.upstreams import Upstream, allow, answer, computed, hang, hang_up, redirect, waits_for

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = Path(__file__).parents[2] / "docs" / "calls.md"
LATER = format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)
CALL = """
Name: call
OnType: todo
Permission: {{guest: [execute]}}
{keys}
InFields:
  - {{Name: title, ColumnType: label, IsNullable: true}}
  - {{Name: url, ColumnType: content, IsNullable: true}}
OutFields:
{outcomes}
"""


@pytest.fixture
def upstream(settings: Any) -> Iterator[Upstream]:
    """Another server, which actions may call."""
    with Upstream(answer(json={"id": 7})) as server:
        allow(settings, server.netloc)
        yield server


def action(*outcomes: str, keys: str = "") -> str:
    """Return an action with these outcomes, each in YAML's flow style."""
    return CALL.format(keys=keys, outcomes="".join(f"  - {{{outcome}}}\n" for outcome in outcomes))


def request(url: str, more: str = "", keys: str = "Reference: a, SkipInResponse: yes") -> str:
    """Return an outcome that requests ``url``."""
    return f"Type: $network.request, Method: EXECUTE, {keys}, Attributes: {{Url: '{url}'{more}}}"


SAY = "Type: said, Method: ACTIONRESPONSE, Attributes: {status: $a.status, body: $a.body, headers: $a.headers}"
POST = "Type: todo, Method: POST, Reference: made, Attributes: {title: ~title}"


def said(response: Any) -> Any:
    """Return what the action said."""
    assert response.status_code == 200, response.content
    return next(entry["Attributes"] for entry in response.json() if entry["ResponseType"] == "said")


def test_an_outcome_reads_the_answer(define, post, upstream):
    """Status, headers and body as data; what is sent is what the author wrote."""
    upstream.answers(answer(201, json={"id": 7, "price": 1.10}, headers={"X-Kind": "tea"}))
    more = ", Method: post, Headers: {X-From: us}, Query: {q: [a b, c], n: 1}"
    more += ", Body: {title: ~title, many: [1, true, null]}"
    define(action(request(f"{upstream.url}/orders?x=1", more), SAY))
    answered = said(post("todo/call", {"title": "Tée"}))
    assert (answered["status"], answered["headers"]["x-kind"]) == (201, "tea")
    assert answered["body"]["id"] == 7
    assert str(answered["body"]["price"]) == "1.1"
    (received,) = upstream.requests
    assert (received.method, received.target) == ("POST", "/orders?x=1&q=a+b&q=c&n=1")
    assert received.json == {"title": "Tée", "many": [1, True, None]}
    assert (received.header["x-from"], received.header["content-type"]) == ("us", "application/json")


@pytest.mark.parametrize(
    ("more", "body", "content_type"),
    [
        pytest.param("FormData: {a: 1, b: [x, y z]}", b"a=1&b=x&b=y+z", "application/x-www-form-urlencoded", id="form"),
        pytest.param("Body: plain", b"plain", "text/plain; charset=utf-8", id="text"),
        pytest.param("Body: [1, 12.10]", b"[1,12.1]", "application/json", id="exact-numbers"),
        pytest.param("Body: '<a/>', Headers: {content-type: text/xml}", b"<a/>", "text/xml", id="own-type"),
    ],
)
def test_bodies(define, post, upstream, more, body, content_type):
    """A form, a text, JSON with the numbers that were written; the author's content type wins."""
    define(action(request(upstream.url, f", Method: PUT, {more}"), SAY))
    said(post("todo/call"))
    assert upstream.requests[0].body == body
    assert upstream.requests[0].header["content-type"] == content_type


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        pytest.param(answer(200, b"plain", headers={"Content-Type": "text/plain"}), "plain", id="text"),
        pytest.param(answer(200, b"\xff\x00", headers={"Content-Type": "image/png"}), None, id="bytes"),
        pytest.param(answer(204), None, id="nothing"),
        pytest.param(answer(200, b" \r\n", headers={"Content-Type": "application/json"}), None, id="blanks"),
        pytest.param(answer(404, json=[1]), [1], id="refusal-with-a-list"),
    ],
)
def test_answers(define, post, upstream, given, shown):
    """Whatever is answered below 500 can be read."""
    upstream.answers(given)
    define(action(request(upstream.url), SAY))
    assert said(post("todo/call"))["body"] == shown


@pytest.mark.parametrize(
    ("given", "more", "status", "code"),
    [
        pytest.param(answer(500, b"secret trace"), "", 502, "upstream_failed", id="5xx"),
        pytest.param(answer(404), ", ExpectStatus: 2xx", 502, "upstream_failed", id="not-expected"),
        pytest.param(hang(), ", Timeout: 1", 504, "timeout", id="hangs"),
        pytest.param(hang_up(), "", 502, "upstream_failed", id="hangs-up"),
        pytest.param(redirect("http://127.0.0.1:1/"), "", 422, "outbound_blocked", id="redirects-inside"),
        pytest.param(
            answer(200, b"{", headers={"Content-Type": "application/json"}), "", 502, "upstream_failed", id="no-json"
        ),
    ],
)
def test_a_failing_server_fails_the_action(define, post, upstream, given, more, status, code):
    """The answer names the outcome and quotes nothing of the other server's; nothing is half-written."""
    upstream.answers(given)
    define(action(POST, request(upstream.url, more), SAY))
    response = post("todo/call", {"title": "milk"})
    assert response.status_code == status
    told = failure(response)
    assert (told["code"], told["outcome"]["reference"]) == (code, "a")
    assert "secret trace" not in response.content.decode()
    assert (Todo.objects.count(), OutgoingEffect.objects.count()) == (0, 0)


def test_json_that_is_none_is_told(define, post, upstream):
    """The author learns what is wrong with the answer; a status that is a failure counts before it."""
    upstream.answers(answer(404, b"Not found", headers={"Content-Type": "application/json"}), answer(500, b"{"))
    define(action(request(upstream.url), SAY))
    told = "The other server's answer says that it is JSON, and cannot be read as such."
    assert failure(post("todo/call"))["message"] == told
    assert failure(post("todo/call"))["message"] == "The other server answered with status 500."


def test_continue_on_error(define, post, upstream):
    """An optional call may fail: its Reference is null."""
    upstream.answers(answer(503))
    define(action(request(upstream.url, keys="Reference: a, ContinueOnError: yes, SkipInResponse: yes"), POST, SAY))
    assert said(post("todo/call", {"title": "milk"}))["status"] is None
    assert Todo.objects.count() == 1


def test_what_nobody_reads_is_sent_after_the_commit(define, post, upstream):
    """Once, when everything is committed, with an idempotency key; the row then holds nothing of it."""
    later = request(f"{upstream.url}/hook?token=s3cret", ", Method: POST, Body: {a: 1}", "SkipInResponse: yes")
    define(action(later, POST))
    assert post("todo/call", {"title": "milk"}).status_code == 200
    assert upstream.requests == []
    effect = OutgoingEffect.objects.get()
    assert (effect.kind, effect.state) == ("http", "pending")
    assert "s3cret" not in effect.about + serialize("json", [effect])
    send_due()
    (received,) = upstream.requests
    assert received.json == {"a": 1}
    assert len(received.header["idempotency-key"]) == 36
    effect.refresh_from_db()
    assert (effect.state, effect.payload) == ("sent", None)


def test_an_action_that_fails_sends_nothing(define, post, upstream):
    """The outbox row is part of the transaction."""
    define(action(request(upstream.url, ", Method: POST", "SkipInResponse: yes"), "Fail: {Status: 409}"))
    assert post("todo/call").status_code == 409
    send_due()
    assert (upstream.requests, OutgoingEffect.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    ("given", "state", "error"),
    [
        pytest.param(answer(503, headers={"Retry-After": "3600"}), "pending", "status 503", id="5xx"),
        pytest.param(answer(503, headers={"Retry-After": LATER}), "pending", "status 503", id="5xx-until-a-date"),
        pytest.param(answer(429), "pending", "status 429", id="too-often"),
        pytest.param(hang_up(), "pending", "upstream_failed", id="hangs-up"),
        pytest.param(redirect("http://127.0.0.1:1/"), "failed", "outbound_blocked", id="redirects-inside"),
    ],
)
def test_what_becomes_of_a_call_that_fails_later(define, post, upstream, given, state, error):
    """It is tried again, no earlier than the server wants; what can never succeed is given up at once."""
    upstream.answers(given)
    define(action(request(upstream.url, ", Method: POST", "SkipInResponse: yes")))
    post("todo/call")
    send_due()
    effect = OutgoingEffect.objects.get()
    assert (effect.state, effect.last_error) == (state, error)
    if error == "status 503":
        assert (effect.next_attempt_at - timezone.now()).total_seconds() > 3590


def test_every_attempt_has_the_same_key(define, post, upstream):
    """The receiver knows a repetition."""
    upstream.answers(answer(503), answer(503), answer(200))
    define(action(request(upstream.url, ", Method: POST", "SkipInResponse: yes")))
    post("todo/call")
    for _ in range(3):
        OutgoingEffect.objects.update(next_attempt_at=timezone.now())
        send_due()
    assert OutgoingEffect.objects.get().state == "sent"
    assert len({received.header["idempotency-key"] for received in upstream.requests}) == 1
    assert len(upstream.requests) == 3


def test_different_calls_have_different_keys_and_a_repeated_request_the_same(define, post, upstream):
    """Two equal calls of one run are two; the same request with its Idempotency-Key makes the same calls."""
    upstream.answers(answer(200), answer(503))
    first, second = (request(upstream.url, ", Method: POST, Body: {n: 1}", f"Reference: {name}") for name in "ab")
    define(action(first, second))
    for _ in range(2):
        assert post("todo/call", **{"Idempotency-Key": "one"}).status_code == 502
        upstream.answers(answer(200), answer(503))
    one, two, again, too = (received.header["idempotency-key"] for received in upstream.requests)
    assert one != two
    assert (again, too) == (one, two)


def test_the_call_goes_before_the_first_write(define, post, upstream, settings):
    """While another server is waited for nothing is locked: others change the very rows that the action will change."""
    todo = Todo.objects.create(title="old")
    seen: list[bool] = []

    def change(received: Any) -> Any:
        with transaction.atomic():
            seen.append(Todo.objects.filter(pk=todo.pk).update(title="meanwhile") == 1)
        connection.close()
        return answer(json={"id": 1})

    upstream.answers(computed(change))
    keys = "InstanceOptional: no"
    patch = "Type: todo, Method: PATCH, Reference: made, Attributes: {reference_id: $.reference_id, title: '$.title!'}"
    text = action(patch, request(upstream.url), SAY, keys=keys).replace("{guest: [execute]}", "{user: [execute]}")
    define(text)
    from entities.models import UserAccount

    root = UserAccount.objects.create_superuser("r@example.org", "correct horse")
    response = post("todo/call", {"todo_id": str(todo.reference_id)}, actor=root)
    assert response.status_code == 200, response.content
    assert [entry["ResponseType"] for entry in response.json()] == ["todo", "said"]
    assert seen == [True]
    todo.refresh_from_db()
    assert todo.title == "meanwhile!"


def test_a_blocked_address_is_refused_before_anything_is_sent(define, post, settings):
    """Computed addresses are judged when they are known, whether somebody reads the answer or not."""
    define(action(request("$url", "", "SkipInResponse: yes")))
    for url in (
        "http://127.0.0.1:8000/",
        "http://169.254.169.254/x",
        "http://[::1]/",
        "http://2130706433/",
        "gopher://a/",
    ):
        response = post("todo/call", {"url": url})
        assert response.status_code == 422, url
        assert OutgoingEffect.objects.count() == 0


def test_a_header_with_a_line_break_is_refused(define, post, upstream):
    """No header is added on the wire."""
    define(action(request(upstream.url, ", Headers: {X-Title: $title}"), SAY))
    assert post("todo/call", {"title": "a\r\nX-Evil: 1"}).status_code == 422
    assert upstream.requests == []


def test_secrets_are_named_and_never_shown(define, post, upstream):
    """They are looked up when the request leaves; no row, trace or answer holds one."""
    set_secret("partner", Content.of_text("Sup3rS3cret"))
    keys = "Record: full"
    more = ", Method: POST, BearerSecret: partner, SecretHeaders: {X-Key: partner}"
    later = request(f"{upstream.url}/later", more, "SkipInResponse: yes")
    define(action(request(upstream.url, more), later, SAY, keys=keys))
    response = post("todo/call")
    send_due()
    assert [received.header["authorization"] for received in upstream.requests] == ["Bearer Sup3rS3cret"] * 2
    assert [received.header["x-key"] for received in upstream.requests] == ["Sup3rS3cret"] * 2
    assert "Sup3rS3cret" not in response.content.decode() + Run.objects.get().trace


@pytest.mark.parametrize(
    "named", ["BearerSecret: partner", "SecretHeaders: {X-Key: partner}"], ids=["bearer", "header"]
)
def test_a_secret_that_no_header_can_hold_is_the_servers_mistake(define, post, upstream, caplog, named):
    """503, not 422, and the log says which; what waits for the commit waits until somebody has mended it."""
    set_secret("partner", Content.of_text("Sup3r\nS3cret"))
    define(action(request(upstream.url, f", Method: POST, {named}"), SAY))
    response = post("todo/call")
    assert (response.status_code, failure(response)["code"]) == (503, "secret_unusable")
    assert "The secret 'partner' cannot be sent in a header" in caplog.text
    define(action(request(upstream.url, f", Method: POST, {named}", "SkipInResponse: yes")))
    assert post("todo/call").status_code == 200
    send_due()
    waiting = OutgoingEffect.objects.get()
    assert (waiting.state, waiting.last_error) == ("pending", "secret_unusable")
    assert "Sup3r" not in response.content.decode() + caplog.text
    assert upstream.requests == []


def test_a_trace_tells_of_calls(define, post, upstream):
    """Method, address without secrets, status, attempts, time, sizes, bodies without what is called a secret."""
    upstream.answers(answer(503), answer(200, json={"id": 7, "access_token": "t0k3n"}))
    more = ", Method: POST, Retries: 1, Query: {key: abc}, Body: {title: milk, password: hunter2}"
    later = request(f"{upstream.url}/later", ", Method: POST", "SkipInResponse: yes")
    define(action(request(upstream.url, more), later, SAY, keys="Record: full"))
    post("todo/call")
    first, second, _ = json.loads(Run.objects.get().trace)
    (call,) = first["calls"]
    assert call["milliseconds"] > 0
    assert {name: call[name] for name in ("method", "status", "attempts", "failure")} == {
        "method": "POST",
        "status": 200,
        "attempts": 2,
        "failure": None,
    }
    assert "abc" not in call["url"]
    assert call["sent"]["body"] == {"title": "milk", "password": "•••"}
    assert call["received"]["body"] == {"id": 7, "access_token": "•••"}
    assert second["calls"][0]["effect"] == str(OutgoingEffect.objects.get().id)
    page = render_trace(json.loads(Run.objects.get().trace))
    assert f"POST {upstream.url}/?key=••• → 200" in page
    assert "2 attempts" in page
    assert f"POST {upstream.url}/later (after the commit)" in page


def test_what_is_called_a_secret_is_hidden_wherever_it_goes(define, post, upstream):
    """In a header, in the query, in the answer, and where a later outcome has copied it to."""
    upstream.answers(answer(200, json={"access_token": "t0k3n-of-theirs", "kind": "bearer"}))
    more = ", Headers: {Authorization: Bearer h34d3r}, Body: {name: x}, Method: POST"
    define(action(request(f"{upstream.url}/?api_key=qu3ry", more), SAY, keys="Record: full"))
    assert post("todo/call").status_code == 200
    trace = Run.objects.get().trace
    assert "bearer" in trace
    assert [word for word in ("t0k3n", "h34d3r", "qu3ry") if word in trace] == []


@pytest.mark.usefixtures("one_conflict")
def test_a_transaction_that_is_tried_again_calls_once(define, post, upstream):
    """The second attempt has the answer of the first."""
    define(action(request(upstream.url, ", Method: POST"), POST, SAY))
    assert said(post("todo/call", {"title": "milk"}))["body"] == {"id": 7}
    assert (len(upstream.requests), Todo.objects.count()) == (1, 1)


def test_a_dry_run_calls_nobody(define, post, upstream):
    """What could be wrong with a request is told all the same."""
    define(action(request("$url"), SAY))
    from entities.models import UserAccount

    root = UserAccount.objects.create_superuser("r@example.org", "correct horse")
    assert post("todo/call?dry_run=true", {"url": upstream.url}, actor=root).status_code == 200
    assert post("todo/call?dry_run=true", {"url": "http://10.0.0.1/"}, actor=root).status_code == 422
    assert upstream.requests == []


def test_a_reference_that_only_the_client_reads_is_waited_for(define, post, upstream):
    """Without SkipInResponse the answer is the client's, as in the original; cookies are not."""
    upstream.answers(answer(200, json={"id": 7}, headers={"Set-Cookie": "a=b"}))
    define(action(request(upstream.url, keys="Reference: a")))
    (entry,) = post("todo/call").json()
    assert entry["ResponseType"] == "$network.request"
    assert (entry["Attributes"]["status"], entry["Attributes"]["body"]) == (200, {"id": 7})
    assert "set-cookie" not in entry["Attributes"]["headers"]


def test_one_that_hangs_slows_no_other(define, post, upstream):
    """Another action is answered while this one waits."""
    released = threading.Event()
    upstream.answers(waits_for(released))
    define(action(request(upstream.url), SAY))
    define(action(POST).replace("Name: call", "Name: add"))
    answers: list[int] = []

    def wait() -> None:
        answers.append(post("todo/call").status_code)
        connection.close()

    waiting = threading.Thread(target=wait)
    waiting.start()
    assert post("todo/add", {"title": "milk"}).status_code == 200
    assert answers == []
    released.set()
    waiting.join(10)
    assert answers == [200]


def test_the_page_about_calls_shows_what_works(define, post, upstream, account):
    """The definition in docs/calls.md, with this server's address in the place of the others'."""
    (text,) = re.findall(r"```yaml\n(.+?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    upstream.answers(answer(201, json={"number": "P-7"}))
    set_secret("warehouse", Content.of_text("Sup3rS3cret"))
    define(re.sub(r"https://\w+\.example\.org", upstream.url, text))
    order = Order.objects.create(number="O-7", user_account=account)
    response = post("order/announce", {"order_id": str(order.reference_id)}, actor=account)
    assert response.status_code == 200, response.content
    order.refresh_from_db()
    assert (order.number, len(upstream.requests)) == ("P-7", 1)
    send_due()
    assert upstream.requests[1].json == {"sent": str(order.reference_id)}


@pytest.mark.parametrize(
    ("more", "message"),
    [
        pytest.param("Timeout: $title", "'Timeout' is a whole number from 1 to 30.", id="timeout"),
        pytest.param("Retries: $title", "'Retries' is a whole number from 0 to 5.", id="retries"),
        pytest.param("Redirects: $title", "'Redirects' is a whole number from 0 to 10.", id="redirects"),
        pytest.param("ExpectStatus: $title", "'ExpectStatus' is a status such as 201, ", id="status"),
        pytest.param("Method: $title", "'Method' is one of GET, HEAD, ", id="method"),
        pytest.param("Body: $title, FormData: {a: b}", "Either 'FormData' or 'Body' is sent.", id="two-bodies"),
        pytest.param("Query: {a: {b: $title}}", "'Query' holds texts, numbers and lists of them.", id="query"),
    ],
)
def test_arguments_at_their_bounds(define, post, upstream, more, message):
    """What can only be judged when it is known is told by its name, and nothing is sent."""
    define(action(request(upstream.url, f", {more}"), SAY))
    for value in ("31", "-1", "600"):
        refused = failure(post("todo/call", {"title": value}))
        assert refused["message"].startswith(message)
    assert upstream.requests == []


@pytest.mark.parametrize(
    ("expected", "status", "code"),
    [
        pytest.param("201", 201, 200, id="one"),
        pytest.param("201", 200, 502, id="another"),
        pytest.param("[2xx, 404]", 404, 200, id="list"),
        pytest.param("[2xx, 404]", 403, 502, id="not-in-list"),
        pytest.param("any", 503, 200, id="any"),
        pytest.param("any", 999, 200, id="any-of-its-own"),
        pytest.param("5XX", 599, 200, id="class"),
    ],
)
def test_expected_statuses(define, post, upstream, expected, status, code):
    """The author says which answers are none of a failure."""
    upstream.answers(answer(status))
    define(action(request(upstream.url, f", ExpectStatus: {expected}"), SAY))
    assert post("todo/call").status_code == code
