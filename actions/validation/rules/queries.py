"""The attributes of a ``GET`` are parameters of a list, and what is written out in them fits the entity.

Of a ``GET_BY_ID`` the same holds for the relations it includes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from actions.errors import Problem
from actions.locations import Location
from actions.plan.nodes import Plan
from actions.plan.visitor import steps
from actions.validation.arguments import Argument, arguments
from actions.validation.context import Context
from actions.validation.entities import exported_entity
from actions.validation.literals import literal
from actions.validation.problems import PlanProblem
from entities.actors import SYSTEM
from entities.entity import Entity
from entities.errors import BadParameter, did_you_mean
from entities.filters import OPERATORS, parse_query
from entities.options import option
from entities.values import ABSENT

LIST, GET, EXPORT = "entity.list", "entity.get", "__data_export"
QUERY, INCLUDED = "query", "included_relations"
# Of an operation that takes more than what a list is asked for, the arguments that are about its rows.
ONLY = {GET: INCLUDED, EXPORT: QUERY}
ENTRY_KEYS = frozenset({"column", "operator", "value", "logical_group"})


class BadQuery(PlanProblem):
    """A parameter, column, operator or value that a list of the entity refuses."""

    __slots__ = ()
    CODE = "ACT225"

    def __init__(self, message: str, hint: str, location: Location) -> None:
        super().__init__(message, location, hint)


def queries(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report everything that would certainly be refused when the list is read."""
    for step in steps(plan.body):
        name = step.operation.name
        for argument in arguments(step) if name in (LIST, *ONLY) else ():
            entity = step.fixed.get("entity") or exported_entity(step, argument.within)
            if entity is None or ONLY.get(name, argument.name) != argument.name:
                continue
            if argument.name == QUERY and isinstance(argument.source, list):
                yield from _entries(entity, argument, context)
            else:
                yield from _parameter(entity, argument, context)


def _parameter(entity: Entity, argument: Argument, context: Context) -> Iterator[Problem]:
    value = argument.literal
    error = _refusal(entity, argument.name, "?" if value is ABSENT else value)
    if error is None:
        return
    if error.message.startswith("Unknown parameter"):
        yield BadQuery(error.message, error.hint, context.places.key(argument.within, argument.name))
    elif value is not ABSENT:
        yield BadQuery(error.message, error.hint, context.places.value(argument.within, argument.name))


def _refusal(entity: Entity, name: str, value: Any) -> BadParameter | None:
    try:
        parse_query(entity, {name: value}, SYSTEM)
    except BadParameter as error:
        return error
    return None


def _entries(entity: Entity, argument: Argument, context: Context) -> Iterator[Problem]:
    most = option("MAX_CONDITIONS")
    if len(argument.source) > most:
        place = context.places.value(argument.within, QUERY)
        yield BadQuery(f"'{QUERY}' may have at most {most} conditions.", "", place)
        return
    for index, entry in enumerate(argument.source):
        place = context.places.value(argument.within, QUERY, index)
        value = literal(entry)
        if not isinstance(entry, dict):
            if value is not ABSENT:
                yield BadQuery("A condition must be a mapping.", "", place)
            continue
        problems = list(_parts(entity, entry, place, context))
        yield from problems
        if not problems and value is not ABSENT:
            yield from _condition(entity, value, place)


def _condition(entity: Entity, entry: Any, place: Location) -> Iterator[Problem]:
    error = _refusal(entity, QUERY, [entry])
    if error is not None:
        yield BadQuery(error.message.removeprefix("query[0]: "), error.hint, place)


def _parts(entity: Entity, entry: dict[str, Any], place: Location, context: Context) -> Iterator[Problem]:
    """Judge the names in an entry, each by itself."""
    for key in sorted(entry.keys() - ENTRY_KEYS):
        yield BadQuery(f"Unknown key '{key}'.", did_you_mean(key, ENTRY_KEYS), context.places.key(place, key))
    column, operator = (literal(entry.get(key)) for key in ("column", "operator"))
    if column is not ABSENT:
        where = context.places.value(place, "column")
        yield from _condition(entity, {"column": column, "operator": "is empty"}, where)
    if operator is not ABSENT and " ".join(str(operator).lower().split()) not in OPERATORS:
        where = context.places.value(place, "operator")
        yield BadQuery(f"Unknown operator '{operator}'.", did_you_mean(str(operator), OPERATORS), where)
