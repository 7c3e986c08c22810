"""The type and the name of an action in, the served action out: compiled, checked, ready to run.

    definitions --marker changed?--> snapshot --find--> Served

A look-up is one or two look-ups in dicts, whatever the number of definitions. At most twice a second one thread asks
for the marker of the definitions (one row by its key); where it differs, a new snapshot takes the place of the old one
as a whole, and only versions that were not known are compiled. A request therefore sees one state or the other, and no
thread waits for a change but the one that found it.

A version is compiled when it is first asked for, or, where it replaces one that was in use, before it is served. One
that does not compile (its entity is gone) is logged and not served; all others are.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import TypeVar
from uuid import UUID

from actions.compiler import compile_stored
from actions.errors import Problem, RefusedDocument
from actions.inputs import InputContract, compile_inputs
from actions.models import CatalogGeneration, Definition, DefinitionVersion
from actions.operations.base import Operation
from actions.plan.nodes import Plan
from actions.plan.visitor import certain_operations
from actions.snapshots import Followed
from actions.validation.context import installed_context
from entities.permissions import DEFAULT_ACTION, AccessGroups
from entities.registry import canonical_name

logger = logging.getLogger("actions.catalog")

BATCH = 10
MOST_KEPT = 4096  # versions; of many changes the early ones are of no use
Key = tuple[str, str]
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Served:
    """One action as it is served now. ``number`` is the version's, ``permission`` the one that counts.

    ``gates`` are the operations that it certainly performs and that may not be available.
    """

    plan: Plan
    contract: InputContract
    permission: int
    definition_id: UUID
    version_id: UUID
    number: int
    gates: tuple[Operation, ...] = ()

    @property
    def access_groups(self) -> AccessGroups:
        """The groups that the action names."""
        return self.plan.access_groups


@dataclass(frozen=True, slots=True)
class Refused:
    """A version that does not compile any more."""

    type_name: str
    name: str
    number: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """What a snapshot knows of a definition without its text."""

    definition_id: UUID
    type_name: str
    name: str
    permission: int | None
    version_id: UUID
    number: int


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """One state of all enabled definitions. ``found`` fills up as actions are asked for."""

    marker: UUID | None
    rows: Mapping[Key, _Row]
    found: dict[Key, Served | Refused] = field(default_factory=dict)


class Catalog(Followed[_Snapshot]):
    """The served actions of one process. Safe for use by threads."""

    generation = CatalogGeneration
    what = "definitions"

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(clock)
        self._compiling = threading.Lock()
        self._instead: Mapping[Key, Served] = {}

    def find(self, type_name: str, name: str) -> Served | None:
        """Return the action, or ``None`` when there is none that is enabled and compiles."""
        if self._instead and (instead := self._instead.get((canonical_name(type_name), name))):
            return instead
        snapshot = self._current()
        found = snapshot.found.get((type_name, name)) or self._first_found(snapshot, type_name, name)
        return found if isinstance(found, Served) else None

    @contextmanager
    def serving(self, plans: Iterable[Plan]) -> Iterator[list[Served]]:
        """Serve these plans, which nobody has stored, instead of what is stored: to the whole process, for tests."""
        made = [_serve(_unstored(plan), plan, compile_inputs(plan)) for plan in plans]
        before, self._instead = self._instead, {(item.plan.type_name, item.plan.name): item for item in made}
        try:
            yield made
        finally:
            self._instead = before

    def _first_found(self, snapshot: _Snapshot, type_name: str, name: str) -> Served | Refused | None:
        """Look up what was not asked for before, or is asked for by another name of its entity."""
        key = (type_name, name)
        if key not in snapshot.rows:
            key = (canonical_name(type_name), name)
        if key in snapshot.rows:
            self._compile(snapshot, [key])
        return snapshot.found.get(key)

    def all_served(self) -> list[Served]:
        """Return every action that can be invoked, by type and name."""
        return [item for item in self._everything() if isinstance(item, Served)]

    def all_refused(self) -> list[Refused]:
        """Return every enabled definition whose version does not compile any more."""
        return [item for item in self._everything() if isinstance(item, Refused)]

    def _everything(self) -> list[Served | Refused]:
        snapshot = self._current()
        self._compile(snapshot, snapshot.rows)
        return [snapshot.found[key] for key in snapshot.rows]

    def _read(self, marker: UUID | None, old: _Snapshot | None) -> _Snapshot:
        snapshot = _Snapshot(marker, _read_rows())
        if old is not None:
            in_use = [key for key in list(old.found) if key in snapshot.rows]
            snapshot.found.update(_carried_over(old, snapshot, in_use))
            self._compile(snapshot, in_use)
        return snapshot

    def _compile(self, snapshot: _Snapshot, keys: Iterable[Key]) -> None:
        """Compile what is not yet, each version once; others may have their turn after each batch."""
        missing = [key for key in keys if key not in snapshot.found]
        for start in range(0, len(missing), BATCH):
            with self._compiling:
                _compile_batch(snapshot, missing[start : start + BATCH])


def once_for_each_version(make: Callable[[Served], Made]) -> Callable[[Served], Made]:
    """Decorate a function of a served action whose results are kept: what a version says never changes."""
    made: dict[UUID, Made] = {}

    @wraps(make)
    def kept(served: Served) -> Made:
        found = made.get(served.version_id)
        if found is None:
            if len(made) >= MOST_KEPT:
                made.clear()
            found = made[served.version_id] = make(served)
        return found

    return kept


def _compile_batch(snapshot: _Snapshot, wanted: Iterable[Key]) -> None:
    keys = {snapshot.rows[key].version_id: key for key in wanted if key not in snapshot.found}
    if keys:
        for version in DefinitionVersion.objects.filter(pk__in=keys):
            key = keys[version.pk]
            snapshot.found[key] = _compile_version(snapshot.rows[key], version)


def _read_rows() -> dict[Key, _Row]:
    columns = ("pk", "type_name", "name", "permission", "served_version_id", "served_version__number")
    enabled = Definition.objects.filter(enabled=True, served_version__isnull=False)
    rows = (_Row(*values) for values in enabled.values_list(*columns).order_by("type_name", "name"))
    return {(canonical_name(row.type_name), row.name): row for row in rows}


def _carried_over(old: _Snapshot, new: _Snapshot, keys: Iterable[Key]) -> dict[Key, Served | Refused]:
    """Return what need not be compiled again: same version, whatever its permission."""
    kept: dict[Key, Served | Refused] = {}
    for key in keys:
        row, found = new.rows[key], old.found[key]
        if old.rows[key].version_id == row.version_id:
            kept[key] = _serve(row, found.plan, found.contract) if isinstance(found, Served) else found
    return kept


def _serve(row: _Row, plan: Plan, contract: InputContract) -> Served:
    choices = (row.permission, plan.permission, DEFAULT_ACTION)
    permission = next(choice for choice in choices if choice is not None)
    gates = tuple(item for item in certain_operations(plan) if type(item).is_available is not Operation.is_available)
    return Served(plan, contract, permission, row.definition_id, row.version_id, row.number, gates)


def _unstored(plan: Plan) -> _Row:
    return _Row(UUID(int=0), plan.type_name, plan.name, None, UUID(int=0), 0)


def _compile_version(row: _Row, version: DefinitionVersion) -> Served | Refused:
    try:
        plan = compile_stored(version.text, f"{row.type_name}.{row.name}", version.dialect, installed_context())
        return _serve(row, plan, compile_inputs(plan))
    except RefusedDocument as refused:
        logger.error("%s.%s, version %s, is not served:\n%s", row.type_name, row.name, row.number, refused)
        return Refused(row.type_name, row.name, row.number, refused.problems)


_catalog = Catalog()
find = _catalog.find
all_served = _catalog.all_served
all_refused = _catalog.all_refused
serving = _catalog.serving
forget = _catalog.forget
