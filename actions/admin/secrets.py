"""The admin pages of secrets: a value is typed, and never shown again. For administrators only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters

from actions.admin.administrators import OnlyAdministrators
from actions.loading.uses import told_misfits, told_users
from actions.models import Secret, SecretVersion
from actions.secrets.changing import (
    LONGEST_KEPT,
    Content,
    check_room,
    lock_secrets,
    remove_secret,
    rotate_secret,
    set_secret,
)
from actions.secrets.errors import SecretError
from actions.secrets.listing import describe
from actions.secrets.texts import LONGEST, SecretText, check_value
from entities.models import UserAccount

if TYPE_CHECKING:
    SecretPages = admin.ModelAdmin[Secret]
    SecretModelForm = forms.ModelForm[Secret]
    ValueRows = admin.TabularInline[SecretVersion, Secret]
else:
    SecretPages, SecretModelForm, ValueRows = admin.ModelAdmin, forms.ModelForm, admin.TabularInline

INVALID = 400
MOST_HOURS = LONGEST_KEPT // timedelta(hours=1)


class Unshown(forms.Textarea):
    """A text area that never shows what was typed before."""

    def format_value(self, value: Any) -> str:
        return ""


class ValueField(forms.CharField):
    """A value; masked wherever the form's data is printed."""

    def __init__(self, **options: Any) -> None:
        widget = Unshown(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"})
        super().__init__(widget=widget, strip=False, max_length=LONGEST, **options)

    def clean(self, value: Any) -> SecretText | None:
        """Return the checked value, ``None`` where nothing was typed."""
        text = super().clean(value).replace("\r\n", "\n")
        try:
            return check_value(text) if text else None
        except SecretError as error:
            raise ValidationError(error.message, "value") from None


class SecretForm(SecretModelForm):
    """A name, and a value or a reference: ``content`` is what was given, ``misfits`` tells who cannot use it."""

    value = ValueField(required=False, help_text="Write-only: it is encrypted and never shown again.")
    reference = forms.CharField(
        required=False, max_length=500, help_text="Instead of a value: env:NAME or file:/PATH, as the settings allow."
    )
    keep_hours = forms.IntegerField(
        required=False,
        initial=24,
        min_value=0,
        max_value=MOST_HOURS,
        label="Keep earlier values for",
        help_text="Hours in which the values before this one still count. 0: they end now.",
    )

    class Meta:
        model = Secret
        fields: ClassVar[list[str]] = ["name"]

    content: Content
    misfits: list[str]

    def clean(self) -> dict[str, Any]:
        """Take the value or the reference, exactly one of them."""
        cleaned = super().clean() or {}
        value, reference = cleaned.get("value"), cleaned.get("reference")
        if not self.errors:
            if bool(value) == bool(reference):
                raise ValidationError("Give a value or a reference, one of the two.", "content")
            name = cleaned.get("name", self.instance.name)
            self._take("reference", lambda: self._judged(name, value, reference))
        if not self.errors:
            lock_secrets()
            if cleaned.get("keep_hours"):
                self._take("keep_hours", lambda: check_room(self.instance))
        return cleaned

    def _judged(self, name: str, value: SecretText | None, reference: str | None) -> Content:
        """Return what was given, and remember who cannot use it: before the lock, for actions are compiled for it."""
        content = Content.of_reference(reference) if reference else Content(value=value)
        self.misfits = told_misfits(name, content.read())
        return content

    def _take(self, field: str, take: Callable[[], Content | None]) -> None:
        """Remember what is to be kept, or say at the field why it may not be."""
        try:
            self.content = take() or self.content
        except SecretError as error:
            self.add_error(field, error.message)


class ValueInline(OnlyAdministrators, ValueRows):
    """Each value that is kept, without the value."""

    model = SecretVersion
    fields = ("kept", "active_from", "ends_at", "created_by", "fault")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    @admin.display(description="kept")
    def kept(self, version: SecretVersion) -> str:
        return describe(version).kept

    @admin.display(description="problem", empty_value="-")
    def fault(self, version: SecretVersion) -> str:
        return describe(version).fault


@admin.register(Secret)
class SecretAdmin(OnlyAdministrators, SecretPages):
    """Secrets as administrators set, rotate and remove them."""

    form = SecretForm
    inlines = (ValueInline,)
    list_display = ("name", "values_in_use", "newest")
    search_fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Secret]:
        return super().get_queryset(request).prefetch_related("versions")

    def get_fields(self, request: HttpRequest, obj: Secret | None = None) -> Any:
        """Ask how long earlier values stay only where there are some."""
        return ("name", "value", "reference") if obj is None else ("name", "value", "reference", "keep_hours")

    def get_readonly_fields(self, request: HttpRequest, obj: Secret | None = None) -> Any:
        return () if obj is None else ("name",)

    def get_inlines(self, request: HttpRequest, obj: Secret | None) -> Any:
        return () if obj is None else self.inlines

    @method_decorator(sensitive_post_parameters("value"))
    def changeform_view(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        """Keep the value out of error reports, and answer a refused form with 400."""
        response = super().changeform_view(request, *args, **options)
        if request.method == "POST" and response.status_code == 200:
            response.status_code = INVALID
        return response

    def save_model(self, request: HttpRequest, obj: Secret, form: Any, change: bool) -> None:
        """Set or rotate, by the same way as the command."""
        author = request.user if isinstance(request.user, UserAccount) else None
        hours = form.cleaned_data.get("keep_hours") or 0
        if change and hours:
            rotate_secret(obj.name, form.content, timedelta(hours=hours), author)
        else:
            obj.pk = set_secret(obj.name, form.content, author).pk
        for told in form.misfits:
            messages.warning(request, told)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Say besides what uses them, before and after they are removed."""
        for told in filter(None, (told_users(secret.name) for secret in objs)):
            messages.warning(request, told)
        return super().get_deleted_objects(objs, request)

    def delete_model(self, request: HttpRequest, obj: Secret) -> None:
        remove_secret(obj.name)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Secret]) -> None:
        for secret in queryset:
            remove_secret(secret.name)

    @admin.display(description="values in use")
    def values_in_use(self, secret: Secret) -> int:
        now = timezone.now()
        return sum(version.is_in_use(now) for version in secret.versions.all())

    @admin.display(description="newest since")
    def newest(self, secret: Secret) -> Any:
        return next((version.active_from for version in secret.versions.all()), None)
