"""What a browser may fill in by itself, from the key of an input and its neighbours."""

from __future__ import annotations

import pytest

from actions.forms.completion import autocomplete
from actions.locations import Location
from actions.plan.nodes import Input

HERE = Location("test.yaml", 1, 1, "")


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        pytest.param("email password", ["email", "current-password"], id="sign-in"),
        pytest.param("name password passwordConfirm", ["name", "new-password", "new-password"], id="sign-up"),
        pytest.param(
            "currentPassword password passwordConfirm",
            ["current-password", "new-password", "new-password"],
            id="change",
        ),
        pytest.param("new_password", ["new-password"], id="reset"),
        pytest.param("first_name Last-Name", ["given-name", "family-name"], id="any-spelling"),
        pytest.param("code token:password", ["one-time-code", "off"], id="codes"),
        pytest.param("contact:email site:url", ["email", "url"], id="by-type"),
        pytest.param("title notes", ["", ""], id="nothing-known"),
    ],
)
def test_a_key_says_what_may_be_remembered(keys: str, expected: list[str]) -> None:
    """Passwords that are chosen are told from those that exist; what says nothing gets nothing."""
    parts = [key.partition(":") for key in keys.split()]
    inputs = [Input(key, key, kind or "label", False, HERE) for key, _, kind in parts]
    assert [autocomplete(item, inputs) for item in inputs] == expected
