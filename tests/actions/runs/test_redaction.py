"""What is shown of values that may hold secrets."""

from __future__ import annotations

from decimal import Decimal

import pytest

from actions.runs.redaction import Redaction


@pytest.mark.parametrize(
    ("secret", "value", "shown"),
    [
        pytest.param("hunter2", "hunter2", "•••", id="equal"),
        pytest.param("hunter2", "it is hunter2!", "•••", id="within"),
        pytest.param("abc", "abc", "•••", id="short-and-alone"),
        pytest.param("abc", "abcdef", "abcdef", id="short-within"),
        pytest.param("a.c+", "abc+", "abc+", id="no-pattern"),
        pytest.param(1234, 1234, "•••", id="number"),
        pytest.param(1234, "PIN 1234", "•••", id="number-in-text"),
        pytest.param(Decimal("1234.50"), "1234.50", "•••", id="decimal"),
        pytest.param("hunter2", {"hunter2": [1, ("hunter2", None)]}, {"•••": [1, ["•••", None]]}, id="any-depth"),
        pytest.param(["one-secret", {"x": "two-secret"}], ["two-secret", "x"], ["•••", "x"], id="parts-of-a-secret"),
        pytest.param("hunter2", "Y2hhbmdlIGh1bnRlcjIgbm93", "•••", id="within-base64"),
        pytest.param("pass/word 1", "a=1&b=pass%2Fword+1", "•••", id="within-a-form"),
        pytest.param("", "", "", id="empty"),
        pytest.param(None, None, None, id="null"),
        pytest.param(True, [True, "True"], [True, "True"], id="true-tells-nothing"),
    ],
)
def test_what_is_or_holds_a_secret_is_hidden(secret, value, shown):
    """Wherever it was copied to; other values stay what they are."""
    assert Redaction([secret]).shown(value) == shown


def test_a_secret_that_comes_later_counts_too():
    """What is shown is decided when it is shown."""
    redaction = Redaction()
    assert redaction.shown("late-secret") == "late-secret"
    redaction.add("late-secret")
    assert redaction.shown(["a late-secret"]) == ["•••"]
