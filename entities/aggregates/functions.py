"""The functions of a question: one table, from the client's word to a fixed expression of Django."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from functools import partial
from typing import Any

from django.db import models
from django.db.models import Count, Max, Min, Sum, functions
from django.db.models.expressions import Combinable, ExpressionWrapper, Func

from entities.aggregates import kinds
from entities.aggregates.exact import ExactAverage, ExactSum
from entities.aggregates.kinds import Kind

AVERAGE_PLACES = 6  # of an average, at least; four more than the values have

Build = Callable[[Any, Kind], Any]


@dataclass(frozen=True, slots=True)
class Function:
    """A word of the client: ``takes`` says of which types (``None``: any), ``gives`` what comes of them."""

    name: str
    about: str
    takes: frozenset[str] | None
    gives: Callable[[Kind], Kind]
    build: Build
    is_aggregate: bool = False


class InByteOrder(Func):
    """A text that is compared byte by byte, as SQLite does it anyway: the smallest is the same everywhere."""

    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **options: Any) -> Any:
        return self.as_sql(compiler, connection, template="%(expressions)s", **options)

    def as_postgresql(self, compiler: Any, connection: Any, **options: Any) -> Any:
        return self.as_sql(compiler, connection, template='(%(expressions)s) COLLATE "C"', **options)


class Upper(functions.Upper):
    """Capital letters, beyond ASCII too."""

    def as_sqlite(self, compiler: Any, connection: Any, **options: Any) -> Any:
        return self.as_sql(compiler, connection, function="outfield_upper", **options)


class Lower(functions.Lower):
    """Small letters, beyond ASCII too."""

    def as_sqlite(self, compiler: Any, connection: Any, **options: Any) -> Any:
        return self.as_sql(compiler, connection, function="outfield_lower", **options)


class Round(Func):
    """The nearest whole number, halves away from zero. PostgreSQL's own would round a half of a float to even."""

    function = "ROUND"
    arity = 1

    def as_postgresql(self, compiler: Any, connection: Any, **options: Any) -> Any:
        return self.as_sql(compiler, connection, template="ROUND((%(expressions)s)::numeric)", **options)


def in_order(expression: Any, of: Kind) -> Any:
    """Return the expression so that it is ordered, and its smallest found, alike on every database."""
    return InByteOrder(expression) if of.is_one_of(kinds.TEXTS) else expression


def sample(period: str, hours: bool) -> Function:
    """Return the function that takes a date or a moment to the beginning of its period."""
    takes, gives = (kinds.MOMENTS, kinds.MOMENT) if hours else (kinds.DATES, kinds.DATE)
    return Function("timesample", "", takes, lambda of: gives, partial(_truncated, period))


def _same(of: Kind) -> Kind:
    return of


def _summed(of: Kind) -> Kind:
    if of.is_one_of(kinds.FLOATS):
        return kinds.FLOAT
    return kinds.exact_kind(of.places, int if of.is_one_of(kinds.INTEGERS) else None)


def _averaged(of: Kind) -> Kind:
    if of.is_one_of(kinds.FLOATS):
        return kinds.FLOAT
    places = max(AVERAGE_PLACES, of.places + 4)
    return kinds.exact_kind(places, float if of.is_one_of(kinds.INTEGERS) else None)


def _rounded(of: Kind) -> Kind:
    return kinds.exact_kind(0) if of.is_one_of(kinds.DECIMALS) else of


def _sum(expression: Any, of: Kind) -> Any:
    return Sum(expression) if of.is_one_of(kinds.FLOATS) else ExactSum(expression, of.places, of.places)


def _average(expression: Any, of: Kind) -> Any:
    if of.is_one_of(kinds.FLOATS):
        return models.Avg(expression)
    return ExactAverage(expression, of.places, _averaged(of).places)


def _date(expression: Any, of: Kind) -> Any:
    return functions.TruncDate(expression, tzinfo=UTC) if of.is_one_of(kinds.MOMENTS) else expression


def _truncated(period: str, expression: Any, of: Kind) -> Any:
    field = models.DateTimeField() if period == "hour" else models.DateField()
    return functions.Trunc(expression, period, output_field=field, tzinfo=_zone(of))


def _part(name: str, expression: Any, of: Kind) -> Any:
    found = functions.Extract(expression, name, tzinfo=_zone(of))
    # Django compares a bare year by the dates where it begins and ends, and fails for the year 10,000.
    return ExpressionWrapper(found, output_field=models.IntegerField())


def _zone(of: Kind) -> Any:
    return UTC if of.is_one_of(kinds.MOMENTS) else None


def _absolute(expression: Any, of: Kind) -> Any:
    # The smallest number of a type has no absolute value in that type.
    wide = functions.Cast(expression, models.BigIntegerField()) if of.is_one_of(kinds.INTEGERS) else expression
    return functions.Abs(wide)


def _nearest(expression: Any, of: Kind) -> Any:
    if of.is_one_of(kinds.INTEGERS):
        return expression
    field = models.FloatField() if of.is_one_of(kinds.FLOATS) else models.DecimalField(max_digits=60, decimal_places=0)
    return Round(expression, output_field=field)


def _plain(build: Callable[[Any], Any]) -> Build:
    return lambda expression, of: build(expression)


def _aggregates() -> tuple[Function, ...]:
    return (
        Function("count", "how many values there are", None, lambda of: kinds.WHOLE, _plain(Count), True),
        Function("sum", "their sum", kinds.NUMBERS, _summed, _sum, True),
        Function("avg", "their average", kinds.NUMBERS, _averaged, _average, True),
        Function("min", "the smallest", kinds.ORDERED, _same, lambda value, of: Min(in_order(value, of)), True),
        Function("max", "the largest", kinds.ORDERED, _same, lambda value, of: Max(in_order(value, of)), True),
    )


def _scalars() -> tuple[Function, ...]:
    return (
        Function("date", "the day, in UTC", kinds.DATES, lambda of: kinds.DATE, _date),
        *(_part_function(name, kinds.DATES) for name in ("year", "quarter", "month", "week", "day")),
        *(_part_function(name, kinds.TIMES) for name in ("hour", "minute")),
        Function("upper", "in capital letters", kinds.TEXTS, lambda of: kinds.TEXT, _plain(Upper)),
        Function("lower", "in small letters", kinds.TEXTS, lambda of: kinds.TEXT, _plain(Lower)),
        Function("trim", "without spaces around", kinds.TEXTS, lambda of: kinds.TEXT, _plain(functions.Trim)),
        Function("length", "how many characters", kinds.TEXTS, lambda of: kinds.WHOLE, _plain(functions.Length)),
        Function("abs", "without the sign", kinds.NUMBERS, _same, _absolute),
        Function("round", "the nearest whole number, halves away from zero", kinds.NUMBERS, _rounded, _nearest),
    )


def _part_function(name: str, takes: frozenset[str]) -> Function:
    about = {"week": "the ISO week", "day": "the day of the month"}.get(name, f"the {name}")
    return Function(name, f"{about}, as a number", takes, lambda of: kinds.WHOLE, partial(_part, name))


FUNCTIONS: Mapping[str, Function] = {item.name: item for item in (*_aggregates(), *_scalars())}
COALESCE = "coalesce"
PERIODS: Mapping[str, Function] = {
    name: sample(name, hours=name == "hour") for name in ("hour", "day", "week", "month", "quarter", "year")
}


def count_rows() -> Combinable:
    """Return the number of rows."""
    return Count("*")
