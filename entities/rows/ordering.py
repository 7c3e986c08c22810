"""The order of a list, always total, and the condition for what comes after a row in it.

NULL comes last when ascending and first when descending, on every database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.db.models.expressions import OrderBy

from entities.entity import Entity
from entities.filters.query import Order


@dataclass(frozen=True, slots=True)
class Term:
    """One attribute of the model to order by."""

    attribute: str
    descending: bool
    nullable: bool = False

    def expression(self, prefix: str = "") -> OrderBy:
        """Return the term for ``order_by``; ``prefix`` leads from what is queried to the rows."""
        column = F(f"{prefix}{self.attribute}")
        if self.descending:
            return column.desc(nulls_first=True) if self.nullable else column.desc()
        return column.asc(nulls_last=True) if self.nullable else column.asc()

    def reversed(self) -> Term:
        """Return the term that orders the other way round."""
        return Term(self.attribute, not self.descending, self.nullable)


def terms_of(entity: Entity, order: tuple[Order, ...]) -> tuple[Term, ...]:
    """Return the terms for an order, ended by the key, so that no two rows are equal in it."""
    terms = [Term(item.column.attribute, item.descending, item.column.nullable) for item in order]
    key = entity.key_column
    if any(term.attribute == key for term in terms):
        return tuple(terms)
    return (*terms, Term(key, bool(terms) and terms[0].descending))


def beyond(terms: tuple[Term, ...], row: Mapping[str, Any]) -> Q:
    """Return the condition for rows that come after ``row``, which has a value for each term's attribute."""
    first, *rest = terms
    value = row[first.attribute]
    later = _later(first, value)
    if not rest:
        return later
    same = Q(**{f"{first.attribute}__isnull": True}) if value is None else Q(**{first.attribute: value})
    return later | (same & beyond(tuple(rest), row))


def _later(term: Term, value: Any) -> Q:
    null = Q(**{f"{term.attribute}__isnull": True})
    if value is None:
        return ~null if term.descending else Q(pk__in=[])
    if term.descending:
        return Q(**{f"{term.attribute}__lt": value})
    later = Q(**{f"{term.attribute}__gt": value})
    return later | null if term.nullable else later
