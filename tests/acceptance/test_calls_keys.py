"""The idempotency keys of calls: the same at each attempt of the same thing, different for different things."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from entities.examples.models import Todo
from tests.upstreams import Upstream, allow, answer, computed

pytestmark = pytest.mark.django_db(transaction=True)

CALL = """
Name: call
OnType: todo
Permission: {{guest: [execute]}}
InFields: [{{Name: title, ColumnType: label, IsNullable: true}}]
OutFields:
{outcomes}
"""
POST = "Type: todo, Method: POST, Reference: made, Attributes: {title: ~title}"
BOTH = "Type: todo, Method: POST, Reference: both, Attributes: [{title: a}, {title: b}]"
READ = "Type: todo, Method: GET, Reference: found, Attributes: {sort: title}"


@pytest.fixture
def upstream(settings: Any) -> Iterator[Upstream]:
    """Another server, which actions may call."""
    with Upstream(answer(json={"id": 7})) as server:
        allow(settings, server.netloc)
        yield server


def action(*outcomes: str) -> str:
    """Return an action with these outcomes, each in YAML's flow style."""
    return CALL.format(outcomes="".join(f"  - {{{outcome}}}\n" for outcome in outcomes))


def charge(url: str, body: str, more: str = "") -> str:
    """Return an outcome that posts something, and needs an answer below 400."""
    attributes = f"{{Url: '{url}', Method: POST, Body: {body}, ExpectStatus: 2xx}}"
    return f"Type: $network.request, Method: EXECUTE, Reference: charged, Attributes: {attributes}{more}"


def keys(upstream: Upstream) -> list[str]:
    """Return the keys that came, in order, and forget them."""
    found = [received.header["idempotency-key"] for received in upstream.requests]
    upstream.requests.clear()
    return found


def refusing(number: int) -> Callable[..., Any]:
    """Let all but the request with this number succeed."""
    counted = iter(range(1, 1000))
    return computed(lambda request: answer(503 if next(counted) == number else 200))


@pytest.mark.parametrize(
    ("outcomes", "body", "more", "number"),
    [
        pytest.param([POST], "{order: $made.reference_id}", "", 1, id="a-row-that-is-created-anew"),
        pytest.param([], '"!new Date().getTime()+Math.random()"', "", 1, id="a-time"),
        pytest.param([BOTH], "{order: $item.reference_id}", ", ForEach: $both", 2, id="a-loop-over-such-rows"),
        pytest.param([], "{same: yes}", ", ForEach: [x, x]", 2, id="equal-elements"),
    ],
)
def test_a_request_that_is_sent_again_has_its_keys_again(
    define: Any, post: Any, upstream: Upstream, outcomes: list[str], body: str, more: str, number: int
) -> None:
    """Also where what it sends is another one each time: nobody pays twice because a row has another id."""
    define(action(*outcomes, charge(upstream.url, body, more)))
    upstream.answers(refusing(number))
    assert post("todo/call", {"title": "tea"}, **{"Idempotency-Key": "one"}).status_code == 502
    assert Todo.objects.count() == 0
    before = keys(upstream)
    assert (len(before), len(set(before))) == (number, number)
    upstream.answers(answer(200))
    assert post("todo/call", {"title": "tea"}, **{"Idempotency-Key": "one"}).status_code == 200
    assert keys(upstream) == before
    assert post("todo/call", {"title": "tea"}, **{"Idempotency-Key": "two"}).status_code == 200
    assert not set(keys(upstream)) & set(before)


def test_an_element_keeps_its_key_when_another_one_goes(define: Any, post: Any, upstream: Upstream) -> None:
    """A row is known by its id and not by its place: the second one is never taken for the first."""
    first = Todo.objects.create(title="a")
    Todo.objects.create(title="b")
    define(action(READ, charge(upstream.url, "{title: $item.title}", ", ForEach: $found")))
    upstream.answers(refusing(2))
    assert post("todo/call", **{"Idempotency-Key": "one"}).status_code == 502
    (of_a, of_b) = keys(upstream)
    first.delete()
    assert post("todo/call", **{"Idempotency-Key": "one"}).status_code == 200
    assert keys(upstream) == [of_b] != [of_a]


def test_an_action_that_is_run_within_another_has_a_key_for_each_time(
    define: Any, post: Any, upstream: Upstream
) -> None:
    """Two outcomes that run the same action are two, and so are the elements of a loop."""
    define(action(charge(upstream.url, "{a: 1}")).replace("Name: call", "Name: pay"))
    invoke = "Type: action.invoke, Method: EXECUTE, Attributes: {type: todo, name: pay}"
    define(action(invoke, f"{invoke}, ForEach: [x, y]"))
    upstream.answers(refusing(3))
    assert post("todo/call", **{"Idempotency-Key": "one"}).status_code == 502
    before = keys(upstream)
    assert len(set(before)) == 3
    assert post("todo/call", **{"Idempotency-Key": "one"}).status_code == 200
    assert keys(upstream) == before


@pytest.mark.usefixtures("one_conflict")
def test_a_transaction_that_is_tried_again_creates_the_row_that_was_told(
    define: Any, post: Any, upstream: Upstream
) -> None:
    """The other server is asked once, and the row has the id that it was told."""
    define(action(POST, charge(upstream.url, "{order: $made.reference_id}")))
    assert post("todo/call", {"title": "tea"}).status_code == 200
    (received,) = upstream.requests
    assert received.json == {"order": str(Todo.objects.get().reference_id)}


@pytest.mark.usefixtures("one_conflict")
def test_an_answer_is_kept_for_the_request_that_it_answers(define: Any, post: Any, upstream: Upstream) -> None:
    """Where something else is to be sent by then, it is sent, with the same key."""
    define(action(POST, charge(upstream.url, '"!Math.random()"')))
    assert post("todo/call", {"title": "tea"}).status_code == 200
    one, two = keys(upstream)
    assert one == two
