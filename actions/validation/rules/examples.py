"""What examples name is there: entities, columns, rows that were given, and an account to act as."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from actions.errors import Problem
from actions.locations import Location
from actions.plan.examples import ADMINISTRATOR, GUEST, Example
from actions.plan.given import references
from actions.plan.nodes import Plan
from actions.validation.context import Context
from actions.validation.problems import PlanProblem
from entities import registry
from entities.entity import Entity
from entities.errors import UnknownEntity, did_you_mean

MOST = 50
ACTOR = "user"  # who acts can be named too
STATUS = range(200, 600)


class UnknownInExample(PlanProblem):
    """An example names an entity, a column or a given row that is not there."""

    __slots__ = ()
    CODE = "ACT295"


class BadExample(PlanProblem):
    """An example that nobody could run: nobody to act as, a status that is none, too many of them."""

    __slots__ = ()
    CODE = "ACT296"


def examples(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report what examples name that is not there."""
    if len(plan.examples) > MOST:
        yield BadExample(f"An action has at most {MOST} examples.", context.places.key(plan.location, "Examples"))
    for example in plan.examples:
        yield from _given(example)
        yield from _expected(example)
        yield from _actor(example)


def _given(example: Example) -> Iterator[Problem]:
    known: set[str] = set()
    for given in example.given:
        yield from _row(given.type_name, given.attributes, given.location)
        yield from _references(given.attributes, known, given.location)
        if given.reference in known:
            yield BadExample(f"'{given.reference[:100]}' is given twice.", given.location)
        known.add(given.reference)
    yield from _references(example.inputs, known | {ACTOR}, example.location)


def _expected(example: Example) -> Iterator[Problem]:
    known = {ACTOR, *(given.reference for given in example.given)}
    expected = example.expected
    for rows in expected.rows:
        yield from _row(rows.type_name, {**rows.where, **rows.attributes}, rows.location)
        yield from _references([rows.where, rows.attributes], known, rows.location)
        if rows.count is not None and rows.count < 0:
            yield BadExample("'Count' is no number of rows.", rows.location)
    for entry in (*(expected.entries or ()), *(expected.directives or ())):
        yield from _references(entry.attributes, known, example.location)
    if expected.status is not None and expected.status not in STATUS:
        yield BadExample(f"'Status' is {STATUS.start} to {STATUS.stop - 1}.", example.location)


def _row(type_name: str, values: Mapping[str, Any], location: Location) -> Iterator[Problem]:
    if not type_name:
        return  # the dialect has said so
    try:
        entity = registry.get(type_name)
    except UnknownEntity:
        hint = did_you_mean(type_name, registry.names())
        yield UnknownInExample(f"Unknown entity '{type_name[:100]}'.", location, hint)
        return
    yield from _columns(entity, values, location)


def _columns(entity: Entity, values: Mapping[str, Any], location: Location) -> Iterator[Problem]:
    for name in values:
        if name not in entity.fields and name != "reference_id":
            hint = did_you_mean(name, entity.fields)
            yield UnknownInExample(f"'{entity.name}' has no column '{name[:100]}'.", location, hint)


def _references(value: Any, known: set[str], location: Location) -> Iterator[Problem]:
    for name in references(value):
        if name not in known:
            hint = did_you_mean(name, known) or "Give a row with this Reference."
            yield UnknownInExample(f"Unknown given row '{name[:100]}'.", location, hint)


def _actor(example: Example) -> Iterator[Problem]:
    accounts = [item.attributes.get("email") for item in example.given]
    if example.actor not in (GUEST, ADMINISTRATOR, *accounts):
        hint = f"Give a 'user_account' with this e-mail, or write {GUEST} or {ADMINISTRATOR}."
        yield BadExample(f"Nobody to act as '{example.actor[:100]}'.", example.location, hint)
