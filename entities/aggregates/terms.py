"""A node of the text in, a term out: names and functions resolved, for an actor.

Columns are reached through relations to one row. A relation to many would count rows of the entity several times, so
it is refused with the question that gives what was meant.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NoReturn

from entities import registry
from entities.actors import Actor
from entities.aggregates.functions import COALESCE, FUNCTIONS, Function
from entities.aggregates.kinds import WHOLE, kind_of
from entities.aggregates.query import Step, Term
from entities.aggregates.syntax import Node
from entities.entity import Entity, Relation
from entities.errors import BadParameter, did_you_mean
from entities.filters import names
from entities.filters.operators import EQUALS
from entities.filters.query import Column
from entities.filters.values import read_value

MAX_NAME = 200
ROWS = Term("count", WHOLE)
_DISTINCT = "distinct"


@dataclass(frozen=True, slots=True)
class Terms:
    """Reads the terms of one parameter."""

    entity: Entity
    actor: Actor
    parameter: str

    def read(self, node: Node) -> Term:
        """Return the term that a node stands for.

        Raises:
            BadParameter: an unknown name, or a function that does not apply.
        """
        name = node.text.lower()
        if name == "count" and (not node.is_call or _is_star(node)):
            return ROWS
        if not node.is_call:
            return self._column(node)
        if name == COALESCE:
            return self._coalesce(node)
        function = FUNCTIONS.get(name)
        if function is None:
            self._refuse_function(node.text)
        return self._applied(function, node)

    def column(self, node: Node) -> tuple[names.Path, Column]:
        """Return the path and the column that a name stands for; the entity's own name may stand before it."""
        if node.is_quoted or len(node.text) > MAX_NAME:
            self.refuse(f"'{node.source[:40]}' is not the name of a field.")
        first, _, rest = node.text.partition(".")
        is_own = rest and first in (self.entity.name, *self.entity.aliases)
        if is_own and names.find_relation(self.entity, first) is None:
            return names.path_and_column(self.entity, rest, self.actor, self.parameter)
        return names.path_and_column(self.entity, node.text, self.actor, self.parameter)

    def value(self, node: Node, column: Column) -> Any:
        """Return the plain value that a node spells: a text, ``null``, or ``entity@id`` for a reference."""
        if node.is_quoted:
            return node.text
        if node.source.lower() == "null":
            return None
        kind, at, public_id = node.source.partition("@")
        if column.refers_to is None or not at:
            return node.source
        if registry.canonical_name(kind) != column.refers_to.name:
            self.refuse(f"'{column.name}' refers to '{column.refers_to.name}', not to '{kind[:40]}'.")
        return public_id

    def refuse(self, message: str, hint: str = "") -> NoReturn:
        """Refuse the parameter."""
        raise BadParameter(message, hint=hint, parameter=self.parameter)

    def refuse_many(self, relation: Relation, target: Entity) -> NoReturn:
        """Refuse a relation that would make a row count several times."""
        self.refuse(f"'{relation.name}' leads to many rows.", hint=f"Ask '/aggregate/{target.name}' instead.")

    def _column(self, node: Node) -> Term:
        path, column = self.column(node)
        for relation, target in path:
            if relation.many:
                self.refuse_many(relation, target)
        owner = path[-1][1] if path else self.entity
        text = ".".join([*(relation.name for relation, _ in path), column.name])
        return Term(text, kind_of(owner, column), path, column)

    def _applied(self, function: Function, node: Node) -> Term:
        arguments = node.arguments or ()
        if len(arguments) != 1:
            self.refuse(f"'{function.name}' takes one value.", hint=f"Write {function.name}(column).")
        argument, distinct = _without_distinct(arguments[0])
        if distinct and function.name != "count":
            self.refuse(f"'{function.name}' takes no 'distinct'.", hint="Only count does.")
        inner = self._argument(function.name, argument)
        if not inner.kind.is_one_of(function.takes) or (distinct and not inner.kind.is_comparable):
            self.refuse(f"'{function.name}' does not apply to '{inner.text}'.")
        text = f"{function.name}({'distinct ' if distinct else ''}{inner.text})"
        step = Step(function, inner.kind, distinct)
        return replace(inner, text=text, kind=function.gives(inner.kind), steps=(*inner.steps, step))

    def _coalesce(self, node: Node) -> Term:
        arguments = node.arguments or ()
        if len(arguments) != 2:
            self.refuse("'coalesce' takes a value and what stands for null.", hint="Write coalesce(column,'none').")
        inner = self._argument(COALESCE, arguments[0])
        default = self._default(inner, arguments[1])
        text = f"{COALESCE}({inner.text},{arguments[1].source})"
        return replace(inner, text=text, steps=(*inner.steps, Step(None, inner.kind, default=default)))

    def _argument(self, name: str, node: Node) -> Term:
        inner = self.read(node)
        if inner.is_aggregate:
            self.refuse(f"'{name}' cannot be computed of '{inner.text}'.", hint="Aggregate last: max(length(name)).")
        return inner

    def _default(self, inner: Term, node: Node) -> Any:
        column = inner.kind.column(inner.text)
        if not inner.kind.is_comparable:
            self.refuse(f"'coalesce' does not apply to '{inner.text}'.")
        value = self.value(node, column)
        if value is None:
            self.refuse("'coalesce' needs a value that is not null.")
        return read_value(column, EQUALS, value, self.parameter)

    def _refuse_function(self, name: str) -> NoReturn:
        known = [*FUNCTIONS, COALESCE]
        hint = did_you_mean(name[:40], known) or f"Known are: {', '.join(known)}."
        self.refuse(f"Unknown function '{name[:40]}'.", hint=hint)


def _is_star(node: Node) -> bool:
    return node.arguments == () or [item.source for item in node.arguments or ()] == ["*"]


def _without_distinct(node: Node) -> tuple[Node, bool]:
    first, _, rest = node.text.partition(" ")
    if node.is_quoted or first.lower() != _DISTINCT or not rest.strip():
        return node, False
    return replace(node, text=rest.strip()), True
