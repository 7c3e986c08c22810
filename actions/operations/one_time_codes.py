"""Short codes that are sent to an account and typed in: made, and verified. Names and purposes are the original's.

How they reach somebody is the author's to say: ``mail.send`` to ``$otp.to``, or a service that sends text messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from actions.errors import OtpFailed, OtpRateLimited, OtpReplayed, OutcomeRefused
from actions.expressions.shapes import Shape
from actions.operations.accounts import ACCOUNT, text
from actions.operations.base import Attempt, Call, Effect, Operation, Param, Result
from actions.operations.registry import register
from actions.operations.session import check_second_factor, signed_in
from actions.rates import Rate
from entities import authentication, one_time_codes
from entities.derivation import iso_datetime
from entities.models import UserAccount
from entities.one_time_codes import Verdict
from entities.registry import get as get_entity

ENROLLMENT, SEND, LOGIN, PASSWORD_RESET = "enrollment", "send", "login", "password_reset"
PER_ACCOUNT, PER_SOURCE = Rate(5, 900), Rate(50, 900)


def _number_of(mobile: str) -> str:
    number = one_time_codes.read_number(mobile) if mobile else ""
    if number is None:
        raise OutcomeRefused("'mobile' is a number with its country code, such as +4930123456.")
    return number


EMAIL = Param("email", str, "E-mail of the account; an unknown one costs and answers the same.", required=False)
MOBILE = Param(
    "mobile",
    str,
    "Number with its country code (`+4930123456`) that is, or will be, the account's.",
    required=False,
    check=_number_of,
)


@register
class GenerateCode(Operation):
    """Make a code of six digits, good once within 120 seconds; nobody's account gets one too, with null as `to`.

    ``enrollment`` is for an e-mail, or for a number that the account (``email``, else the one who acts) is to have.
    """

    name = "otp.generate"
    gives = "`otp`, `to` (the e-mail or the number, null where there is no such account), `name` and `expires_at`."
    effect = Effect.TRANSACTIONAL
    params = (
        EMAIL,
        MOBILE,
        Param("purpose", str, "What it is for; `send` is to sign in.", choices=(ENROLLMENT, SEND, PASSWORD_RESET)),
    )
    example = {"email": "ada@example.org", "purpose": PASSWORD_RESET}
    secret_results = ("otp",)

    def perform(self, call: Call) -> Result:
        purpose, asked = _purpose(call, self), _Asked.of(call)
        call.unit.begin()
        account = asked.account(call, purpose)
        stored = LOGIN if purpose == SEND else purpose
        issued = one_time_codes.issue(account, stored, asked.number_for(purpose))
        to, name = (None, None) if account is None else (asked.number or account.email, account.name)
        return Result({"otp": issued.code, "to": to, "name": name, "expires_at": iso_datetime(issued.expires_at)})

    def shape(self, fixed: Mapping[str, Any]) -> Shape:
        return Shape(columns=frozenset({"otp", "to", "name", "expires_at"}))


@register
class VerifyCode(Operation):
    """Use up a code and answer with a token, as `jwt.token` does; for another purpose give the account's row.

    The number of an ``enrollment`` is from then on the account's, for codes to be sent to it.
    What is wrong, expired or unknown has one answer; a code that was used has another. Of one e-mail or number five
    codes may be tried in 15 minutes, from one address fifty, also by runs that fail.
    """

    name = "otp.login.verify"
    gives = "for `login` what `jwt.token` gives, else the account's row."
    effect = Effect.TRANSACTIONAL
    params = (
        Param("otp", str, "What was typed in."),
        EMAIL,
        MOBILE,
        Param("purpose", str, "What the code was made for.", choices=(LOGIN, ENROLLMENT, PASSWORD_RESET)),
        Param("code", str, "For `login`: a code of the second factor, for an account that has one.", required=False),
    )
    example = {"otp": "123456", "email": "ada@example.org", "purpose": LOGIN}
    secret_results = ("value",)

    def perform(self, call: Call) -> Result:
        purpose, asked, code = _purpose(call, self), _Asked.of(call), text(call, "otp")
        seconds = call.services.count_attempt(Attempt(self.name, asked.counted(), PER_ACCOUNT, PER_SOURCE))
        if seconds > 0:
            raise OtpRateLimited(seconds)
        call.unit.begin()
        account = asked.account(call, purpose)
        number = asked.number_for(purpose)
        verdict = one_time_codes.verify(account, purpose, "".join(code.split()), number)
        if verdict is Verdict.REPLAYED:
            raise OtpReplayed
        if account is None or verdict is Verdict.WRONG:
            raise OtpFailed
        if purpose == LOGIN:
            check_second_factor(call, account)
            return signed_in(account)
        if number:
            one_time_codes.keep_number(account, number)
        return Result(get_entity(ACCOUNT).to_row(vars(account)))


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whose code: an e-mail, a number (E.164), or both, which must then be of one account."""

    email: str
    number: str

    @classmethod
    def of(cls, call: Call) -> _Asked:
        email, mobile = text(call, "email", default="").strip(), text(call, "mobile", default="").strip()
        if not email and not mobile:
            raise OutcomeRefused("'email' or 'mobile' says whose code it is.")
        return cls(email, _number_of(mobile))

    def counted(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.email, self.number)))

    def number_for(self, purpose: str) -> str:
        """Return the number that a code is bound to: that of an enrollment is not the account's yet."""
        return self.number if purpose == ENROLLMENT else ""

    def account(self, call: Call, purpose: str) -> UserAccount | None:
        by_email = authentication.account_by_email(self.email) if self.email else None
        if purpose == ENROLLMENT:
            return by_email if self.email else authentication.active_account(call.actor.id)
        if not self.number:
            return by_email
        by_number = one_time_codes.account_by_number(self.number)
        return by_number if not self.email or by_number == by_email else None


def _purpose(call: Call, operation: Operation) -> str:
    (param,) = (param for param in operation.params if param.name == "purpose")
    purpose = text(call, "purpose")
    if purpose not in param.choices:
        raise OutcomeRefused(f"'purpose' is one of {', '.join(param.choices)}.")
    return purpose
