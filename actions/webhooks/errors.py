"""What may go wrong between a verified request and its answer."""

from __future__ import annotations

from actions.errors import ActionError

RETRY_SECONDS = 10


class NotStored(ActionError):
    """A verified event could not be written to disk: its sender must send it again."""

    code, name, status = "ACT610", "unavailable", 503

    def __init__(self) -> None:
        super().__init__("The event could not be stored.", hint="Send it again.")
        self.headers = {"Retry-After": str(RETRY_SECONDS)}


class NotProcessed(ActionError):
    """A stored event whose action failed: it is tried again, by its sender and by the server. The admin says why."""

    code, name, status = "ACT611", "not_processed", 500

    def __init__(self, status: int) -> None:
        super().__init__("The event is stored, but could not be processed.", hint="Send it again.")
        self.status = status if status in (502, 503, 504) else 500
        self.headers = {"Retry-After": str(RETRY_SECONDS)}


class UnreadableEvent(ActionError):
    """A signed body that is not what its content type says: sending it again would not help."""

    code, name, status = "ACT612", "unreadable", 400


class OrderUnknown(ActionError):
    """``Once`` or ``Newer`` gave nothing by which an event could be told from others, or ordered."""

    code, name, status = "ACT613", "order_unknown", 422

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"'{key}' {reason}.")


class NoReceiver(ActionError):
    """The receiver of a stored event is gone, disabled, or no receiver any more."""

    code, name, status = "ACT614", "no_receiver", 503

    def __init__(self) -> None:
        super().__init__("Its receiver is not served now.")


class Taken(Exception):
    """Another process has the delivery now, or was done with it first."""


class Superseded(Exception):
    """The event must not be applied: the thing has been given a newer one, or its only one."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
