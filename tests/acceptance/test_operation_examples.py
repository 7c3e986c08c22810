"""The example of every operation, run as an action: what the manual and the lists show works as it is shown."""

from __future__ import annotations

import base64
from io import BytesIO

import pyotp
import pytest
from django.db import transaction
from openpyxl import Workbook

from actions.listing import example_of
from actions.models import OutgoingEffect, Statement, StoredTemplate
from actions.operations.registry import all_operations
from actions.outbound import Response
from actions.outbox import MAIL, send_due
from actions.secrets.changing import Content, set_secret
from actions.secrets.texts import SecretText
from entities import account_tokens, one_time_codes, second_factors
from entities.examples.models import Todo
from entities.models import UserAccount
from tests.acceptance.conftest import EXAMPLES
from tests.actions.outbox.conftest import sink
from tests.actions.signatures.receivers import SHARED
from tests.integrations import authenticate, import_shop

__all__ = ["sink"]


def given_todo(example, account, patch):
    Todo.objects.create(reference_id=example["reference_id"], title="Read the manual")


def given_account(example, account, patch):
    UserAccount.objects.create_user("grace@example.org", "correct horse", reference_id=example["user_reference_id"])


def given_token(example, account, patch):
    patch.setattr("secrets.token_urlsafe", lambda size: example["token"])
    account_tokens.issue(account, example["purpose"], one_time_codes.LIFETIME)


def given_code(example, account, patch):
    patch.setattr("secrets.randbelow", lambda most: int(example["otp"]))
    one_time_codes.issue(account, example["purpose"])


def given_factor(example, account, patch):
    patch.setattr(pyotp.TOTP, "verify_and_get_timecode", lambda *_, **__: 1)
    second_factors.enroll(account, "Outfield")


def given_active_factor(example, account, patch):
    given_factor(example, account, patch)
    second_factors.confirm(account.pk, example["code"])
    patch.setattr(pyotp.TOTP, "verify_and_get_timecode", lambda *_, **__: 2)


def given_secret(example, account, patch):
    set_secret(example["secret"], Content(value=SecretText(SHARED)))


def given_server(example, account, patch):
    answered = Response(200, {}, b"", "https://example.org/", 1, 1.0, "")
    patch.setattr("actions.outbox.calling.fetch", lambda request, limits: answered)


def spreadsheet():
    """Return a whole file in base64; one that can be opened is too long for a manual."""
    book, file = Workbook(write_only=True), BytesIO()
    sheet = book.create_sheet()
    for row in (["title"], ["milk"]):
        sheet.append(row)
    book.save(file)
    return base64.b64encode(file.getvalue()).decode()


def given_integration(example, account, patch):
    import_shop()
    set_secret("shop_key", Content(value=SecretText(SHARED)))
    authenticate(key="shop_key")
    given_server(example, account, patch)


def given_template(example, account, patch):
    StoredTemplate.objects.create(name=example["template"], content="Hello {{ name }}.")


def given_statement(example, account, patch):
    Statement.objects.create(name=example["statement"], sql="SELECT name FROM user_account WHERE email = :owner")


GIVEN = {
    "template.render": given_template,
    "sql.query": given_statement,
    "$network.request": given_server,
    "integration.call": given_integration,
    "integration.install": given_integration,
    "entity.get": given_todo,
    "entity.update": given_todo,
    "entity.delete": given_todo,
    "session.switch": given_account,
    "account.token.redeem": given_token,
    "otp.login.verify": given_code,
    "totp.confirm": given_factor,
    "totp.disable": given_active_factor,
    "webhook.sign": given_secret,
}
SHIPPED = {name: item for name, item in all_operations().items() if type(item).__module__.startswith("actions.")}


SHORTENED = "UEsDBBQ="
HEAD = "Name: example\nOnType: todo\nInstanceOptional: true\nOutFields:\n"


@pytest.mark.parametrize("name", SHIPPED)
def test_the_example_works(define, post, account, sink, monkeypatch, name):
    """It is loaded without a problem and does its work, with the rows that it speaks of; what it mails arrives."""
    example = SHIPPED[name].example
    if name == "action.invoke":
        define((EXAMPLES / "accounts" / f"{example['name']}.yaml").read_text(encoding="utf-8"))
    with transaction.atomic():
        GIVEN.get(name, lambda *_: None)(example, account, monkeypatch)
    define(HEAD + example_of(SHIPPED[name]).replace(SHORTENED, spreadsheet()))
    response = post("todo/example", {}, actor=account)
    assert response.status_code == 200, response.content
    send_due()
    assert set(OutgoingEffect.objects.values_list("state", flat=True)) <= {"sent"}
    assert len(sink.received) == OutgoingEffect.objects.filter(kind=MAIL).count()


def test_every_helper_is_of_an_operation():
    """What is given is for operations that are there."""
    assert {*GIVEN} <= {*SHIPPED}
