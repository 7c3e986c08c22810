"""Lists, single rows and related rows, for whoever asks."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import InvalidOperation
from typing import Any

from django.db import DataError
from django.db.models import Q

from entities.actors import Actor
from entities.entity import Entity, Relation
from entities.errors import BadParameter, Forbidden, NotFound
from entities.filters.query import Include, ListQuery
from entities.pagination import Window
from entities.permissions import Right, visible
from entities.registry import get as get_entity
from entities.rows import lookups  # noqa: F401 - registers them
from entities.rows.compiled import Listing
from entities.rows.conditions import belonging, permitted, where
from entities.rows.includes import Inclusion
from entities.rows.ordering import beyond, terms_of
from entities.rows.selection import Row, selection_of


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a list: those of one page, how many there are in all, and whether more stand before and after."""

    rows: list[Row]
    total: int
    window: Window
    has_previous: bool
    has_next: bool


def select(entity: Entity, query: ListQuery, actor: Actor, within: Q | None = None) -> Page:
    """Return a page of the rows that the actor may read, narrowed by ``within``.

    Raises:
        BadParameter: a cursor that is no row of the list, or a value that the database cannot compare with.
    """
    with comparable():
        found = _permitted(entity, actor).narrowed(where(entity, query, actor))
        found = found if within is None else found.narrowed(within)
        page = _page(entity, query, found, _cursor(entity, query, actor), found.count())
        Inclusion(actor, query.fields).attach(entity, page.rows, query.include)
    return page


def select_rows(entity: Entity, query: ListQuery, actor: Actor) -> list[Row]:
    """Return the rows of a page alone: nobody counts how many there are in all.

    Raises:
        BadParameter: as ``select``.
    """
    with comparable():
        page = _page(
            entity,
            query,
            _permitted(entity, actor).narrowed(where(entity, query, actor)),
            _cursor(entity, query, actor),
            0,
        )
        Inclusion(actor, query.fields).attach(entity, page.rows, query.include)
    return page.rows


def stream(entity: Entity, query: ListQuery, actor: Actor, *, size: int, most: int) -> Generator[Row]:
    """Yield the first ``most`` rows that a query selects, in its order, read ``size`` at a time by one statement.

    Its page does not count, and nothing is included. On PostgreSQL the caller is inside a transaction, so that the
    server keeps the rows and not this process.

    Raises:
        BadParameter: a value that the database cannot compare with.
    """
    found = permitted(entity, actor).filter(where(entity, query, actor))
    ordered = found.order_by(*(term.expression() for term in terms_of(entity, query.order)))[:most]
    with comparable():
        yield from selection_of(entity, query.fields.get(entity.name)).stream(ordered, size)


def get(
    entity: Entity,
    public_id: object,
    actor: Actor,
    right: Right = Right.READ,
    include: tuple[Include, ...] = (),
) -> Row:
    """Return the row with that id, if it grants ``right`` (and reading) to the actor.

    Raises:
        NotFound: also where the actor may not.
    """
    return fetch(entity, public_id, actor, right, ListQuery((), Window(1), include=include))


def fetch(entity: Entity, public_id: object, actor: Actor, right: Right, query: ListQuery) -> Row:
    """Return the row with that id; ``query`` says which fields, and what beside them."""
    found = _identified(entity, public_id, actor)
    condition = None if right is Right.READ else visible(entity, right, actor)
    allowed = found if condition is None else found.narrowed(condition)
    rows = allowed.rows(selection_of(entity, query.fields.get(entity.name), query.include))
    if not rows:
        raise _refusal(entity, public_id, right, actor)
    Inclusion(actor, query.fields).attach(entity, rows, query.include)
    return rows[0]


def key_of(entity: Entity, public_id: object, actor: Actor) -> Any:
    """Return the primary key of the row with that id that the actor may read.

    Raises:
        NotFound.
    """
    key = entity.key(public_id)
    found = permitted(entity, actor).filter(pk=key).values_list("pk", flat=True).first() if key is not None else None
    if found is None:
        raise _refusal(entity, public_id, Right.READ, actor)
    return found


def related(entity: Entity, public_id: object, relation: Relation, query: ListQuery, actor: Actor) -> Page:
    """Return a page of the rows that a row is related to; ``query`` asks of the relation's target.

    Raises:
        NotFound: the row itself is not there for the actor. BadParameter: as ``select``.
    """
    key = key_of(entity, public_id, actor)
    return select(get_entity(relation.target), query, actor, belonging(entity, relation, key, actor))


def _identified(entity: Entity, public_id: object, actor: Actor) -> Listing:
    key = entity.key(public_id)
    if key is None:
        raise NotFound(entity.name, public_id)
    return _permitted(entity, actor).narrowed(Q(pk=key))


def _permitted(entity: Entity, actor: Actor) -> Listing:
    condition = visible(entity, Right.READ, actor)
    return Listing(entity.model, () if condition is None else (condition,))


def _refusal(entity: Entity, public_id: object, right: Right, actor: Actor) -> NotFound | Forbidden:
    """Return what to say of a row that cannot be had: an actor who may know of it is told that they may not."""
    known = visible(entity, Right.PEEK, actor)
    if known is not None:
        known |= visible(entity, Right.READ, actor) or Q()
    rows = entity.model._base_manager.filter(pk=entity.key(public_id))
    if known is not None and rows.filter(known).exists():
        return Forbidden(f"You may not {str(right.name).lower()} this '{entity.name}'.")
    return NotFound(entity.name, public_id)


def _page(entity: Entity, query: ListQuery, found: Listing, cursor: Mapping[str, Any] | None, total: int) -> Page:
    window = query.window
    terms = terms_of(entity, query.order)
    selection = selection_of(entity, query.fields.get(entity.name), query.include)
    if cursor is None:
        rows = found.rows(selection, terms, window.offset, window.offset + window.size)
        return Page(rows, total, window, window.number > 1, window.offset + window.size < total)
    if window.before:
        terms = tuple(term.reversed() for term in terms)
    rows = found.narrowed(beyond(terms, cursor)).rows(selection, terms, 0, window.size + 1)
    has_more, rows = len(rows) > window.size, rows[: window.size]
    if window.before:
        return Page(rows[::-1], total, window, has_more, has_next=True)
    return Page(rows, total, window, has_previous=True, has_next=has_more)


def _cursor(entity: Entity, query: ListQuery, actor: Actor) -> Mapping[str, Any] | None:
    """Return the ordered values of the row that the page stands after or before."""
    window = query.window
    if not window.by_cursor:
        return None
    attributes = [term.attribute for term in terms_of(entity, query.order)]
    key = entity.key(window.after or window.before)
    row = permitted(entity, actor).filter(pk=key).values(*attributes).first() if key is not None else None
    if row is None:
        name = "page[after]" if window.after else "page[before]"
        raise BadParameter(f"'{name}' is the id of no '{entity.name}'.", parameter=name)
    return row


@contextmanager
def comparable() -> Iterator[None]:
    """Refuse what only the database finds out: a value beyond the range of its column."""
    try:
        yield
    except (DataError, OverflowError, InvalidOperation):
        raise BadParameter("A value is beyond the range of its field.", parameter="query") from None
