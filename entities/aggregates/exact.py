"""Sums and averages without binary floats, the same on every database.

PostgreSQL has them. SQLite keeps decimals as floats and its SUM overflows at 64 bits, so there an aggregate in Python
adds whole units (cents) and gives the sum as a text that sorts as the number does: HAVING and ORDER BY stay in SQL.
An average is rounded half away from zero to a fixed number of places.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from django.db import models
from django.db.models.expressions import Combinable

CONTEXT = Context(prec=500, rounding=ROUND_HALF_UP)
_READ = Context(prec=15)  # digits that SQLite's floats hold, and that CRUD shows
_EXACT_FLOAT = 1e15
_GUARD_PLACES = 20
_COMPLEMENT = str.maketrans("0123456789", "9876543210")


class ExactField(models.Field):  # type: ignore[type-arg]
    """What an exact sum or average is: a ``Decimal`` with ``places``."""

    def __init__(self, places: int) -> None:
        super().__init__(null=True)
        self.places = places

    def get_internal_type(self) -> str:
        return "ExactField"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is None or connection.vendor != "sqlite":
            return value
        return sortable(Decimal(value).scaleb(self.places, CONTEXT))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Decimal | None:
        if value is None or connection.vendor != "sqlite":
            return None if value is None else Decimal(value)
        return unsorted(value).scaleb(-self.places, CONTEXT)


class _Exact(models.Aggregate):
    """An aggregate over whole numbers or decimals with ``places``, whose result has ``shown`` places."""

    sqlite_function = ""
    postgresql_template = ""

    def __init__(self, expression: Combinable, places: int, shown: int) -> None:
        super().__init__(expression, output_field=ExactField(shown), places=places, shown=shown)

    def as_sqlite(self, compiler: Any, connection: Any, **options: Any) -> Any:
        template = f"{self.sqlite_function}(%(expressions)s, %(places)s, %(shown)s)"
        return self.as_sql(compiler, connection, template=template, **options)

    def as_postgresql(self, compiler: Any, connection: Any, **options: Any) -> Any:
        scale = self.extra["shown"] + _GUARD_PLACES
        return self.as_sql(compiler, connection, template=self.postgresql_template, scale=scale, **options)


class ExactSum(_Exact):
    """The sum; NULL of nothing."""

    name = "ExactSum"
    sqlite_function = "outfield_sum"
    postgresql_template = "SUM(%(expressions)s)"


class ExactAverage(_Exact):
    """The average, rounded; NULL of nothing. The guard places keep PostgreSQL from rounding twice."""

    name = "ExactAverage"
    sqlite_function = "outfield_average"
    postgresql_template = "ROUND(AVG(CAST(%(expressions)s AS numeric(1000, %(scale)s))), %(shown)s)"


class SqliteSum:
    """SQLite's side of ``ExactSum``: called for each row, then once for the sum."""

    def __init__(self) -> None:
        self.total = self.count = self.places = self.shown = 0

    def step(self, value: Any, places: int, shown: int) -> None:
        """Add a value; NULL is none."""
        self.places, self.shown = places, shown
        if value is not None:
            self.total += _units(value, places)
            self.count += 1

    def finalize(self) -> str | None:
        """Return the sum in units of the last place, as a sortable text."""
        return sortable(Decimal(self.total)) if self.count else None


class SqliteAverage(SqliteSum):
    """SQLite's side of ``ExactAverage``."""

    def finalize(self) -> str | None:
        """Return the average in units of the last place shown, as a sortable text."""
        if not self.count:
            return None
        units = abs(self.total) * 10 ** (self.shown - self.places)
        rounded = (2 * units + self.count) // (2 * self.count)
        return sortable(Decimal(-rounded if self.total < 0 else rounded))


def _units(value: Any, places: int) -> int:
    if isinstance(value, int):
        return value * int(10**places)
    scaled = value * 10**places if isinstance(value, float) else _EXACT_FLOAT
    if -_EXACT_FLOAT < scaled < _EXACT_FLOAT:
        return round(scaled)
    return int(_READ.create_decimal(value).scaleb(places, CONTEXT).to_integral_value(context=CONTEXT))


def sortable(number: Decimal) -> str:
    """Return a text that sorts, byte by byte, as the number does: sign, number of digits, digits.

    A negative one has every digit complemented and ends in ``~``, so that a longer fraction comes first.
    """
    whole, _, fraction = format(number.copy_abs(), "f").partition(".")
    fraction = fraction.rstrip("0")
    text = f"{len(whole):03}{whole}{'.' if fraction else ''}{fraction}"
    return f"0{text.translate(_COMPLEMENT)}~" if number < 0 else f"1{text}"


def unsorted(text: str) -> Decimal:
    """Return the number that ``sortable`` made ``text`` of."""
    if text[0] == "1":
        return Decimal(text[4:])
    return Decimal(text[4:-1].translate(_COMPLEMENT)).copy_negate()
