"""The admin pages of runs: who ran what when, how it ended, and its trace. They are read, and never changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import admin
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from actions import catalog
from actions.admin.long_lists import SHOWN_CHOICES, LongList
from actions.admin.read_only import ReadOnly
from actions.admin.traces import render_trace
from actions.models import Definition, DefinitionVersion, Run
from actions.permissions import may_see_traces
from entities.authentication import account_by_email, actor_of_admin
from entities.models import UserAccount

if TYPE_CHECKING:
    RunPages = admin.ModelAdmin[Run]
else:
    RunPages = admin.ModelAdmin


class ByAction(admin.SimpleListFilter):
    """Runs of one definition."""

    title = "action"
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the definitions whose runs may be seen."""
        known = visible_definitions(request)
        rows = Definition.objects.all() if known is None else Definition.objects.filter(pk__in=known)
        return [(str(row.pk), str(row)) for row in rows[:SHOWN_CHOICES]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Run]) -> QuerySet[Run]:
        """Leave those of others out; of no definition there are none."""
        if self.value() is None:
            return queryset
        try:
            return queryset.filter(definition=UUID(str(self.value())))
        except ValueError:
            return queryset.none()


def visible_definitions(request: HttpRequest) -> set[UUID] | None:
    """Return the definitions whose runs the caller may see; ``None``: all, those that are not served too."""
    actor = actor_of_admin(request)
    if actor.is_administrator:
        return None
    return {served.definition_id for served in catalog.all_served() if may_see_traces(served, actor)}


@admin.register(Run)
class RunAdmin(ReadOnly, LongList, RunPages):
    """Runs, the newest first."""

    fields = (
        "action", "version", "started_at", "milliseconds", "actor", "subject_id", "business_key", "state",
        "failure_code", "failure_message", "place", "shown_trace",
    )  # fmt: skip
    readonly_fields = fields
    list_display = ("started_at", "action", "state", "actor", "business_key", "milliseconds", "failure_code")
    list_filter = (ByAction, "state", "started_at", "actor_kind")
    search_fields = ("business_key",)
    search_help_text = "A business key, the e-mail of an account, or the id of an instance."
    sortable_by = ("started_at", "state", "milliseconds")
    time_column, long_columns = "started_at", ("trace",)
    actions = None

    class Media:
        css = {"all": ["actions/definition.css"]}

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Run | None = None) -> bool:
        """Ask whether the caller may see traces of the action, now."""
        known = visible_definitions(request)
        if known is None:
            return True
        return bool(known) if obj is None else obj.definition_id in known

    def get_queryset(self, request: HttpRequest) -> QuerySet[Run]:
        """List what may be seen, with the e-mails of the accounts."""
        known = visible_definitions(request)
        emails = UserAccount.objects.filter(pk=OuterRef("actor_id")).values("email")[:1]
        rows = super().get_queryset(request).annotate(email=Subquery(emails))
        seen: QuerySet[Run] = rows if known is None else rows.filter(definition__in=known)
        return seen

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Run], search_term: str
    ) -> tuple[QuerySet[Run], bool]:
        """Find by whole values, which the indexes have."""
        text = search_term.strip().replace("\0", "")
        if not text:
            return queryset, False
        account = account_by_email(text) if "@" in text else None
        keyed, on_instance = ~Q(business_key=""), ~Q(subject_id="")  # spelled as in the conditions of the indexes
        found = (Q(business_key=text) & keyed) | (Q(subject_id=text) & on_instance)
        return queryset.filter(found if account is None else found | Q(actor_id=account.pk)), False

    @admin.display(description="action", ordering="name")
    def action(self, run: Run) -> str:
        return f"{run.type_name}.{run.name}"

    @admin.display(description="actor")
    def actor(self, run: Run) -> str:
        return str(getattr(run, "email", None) or run.actor_id or run.actor_kind)

    @admin.display(description="milliseconds", ordering="microseconds")
    def milliseconds(self, run: Run) -> float:
        return run.microseconds / 1000

    @admin.display(description="place")
    def place(self, run: Run) -> SafeString | str:
        """Show the line of the text that ran."""
        if run.failure_line is None:
            return "-"
        versions = DefinitionVersion.objects.filter(definition=run.definition_id, number=run.version)
        lines = (versions.values_list("text", flat=True).first() or "").splitlines()
        line = lines[run.failure_line - 1] if run.failure_line <= len(lines) else ""
        return format_html('<pre class="definition-text">{} | {}</pre>{}', run.failure_line, line, run.failure_pointer)

    @admin.display(description="trace")
    def shown_trace(self, run: Run) -> SafeString | str:
        return render_trace(json.loads(run.trace)) if run.trace else "None was kept: see Record in the definition."
