"""Every way in which calling somebody else's server may fail.

None of the sentences holds a part of the answer, an address that a name led to, or what became of a port.
"""

from __future__ import annotations

from typing import Literal

from actions.errors import ActionError

Reason = Literal["unreachable", "broken", "tls", "protocol", "json", "unknown_name"]
_REASONS: dict[Reason, str] = {
    "unreachable": "The other server cannot be reached.",
    "unknown_name": "The name of the other server leads nowhere.",
    "broken": "The other server broke the connection.",
    "tls": "No secure connection to the other server can be made.",
    "protocol": "The other server's answer cannot be read.",
    "json": "The other server's answer says that it is JSON, and cannot be read as such.",
}


class OutboundBlocked(ActionError):
    """An address that actions may not call; one text, whether or not there is anything at the address."""

    code, name, status = "ACT570", "outbound_blocked", 422
    tells_values = False

    def __init__(self) -> None:
        super().__init__(
            "This address may not be called.",
            hint="WORKFLOW_ALLOWED_HTTP_HOSTS names the hosts that may be; without it, public internet addresses may.",
        )


class UpstreamFailed(ActionError):
    """The other server cannot be reached, broke the connection, or does not speak HTTP."""

    code, name, status = "ACT571", "upstream_failed", 502
    tells_values = False

    def __init__(self, reason: Reason) -> None:
        super().__init__(_REASONS[reason])
        self.reason = reason


class UpstreamTimeout(ActionError):
    """The other server did not answer within the time for everything together."""

    code, name, status = "ACT572", "timeout", 504
    tells_values = False

    def __init__(self, seconds: float) -> None:
        super().__init__(f"The other server did not answer within {seconds:g} s.")
        self.seconds = seconds


class ResponseTooLarge(ActionError):
    """The other server's answer is larger than allowed, as it travels or unpacked."""

    code, name, status = "ACT573", "response_too_large", 502
    tells_values = False

    def __init__(self, most: int) -> None:
        super().__init__(f"The other server's answer is larger than {most} bytes.")
        self.most = most


class UpstreamBusy(ActionError):
    """So many calls wait for other servers, or for this one, that another one is refused at once."""

    code, name, status = "ACT574", "upstream_busy", 503
    tells_values = False

    def __init__(self) -> None:
        super().__init__("Too many calls wait for the other server.", hint="Try again.")
        self.headers = {"Retry-After": "1"}


class TooManyRedirects(ActionError):
    """The other server sends the caller on more often than allowed."""

    code, name, status = "ACT575", "too_many_redirects", 502
    tells_values = False

    def __init__(self, most: int) -> None:
        super().__init__(f"The other server redirects more than {most} times.")
        self.most = most


class RequestRefused(ActionError):
    """A request that is not sent: its URL, method, headers or body cannot be right."""

    code, name, status = "ACT576", "invalid_outcome", 422

    def __init__(self, fault: str, *, hint: str = "") -> None:
        super().__init__(fault, hint=hint)
