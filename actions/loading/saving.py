"""Compiled actions in, new versions out, in one transaction: all of them are served from the same moment on.

A text that is served already makes no version. A file takes the place of an edit made in the admin only when the file
itself has changed since it was last loaded, so loading again never overwrites anybody's work. Two processes that save
at once wait for one another: whoever comes second compares with what the first has saved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from actions.compiler import CompiledAction
from actions.loading.excerpts import excerpt
from actions.loading.files import digest_of
from actions.loading.reports import Saved, State
from actions.models import CatalogGeneration, Definition, DefinitionVersion
from actions.validation.context import ActionKey
from entities.identifiers import uuid7
from entities.models import UserAccount

FEW = 200


class DefinitionChanged(Exception):
    """Somebody else saved the definition after its text was read for editing."""

    def __init__(self, definition: str, number: int) -> None:
        super().__init__(f"Somebody saved version {number} of '{definition}' meanwhile; nothing was changed.")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One compiled action that wants to be served. ``file_digest`` is that of the whole file, empty for other texts."""

    action: CompiledAction
    text: str
    digest: str
    source: str
    file_digest: str = ""

    @property
    def key(self) -> ActionKey:
        """Type and name."""
        return self.action.key


def as_candidate(action: CompiledAction, source: str, file_digest: str = "", *, is_alone: bool) -> Candidate:
    """Return a compiled action with a text of its own; where nothing else stands in its document, the whole text."""
    text = excerpt(action.value, is_alone=is_alone)
    return Candidate(action, text, digest_of(text), source, file_digest)


@dataclass(frozen=True, slots=True)
class Edit:
    """A change made by hand: who, why, and, where ``is_checked``, which version it changes (``None``: a new name)."""

    author: UserAccount | None = None
    note: str = ""
    base: UUID | None = None
    is_checked: bool = False


@dataclass(slots=True)
class _Writes:
    """Rows to write, collected so that each table is written once."""

    added: list[Definition] = field(default_factory=list)
    touched: list[Definition] = field(default_factory=list)
    versions: list[DefinitionVersion] = field(default_factory=list)

    def send(self) -> None:
        Definition.objects.bulk_create(self.added)
        DefinitionVersion.objects.bulk_create(self.versions)
        Definition.objects.bulk_update(self.touched, ["label", "source", "file_digest", "loaded", "served_version"])


def save(candidates: Sequence[Candidate], edit: Edit | None = None) -> list[Saved]:
    """Save what is new, and return what became of each candidate.

    Raises:
        DefinitionChanged: the base of the edit is not what is served; nothing is saved.
    """
    known = _known(candidates)
    if edit is None and all(_is_settled(item, known.get(item.key)) for item in candidates):
        return [_saved(item, known[item.key], "unchanged") for item in candidates]
    with transaction.atomic():
        CatalogGeneration.advance()
        return _save(candidates, _known(candidates), edit or Edit())


def _save(candidates: Sequence[Candidate], known: Mapping[ActionKey, Definition], edit: Edit) -> list[Saved]:
    """Write under the lock, so that nothing of what is ``known`` can change."""
    writes = _Writes()
    states = {item.key: _state(item, known.get(item.key)) for item in candidates}
    latest = _latest_numbers(known[key] for key, state in states.items() if state == "changed")
    saved = []
    for item in candidates:
        row = known.get(item.key)
        _check_base(row, edit)
        state = states[item.key]
        row = row or _definition(item)
        if state != "unchanged":
            row.served_version = _version(item, row, latest.get(row.pk, 0) + 1, edit)
            row.label = item.action.plan.label
            writes.versions.append(row.served_version)
        _note_file(item, row)
        (writes.added if state == "added" else writes.touched).append(row)
        saved.append(_saved(item, row, state))
    writes.send()
    return saved


def _definition(item: Candidate) -> Definition:
    type_name, name = item.key
    public_id = item.action.reference_id or uuid7()
    return Definition(pk=public_id, type_name=type_name, name=name, source=item.source)


def _state(item: Candidate, row: Definition | None) -> State:
    if row is None:
        return "added"
    if item.file_digest and _was_loaded(item, row):
        return "unchanged"  # whatever was served instead of it since
    return "unchanged" if item.digest == _served(row).digest else "changed"


def _was_loaded(item: Candidate, row: Definition) -> bool:
    """Say whether the file said the same when it was last loaded; a checkout that moved is the same file."""
    if item.source in row.loaded:
        return bool(row.loaded[item.source] == item.digest)
    return any(digest == item.digest and not Path(path).exists() for path, digest in row.loaded.items())


def _is_settled(item: Candidate, row: Definition | None) -> bool:
    """Say whether nothing has to be written, not even where a text came from."""
    if row is None or _state(item, row) != "unchanged":
        return False
    told = (row.source, row.file_digest, row.loaded.get(item.source))
    return told == (item.source, item.file_digest, item.digest)


def _note_file(item: Candidate, row: Definition) -> None:
    """Remember what the file said, which later tells whether it has changed."""
    if item.file_digest:
        row.source, row.file_digest = item.source, item.file_digest
        row.loaded = {path: digest for path, digest in row.loaded.items() if Path(path).exists()}
        row.loaded[item.source] = item.digest


def _check_base(row: Definition | None, edit: Edit) -> None:
    if edit.is_checked and row is not None and row.served_version_id != edit.base:
        raise DefinitionChanged(str(row), _served(row).number)


def _version(item: Candidate, row: Definition, number: int, edit: Edit) -> DefinitionVersion:
    return DefinitionVersion(
        definition=row,
        number=number,
        dialect=item.action.dialect,
        text=item.text,
        digest=item.digest,
        source=item.source,
        note=edit.note,
        created_by=edit.author,
    )


def standing(row: Definition) -> Saved:
    """Return what a file's definition is when the file has not changed, whoever has edited it since."""
    served = _served(row)
    is_own = row.loaded.get(row.source) == served.digest
    note = "" if is_own else f"(version {served.number} from '{served.source}' is kept: the file has not changed)"
    return Saved("unchanged", row.type_name, row.name, row.source, served.number, note)


def _saved(item: Candidate, row: Definition, state: State) -> Saved:
    if state == "unchanged" and item.file_digest:
        return standing(row)
    return Saved(state, row.type_name, row.name, item.source, _served(row).number)


def _served(row: Definition) -> DefinitionVersion:
    """Every stored definition has a served version: both are written together."""
    if row.served_version is None:
        raise AssertionError(f"{row} has no version.")
    return row.served_version


def _known(candidates: Sequence[Candidate]) -> dict[ActionKey, Definition]:
    rows = Definition.objects.select_related("served_version").defer("served_version__text")
    if len(candidates) <= FEW:
        rows = rows.filter(name__in={item.key[1] for item in candidates})
    return {(row.type_name, row.name): row for row in rows}


def _latest_numbers(rows: Iterable[Definition]) -> dict[UUID, int]:
    numbers = DefinitionVersion.objects.filter(definition__in=list(rows)).order_by()
    return dict(numbers.values_list("definition").annotate(Max("number")))
