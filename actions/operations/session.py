"""Operations on who acts: sign in, and act as somebody else from here on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.errors import OutcomeRefused, RowNotFound, SecondFactorFailed, SecondFactorRequired, SignInFailed
from actions.operations.base import Call, Effect, Entry, Hold, Operation, Param, Result
from actions.operations.registry import register
from entities import authentication, second_factors
from entities.models import UserAccount


@register
class SwitchUser(Operation):
    """Let the rest of the action act as the account ``user_reference_id``."""

    name = "session.switch"
    gives = "the account's row."
    params = (Param("user_reference_id", str, "Public id of the account."),)
    example = {"user_reference_id": "01980f7a-0000-7000-8000-000000000001"}

    def perform(self, call: Call) -> Result:
        call.unit.flush()
        actor = authentication.actor_by_id(call.arguments.get("user_reference_id"))
        if actor is None:
            raise RowNotFound("No 'user_account' with this id.")
        call.services.switch_actor(actor)
        return Result(dict(actor.user))


@register
class IssueToken(Operation):
    """Check e-mail, password and, where the account has a second factor, a code, and answer with a token.

    The answer: store it, set it as a cookie, notify, redirect. ``skipPasswordCheck`` vouches for who it is: neither
    password nor code is asked for.
    """

    name = "jwt.token"
    gives = (
        "the list of what the answer's entries have: `client.store.set` (the token is its `value`), "
        "`client.cookie.set`, `client.notify`, `client.redirect`."
    )
    effect = Effect.NONE
    params = (
        Param("email", str, "E-mail of the account."),
        Param("password", str, "Its password.", required=False),
        Param("code", str, "A one-time code or a recovery code, for an account with a second factor.", required=False),
        Param(
            "skipPasswordCheck",
            bool,
            "The author vouches: neither password nor code is asked for.",
            required=False,
            vouches=True,
        ),
    )
    example = {"email": "ada@example.org", "password": "correct horse"}
    secret_results = ("value",)

    def hold(self, fixed: Mapping[str, Any]) -> Hold:
        """A code that is used up is a row that is locked."""
        return Hold.LOCKS

    def perform(self, call: Call) -> Result:
        call.unit.flush()
        email, password = call.arguments.get("email"), call.arguments.get("password")
        if not isinstance(email, str) or not isinstance(password, str | None):
            raise OutcomeRefused("'email' and 'password' are texts.")
        skip = call.arguments.get("skipPasswordCheck") is True
        account = authentication.sign_in(email, password or "", skip_password=skip)
        if account is None:
            raise SignInFailed
        if not skip:
            check_second_factor(call, account)
        return signed_in(account)


def signed_in(account: UserAccount) -> Result:
    """Return a new token of the account, as the entries of the original: store it, cookie, notify, redirect."""
    token = authentication.issue_token(account)
    entries = (
        Entry("client.store.set", {"key": "token", "value": token}),
        Entry("client.cookie.set", {"key": "token", "value": f"{token}; SameSite=Strict"}),
        Entry("client.notify", {"message": "Logged in", "title": "Success", "type": "success"}),
        Entry("client.redirect", {"delay": 2000, "location": "/", "window": "self"}),
    )
    return Result([entry.attributes for entry in entries], entries)


def check_second_factor(call: Call, account: UserAccount) -> None:
    """Use up the argument ``code``, where the account has a second factor.

    Raises:
        SecondFactorRequired: none was given. SecondFactorFailed: it does not work.
    """
    if not second_factors.is_active(account.pk):
        return
    code = call.arguments.get("code")
    if code is None or code == "":
        raise SecondFactorRequired
    call.unit.begin()
    if not isinstance(code, str) or not second_factors.verify(account.pk, code):
        raise SecondFactorFailed
