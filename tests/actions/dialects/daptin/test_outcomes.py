"""``OutFields`` as nodes of a plan."""

from __future__ import annotations

from typing import Any

import pytest

from actions.plan.nodes import Branch, Fail, Loop, Node, Return, Step
from entities import registry
from tests.actions.validation.harness import document, plan_of, problems_of

DATA = "Type: data, Method: ACTIONRESPONSE"
NEEDS = "An outcome has 'Type' and 'Method', or 'Return', or 'Fail'."


def node_of(written: str) -> Any:
    """Return the node of the only outcome."""
    (node,) = plan_of(document(written)).body.nodes
    return node


@pytest.mark.parametrize(
    ("method", "operation"),
    [
        ("POST", "entity.create"),
        ("GET", "entity.list"),
        ("GET_BY_ID", "entity.get"),
        ("PATCH", "entity.update"),
        ("PUT", "entity.update"),
        ("UPDATE", "entity.update"),
        ("DELETE", "entity.delete"),
        ("patch", "entity.update"),
        ("Get_By_Id", "entity.get"),
    ],
)
def test_methods_on_entities(method: str, operation: str) -> None:
    """A method in any case stands for an operation, bound to the entity and to the name the author used."""
    step = node_of(f"Type: todo, Method: {method}")
    assert step.operation.name == operation
    assert step.fixed == {"entity": registry.get("todo"), "type": "todo"}


def test_an_alias_stays_the_authors_name() -> None:
    """Answers repeat the name that was written."""
    name = "user_account_user_account_id_has_usergroup_usergroup_id"
    step = node_of(f"Type: {name}, Method: GET")
    assert step.fixed == {"entity": registry.get(name), "type": name}
    assert step.fixed["entity"].name != name


@pytest.mark.parametrize(
    ("written", "operation", "fixed"),
    [
        pytest.param("Type: jwt.token, Method: EXECUTE", "jwt.token", {}, id="execute"),
        pytest.param("Type: action.invoke, Method: execute", "action.invoke", {}, id="invoke"),
        pytest.param(
            "Type: client.notify, Method: ACTIONRESPONSE", "respond", {"type": "client.notify"}, id="directive"
        ),
        pytest.param("Type: todo, Method: actionresponse", "respond", {"type": "todo"}, id="data"),
        pytest.param("Type: any, Method: SWITCH_USER", "session.switch", {}, id="switch-user"),
        pytest.param("Method: SWITCH_USER", "session.switch", {}, id="switch-user-without-type"),
    ],
)
def test_other_methods(written: str, operation: str, fixed: dict[str, Any]) -> None:
    """``EXECUTE`` finds an operation by its name; an answer may have any."""
    step = node_of(written)
    assert (step.operation.name, step.fixed) == (operation, fixed)


def test_flags_and_names() -> None:
    """What stands beside the attributes is kept on the step."""
    step = node_of(
        f"{DATA}, Reference: a, SkipInResponse: yes, LogToConsole: on, ContinueOnError: true, Condition: ~title"
    )
    assert isinstance(step, Step)
    assert (step.reference, step.label, step.skip_in_response, step.log, step.continue_on_error) == (
        "a", "data", True, True, True,
    )  # fmt: skip
    assert step.condition is not None
    assert step.condition.source == "~title"


@pytest.mark.parametrize(
    ("written", "sources", "many"),
    [
        pytest.param("Attributes: {a: 1}", [{"a": 1}], False, id="mapping"),
        pytest.param("Attributes: [{a: 1}, {a: 2}]", [{"a": 1}, {"a": 2}], True, id="list"),
        pytest.param("Attributes: [{a: 1}]", [{"a": 1}], True, id="list-of-one"),
        pytest.param("Attributes: []", [], True, id="empty-list"),
        pytest.param("Attributes: null", [{}], False, id="null"),
        pytest.param("Reference: a", [{}], False, id="none"),
    ],
)
def test_attributes(written: str, sources: list[Any], many: bool) -> None:
    """A mapping runs once and gives a value, a list runs for each element and gives a list."""
    step = node_of(f"{DATA}, {written}")
    assert ([template.source for template in step.arguments], step.many) == (sources, many)


def test_loop() -> None:
    """``ForEach`` wraps the step; the condition is the loop's, for it is evaluated once."""
    node = node_of(f"{DATA}, ForEach: ~title, Item: line, MaxItems: 5, Condition: $title, Reference: a")
    assert isinstance(node, Loop)
    assert (node.items.source, node.item_name, node.max_items) == ("~title", "line", 5)
    assert (node.condition and node.condition.source, node.body.condition, node.body.reference) == ("$title", None, "a")


def test_loop_without_options() -> None:
    """An element is an ``item``, and there are at most a thousand."""
    node = node_of(f"{DATA}, ForEach: [1]")
    assert (node.item_name, node.max_items) == ("item", 1_000)


