"""Query parameters by name in, a ``ListQuery`` out. Sources: JSON:API 1.1 and Daptin.

The same reader serves HTTP, where each parameter is a list of texts, and the outcomes of actions, whose attributes are
JSON values. A parameter that is not known here is refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from entities import registry
from entities.actors import Actor
from entities.entity import Entity
from entities.errors import BadParameter, did_you_mean
from entities.filters import names
from entities.filters.conditions import read_conditions
from entities.filters.includes import parse_include
from entities.filters.operators import ANY_OF, EQUALS, applies
from entities.filters.query import Column, Condition, ListQuery, Order
from entities.filters.values import MAX_TEXT, is_plain_text, read_value
from entities.options import option
from entities.pagination import PARAMETERS as PAGE_PARAMETERS
from entities.pagination import read_window
from entities.permissions import Right, may

PLAIN = ("sort", "filter", "query", "fields", "include", "included_relations")
KNOWN = (*PLAIN, *PAGE_PARAMETERS)
PRESENTATION = ("fields", "include", "included_relations")
MAX_ORDERS = 10

_BRACKETS = re.compile(r"(filter|fields)\[([^\[\]]*)\]")


@dataclass(slots=True)
class _Reading:
    """What has been read so far; lives for one call of ``parse_query``."""

    entity: Entity
    actor: Actor
    page: dict[str, Any] = field(default_factory=dict)
    order: tuple[Order, ...] = ()
    search: tuple[str, ...] = ()
    groups: list[tuple[Condition, ...]] = field(default_factory=list)
    fields: dict[str, frozenset[str]] = field(default_factory=dict)
    include: list[str] = field(default_factory=list)
    include_parameter: str = "include"


def parse_query(entity: Entity, params: Mapping[str, Any], actor: Actor) -> ListQuery:
    """Return what ``params`` ask of a list of ``entity``.

    ``params`` maps names to a list of texts, a text, a whole number, or for ``query`` a list of conditions; ``None``
    counts as not given.

    Raises:
        BadParameter: an unknown parameter, field, operator or relation, or a value that does not fit.
    """
    reading = _Reading(entity, actor)
    for name, value in params.items():
        if value is not None:
            _reader(reading, name)(reading, name, value)
    ceiling = option("MAX_CONDITIONS")
    if sum(map(len, reading.groups)) + len(reading.search) > ceiling:
        raise BadParameter(f"A list takes at most {ceiling} conditions.", parameter="filter")
    has_query = params.get("query") not in (None, "", [], [""])
    return ListQuery(
        order=reading.order or default_order(entity),
        window=read_window(reading.page),
        groups=tuple(reading.groups),
        search=() if has_query else reading.search,
        searched=names.searched_columns(entity) if reading.search else (),
        fields=reading.fields,
        include=parse_include(entity, reading.include, actor, reading.include_parameter),
    )


def parse_presentation(entity: Entity, params: Mapping[str, Any], actor: Actor) -> ListQuery:
    """Return what ``params`` ask of a single row: its fields, and what to include.

    Raises:
        BadParameter: any other parameter, too.
    """
    for name in params:
        brackets = _BRACKETS.fullmatch(name)
        if name not in PRESENTATION and not (brackets and brackets[1] == "fields"):
            hint = did_you_mean(_cut(name), PRESENTATION)
            raise BadParameter(f"Unknown parameter '{_cut(name)}'.", hint=hint, parameter=_cut(name))
    return parse_query(entity, params, actor)


def default_order(entity: Entity) -> tuple[Order, ...]:
    """Return the newest first, which is the order of ids that are made from the time; else the key's order."""
    if not entity.has_row_permissions:
        return ()
    return (Order(names.column(entity, "reference_id", "sort"), descending=True),)


def _reader(reading: _Reading, name: str) -> Callable[[_Reading, str, Any], None]:
    if name in PAGE_PARAMETERS:
        return _read_page
    if name in _READERS:
        return _READERS[name]
    brackets = _BRACKETS.fullmatch(name)
    if brackets:
        if not brackets[2]:
            return _READERS[brackets[1]]
        return _read_field_filter if brackets[1] == "filter" else _read_type_fields
    if name in dict(_relation_parameters(reading)):
        return _read_relation
    known = [*KNOWN, *dict(_relation_parameters(reading))]
    raise BadParameter(f"Unknown parameter '{_cut(name)}'.", hint=did_you_mean(_cut(name), known), parameter=_cut(name))


def _cut(name: str) -> str:
    return name if len(name) <= 60 else f"{name[:60]}..."


def _read_page(reading: _Reading, name: str, value: Any) -> None:
    reading.page[name] = _single(name, value)


