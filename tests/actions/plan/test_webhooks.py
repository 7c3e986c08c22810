"""The receiver in a plan: patterns of event types, and how people see it."""

from __future__ import annotations

import pytest

from actions.plan.printer import explain
from actions.plan.webhooks import matches
from tests.actions.validation.harness import document, plan_of

WEBHOOK = (
    "Webhook: {Verify: stripe, Secret: [a, b], Ack: stored, Filter: [x.*], Once: ~event.id, Newer: ~event.created}"
)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("*", "", True),
        ("*", "payment.paid", True),
        ("payment.paid", "payment.paid", True),
        ("payment.paid", "payment.paid2", False),
        ("payment.*", "payment.", True),
        ("payment.*", "payment", False),
        ("*.paid", "payment.paid", True),
        ("*.paid", "paid", False),
        ("a*b*c", "a-b-c", True),
        ("a*b*c", "acb", False),
        ("a*a", "a", False),
        ("ab*ba", "aba", False),
        ("a**b", "ab", True),
        ("[a-z]", "a", False),
        ("a.c", "abc", False),
        ("PAYMENT", "payment", False),
        ("*a*a*a*a*a*a*a*b", "a" * 250, False),
    ],
)
def test_patterns(pattern: str, text: str, found: bool) -> None:
    """A star is any text, everything else itself; case counts."""
    assert matches(pattern, text) is found


def test_people_see_who_runs_it() -> None:
    """Scheme, names of secrets, types and order; never a permission that means nothing."""
    text = explain(plan_of(document("Return: true", keys=WEBHOOK)))
    assert "  execute: its sender only\n" in text
    assert "  receives: what is signed as 'stripe' with a, b; answered once it is stored\n" in text
    assert "  event types: x.*\n" in text
    assert "  once for each ~event.id  (reads event.id), unless it is older by ~event.created" in text
