"""Walking a plan."""

from __future__ import annotations

from actions.plan.nodes import Step
from actions.plan.visitor import condition_of, steps, templates, walk
from tests.actions.validation.harness import document, plan_of

PLAN = plan_of(
    document(
        "Type: a, Method: ACTIONRESPONSE, Attributes: [{x: 1}, {x: 2}]",
        "Type: b, Method: ACTIONRESPONSE, ForEach: ~title, Condition: $title, Attributes: {x: 3}",
        "Type: c, Method: ACTIONRESPONSE, Condition: 1, Else: [{Type: d, Method: ACTIONRESPONSE}, {Return: true}]",
        "Fail: {Status: 400, Code: code, Message: message}, Condition: 2",
    )
)


def test_parents_come_first() -> None:
    """Everything below a node is seen once, in the order of the document."""
    kinds = [type(node).__name__ for node in walk(PLAN.body)]
    assert kinds == ["Sequence", "Step", "Loop", "Step", "Branch", "Step", "Sequence", "Step", "Return", "Fail"]


def test_steps() -> None:
    """Steps are found in loops and on both sides of a branch."""
    assert [step.label for step in steps(PLAN.body)] == ["a", "b", "c", "d"]


def test_templates_of_a_node() -> None:
    """A node's own templates, its condition first; what is below belongs to others."""
    sources = {type(node).__name__: [item.source for item in templates(node)] for node in PLAN.body.nodes}
    assert sources == {
        "Step": [{"x": 1}, {"x": 2}],
        "Loop": ["$title", "~title"],
        "Branch": [1],
        "Fail": [2, "code", "message"],
    }


def test_condition() -> None:
    """A sequence and an unconditional step have none."""
    first = PLAN.body.nodes[0]
    assert isinstance(first, Step)
    assert (condition_of(first), condition_of(PLAN.body)) == (None, None)
