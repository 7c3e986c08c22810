"""A compiled tag list: steps that are run over a value and say what is wrong with it.

Every tag of the list is run, so that all failures are reported at once; ``omitempty`` ends the list for an empty value,
``dive`` runs what follows over each element. A value that is absent or null is only shown to tags that ask for
presence: whether null is allowed is the declaration's business.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from entities.errors import FieldProblem
from entities.tags.validations.base import Tag, Values, has_value

NO_VALUES: Values = {}

# The code of the failing tag, and what goes on after the field's name: ("min", "must be at least 3").
Refusal = tuple[str, str]

# What a step says of a value: it passes, it fails, or (``None``) the rest of the list does not apply to it.
Verdict = bool | None


@dataclass(frozen=True, slots=True)
class Check:
    """One tag with its parameter: as written, and compiled."""

    name: str
    tag: Tag
    param: str | None
    argument: Any

    def predicate(self, value: Any) -> str:
        """Return what to say of a value that fails."""
        words = self.tag.predicate
        return words.replace("{0}", self.param or "") if isinstance(words, str) else words(value, self.param)


class Step:
    """Part of a list."""

    __slots__ = ()

    def verdict(self, value: Any, others: Values) -> Verdict:
        """Judge a value."""
        raise NotImplementedError

    def refusals(self, value: Any, others: Values) -> Iterator[Refusal]:
        """Yield the code and the words for each failure of a value that failed."""
        raise NotImplementedError


class OmitEmpty(Step):
    """``omitempty``: an empty value needs no further checks."""

    __slots__ = ()

    def verdict(self, value: Any, others: Values) -> Verdict:
        """End the list for the kind's zero."""
        return True if has_value(value) else None


@dataclass(frozen=True, slots=True)
class Rule(Step):
    """Checks of which one must pass (``rgb|rgba``)."""

    checks: tuple[Check, ...]

    @property
    def sees_absent(self) -> bool:
        """A tag among them asks for presence."""
        return any(check.tag.sees_absent for check in self.checks)

    def is_one_of(self, said: Container[tuple[str, str | None]]) -> bool:
        """Tell whether this is one check, and has such a name and parameter."""
        return len(self.checks) == 1 and (self.checks[0].name, self.checks[0].param) in said

    def verdict(self, value: Any, others: Values) -> Verdict:
        """Pass a value that one of the checks passes; null is shown only to tags that ask for presence."""
        if value is None and not self.sees_absent:
            return True
        for check in self.checks:
            if check.tag.check(value, check.argument, others):
                return None if check.tag.ends_list else True
        return False

    def refusals(self, value: Any, others: Values) -> Iterator[Refusal]:
        """Yield the one refusal: no check passes."""
        code = "|".join(check.name for check in self.checks)
        yield code, " or ".join(check.predicate(value) for check in self.checks)


@dataclass(frozen=True, slots=True)
class Dive(Step):
    """``dive``: the rest of the list is for each element; the first refused element is reported."""

    rest: Validation

    def verdict(self, value: Any, others: Values) -> Verdict:
        """Pass a list of which every element passes."""
        return value is None or not any(True for _ in self.refusals(value, others))

    def refusals(self, value: Any, others: Values) -> Iterator[Refusal]:
        """Yield the refusals of the first element that has any."""
        if isinstance(value, str) or not isinstance(value, list | tuple | Mapping):
            yield "dive", "must be a list"
            return
        for place, item in value.items() if isinstance(value, Mapping) else enumerate(value, 1):
            found = self._element(item, others)
            if found:
                yield from ((code, f"(item {str(place)[:40]}) {predicate}") for code, predicate in found)
                return

    def _element(self, item: Any, others: Values) -> list[Refusal]:
        if item is None and not self.rest.omits_empty:
            return [("required", "must not be null")]
        return list(self.rest.refusals(item, others))


@dataclass(frozen=True, slots=True)
class Validation:
    """A compiled tag list. ``for_values`` is one that says nothing about null, not even by ``required``."""

    steps: tuple[Step, ...]
    for_values: bool = False

    @property
    def sees_absent(self) -> bool:
        """A tag of the list asks for presence, so it is to be run for inputs that were not sent, too."""
        return not self.for_values and any(isinstance(step, Rule) and step.sees_absent for step in self.steps)

    @property
    def omits_empty(self) -> bool:
        """The list begins with ``omitempty``."""
        return isinstance(self.steps[0], OmitEmpty) if self.steps else False

    @property
    def checks(self) -> tuple[Check, ...]:
        """The checks that every value must pass: no alternatives, nothing below ``dive``."""
        return tuple(step.checks[0] for step in self.steps if isinstance(step, Rule) and len(step.checks) == 1)

    def without(self, said: Container[tuple[str, str | None]]) -> Validation:
        """Return the list without the checks that have such a name and parameter."""
        kept = tuple(step for step in self.steps if not (isinstance(step, Rule) and step.is_one_of(said)))
        return replace(self, steps=kept if any(isinstance(step, Rule | Dive) for step in kept) else ())

    def passes(self, value: Any, others: Values = NO_VALUES) -> bool:
        """Tell whether the value is fine."""
        if value is None and self.for_values:
            return True
        for step in self.steps:
            verdict = step.verdict(value, others)
            if not verdict:
                return verdict is None
        return True

    def refusals(self, value: Any, others: Values = NO_VALUES) -> Iterator[Refusal]:
        """Yield every failure of the value, in the order of the tags."""
        if value is None and self.for_values:
            return
        for step in self.steps:
            verdict = step.verdict(value, others)
            if verdict is None:
                return
            if not verdict:
                yield from step.refusals(value, others)

    def problems(self, field: str, value: Any, others: Values = NO_VALUES) -> list[FieldProblem]:
        """Return every failure of the value, each code once, as problems of the field."""
        if self.passes(value, others):
            return []
        found: dict[str, FieldProblem] = {}
        for code, predicate in self.refusals(value, others):
            found.setdefault(code, FieldProblem(field, code, f"'{field}' {predicate}."))
        return list(found.values())
