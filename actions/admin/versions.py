"""Any two versions of a definition side by side, as a patch for the repository, and an old one served again.

Restoring saves the old text as a new version by the same way as any other text: what no longer compiles is refused, and
so is whoever has not seen what is served now.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from actions.admin.problems import as_sentence
from actions.differences import patch, side_by_side
from actions.errors import Problem, RefusedDocument
from actions.loading import ADMIN, DefinitionChanged, Edit, lock_definitions, prepare, save_prepared
from actions.models import Definition, DefinitionVersion
from entities.identifiers import parse_uuid
from entities.models import UserAccount

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

    Pages = ModelAdmin[Definition]
else:
    Pages = object

MOST_DIGITS = 9
MOST_ROWS = 5000
MOST_LISTED = 50


@dataclass(frozen=True, slots=True)
class Pair:
    """Two versions of one definition."""

    old: DefinitionVersion
    new: DefinitionVersion


class VersionTools(Pages):
    """Adds what can be done with versions to the pages of definitions."""

    def get_urls(self) -> list[URLPattern]:
        """Put them before the pages, whose addresses begin with any text."""
        wrap, name = self.admin_site.admin_view, "actions_definition_{}".format
        own = [
            path("<uuid:pk>/difference/", wrap(require_GET(self.difference)), name=name("difference")),
            path("<uuid:pk>/patch/", wrap(require_GET(self.patch)), name=name("patch")),
            path("<uuid:pk>/restore/", wrap(require_POST(self.restore)), name=name("restore")),
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show who saved what when, the newest first."""
        public_id = parse_uuid(object_id)
        versions = DefinitionVersion.objects.filter(definition=public_id).select_related("created_by").defer("text")
        shown = {"versions": versions[:MOST_LISTED], "most_listed": MOST_LISTED}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **shown})

    def difference(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show two versions side by side: those asked for, else what is served and the one before."""
        definition = self._readable(request, pk)
        return self._show(request, definition, _pair(request, definition))

    def patch(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Answer a patch: unless others are asked for, from what the file last said to what is served."""
        definition = self._readable(request, pk)
        pair = _pair(request, definition, before=_of_file(definition))
        file = file_name(pair.old, definition)
        text = patch(pair.old.text, pair.new.text, f"a/{file}", f"b/{file}")
        name = f"{definition}.{pair.old.number}-{pair.new.number}.patch"
        headers = {"Content-Disposition": f'attachment; filename="{_plain(name)}"'}
        return HttpResponse(text, content_type="text/x-diff; charset=utf-8", headers=headers)

    def restore(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Save the text of an old version as a new one."""
        definition = self._readable(request, pk)
        if not self.has_change_permission(request, definition):
            raise PermissionDenied
        wanted = _version(definition, request.POST.get("number", ""))
        try:
            note = self._restore(request, definition, wanted)
        except RefusedDocument as refused:
            problems = [problem for problem in refused.problems if problem.severity == "error"]
            return self._show(request, definition, Pair(wanted, _served(definition)), problems)
        except DefinitionChanged as changed:
            messages.error(request, str(changed))
        else:
            messages.success(request, note)
        return HttpResponseRedirect(reverse("admin:actions_definition_change", args=[pk]))

    @transaction.atomic
    def _restore(self, request: HttpRequest, definition: Definition, wanted: DefinitionVersion) -> str:
        prepared = prepare(wanted.text)
        lock_definitions()
        author = request.user if isinstance(request.user, UserAccount) else None
        base = parse_uuid(request.POST.get("base", ""))
        saved = save_prepared(prepared, Edit(author, f"Restores version {wanted.number}.", base, is_checked=True))
        if saved.state == "unchanged":
            return f"Version {saved.version} says the same already."
        self.log_change(request, definition, f"Restored version {wanted.number} as version {saved.version}.")
        became = "is served again" if definition.enabled else "is the last one again, and disabled"
        return f"Version {wanted.number} of '{definition}' {became}, as version {saved.version}."

    def _show(
        self, request: HttpRequest, definition: Definition, pair: Pair, problems: list[Problem] | None = None
    ) -> HttpResponse:
        rows = side_by_side(pair.old.text, pair.new.text)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Versions of {definition}",
            "opts": self.model._meta,
            "definition": definition,
            "pair": pair,
            "rows": rows[:MOST_ROWS],
            "more": max(len(rows) - MOST_ROWS, 0),
            "choices": [_choice(version) for version in definition.versions.select_related("created_by").defer("text")],
            "may_restore": self.has_change_permission(request, definition),
            "problems": [as_sentence(problem) for problem in problems or ()],
        }
        status = HTTPStatus.BAD_REQUEST if problems else HTTPStatus.OK
        return TemplateResponse(request, "admin/actions/definition/difference.html", context, status=status)

    def _readable(self, request: HttpRequest, pk: UUID) -> Definition:
        """Return the definition; what may not be read is not there."""
        definition = Definition.objects.select_related("served_version").filter(pk=pk).first()
        if definition is None or not self.has_view_permission(request, definition):
            raise Http404
        return definition


def _choice(version: DefinitionVersion) -> tuple[int, str]:
    """Return the number of a version, and when and by whom or from what it was made."""
    who = version.created_by.email if version.created_by else Path(version.source).name
    return version.number, f"{version.number}: {timezone.localtime(version.created_at):%Y-%m-%d %H:%M}, {who}"


def _served(definition: Definition) -> DefinitionVersion:
    if definition.served_version is None:
        raise Http404
    return definition.served_version


def _pair(request: HttpRequest, definition: Definition, before: DefinitionVersion | None = None) -> Pair:
    """Return the two versions asked for; without words, what is served and ``before`` or the one before it."""
    new = _asked(request, definition, "new") or _served(definition)
    old = _asked(request, definition, "old") or before or _previous(definition, new)
    return Pair(old, new)


def _asked(request: HttpRequest, definition: Definition, side: str) -> DefinitionVersion | None:
    number: Any = request.GET.get(side)
    return None if number is None else _version(definition, number)


def _version(definition: Definition, number: str) -> DefinitionVersion:
    is_number = number.isascii() and number.isdecimal() and len(number) <= MOST_DIGITS
    found = definition.versions.filter(number=int(number)).first() if is_number else None
    if found is None:
        raise Http404
    return found


def _previous(definition: Definition, version: DefinitionVersion) -> DefinitionVersion:
    return definition.versions.filter(number__lt=version.number).first() or version


def _of_file(definition: Definition) -> DefinitionVersion | None:
    """Return the version that says what the definition's file said when it was last loaded."""
    digest = definition.loaded.get(definition.source)
    return definition.versions.filter(digest=digest).first() if digest else None


def file_name(version: DefinitionVersion, definition: Definition) -> str:
    """Return the name of the file that a version came from, as the repository knows it; else one made of its names."""
    source = definition.source if definition.source in definition.loaded else version.source
    if source in ("", ADMIN) or not Path(source).is_absolute():
        return _plain(f"{definition.type_name}_{definition.name}.yaml")
    file = Path(source)
    return _plain(str(file.relative_to(settings.BASE_DIR) if file.is_relative_to(settings.BASE_DIR) else file.name))


def _plain(name: str) -> str:
    """Return a name without signs that would end the line or the header that it stands in."""
    return "".join(sign if sign.isascii() and sign.isprintable() and sign not in '"\\' else "_" for sign in name)
