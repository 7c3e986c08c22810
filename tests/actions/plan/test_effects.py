"""Where calls of other servers go: before the first write, after the commit, or where their author left them."""

from __future__ import annotations

import pytest

from actions.plan.effects import arrange, calls_under_locks
from actions.plan.nodes import Plan
from actions.plan.visitor import steps
from tests.actions.validation.harness import document, plan_of

URL = "Attributes: {Url: 'https://example.org/'}"
CALL = f"Type: $network.request, Method: EXECUTE, Reference: a, SkipInResponse: yes, {URL}"
FORGET = f"Type: $network.request, Method: EXECUTE, {URL}"
SAY = "Type: said, Method: ACTIONRESPONSE, Attributes: {x: $a.status}"
POST = "Type: todo, Method: POST, Reference: made, Attributes: {title: ~title}"
PATCH = "Type: todo, Method: PATCH, Reference: changed, Attributes: {reference_id: ~title, title: x}"
DELETE = "Type: todo, Method: DELETE, Attributes: {reference_id: ~title}"
GET = "Type: todo, Method: GET, Reference: rows, Attributes: {}"
MAIL = "Type: mail.send, Method: EXECUTE, Attributes: {to: a@example.org, subject: s, body: b}"
RETURN = "Return: true, Condition: ~title"
OF_POST = CALL.replace("example.org/", "example.org/$made.reference_id")
OF_PATCH = CALL.replace("example.org/", "example.org/$changed.title")
SHOWN_OF_PATCH = OF_PATCH.replace("a, SkipInResponse: yes", "b")
OPTIONAL = f"{DELETE}, ContinueOnError: yes"
BRANCH = f"{CALL}, Condition: ~title, Else: [{{{PATCH}}}]"
OTHER_BRANCH = f"{PATCH}, Condition: ~title, Else: [{{{CALL}}}]"
LOOP = f"ForEach: ~title, {CALL}"


def arranged(*outcomes: str, keys: str = "") -> Plan:
    """Return the arranged plan of an action."""
    return arrange(plan_of(document(*outcomes, keys=keys)))


def order(plan: Plan) -> list[int]:
    """Return the positions of the outcomes as they run, as their author numbered them."""
    return [node.index for node in plan.body.nodes]


@pytest.mark.parametrize(
    ("outcomes", "runs", "ahead"),
    [
        pytest.param([CALL, SAY], [0, 1], 1, id="first"),
        pytest.param([PATCH, CALL, SAY], [1, 0, 2], 1, id="passes-a-change"),
        pytest.param([DELETE, MAIL, POST, CALL, SAY], [3, 0, 1, 2, 4], 1, id="passes-all-that-writes"),
        pytest.param([GET, PATCH, CALL, SAY], [0, 2, 1, 3], 2, id="stays-behind-what-is-read"),
        pytest.param([POST, OF_POST, SAY], [0, 1, 2], 2, id="needs-a-row-that-waits"),
        pytest.param([POST, GET, OF_POST, SAY], [0, 1, 2, 3], 0, id="row-was-sent"),
        pytest.param([PATCH, OF_PATCH, SAY], [0, 1, 2], 0, id="needs-the-change"),
        pytest.param([PATCH, RETURN, CALL, SAY], [0, 1, 2, 3], 0, id="does-not-pass-an-end"),
        pytest.param([PATCH, LOOP, SAY], [1, 0, 2], 1, id="loop"),
        pytest.param([BRANCH, SAY], [0, 1], 0, id="other-branch-writes"),
        pytest.param([FORGET, PATCH], [0, 1], 0, id="nobody-is-waited-for"),
        pytest.param([PATCH, FORGET], [0, 1], 0, id="nobody-is-waited-for-later"),
        pytest.param([PATCH, POST], [0, 1], 0, id="no-calls"),
        pytest.param(
            [PATCH, CALL, CALL.replace("Reference: a", "Reference: b"), SAY, SAY.replace("$a", "$b")],
            [1, 2, 0, 3, 4],
            2,
            id="in-their-order",
        ),
    ],
)
def test_calls_go_first(outcomes: list[str], runs: list[int], ahead: int) -> None:
    """Past whatever they do not need and that leaves something; what runs ahead locks nothing."""
    plan = arranged(*outcomes)
    assert (order(plan), plan.ahead) == (runs, ahead)
    assert plan.is_rearranged == (runs != sorted(runs))


@pytest.mark.parametrize(
    ("outcome", "rest", "deferred"),
    [
        pytest.param(FORGET, "", True, id="no-reference"),
        pytest.param(FORGET + ", AfterCommit: false", "", False, id="no-reference-but-now"),
        pytest.param(CALL, SAY, False, id="read"),
        pytest.param(CALL, "", True, id="not-read-and-not-shown"),
        pytest.param(CALL.replace(", SkipInResponse: yes", ""), "", False, id="shown"),
        pytest.param(CALL.replace(", SkipInResponse: yes", "") + ", AfterCommit: true", "", True, id="shown-but-later"),
        pytest.param(CALL, "Return: true, Condition: '!a.status === 200'", False, id="read-by-a-script"),
        pytest.param(MAIL, "", False, id="nobody-answers-a-mail"),
    ],
)
def test_who_is_waited_for(outcome: str, rest: str, deferred: bool) -> None:
    """Whose answer goes nowhere is called after the commit."""
    plan = arranged(outcome, *([rest] if rest else []))
    assert next(steps(plan.body)).is_deferred is deferred


@pytest.mark.parametrize(
    ("outcomes", "keys", "found"),
    [
        pytest.param([PATCH, CALL, SAY], "", [], id="was-moved"),
        pytest.param([PATCH, OF_PATCH, SAY], "", [1], id="needs-the-change"),
        pytest.param([POST, OF_POST, SAY], "InstanceOptional: false", [], id="before-the-instance-is-locked"),
        pytest.param([POST, GET, OF_POST, SAY], "", [2], id="row-was-sent"),
        pytest.param([POST, OPTIONAL, OF_POST, SAY], "", [2], id="savepoint"),
        pytest.param([CALL, SAY], "Webhook: {Verify: stripe, Secret: s}", [0], id="an-event-is-locked"),
        pytest.param([PATCH, FORGET], "", [], id="after-the-commit"),
        pytest.param([PATCH, BRANCH, SAY], "", [1], id="in-a-branch"),
        pytest.param([OTHER_BRANCH, SAY], "", [], id="the-other-branch-writes"),
        pytest.param([OTHER_BRANCH, SHOWN_OF_PATCH], "", [1], id="one-branch-wrote"),
        pytest.param([BRANCH, SAY], "InstanceOptional: false", [0], id="the-instance-is-locked"),
    ],
)
def test_calls_under_locks(outcomes: list[str], keys: str, found: list[int]) -> None:
    """Those that nothing could be done about."""
    plan = arranged(*outcomes, keys=keys)
    assert [step.index for step in calls_under_locks(plan)] == found


def test_a_plan_without_calls_is_the_same_object() -> None:
    """Nothing is copied for nothing."""
    plan = plan_of(document(PATCH, MAIL))
    assert arrange(plan) is plan
