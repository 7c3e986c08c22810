"""The admin pages of integrations: a document imported, what is wrong with it, its operations, and its secrets by name.

For administrators alone: whoever may choose where credentials are sent may have them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from actions.admin.administrators import OnlyAdministrators
from actions.admin.integration_forms import ImportForm, form_for, scheme_fields
from actions.admin.read_only import ReadOnly
from actions.admin.secrets import INVALID
from actions.importing import (
    BreaksActions,
    ImportRefused,
    ImportReport,
    Installed,
    Wishes,
    configure,
    import_document,
    install,
    remove,
)
from actions.importing.fitting import callers
from actions.importing.reports import grouped
from actions.integrations.documents import DocumentProblem
from actions.integrations.listing import describe_argument, find_arguments
from actions.models import Integration, IntegrationOperation
from entities.models import UserAccount

if TYPE_CHECKING:
    IntegrationPages = admin.ModelAdmin[Integration]
    OperationPages = admin.ModelAdmin[IntegrationOperation]
else:
    IntegrationPages = OperationPages = admin.ModelAdmin

SHOWN = 50


@admin.register(Integration)
class IntegrationAdmin(OnlyAdministrators, IntegrationPages):
    """Integrations as administrators import, configure, install and remove them."""

    list_display = ("name", "title", "version", "notation", "operation_count", "problem_count", "enabled")
    list_filter = ("enabled",)
    search_fields = ("name", "title")
    actions = ("install_all",)
    change_form_template = "admin/actions/integration/change_form.html"
    readonly_fields = ("name", "about", "addresses", "source", "imported_at", "called_by", "found_problems")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Integration]:
        """Leave the documents where they are."""
        return super().get_queryset(request).defer("document")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **kwargs, form=form_for(obj))

    def get_fieldsets(self, request: HttpRequest, obj: Integration | None = None) -> Any:
        """Show the document, then one part for each way to authenticate."""
        shown: list[tuple[str | None, dict[str, Any]]] = [
            (None, {"fields": ["name", "enabled", "server", *self.readonly_fields[1:]]})
        ]
        if obj is not None:
            for fields in scheme_fields(obj):
                shown.append((f"Authentication: {fields.scheme} ({fields.kind})", {"fields": list(fields.names)}))
        return shown

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Import a document: under a new name, or in the place of the one before."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ImportForm(request.POST or None, request.FILES or None, initial={"name": request.GET.get("name", "")})
        if request.method == "POST" and form.is_valid():
            imported = self._import(request, form)
            if imported is not None:
                return HttpResponseRedirect(reverse("admin:actions_integration_change", args=[imported.pk]))
        context = {**self.admin_site.each_context(request), "opts": self.opts, "form": form, "title": "Import"}
        status = INVALID if request.method == "POST" else 200
        return TemplateResponse(request, "admin/actions/integration/import.html", context, status=status)

    def _import(self, request: HttpRequest, form: ImportForm) -> Integration | None:
        values = form.cleaned_data
        known = Integration.objects.only("server").filter(name=values["name"]).first()
        wished = values["server"] or (None if known else "")
        try:
            report = import_document(values["name"], form.content, form.source, Wishes(wished, force=values["force"]))
        except BreaksActions as refused:
            form.add_error("force", [str(refused), *map(str, refused.report.broken[:SHOWN])])
            return None
        except ImportRefused as refused:
            form.add_error(None, list(refused.reasons))
            return None
        imported = self.get_queryset(request).get(name=values["name"])
        self._log(request, imported, report)
        return imported

    def _log(self, request: HttpRequest, imported: Integration, report: ImportReport) -> None:
        counts = f"{len(report.added)} added, {len(report.removed)} removed, {len(report.changed)} changed"
        if report.is_new:
            self.log_addition(request, imported, f"Imported from {imported.source}.")
        else:
            self.log_change(request, imported, f"Imported again from {imported.source}: {counts}.")
        messages.success(request, f"'{imported}' has {report.operations} operations: {counts}.")
        for text in (*report.notes, *map(str, report.broken[:SHOWN])):
            messages.warning(request, text)

    def changeform_view(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        """Answer a refused form with 400."""
        response = super().changeform_view(request, *args, **options)
        if request.method == "POST" and response.status_code == 200:
            response.status_code = INVALID
        return response

    def save_model(self, request: HttpRequest, obj: Integration, form: Any, change: bool) -> None:
        """Store it by the same way as everybody else."""
        configure(obj.name, enabled=obj.enabled, server=obj.server, authentication=form.authentication)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Refuse the removal of what served actions call, and say which; operations need not be listed."""
        used = [f"Action {action}" for integration in objs for action in callers(integration.name, SHOWN)]
        listed = [f"{one} with {one.operation_count} operations" for one in objs]
        return listed, {"integrations": len(listed)}, set(), used

    def delete_model(self, request: HttpRequest, obj: Integration) -> None:
        remove(obj.name)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Integration]) -> None:
        for integration in queryset:
            remove(integration.name)

    @admin.action(description="Install an action for each operation")
    def install_all(self, request: HttpRequest, integrations: QuerySet[Integration]) -> None:
        for integration in integrations:
            _install(request, integration.name, None)

    @admin.display(description="document")
    def about(self, integration: Integration) -> str:
        operations = reverse("admin:actions_integrationoperation_changelist")
        return format_html(
            '{} {} ({}), <a href="{}?integration__id__exact={}">{} operations</a>',
            integration.title,
            integration.version,
            integration.notation,
            operations,
            integration.pk,
            integration.operation_count,
        )

    @admin.display(description="addresses in the document")
    def addresses(self, integration: Integration) -> str:
        return ", ".join(integration.servers[:SHOWN]) or "none"

    @admin.display(description="called by")
    def called_by(self, integration: Integration) -> str:
        return ", ".join(map(str, callers(integration.name, SHOWN))) or "no served action"

    @admin.display(description="problems of the document")
    def found_problems(self, integration: Integration) -> str:
        found = [DocumentProblem(pointer, message) for pointer, message in integration.problems]
        return format_html_join("", "<p>{}</p>", ((line,) for line in grouped(found))) or "none"


