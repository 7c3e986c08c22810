"""References among definitions that come back to where they began without having stepped into the value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from actions.integrations.documents.pointers import Source

IN_PLACE: Final = ("allOf", "anyOf", "oneOf")
IN_PLACE_ONE: Final = ("not", "if", "then", "else")


@dataclass(slots=True)
class Circles:
    """The circles of one document: a validator that followed them would never end."""

    source: Source
    _settled: dict[str, frozenset[str]] = field(default_factory=dict)

    def closed_by(self, pointer: str) -> frozenset[str]:
        """Return the targets to which the definition at ``pointer`` must not refer in place."""
        if pointer not in self._settled:
            self._settle(pointer)
        return self._settled[pointer]

    def _settle(self, start: str) -> None:
        """Walk depth first over references in place; one to a definition that is still open closes a circle."""
        path = {start: iter(self._targets(start))}
        closing: dict[str, set[str]] = {start: set()}
        while path:
            pointer = next(reversed(path))
            target = next(path[pointer], None)
            if target is None:
                del path[pointer]
                self._settled[pointer] = frozenset(closing[pointer])
            elif target in path:
                closing[pointer].add(target)
            elif target not in self._settled:
                path[target], closing[target] = iter(self._targets(target)), set()

    def _targets(self, pointer: str) -> list[str]:
        """Return what a definition refers to for the same value, however deep in ``allOf`` and the like."""
        found: list[str] = []
        waiting = [self.source.at(pointer)]
        while waiting:
            part = waiting.pop()
            if part is None or not isinstance(part.value, dict):
                continue
            reference = part.value.get("$ref")
            target = self.source.resolve(reference) if isinstance(reference, str) else None
            found += [target.pointer] if target else []
            waiting += [one for key in IN_PLACE for one in part.child(key).items()]
            waiting += [part.child(key) for key in IN_PLACE_ONE if key in part.value]
            waiting += [part.child("dependentSchemas").child(key) for key in part.child("dependentSchemas").mapping()]
        return found
