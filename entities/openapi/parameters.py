"""Query parameters of a list and of a row, as OpenAPI parameters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from entities.actors import Actor
from entities.entity import Entity
from entities.filters.names import readable, searched_columns, visible_relations
from entities.filters.operators import OPERATORS
from entities.options import option

Parameter = dict[str, Any]


def shared_parameters() -> dict[str, Parameter]:
    """Return the parameters that every list takes, by component name."""
    ceiling = option("MAX_PAGE_SIZE")
    size = {"type": "integer", "minimum": 1, "maximum": ceiling, "default": min(option("PAGE_SIZE"), ceiling)}
    operators = f"Operators: {', '.join(sorted(OPERATORS))}."
    return {
        "page_number": _parameter(
            "page[number]", "Which page, from 1.", {"type": "integer", "minimum": 1, "default": 1}
        ),
        "page_size": _parameter("page[size]", "Rows of a page.", size),
        "page_after": _text("page[after]", "The id of the row that the page begins after."),
        "page_before": _text("page[before]", "The id of the row that the page ends before."),
        "query": _text("query", f"A JSON list of {{column, operator, value, logical_group}}. {operators}"),
    }


def entity_parameters(entity: Entity, actor: Actor) -> dict[str, Parameter]:
    """Return the parameters that are an entity's own, by component name: of its lists, and of its rows."""
    lists = {f"{entity.name}_list_{index}": item for index, item in enumerate(_list_parameters(entity))}
    rows = {f"{entity.name}_row_{index}": item for index, item in enumerate(_row_parameters(entity, actor))}
    return {**lists, **rows}


def row_parameters(entity: Entity, actor: Actor) -> list[Parameter]:
    """Return references to what may be asked of one row."""
    return _references(name for name in entity_parameters(entity, actor) if name.startswith(f"{entity.name}_row_"))


def list_parameters(entity: Entity, actor: Actor) -> list[Parameter]:
    """Return references to what may be asked of a list."""
    return _references([*shared_parameters(), *entity_parameters(entity, actor)])


def _references(names: Iterable[str]) -> list[Parameter]:
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def _row_parameters(entity: Entity, actor: Actor) -> list[Parameter]:
    relations = [relation.name for relation, _ in visible_relations(entity, actor)]
    fields = f"Comma-separated: {', '.join([*readable(entity), *relations])}."
    found = [_text("fields", fields), _text(f"fields[{entity.name}]", fields)]
    if relations:
        include = f"Comma-separated, dotted, or '*': {', '.join(relations)}."
        found += [_text("include", include), _text("included_relations", include)]
    return found


def _list_parameters(entity: Entity) -> list[Parameter]:
    found = [_text("sort", f"Comma-separated, '-' for descending: {', '.join(readable(entity))}.")]
    if searched_columns(entity):
        names = ", ".join(column.name for column in searched_columns(entity))
        found.append(_text("filter", f"A text that stands in one of: {names}. Ignored beside 'query'."))
    return found + [_text(f"filter[{name}]", f"Rows whose '{name}' is this.") for name in readable(entity)]


def _text(name: str, description: str) -> Parameter:
    return _parameter(name, description, {"type": "string"})


def _parameter(name: str, description: str, schema: dict[str, Any]) -> Parameter:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
