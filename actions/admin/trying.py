"""The page "Try it": inputs and an actor in, what would happen out. Everything is undone."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.debug import sensitive_post_parameters

from actions import catalog
from actions.admin.traces import as_lines, in_lines
from actions.admin.written_json import render_refusal
from actions.catalog import Served
from actions.errors import ActionError
from actions.invocations import Attributes, Invocation
from actions.invoke import admit
from actions.models import Definition
from actions.permissions import may_see_traces
from actions.plan.nodes import Plan
from actions.plan.secrecy import is_secret, secret_inputs
from actions.rehearsal import rehearse
from entities.actors import GUEST, Actor
from entities.authentication import actor_by_email, actor_of_admin
from entities.callers import caller_address
from entities.errors import EntityError
from entities.parsing import read_json

LONGEST = 256 * 1024


class TryForm(forms.Form):
    """Inputs as JSON, the instance, and who acts. ``actor`` and ``inputs`` are what was meant."""

    sent = forms.CharField(
        label="Inputs",
        required=False,
        max_length=LONGEST,
        help_text="A JSON object, as the body of a request.",
        widget=forms.Textarea(attrs={"rows": 12, "class": "definition-text", "spellcheck": "false"}),
    )
    instance = forms.CharField(
        label="Instance", required=False, max_length=100, help_text="The id of the row that it is run on, if any."
    )
    email = forms.CharField(
        label="As",
        required=False,
        max_length=254,
        help_text="The e-mail of an account; empty: a guest.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, owner: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self._owner = owner
        self.actor = GUEST
        self.inputs: Mapping[str, Any] = {}

    def clean_sent(self) -> str:
        """Read the inputs as a request's body is read."""
        text: str = self.cleaned_data["sent"]
        try:
            inputs = read_json(text.encode()) if text.strip() else {}
        except UnicodeEncodeError:
            raise ValidationError("This is no text.", "json") from None
        except EntityError as error:
            raise ValidationError(render_refusal(text, error), "json") from None
        if not isinstance(inputs, dict):
            raise ValidationError("The inputs are a JSON object.", "json")
        self.inputs = inputs
        return text

    def keep(self, secret: Set[str]) -> None:
        """Leave what was typed in the form, without what is secret, and put the cursor where something is wrong."""
        if secret & self.inputs.keys():
            shown = {key: "" if key in secret else value for key, value in self.inputs.items()}
            self.data = {**self.data, "sent": as_lines(shown)}
            self["sent"].help_text += " What is secret is not shown again: type it anew."
        for wrong in list(self.errors)[:1]:
            self.fields[wrong].widget.attrs["autofocus"] = True

    def clean_email(self) -> str:
        """Find the account. Whoever is no administrator acts as themselves, or as a guest."""
        email: str = self.cleaned_data["email"]
        found = actor_by_email(email) if email else GUEST
        is_own = found is not None and found.id in (None, self._owner.id)
        if found is None or not (is_own or self._owner.is_administrator):
            raise ValidationError("There is no active account with this e-mail that you may act as.", "account")
        self.actor = found
        return email


class TryPages:
    """The page, and the link to it."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.try_view)  # type: ignore[attr-defined]
        own = [path("<uuid:pk>/try/", view, name="actions_definition_try")]
        return own + super().get_urls()  # type: ignore[misc, no-any-return]

    @admin.display(description="try it")
    def try_link(self, definition: Definition) -> SafeString:
        served = catalog.find(definition.type_name, definition.name)
        webhook = served.plan.webhook if served is not None else None
        if webhook is not None:  # nobody executes it
            command = "<code>manage.py sign_webhook {} FILE --secret {} --curl --url URL</code>"
            names = webhook.scheme_name.name, webhook.secrets[0].name
            return format_html(f"Send it a signed request: {command}", *names)
        return format_html('<a href="{}">Try it</a>', reverse("admin:actions_definition_try", args=[definition.pk]))

    @method_decorator(sensitive_post_parameters("sent"))
    def try_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Show the form; after a POST, what would happen."""
        definition, served = _found(pk)
        owner = actor_of_admin(request)
        if not may_see_traces(served, owner):
            raise PermissionDenied
        if request.method != "POST":
            form = TryForm(initial={"sent": skeleton(served.plan)}, owner=owner)
            return self._page(request, definition, {"form": form})
        form = TryForm(request.POST, owner=owner)
        shown = _outcome(served, form, request) if form.is_valid() else {}
        form.keep(secret_inputs(served.plan))
        return self._page(request, definition, {**shown, "form": form})

    def _page(self, request: HttpRequest, definition: Definition, shown: Mapping[str, Any]) -> HttpResponse:
        site = self.admin_site.each_context(request)  # type: ignore[attr-defined]
        context = {**site, "title": f"Try {definition}", "definition": definition, **shown}
        return TemplateResponse(request, "actions/try.html", context)


def _found(pk: Any) -> tuple[Definition, Served]:
    definition = Definition.objects.filter(pk=pk).first()
    served = None if definition is None else catalog.find(definition.type_name, definition.name)
    if definition is None or served is None or served.plan.webhook is not None:
        raise Http404("No such action is served, or it is a receiver.")
    return definition, served


def skeleton(plan: Plan) -> str:
    """Return an object with a place for every input; a secret default counts where nothing is said."""
    shown = [item for item in plan.inputs if not (item.has_default and is_secret(item))]
    return as_lines({item.key: item.default if item.has_default else None for item in shown})


def _outcome(served: Served, form: TryForm, request: HttpRequest) -> dict[str, Any]:
    """Run it dry; only administrators, who may see everything, are not held up by limits."""
    is_limited = not actor_of_admin(request).is_administrator
    invocation = Invocation(
        served.plan.type_name,
        served.plan.name,
        form.actor,
        Attributes(form.inputs),
        form.cleaned_data["instance"] or None,
        {"method": "POST", "path": f"/action/{served.plan.type_name}/{served.plan.name}", "headers": {}},
        caller_address(request.META),
        is_limited,
    )
    try:
        rehearsal = rehearse(admit(invocation), invocation)
    except ActionError as refusal:
        return {"refusal": refusal}
    return {"rehearsal": rehearsal, "outcomes": in_lines(rehearsal.trace), "answer": as_lines(rehearsal.entries)}
