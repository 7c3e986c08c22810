"""Operations on accounts: links by mail, passwords, sign-out everywhere. Which account is the author's to say.

Everything they write is part of the action's transaction: a link that was redeemed in a run that failed still works.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from actions.errors import InvalidToken, OutcomeRefused, PasswordNotAllowed, RowNotFound, WrongPassword
from actions.expressions.shapes import Shape
from actions.operations.arguments import bounded, whole
from actions.operations.base import Call, Effect, Operation, Param, Result
from actions.operations.entity import row_shape
from actions.operations.registry import register
from entities import account_tokens, authentication
from entities.derivation import iso_datetime
from entities.errors import FieldProblem
from entities.fields import ValueRefused
from entities.fields.texts import coerce_text
from entities.models import UserAccount
from entities.registry import get as get_entity

ACCOUNT = "user_account"
MOST_MINUTES = 60 * 24 * 31
_PURPOSE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


def _check_purpose(purpose: str) -> None:
    if not _PURPOSE.fullmatch(purpose):
        raise OutcomeRefused("'purpose' is 1 to 40 small letters, digits, _ and -.")


PURPOSE = Param(
    "purpose",
    str,
    "What it is for: small letters, digits, _ and -; good for nothing else.",
    check=_check_purpose,
)
ACCOUNT_ID = Param("reference_id", str, "Public id of the account; without it the one who acts.", required=False)
FIELD = Param("field", str, "The input that a refusal names; 'password' without it.", required=False)


@register
class IssueAccountToken(Operation):
    """Make a single-use token to be mailed to an account; unknown accounts get one too, with nobody in `to`."""

    name = "account.token.issue"
    gives = "`token`, `to` (null where there is no such account), `name` and `expires_at`."
    effect = Effect.TRANSACTIONAL
    params = (
        Param("email", str, "E-mail of the account; an unknown one costs and answers the same.", required=False),
        Param("reference_id", str, "Public id of the account, instead of its e-mail.", required=False),
        PURPOSE,
        Param(
            "minutes", int, f"How long it is good, 1 to {MOST_MINUTES}.", check=bounded("minutes", most=MOST_MINUTES)
        ),
    )
    example = {"email": "ada@example.org", "purpose": "reset-password", "minutes": 60}
    secret_results = ("token",)

    def perform(self, call: Call) -> Result:
        purpose, lifetime = _purpose(call), _lifetime(call)
        call.unit.begin()
        issued = account_tokens.issue(_addressee(call), purpose, lifetime)
        expires_at = iso_datetime(issued.expires_at)
        return Result({"token": issued.token, "to": issued.to, "name": issued.name, "expires_at": expires_at})

    def shape(self, fixed: Mapping[str, Any]) -> Shape:
        return Shape(columns=frozenset({"token", "to", "name", "expires_at"}))


@register
class RedeemAccountToken(Operation):
    """Use up a token and return the account that it was issued for; everything that is wrong with it has one answer."""

    name = "account.token.redeem"
    gives = "the account's row."
    effect = Effect.TRANSACTIONAL
    params = (Param("token", str, "What was mailed."), PURPOSE)
    example = {"token": "6sDTk8l7aQ", "purpose": "reset-password"}

    def perform(self, call: Call) -> Result:
        token, purpose = text(call, "token"), _purpose(call)
        call.unit.begin()
        account = account_tokens.redeem(token, purpose)
        if account is None:
            raise InvalidToken
        return Result(get_entity(ACCOUNT).to_row(vars(account)))

    def shape(self, fixed: Mapping[str, Any]) -> Shape:
        return row_shape(get_entity(ACCOUNT))


@register
class CheckPassword(Operation):
    """Fail unless this is the account's present password."""

    name = "account.password.check"
    gives = "null."
    params = (Param("password", str, "The password."), ACCOUNT_ID, FIELD)
    example = {"password": "correct horse", "field": "currentPassword"}

    def perform(self, call: Call) -> Result:
        password, field = text(call, "password"), _field(call)
        if not account_of(call).check_password(password):
            raise WrongPassword(field)
        return Result(None)


@register
class ValidatePassword(Operation):
    """Fail unless the installation allows this as a new password; writing it into an account asks the same."""

    name = "account.password.validate"
    gives = "null."
    params = (
        Param("password", str, "The new password."),
        Param("email", str, "E-mail that it should not resemble.", required=False),
        Param("name", str, "Name that it should not resemble.", required=False),
        FIELD,
    )
    example = {"password": "correct horse", "email": "ada@example.org"}

    def perform(self, call: Call) -> Result:
        password, field = text(call, "password"), _field(call)
        owner = UserAccount(email=text(call, "email", default=""), name=text(call, "name", default=""))
        try:
            validate_password(password, owner)
        except ValidationError as error:
            reasons = (FieldProblem(field, item.code or "invalid", item.messages[0]) for item in error.error_list)
            raise PasswordNotAllowed(reasons) from None
        return Result(None)


@register
class SignOutEverywhere(Operation):
    """End every session and token of the account, this one included."""

    name = "account.sign_out_everywhere"
    gives = "null."
    effect = Effect.TRANSACTIONAL
    params = (ACCOUNT_ID,)

    def perform(self, call: Call) -> Result:
        call.unit.begin()
        account_of(call).end_sessions()
        return Result(None)


def account_of(call: Call) -> UserAccount:
    """Return the active account that ``reference_id`` names; where it is not given, that of the actor.

    Raises:
        RowNotFound: none, or nobody acts. A ``reference_id`` of null names nobody.
    """
    call.unit.flush()
    public_id = call.arguments.get("reference_id", call.actor.id)
    found = authentication.active_account(public_id)
    if found is None:
        raise RowNotFound(f"No '{ACCOUNT}' with this id.")
    return found


def text(call: Call, name: str, *, default: str | None = None) -> str:
    """Return an argument that is a text.

    Raises:
        OutcomeRefused: it is none, or missing without a default.
    """
    value = call.arguments.get(name)
    if value is None and default is not None:
        return default
    try:
        return coerce_text(value)
    except ValueRefused as refused:
        raise OutcomeRefused(refused.problem(name).message) from None


def _field(call: Call) -> str:
    return text(call, "field", default="password")


def _purpose(call: Call) -> str:
    purpose = text(call, "purpose")
    _check_purpose(purpose)
    return purpose


def _lifetime(call: Call) -> timedelta:
    return timedelta(minutes=whole(call.arguments, "minutes", most=MOST_MINUTES))


def _addressee(call: Call) -> UserAccount | None:
    if ("email" in call.arguments) == ("reference_id" in call.arguments):
        raise OutcomeRefused("Either 'email' or 'reference_id' says whose token it is.")
    if "email" in call.arguments:
        return authentication.account_by_email(text(call, "email", default=""))
    return authentication.active_account(call.arguments["reference_id"])
