"""While another server is waited for no transaction is open, or loading the action has warned of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from actions.loading import prepare
from actions.outbound import client
from entities.examples.models import Todo
from tests.upstreams import Upstream

pytestmark = pytest.mark.django_db(transaction=True)

ACTION = """
Name: {name}
OnType: todo
InstanceOptional: {optional}
InFields: [{{Name: title, ColumnType: label, IsNullable: true}}]
OutFields:
{outcomes}
"""
CALL = "Type: $network.request, Method: EXECUTE, Reference: a, Attributes: {{Url: '{url}', Method: POST}}"
POST = "Type: todo, Method: POST, Reference: made, Attributes: {title: x}"
PATCH = "Type: todo, Method: PATCH, Attributes: {reference_id: ~title, title: x}"
EXPORT = "Type: __data_export, Method: EXECUTE, Reference: file, Attributes: {table_name: todo}"
INVOKE = "Type: action.invoke, Method: EXECUTE, Attributes: {type: todo, name: %s}"
ON_TODO = "Type: action.invoke, Method: EXECUTE, Attributes: {type: todo, name: %s, attributes: {todo_id: ~title}}"


def text(*outcomes: str, url: str, name: str = "call", on_instance: bool = False) -> str:
    """Return an action with these outcomes, each in YAML's flow style."""
    lines = "".join(f"  - {{{outcome}}}\n" for outcome in outcomes).replace("CALL", CALL.format(url=url))
    return ACTION.format(name=name, optional="false" if on_instance else "true", outcomes=lines)


@pytest.mark.parametrize(
    ("outcomes", "on_instance", "open_by_then"),
    [
        pytest.param(["CALL"], True, [False], id="before-the-instance"),
        pytest.param([POST, "CALL"], False, [False], id="before-the-row"),
        pytest.param([f"{PATCH}, Condition: ~no, Else: [{{CALL}}]"], False, [False], id="the-other-branch-writes"),
        pytest.param([f"CALL, Condition: ~title, Else: [{{{PATCH}}}]"], True, [True], id="instance-and-branch"),
        pytest.param([EXPORT, "CALL"], False, [True], id="behind-an-export"),
        pytest.param([INVOKE % "pay"], False, [False], id="in-another-action"),
        pytest.param([POST, INVOKE % "pay"], False, [False], id="in-another-action-behind-a-row-that-waits"),
        pytest.param([INVOKE % "pay"], True, [True], id="in-another-action-of-an-instance"),
        pytest.param([ON_TODO % "pay_todo"], False, [False], id="in-an-action-on-an-instance"),
        pytest.param([POST, ON_TODO % "pay_todo"], False, [True], id="such-an-instance-behind-a-row"),
        pytest.param([f"{INVOKE % 'pay_and_write'}, ForEach: [x, y]"], False, [False, True], id="the-second-time"),
        pytest.param([PATCH, INVOKE % "through"], False, [True], id="in-an-action-of-an-action"),
    ],
)
def test_a_transaction_is_open_where_it_was_warned_of(
    define: Any,
    post: Any,
    administrator: Any,
    upstream: Upstream,
    monkeypatch: pytest.MonkeyPatch,
    outcomes: list[str],
    on_instance: bool,
    open_by_then: list[bool],
) -> None:
    """And nowhere else: what the warning says of an action is what its run does."""
    define(text("CALL", url=upstream.url, name="pay"))
    define(text("CALL", POST, url=upstream.url, name="pay_and_write"))
    define(text("CALL", url=upstream.url, name="pay_todo", on_instance=True))
    define(text(INVOKE % "pay", url=upstream.url, name="through"))
    written = text(*outcomes, url=upstream.url, on_instance=on_instance).replace("~no", "'!false'")
    seen: list[bool] = []
    place_for = client.place_for

    def looking(host: str) -> Any:
        seen.append(connection.in_atomic_block)
        return place_for(host)

    monkeypatch.setattr(client, "place_for", looking)
    define(written)
    todo = str(Todo.objects.create(title="t").reference_id)
    sent = {"title": todo, **({"todo_id": todo} if on_instance else {})}
    response = post("todo/call", sent, actor=administrator)
    assert (response.status_code, seen) == (200, open_by_then), response.content
    assert [problem.code for problem in prepare(written).warnings] == ["ACT238"] * any(open_by_then)
