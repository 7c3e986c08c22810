"""What is made up: values of a column type, and rows to try things out with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.data.bounds import HASHED, MAX_HASHED
from actions.data.random_rows import MAX_COUNT, RandomRows
from actions.data.random_values import random_value
from actions.errors import OutcomeRefused
from actions.expressions.shapes import Shape
from actions.operations.arguments import bounded, whole, word
from actions.operations.base import Call, Effect, Entry, Operation, Param, Result
from actions.operations.data import TABLE, entity_of
from actions.operations.registry import register
from entities.access import require
from entities.entity import Entity
from entities.fields import all_column_types, column_type
from entities.permissions import Right

TYPES = tuple(kind.name for kind in all_column_types())


@register
class GenerateValue(Operation):
    """Make up a value of a column type; a password is as random as the system can make it, and no trace shows it."""

    name = "random.generate"
    gives = "`value`."
    params = (Param("type", str, "A column type.", choices=TYPES),)
    example = {"type": "password"}
    secret_results = ("value",)

    def perform(self, call: Call) -> Result:
        return Result({"value": random_value(column_type(word(call, "type", TYPES)))})

    def shape(self, fixed: Mapping[str, Any]) -> Shape:
        return Shape(columns=frozenset({"value"}))


@register
class GenerateRows(Operation):
    """Create rows that are made up: each with what a new row needs, referring to rows that are there."""

    name = "generate.random.data"
    gives = "the list of rows; the answer has a `client.notify`."
    effect = Effect.TRANSACTIONAL
    params = (
        Param("count", int, f"How many, 1 to {MAX_COUNT:,}.", check=bounded("count", most=MAX_COUNT)),
        TABLE,
        Param("user_reference_id", str, "Of the original; rows belong to whoever acts.", required=False),
        Param("user_account_id", object, "Of the original; the same.", required=False),
    )
    example = {"count": 10, "table_name": "todo"}

    def perform(self, call: Call) -> Result:
        count, entity = whole(call.arguments, "count", most=MAX_COUNT), entity_of(call, TABLE.name)
        require(entity, Right.CREATE, call.unit.actor)
        _check_hashed(entity, count)
        call.unit.flush()
        rows = RandomRows(entity, call.unit.actor)
        made = [call.unit.create(entity, rows.make(), tag=call.tag) for _ in range(count)]
        notify = {"type": "success", "title": "Success", "message": "Random data generated", "__type": "client.notify"}
        return Result(made, (Entry("client.notify", notify),))


def _check_hashed(entity: Entity, count: int) -> None:
    if count > MAX_HASHED and any(field.column_type.name in HASHED for field in entity.required):
        raise OutcomeRefused(f"Of '{entity.name}', which has passwords, at most {MAX_HASHED} rows are made at once.")
