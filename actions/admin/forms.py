"""The form of a definition: its text, checked as a whole; whether it is served; who may execute it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse

from actions import catalog
from actions.admin.problems import as_form_errors
from actions.admin.rights import PermissionField
from actions.admin.tables import PermissionTable
from actions.errors import RefusedDocument
from actions.loading import Prepared, lock_definitions, prepare
from actions.models import Definition, DefinitionVersion
from entities.permissions import DEFAULT_ACTION

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Definition]
else:
    ModelForm = forms.ModelForm

TEXT_HELP = "One action, in YAML or JSON. Its OnType and Name say which definition it is."
PERMISSION_HELP = "What is ticked takes the place of the document's Permission, where the second choice is made."


def _documents_permission(definition: Definition) -> int:
    """Return the bits that the document gives: those of what is served, for nothing else is compiled."""
    served = catalog.find(definition.type_name, definition.name)
    if served is None:
        return 0
    return DEFAULT_ACTION if served.plan.permission is None else served.plan.permission


def other_action(prepared: Prepared, definition: Definition | None) -> str:
    """Say that a text is not the definition's that it is to be saved as; nothing where it is."""
    if definition is None or prepared.key == (definition.type_name, definition.name):
        return ""
    other = ".".join(prepared.key)
    return f"The text is the action '{other}'. Keep the OnType and the Name of '{definition}', or add a definition."


def latest(prepared: Prepared) -> DefinitionVersion | None:
    """Return the last version of the action that a text is, when it is known already."""
    type_name, name = prepared.key
    versions = DefinitionVersion.objects.select_related("definition").defer("text")
    return versions.filter(definition__type_name=type_name, definition__name=name).first()


def taken_name(served: DefinitionVersion) -> str:
    """Say that a new definition has the name of another one."""
    return f"'{served.definition}' exists already. Edit that definition; its last version is {served.number}."


class DefinitionForm(ModelForm):
    """Checks the text by compiling it; ``prepared`` is what compiled."""

    text = forms.CharField(
        strip=False,
        help_text=TEXT_HELP,
        widget=forms.Textarea(attrs={"rows": 32, "class": "definition-text", "spellcheck": "false"}),
    )
    permission = PermissionField(required=False, help_text=PERMISSION_HELP, widget=PermissionTable)
    note = forms.CharField(required=False, max_length=500, help_text="What this version changes, and why.")
    base = forms.UUIDField(required=False, widget=forms.HiddenInput)

    class Media:
        js = [forms.Script(f"actions/editor/{name}.js", type="module") for name in ("editor", "permission")]

    class Meta:
        model = Definition
        fields: ClassVar[list[str]] = ["enabled", "permission"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.prepared: Prepared | None = None
        version = self.instance.served_version
        if version is not None:
            self.initial.update(text=version.text, base=version.pk)
        if "permission" in self.fields:
            self.fields["permission"].widget = PermissionTable(_documents_permission(self.instance))
        self.fields["text"].widget.attrs |= {
            "data-check": reverse("admin:actions_definition_check"),
            "data-vocabulary": reverse("admin:actions_definition_vocabulary"),
            "data-attributes": reverse("admin:actions_definition_attributes"),
            "data-definition": "" if self.instance._state.adding else str(self.instance.pk),
        }

    def clean(self) -> dict[str, Any]:
        """Compile the text; when all is well, keep others from saving and look whether anybody has."""
        cleaned = super().clean() or {}
        if cleaned.get("text"):
            self._prepare(cleaned["text"].replace("\r\n", "\n"))
        if not self.errors:
            lock_definitions()
            self._check_not_overtaken(cleaned.get("base"))
        return cleaned

    def _prepare(self, text: str) -> None:
        try:
            self.prepared = prepare(text)
        except RefusedDocument as refused:
            self.add_error("text", as_form_errors(refused.problems))
            return
        if other := other_action(self.prepared, None if self.instance._state.adding else self.instance):
            self.add_error("text", ValidationError(other, "renamed"))

    def _check_not_overtaken(self, base: Any) -> None:
        """Refuse to save over a version that the author has not seen. Nobody can save meanwhile."""
        if self.prepared is None:
            return
        served = latest(self.prepared)
        if served is None or served.pk == base:
            return
        if self.instance._state.adding:
            raise ValidationError(taken_name(served), "overtaken")
        message = (
            "Somebody else saved version %(number)s of '%(definition)s' while you were editing. Your text was not "
            "saved: copy it, open the definition again and bring the two together."
        )
        facts = {"definition": str(served.definition), "number": served.number}
        raise ValidationError(message, "overtaken", facts)
