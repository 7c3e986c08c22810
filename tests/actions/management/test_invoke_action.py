"""`manage.py invoke_action`."""

from __future__ import annotations

import json
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from actions.loading import save_definition
from actions.management.commands.invoke_action import read_invocation
from actions.secrets.changing import Content, set_secret
from entities.actors import GUEST
from entities.examples.models import Product
from entities.models import UserAccount

pytestmark = pytest.mark.django_db(transaction=True)

RECEIVER = "{Name: paid, OnType: product, Webhook: {Verify: stripe, Secret: hook}, OutFields: []}"
ORDER = """\
Name: echo
OnType: product
InFields:
  - {ColumnName: count, ColumnType: measurement}
  - {ColumnName: word, ColumnType: label, IsNullable: true}
OutFields:
  - Type: client.notify
    Method: ACTIONRESPONSE
    Attributes: {type: success, title: "~word", message: "$count $user.email $subject.name"}
"""


def run(*arguments: str) -> list[dict[str, Any]]:
    """Return the answer that the command prints."""
    stdout = StringIO()
    call_command("invoke_action", *arguments, stdout=stdout)
    answer: list[dict[str, Any]] = json.loads(stdout.getvalue())
    return answer


def refusal(*arguments: str) -> tuple[list[dict[str, Any]], str]:
    """Return the answer of a run that fails, and the last words of the command."""
    stdout, stderr = StringIO(), StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("invoke_action", *arguments, stdout=stdout, stderr=stderr)
    assert (caught.value.returncode, stdout.getvalue()) == (1, "")
    return json.loads(stderr.getvalue()), str(caught.value)


def message(*arguments: str) -> str:
    """Return what a run tells the client."""
    return str(run(*arguments)[0]["Attributes"]["message"])


@pytest.fixture(autouse=True)
def _echo() -> None:
    save_definition(ORDER, "admin")


def test_answer_is_printed_as_json() -> None:
    """Texts are read as in a form; without --as the system acts, whom no permission binds."""
    assert run("product", "echo", "count=3", "word=a=b") == [
        {
            "ResponseType": "client.notify",
            "Attributes": {"__type": "client.notify", "type": "success", "title": "a=b", "message": "3  "},
        }
    ]


def test_acts_as_somebody() -> None:
    """--as takes the e-mail of an active account, in any case."""
    UserAccount.objects.create_user("ada@example.org", "pw", name="Ada")
    assert message("product", "echo", "count=3", "--as", "ADA@example.org") == "3 ada@example.org "


def test_instance_by_its_id() -> None:
    """TYPE_id names the instance, as in a request."""
    product = Product.objects.create(name="Tea", price=Decimal(1), currency="EUR", stock=1)
    assert message("product", "echo", "count=3", f"product_id={product.pk}") == "3  Tea"


def test_failure_has_the_shape_of_an_answer() -> None:
    """The client's error goes to the error stream, and the command fails."""
    answer, failure = refusal("product", "echo", 'count:="3"', "wrd=x")
    attributes = answer[0]["Attributes"]
    assert (attributes["type"], attributes["code"]) == ("error", "invalid_input")
    assert [(item["field"], item["code"]) for item in attributes["errors"]] == [("count", "type"), ("wrd", "unknown")]
    assert failure.startswith("invalid_input: ")


def test_unknown_action() -> None:
    """An action that is not there fails like one."""
    answer, failure = refusal("product", "ecko")
    assert answer[0]["Attributes"]["code"] == "not_found"
    assert failure == "not_found: No action 'ecko' on 'product'."


def test_a_receiver() -> None:
    """Nobody executes it; whoever tries is told what does."""
    set_secret("hook", Content.of_text("whsec_1"))
    save_definition(RECEIVER, "test.yaml")
    answer, failure = refusal("product", "paid")
    assert answer[0]["Attributes"]["message"] == "No action 'paid' on 'product'."
    assert failure.endswith("Only signed requests run this receiver: see 'manage.py sign_webhook'.")


@pytest.mark.parametrize(
    ("arguments", "failure"),
    [
        pytest.param(["word"], "'word' is no key=value.", id="no-pair"),
        pytest.param([":=1"], "':=1' is no key=value.", id="no-key"),
        pytest.param(["count:=x"], "'count:=x': Not JSON: Expecting value at line 1, column 1.", id="no-json"),
        pytest.param(["--as", "bob@example.org"], "No active account has the e-mail 'bob@example.org'.", id="nobody"),
    ],
)
def test_wrong_usage(arguments: list[str], failure: str) -> None:
    """What cannot be meant is refused before anything runs."""
    with pytest.raises(CommandError) as caught:
        call_command("invoke_action", "product", "echo", *arguments)
    assert (str(caught.value), caught.value.returncode) == (failure, 2)


def test_pairs_become_attributes() -> None:
    """A repeated key is a list, ``:=`` keeps the kind, numbers keep their digits."""
    pairs = ["a=1", "a=2", "a=3", "b:=[1.10, null]", "c=", "product_id=x"]
    invocation = read_invocation("product", "echo", pairs, GUEST)
    assert invocation.sent.query == {"a": ["1", "2", "3"], "c": ""}
    assert invocation.sent.body == {"b": [Decimal("1.10"), None]}
    assert (invocation.subject_id, invocation.actor) == ("x", GUEST)


def test_declared_input_named_like_the_instance() -> None:
    """An input that is called TYPE_id is an input, and names the instance too."""
    save_definition(ORDER.replace("word", "product_id"), "admin")
    invocation = read_invocation("product", "echo", ["product_id=x"], GUEST)
    assert (invocation.sent.query, invocation.subject_id) == ({"product_id": "x"}, "x")


def test_a_page_is_printed_as_it_is() -> None:
    """What an action renders is no JSON."""
    save_definition(
        "{Name: page, OnType: todo, InstanceOptional: true, OutFields: [{Type: render, Method: ACTIONRESPONSE, "
        "Attributes: {content: PGI+, mime_type: text/html}}]}",
        "admin",
    )
    stdout = StringIO()
    call_command("invoke_action", "todo", "page", stdout=stdout)
    assert stdout.getvalue() == "<b>\n"
