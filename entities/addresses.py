"""Addresses of rows and of the pages of a list, as paths of this site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from entities.entity import Entity
from entities.rows import Page


def entity_path(entity: Entity) -> str:
    """Return the address of an entity's list."""
    return reverse("entities:list", kwargs={"name": entity.name})


@dataclass(frozen=True, slots=True)
class PageLinks:
    """The addresses of one list's pages: the request's own, with another ``page[...]``."""

    path: str
    query: QueryDict
    page: Page

    @classmethod
    def of(cls, request: HttpRequest, page: Page) -> PageLinks:
        """Return the links for the list that was asked for."""
        return cls(request.path, request.GET, page)

    def links(self) -> dict[str, Any]:
        """Return JSON:API's links, and beside them what the original puts there."""
        addresses = self._addresses()
        urls = {f"{name}_page_url": addresses[name] for name in ("first", "prev", "next", "last")}
        return {"self": self._address({}, keep_page=True), **addresses, **self.numbers(), **urls}

    def numbers(self) -> dict[str, Any]:
        """Return how many rows there are, and which of them these are."""
        page, window = self.page, self.page.window
        shown = len(page.rows)
        counted = shown > 0 and not window.by_cursor
        return {
            "total": page.total,
            "per_page": window.size,
            "current_page": None if window.by_cursor else window.number,
            "last_page": self._last,
            "from": window.offset + 1 if counted else None,
            "to": window.offset + shown if counted else None,
        }

    @property
    def _last(self) -> int:
        return max(1, -(-self.page.total // self.page.window.size))

    def _addresses(self) -> dict[str, str | None]:
        page = self.page
        return {
            "first": self._address({"page[number]": 1}),
            "last": self._address({"page[number]": self._last}),
            "prev": self._address(self._neighbour(-1)) if page.has_previous else None,
            "next": self._address(self._neighbour(+1)) if page.has_next else None,
        }

    def _neighbour(self, step: int) -> Mapping[str, object]:
        window, rows = self.page.window, self.page.rows
        if not window.by_cursor:
            return {"page[number]": min(window.number + step, self._last)}
        name, row = ("page[after]", rows[-1:]) if step > 0 else ("page[before]", rows[:1])
        # An empty page has no row to go on from; its own cursor leads back.
        return {name: row[0]["reference_id"] if row else window.after or window.before}

    def _address(self, changes: Mapping[str, object], *, keep_page: bool = False) -> str:
        query = self.query.copy()
        if not keep_page:
            for name in ("page[number]", "page[after]", "page[before]"):
                query.pop(name, None)
        for name, value in changes.items():
            query[name] = str(value)
        text = query.urlencode()
        return f"{self.path}?{text}" if text else self.path
