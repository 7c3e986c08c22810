"""The arguments of a step as the author wrote them, one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from actions.locations import Location
from actions.operations.base import Param
from actions.plan.nodes import Plan, Step
from actions.plan.visitor import steps
from actions.validation.literals import literal


@dataclass(frozen=True, slots=True)
class Argument:
    """One key of one mapping of ``Attributes``. ``within`` is the place of the mapping."""

    name: str
    source: Any
    within: Location

    @property
    def where(self) -> tuple[str, str]:
        """The mapping that it stands in, and its key: no other argument has both."""
        return self.within.pointer, self.name

    @property
    def literal(self) -> Any:
        """The value where it has no expression in it, else ``ABSENT``."""
        return literal(self.source)


def argument_lists(step: Step) -> Iterator[tuple[Location, tuple[Argument, ...]]]:
    """Yield, for each mapping of a step, its place and its arguments."""
    for template in step.arguments:
        source = template.source if isinstance(template.source, dict) else {}
        yield template.location, tuple(Argument(name, value, template.location) for name, value in source.items())


def arguments(step: Step) -> Iterator[Argument]:
    """Yield every argument of a step."""
    return (argument for _, found in argument_lists(step) for argument in found)


def arguments_of(plan: Plan, kind: Callable[[Param], object]) -> Iterator[tuple[Argument, Param]]:
    """Yield every argument of a plan whose declared parameter is of a kind, with that parameter."""
    for step in steps(plan.body):
        params = {param.name: param for param in step.operation.params if kind(param)}
        yield from ((argument, params[argument.name]) for argument in arguments(step) if argument.name in params)
