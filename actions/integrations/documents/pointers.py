"""A document as data, and what its ``$ref``s stand for: parts of itself only, by JSON pointer (RFC 6901)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote

from actions.integrations.documents.values import DocumentProblem

MAX_HOPS: Final = 32
MAX_PROBLEMS: Final = 500
OUTSIDE: Final = "leads out of the document"
_MISSING: Final = object()


@dataclass(frozen=True, slots=True)
class Part:
    """A value of the document and where it stands."""

    value: Any
    pointer: str

    def child(self, key: str | int) -> Part:
        """Return a member; its value is ``None`` where there is none."""
        inside = self.value
        if isinstance(inside, dict):
            value = inside.get(key)
        else:
            value = inside[key] if isinstance(inside, list) and isinstance(key, int) and key < len(inside) else None
        return Part(value, f"{self.pointer}/{escape(str(key))}")

    def mapping(self) -> dict[str, Any]:
        """Return the value where it is a mapping, else an empty one."""
        return self.value if isinstance(self.value, dict) else {}

    def items(self) -> list[Part]:
        """Return the items of a list, each with its place; none where it is no list."""
        return [self.child(index) for index in range(len(self.value))] if isinstance(self.value, list) else []

    def entries(self) -> list[tuple[str, Part]]:
        """Return the members of a mapping, each with its place; extensions (``x-``) are left out."""
        return [(key, self.child(key)) for key in self.mapping() if not key.startswith("x-")]

    def text(self, key: str, most: int = 10_000) -> str:
        """Return a member that is a text, cut to ``most`` characters, else an empty text."""
        value = self.mapping().get(key)
        return value[:most] if isinstance(value, str) else ""


@dataclass(slots=True)
class Source:
    """A document that is being read. ``report`` adds to its problems: each once, and at most ``MAX_PROBLEMS``."""

    data: Any
    swagger: bool = False
    newer: bool = False  # 3.1 and later: keywords beside a $ref count
    _problems: dict[DocumentProblem, None] = field(default_factory=dict)
    _followed: dict[str, Part] = field(default_factory=dict)

    @property
    def root(self) -> Part:
        return Part(self.data, "")

    @property
    def problems(self) -> tuple[DocumentProblem, ...]:
        return tuple(self._problems)

    def report(self, pointer: str, message: str) -> None:
        if len(self._problems) < MAX_PROBLEMS:
            self._problems[DocumentProblem(pointer, message)] = None

    def listed(self, part: Part) -> list[Part]:
        """Return the items of a part that has to be a list. Reported, and none, where it is something else."""
        if part.value and not isinstance(part.value, list):
            self.report(part.pointer, f"'{part.pointer.rsplit('/', 1)[-1]}' must be a list; it is left out.")
        return part.items()

    def resolve(self, reference: str) -> Part | None:
        """Return what a reference stands for; ``None`` where it leads nowhere, or out of the document."""
        if reference == "#":
            return self.root
        if not reference.startswith("#/"):
            return None
        return self.at(unquote(reference[1:]) if "%" in reference else reference[1:])

    def at(self, pointer: str) -> Part | None:
        """Return what stands at a JSON pointer; ``None`` where there is nothing."""
        value: Any = self.data
        for key in pointer[1:].split("/"):
            value = _member(value, key.replace("~1", "/").replace("~0", "~"))
            if value is _MISSING:
                return None
        return Part(value, pointer)

    def follow(self, part: Part) -> Part:
        """Return the part, or what its ``$ref`` stands for in the end. Reported, and empty, where that is nothing."""
        first = part.mapping().get("$ref")
        if isinstance(first, str):
            if first not in self._followed:
                self._followed[first] = self._end_of(part)
            return self._followed[first]
        return part

    def _end_of(self, part: Part) -> Part:
        for _ in range(MAX_HOPS):
            reference = part.mapping().get("$ref")
            if not isinstance(reference, str):
                return part
            target = self.resolve(reference)
            if target is None:
                self.report(part.pointer, unresolved(reference))
                return Part(None, part.pointer)
            part = target
        self.report(part.pointer, f"$ref leads in a circle, or over more than {MAX_HOPS} others.")
        return Part(None, part.pointer)


def unresolved(reference: str) -> str:
    """Return what is said of a reference that is not followed."""
    shown = reference if len(reference) <= 200 else f"{reference[:200]}..."
    if reference.startswith("#"):
        return f"$ref '{shown}' leads nowhere."
    return f"$ref '{shown}' {OUTSIDE}; only references within it are followed."


def escape(key: str) -> str:
    """Return a key as one segment of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1") if "~" in key or "/" in key else key


def _member(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return value.get(key, _MISSING)
    if isinstance(value, list) and key.isascii() and key.isdigit() and len(key) < 10 and int(key) < len(value):
        return value[int(key)]
    return _MISSING
