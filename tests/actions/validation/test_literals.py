"""What a written value is, as far as it is known without running anything."""

from __future__ import annotations

from typing import Any

import pytest

from actions.validation.literals import literal
from entities.values import ABSENT


@pytest.mark.parametrize(
    ("source", "value"),
    [
        pytest.param("text", "text", id="text"),
        pytest.param(5, 5, id="number"),
        pytest.param(None, None, id="null"),
        pytest.param(["a", {"b": 1}], ["a", {"b": 1}], id="nested"),
        pytest.param(r"\~a", "~a", id="escaped-tilde"),
        pytest.param(r"a \$b", "a $b", id="escaped-dollar"),
        pytest.param("US$5", "US$5", id="money"),
        pytest.param("a ~b", "a ~b", id="tilde-within"),
        pytest.param("~a", ABSENT, id="tilde"),
        pytest.param("$a", ABSENT, id="dollar"),
        pytest.param("a $b", ABSENT, id="embedded"),
        pytest.param("!a", ABSENT, id="script"),
        pytest.param("js:a", ABSENT, id="js"),
        pytest.param("a {{ b }}", ABSENT, id="braces"),
        pytest.param(["a", "~b"], ABSENT, id="open-list"),
        pytest.param({"a": {"b": "$c"}}, ABSENT, id="open-mapping"),
        pytest.param("a {{ b", ABSENT, id="broken"),
    ],
)
def test_literal(source: Any, value: Any) -> None:
    """A value with an expression anywhere in it is no literal."""
    assert literal(source) == value
