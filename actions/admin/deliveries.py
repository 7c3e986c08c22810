"""The admin pages of what was received: each event with its raw body and what became of it, and what was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from actions.admin.long_lists import LongList, RecentValues, distinct_values
from actions.admin.read_only import ReadOnly
from actions.models import Delivery, RefusedRequest
from actions.webhooks import process_again
from actions.webhooks.processing import Result
from entities.identifiers import parse_uuid

if TYPE_CHECKING:
    DeliveryPages = admin.ModelAdmin[Delivery]
    RefusedPages = admin.ModelAdmin[RefusedRequest]
else:
    DeliveryPages = RefusedPages = admin.ModelAdmin

LONGEST_SHOWN = 20_000  # characters of a body
MOST_AT_ONCE = 100


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly, LongList, DeliveryPages):
    """Events, and a second chance for those without an effect."""

    fields = (
        *("id", "type_name", "name", "number", "scheme", "event_id", "event_type", "state", "reason", "detail"),
        *("attempts", "next_attempt_at", "received_at", "last_received_at", "times_received", "processed_at"),
        *("headers", "content_type", "text"),
    )
    readonly_fields = fields
    list_display = ("received_at", "type_name", "name", "event_type", "event_id", "state", "reason", "attempts")
    list_filter = ("state", *((column, RecentValues) for column in ("type_name", "name", "event_type", "reason")))
    sortable_by = ("received_at", "type_name", "name", "event_type", "state", "reason")
    time_column, long_columns = "received_at", ("body", "headers")
    search_fields = ("event_id",)
    search_help_text = "The provider's id of an event, or the id that our answer named: whole, as it is written."
    actions = ("process_again",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Delivery], search_term: str
    ) -> tuple[QuerySet[Delivery], bool]:
        """Find the event that a sender means: ids differ by case and may have spaces."""
        term = search_term.strip()
        if not term:
            return queryset, False
        receivers = list(distinct_values(Delivery, "definition_id"))  # the index of event ids begins with them
        found, ours = Q(definition_id__in=receivers, event_id=term), parse_uuid(term)
        return queryset.filter(found if ours is None else found | Q(pk=ours)), False

    @admin.display(description="body")
    def text(self, delivery: Delivery) -> SafeString:
        """Show the body as text, cut where it is long."""
        content = bytes(delivery.body)
        shown = content[: 4 * LONGEST_SHOWN].decode(errors="replace")[:LONGEST_SHOWN]
        rest = f"\n... ({len(content)} bytes)" if len(shown.encode()) < len(content) else ""
        return format_html("<pre>{}{}</pre>", shown, rest)

    def has_process_again_permission(self, request: HttpRequest) -> bool:
        """Rows cannot be edited, but whoever might may have them processed."""
        return request.user.has_perm("actions.change_delivery")

    @admin.action(description="Process again what has had no effect", permissions=["process_again"])
    def process_again(self, request: HttpRequest, deliveries: QuerySet[Delivery]) -> None:
        chosen = list(deliveries[:MOST_AT_ONCE])
        results = []
        for delivery in chosen:
            results.append(process_again(delivery.pk).result)
            if results[-1] is not Result.DUPLICATE:
                self.log_change(request, delivery, f"Processed again: {results[-1].value}.")
        counts = ", ".join(f"{results.count(result)} {result.value}" for result in dict.fromkeys(results))
        level = messages.WARNING if Result.FAILED in results else messages.SUCCESS
        self.message_user(request, f"{len(chosen)} chosen: {counts}.", level)


@admin.register(RefusedRequest)
class RefusedRequestAdmin(ReadOnly, RefusedPages):
    """How many requests were refused, and why: the sender is not told."""

    fields = ("type_name", "name", "cause", "day", "count", "last_at")
    readonly_fields = fields
    list_display = ("day", "type_name", "name", "cause", "count", "last_at")
    list_filter = ("cause", "type_name", "name")
