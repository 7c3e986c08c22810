"""Files in, served definitions and a report out.

    paths --read--> files --compile--> actions --claims--> candidates --save--> versions

A file whose bytes were loaded before is not even compiled. A file with an error changes nothing. Everything else is
saved together. An action that its file does not have any more is served until somebody disables it: a folder that was
not mounted must not take down what people use.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from actions.compiler import CompiledAction
from actions.errors import Problem
from actions.loading.claims import Claims
from actions.loading.compiling import Actions, Compilation, StoredActions, compile_files, stored_facts
from actions.loading.files import SourceFile, read_files
from actions.loading.identities import Identities, stored_ids
from actions.loading.reports import LoadReport
from actions.loading.saving import Candidate, as_candidate, save, standing
from actions.models import Definition
from actions.operations.integrations import NAME as CALL
from actions.plan.nodes import Plan
from actions.plan.visitor import steps
from actions.validation.context import ActionKey

Owned = Mapping[Path, Mapping[ActionKey, Definition]]
NO_FILE = ""


@dataclass(frozen=True, slots=True)
class _Reading:
    """What files say: the compiled ones, those that need not be compiled, and which file won each action."""

    compilation: Compilation
    unchanged: tuple[SourceFile, ...]
    winners: tuple[tuple[SourceFile, CompiledAction], ...]
    notices: tuple[Problem, ...]

    def candidates(self) -> list[Candidate]:
        """Return the winners, ready to be saved."""
        compiled = self.compilation.compiled
        return [
            as_candidate(action, str(file.path), file.digest, is_alone=len(compiled[file].actions) == 1)
            for file, action in self.winners
        ]


def load_paths(paths: Iterable[Path | str]) -> LoadReport:
    """Load every document in files and folders; the later path wins where two declare the same action.

    Problems are in the report, never raised: a file that has one changes nothing of what is served.
    """
    roots = [Path(path) for path in paths]
    files, unreadable = read_files(roots)
    owned = _owned()
    stored = StoredActions()
    reading = _read(files, owned, stored, Identities(stored_ids))
    missing = _missing(reading, roots, owned)
    if missing and reading.unchanged:
        # What an action's own file has no more another may declare, which did not win before.
        reading = _read(files, owned, stored, Identities(stored_ids), skip_unchanged=False)
    saved = save(reading.candidates())
    kept = [standing(row) for file in reading.unchanged for row in owned[file.path].values()]
    problems = (*unreadable, *reading.compilation.problems(), *reading.notices)
    return LoadReport((*saved, *kept), _let_go(missing, reading), problems)


@dataclass(frozen=True, slots=True)
class Winners:
    """What files define, as it would be saved. ``refused`` are the files that have an error."""

    candidates: tuple[Candidate, ...]
    refused: frozenset[Path]
    problems: tuple[Problem, ...]


def read_winners(paths: Iterable[Path]) -> Winners:
    """Read every document in files and folders as ``load_paths`` would, and save nothing."""
    files, unreadable = read_files(list(paths))
    reading = _read(files, _owned(), StoredActions(), Identities(stored_ids), skip_unchanged=False)
    problems = (*unreadable, *reading.compilation.problems(), *reading.notices)
    refused = frozenset(file.path for file in reading.compilation.refused)
    return Winners(tuple(reading.candidates()), refused, problems)


@dataclass(frozen=True, slots=True)
class Checked:
    """What files say without a database: how many they are, and every problem that needs none to be found.

    ``integrations`` are those that they call: what is wrong with such a call is only found when they are loaded.
    """

    files: int
    problems: tuple[Problem, ...]
    integrations: tuple[str, ...]


def check_paths(paths: Iterable[Path | str]) -> Checked:
    """Compile every document in files and folders, and look nothing up in a database."""
    files, unreadable = read_files([Path(path) for path in paths])
    reading = _read(files, {}, {}, Identities())
    problems = (*unreadable, *reading.compilation.problems(), *reading.notices)
    bodies = (action.plan.body for _, action in reading.compilation.actions())
    called = (step.fixed["integration"] for body in bodies for step in steps(body) if step.operation.name == CALL)
    return Checked(len(files), problems, tuple(sorted(set(called))))


def compile_paths(paths: Iterable[Path | str]) -> tuple[list[Plan], list[Problem]]:
    """Return the plans of every document in files and folders, and every problem; stored actions may be invoked."""
    files, unreadable = read_files([Path(path) for path in paths])
    compilation = compile_files(files, StoredActions())
    return [action.plan for _, action in compilation.actions()], [*unreadable, *compilation.problems()]


def _read(
    files: Sequence[SourceFile], owned: Owned, stored: Actions, identities: Identities, *, skip_unchanged: bool = True
) -> _Reading:
    unchanged = tuple(file for file in files if skip_unchanged and _is_unchanged(file, owned))
    skipped = {file.path for file in unchanged}
    has_database = isinstance(stored, StoredActions)
    compiling = (file for file in files if file.path not in skipped)
    compilation = compile_files(compiling, stored, stored_facts() if has_database else None)
    for file, compiled in list(compilation.compiled.items()):
        if refused := identities.refused(compiled.actions):
            compilation.refuse(file, refused)
    claims = Claims(owned)
    for file in (*unchanged, *compilation.refused):
        claims.keep(file)
    winners = tuple(claims.settle(compilation))
    return _Reading(compilation, unchanged, winners, tuple(claims.notices))


def _owned() -> Owned:
    """Return the definitions that come from files, by file."""
    owned: dict[Path, dict[ActionKey, Definition]] = defaultdict(dict)
    rows = Definition.objects.select_related("served_version").defer("served_version__text")
    for row in rows.exclude(file_digest="").exclude(source=NO_FILE):
        owned[Path(row.source)][row.type_name, row.name] = row
    return owned


def _is_unchanged(file: SourceFile, owned: Owned) -> bool:
    rows = owned.get(file.path, {}).values()
    return bool(rows) and all(row.file_digest == file.digest for row in rows)


def _missing(reading: _Reading, roots: Iterable[Path], owned: Owned) -> list[Definition]:
    """Return the definitions whose file is gone from these paths, or does not have them any more."""
    folders = [root.resolve() for root in roots]
    compiled = reading.compilation.compiled
    said = {file.path: {action.key for action in compiled[file].actions} for file in compiled}
    missing = []
    for path, rows in owned.items():
        is_gone = not path.exists() and any(path.is_relative_to(folder) for folder in folders)
        missing += [row for key, row in rows.items() if is_gone or (path in said and key not in said[path])]
    return missing


def _let_go(missing: Sequence[Definition], reading: _Reading) -> tuple[str, ...]:
    """Note that no file has these any more, and return the names of all of which that is true."""
    taken = {action.key for _, action in reading.winners}
    lost = [row.pk for row in missing if (row.type_name, row.name) not in taken]
    if lost:
        Definition.objects.filter(pk__in=lost).update(source=NO_FILE)
    return tuple(str(row) for row in Definition.objects.filter(source=NO_FILE))
