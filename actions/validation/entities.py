"""Which entity an operation is about that takes its name as an argument, where that is written out."""

from __future__ import annotations

from actions.locations import Location
from actions.plan.nodes import Step
from actions.validation.arguments import argument_lists
from entities import registry
from entities.entity import Entity


def exported_entity(step: Step, within: Location) -> Entity | None:
    """Return the entity that the arguments at a place name; ``None`` where nobody can tell, or there is none."""
    names = {param.name for param in step.operation.params if param.names_entity}
    for place, found in argument_lists(step):
        if place == within:
            literals = (argument.literal for argument in found if argument.name in names)
            return next((registry.find(name) for name in literals if isinstance(name, str)), None)
    return None
