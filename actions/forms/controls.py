"""One input in, the field of Django's forms that shows it out: the control, its attributes, its words.

The limits are those of the JSON Schema that ``GET /action/...`` answers, so a form says what the action checks. The
fields only show: what was sent is read and judged by the action's contract.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from actions.forms.completion import autocomplete
from actions.forms.messages import Sentence, field_sentences, readable, translated
from actions.inputs.compiling import type_of, validations_of
from actions.inputs.contract import DeclaredInput
from actions.plan.nodes import Input, Plan
from actions.plan.secrecy import is_secret
from entities.encoding import to_json
from entities.fields import ColumnType
from entities.tags.validations import Validation
from entities.values import ABSENT

MOST_RADIOS = 4
TEXT_ROWS = 5
_TYPES = frozenset({"email", "password", "url", "number", "date", "time", "datetime-local", "color", "hidden"})
_ATTRIBUTES: Mapping[str, str] = {
    "minLength": "minlength",
    "maxLength": "maxlength",
    "minimum": "min",
    "maximum": "max",
}
_ACCEPTED: Mapping[str, str] = {"image": "image/*", "video": "video/*", "gzip": ".gz"}


class Files(forms.FileInput):
    """Any number of files."""

    allow_multiple_selected = True


class ShownField(forms.Field):
    """A field that is shown and never cleaned. ``key`` is the request's; ``sentences`` say what is wrong, by code."""

    def __init__(self, key: str, *, sentences: Mapping[str, Sentence], is_secret: bool, **options: Any) -> None:
        super().__init__(**options)
        self.key = key
        self.sentences = sentences
        self.is_secret = is_secret

    @property
    def sentences_text(self) -> str:
        """What is wrong, by code, as JSON: for the script."""
        return to_json({code: str(sentence) for code, sentence in self.sentences.items()}).decode()

    @property
    def is_password(self) -> bool:
        """Say whether what is typed is hidden."""
        return isinstance(self.widget, forms.PasswordInput)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a control is made from."""

    plan: Plan
    declared: Input
    item: DeclaredInput
    kind: ColumnType
    schema: Mapping[str, Any]
    validations: tuple[Validation, ...]

    @property
    def control(self) -> str:
        """The control's name: a slider or a colour always sends something, so an optional one is a plain field."""
        if self.kind.options:
            return "options"
        if self.kind.control == "range":
            return "number"
        if self.kind.control == "color" and not self.is_required:
            return "text"
        return self.kind.control

    @property
    def is_required(self) -> bool:
        """Whether the visitor must fill it in: an open box is an answer, unless the author wants it ticked."""
        if self.kind.control != "checkbox" or self.kind.options:
            return self.item.required
        return any(check.name == "required" for validation in self.validations for check in validation.checks)


def field_for(plan: Plan, declared: Input, item: DeclaredInput, schema: Mapping[str, Any]) -> ShownField:
    """Return the field for one input; ``schema`` is its property in the JSON Schema of the action."""
    kind = type_of(declared)
    shown = Shown(plan, declared, item, kind, schema, validations_of(plan, declared))
    json_type = schema.get("type")
    json_kind = json_type if isinstance(json_type, str) else next(iter(json_type or ()), "")
    return ShownField(
        declared.key,
        sentences=field_sentences(shown.validations, "number" if kind.control == "number" else str(json_kind)),
        is_secret=is_secret(declared),
        required=shown.is_required,
        label=_label(declared),
        help_text=_help(shown),
        widget=_WIDGETS.get(shown.control, _input)(shown),
    )


def default_text(field: ShownField, item: DeclaredInput) -> str | None:
    """Return the default as a form writes it, ``None`` where there is none to show."""
    if item.default is ABSENT or item.default is None or field.is_secret:
        return None
    value = item.column_type.to_json(item.default)
    return None if isinstance(value, list | dict) else _written(value)


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _label(declared: Input) -> Sentence:
    """Return the author's label; a key that stands for it is made readable."""
    return _readable(declared.label or declared.key)


def _help(shown: Shown) -> Sentence:
    if shown.declared.description:
        return _translated(shown.declared.description)
    least = shown.schema.get("minLength", 0)
    return format_lazy(_("At least {limit} characters."), limit=least) if least > 1 else ""


def _attributes(shown: Shown) -> dict[str, Any]:
    """Return what the browser may hold a visitor to, and how it may help."""
    found = {name: shown.schema[key] for key, name in _ATTRIBUTES.items() if key in shown.schema}
    if found.get("minlength") == 1:  # what is required says that
        del found["minlength"]
    if shown.control == "number":
        found["step"] = 1 if shown.kind.json_schema.get("type") == "integer" else "any"
    elif "pattern" in shown.schema and shown.kind.control == "text" and shown.item.conform is None:
        found["pattern"] = whole_pattern(shown.schema["pattern"])
    completion = autocomplete(shown.declared, shown.plan.inputs)
    return {**found, "autocomplete": completion} if completion else found


def whole_pattern(pattern: str) -> str:
    """Return the pattern as HTML reads it: for the whole value, and with the flag ``v``: classes escape hyphens."""
    escaped = pattern.replace("[-+]", r"[\-+]").replace("[+-]", r"[+\-]")
    is_whole = escaped.startswith("^") and escaped.endswith("$") and "|" not in escaped
    return escaped if is_whole else f".*(?:{escaped}).*"


def _input(shown: Shown) -> forms.Widget:
    widget = forms.TextInput(attrs=_attributes(shown))
    widget.input_type = shown.control if shown.control in _TYPES else "text"
    if widget.attrs.get("autocomplete") == "tel":
        widget.input_type = "tel"
    return widget


def _password(shown: Shown) -> forms.Widget:
    return forms.PasswordInput(attrs=_attributes(shown))


def _text(shown: Shown) -> forms.Widget:
    return forms.Textarea(attrs={**_attributes(shown), "rows": TEXT_ROWS, "cols": None})


def _hidden(shown: Shown) -> forms.Widget:
    return forms.HiddenInput()


def _checkbox(shown: Shown) -> forms.Widget:
    return forms.CheckboxInput()


def _files(shown: Shown) -> forms.Widget:
    base, _dot, extensions = shown.kind.name.partition(".")
    named = ",".join(f".{extension}" for extension in extensions.split("|") if extension not in ("", "*"))
    attributes = {"accept": named or _ACCEPTED.get(base, ""), "multiple": shown.schema.get("maxItems") != 1}
    return Files(attrs={name: value for name, value in attributes.items() if value})


def _options(shown: Shown) -> forms.Widget:
    choices = [(_written(shown.kind.to_json(value)), _translated(label)) for value, label in shown.kind.options.items()]
    if shown.is_required and len(choices) <= MOST_RADIOS:
        return forms.RadioSelect(choices=choices)
    empty = [] if any(value == "" for value, _label in choices) else [("", _("Please choose"))]
    return forms.Select(choices=[*empty, *choices])


_WIDGETS: Mapping[str, Callable[[Shown], forms.Widget]] = {
    "checkbox": _checkbox,
    "file": _files,
    "hidden": _hidden,
    "options": _options,
    "password": _password,
    "textarea": _text,
}
_translated, _readable = lazy(translated, str), lazy(readable, str)
