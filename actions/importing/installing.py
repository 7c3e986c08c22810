"""The operations of an integration in, an action for each of them out, saved as every other definition is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from actions.errors import RefusedDocument
from actions.importing.errors import ImportRefused
from actions.importing.texts import ENTITY, action_name, action_text
from actions.integrations.documents import ServiceOperation
from actions.integrations.known import Known
from actions.integrations.store import find
from actions.loading import Prepared, Saved, prepare, save_all
from actions.models import Definition
from entities.models import UserAccount

MOST_REASONS = 20


@dataclass(frozen=True, slots=True)
class Installed:
    """What became of the actions.

    ``kept`` are those that somebody has edited since, by name; ``refused`` the operations of which no action can be
    made, each with the first problem of that.
    """

    saved: tuple[Saved, ...]
    kept: tuple[str, ...]
    refused: tuple[str, ...] = ()


def install(name: str, operations: Sequence[str] | None = None, author: UserAccount | None = None) -> Installed:
    """Make an action of each operation, or of those with the given ids; those that are there already are renewed.

    Raises:
        ImportRefused: there is no such integration or operation, or an action would take the place of another's.
    """
    known = find(name)
    if known is None:
        raise ImportRefused(f"There is no integration '{name}'.")
    chosen = list(_chosen(known, operations))
    source = _source(name)
    _check_names(chosen, source)
    edited = _edited(chosen, source)
    refused: list[str] = []
    prepared = list(_prepared(name, (one for one in chosen if action_name(one) not in edited), refused))
    saved = save_all(prepared, author, f"Installed from '{name}'.") if prepared else []
    return Installed(tuple(saved), tuple(sorted(edited)), tuple(refused))


def renewed_by(name: str, operations: Iterable[ServiceOperation]) -> frozenset[str]:
    """Return the names of the actions that are there, and that installing these operations would write anew."""
    rows = Definition.objects.filter(type_name=ENTITY, source=_source(name), served_version__source=_source(name))
    return frozenset({action_name(one) for one in operations} & set(rows.values_list("name", flat=True)))


def _prepared(name: str, operations: Iterable[ServiceOperation], refused: list[str]) -> Iterator[Prepared]:
    for one in operations:
        try:
            yield prepare(action_text(name, one), _source(name))
        except RefusedDocument as error:
            first = next(problem for problem in error.problems if problem.severity == "error")
            refused.append(f"{one.id}: {first.code} {first.message}")


def _source(name: str) -> str:
    return f"integration {name}"


def _chosen(known: Known, ids: Sequence[str] | None) -> Iterable[ServiceOperation]:
    for one in known.ids() if ids is None else ids:
        operation = known.find(one)
        if operation is None:
            raise ImportRefused(f"'{known.name}' has no operation '{one}'.")
        yield operation


def _check_names(operations: Iterable[ServiceOperation], source: str) -> None:
    """Refuse actions that would take one another's place, or that of an action from elsewhere."""
    first: dict[str, str] = {}
    reasons = []
    for one in operations:
        name = action_name(one)
        if first.setdefault(name, one.id) != one.id:
            reasons.append(f"'{first[name]}' and '{one.id}' would both be the action '{name}'.")
    others = Definition.objects.filter(type_name=ENTITY).exclude(source=source).values_list("name", "source")
    taken = {name: origin for name, origin in others if name in first}
    reasons += [f"There is an action '{name}' already, from '{origin}'." for name, origin in sorted(taken.items())]
    if reasons:
        more = [f"{len(reasons) - MOST_REASONS} more."] if len(reasons) > MOST_REASONS else []
        raise ImportRefused(*reasons[:MOST_REASONS], *more)


def _edited(operations: Iterable[ServiceOperation], source: str) -> set[str]:
    """Return the names of the actions whose served version somebody else has written."""
    rows = Definition.objects.filter(type_name=ENTITY, source=source).exclude(served_version__source=source)
    return {action_name(one) for one in operations} & set(rows.values_list("name", flat=True))
