"""Every entity in the Django admin, with lists that say something. Accounts as Django's own, but by e-mail."""

from __future__ import annotations

from importlib import import_module
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import BaseUserCreationForm, UserChangeForm
from django.db import models
from django.http import HttpRequest
from django.utils.module_loading import module_has_submodule

from entities import registry
from entities.models import UserAccount

SHOWN = 6
STAMPS = ("reference_id", "created_at", "updated_at", "version")


class EntityAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A list of the first columns, newest first; related rows are looked up, not put into a drop-down of thousands."""

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Show how the row calls itself, then its first short columns."""
        return ["__str__", *short_columns(self.model)]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """Filter by what has few values."""
        return [item.name for item in self.model._meta.concrete_fields if item.choices or _is_flag(item)]

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        """Search short texts."""
        return [item.name for item in self.model._meta.concrete_fields if isinstance(item, models.CharField)]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Leave alone what is stamped by the system."""
        names = {item.name for item in self.model._meta.concrete_fields}
        return [name for name in STAMPS if name in names]

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """Put the newest first."""
        names = {item.name for item in self.model._meta.concrete_fields}
        return ["-created_at"] if "created_at" in names else ["-pk"]

    @property
    def raw_id_fields(self) -> list[str]:  # type: ignore[override]
        """Relations to any row."""
        return [item.name for item in self.model._meta.concrete_fields if item.is_relation]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Give a new row an owner, and count versions, as CRUD does."""
        entity = registry.of_model(type(obj))
        if entity is not None and entity.has_row_permissions:
            if change:
                obj.version += 1
            else:
                _stamp(obj, entity.owner_column, request)
        super().save_model(request, obj, form, change)


class AccountCreationForm(BaseUserCreationForm):  # type: ignore[type-arg]
    """A new account: e-mail, name and a password."""

    class Meta:
        model = UserAccount
        fields = ("email", "name")
        field_classes: ClassVar[dict[str, Any]] = {}


class AccountChangeForm(UserChangeForm):  # type: ignore[type-arg]
    """An account; the password is changed on a page of its own."""

    class Meta:
        model = UserAccount
        fields = "__all__"
        field_classes: ClassVar[dict[str, Any]] = {}


@admin.register(UserAccount)
class AccountAdmin(UserAdmin):  # type: ignore[type-arg]
    """Django's page for users, for accounts that sign in by e-mail."""

    form = AccountChangeForm
    add_form = AccountCreationForm
    list_display = ("email", "name", "confirmed", "is_staff", "is_active", "created_at")
    list_filter = ("confirmed", "is_staff", "is_superuser", "is_active")
    search_fields = ("email", "name")
    ordering = ("email",)
    readonly_fields = (*STAMPS, "last_login")
    raw_id_fields = ("user_account",)
    filter_horizontal = ("user_permissions", "groups")
    fieldsets = (
        (None, {"fields": ("email", "name", "password", "confirmed")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        ("Row", {"fields": ("user_account", "permission", *STAMPS, "last_login")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "name", "password1", "password2")}),)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Let a new account own itself."""
        if not change:
            obj.user_account_id = obj.pk
        super().save_model(request, obj, form, change)


def short_columns(model: type[models.Model]) -> list[str]:
    """Return the names of the first columns that fit into a list."""
    hidden = {*STAMPS, "permission", "user_account"}
    found = [item for item in model._meta.concrete_fields if item.name not in hidden and not _is_long(item)]
    names = [item.name for item in found][:SHOWN]
    return [*names, "created_at"] if any(item.name == "created_at" for item in model._meta.concrete_fields) else names


def register_entities() -> None:
    """Register every entity whose model has no page of its own, after those that do."""
    for entity in registry.all_entities():
        app = entity.model._meta.app_config
        if app.name != __package__ and module_has_submodule(app.module, "admin"):
            import_module(f"{app.name}.admin")
        if not admin.site.is_registered(entity.model):
            admin.site.register(entity.model, EntityAdmin)


def _is_flag(item: models.Field[Any, Any]) -> bool:
    return isinstance(item, models.BooleanField)


def _is_long(item: models.Field[Any, Any]) -> bool:
    return item.primary_key or isinstance(item, models.TextField | models.JSONField | models.BinaryField)


def _stamp(row: Any, owner_column: str, request: HttpRequest) -> None:
    if getattr(row, owner_column) is None:
        setattr(row, owner_column, request.user.pk)


admin.site.site_header = admin.site.site_title = "Outfield"
admin.site.index_title = "Administration"
register_entities()
