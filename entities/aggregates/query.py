"""The frozen question: what is computed of which rows, by which groups, in which order.

Every name has been resolved to a known column or function; a client's alias only names a value in the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from entities.aggregates.functions import Function
from entities.aggregates.kinds import Kind
from entities.entity import Entity
from entities.filters.names import Path
from entities.filters.operators import Operator
from entities.filters.query import Column, Condition
from entities.pagination import Window


@dataclass(frozen=True, slots=True)
class Step:
    """A function applied to values of one kind; without one, ``default`` takes the place of NULL."""

    function: Function | None
    of: Kind
    distinct: bool = False
    default: Any = None


@dataclass(frozen=True, slots=True)
class Term:
    """A value of a group: a column at the end of a path (``None``: the row itself), and the steps from the inside out.

    ``text`` is how it is written in one way only, so equal terms have equal texts.
    """

    text: str
    kind: Kind
    path: Path = ()
    column: Column | None = None
    steps: tuple[Step, ...] = ()

    @property
    def is_aggregate(self) -> bool:
        """It is computed of many rows."""
        return self.column is None or any(step.function and step.function.is_aggregate for step in self.steps)


@dataclass(frozen=True, slots=True)
class Output:
    """A value of the answer, under a name."""

    name: str
    term: Term


@dataclass(frozen=True, slots=True)
class Comparison:
    """A condition on a term."""

    term: Term
    operator: Operator
    value: Any


@dataclass(frozen=True, slots=True)
class TermOrder:
    """One term to order by."""

    term: Term
    descending: bool = False


@dataclass(frozen=True, slots=True)
class AggregateQuery:
    """``conditions`` are alternatives, of which rows satisfy one each; ``comparisons`` are on functions of rows.

    Without ``window`` all groups are wanted.
    """

    entity: Entity
    outputs: tuple[Output, ...]
    groups: tuple[Term, ...] = ()
    conditions: tuple[tuple[Condition, ...], ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    having: tuple[Comparison, ...] = ()
    order: tuple[TermOrder, ...] = ()
    window: Window | None = None
