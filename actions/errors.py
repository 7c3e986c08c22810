"""Every way an action may fail, one class each: first those found in a document, then those of a run.

Codes are grouped by phase (ACT1xx document, 2xx plan, 3xx inputs, 4xx permission, 5xx run and operation). A failure of
a run also has the public ``name`` and HTTP ``status`` that answers use. Constructors take facts, not sentences.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from actions.locations import Location
from entities.errors import FieldProblem

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a document: found at load, never at run.

    An ``error`` keeps the definition from being saved, a ``warning`` does not.
    """

    code: str
    message: str
    location: Location
    hint: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        head = " ".join(part for part in (self.code, self.message, self.hint) if part)
        return "\n".join(part for part in (head, f"  {self.location}", self.location.excerpt()) if part)

    def as_data(self) -> dict[str, Any]:
        """Return the shape that ``check_actions --format json`` prints."""
        where = self.location
        return {
            "code": self.code,
            "severity": self.severity,
            "file": where.source,
            "line": where.line,
            "column": where.column,
            "pointer": where.pointer,
            "message": self.message,
            "hint": self.hint,
        }


class ActionError(Exception):
    """Base of every failure of the actions app; never raised itself."""

    code = "ACT000"
    name = "action_error"
    status = 500

    def __init__(
        self, message: str, *, hint: str = "", errors: tuple[FieldProblem, ...] = (), outcome: Outcome | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.errors = errors
        self.outcome = outcome
        self.headers: Mapping[str, str] = {}
        # Of an action within the action: whether the message may be computed from one of its secrets.
        self.tells_secret = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """Which declared outcome failed: its position (from 0) in OutFields, its path in the document, its Reference."""

    index: int
    pointer: str
    reference: str | None = None


class RefusedDocument(ActionError):
    """A document with at least one error. Carries all problems, warnings included."""

    code, name, status = "ACT100", "refused_document", 422

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        errors = sum(problem.severity == "error" for problem in self.problems)
        super().__init__(f"{errors} problem(s).")

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class InvalidInput(ActionError):
    """Inputs that the declaration refuses; ``errors`` has every one of them."""

    code, name, status = "ACT301", "invalid_input", 422

    def __init__(self, errors: Iterable[FieldProblem]) -> None:
        errors = tuple(errors)
        super().__init__(" ".join(error.message for error in errors[:3]) or "Invalid input.", errors=errors)


class UnreadableInput(ActionError):
    """A request body that cannot be read."""

    code, name, status = "ACT302", "unreadable", 400


class InputTooLarge(ActionError):
    """A request over one of the published bounds."""

    code, name, status = "ACT303", "too_large", 413


class UnsupportedBody(ActionError):
    """A content type that actions do not read."""

    code, name, status = "ACT304", "unsupported_media_type", 415


class MethodNotAllowed(ActionError):
    """An HTTP method that an action does not have: only POST executes."""

    code, name, status = "ACT305", "method_not_allowed", 405

    def __init__(self, method: str) -> None:
        super().__init__(f"An action has no {method}.", hint="POST executes it, GET describes it.")


class MalformedIdempotencyKey(ActionError):
    """An ``Idempotency-Key`` that is no text of 1 to 255 visible ASCII characters."""

    code, name, status = "ACT320", "malformed_idempotency_key", 400

    def __init__(self) -> None:
        super().__init__(
            "The Idempotency-Key cannot be read.",
            hint="Send 1 to 255 visible ASCII characters in double quotes, such as a new UUID.",
        )


class IdempotencyKeyReused(ActionError):
    """The ``Idempotency-Key`` came before, with something else in the request."""

    code, name, status = "ACT321", "idempotency_key_reused", 422

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key came with another request.", hint="Use a new key for a new request.")


class InFlight(ActionError):
    """The first request with this ``Idempotency-Key`` is still being worked on."""

    code, name, status = "ACT322", "in_flight", 409

    def __init__(self) -> None:
        super().__init__("The first request with this Idempotency-Key is not answered yet.", hint="Try again.")
        self.headers = {"Retry-After": "1"}


class UnknownAction(ActionError):
    """No such action, or none that the actor may know of: one answer for both."""

    code, name, status = "ACT401", "not_found", 404

    def __init__(self, type_name: str, action: str) -> None:
        super().__init__(f"No action '{action}' on '{type_name}'.")


class SignInRequired(ActionError):
    """A guest may not execute this action."""

    code, name, status = "ACT402", "not_authenticated", 401

    def __init__(self) -> None:
        super().__init__("Sign in to do this.")


class NotPermitted(ActionError):
    """A signed-in actor who may see the action but not execute it."""

    code, name, status = "ACT403", "forbidden", 403

    def __init__(self, message: str = "You may not do this.", *, hint: str = "") -> None:
        super().__init__(message, hint=hint)


class SubjectNotFound(ActionError):
    """The instance does not exist, or the actor may not read it."""

    code, name, status = "ACT404", "not_found", 404

    def __init__(self, type_name: str) -> None:
        super().__init__(f"No such '{type_name}'.")


class SubjectRequired(ActionError):
    """The action needs an instance and the request names none."""

    code, name, status = "ACT405", "invalid_input", 422

    def __init__(self, type_name: str) -> None:
        field = f"{type_name}_id"
        message = f"This action needs a '{type_name}'."
        super().__init__(message, hint=f"Send '{field}'.", errors=(FieldProblem(field, "required", message),))


class TokenRevoked(ActionError):
    """A token that its account has ended: another password, a deactivation, signed out everywhere, or deleted."""

    code, name, status = "ACT406", "token_revoked", 401

    def __init__(self, message: str, *, hint: str, headers: Mapping[str, str]) -> None:
        super().__init__(message, hint=hint)
        self.headers = headers


class RateLimited(ActionError):
    """More attempts than the action's rate limit allows."""

    code, name, status = "ACT429", "rate_limited", 429

    def __init__(self, seconds: float) -> None:
        whole = max(1, math.ceil(seconds))
        super().__init__("Too many requests.", hint=f"Try again in {whole} s.")
        self.headers = {"Retry-After": str(whole)}


class ScriptFailed(ActionError):
    """A script threw, or its value cannot be JSON."""

    code, name, status = "ACT501", "script_failed", 422


class ScriptOverBudget(ActionError):
    """A script used more time, memory or output than it has."""

    code, name, status = "ACT502", "script_over_budget", 422


class RedirectRefused(ActionError):
    """A redirect that would leave the site for a host that the settings do not allow."""

    code, name, status = "ACT503", "redirect_refused", 422


class RowNotFound(ActionError):
    """A row that an outcome needs and does not find."""

    code, name, status = "ACT504", "not_found", 404


class OutcomeRefused(ActionError):
    """Values that an outcome may not write: wrong type, unknown reference, a bound of the entity."""

    code, name, status = "ACT505", "invalid_outcome", 422


class UniqueConflict(ActionError):
    """A unique value that another row has already."""

    code, name, status = "ACT506", "conflict", 409


class NoList(ActionError):
    """``ForEach`` gave something that is no list."""

    code, name, status = "ACT507", "not_a_list", 422


class TooManyItems(ActionError):
    """``ForEach`` gave more elements than ``MaxItems``."""

    code, name, status = "ACT508", "too_many_items", 422


class TooDeep(ActionError):
    """Actions invoked by actions beyond the depth limit."""

    code, name, status = "ACT509", "too_deep", 422


class Busy(ActionError):
    """The database could not serialise the transaction within the bounded number of attempts, or is not reachable."""

    code, name, status = "ACT510", "unavailable", 503


class SignInFailed(ActionError):
    """Wrong password, unknown account or inactive account: one answer for all."""

    code, name, status = "ACT511", "sign_in_failed", 401

    def __init__(self) -> None:
        super().__init__("Invalid e-mail or password.")


class DeclaredFailure(ActionError):
    """``Fail:`` ran: the client gets exactly what the author declared."""

    code, name = "ACT512", "failed"

    def __init__(self, status: int, name: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.name = name


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


class SecretMissing(ActionError):
    """A secret that is needed has no value now; the log says which."""

    code, name, status = "ACT560", "secret_missing", 503

    def __init__(self, secret: str) -> None:
        super().__init__("The server lacks a secret that this needs.", hint="Its administrator can set it.")
        self.secret = secret


class SecretUnusable(ActionError):
    """A secret that is needed does not have the form that its use demands; the log says which."""

    code, name, status = "ACT561", "secret_unusable", 503

    def __init__(self, secret: str) -> None:
        super().__init__("A secret of the server cannot be used for this.", hint="Its administrator can mend it.")
        self.secret = secret


class SavepointMissing(ActionError):
    """``$transaction`` would go back to a savepoint, or close one, and the action has none open."""

    code, name, status = "ACT583", "no_savepoint", 422

    def __init__(self, wanted: str) -> None:
        super().__init__(f"There is no savepoint for this '{wanted}'.", hint="Each 'begin' is closed once.")


class InternalFault(ActionError):
    """Our own fault: the answer has only an error id, the log has the rest."""

    code, name, status = "ACT599", "internal_error", 500
