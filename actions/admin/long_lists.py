"""Lists of what grows without end - events, runs, effects - that stay quick with hundreds of thousands of rows.

A page is found in two steps: the keys of its rows, for which an index is enough, then the rows of these keys, without
what is long. Filters offer what the newest rows have. What the list of events counts, filters and sorts by is in the
index ``delivery_listed``, for their rows are long; runs are short, and so many at most (``RUNS["KEEP"]``). Newest first
is the order of the keys, which begin with the time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Page, Paginator
from django.db.models import Field, Model, QuerySet
from django.http import HttpRequest

RECENT = 1_000
SHOWN_CHOICES = 200

if TYPE_CHECKING:
    Pages = admin.ModelAdmin[Any]
    KeyPaginator = Paginator[Any]
else:
    Pages, KeyPaginator = object, Paginator


class KeysFirst(KeyPaginator):
    """Pages whose keys are found before their rows: no row is read that is skipped, or not chosen."""

    def page(self, number: Any) -> Page[Any]:
        """Return a page with the rows of its keys.

        Raises:
            EmptyPage, PageNotAnInteger: there is no such page.
        """
        found = super().page(number)
        rows: Any = self.object_list
        found.object_list = rows.filter(pk__in=list(found.object_list.values_list("pk", flat=True)))  # type: ignore[attr-defined]
        return found


class NewestFirst(ChangeList):
    """The page of such a list."""

    def get_results(self, request: HttpRequest) -> None:
        """Find the keys first also where everything is on one page."""
        super().get_results(request)
        if not self.multi_page:
            self.result_list = self.paginator.page(1).object_list

    def get_ordering_field(self, field_name: Any) -> Any:
        """Return what a column is sorted by: the key for the time, nothing for what the list does not sort by."""
        if field_name == self.model_admin.time_column:  # type: ignore[attr-defined]
            return "pk"
        return super().get_ordering_field(field_name) if field_name in (self.sortable_by or ()) else None


class LongList(Pages):
    """Such a list. ``time_column`` says when a row was made; ``long_columns`` are for the page of one row."""

    paginator = KeysFirst
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # each would count the whole table
    time_column: str
    long_columns: tuple[str, ...] = ()

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[ChangeList]:
        """Return the page that reads one page only."""
        return NewestFirst

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave what is long where it is until one row is looked at."""
        return super().get_queryset(request).defer(*self.long_columns)


class RecentValues(admin.AllValuesFieldListFilter):
    """A filter by a text: offers those of the newest rows that have one, and the one that is chosen."""

    lookup_choices: Any

    def __init__(self, field: Field[Any, Any], request: HttpRequest, *about: Any, field_path: str) -> None:
        params, model, model_admin = about
        super().__init__(field, request, params, model, model_admin, field_path)
        rows = model_admin.get_queryset(request).exclude(**{field_path: ""}).order_by("-pk")
        recent = sorted(set(rows.values_list(field_path, flat=True)[:RECENT]))[:SHOWN_CHOICES]
        self.lookup_choices = sorted({*recent, *(self.lookup_val or ())})


def distinct_values(model: type[Model], column: str) -> Iterator[Any]:
    """Yield the different values of a column that an index begins with: one look into the index for each."""
    values = model._default_manager.order_by(column).values_list(column, flat=True)
    value = values.first()
    while value is not None:
        yield value
        value = values.filter(**{f"{column}__gt": value}).first()
