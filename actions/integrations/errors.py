"""Every way in which calling an operation of another service may fail before anything is sent."""

from __future__ import annotations

from collections.abc import Iterable

from actions.errors import ActionError
from actions.integrations.documents import ArgumentProblem
from actions.integrations.documents.errors import written
from entities.errors import FieldProblem


def named(problem: ArgumentProblem, operation: str) -> str:
    """Return a sentence that names the argument, and the operation that it is for."""
    path = written(problem.path)
    if problem.code == "missing":
        return f"'{path}' of '{operation}' is missing."
    if problem.code == "unknown":
        return f"'{operation}' takes no '{path}'."
    return f"'{path}' of '{operation}': {problem.message[:1].lower()}{problem.message[1:]}"


class IntegrationRefused(ActionError):
    """Arguments that the other service's document does not allow; ``errors`` has every one of them."""

    code, name, status = "ACT592", "invalid_outcome", 422

    def __init__(self, operation: str, problems: Iterable[ArgumentProblem]) -> None:
        found = [(one, named(one, operation)) for one in problems]
        errors = tuple(FieldProblem(written(one.path), one.code, sentence) for one, sentence in found)
        super().__init__(" ".join(sentence for _, sentence in found[:3]), errors=errors)


class IntegrationUnavailable(ActionError):
    """An integration that is disabled, gone, has no such operation any more, or no address to call."""

    code, name, status = "ACT593", "integration_unavailable", 503

    def __init__(self, integration: str, reason: str) -> None:
        super().__init__(f"The integration '{integration}' {reason}.", hint="Its administrator can mend it.")


class AuthenticationMissing(ActionError):
    """An operation that needs authentication, where nobody has said which secret to use."""

    code, name, status = "ACT594", "secret_missing", 503

    def __init__(self, integration: str) -> None:
        message = f"The integration '{integration}' lacks the authentication that this needs."
        super().__init__(message, hint="Its administrator can set it.")


class TokenRefused(ActionError):
    """The authorization server of an integration gave no access token."""

    code, name, status = "ACT595", "upstream_failed", 502

    def __init__(self, integration: str, reason: str) -> None:
        super().__init__(f"The integration '{integration}' got no access token: {reason}.")
