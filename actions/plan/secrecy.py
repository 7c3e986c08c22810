"""A plan in, what of it is secret out: the inputs that nobody reads again, and everything computed from them.

The flow is followed from outcome to outcome, along the names that expressions read: who reads a secret computes one.
What an operation makes that is secret in itself (a token) it says in ``secret_results``. Values that merely hold a
secret are found by value, in ``actions.runs.redaction``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from typing import Any

from actions.expressions.base import Template
from actions.plan.nodes import Branch, Input, Loop, Node, Plan, Step
from actions.plan.visitor import templates, walk
from actions.values import escape_pointer
from entities.entity import Entity
from entities.fields import column_type

Path = Sequence[str | int]
NOTHING: frozenset[str] = frozenset()


def secret_inputs(plan: Plan) -> frozenset[str]:
    """Return the keys of the inputs that are secret."""
    return frozenset(item.key for item in plan.inputs if is_secret(item))


def is_secret(item: Input) -> bool:
    """Say whether an input is declared secret, or its column type is never readable: then its default is, too."""
    return item.is_secret or column_type(item.column_type).is_secret


def tells_secret(plan: Plan, pointer: str) -> bool:
    """Say whether what the node at a place says, when it fails, may be computed from a secret."""
    found = next((node for node in walk(plan.body) if node.location.pointer == pointer), None)
    return found is not None and Secrecy(plan, secret_inputs(plan)).reads_secrets(found)


class Secrecy:
    """What is secret in one plan, when the inputs ``inputs`` are. Made where something is shown, not for each run."""

    def __init__(self, plan: Plan, inputs: Iterable[str]) -> None:
        self._inputs = frozenset(inputs)
        self._names = set(self._inputs)
        self._columns: dict[str, Set[str]] = {}
        self._keys: dict[str, tuple[frozenset[str], ...]] = {}
        for node in walk(plan.body):
            self._follow(node)

    def keys(self, step: Step, position: int) -> frozenset[str]:
        """Return the arguments of a step that are secret, for one of its mappings of arguments."""
        found = self._keys.get(step.location.pointer, ())
        return found[position] if position < len(found) else NOTHING

    def reads_secrets(self, node: Node) -> bool:
        """Say whether anything that the node evaluates is computed from a secret."""
        return any(self._is_secret(template) for template in templates(node))

    def is_secret(self, path: Path) -> bool:
        """Say whether the value at a path is secret, or holds one."""
        root, rest = str(path[0]), [part for part in path[1:] if isinstance(part, str)]
        if root == "attributes":
            return rest[0] in self._inputs if rest else bool(self._inputs)
        if root in self._names:
            return True
        columns = self._columns.get(root, NOTHING)
        return bool(columns) if not rest else any(part in columns for part in rest)

    def _follow(self, node: Node) -> None:
        match node:
            case Loop():
                if self._is_secret(node.items):
                    self._names.add(node.item_name)
            case Step():
                self._follow_step(node)
            case Branch():
                pass

    def _follow_step(self, step: Step) -> None:
        hidden = _unreadable(step)
        found = tuple(self._secret_keys(template) | (hidden & _names(template)) for template in step.arguments)
        self._keys[step.location.pointer] = found
        if step.reference is None:
            return
        made = frozenset(step.operation.secret_results)
        computed = NOTHING.union(*found) - hidden
        if computed and "entity" not in step.fixed:
            self._names.add(step.reference)  # nobody knows what the operation made of it
        else:
            self._columns[step.reference] = made | computed

    def _secret_keys(self, template: Template) -> frozenset[str]:
        return frozenset(name for name in _names(template) if self._is_secret(template, name))

    def _is_secret(self, template: Template, key: str | None = None) -> bool:
        """Say whether the template, or what stands under one of its keys, reads a secret."""
        pointer = template.location.pointer + ("" if key is None else f"/{escape_pointer(key)}")
        below = (read for read in template.reads if key is None or _is_below(read.location.pointer, pointer))
        return any(self.is_secret(read.path) for read in below)


def _names(template: Template) -> frozenset[str]:
    source: Any = template.source
    return frozenset(map(str, source)) if isinstance(source, dict) else NOTHING


def _is_below(pointer: str, above: str) -> bool:
    return pointer == above or pointer.startswith(f"{above}/")


def _unreadable(step: Step) -> frozenset[str]:
    """Return the columns of a step's entity that nobody reads: they are in arguments, and never in rows."""
    entity = step.fixed.get("entity")
    if not isinstance(entity, Entity):
        return NOTHING
    return frozenset(name for name, field in entity.fields.items() if not field.readable)
