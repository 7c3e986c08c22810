"""The forms of integrations: a document to import, and how one that is there is used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qsl, urlencode

from django import forms

from actions.importing import MOST_BYTES, ImportRefused
from actions.importing.reading import read_source
from actions.importing.saving import read_address
from actions.integrations.authentication import ABOUT, SEND, check_authentication, keys_of
from actions.integrations.documents import SecurityScheme
from actions.integrations.known import schemes_from_data
from actions.models import Integration, Secret

if TYPE_CHECKING:
    IntegrationModelForm = forms.ModelForm[Integration]
else:
    IntegrationModelForm = forms.ModelForm


class _TakesServer(forms.BaseForm):
    """A form with the field ``server``."""

    def clean_server(self) -> str:
        """Take an http or https address, or none."""
        try:
            return read_address(self.cleaned_data["server"])
        except ImportRefused as refused:
            raise forms.ValidationError(list(refused.reasons)) from None


class ImportForm(_TakesServer, forms.Form):
    """A document, from a file or a URL; ``content`` and ``source`` are what was read."""

    name = forms.CharField(max_length=100, help_text="Outcomes name it as their Type: 'stripe'.")
    file = forms.FileField(required=False, help_text="OpenAPI 3.0, 3.1 or Swagger 2.0, in JSON or YAML.")
    url = forms.CharField(required=False, max_length=500, label="URL", help_text="Instead of a file.")
    server = forms.CharField(
        required=False, max_length=500, help_text="An address to call instead of those in the document."
    )
    force = forms.BooleanField(required=False, label="Import it although served actions will not work any more")

    content: bytes
    source: str

    def clean(self) -> dict[str, Any]:
        """Read the file or the URL, exactly one of them."""
        cleaned = super().clean() or {}
        file, url = cleaned.get("file"), cleaned.get("url")
        if self.errors:
            return cleaned
        if bool(file) == bool(url):
            raise forms.ValidationError("Give a file or a URL, one of the two.")
        if not file:
            self._fetch(url or "")
        elif file.size > MOST_BYTES:
            self.add_error("file", f"The document has {file.size} bytes; {MOST_BYTES} are allowed.")
        else:
            self.content, self.source = file.read(), str(file.name)[-500:]
        return cleaned

    def _fetch(self, url: str) -> None:
        if not url.lower().startswith(("http://", "https://")):  # never a path of the server
            self.add_error("url", "A URL begins with 'http://' or 'https://'.")
            return
        try:
            self.content, self.source = read_source(url)
        except ImportRefused as refused:
            self.add_error("url", forms.ValidationError(list(refused.reasons)))


@dataclass(frozen=True, slots=True)
class SchemeFields:
    """The fields of one scheme: their names in the form, and what they hold."""

    scheme: str
    kind: str
    prefix: str

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(f"{self.prefix}_{name}" for name in keys_of(self.kind))

    def fields(self, scheme: SecurityScheme, how: Mapping[str, Any], secrets: list[str]) -> Iterator[forms.Field]:
        """Yield them, with what is configured now."""
        chosen = how.get("secret", "")
        choices = [("", "-"), *((name, name) for name in sorted({*secrets, chosen} - {""}))]
        yield forms.ChoiceField(
            choices=choices, required=False, initial=chosen, label="Secret", help_text=ABOUT[scheme.kind]
        )
        if self.kind == "oauth2":
            yield _text("Client id", how.get("client_id", ""), "")
            yield _text("Token URL", how.get("token_url", ""), f"In place of '{scheme.token_url or 'none'}'.")
            scopes = " ".join(how.get("scopes", []))
            yield _text("Scopes", scopes, "In place of those that each operation asks for, divided by spaces.")
            sent = [("basic", "in a header"), ("body", "in the body")]
            yield forms.ChoiceField(choices=sent, initial=how.get("send", SEND[0]), label="The client's secret is sent")
            more = urlencode(sorted(how.get("parameters", {}).items()), safe=":/")
            yield _text(
                "Further parameters", more, "What the token is asked for with besides: 'audience=https://...&x=y'."
            )

    def chosen(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Return what was chosen, as it is kept; empty where no secret was."""
        values = {name: cleaned.get(f"{self.prefix}_{name}") for name in ("secret", "client_id", "token_url")}
        if values["client_id"]:
            values["scopes"] = (cleaned.get(f"{self.prefix}_scopes") or "").split() or None
            values["send"] = cleaned.get(f"{self.prefix}_send")
            values["parameters"] = dict(
                parse_qsl(cleaned.get(f"{self.prefix}_parameters") or "", keep_blank_values=True)
            )
        return {name: value for name, value in values.items() if value} if any(values.values()) else {}


def _text(label: str, initial: str, about: str) -> forms.CharField:
    return forms.CharField(required=False, max_length=500, label=label, initial=initial, help_text=about)


def scheme_fields(integration: Integration) -> list[SchemeFields]:
    """Return the fields of every scheme of an integration, by name: no database keeps the order of the document."""
    schemes = sorted(schemes_from_data(integration.schemes).items())
    return [SchemeFields(name, scheme.kind, f"auth{at}") for at, (name, scheme) in enumerate(schemes)]


class IntegrationForm(_TakesServer, IntegrationModelForm):
    """How an integration is used; ``authentication`` is what was chosen."""

    class Meta:
        model = Integration
        fields: ClassVar[list[str]] = ["enabled", "server"]

    authentication: dict[str, Any]

    def clean(self) -> dict[str, Any]:
        """Judge what was chosen for each scheme, and say it at the scheme."""
        cleaned = super().clean() or {}
        schemes = schemes_from_data(self.instance.schemes)
        self.authentication = {}
        for fields in scheme_fields(self.instance):
            chosen = fields.chosen(cleaned)
            wrong = check_authentication({fields.scheme: chosen}, schemes) if chosen else []
            if wrong:
                self.add_error(fields.names[0], forms.ValidationError([*wrong]))
            elif chosen:
                self.authentication[fields.scheme] = chosen
        return cleaned


def form_for(integration: Integration) -> type[IntegrationForm]:
    """Return the form of one integration: the fields of its schemes, with the names of all secrets to choose from."""
    schemes = schemes_from_data(integration.schemes)
    secrets = list(Secret.objects.values_list("name", flat=True))
    made: dict[str, Any] = {"__module__": __name__}
    for fields in scheme_fields(integration):
        how = integration.authentication.get(fields.scheme, {})
        made |= zip(fields.names, fields.fields(schemes[fields.scheme], how, secrets), strict=True)
    return type("IntegrationForm", (IntegrationForm,), made)
