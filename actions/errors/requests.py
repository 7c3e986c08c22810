"""What is wrong with a request before anything runs (ACT3xx)."""

from __future__ import annotations

from collections.abc import Iterable

from actions.errors.base import ActionError
from entities.errors import FieldProblem


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

    def __init__(
        self, method: str, *, what: str = "An action", hint: str = "POST executes it, GET describes it."
    ) -> None:
        super().__init__(f"{what} has no {method}.", hint=hint)


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
