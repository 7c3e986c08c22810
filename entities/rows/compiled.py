"""Conditions, an order and a selection in, rows out: by the SQL that Django compiled for a query of the same shape.

    conditions --bind--> shape, parameters      shape --known? else compiled by Django, once--> SQL

To build and compile a list query takes Django several times as long as the database needs to answer it. The text does
not depend on the values that are compared with, so it is kept by the query's shape: the columns wanted, the order, and
what Django's own look-ups make of each comparison, joined as the conditions join them. Comparisons that have the same
texts, joined in the same way, make the same WHERE, and their parameters in order are its parameters; that they are is
checked whenever a text is about to be kept. A condition that looks beyond the table (related rows, subqueries, the
rule of an entity) has no such shape: its query is compiled every time.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from django.core.exceptions import EmptyResultSet, FieldDoesNotExist, FullResultSet
from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q, QuerySet
from django.db.models.sql import Query

from entities.permissions import Granted
from entities.rows.ordering import Term
from entities.rows.selection import Row, Selection

# Clients choose columns, operators, orders and the number of values: what is kept of that is bounded.
MAX_KEPT = 1024
Record = tuple[Any, ...]
_Build: TypeAlias = "Callable[[QuerySet[Any]], QuerySet[Any]]"
_LookUp: TypeAlias = "tuple[type[models.Lookup[Any]], Any]"


class _Shapeless(Exception):
    """A condition is none of columns of the table itself, or one that no row satisfies, or every row."""


class _Count(models.Func):
    """How many rows there are."""

    template = "COUNT(*)"
    output_field = models.IntegerField()


@dataclass(frozen=True, slots=True)
class _Statement:
    """A SELECT without its window, as Django compiles it, and what makes a record of what the driver returns."""

    sql: str
    converters: tuple[tuple[int, tuple[Callable[..., Any], ...], Any], ...]

    def run(self, parameters: Record, window: str, connection: BaseDatabaseWrapper) -> list[Record]:
        with connection.cursor() as cursor:
            cursor.execute(f"{self.sql} {window}" if window else self.sql, parameters)
            records: list[Record] = cursor.fetchall()
        return [self._converted(record, connection) for record in records] if self.converters else records

    def _converted(self, record: Record, connection: BaseDatabaseWrapper) -> Record:
        values = list(record)
        for position, conversions, expression in self.converters:
            for convert in conversions:
                values[position] = convert(values[position], expression, connection)
        return tuple(values)


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows of a model that satisfy every condition, which are ``Q``s for Django's ORM."""

    model: type[models.Model]
    conditions: tuple[Q, ...]

    def narrowed(self, condition: Q) -> Listing:
        """Return those of them that satisfy one more condition."""
        return Listing(self.model, (*self.conditions, condition))

    def rows(
        self, selection: Selection, terms: tuple[Term, ...] = (), low: int = 0, high: int | None = None
    ) -> list[Row]:
        """Return the rows from ``low`` up to ``high``, in the order of the terms."""

        def build(found: QuerySet[Any]) -> QuerySet[Any]:
            return found.order_by(*(term.expression() for term in terms)).values_list(*selection.expressions())

        return selection.rows(self._records((terms, selection.attributes()), build, low, high))

    def count(self) -> int:
        """Return how many rows there are."""
        found = self._records((), lambda found: found.order_by().values_list(_Count()))
        return int(found[0][0]) if found else 0

    def _records(self, wanted: Hashable, build: _Build, low: int = 0, high: int | None = None) -> list[Record]:
        connection = connections[router.db_for_read(self.model)]
        try:
            statement, parameters = self._statement(wanted, build, connection)
        except EmptyResultSet:
            return []
        return statement.run(parameters, connection.ops.limit_offset_sql(low, high), connection)

    def _statement(self, wanted: Hashable, build: _Build, connection: BaseDatabaseWrapper) -> tuple[_Statement, Record]:
        """Return what is known for the shape of the query, else what Django compiles, with the parameters.

        Raises:
            EmptyResultSet: no row can satisfy the conditions.
        """
        shape, bound = self._bound(connection)
        name = (self.model, wanted, shape, connection.vendor)
        if shape is not None and (known := _kept.get(name)) is not None:
            return known, bound
        made, parameters = _compiled(build(self.model._base_manager.filter(*self.conditions)), connection)
        if shape is not None and parameters == bound:
            _keep(name, made)
        return made, parameters

    def _bound(self, connection: BaseDatabaseWrapper) -> tuple[Hashable, Record]:
        """Return the shape of the conditions, ``None`` where they have none, and the parameters that they bind."""
        if type(self.model._base_manager) is not models.Manager:
            return None, ()
        binding = _Binding(self.model, connection)
        try:
            return tuple(map(binding.shape, self.conditions)), tuple(binding.parameters)
        except (_Shapeless, EmptyResultSet, FullResultSet):
            return None, ()


class _Binding:
    """Collects the parameters of conditions while it tells their shape."""

    def __init__(self, model: type[models.Model], connection: BaseDatabaseWrapper) -> None:
        self._model = model
        self._compiler = Query(model).get_compiler(connection=connection)
        self.parameters: list[Any] = []

    def shape(self, node: Q) -> Hashable:
        """Return how the condition joins what it compares, and the text of each comparison."""
        return node.connector, node.negated, tuple(map(self._part, node.children))

    def _part(self, child: Any) -> Hashable:
        if isinstance(child, Q):
            return self.shape(child)
        sql, parameters = self._compiler.compile(self._comparison(child))
        self.parameters.extend(parameters)
        return str(sql)

    def _comparison(self, child: Any) -> Any:
        if isinstance(child, Granted):
            return child.on(self._model)
        look_up = _look_up(self._model, child[0]) if isinstance(child, tuple) else None
        if look_up is None or child[1] is None or hasattr(child[1], "resolve_expression"):
            raise _Shapeless
        kind, column = look_up
        return kind(column, child[1])


@lru_cache(maxsize=4096)
def _look_up(model: type[models.Model], keyword: str) -> _LookUp | None:
    """Return what ``column__word`` compares and how; ``None`` where it is no comparison of a column of the table."""
    name, _, word = keyword.partition("__")
    try:
        field: Any = model._meta.pk if name == "pk" else model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    kind = field.get_lookup(word or "exact") if field in model._meta.local_concrete_fields else None
    return None if kind is None else (kind, field.get_col(model._meta.db_table))


def _compiled(found: QuerySet[Any], connection: BaseDatabaseWrapper) -> tuple[_Statement, Record]:
    compiler = found.query.get_compiler(connection=connection)
    sql, parameters = compiler.as_sql()
    converters = compiler.get_converters([expression for expression, _, _ in compiler.select])
    places = tuple((place, tuple(conversions), of) for place, (conversions, of) in converters.items())
    return _Statement(sql, places), tuple(parameters)


_kept: dict[Hashable, _Statement] = {}


def _keep(name: Hashable, statement: _Statement) -> None:
    if len(_kept) >= MAX_KEPT:
        _kept.clear()
    _kept[name] = statement
