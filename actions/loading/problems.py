"""What loading refuses or notices about files and texts, besides what is wrong inside them (ACT120 to ACT129)."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from actions.errors import Problem, Severity
from actions.locations import Location
from actions.validation.context import ActionKey


class LoadingProblem(Problem):
    """Base of the problems of loading; never made itself."""

    __slots__ = ()
    CODE: ClassVar[str]
    SEVERITY: ClassVar[Severity] = "error"

    def __init__(self, message: str, location: Location, hint: str = "") -> None:
        super().__init__(self.CODE, message, location, hint, self.SEVERITY)


class UnreadableFile(LoadingProblem):
    """A path that is not there or cannot be read."""

    __slots__ = ()
    CODE = "ACT120"

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"'{source}' cannot be read: {reason}.", Location(source, 1, 1))


class DeclaredTwice(LoadingProblem):
    """Two files of one folder declare the same action."""

    __slots__ = ()
    CODE = "ACT121"

    def __init__(self, key: ActionKey, first: str, location: Location) -> None:
        message = f"Action '{key[1]}' on '{key[0]}' is declared twice."
        super().__init__(message, location, f"It stands first in {first}.")


class Overridden(LoadingProblem):
    """A later folder declares the same action, and wins."""

    __slots__ = ()
    CODE = "ACT122"
    SEVERITY = "warning"

    def __init__(self, key: ActionKey, winner: str, location: Location) -> None:
        message = f"Action '{key[1]}' on '{key[0]}' is taken from {winner}, not from here."
        super().__init__(message, location, "The later path wins.")


class NotOneAction(LoadingProblem):
    """A text with several actions where one is wanted."""

    __slots__ = ()
    CODE = "ACT123"

    def __init__(self, location: Location) -> None:
        super().__init__("This is a further action.", location, "Give each action a definition of its own.")


class TakenReferenceId(LoadingProblem):
    """A ReferenceId that is the id of another action."""

    __slots__ = ()
    CODE = "ACT124"

    def __init__(self, holder: ActionKey, location: Location) -> None:
        message = f"'ReferenceId' is the id of action '{holder[1]}' on '{holder[0]}'."
        super().__init__(message, location, "Choose another one, or leave it out.")


class AnotherReferenceId(LoadingProblem):
    """A ReferenceId for an action that has an id already."""

    __slots__ = ()
    CODE = "ACT125"

    def __init__(self, key: ActionKey, own: UUID, location: Location) -> None:
        message = f"Action '{key[1]}' on '{key[0]}' has another id already, and keeps it."
        super().__init__(message, location, f"Write '{own}', or leave it out.")
