"""Which arguments of a plan are computed from secrets."""

from __future__ import annotations

import pytest

from actions.compiler import compile_document
from actions.plan.secrecy import Secrecy, secret_inputs
from actions.plan.visitor import steps
from actions.validation.context import installed_context

TEXT = """
Name: run
OnType: todo
InFields:
  - {Name: password, ColumnType: password}
  - {Name: pin, Secret: true}
  - {Name: pins, ColumnType: json, Secret: yes}
  - {Name: open}
OutFields:
"""
SAID = "  - {Type: said, Method: ACTIONRESPONSE, Attributes: {v: %s}}\n"
ACCOUNT = """\
  - Type: user_account
    Method: POST
    Reference: account
    Attributes: {name: "!pin.toUpperCase()", email: "a@example.org", password: "~password"}
"""
TOKEN = """\
  - {Type: jwt.token, Method: EXECUTE, Reference: token, Attributes: {email: "~open", skipPasswordCheck: true}}
"""


def secrecy(outcomes):
    plan = compile_document(TEXT + outcomes, "test.yaml", installed_context()).plans[0]
    return plan, Secrecy(plan, secret_inputs(plan))


def test_declared_and_unreadable_inputs_are_secret():
    """A password is one by its type, any other input by a word of its author."""
    plan, _ = secrecy(SAID % "x")
    assert secret_inputs(plan) == {"password", "pin", "pins"}


@pytest.mark.parametrize(
    ("before", "value", "hidden"),
    [
        pytest.param("", '"~password"', True, id="copy"),
        pytest.param("", '"PIN $pin"', True, id="within-text"),
        pytest.param("", '"!btoa(pin)"', True, id="script"),
        pytest.param("", '"$attributes.pin"', True, id="attributes-member"),
        pytest.param("", '"!JSON.stringify(attributes)"', True, id="attributes"),
        pytest.param("", '{deep: ["~pin"]}', True, id="deep"),
        pytest.param("", '"~open"', False, id="open"),
        pytest.param("", '"$attributes.open"', False, id="open-member"),
        pytest.param("", "pin", False, id="literal"),
        pytest.param(ACCOUNT, '"$account.name"', True, id="column-computed"),
        pytest.param(ACCOUNT, '"$account.email"', False, id="other-column"),
        pytest.param(ACCOUNT, '"!account"', True, id="whole-row"),
        pytest.param(TOKEN, '"$token[0].value"', True, id="made"),
        pytest.param(TOKEN, '"$token[0].key"', False, id="beside-what-was-made"),
    ],
)
def test_who_reads_a_secret_computes_one(before, value, hidden):
    """Along names, columns and references, whatever the expression does with it."""
    plan, found = secrecy(before + SAID % value)
    said = list(steps(plan.body))[-1]
    assert ("v" in found.keys(said, 0)) is hidden


def test_an_element_of_a_secret_list_is_secret():
    """The names of a loop carry what they are taken from."""
    loop = '  - {Type: said, Method: ACTIONRESPONSE, ForEach: "~pins", Attributes: {v: "~item", n: "~index"}}\n'
    plan, found = secrecy(loop)
    assert found.keys(next(steps(plan.body)), 0) == {"v"}


def test_unreadable_columns_are_hidden_by_name():
    """Also where the author wrote the value out."""
    plan, found = secrecy(ACCOUNT.replace("~password", "$open"))
    assert found.keys(next(steps(plan.body)), 0) == {"name", "password"}
