"""``query``: a list of ``{column, operator, value, logical_group}``, as JSON text or as data. Source: Daptin, 4.5."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from entities.actors import Actor
from entities.entity import Entity
from entities.errors import BadParameter, Unreadable, did_you_mean
from entities.filters.names import path_and_column
from entities.filters.operators import NOT_OFFERED, TABLE, Operator, applies
from entities.filters.query import Condition
from entities.filters.values import read_value
from entities.options import option
from entities.parsing import read_json

PARAMETER = "query"
KEYS = frozenset({"column", "operator", "value", "logical_group"})

Groups = tuple[tuple[Condition, ...], ...]


def read_conditions(entity: Entity, given: Any, actor: Actor) -> Groups:
    """Return groups of alternatives: entries of one ``logical_group`` together, every other entry alone.

    Raises:
        BadParameter: names the entry by its index.
    """
    groups: dict[object, list[Condition]] = {}
    for index, entry in enumerate(_entries(given)):
        try:
            group = _group(entry)
            condition = _condition(entity, entry, actor)
        except BadParameter as error:
            message = f"query[{index}]: {error.message}"
            raise BadParameter(message, hint=error.hint, parameter=PARAMETER) from None
        groups.setdefault(index if group is None else group, []).append(condition)
    return tuple(tuple(group) for group in groups.values())


def _entries(given: Any) -> list[Any]:
    found = _parsed(given) if isinstance(given, str) else given
    if isinstance(found, Mapping):
        found = [found]
    if not isinstance(found, list | tuple):
        raise BadParameter(
            "'query' must be a list of conditions.",
            hint='For example [{"column": "name", "operator": "contains", "value": "x"}].',
            parameter=PARAMETER,
        )
    ceiling = option("MAX_CONDITIONS")
    if len(found) > ceiling:
        raise BadParameter(f"'query' may have at most {ceiling} conditions.", parameter=PARAMETER)
    return list(found)


def _parsed(text: str) -> Any:
    try:
        return read_json(text.encode()) if text.strip() else []
    except Unreadable as error:
        place = f" at {error.pointer}" if error.pointer else ""
        raise BadParameter(f"'query' is not readable: {error.message}{place}", parameter=PARAMETER) from None
    except UnicodeEncodeError:
        raise BadParameter("'query' holds a lone surrogate.", parameter=PARAMETER) from None


def _group(entry: Any) -> str | None:
    if not isinstance(entry, Mapping):
        raise BadParameter("A condition must be an object.")
    unknown = sorted(str(key) for key in entry.keys() - KEYS)
    if unknown:
        raise BadParameter(f"Unknown key '{unknown[0]}'.", hint=did_you_mean(unknown[0], KEYS))
    group = entry.get("logical_group")
    if group is None or group == "":
        return None
    if isinstance(group, bool) or not isinstance(group, str | int):
        raise BadParameter("'logical_group' must be a text or a whole number.")
    return str(group)


def _condition(entity: Entity, entry: Mapping[str, Any], actor: Actor) -> Condition:
    name, operator = entry.get("column"), _operator(entry.get("operator"))
    if not isinstance(name, str) or not name:
        raise BadParameter("'column' must be the name of a field.")
    path, column = path_and_column(entity, name, actor, PARAMETER)
    if not applies(operator, column.internal_type):
        raise BadParameter(f"Operator '{operator.name}' does not apply to '{name}'.")
    return Condition(column, operator, read_value(column, operator, entry.get("value"), PARAMETER), path)


def _operator(name: Any) -> Operator:
    if not isinstance(name, str):
        raise BadParameter("'operator' must be the name of an operator.")
    found = TABLE.get(" ".join(name.lower().split()))
    if found is not None:
        return found
    if name.lower() in NOT_OFFERED:
        raise BadParameter(f"Operator '{name}' is not offered.", hint="Use 'contains'.")
    hint = did_you_mean(name[:40], TABLE) or f"Known are: {', '.join(TABLE)}."
    raise BadParameter(f"Unknown operator '{name[:40]}'.", hint=hint)
