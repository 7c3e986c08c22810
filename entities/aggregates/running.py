"""An ``AggregateQuery`` in, the values of each group out, in one statement.

Rows that the actor may not read do not count. Inside the statement every value has a name of ours; what a client wrote
only names values in the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce

from entities.actors import Actor
from entities.aggregates.functions import count_rows, in_order
from entities.aggregates.query import AggregateQuery, Comparison, Step, Term, TermOrder
from entities.errors import BadParameter
from entities.filters.names import Path
from entities.filters.query import Column, Condition, ListQuery
from entities.options import option
from entities.pagination import Window
from entities.permissions import Right, visible
from entities.rows.conditions import comparison, permitted, through, where
from entities.rows.reads import comparable

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Groups:
    """The values of each group by name, and whether there are more groups than these."""

    rows: list[Values]
    has_more: bool = False


def aggregate(query: AggregateQuery, actor: Actor) -> Groups:
    """Return the answer for what the actor may read.

    Raises:
        BadParameter: more groups than one answer holds, or a value that the database cannot compare with.
    """
    with comparable():
        return _Running(query, actor).groups()


@dataclass(frozen=True, slots=True)
class _Running:
    query: AggregateQuery
    actor: Actor

    def groups(self) -> Groups:
        query = self.query
        names = _names([*query.groups, *self._computed()])
        computed = {names[term.text]: self._expression(term) for term in self._computed()}
        if not query.groups:
            return Groups([self._shown(names, self._rows().aggregate(**computed))])
        keys = {names[term.text]: in_order(self._expression(term), term.kind) for term in query.groups}
        found = self._rows().annotate(**keys).values(*keys).annotate(**(computed or {"group_rows": count_rows()}))
        chosen = found.filter(*(_compared(names[item.term.text], item) for item in query.having))
        return self._cut(names, chosen.order_by(*_orders(query, names)))

    def _cut(self, names: Mapping[str, str], found: QuerySet[Any]) -> Groups:
        ceiling = int(option("MAX_GROUPS"))
        window = self.query.window or Window(ceiling)
        rows = list(found[window.offset : window.offset + window.size + 1])
        has_more, rows = len(rows) > window.size, rows[: window.size]
        if has_more and self.query.window is None:
            raise BadParameter(
                f"There are more than {ceiling} groups.",
                hint="Ask for pages with 'page[size]' and 'page[number]', or filter.",
                parameter="group",
            )
        return Groups([self._shown(names, row) for row in rows], has_more)

    def _computed(self) -> list[Term]:
        """Return each aggregate that is shown, compared or ordered by, once."""
        query = self.query
        named = (query.outputs, query.having, query.order)
        terms = [item.term for items in named for item in items]
        return list({term.text: term for term in terms if term.is_aggregate}.values())

    def _rows(self) -> QuerySet[Any]:
        query, actor = self.query, self.actor
        conditions = where(query.entity, ListQuery((), Window(1), query.conditions), actor)
        found = permitted(query.entity, actor).filter(conditions)
        for index, item in enumerate(query.comparisons):
            name = f"compared_{index}"
            found = found.alias(**{name: self._expression(item.term)}).filter(_compared(name, item))
        return found

    def _expression(self, term: Term) -> Any:
        if term.column is None:
            return count_rows()
        found = self._column(term.path, term.column)
        for step in term.steps:
            found = _applied(step, found)
        return found

    def _column(self, path: Path, column: Column) -> Any:
        """Return the column; of a related row that the actor may not read it is NULL."""
        prefix = "".join(f"{relation.query_name}__" for relation, _ in path)
        found = F(f"{prefix}{column.attribute}")
        if all(visible(target, Right.READ, self.actor) is None for _, target in path):
            return found
        return Case(When(through(self.query.entity, path, Q(), self.actor), then=found))

    def _shown(self, names: Mapping[str, str], row: Mapping[str, Any]) -> Values:
        outputs = self.query.outputs
        return {item.name: item.term.kind.shown(row[names[item.term.text]]) for item in outputs}


def _names(terms: Iterable[Term]) -> dict[str, str]:
    """Return our name for each term, by its text."""
    return {term.text: f"value_{index}" for index, term in enumerate(terms)}


def _applied(step: Step, expression: Any) -> Any:
    if step.function is None:
        default = Value(step.default, output_field=step.of.field)
        return Coalesce(expression, default, output_field=step.of.field)
    if step.distinct:
        return Count(expression, distinct=True)
    return step.function.build(expression, step.of)


def _compared(name: str, item: Comparison) -> Q:
    column = item.term.kind.column(item.term.text, name)
    found = comparison(Condition(column, item.operator, item.value))
    names_null = item.value is None or (isinstance(item.value, list) and None in item.value)
    # As in lists: what is not there is not equal to anything.
    return found | Q(**{f"{name}__isnull": True}) if item.operator.negated and not names_null else found


def _orders(query: AggregateQuery, names: Mapping[str, str]) -> list[OrderBy]:
    """Return the order that was asked for, ended by the groups, so that it is total. NULL is the largest."""
    wanted: dict[str, TermOrder] = {}
    for item in (*query.order, *map(TermOrder, query.groups)):
        wanted.setdefault(item.term.text, item)
    return [_order(names[text], item.descending) for text, item in wanted.items()]


def _order(name: str, descending: bool) -> OrderBy:
    return F(name).desc(nulls_first=True) if descending else F(name).asc(nulls_last=True)
