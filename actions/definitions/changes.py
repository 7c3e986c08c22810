"""The values of a document in, a saved definition out; or everything that is wrong with them.

What only the text can say (the names, the label) may stand beside it as long as it says the same, and what a client
read may be sent back: it is no change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from actions.definitions.attributes import attributes_of
from actions.dialects.daptin.permissions import MOST
from actions.errors import Problem
from actions.loading import DefinitionChanged, Edit, Prepared, lock_definitions, prepare, save_prepared
from actions.loading.excerpts import as_json
from actions.models import Definition
from entities.actors import SYSTEM, Actor
from entities.errors import Conflict, FieldProblem, InvalidValues, NotFound, VersionConflict, did_you_mean
from entities.models import UserAccount
from entities.values import ABSENT
from entities.worlds import world_id

SOURCE = "api"
TEXTS = ("text", "action_schema")
SAID_BY_TEXT = ("action_name", "on_type", "label", "instance_optional", "world_id")
MAX_NOTE = 500


@dataclass(frozen=True, slots=True)
class Change:
    """What is wanted of a definition; ``ABSENT`` is what stays. ``attribute`` is the one that brought the text."""

    text: str | None = None
    attribute: str = "text"
    permission: Any = ABSENT
    enabled: Any = ABSENT
    version: Any = ABSENT
    note: str = ""
    said: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """Which definition was written, and what its author should know."""

    id: UUID
    warnings: tuple[Problem, ...] = ()


def stored_values(public_id: UUID) -> dict[str, Any]:
    """Return what a definition says of itself, as clients read it.

    Raises:
        NotFound.
    """
    row = Definition.objects.filter(pk=public_id).first()
    if row is None:
        raise NotFound("action", public_id)
    own = {"action_name": row.name, "on_type": row.type_name, "label": row.label, "enabled": row.enabled}
    return {**attributes_of([public_id], SYSTEM)[public_id], **own}


def read_change(values: Mapping[str, Any], current: Mapping[str, Any] | None = None) -> Change:
    """Return what the values of a document ask for; what is ``current`` already is no change.

    Raises:
        InvalidValues: with one problem for each refused value.
    """
    current = current or {}
    changed = {name: value for name, value in values.items() if name == "version" or not _is(current, name, value)}
    problems = list(_problems(changed, is_new=not current))
    if problems:
        raise InvalidValues(problems)
    attribute = next((name for name in TEXTS if name in changed), "text")
    text = changed.get(attribute)
    return Change(
        text=text if text is None or isinstance(text, str) else f"{as_json(text)}\n",
        attribute=attribute,
        note=changed.get("note", ""),
        said={name: changed[name] for name in SAID_BY_TEXT if name in changed},
        **{name: changed.get(name, ABSENT) for name in ("permission", "enabled", "version")},
    )


def _is(current: Mapping[str, Any], name: str, value: Any) -> bool:
    return name in current and type(current[name]) is type(value) and current[name] == value


def _problems(values: Mapping[str, Any], *, is_new: bool) -> Iterator[FieldProblem]:
    for name, value in values.items():
        if name not in _CHECKS:
            hint = did_you_mean(name, _CHECKS)
            yield FieldProblem(name, "unknown", f"Unknown field '{name[:100]}' on 'action'. {hint}".strip())
        elif wanted := _CHECKS[name](value):
            yield FieldProblem(name, "type", f"'{name}' must be {wanted}.")
    if all(name in values for name in TEXTS):
        yield FieldProblem("action_schema", "duplicate", "Give 'text' or 'action_schema', not both.")
    if is_new and "version" in values:
        yield FieldProblem("version", "readonly", "A new definition has no version yet.")
    if is_new and not any(name in values for name in TEXTS):
        yield FieldProblem("text", "required", "'text' is required: the definition in YAML or JSON.")


def _text(value: Any) -> str:
    return "" if isinstance(value, str) and value.strip() else "the text of one action"


def _schema(value: Any) -> str:
    return "" if isinstance(value, dict | list) and value else _text(value) and "one action, as an object or as text"


def _permission(value: Any) -> str:
    is_number = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST
    return "" if value is None or is_number else f"a number from 0 to {MOST}, or null for what the text says"


def _boolean(value: Any) -> str:
    return "" if isinstance(value, bool) else "true or false"


def _whole(value: Any) -> str:
    return "" if isinstance(value, int) and not isinstance(value, bool) else "the number of the version that was read"


def _note(value: Any) -> str:
    return "" if isinstance(value, str) and len(value) <= MAX_NOTE else f"a text of at most {MAX_NOTE} characters"


def _anything(value: Any) -> str:
    return ""


_CHECKS = {
    "text": _text,
    "action_schema": _schema,
    "permission": _permission,
    "enabled": _boolean,
    "version": _whole,
    "note": _note,
    **dict.fromkeys(SAID_BY_TEXT, _anything),
}


def create(change: Change, actor: Actor) -> Done:
    """Save a new definition, and serve it.

    Raises:
        RefusedDocument, InvalidValues. Conflict: the action is defined already.
    """
    prepared = _prepared(change, {})
    with transaction.atomic():
        edit = Edit(_author(actor), change.note, base=None, is_checked=True)
        try:
            saved = save_prepared(prepared, edit)
        except DefinitionChanged:
            message = f"'{'.'.join(prepared.key)}' is defined already."
            raise Conflict(message, hint="Change that definition by PATCH.") from None
        row = Definition.objects.get(type_name=saved.type_name, name=saved.name)
        _settle(row, change)
    return Done(row.pk, prepared.warnings)


def update(public_id: UUID, change: Change, current: Mapping[str, Any], actor: Actor) -> Done:
    """Change a definition; another text is another version, served at once.

    Raises:
        RefusedDocument, InvalidValues. VersionConflict: ``version`` is not the stored one.
    """
    prepared = _prepared(change, current) if change.text is not None else None
    if prepared is None:
        _check_said(change, current, current)
    with transaction.atomic():
        lock_definitions()
        row = Definition.objects.select_related("served_version").get(pk=public_id)
        _check_version(row, change)
        if prepared is not None:
            save_prepared(prepared, Edit(_author(actor), change.note))
        _settle(row, change)
    return Done(public_id, prepared.warnings if prepared is not None else ())


def _prepared(change: Change, current: Mapping[str, Any]) -> Prepared:
    prepared = prepare(change.text or "", SOURCE)
    plan = prepared.candidate.action.plan
    if current:
        _check_same(prepared, current)
    says = {
        "action_name": plan.name,
        "on_type": plan.type_name,
        "label": plan.label,
        "instance_optional": plan.instance_optional,
        "world_id": str(world_id(plan.type_name)),
    }
    _check_said(change, says, current)
    return prepared


def _check_same(prepared: Prepared, current: Mapping[str, Any]) -> None:
    """Refuse to make one action of another."""
    own, other = f"{current['on_type']}.{current['action_name']}", ".".join(prepared.key)
    if own != other:
        message = f"The text is the action '{other}'. Keep the OnType and the Name of '{own}'."
        raise InvalidValues([FieldProblem("text", "renamed", message)])


def _check_said(change: Change, says: Mapping[str, Any], current: Mapping[str, Any]) -> None:
    """Refuse what contradicts the text."""
    problems = [
        FieldProblem(name, "contradiction", f"'{name}' is said by the text, and it says something else.")
        for name, value in (change.said or {}).items()
        if not _is(says, name, value) and not _is(current, name, value)
    ]
    if problems:
        raise InvalidValues(problems)


def _check_version(row: Definition, change: Change) -> None:
    number = row.served_version.number if row.served_version is not None else None
    if change.version is not ABSENT and change.version != number:
        raise VersionConflict(f"This 'action' has changed since version {change.version}; it is {number} now.")


def _settle(row: Definition, change: Change) -> None:
    """Write what is decided beside the text."""
    decided = {name: getattr(change, name) for name in ("permission", "enabled")}
    wanted = {name: value for name, value in decided.items() if value is not ABSENT}
    for name, value in wanted.items():
        setattr(row, name, value)
    if wanted:
        row.save(update_fields=list(wanted))


def _author(actor: Actor) -> UserAccount | None:
    return None if actor.id is None else UserAccount.objects.filter(pk=actor.id).first()
