"""Which of several files defines an action: the one in the later folder, and within one folder nobody else.

What is not this module's: whether the chosen text is new (``saving``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from actions.compiler import CompiledAction
from actions.errors import Problem
from actions.loading.compiling import Compilation
from actions.loading.files import SourceFile
from actions.loading.problems import DeclaredTwice, Overridden
from actions.validation.context import ActionKey


@dataclass(slots=True)
class Claims:
    """Who defines what. ``owned`` tells the actions that a file, by its path, defines in the database already."""

    owned: Mapping[Path, Iterable[ActionKey]]
    notices: list[Problem] = field(default_factory=list)
    _holders: dict[ActionKey, SourceFile] = field(default_factory=dict)

    def keep(self, file: SourceFile) -> None:
        """Let a file that gives nothing new, or nothing that compiles, keep what it defines already."""
        for key in self.owned.get(file.path, ()):
            self._holders.setdefault(key, file)

    def settle(self, compilation: Compilation) -> list[tuple[SourceFile, CompiledAction]]:
        """Return the actions that are taken from the files; one that repeats another's is refused as a whole."""
        for file in sorted(compilation.files, key=lambda file: -file.root):
            if file not in compilation.compiled:
                continue
            twice = [action for action in compilation.compiled[file].actions if self._root_of(action.key) == file.root]
            if twice:
                compilation.refuse(file, [self._twice(action) for action in twice])
                self.keep(file)
            else:
                self._claim(file, compilation.compiled[file].actions)
        return [pair for pair in compilation.actions() if self._holders[pair[1].key] is pair[0]]

    def _claim(self, file: SourceFile, actions: Iterable[CompiledAction]) -> None:
        for action in actions:
            holder = self._holders.setdefault(action.key, file)
            if holder is not file:
                self.notices.append(Overridden(action.key, holder.source, action.plan.location))

    def _twice(self, action: CompiledAction) -> Problem:
        return DeclaredTwice(action.key, self._holders[action.key].source, action.plan.location)

    def _root_of(self, key: ActionKey) -> int | None:
        holder = self._holders.get(key)
        return None if holder is None else holder.root
