"""Every way in which calling an operation of another service may fail before anything is sent."""

from __future__ import annotations

from actions.errors import ActionError
from actions.integrations.documents import BadArguments


class IntegrationRefused(ActionError):
    """Arguments that the other service's document does not allow; ``errors`` has every one of them."""

    code, name, status = "ACT592", "invalid_outcome", 422

    def __init__(self, refused: BadArguments) -> None:
        super().__init__(refused.message, errors=refused.errors)


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
