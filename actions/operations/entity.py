"""Operations on rows: create, list, get, update, delete. ``fixed["entity"]`` is resolved when the plan is compiled.

They run with the rights of the unit's actor; ``fixed["type"]`` is the name the author used, which answers repeat.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.errors import OutcomeRefused, RowNotFound
from actions.expressions.shapes import ANY, Shape
from actions.operations.base import Call, Effect, Entry, Hold, Operation, Param, Result
from actions.operations.registry import register
from entities import filters, rows
from entities.access import require
from entities.entity import Entity
from entities.permissions import Right
from entities.store import inserts_wait

EXAMPLE_ID = "01980f7a-0000-7000-8000-000000000001"
ROW_ID = Param("reference_id", str, "Public id of the row.")


class _EntityOperation(Operation):
    """One row in, one row out."""

    effect = Effect.TRANSACTIONAL

    def shape(self, fixed: Mapping[str, Any]) -> Shape:
        return row_shape(fixed["entity"])


def row_shape(entity: Entity, *, nullable: bool = False) -> Shape:
    """Return what is known of a row of the entity."""
    names = {"__type", "reference_id", *(name for name, _, _ in entity.columns)}
    return Shape(columns=frozenset(names), nullable=nullable)


@register
class CreateEntity(_EntityOperation):
    """Create one row and return it as stored."""

    name = "entity.create"
    gives = "the row."
    open_params = True
    example = {"title": "Read the manual"}

    def hold(self, fixed: Mapping[str, Any]) -> Hold:
        """A row waits, unless Django's own code has to save it."""
        return Hold.WAITING_ROWS if inserts_wait(fixed["entity"]) else Hold.LOCKS

    def perform(self, call: Call) -> Result:
        entity = _entity(call, Right.CREATE)
        return _row_result(call, call.unit.create(entity, call.arguments, tag=call.tag))


@register
class UpdateEntity(_EntityOperation):
    """Change the named fields of one row and return it as stored."""

    name = "entity.update"
    gives = "the row."
    params = (ROW_ID,)
    open_params = True
    example = {"reference_id": EXAMPLE_ID, "done": True}

    def perform(self, call: Call) -> Result:
        changes = {name: value for name, value in call.arguments.items() if name != "reference_id"}
        entity = _entity(call, Right.UPDATE)
        return _row_result(call, call.unit.update(entity, _row_id(call), changes, tag=call.tag))


@register
class GetEntity(_EntityOperation):
    """Return one row by its public id."""

    name = "entity.get"
    gives = "the row."
    effect = Effect.NONE
    params = (ROW_ID, Param("included_relations", object, "Relations to include.", required=False))
    example = {"reference_id": EXAMPLE_ID}

    def perform(self, call: Call) -> Result:
        entity = _entity(call, Right.READ)
        call.unit.flush()
        include = filters.parse_include(entity, _names(call), call.unit.actor)
        row = rows.get(entity, _row_id(call), call.unit.actor, include=include)
        return _row_result(call, row)


@register
class DeleteEntity(_EntityOperation):
    """Delete one row; the answer notifies, as in the original."""

    name = "entity.delete"
    gives = "what its `client.notify` has."
    params = (ROW_ID,)
    example = {"reference_id": EXAMPLE_ID}

    def perform(self, call: Call) -> Result:
        call.unit.delete(_entity(call, Right.DELETE), _row_id(call), tag=call.tag)
        notify = {"type": "success", "title": "Success", "message": f"Deleted {call.fixed['type']}"}
        entry = Entry("client.notify", {"__type": "client.notify", **notify})
        return Result(entry.attributes, (entry,))

    def shape(self, fixed: Mapping[str, Any]) -> Shape:
        return ANY


@register
class ListEntities(Operation):
    """Return the rows that a query selects."""

    name = "entity.list"
    gives = "the list of rows; `Reference[0]` is the first."
    params = tuple(
        Param(name, object, description, required=False)
        for name, description in (
            ("query", "Conditions: a list of column, operator, value, logical_group."),
            ("filter", "Text that one of the label columns contains."),
            ("page[number]", "Page, from 1."),
            ("page[size]", "Rows of a page."),
            ("page[after]", "Public id after which the page starts."),
            ("page[before]", "Public id before which the page ends."),
            ("sort", "Columns, - in front for descending."),
            ("fields", "Columns to return."),
            ("included_relations", "Relations to include."),
            ("include", "The same."),
        )
    )
    open_params = True
    example = {"filter": "manual", "sort": "-created_at", "page[size]": 5}

    def perform(self, call: Call) -> Result:
        entity = _entity(call, Right.READ)
        call.unit.flush()
        query = filters.parse_query(entity, call.arguments, call.unit.actor)
        found = [_typed(call, row) for row in rows.select_rows(entity, query, call.unit.actor)]
        return Result(found, (Entry(call.fixed["type"], found),))

    def shape(self, fixed: Mapping[str, Any]) -> Shape:
        return Shape(item=row_shape(fixed["entity"]))


def _entity(call: Call, right: Right) -> Entity:
    """Return the entity, when whoever has the outcome's rights may do that with it at all."""
    entity: Entity = call.fixed["entity"]
    require(entity, right, call.unit.actor)
    return entity


def _names(call: Call) -> list[str]:
    """Return the relations to include: a list, or a text with commas as in a query string."""
    names = call.arguments.get("included_relations") or []
    if isinstance(names, str):
        return [name.strip() for name in names.split(",")]
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise OutcomeRefused("'included_relations' is a list of names.")
    return names


def _row_id(call: Call) -> object:
    public_id = call.arguments.get("reference_id")
    if not isinstance(public_id, str) or not public_id:
        raise RowNotFound(f"'reference_id' is no id of a '{call.fixed['type']}'.")
    return public_id


def _row_result(call: Call, row: dict[str, Any]) -> Result:
    typed = _typed(call, row)
    return Result(typed, (Entry(call.fixed["type"], typed),))


def _typed(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    name = call.fixed["type"]
    return row if row["__type"] == name else {**row, "__type": name}
