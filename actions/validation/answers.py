"""A step in, the names of the entries it answers with out: its ``Type``, or what ``response.create`` is given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from actions.locations import Location
from actions.operations.respond import RESPONSE_TYPE, CreateResponse, Respond
from actions.plan.nodes import Step
from actions.validation.arguments import Argument, argument_lists


@dataclass(frozen=True, slots=True)
class Answer:
    """One mapping of attributes of an answer; ``type_in`` is where its name stands, of the step or in itself."""

    name: str
    within: Location
    arguments: tuple[Argument, ...]
    type_in: tuple[Location, str]


def answers(step: Step) -> Iterator[Answer]:
    """Yield what a step answers, for each mapping of its attributes whose name is known when it is loaded."""
    for place, found in argument_lists(step):
        name = response_type(step, found)
        if step.operation.name == Respond.name:
            yield Answer(str(name), place, found, (step.location, "Type"))
        elif name is not None:
            yield Answer(name, place, found, (place, RESPONSE_TYPE))


def response_type(step: Step, found: tuple[Argument, ...]) -> str | None:
    """Return the name of the entry, ``None`` where the step makes none or computes the name."""
    if step.operation.name == Respond.name:
        return str(step.fixed["type"])
    if step.operation.name != CreateResponse.name:
        return None
    return next((item.literal for item in found if item.name == RESPONSE_TYPE and isinstance(item.literal, str)), None)
