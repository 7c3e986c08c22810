"""The column type of an input exists, and its options and default are values of that type."""

from __future__ import annotations

from collections.abc import Iterator

from actions.errors import Problem
from actions.locations import Location
from actions.plan.nodes import Input, Plan
from actions.validation.context import Context
from actions.validation.problems import PlanProblem
from entities.fields import ColumnType, UnknownColumnType, ValueRefused, column_type, type_validation
from entities.fields.choices import read_default, with_options


class UnknownType(PlanProblem):
    """A column type that is not in the table."""

    __slots__ = ()
    CODE = "ACT228"

    def __init__(self, error: UnknownColumnType, location: Location) -> None:
        super().__init__(error.message, location, error.hint)


class RefusedDefault(PlanProblem):
    """A default that the input itself would refuse."""

    __slots__ = ()
    CODE = "ACT229"

    def __init__(self, key: str, reason: str, location: Location) -> None:
        super().__init__(f"The default of '{key}' is refused.", location, reason)


class RefusedOption(PlanProblem):
    """An option that the column type refuses, or that stands twice."""

    __slots__ = ()
    CODE = "ACT230"

    def __init__(self, key: str, reason: str, location: Location) -> None:
        super().__init__(f"An option of '{key}' is refused.", location, reason)


def input_types(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report every unknown column type, and options and defaults that do not fit."""
    for item in plan.inputs:
        try:
            kind = column_type(item.column_type)
        except UnknownColumnType as error:
            yield UnknownType(error, context.places.value(item.location, "ColumnType"))
            continue
        refused = list(_options(item, kind, context))
        yield from refused or _default(item, kind, context)


def _options(item: Input, kind: ColumnType, context: Context) -> Iterator[Problem]:
    for index, option in enumerate(item.options):
        if isinstance(option, dict) and "value" not in (key.lower() for key in option):
            continue
        try:
            with_options(kind, [option])
        except ValueError as error:
            yield RefusedOption(item.key, str(error), context.places.value(item.location, "Options", index))


def _default(item: Input, kind: ColumnType, context: Context) -> Iterator[Problem]:
    if not item.has_default:
        return
    place = context.places.value(item.location, "DefaultValue")
    try:
        value = read_default(with_options(kind, item.options) if item.options else kind, item.default)
    except ValueError as error:
        yield RefusedDefault(item.key, str(error), place)
        return
    refusals = () if value is None else type_validation(kind).refusals(value)
    yield from (RefusedDefault(item.key, str(ValueRefused(why, code)), place) for code, why in refusals)
