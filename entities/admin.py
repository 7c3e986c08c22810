"""Every entity in the Django admin, with lists that say something. Accounts as Django's own, but by e-mail.

Who may do what is asked of ``entities.permissions``, as everywhere: staff see and change in the admin what they could
over the API. Django's own model permissions mean nothing here.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import BaseUserCreationForm, UserChangeForm
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.module_loading import module_has_submodule

from entities import registry, second_factors
from entities.actors import Actor
from entities.authentication import actor_of_admin
from entities.entity import Entity
from entities.models import UserAccount
from entities.permissions import Right, grants, may, referable, visible

SHOWN = 6
STAMPS = ("reference_id", "created_at", "updated_at", "version")


class SignInForm(AdminAuthenticationForm):
    """E-mail and password, and a one-time code for accounts with a second factor: no session begins without it."""

    code = forms.CharField(
        required=False,
        max_length=second_factors.LONGEST,
        help_text="Only for accounts with a second factor: a one-time code, or a recovery code.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )

    def confirm_login_allowed(self, user: Any) -> None:
        """Ask for the code once the password is right, as ``jwt.token`` does."""
        super().confirm_login_allowed(user)
        if not second_factors.is_active(user.pk):
            return
        code = self.cleaned_data.get("code", "")
        if not code:
            raise ValidationError("Enter the code of your second factor.", code="second_factor_required")
        if not second_factors.verify(user.pk, code):
            raise ValidationError("This code does not work, or no longer.", code="second_factor_failed")


class GuardedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Pages of an entity, for those whom its permission and the rows' let in."""

    @property
    def entity(self) -> Entity:
        """What the pages show."""
        found = registry.of_model(self.model)
        if found is None:
            raise LookupError(f"'{self.model._meta.label}' is not exposed.")
        return found

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the pages to whoever may see rows."""
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask for READ."""
        return self._may(Right.READ, request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Ask for CREATE."""
        return self._may(Right.CREATE, request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask for UPDATE."""
        return self._may(Right.UPDATE, request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask for DELETE."""
        return self._may(Right.DELETE, request, obj)

    def _may(self, right: Right, request: HttpRequest, row: Any = None) -> bool:
        actor, entity = actor_of_admin(request), self.entity
        if not may(right, entity, actor):
            return False
        return row is None or row._state.adding or grants(entity, vars(row), right, actor)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """List the rows that may be read."""
        condition = visible(self.entity, Right.READ, actor_of_admin(request))
        rows = super().get_queryset(request)
        return rows if condition is None else rows.filter(condition)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Take only rows that may be referred to."""
        options.setdefault("queryset", _referable(db_field.related_model, actor_of_admin(request)))
        return super().formfield_for_foreignkey(db_field, request, **options)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave alone what is stamped by the system, and what only an administrator sets."""
        fields = self.model._meta.get_fields()
        stamped = {item.name for item in fields if item.name in (*STAMPS, "last_login")}
        if actor_of_admin(request).is_unrestricted:
            return sorted(stamped)
        settable = {item.model_field.name for item in self.entity.fields.values() if item.writable and not item.guarded}
        own = {item.name for item in fields if isinstance(item, models.Field) and item.name != "password"}
        return sorted(stamped | own - settable)


class EntityAdmin(GuardedAdmin):
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

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """Put the newest first."""
        names = {item.name for item in self.model._meta.concrete_fields}
        return ["-created_at"] if "created_at" in names else ["-pk"]

    @property
    def raw_id_fields(self) -> list[str]:  # type: ignore[override]
        """Relations to any row."""
        return [item.name for item in self.model._meta.concrete_fields if item.is_relation]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds rows that nobody writes; nor changes or deletes them."""
        return super().has_add_permission(request) and not self._is_read_only

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not self._is_read_only

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not self._is_read_only

    @property
    def _is_read_only(self) -> bool:
        entity = registry.of_model(self.model)
        return entity is not None and entity.read_only

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
class AccountAdmin(GuardedAdmin, UserAdmin):  # type: ignore[type-arg]
    """Django's page for users, for accounts that sign in by e-mail."""

    form = AccountChangeForm
    add_form = AccountCreationForm
    list_display = ("email", "name", "confirmed", "is_staff", "is_active", "created_at")
    list_filter = ("confirmed", "is_staff", "is_superuser", "is_active")
    search_fields = ("email", "name")
    ordering = ("email",)
    raw_id_fields = ("user_account",)
    filter_horizontal = ("user_permissions", "groups")
    fieldsets = (
        (None, {"fields": ("email", "name", "password", "confirmed")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        ("Row", {"fields": ("user_account", "permission", *STAMPS, "last_login")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "name", "password1", "password2")}),)
    actions = ("remove_second_factors",)

    @admin.action(description="Remove the second factor of the selected accounts", permissions=["administrate"])
    def remove_second_factors(self, request: HttpRequest, accounts: models.QuerySet[UserAccount]) -> None:
        """Let people in again who lost their device and their recovery codes."""
        removed = [account for account in accounts if second_factors.disable(account.pk)]
        for account in removed:
            self.log_change(request, account, "Removed the second factor.")
        self.message_user(request, f"{len(removed)} second factor(s) removed.")

    def has_administrate_permission(self, request: HttpRequest) -> bool:
        """Ask for an administrator."""
        return actor_of_admin(request).is_unrestricted

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Let a new account own itself."""
        if not change:
            obj.user_account_id = obj.pk
        super().save_model(request, obj, form, change)


def _referable(model: type[models.Model], actor: Actor) -> QuerySet[Any]:
    """Return the rows that the actor may refer to."""
    entity = registry.of_model(model)
    rows = model._base_manager.all()
    if entity is None:
        return rows if actor.is_unrestricted else rows.none()
    condition = referable(entity, actor)
    return rows if condition is None else rows.filter(condition)


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
admin.site.login_form = SignInForm
admin.site.login_template = "entities/login.html"
register_entities()
