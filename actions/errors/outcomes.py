"""Why an outcome fails (ACT5xx)."""

from __future__ import annotations

from actions.errors.base import ActionError


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


class DeclaredFailure(ActionError):
    """``Fail:`` ran: the client gets exactly what the author declared."""

    code, name = "ACT512", "failed"

    def __init__(self, status: int, name: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.name = name


class SavepointMissing(ActionError):
    """``$transaction`` would go back to a savepoint, or close one, and the action has none open."""

    code, name, status = "ACT583", "no_savepoint", 422

    def __init__(self, wanted: str) -> None:
        super().__init__(f"There is no savepoint for this '{wanted}'.", hint="Each 'begin' is closed once.")


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
