"""``join``: the original's way to related rows. Here relations are joined by their names, so a join only names one.

``project`` and ``project@eq(project_id,project.reference_id)`` say what ``project.name`` says by itself. A join along
anything but a relation to one row is refused.
"""

from __future__ import annotations

from typing import NoReturn

from entities.aggregates.syntax import Node, read_items
from entities.aggregates.terms import Terms
from entities.entity import Entity, Relation
from entities.filters import names
from entities.filters.operators import EQUALS, TABLE

_EQUALS = frozenset({EQUALS.name, TABLE["is"].name, "="})


def check_join(terms: Terms, text: str) -> None:
    """Refuse a join that is not along a relation of the entity to one row.

    Raises:
        BadParameter: says how to write it with the relation's name.
    """
    name, at, condition = text.strip().partition("@")
    relation, target = names.relation(terms.entity, name[:200], terms.actor, terms.parameter)
    if relation.many:
        terms.refuse_many(relation, target)
    if at:
        _check_condition(terms, relation, target, condition)


def _check_condition(terms: Terms, relation: Relation, target: Entity, condition: str) -> None:
    if "&" in condition:
        _refuse(terms, relation)
    nodes = list(read_items(condition, terms.parameter))
    arguments = nodes[0].arguments if len(nodes) == 1 and nodes[0].text.lower() in _EQUALS else None
    if relation.field is None or arguments is None or len(arguments) != 2:
        _refuse(terms, relation)
    sides = {_side(terms, relation, target, node) for node in arguments}
    if sides != {relation.field.name, "key"}:
        _refuse(terms, relation)


def _side(terms: Terms, relation: Relation, target: Entity, node: Node) -> str:
    """Return what a side of the condition is: the foreign key's name, ``key`` for the target's key."""
    path, column = terms.column(node)
    if [step.name for step, _ in path] == [relation.name] and column.attribute == target.key_column:
        return "key"
    return column.name if not path else ""


def _refuse(terms: Terms, relation: Relation) -> NoReturn:
    hint = f"Leave 'join' out and write columns as '{relation.name}.field', conditions as 'filter'."
    terms.refuse(f"'{relation.name}' can only be joined by its foreign key.", hint=hint)
