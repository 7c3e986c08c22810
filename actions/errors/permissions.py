"""What a caller may not, or not know, or not so often (ACT4xx)."""

from __future__ import annotations

import math
from collections.abc import Mapping

from actions.errors.base import ActionError
from entities.errors import FieldProblem


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
