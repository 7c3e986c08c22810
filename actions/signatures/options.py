"""A receiver's options in, checked values with defaults out. All problems are found at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from actions.signatures.errors import BadOptions, OptionProblem
from entities.errors import did_you_mean

LONGEST_TOLERANCE = 7 * 24 * 3600  # seconds


@dataclass(frozen=True, slots=True)
class Option:
    """One option: its name in a document, how its value is read, a sentence for the manual, its default.

    ``read`` returns the value that the scheme uses, or raises ``ValueError`` with what the value must be.
    """

    name: str
    read: Callable[[Any], Any]
    about: str
    default: Any = None
    required: bool = False


def read_options(declared: Iterable[Option], given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the value of every declared option.

    Raises:
        BadOptions: with every problem.
    """
    known = {option.name: option for option in declared}
    values = {option.name: option.default for option in known.values()}
    unknown = [name for name in given if name not in known]
    problems = [OptionProblem(name, f"Unknown option '{name}'.", did_you_mean(name, known)) for name in unknown]
    for option in known.values():
        problems += _read(option, given, values)
    if problems:
        raise BadOptions(problems)
    return MappingProxyType(values)


def spelled(declared: Iterable[Option], name: str) -> str:
    """Return the name of an option as it is declared: names match in any case."""
    return next((option.name for option in declared if option.name.lower() == name.lower()), name)


def _read(option: Option, given: Mapping[str, Any], values: dict[str, Any]) -> Iterator[OptionProblem]:
    """Put one option's value among the values, or yield what is wrong with it."""
    if given.get(option.name) is None:
        if option.required:
            yield OptionProblem(option.name, f"'{option.name}' is required.", option.about)
        return
    try:
        values[option.name] = option.read(given[option.name])
    except ValueError as refused:
        yield OptionProblem(option.name, f"'{option.name}' must be {refused}.")


def whole_seconds(value: Any) -> int:
    """Return a time span in seconds, from one second to a week."""
    if type(value) is not int or not 1 <= value <= LONGEST_TOLERANCE:
        raise ValueError(f"a whole number of seconds from 1 to {LONGEST_TOLERANCE}")
    return value


def truth(value: Any) -> bool:
    """Return a boolean."""
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def one_of(*choices: str) -> Callable[[Any], str]:
    """Return a reader of one of some words."""

    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in choices:
            raise ValueError(f"one of {', '.join(choices)}")
        return value

    return read


def tolerance(seconds: int) -> Option:
    """Return the option that every scheme with a signed time has."""
    about = "How many seconds the signed time may be off, either way."
    return Option("Tolerance", whole_seconds, about, default=seconds)
