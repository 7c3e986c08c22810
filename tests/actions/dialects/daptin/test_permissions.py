"""``Permission`` and ``AccessGroups`` as bits."""

from __future__ import annotations

import pytest

from entities.permissions import Right, bits
from tests.actions.validation.harness import document, plan_of, problems_of


@pytest.mark.parametrize(
    ("written", "permission"),
    [
        pytest.param("561441", 561441, id="number"),
        pytest.param("0", 0, id="nobody"),
        pytest.param("4194303", 4194303, id="largest"),
        pytest.param("{guest: [execute]}", 32, id="guest"),
        pytest.param("{guest: execute, user: [Peek, READ]}", 32 | 3 << 7, id="several"),
        pytest.param("{Group: all}", 127 << 14, id="all"),
        pytest.param("{user: [all]}", 127 << 7, id="all-in-a-list"),
        pytest.param("{guest: []}", 0, id="empty"),
        pytest.param("{}", 0, id="no-class"),
        pytest.param("null", None, id="not-given"),
    ],
)
def test_bits(written: str, permission: int | None) -> None:
    """A number is taken as it is, a mapping is added up."""
    assert plan_of(document(keys=f"Permission: {written}")).permission == permission


def test_every_right_has_its_bit() -> None:
    """The names are those of the rights."""
    names = [str(right.name).lower() for right in Right]
    assert plan_of(document(keys=f"Permission: {{guest: [{', '.join(names)}]}}")).permission == bits(guest="all")


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        pytest.param(
            "execute",
            "ACT154 6:13 /Permission 'Permission' must be a number, or a mapping of rights. "
            "For example {guest: [execute]}.",
            id="text",
        ),
        pytest.param(
            "true",
            "ACT154 6:13 /Permission 'Permission' must be a number, or a mapping of rights. "
            "For example {guest: [execute]}.",
            id="boolean",
        ),
        pytest.param("-1", "ACT158 6:13 /Permission 'Permission' must be from 0 to 4194303.", id="negative"),
        pytest.param("4194304", "ACT158 6:13 /Permission 'Permission' must be from 0 to 4194303.", id="too-large"),
        pytest.param(
            "{guests: [execute]}",
            "ACT159 6:14 /Permission/guests Unknown class 'guests'. Did you mean 'guest'?",
            id="class",
        ),
        pytest.param(
            "{guest: [exec]}",
            "ACT159 6:22 /Permission/guest/0 Unknown right 'exec'. Did you mean 'execute'?",
            id="right",
        ),
        pytest.param(
            "{guest: 32}",
            "ACT154 6:21 /Permission/guest 'guest' must be a list of rights. "
            "Known: peek, read, create, update, delete, execute, refer.",
            id="number-of-a-class",
        ),
    ],
)
def test_refused(written: str, problem: str) -> None:
    """What gives no bits is an error at its place."""
    assert problems_of(document("Return: true", keys=f"Permission: {written}")) == [f"error {problem}"]


def test_access_groups() -> None:
    """A group is a name, or a name with rights of its own."""
    keys = "AccessGroups: [staff, {Name: editors, Permission: {group: [execute]}}, {name: all}]"
    assert plan_of(document(keys=keys)).access_groups == (("staff", None), ("editors", 32 << 14), ("all", None))