def test_branch() -> None:
    """``Else`` makes a branch; both sides keep the position of the outcome, and their references are known."""
    node = node_of(
        f"{DATA}, Condition: ~title, Reference: a, "
        f"Else: [{{{DATA}, Reference: b, Condition: $title, Else: [{{{DATA}, Reference: c}}]}}, {{Return: true}}]"
    )
    assert isinstance(node, Branch)
    inner, ending = node.otherwise.nodes
    assert isinstance(node.then, Step)
    assert isinstance(inner, Branch)
    assert isinstance(ending, Return)
    assert (node.then.condition, node.condition.source, inner.condition.source) == (None, "~title", "$title")
    assert (node.references, inner.references) == (("a", "b", "c"), ("b", "c"))
    assert {part.index for part in (node, node.then, node.otherwise, inner, ending)} == {0}
    assert inner.location.pointer == "/OutFields/0/Else/0"


def test_positions_count_from_zero() -> None:
    """An outcome knows its position and its place."""
    nodes = plan_of(document(DATA, "Return: true", DATA)).body.nodes
    assert [(node.index, node.location.line, node.location.pointer) for node in nodes] == [
        (0, 5, "/OutFields/0"),
        (1, 6, "/OutFields/1"),
        (2, 7, "/OutFields/2"),
    ]


def test_return() -> None:
    """``Return`` has no Type; with a condition it may be passed by."""
    node = node_of("Return: yes, Condition: ~title")
    assert isinstance(node, Return)
    assert node.condition is not None


def test_return_no_is_no_ending() -> None:
    """``Return: false`` says nothing."""
    assert isinstance(node_of(f"{DATA}, Return: no"), Step)


@pytest.mark.parametrize(
    ("written", "status", "code", "message"),
    [
        pytest.param("{Status: 409, Code: gone, Message: $title}", 409, "gone", "$title", id="all"),
        pytest.param("{Status: 404}", 404, "failed", "Not Found.", id="status"),
        pytest.param("{status: 499}", 499, "failed", "Failed.", id="status-without-name"),
    ],
)
def test_fail(written: str, status: int, code: str, message: str) -> None:
    """``Fail`` needs a status; the rest has a default."""
    node = node_of(f"Fail: {written}")
    assert isinstance(node, Fail)
    assert (node.status, node.code.source, node.message.source) == (status, code, message)


def test_ending_with_else() -> None:
    """An ending may be one side of a branch."""
    node: Node = node_of("Return: true, Condition: ~title, Else: [{Fail: {Status: 400}}]")
    assert isinstance(node, Branch)
    assert isinstance(node.then, Return)


@pytest.mark.parametrize(
    ("written", "problems"),
    [
        pytest.param(
            "Type: todo",
            [f"ACT153 5:5 /OutFields/0 'Method' is missing. {NEEDS}"],
            id="no-method",
        ),
        pytest.param(
            "Type: '', Method: ' '",
            [
                f"ACT153 5:5 /OutFields/0 'Type' is missing. {NEEDS}",
                f"ACT153 5:5 /OutFields/0 'Method' is missing. {NEEDS}",
            ],
            id="blank",
        ),
        pytest.param(
            "Method: POST",
            [f"ACT153 5:5 /OutFields/0 'Type' is missing. {NEEDS}"],
            id="no-type",
        ),
        pytest.param(
            "Type: todo, Method: INTEGRATION",
            [
                "ACT156 5:26 /OutFields/0/Method Unknown method 'INTEGRATION'. "
                "Known: POST, GET, GET_BY_ID, PATCH, PUT, UPDATE, DELETE, EXECUTE, ACTIONRESPONSE, SWITCH_USER."
            ],
            id="method",
        ),
        pytest.param(
            "Return: true, Reference: a",
            ["ACT157 5:20 /OutFields/0/Reference 'Reference' cannot stand beside 'Return'."],
            id="return-with-reference",
        ),
        pytest.param(
            "Fail: {Status: 400}, ForEach: [1]",
            ["ACT157 5:27 /OutFields/0/ForEach 'ForEach' cannot stand beside 'Fail'."],
            id="fail-in-a-loop",
        ),
        pytest.param(
            "Return: true, Fail: {Status: 400}",
            ["ACT157 5:20 /OutFields/0/Fail 'Fail' cannot stand beside 'Return'."],
            id="two-endings",
        ),
        pytest.param(
            f"{DATA}, Else: []",
            ["ACT157 5:42 /OutFields/0/Else 'Else' needs 'Condition' beside it."],
            id="else-alone",
        ),
        pytest.param(
            f"{DATA}, Condition: x, Else: {{{DATA}}}",
            ["ACT154 5:62 /OutFields/0/Else 'Else' must be a list."],
            id="else-without-list",
        ),
        pytest.param("Fail: 404", ["ACT154 5:12 /OutFields/0/Fail 'Fail' must be a mapping."], id="fail-as-number"),
        pytest.param(
            "Fail: {Status: '404'}",
            ["ACT154 5:21 /OutFields/0/Fail/Status 'Status' must be a whole number."],
            id="status-as-text",
        ),
        pytest.param(
            f"{DATA}, ForEach: [1], MaxItems: 1_000",
            ["ACT154 5:66 /OutFields/0/MaxItems 'MaxItems' must be a whole number."],
            id="max-items-as-text",
        ),
    ],
)
def test_refused(written: str, problems: list[str]) -> None:
    """Keys that contradict one another, or are of the wrong kind, are errors in their place."""
    assert problems_of(document(written)) == [f"error {problem}" for problem in problems]
