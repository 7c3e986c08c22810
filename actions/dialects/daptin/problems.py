"""What the Daptin notation refuses before it asks what names mean: one class per failure (ACT150 to ACT169)."""

from __future__ import annotations

from collections.abc import Iterable

from actions.dialects.base import DialectProblem
from actions.locations import Location
from entities.errors import did_you_mean


class NoAction(DialectProblem):
    """A document, or an element of its list, that is no action."""

    __slots__ = ()
    CODE = "ACT150"

    def __init__(self, location: Location) -> None:
        super().__init__("This is no action.", location, "An action is a mapping with 'Name' and 'OnType'.")


class UnknownKey(DialectProblem):
    """A key that means nothing here."""

    __slots__ = ()
    CODE = "ACT151"

    def __init__(self, key: str, known: Iterable[str], location: Location) -> None:
        known = tuple(known)
        hint = did_you_mean(key, known) or f"Known here: {', '.join(known)}."
        super().__init__(f"Unknown key '{key}'.", location, hint)


class RepeatedKey(DialectProblem):
    """The same key twice in different spellings."""

    __slots__ = ()
    CODE = "ACT152"

    def __init__(self, key: str, first: Location, location: Location) -> None:
        super().__init__(f"Duplicate key '{key}'.", location, f"It stands first in line {first.line}.")


class MissingKey(DialectProblem):
    """A key that has to be there."""

    __slots__ = ()
    CODE = "ACT153"

    def __init__(self, key: str, location: Location, hint: str = "") -> None:
        super().__init__(f"'{key}' is missing.", location, hint)


class WrongKind(DialectProblem):
    """A value of another kind than its key takes."""

    __slots__ = ()
    CODE = "ACT154"

    def __init__(self, key: str, wanted: str, location: Location, hint: str = "") -> None:
        super().__init__(f"'{key}' must be {wanted}.", location, hint)


class BadName(DialectProblem):
    """A name that cannot be a segment of a URL, or a text beyond its bound."""

    __slots__ = ()
    CODE = "ACT155"

    def __init__(self, key: str, reason: str, location: Location) -> None:
        super().__init__(f"'{key}' {reason}.", location)


class UnknownMethod(DialectProblem):
    """A method that no outcome has."""

    __slots__ = ()
    CODE = "ACT156"

    def __init__(self, method: str, known: Iterable[str], location: Location) -> None:
        known = tuple(known)
        hint = did_you_mean(method, known) or f"Known: {', '.join(known)}."
        super().__init__(f"Unknown method '{method}'.", location, hint)


class Misplaced(DialectProblem):
    """A key that cannot stand beside another, or not without it."""

    __slots__ = ()
    CODE = "ACT157"

    def __init__(self, key: str, reason: str, location: Location) -> None:
        super().__init__(f"'{key}' {reason}.", location)


class OutOfRange(DialectProblem):
    """A number beyond its bounds."""

    __slots__ = ()
    CODE = "ACT158"

    def __init__(self, key: str, low: int, high: int, location: Location) -> None:
        super().__init__(f"'{key}' must be from {low} to {high}.", location)


class UnknownChoice(DialectProblem):
    """A word that is none of those allowed: a right, a class of people."""

    __slots__ = ()
    CODE = "ACT159"

    def __init__(self, what: str, word: str, known: Iterable[str], location: Location) -> None:
        known = tuple(known)
        hint = did_you_mean(word, known) or f"Known: {', '.join(known)}."
        super().__init__(f"Unknown {what} '{word}'.", location, hint)


class BadRate(DialectProblem):
    """A text that is no rate."""

    __slots__ = ()
    CODE = "ACT165"

    def __init__(self, key: str, text: str, fault: str, hint: str, location: Location) -> None:
        shown = text if len(text) <= 40 else f"{text[:40]}..."
        super().__init__(f"'{key}': '{shown}' {fault}", location, hint)


class BadQuery(DialectProblem):
    """A ``query`` whose text is no JSON list, or whose entries are no conditions."""

    __slots__ = ()
    CODE = "ACT160"

    def __init__(self, reason: str, location: Location, hint: str = "") -> None:
        super().__init__(f"'query' {reason}.", location, hint)
