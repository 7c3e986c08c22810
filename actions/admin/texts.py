"""The admin pages of templates and statements: a text that cannot be used is not saved. For administrators only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from actions.admin.administrators import OnlyAdministrators
from actions.exposed import check_content, check_statement, check_template_headers
from actions.models import Statement, StoredTemplate

if TYPE_CHECKING:
    TemplateModelForm = forms.ModelForm[StoredTemplate]
    StatementModelForm = forms.ModelForm[Statement]
    StatementPages = admin.ModelAdmin[Statement]
    TemplatePages = admin.ModelAdmin[StoredTemplate]
else:
    TemplateModelForm = StatementModelForm = forms.ModelForm
    StatementPages = TemplatePages = admin.ModelAdmin


def _code(rows: int) -> forms.Textarea:
    style = "font-family: monospace"
    return forms.Textarea(attrs={"rows": rows, "cols": 100, "spellcheck": "false", "style": style})


class TemplateForm(TemplateModelForm):
    """A template, whose text is compiled before it is kept."""

    class Meta:
        model = StoredTemplate
        fields: ClassVar[list[str]] = ["name", "content", "mime_type", "headers"]
        widgets: ClassVar[dict[str, Any]] = {"content": _code(20), "headers": _code(3)}

    def clean_content(self) -> str:
        content: str = self.cleaned_data["content"].replace("\r\n", "\n")
        check_content(content)
        return content

    def clean_headers(self) -> Any:
        headers = self.cleaned_data["headers"]
        check_template_headers({} if headers is None else headers)
        return headers or {}


@admin.register(StoredTemplate)
class TemplateAdmin(OnlyAdministrators, TemplatePages):
    """Templates as administrators write them."""

    form = TemplateForm
    list_display = ("name", "mime_type", "version", "updated_at")
    list_filter = ("mime_type",)
    search_fields = ("name",)

    def save_model(self, request: HttpRequest, obj: StoredTemplate, form: Any, change: bool) -> None:
        """Give a new row an owner, and count versions, as the API does."""
        if change:
            obj.version += 1
        else:
            obj.user_account_id = request.user.pk
        super().save_model(request, obj, form, change)


class StatementForm(StatementModelForm):
    """A statement, which is read before it is kept."""

    class Meta:
        model = Statement
        fields: ClassVar[list[str]] = ["name", "sql", "identifiers", "writes"]
        widgets: ClassVar[dict[str, Any]] = {"sql": _code(12), "identifiers": _code(3)}

    def clean(self) -> dict[str, Any]:
        """Judge the statement with its identifiers."""
        cleaned = super().clean() or {}
        if not self.errors:
            cleaned["identifiers"] = cleaned.get("identifiers") or {}
            try:
                check_statement(cleaned["sql"], writes=cleaned["writes"], identifiers=cleaned["identifiers"])
            except ValidationError as error:
                self.add_error("sql", error)
        return cleaned


@admin.register(Statement)
class StatementAdmin(OnlyAdministrators, StatementPages):
    """Statements as administrators write them."""

    form = StatementForm
    list_display = ("name", "writes", "changed_at")
    list_filter = ("writes",)
    search_fields = ("name",)
