"""An outcome on an integration names one of its operations, and whatever keeps that from being called is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from actions.integrations.known import Known, known_service
from actions.validation.rules.known_integrations import known_integrations
from tests.actions.validation.harness import document, found_by, problems_of
from tests.integrations import shop

KNOWN = known_service("shop", shop(), authentication={"key": {"secret": "k"}})
MEND = "Its page in the admin can mend it"
BY_SERVER, BY_AUTH = (f"{MEND}, or 'manage.py import_openapi' with --{option}." for option in ("server", "auth"))


def found(outcome: str, **changed: Any) -> list[str]:
    """Return what the rule says of one outcome, the integration being so."""
    known: Known = replace(KNOWN, **changed)
    return found_by(known_integrations, document(outcome), integrations={"shop": known})


@pytest.mark.parametrize(
    ("outcome", "changed", "problems"),
    [
        pytest.param("Type: shop, Method: listOrders", {}, [], id="fine"),
        pytest.param("Type: shop, Method: GET /orders", {}, [], id="made-name"),
        pytest.param("Type: shop, Method: GET /stock", {"authentication": {}}, [], id="none-needed"),
        pytest.param(
            "Type: nobody, Method: x",
            {},
            [
                "error ACT241 5:12 /OutFields/0/Type Unknown integration 'nobody'. "
                "'manage.py import_openapi' imports one."
            ],
            id="integration",
        ),
        pytest.param(
            "Type: tood, Method: PSOT",
            {},
            ["error ACT241 5:12 /OutFields/0/Type Unknown integration 'tood'. Did you mean 'todo'?"],
            id="entity",
        ),
        pytest.param(
            "Type: shop, Method: zzz",
            {},
            [
                "error ACT242 5:26 /OutFields/0/Method 'shop' has no operation 'zzz'. Known: listOrders, createOrder, "
                "getOrder, cancelOrder, GET /stock, whoQuery, whoCookie, whoPassword and 4 more."
            ],
            id="operation",
        ),
        pytest.param(
            "Type: shop, Method: listOrders",
            {"enabled": False},
            [f"warning ACT249 5:26 /OutFields/0/Method The integration 'shop' is disabled. {MEND}."],
            id="disabled",
        ),
        pytest.param(
            "Type: shop, Method: listOrders",
            {"servers": ()},
            [f"warning ACT249 5:26 /OutFields/0/Method The integration 'shop' has no address. {BY_SERVER}"],
            id="address",
        ),
        pytest.param(
            "Type: shop, Method: listOrders",
            {"server": "http://10.0.0.1"},
            [
                "warning ACT249 5:26 /OutFields/0/Method The integration 'shop' is at 'http://10.0.0.1', which may not "
                f"be called. {BY_SERVER}"
            ],
            id="guarded",
        ),
        pytest.param(
            "Type: shop, Method: whoEither",
            {},
            [
                "warning ACT249 5:26 /OutFields/0/Method The integration 'shop' has no secret for "
                f"'token' or 'password'. {BY_AUTH}"
            ],
            id="secret",
        ),
        pytest.param(
            "Type: shop, Method: cancelOrder",
            {},
            ["warning ACT248 5:26 /OutFields/0/Method Operation 'cancelOrder' of 'shop' is deprecated."],
            id="deprecated",
        ),
    ],
)
def test_calls(outcome: str, changed: dict[str, Any], problems: list[str]) -> None:
    """At the Type what is no integration, at the Method everything else."""
    assert found(outcome, **changed) == problems


@pytest.mark.parametrize(("secrets", "warnings"), [({"k"}, 0), (set(), 1)])
def test_a_secret_without_a_value(secrets: set[str], warnings: int) -> None:
    """What is chosen has to be there too."""
    text, integrations = document("Type: shop, Method: listOrders"), {"shop": KNOWN}
    problems = found_by(known_integrations, text, integrations=integrations, secret_exists=secrets.__contains__)
    told = "The integration 'shop' uses the secret 'k', which has no value. Keep one with 'manage.py secrets set k'."
    assert problems == [f"warning ACT249 5:26 /OutFields/0/Method {told}"] * warnings


def test_without_a_database_nobody_can_tell() -> None:
    """Files are checked where nothing is imported: what may be an integration is no error then."""
    assert problems_of(document("Type: shop, Method: anything, Attributes: {a: 1}")) == []


@pytest.mark.parametrize("outcome", ["Type: todo, Method: PSOT", "Type: mail.send, Method: x", "Type: No, Method: x"])
def test_what_cannot_be_one_has_an_unknown_method(outcome: str) -> None:
    """The name of something else, or no name: the method is what is wrong, with a database or without."""
    (problem,) = problems_of(document(outcome))
    assert "ACT156" in problem


@pytest.mark.parametrize("outcome", ["Type: shop, Method: POST", "Type: shop, Method: EXECUTE"])
def test_our_methods_mean_ours(outcome: str) -> None:
    """With a word on what an integration has instead."""
    (problem,) = problems_of(document(outcome), integrations={"shop": KNOWN})
    assert problem.endswith("An integration has an operation's id as its method, or 'GET /path'.")
