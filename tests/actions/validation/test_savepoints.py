"""Savepoints that are closed and were never opened."""

from __future__ import annotations

import pytest

from actions.validation.rules.savepoints import savepoints
from tests.actions.validation.harness import document, found_by, problems_of

HINT = "Put an outcome with action 'begin' before it, without ContinueOnError, which ends with its outcome."


def step(action: str, more: str = "") -> str:
    """Return an outcome with `$transaction`."""
    return f"Type: $transaction, Method: EXECUTE, Attributes: {{action: {action}}}{more}"


def missing(line: int, index: int, action: str) -> str:
    """Return the problem of an outcome."""
    place = f"{line}:64 /OutFields/{index}/Attributes/action"
    return f"error ACT272 {place} There is no savepoint for this '{action}'. {HINT}"


MAY_FAIL = ", ContinueOnError: true"


@pytest.mark.parametrize(
    ("outcomes", "problems"),
    [
        pytest.param([step("begin"), step("rollback")], [], id="opened and undone"),
        pytest.param([step("begin"), step("commit"), step("commit")], [], id="perhaps opened twice"),
        pytest.param([step("'!title'"), step("commit")], [], id="computed"),
        pytest.param([step("begin", ", Condition: ~title"), step("rollback")], [], id="perhaps opened"),
        pytest.param([step("begin", ', ForEach: "![1, 2]"'), step("rollback")], [], id="opened in a loop"),
        pytest.param([step("rollback"), step("begin")], [missing(5, 0, "rollback")], id="too early"),
        pytest.param(
            [step("commit"), step("rollback")], [missing(5, 0, "commit"), missing(6, 1, "rollback")], id="never"
        ),
        pytest.param(
            [step("begin", MAY_FAIL), step("rollback")], [missing(6, 1, "rollback")], id="ended with its outcome"
        ),
        pytest.param([step("begin"), step("rollback", MAY_FAIL)], [missing(6, 1, "rollback")], id="out of its reach"),
    ],
)
def test_savepoints(outcomes: list[str], problems: list[str]) -> None:
    """What certainly fails is an error."""
    assert found_by(savepoints, document(*outcomes)) == problems


def test_sql_is_refused_with_a_hint() -> None:
    """The original's `query` has another place here."""
    outcome = "Type: $transaction, Method: EXECUTE, Attributes: {action: query, query: DROP TABLE todo, arguments: []}"
    where = "/OutFields/0/Attributes"
    hint = "SQL is kept as a statement, which 'sql.query' runs by its name."
    assert problems_of(document(outcome)) == [
        f"error ACT218 5:64 {where}/action 'action' must be one of 'begin', 'commit', 'rollback'. {hint}",
        f"error ACT235 5:71 {where}/query '$transaction' takes no 'query'. {hint}",
        f"error ACT235 5:95 {where}/arguments '$transaction' takes no 'arguments'. {hint}",
    ]
