"""``include`` and ``included_relations``: dotted names in, a tree of relations out."""

from __future__ import annotations

from collections.abc import Iterable

from entities.actors import Actor
from entities.entity import Entity
from entities.errors import BadParameter
from entities.filters import names
from entities.filters.query import Include

MAX_INCLUDES = 20

_Tree = dict[str, "_Tree"]


def parse_include(
    entity: Entity, paths: Iterable[str], actor: Actor, parameter: str = "include"
) -> tuple[Include, ...]:
    """Return the relations to include for dotted names; ``*`` is every relation that the actor may see.

    Each relation of the tree costs one statement, so their number is bounded. ``parameter`` is named in refusals.

    Raises:
        BadParameter: an unknown relation, too deep, or too many.
    """
    tree: _Tree = {}
    for path in paths:
        every = [relation.name for relation, _ in names.visible_relations(entity, actor) if not relation.quiet]
        for name in every if path == "*" else [path]:
            _grow(tree, [step.name for step, _ in names.walk(entity, name.split("."), actor, parameter)])
    if _size(tree) > MAX_INCLUDES:
        raise BadParameter(f"'{parameter}' may name at most {MAX_INCLUDES} relations.", parameter=parameter)
    return _includes(entity, tree, actor)


def _grow(tree: _Tree, steps: list[str]) -> None:
    for step in steps:
        tree = tree.setdefault(step, {})


def _size(tree: _Tree) -> int:
    return len(tree) + sum(map(_size, tree.values()))


def _includes(entity: Entity, tree: _Tree, actor: Actor) -> tuple[Include, ...]:
    found = ((names.relation(entity, name, actor, "include"), below) for name, below in tree.items())
    return tuple(Include(relation, target, _includes(target, below, actor)) for (relation, target), below in found)
