"""The text of documents in, what compiles and every problem out; all of them are compiled before one is saved.

Actions may invoke actions of other documents, and those are not known before they are compiled. So every document is
compiled alone first; those that invoke others, and those with problems, once more with all actions at hand: those of
the other documents, and those that are stored.
"""

from __future__ import annotations

import gc
from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from actions.compiler import Compiled, CompiledAction, compile_document, compile_stored
from actions.errors import Problem, RefusedDocument
from actions.expressions.javascript.service import runner
from actions.integrations.store import StoredIntegrations
from actions.loading.files import SourceFile
from actions.models import Definition, DefinitionVersion
from actions.plan.nodes import Plan
from actions.plan.visitor import steps
from actions.secrets import active_values, exists
from actions.texts import statement_names, text_exists
from actions.validation.context import ActionKey, Context, Integrations, installed_context
from actions.validation.rules.known_actions import targets

Actions = Mapping[ActionKey, Plan]
Facts = Mapping[str, Any]


class StoredActions(Actions):
    """The plans of all stored actions, disabled ones too; each is read and compiled when somebody looks at it."""

    @cached_property
    def _versions(self) -> dict[ActionKey, Any]:
        rows = Definition.objects.values_list("type_name", "name", "served_version_id").order_by("type_name", "name")
        return {(type_name, name): version for type_name, name, version in rows}

    def __getitem__(self, key: ActionKey) -> Plan:
        version = DefinitionVersion.objects.get(pk=self._versions[key])
        try:
            return compile_stored(version.text, ".".join(key), version.dialect, installed_context())
        except RefusedDocument:
            raise KeyError(key) from None  # it exists, but nobody can tell what it invokes

    def __contains__(self, key: object) -> bool:
        return key in self._versions

    def __iter__(self) -> Iterator[ActionKey]:
        return iter(self._versions)

    def __len__(self) -> int:
        return len(self._versions)


@dataclass(slots=True)
class Compilation:
    """What became of some files, in their order."""

    files: tuple[SourceFile, ...]
    compiled: dict[SourceFile, Compiled] = field(default_factory=dict)
    refused: dict[SourceFile, tuple[Problem, ...]] = field(default_factory=dict)

    def problems(self) -> Iterator[Problem]:
        """Yield all problems, file by file."""
        for file in self.files:
            yield from self.compiled[file].problems if file in self.compiled else self.refused[file]

    def actions(self) -> Iterator[tuple[SourceFile, CompiledAction]]:
        """Yield every action of the files that compile."""
        for file in self.files:
            if file in self.compiled:
                yield from ((file, action) for action in self.compiled[file].actions)

    def compile(self, files: Iterable[SourceFile], context: Context) -> None:
        """Compile files for the first time, or again."""
        for file in files:
            self.compiled.pop(file, None)
            self.refused.pop(file, None)
            try:
                self.compiled[file] = compile_document(file.content, file.source, context)
            except RefusedDocument as refused:
                self.refused[file] = refused.problems

    def refuse(self, file: SourceFile, problems: Iterable[Problem]) -> None:
        """Refuse a file that compiles, for a reason that is not in its text."""
        warnings = self.compiled.pop(file).problems
        self.refused[file] = (*problems, *warnings)


def stored_facts(integrations: Integrations | None = None) -> Facts:
    """Return what the database says besides actions, perhaps with other integrations than it has."""
    return {
        "secret_exists": exists,
        "secret_fault": _secret_fault,
        "text_exists": text_exists,
        "statement_names": statement_names,
        "integrations": StoredIntegrations() if integrations is None else integrations,
    }


def _secret_fault(name: str, fault: Callable[[str], str]) -> str:
    """Return the first fault of the values that a secret has now."""
    return next(filter(None, map(fault, active_values(name))), "")


def compile_files(files: Iterable[SourceFile], actions: Actions, stored: Facts | None = None) -> Compilation:
    """Compile files that may invoke one another's ``actions``, and stored ones; ``stored`` is what a database says."""
    with _nothing_collected():
        return _compile_files(Compilation(tuple(files)), actions, stored)


def _compile_files(result: Compilation, actions: Actions, stored: Facts | None) -> Compilation:
    result.compile(result.files, _context(None, stored))
    suspects = [*result.refused, *(file for file, compiled in result.compiled.items() if _invokes(compiled))]
    while suspects:
        refused = len(result.refused)
        plans = {action.key: action.plan for _, action in result.actions()}
        result.compile(suspects, _context(ChainMap(plans, actions), stored))  # type: ignore[arg-type]
        # A file that is refused takes its actions away from the others: look at those again.
        suspects = [file for file in suspects if file in result.compiled] if len(result.refused) > refused else []
    return result


def compile_text(text: str, source: str, integrations: Integrations | None = None) -> Compiled:
    """Compile a text that may invoke every stored action, and call every stored integration unless others are given.

    Raises:
        RefusedDocument: with all its problems.
    """
    return compile_document(text, source, _context(StoredActions(), stored_facts(integrations)))


def _context(actions: Actions | None, stored: Facts | None) -> Context:
    """Return the facts for a text that is new here: its scripts are shown to the engine once, before it is saved."""
    knows_all = actions is not None
    return installed_context(actions, knows_all=knows_all, check_scripts=runner().check, **(stored or {}))


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Hold the garbage collector: all that is made here is kept, and looking through it again and again costs 40 %."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _invokes(compiled: Compiled) -> bool:
    """Say whether an action certainly invokes another one."""
    return any(True for plan in compiled.plans for step in steps(plan.body) for _ in targets(step))
