"""Permission bits as a text that people read, and back."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from actions.admin.rights import PermissionField, describe_permission, parse_permission
from entities.permissions import DEFAULT_ACTION, bits

READABLE = [
    pytest.param(0, "nobody", id="nobody"),
    pytest.param(32, "guest: execute", id="guest"),
    pytest.param(bits(guest=["peek"], user=["read", "refer"]), "guest: peek; user: read, refer", id="two-classes"),
    pytest.param(bits(group=["create", "update", "delete"]), "group: create, update, delete", id="group"),
    pytest.param(DEFAULT_ACTION, "user: peek, read, execute; signed-in: execute", id="default"),
]


@pytest.mark.parametrize(("number", "text"), READABLE)
def test_description_can_be_read_back(number: int, text: str) -> None:
    """What is shown can be typed."""
    assert describe_permission(number) == text
    assert parse_permission(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        pytest.param("561441", 561441, id="number-of-the-original"),
        pytest.param(" GUEST : Execute ; ", 32, id="any-case"),
        pytest.param("guest: all", 127, id="all"),
        pytest.param("guest:", 0, id="no-rights"),
    ],
)
def test_other_spellings(text: str, number: int) -> None:
    """Numbers as the original stores them, and free spelling."""
    assert parse_permission(text) == number


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("4194304", "A permission is a number from 0 to 4194303.", id="too-large"),
        pytest.param("gest: execute", "Unknown class 'gest'. Did you mean 'guest'?", id="class"),
        pytest.param("guest: excute", "Unknown right 'excute'. Did you mean 'execute'?", id="right"),
        pytest.param("-1", "Unknown class '-1'. Known: guest, user, group, signed-in.", id="negative"),
        pytest.param("signed-in: read", "'signed-in' has the right 'execute' only.", id="signed-in"),
    ],
)
def test_refused(text: str, message: str) -> None:
    """A word that means nothing is named."""
    with pytest.raises(ValidationError) as caught:
        PermissionField().clean(text)
    assert caught.value.messages == [message]


def test_field_knows_whether_it_changed() -> None:
    """The same permission in another spelling is no change; empty is none."""
    field = PermissionField(required=False)
    assert (field.clean(""), field.prepare_value(32), field.prepare_value("x")) == (None, "guest: execute", "x")
    assert not field.has_changed(32, "guest: execute")
    assert field.has_changed(32, "33")
    assert field.has_changed(None, "nonsense")
