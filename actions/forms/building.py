"""A served action in, its form out: a class of Django's forms, made once for each version, and its instances.

A form only shows. Its data are what was sent before, or the defaults; its errors those of an answer. Names in the page
are the request's keys; ids are numbers, for a key may hold anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorDict
from django.http import QueryDict

from actions.catalog import Served, once_for_each_version
from actions.forms.controls import ShownField, default_text, field_for
from actions.inputs import input_schema
from actions.operations.directives import PREFIX
from actions.operations.integrations import NAME as CALL
from actions.operations.integrations import response_name
from actions.operations.respond import RESPONSE_TYPE
from actions.plan.nodes import Plan
from actions.plan.visitor import steps
from actions.validation.answers import answers


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What an answer says of one field: a stable code and its own sentence."""

    field: str
    code: str
    message: str


class ActionBoundField(BoundField):
    """Ties a control to its help and to the place of its errors, which is always there, for the script to fill."""

    @property
    def auto_id(self) -> str:
        return f"id_{self.name}"

    @property
    def aria_describedby(self) -> str | None:
        if self.is_hidden:
            return None
        named = [f"{self.auto_id}_helptext"] if self.help_text else []
        return " ".join([*named, f"{self.auto_id}_error"])

    def build_widget_attrs(
        self, attrs: dict[str, str | bool], widget: forms.Widget | None = None
    ) -> dict[str, str | bool]:
        found = super().build_widget_attrs(attrs, widget)
        if self.use_fieldset:
            found.pop("aria-invalid", None)  # a group is invalid, not each of its choices
        if self.errors and self.name == getattr(self.form, "first_refused", None):
            found["autofocus"] = True
        return found


class ActionForm(forms.Form):
    """The form of one action: bound, with the problems that it is given."""

    template_name = "actions/fields.html"
    bound_field_class = ActionBoundField

    def __init__(self, data: QueryDict, faults: Iterable[FieldFault] = ()) -> None:
        super().__init__(data)
        self._faults = tuple(faults)

    def add_prefix(self, field_name: str) -> str:
        """Return the name in the page: the request's key."""
        field = self.fields.get(field_name)  # Django also asks for ids
        return field.key if isinstance(field, ShownField) else field_name

    def full_clean(self) -> None:
        """Take the problems as they are."""
        self._errors = ErrorDict(renderer=self.renderer)
        self.cleaned_data = {}
        for name, field in self.fields.items():
            if isinstance(field, ShownField) and (found := self._sentences(field)):
                self._errors[name] = self.error_class(found, renderer=self.renderer)

    def _sentences(self, field: ShownField) -> list[str]:
        found = [
            str(field.sentences.get(fault.code, fault.message)) for fault in self._faults if fault.field == field.key
        ]
        return list(dict.fromkeys(found))

    @property
    def first_refused(self) -> str | None:
        """The first field with a problem that can be seen."""
        return next((name for name in self.errors if not self.fields[name].widget.is_hidden), None)

    @property
    def faults_elsewhere(self) -> Sequence[str]:
        """What is said of fields that the page does not show."""
        shown = {
            field.key for field in self.fields.values() if isinstance(field, ShownField) and not field.widget.is_hidden
        }
        return [fault.message for fault in self._faults if fault.field not in shown]


@dataclass(frozen=True, slots=True)
class ActionForms:
    """The form of one version of an action.

    ``defaults`` is what it shows before anything was sent, ``keys`` are those whose values it shows, ``texts`` what its
    author wrote for visitors word by word, ``data_types`` the names of data that the action answers with, which the
    page of the answer shows (no directive tells a script to).
    """

    form_class: type[ActionForm]
    defaults: Mapping[str, str]
    keys: frozenset[str]
    texts: tuple[str, ...]
    data_types: frozenset[str]

    def first(self, proposed: QueryDict) -> ActionForm:
        """Return the form as it is opened: with the defaults, and what the address proposes."""
        return self.form_class(self._data(self.defaults, proposed))

    def again(self, sent: QueryDict, faults: Iterable[FieldFault]) -> ActionForm:
        """Return the form with what was sent and what is wrong with it. Secrets are never shown again."""
        return self.form_class(self._data({}, sent), faults)

    def _data(self, texts: Mapping[str, str], sent: QueryDict) -> QueryDict:
        data = QueryDict(mutable=True)
        data.update(texts)
        for key in self.keys & sent.keys():
            data.setlist(key, sent.getlist(key))
        return data


@once_for_each_version
def forms_of(served: Served) -> ActionForms:
    """Return the form of an action."""
    plan = served.plan
    properties = input_schema(plan)["properties"]
    items = {item.key: item for item in served.contract.inputs if item.is_declared}
    fields = {
        f"f{at}": field_for(plan, item, items[item.key], properties[item.key]) for at, item in enumerate(plan.inputs)
    }
    defaults = {field.key: default_text(field, items[field.key]) for field in fields.values()}
    return ActionForms(
        form_class=type("ShownActionForm", (ActionForm,), dict(fields)),
        defaults={key: text for key, text in defaults.items() if text is not None},
        keys=frozenset(field.key for field in fields.values() if not field.is_secret),
        texts=tuple(_texts(plan)),
        data_types=frozenset(_data_types(plan)),
    )


def _texts(plan: Plan) -> Iterator[str]:
    """Yield the headings and messages of notices that are the same in every run."""
    for step in steps(plan.body):
        for arguments in step.arguments:
            said = arguments.resolve({}, ()) if arguments.constant else {}
            if step.fixed.get("type", said.get(RESPONSE_TYPE)) == "client.notify":
                yield from (said[name] for name in ("title", "message") if isinstance(said.get(name), str))


def _data_types(plan: Plan) -> Iterator[str]:
    """Yield the names of what the action answers by itself and no directive is."""
    for step in steps(plan.body):
        if step.operation.name == CALL and not step.skip_in_response:
            yield response_name(step.fixed["integration"], step.fixed["operation"])
        for answer in answers(step) if not step.skip_in_response else ():
            if answer.name != "render" and not answer.name.startswith(PREFIX):
                yield answer.name
