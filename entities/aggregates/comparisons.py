"""``op(left,right)`` in, an operator and a value out. The operators are those of lists, and their short names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from entities.aggregates.query import Comparison
from entities.aggregates.syntax import QUOTE_HINT, Node
from entities.aggregates.terms import Terms
from entities.errors import did_you_mean
from entities.filters.operators import TABLE, Operator, Takes, applies
from entities.filters.query import Column, Condition
from entities.filters.values import read_value

_SHORT: Mapping[str, str] = {
    **{"=": "eq", "==": "eq", "not": "neq", "ne": "neq", "!=": "neq", "<>": "neq"},
    **{"<": "lt", "<=": "lte", ">": "gt", ">=": "gte", "notin": "none of", "isnot": "is not"},
}
_COUNTS: Mapping[Takes, tuple[int, int | None]] = {
    Takes.NOTHING: (0, 0),
    Takes.LIST: (1, None),
    Takes.PAIR: (2, 2),
}


def read_condition(terms: Terms, node: Node) -> Condition | Comparison:
    """Return the condition on rows that a node spells: on a column, which may be a related row's, or on a function.

    Raises:
        BadParameter: not of the form, an unknown operator or name, or a value that does not fit.
    """
    left, operator, values = _parts(terms, node)
    if left.is_call:
        return _comparison(terms, left, operator, values)
    path, column = terms.column(left)
    return Condition(column, operator, _value(terms, column, operator, values), path)


def read_comparison(terms: Terms, node: Node, named: Mapping[str, Any]) -> Comparison:
    """Return the condition on a term that a node spells; ``named`` are terms by the names that they have already."""
    left, operator, values = _parts(terms, node)
    return _comparison(terms, left, operator, values, named)


def _comparison(
    terms: Terms, left: Node, operator: Operator, values: tuple[Node, ...], named: Mapping[str, Any] | None = None
) -> Comparison:
    term = (named or {}).get(left.source) or terms.read(left)
    column = term.kind.column(term.text)
    return Comparison(term, operator, _value(terms, column, operator, values))


def _parts(terms: Terms, node: Node) -> tuple[Node, Operator, tuple[Node, ...]]:
    if not node.arguments or node.words:
        terms.refuse(f"'{node.source[:60]}' is not a condition.", hint="Write eq(column,value).")
    left, *values = node.arguments
    operator = _operator(terms, node.text)
    least, most = _COUNTS.get(operator.takes, (1, 1))
    if len(values) < least:
        terms.refuse(f"'{node.text[:40]}' has too few values.", hint=f"Write {node.text[:40]}(column,{_shown(least)}).")
    if most is not None and len(values) > most:
        terms.refuse(f"'{node.text[:40]}' has too many values.", hint=QUOTE_HINT)
    return left, operator, tuple(values)


def _shown(count: int) -> str:
    return ",".join(["value", "value"][:count])


def _operator(terms: Terms, name: str) -> Operator:
    word = " ".join(name.lower().replace("_", " ").split())
    found = TABLE.get(_SHORT.get(word, word))
    if found is None:
        known = [*TABLE, *_SHORT]
        hint = did_you_mean(name[:40], known) or f"Known are: {', '.join(known)}."
        terms.refuse(f"Unknown operator '{name[:40]}'.", hint=hint)
    return found


def _value(terms: Terms, column: Column, operator: Operator, values: tuple[Node, ...]) -> Any:
    if not applies(operator, column.internal_type):
        terms.refuse(f"Operator '{operator.name}' does not apply to '{column.name}'.")
    plain = [terms.value(node, column) for node in values]
    is_list = operator.takes in (Takes.LIST, Takes.PAIR)
    single = plain[0] if plain else None
    return read_value(column, operator, plain if is_list else single, terms.parameter)
