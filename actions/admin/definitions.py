"""The admin pages of definitions and their versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from actions import catalog
from actions.admin.activity import ActivityColumn
from actions.admin.editing import EditorPages
from actions.admin.examples import tell_examples
from actions.admin.forms import DefinitionForm
from actions.admin.problems import as_sentence
from actions.admin.read_only import ReadOnly
from actions.admin.rights import describe_permission
from actions.admin.starts import starts
from actions.admin.trying import TryPages
from actions.admin.versions import VersionTools
from actions.loading import Edit, save_prepared
from actions.models import Definition, DefinitionVersion
from entities.authentication import actor_of_admin
from entities.models import UserAccount
from entities.permissions import Right, may

if TYPE_CHECKING:
    DefinitionPages = admin.ModelAdmin[Definition]
    VersionPages = admin.ModelAdmin[DefinitionVersion]
else:
    DefinitionPages = VersionPages = admin.ModelAdmin

INVALID = 400


class GuardedByAction:
    """Pages for those whom the action itself lets in; whoever may change an action may do whatever it can.

    Django's own model permissions mean nothing here. New actions are the administrators' to make.
    """

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(self._known(request, Right.READ))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(Right.READ, request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(Right.UPDATE, request, obj)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return actor_of_admin(request).is_administrator

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Definitions are disabled, not deleted: their versions say what once ran."""
        return False

    def _may(self, right: Right, request: HttpRequest, row: Any) -> bool:
        if actor_of_admin(request).is_administrator:
            return True
        known = self._known(request, right)
        return bool(known) if row is None else getattr(row, "definition_id", row.pk) in known

    def _known(self, request: HttpRequest, right: Right) -> set[UUID]:
        """Return the ids of the served definitions that grant the right; what is not served is the administrators'."""
        actor = actor_of_admin(request)
        return {served.definition_id for served in catalog.all_served() if may(right, served, actor)}


@admin.register(DefinitionVersion)
class VersionAdmin(GuardedByAction, ReadOnly, VersionPages):
    """The text of one version; reached from its definition."""

    fields = ("definition", "number", "created_at", "created_by", "source", "note", "digest", "shown_text")
    readonly_fields = fields

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="text")
    def shown_text(self, version: DefinitionVersion) -> SafeString:
        return format_html('<pre class="definition-text">{}</pre>', version.text)


@admin.register(Definition)
class DefinitionAdmin(GuardedByAction, EditorPages, VersionTools, ActivityColumn, TryPages, DefinitionPages):
    """Actions as people define and change them."""

    form = DefinitionForm
    list_display = (
        "type_name",
        "name",
        "label",
        "enabled",
        "version",
        "is_served",
        "recent_runs",
        "permission_names",
        "source",
    )
    list_display_links = ("type_name", "name")
    list_filter = ("enabled", "type_name")
    list_select_related = ("served_version",)
    search_fields = ("type_name", "name", "label")
    actions = ("enable", "disable")
    readonly_fields = (
        "type_name",
        "name",
        "label",
        "source",
        "is_served",
        "try_link",
        "permission_names",
        "shown_text",
    )

    class Media:
        css = {"all": ["actions/definition.css"]}

    def get_fieldsets(self, request: HttpRequest, obj: Definition | None = None) -> Any:
        """Show the text alone for a new definition; as text where it may not be changed."""
        editable = ("text", "note", "base", "enabled", "permission")
        if obj is None:
            return [(None, {"fields": editable})]
        facts = ("type_name", "name", "label", "source", "is_served", "try_link", "permission_names")
        if not self.has_change_permission(request, obj):
            return [(None, {"fields": (*facts, "enabled", "shown_text")})]
        return [(None, {"fields": facts}), (None, {"fields": editable})]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Definition]:
        """List the definitions that may be read."""
        rows = super().get_queryset(request)
        return (
            rows if actor_of_admin(request).is_administrator else rows.filter(pk__in=self._known(request, Right.READ))
        )

    def save_model(self, request: HttpRequest, obj: Definition, form: Any, change: bool) -> None:
        """Save the text as a version, by the same way as any other text, then what the admin decides beside it."""
        author = request.user if isinstance(request.user, UserAccount) else None
        edit = Edit(author, form.cleaned_data["note"], form.cleaned_data["base"], is_checked=True)
        saved = save_prepared(form.prepared, edit)
        stored = Definition.objects.get(type_name=saved.type_name, name=saved.name)
        stored.enabled, stored.permission = obj.enabled, obj.permission
        stored.save(update_fields=["enabled", "permission"])
        obj.pk = stored.pk
        obj.refresh_from_db()
        for problem in form.prepared.warnings:
            messages.warning(request, as_sentence(problem))
        tell_examples(request, stored)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with one of the texts that are there to begin with."""
        start = starts().get(request.GET.get("start", ""))
        return {"text": start.text} if start else {}

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Offer the texts that are there to begin with."""
        offered = {"starts": starts().values(), "chosen": request.GET.get("start")}
        return super().add_view(request, form_url, {**(extra_context or {}), **offered})

    def changeform_view(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        """Answer a refused form with 400, so that programs see that nothing was saved."""
        response = super().changeform_view(request, *args, **options)
        if request.method == "POST" and response.status_code == 200:
            response.status_code = INVALID
        return response

    @admin.display(description="version", ordering="served_version__number")
    def version(self, definition: Definition) -> int | None:
        return definition.served_version.number if definition.served_version else None

    @admin.display(boolean=True, description="served now")
    def is_served(self, definition: Definition) -> bool:
        return catalog.find(definition.type_name, definition.name) is not None

    @admin.display(description="who may execute")
    def permission_names(self, definition: Definition) -> str:
        served = catalog.find(definition.type_name, definition.name)
        if served is not None and served.plan.webhook is not None:
            return "its sender only"
        return describe_permission(served.permission) if served else "-"

    @admin.display(description="text")
    def shown_text(self, definition: Definition) -> SafeString:
        version = definition.served_version
        return format_html('<pre class="definition-text">{}</pre>', version.text if version else "")

    @admin.action(description="Enable the selected definitions", permissions=["change"])
    def enable(self, request: HttpRequest, definitions: QuerySet[Definition]) -> None:
        self._switch(request, definitions, enabled=True)

    @admin.action(description="Disable the selected definitions", permissions=["change"])
    def disable(self, request: HttpRequest, definitions: QuerySet[Definition]) -> None:
        self._switch(request, definitions, enabled=False)

    def _switch(self, request: HttpRequest, definitions: QuerySet[Definition], *, enabled: bool) -> None:
        word = "enabled" if enabled else "disabled"
        definitions = definitions.filter(
            pk__in=[row.pk for row in definitions if self._may(Right.UPDATE, request, row)]
        )
        for definition in definitions:
            self.log_change(request, definition, f"{word.capitalize()}.")
        number = definitions.update(enabled=enabled)
        messages.success(request, f"{number} definition(s) {word}.")
