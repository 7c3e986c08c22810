"""Related rows beside the rows of a page: one statement for each relation, however many rows there are.

They are put into the rows under the relation's name: a row or ``None``, or a list of rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from entities.actors import Actor
from entities.entity import Entity
from entities.errors import BadParameter
from entities.filters.parameters import default_order
from entities.filters.query import Include
from entities.options import option
from entities.rows.conditions import between, permitted
from entities.rows.links import Link, link_of
from entities.rows.ordering import terms_of
from entities.rows.selection import Row, selection_of


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Puts related rows into rows. ``fields`` has the names wanted, by entity."""

    actor: Actor
    fields: Mapping[str, frozenset[str]]

    def attach(self, entity: Entity, rows: list[Row], include: tuple[Include, ...]) -> None:
        """Put the rows of each relation into ``rows``."""
        for item in include:
            found = self._forward(item, rows) if item.relation.field else self._others(entity, item, rows)
            if found:
                self.attach(item.target, found, item.children)

    def _forward(self, item: Include, rows: list[Row]) -> list[Row]:
        name = item.relation.field.name if item.relation.field else ""
        keys = [item.target.key(public_id) for public_id in {row[name] for row in rows} - {None}]
        found = self._fetch(item, permitted(item.target, self.actor).filter(pk__in=keys), item.target.key_column)
        by_id = {row["reference_id"]: row for _, row in found}
        for row in rows:
            row[item.relation.name] = by_id.get(row[name])
        return list(by_id.values())

    def _others(self, entity: Entity, item: Include, rows: list[Row]) -> list[Row]:
        link = link_of(entity, item.relation)
        keys = [entity.key(row["reference_id"]) for row in rows]
        found = self._in_between(link, item, keys) if link.far else self._pointing_back(link, item, keys)
        by_parent: dict[str, list[Row]] = defaultdict(list)
        for key, row in found:
            by_parent[entity.public_id(key)].append(row)
        for row in rows:
            mine = by_parent.get(row["reference_id"], [])
            row[item.relation.name] = mine if item.relation.many else next(iter(mine), None)
        return list({row["reference_id"]: row for _, row in found}.values())

    def _pointing_back(self, link: Link, item: Include, keys: list[Any]) -> list[tuple[Any, Row]]:
        rows = permitted(item.target, self.actor).filter(**{f"{link.near}__in": keys})
        return self._fetch(item, rows, link.near)

    def _in_between(self, link: Link, item: Include, keys: list[Any]) -> list[tuple[Any, Row]]:
        far = permitted(item.target, self.actor).values("pk")
        rows = between(link, self.actor).filter(**{f"{link.near}__in": keys, f"{link.far}__in": far})
        unique: dict[str, Row] = {}
        found = self._fetch(item, rows, link.near, f"{link.far_row}__")
        return [(key, unique.setdefault(row["reference_id"], row)) for key, row in found]

    def _fetch(self, item: Include, rows: QuerySet[Any], attribute: str, prefix: str = "") -> list[tuple[Any, Row]]:
        selection = selection_of(item.target, self.fields.get(item.target.name), item.children)
        terms = terms_of(item.target, default_order(item.target))
        ordered = rows.order_by(*(term.expression(prefix) for term in terms))
        ceiling = option("MAX_INCLUDED")
        found = selection.rows_by(ordered[: ceiling + 1], attribute, prefix)
        if len(found) > ceiling:
            message = f"'{item.relation.name}' would include more than {ceiling} rows."
            raise BadParameter(message, hint="Ask for the related list instead.", parameter="include")
        return found