@admin.register(IntegrationOperation)
class IntegrationOperationAdmin(ReadOnly, OnlyAdministrators, OperationPages):
    """The operations of all integrations, to be searched and read."""

    list_display = ("operation_id", "integration", "method", "path", "summary", "is_deprecated")
    list_filter = ("integration", "method", "is_deprecated")
    search_fields = ("operation_id", "path", "summary")
    list_per_page = 50
    actions = ("install_chosen",)
    fields = ("integration", "operation_id", "method", "path", "summary", "is_deprecated", "arguments")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[IntegrationOperation]:
        return super().get_queryset(request).defer("data").select_related("integration").defer("integration__document")

    @admin.action(description="Install an action for each that is chosen")
    def install_chosen(self, request: HttpRequest, operations: QuerySet[IntegrationOperation]) -> None:
        chosen: dict[str, list[str]] = {}
        for name, operation in operations.order_by().values_list("integration__name", "operation_id"):
            chosen.setdefault(name, []).append(operation)
        for name, ids in chosen.items():
            _install(request, name, ids)

    @admin.display(description="attributes (* must be given)")
    def arguments(self, operation: IntegrationOperation) -> str:
        lines = map(describe_argument, find_arguments(operation.integration.name, operation.operation_id))
        return format_html_join("", "<p>{}</p>", ((line,) for line in lines)) or "none"


def _install(request: HttpRequest, name: str, ids: list[str] | None) -> None:
    author = request.user if isinstance(request.user, UserAccount) else None
    try:
        done = install(name, ids, author)
        messages.success(request, _told(name, done))
        for line in done.refused[:SHOWN]:
            messages.warning(request, f"No action of {line}")
    except ImportRefused as refused:
        for reason in refused.reasons:
            messages.error(request, reason)


def _told(name: str, done: Installed) -> str:
    counts = [sum(saved.state == state for saved in done.saved) for state in ("added", "changed", "unchanged")]
    told = "'{}': {} actions added, {} changed, {} unchanged.".format(name, *counts)
    return f"{told} Kept, because somebody has edited them: {', '.join(done.kept)}." if done.kept else told
