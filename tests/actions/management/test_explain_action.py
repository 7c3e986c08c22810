"""`manage.py explain_action`."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from actions.importing import configure
from actions.loading import save_definition
from tests.actions.documents import greeting
from tests.integrations import import_shop

pytestmark = pytest.mark.django_db


def test_prints_the_served_plan() -> None:
    """What is explained is what runs, the latest version."""
    save_definition(greeting(), "admin")
    save_definition(greeting("Hello $user.name"), "admin")
    stdout = StringIO()
    call_command("explain_action", "usergroup", "greet", stdout=stdout)
    lines = stdout.getvalue().splitlines()
    assert lines[0] == "usergroup.greet: Greet"
    assert any("Hello $user.name" in line and "reads user.name" in line for line in lines)


def test_a_secret_default_is_not_shown() -> None:
    """That there is one is."""
    inputs = (
        "{Name: pin, Secret: true, DefaultValue: canary}, {Name: password, ColumnType: password, DefaultValue: canary}"
    )
    save_definition(f"Name: a\nOnType: todo\nInFields: [{inputs}]\n", "a.yaml")
    stdout = StringIO()
    call_command("explain_action", "todo", "a", stdout=stdout)
    assert (stdout.getvalue().count("default •••"), "canary" in stdout.getvalue()) == (2, False)


def test_a_call_of_an_integration_says_what_is_called() -> None:
    """Method and address, as the document has them now; or why nobody can call it."""
    import_shop()
    save_definition(
        "Name: a\nOnType: todo\nOutFields: [{Type: shop, Method: CREATEORDER, Attributes: {sku: tea}}]\n", "a.yaml"
    )
    assert _call() == "[0] shop: integration.call, POST https://shop.example.org/v1/orders"
    configure("shop", enabled=False, server="", authentication={})
    assert _call() == "[0] shop: integration.call, The integration 'shop' is disabled."


def _call() -> str:
    stdout = StringIO()
    call_command("explain_action", "todo", "a", stdout=stdout)
    return next(line.strip() for line in stdout.getvalue().splitlines() if "integration.call" in line)


def test_unknown_action_is_suggested() -> None:
    """A misspelt name is answered with the nearest one."""
    save_definition(greeting(), "admin")
    with pytest.raises(
        CommandError, match=r"^No action 'usergroup\.gret' is served\. Did you mean 'usergroup\.greet'\?$"
    ):
        call_command("explain_action", "usergroup", "gret")
