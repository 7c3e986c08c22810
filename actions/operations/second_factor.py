"""Operations on the second factor of an account: enrol, confirm, disable. Sign-in asks for it in ``jwt.token``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.errors import OutcomeRefused, SecondFactorActive, WrongCode, WrongPassword
from actions.expressions.shapes import Shape
from actions.operations.accounts import ACCOUNT_ID, account_of, text
from actions.operations.base import Call, Effect, Operation, Param, Result
from actions.operations.registry import register
from entities import second_factors

CODE = Param("code", str, "A one-time code.")


@register
class EnrollSecondFactor(Operation):
    """Make a second factor that waits for its first code: the secret, its URI for a QR code, ten recovery codes."""

    name = "totp.enroll"
    gives = "`secret`, `uri` and `recovery_codes`, all of them shown this once."
    effect = Effect.TRANSACTIONAL
    params = (Param("issuer", str, "The site's name, as the app that makes the codes shows it."), ACCOUNT_ID)
    example = {"issuer": "Outfield"}
    secret_results = ("secret", "uri", "recovery_codes")

    def perform(self, call: Call) -> Result:
        issuer = text(call, "issuer").strip()
        if not issuer or ":" in issuer:
            raise OutcomeRefused("'issuer' is a name without a colon.")
        call.unit.begin()
        made = second_factors.enroll(account_of(call), issuer)
        if made is None:
            raise SecondFactorActive
        return Result({"secret": made.secret, "uri": made.uri, "recovery_codes": list(made.recovery_codes)})

    def shape(self, fixed: Mapping[str, Any]) -> Shape:
        return Shape(columns=frozenset({"secret", "uri", "recovery_codes"}))


@register
class ConfirmSecondFactor(Operation):
    """Make the waiting factor active with its first code; from then on signing in takes one."""

    name = "totp.confirm"
    gives = "null."
    effect = Effect.TRANSACTIONAL
    params = (CODE, ACCOUNT_ID)
    example = {"code": "123456"}

    def perform(self, call: Call) -> Result:
        code = text(call, "code")
        call.unit.begin()
        if not second_factors.confirm(account_of(call).pk, code):
            raise WrongCode
        return Result(None)


@register
class DisableSecondFactor(Operation):
    """Remove the second factor, for who gives one of its codes, or the password; where both are given, both count."""

    name = "totp.disable"
    gives = "null."
    effect = Effect.TRANSACTIONAL
    params = (
        Param("code", str, "A one-time code or a recovery code.", required=False),
        Param("password", str, "The account's password.", required=False),
        ACCOUNT_ID,
    )
    example = {"code": "123456"}

    def perform(self, call: Call) -> Result:
        code, password = text(call, "code", default=""), text(call, "password", default="")
        call.unit.begin()
        account = account_of(call)
        if password and not account.check_password(password):
            raise WrongPassword("password")
        if (code or not password) and not second_factors.verify(account.pk, code):
            raise WrongCode
        second_factors.disable(account.pk)
        return Result(None)
