"""Why somebody is not signed in, and their password, link or code not taken (ACT51x, ACT53x)."""

from __future__ import annotations

import math
from collections.abc import Iterable

from actions.errors.base import ActionError
from entities.errors import FieldProblem


class SignInFailed(ActionError):
    """Wrong password, unknown account or inactive account: one answer for all."""

    code, name, status = "ACT511", "sign_in_failed", 401

    def __init__(self) -> None:
        super().__init__("Invalid e-mail or password.")


class InvalidToken(ActionError):
    """A link that does not work, or no longer: one answer for unknown, used, expired and meant for something else."""

    code, name, status = "ACT530", "invalid_token", 422

    def __init__(self) -> None:
        super().__init__("This link does not work, or no longer.", hint="Ask for a new one.")


class WrongPassword(ActionError):
    """The present password, asked for once more, is another one."""

    code, name, status = "ACT531", "invalid_input", 422

    def __init__(self, field: str) -> None:
        message = "This is not the password of the account."
        super().__init__(message, errors=(FieldProblem(field, "password", message),))


class PasswordNotAllowed(ActionError):
    """A new password that the installation's rules refuse; ``errors`` has every reason."""

    code, name, status = "ACT532", "invalid_input", 422

    def __init__(self, errors: Iterable[FieldProblem]) -> None:
        errors = tuple(errors)
        super().__init__(" ".join(error.message for error in errors), errors=errors)


class SecondFactorRequired(ActionError):
    """The password is right, and the account also asks for a one-time code."""

    code, name, status = "ACT533", "second_factor_required", 401

    def __init__(self) -> None:
        message = "Enter the code of your second factor."
        super().__init__(message, hint="Send it as 'code'.", errors=(FieldProblem("code", "required", message),))


class SecondFactorFailed(ActionError):
    """A code at sign-in that is wrong or was used: one answer for both."""

    code, name, status = "ACT534", "second_factor_failed", 401

    def __init__(self) -> None:
        message = "This code does not work, or no longer."
        super().__init__(message, errors=(FieldProblem("code", "code", message),))


class WrongCode(ActionError):
    """A code that does not belong to the factor that it should confirm or disable."""

    code, name, status = "ACT535", "invalid_input", 422

    def __init__(self) -> None:
        message = "This code does not work, or no longer."
        super().__init__(message, errors=(FieldProblem("code", "code", message),))


class SecondFactorActive(ActionError):
    """The account has a second factor already."""

    code, name, status = "ACT536", "second_factor_active", 409

    def __init__(self) -> None:
        super().__init__("A second factor is active already.", hint="Disable it first.")


class OtpRateLimited(ActionError):
    """More one-time codes were tried, for one account or from one address, than may be."""

    code, name, status = "ACT537", "otp_rate_limited", 429

    def __init__(self, seconds: float) -> None:
        whole = max(1, math.ceil(seconds))
        super().__init__("Too many codes were tried.", hint=f"Try again in {whole} s.")
        self.headers = {"Retry-After": str(whole)}


class OtpReplayed(ActionError):
    """A one-time code that is right, and was used already."""

    code, name, status = "ACT538", "otp_replayed", 409

    def __init__(self) -> None:
        message = "This code was used already."
        super().__init__(message, hint="Ask for a new one.", errors=(FieldProblem("otp", "code", message),))


class OtpFailed(ActionError):
    """A one-time code that does not work: one answer for wrong, expired, replaced and unknown accounts."""

    code, name, status = "ACT539", "otp_failed", 401

    def __init__(self) -> None:
        message = "This code does not work, or no longer."
        super().__init__(message, hint="Ask for a new one.", errors=(FieldProblem("otp", "code", message),))
