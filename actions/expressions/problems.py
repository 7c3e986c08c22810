"""What is wrong with an expression, found when it is compiled (ACT260 to ACT279): one class per failure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from actions.errors import Problem
from actions.locations import Location

MAX_SHOWN = 60


class ScriptProblems(Exception):
    """A script that does not compile. Carries every problem in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ExpressionProblem(Problem):
    """Base of the problems of expressions; never made itself."""

    __slots__ = ()
    CODE: ClassVar[str]

    def __init__(self, message: str, location: Location, hint: str = "") -> None:
        super().__init__(self.CODE, message, location, hint)


class NotAPath(ExpressionProblem):
    """A text that begins with ``~`` and goes on as no path does."""

    __slots__ = ()
    CODE = "ACT260"

    def __init__(self, text: str, location: Location) -> None:
        shown = text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}..."
        hint = r"Write '\~' for a text that begins with '~', or '$name' for a name inside a text."
        super().__init__(f"'{shown}' is not a path.", location, hint)


class EmptyScript(ExpressionProblem):
    """A script without a word in it."""

    __slots__ = ()
    CODE = "ACT261"

    def __init__(self, prefix: str, location: Location) -> None:
        super().__init__(f"'{prefix}' has no script.", location, f"Write '\\{prefix}' for the text itself.")


class UnclosedScript(ExpressionProblem):
    """``{{`` without ``}}`` after it."""

    __slots__ = ()
    CODE = "ACT262"

    def __init__(self, location: Location) -> None:
        super().__init__("'{{' is never closed.", location, r"Add '}}', or write '\{{' for the text itself.")


class TooManyParts(ExpressionProblem):
    """More expressions in one text, or more that cannot be read, than anybody writes."""

    __slots__ = ()
    CODE = "ACT263"

    def __init__(self, location: Location) -> None:
        super().__init__("The text has too many expressions.", location, "Make it with one script.")