def _read_sort(reading: _Reading, name: str, value: Any) -> None:
    terms = list(_terms(name, value))
    if len(terms) > MAX_ORDERS:
        raise BadParameter(f"'sort' may name at most {MAX_ORDERS} fields.", parameter="sort")
    orders = [_order(reading.entity, term) for term in terms]
    attributes = [order.column.attribute for order in orders]
    if len(set(attributes)) < len(attributes):
        raise BadParameter("'sort' names a field twice.", parameter="sort")
    reading.order = tuple(orders)


def _order(entity: Entity, term: str) -> Order:
    column = names.column(entity, term.lstrip("+-").strip() if term[0] in "+-" else term, "sort")
    if column.internal_type in {"JSONField", "BinaryField"}:
        raise BadParameter(f"A list cannot be sorted by '{column.name}'.", parameter="sort")
    return Order(column, descending=term.startswith("-"))


def _read_search(reading: _Reading, name: str, value: Any) -> None:
    if not names.searched_columns(reading.entity):
        raise BadParameter(f"'{reading.entity.name}' has no text to search.", parameter=name)
    for text in _several(name, value):
        if not is_plain_text(text):
            raise BadParameter(f"'{name}' must be a text of at most {MAX_TEXT} characters.", parameter=name)
        reading.search += (text,) if text else ()


def _read_query(reading: _Reading, name: str, value: Any) -> None:
    is_text = isinstance(value, list) and value and all(isinstance(item, str) for item in value)
    given = _single(name, value) if is_text else value
    reading.groups.extend(read_conditions(reading.entity, given, reading.actor))


def _read_field_filter(reading: _Reading, name: str, value: Any) -> None:
    column_name = _BRACKETS.fullmatch(name)[2]  # type: ignore[index]
    path, column = names.path_and_column(reading.entity, column_name, reading.actor, name)
    reading.groups.append((_equality(column, path, name, value),))


def _equality(column: Column, path: names.Path, name: str, value: Any) -> Condition:
    values = value if isinstance(value, list) else [value]
    operator, operand = (EQUALS, values[0]) if len(values) == 1 else (ANY_OF, values)
    if not applies(operator, column.internal_type):
        raise BadParameter(f"'{column.name}' cannot be filtered.", parameter=name)
    return Condition(column, operator, read_value(column, operator, operand, name), path)


def _relation_parameters(reading: _Reading) -> Iterable[tuple[str, str]]:
    """Yield each ``<relation>_id`` and the dotted column it compares."""
    for relation, _ in names.visible_relations(reading.entity, reading.actor):
        yield f"{relation.name}_id", f"{relation.name}.reference_id"
    for name, item in reading.entity.by_any_name.items():
        if item.target and item.readable and name.endswith("_id"):
            yield name, item.name


def _read_relation(reading: _Reading, name: str, value: Any) -> None:
    dotted = dict(_relation_parameters(reading))[name]
    path, column = names.path_and_column(reading.entity, dotted, reading.actor, name)
    reading.groups.append((_equality(column, path, name, value),))


def _read_fields(reading: _Reading, name: str, value: Any) -> None:
    reading.fields[reading.entity.name] = _wanted(reading.entity, name, value)


def _read_type_fields(reading: _Reading, name: str, value: Any) -> None:
    type_name = _BRACKETS.fullmatch(name)[2]  # type: ignore[index]
    entity = registry.find(type_name)
    if entity is None or not may(Right.READ, entity, reading.actor):
        visible = [item.name for item in registry.all_entities() if may(Right.READ, item, reading.actor)]
        raise BadParameter(f"Unknown type '{type_name}'.", hint=did_you_mean(type_name, visible), parameter=name)
    reading.fields[entity.name] = _wanted(entity, name, value)


def _wanted(entity: Entity, name: str, value: Any) -> frozenset[str]:
    return frozenset(_wanted_name(entity, term, name) for term in _terms(name, value))


def _wanted_name(entity: Entity, term: str, parameter: str) -> str:
    return term if term in entity.relations else names.column(entity, term, parameter).name


def _read_include(reading: _Reading, name: str, value: Any) -> None:
    reading.include.extend(_terms(name, value))
    reading.include_parameter = name


_READERS: Mapping[str, Callable[[_Reading, str, Any], None]] = {
    "sort": _read_sort,
    "filter": _read_search,
    "query": _read_query,
    "fields": _read_fields,
    "include": _read_include,
    "included_relations": _read_include,
}


def _single(name: str, value: Any) -> Any:
    values = value if isinstance(value, list) else [value]
    if len(values) != 1:
        raise BadParameter(f"'{name}' may be given once.", parameter=name)
    return values[0]


def _several(name: str, value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _terms(name: str, value: Any) -> Iterable[str]:
    """Yield what stands between the commas, in one text or in several."""
    for text in _several(name, value):
        if not isinstance(text, str):
            raise BadParameter(f"'{name}' must be a comma-separated text.", parameter=name)
        yield from filter(None, (term.strip() for term in text.split(",")))
