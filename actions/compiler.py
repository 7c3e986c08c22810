"""Turn the text of an action document into plans: the only place that lists the phases of a document.

    text --read--> values --parse--> drafts --compile--> plans --validate--> Compiled, or RefusedDocument

Pure: no request, no database, no clock. A plan that leaves this module has passed every rule in ``actions.validation``,
so the engine checks nothing twice. All problems of a document are reported together, in the order of the document.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from uuid import UUID

from actions.dialects.base import Dialect, DialectProblem, Report
from actions.dialects.documents.reader import Document, read_documents
from actions.dialects.registry import find, recognise
from actions.errors import Problem, RefusedDocument
from actions.locations import Location
from actions.plan.effects import arrange
from actions.plan.nodes import Plan
from actions.validation.context import ActionKey, Context
from actions.validation.places import Places
from actions.validation.validate import in_order, validate
from actions.values import Value

# Codes of problems of reading, which leave nothing to judge at their place.
READING = "ACT10", "ACT11"


@dataclass(frozen=True, slots=True)
class CompiledAction:
    """One action of a document: its plan, the part of the document that declares it, and the notation of that."""

    plan: Plan
    value: Value
    dialect: str
    places: Places
    reference_id: UUID | None = None

    @property
    def key(self) -> ActionKey:
        """Type and name."""
        return self.plan.type_name, self.plan.name


@dataclass(frozen=True, slots=True)
class Compiled:
    """All actions of a document, and its warnings."""

    actions: tuple[CompiledAction, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def plans(self) -> tuple[Plan, ...]:
        """The plans alone."""
        return tuple(action.plan for action in self.actions)


class EmptyDocument(DialectProblem):
    """A document that declares no action."""

    __slots__ = ()
    CODE = "ACT170"

    def __init__(self, source: str) -> None:
        super().__init__("The document declares no action.", Location(source, 1, 1))


class RepeatedAction(DialectProblem):
    """Two actions of one name on one entity."""

    __slots__ = ()
    CODE = "ACT171"

    def __init__(self, key: ActionKey, first: Location, location: Location) -> None:
        message = f"Action '{key[1]}' on '{key[0]}' is declared twice."
        super().__init__(message, location, f"It stands first in line {first.line}.")


class UnknownDialect(DialectProblem):
    """A stored text in a notation that is not installed."""

    __slots__ = ()
    CODE = "ACT172"

    def __init__(self, name: str, location: Location) -> None:
        super().__init__(f"Unknown notation '{name}'.", location)


def compile_document(text: bytes | str, source: str, context: Context | None = None) -> Compiled:
    """Return the actions of a document. ``source`` names it in problems.

    Raises:
        RefusedDocument: at least one error; it carries every problem, warnings included.
    """
    return _compile(text, source, context or Context(), None)


def compile_stored(text: str, source: str, dialect: str, context: Context | None = None) -> Plan:
    """Return the plan of one stored action, whose notation is known.

    Raises:
        RefusedDocument: it does not compile any more: its entity is gone, or its notation.
    """
    notation = find(dialect)
    if notation is None:
        raise RefusedDocument([UnknownDialect(dialect, Location(source, 1, 1))])
    return _compile(text, source, context or Context(), notation).plans[0]


def _compile(text: bytes | str, source: str, context: Context, dialect: Dialect | None) -> Compiled:
    problems: list[Problem] = []
    documents = read_documents(text, source, problems.append)
    unread = {problem.location.pointer for problem in problems}
    actions = tuple(action for document in documents for action in _actions(document, dialect, problems.append))
    if not actions and not problems:
        problems.append(EmptyDocument(source))
    problems.extend(_repeated(actions))
    problems.extend(_validate_all(actions, context))
    found = tuple(in_order(_without_consequences(problems, unread)))
    if any(problem.severity == "error" for problem in found):
        raise RefusedDocument(found)
    return Compiled(actions, found)


def _without_consequences(problems: Sequence[Problem], unread: Set[str]) -> Iterator[Problem]:
    """Yield what does not follow from a place that could not be read: nothing else is said of it, and no warnings."""
    for problem in problems:
        follows = problem.location.pointer in unread or problem.severity == "warning"
        if not unread or problem.code.startswith(READING) or not follows:
            yield problem


def _actions(document: Document, dialect: Dialect | None, report: Report) -> Iterator[CompiledAction]:
    dialect = dialect or recognise(document.data)
    places = Places(document.data)
    for draft in dialect.parse(document.data, report):
        plan = arrange(dialect.compile(draft, report))
        yield CompiledAction(plan, draft.value, dialect.name, places, draft.reference_id)


def _repeated(actions: Sequence[CompiledAction]) -> Iterator[Problem]:
    first: dict[ActionKey, Location] = {}
    for action in actions:
        place = action.places.value(action.plan.location, "Name")
        if all(action.key) and first.setdefault(action.key, place) is not place:
            yield RepeatedAction(action.key, first[action.key], place)


def _validate_all(actions: Sequence[CompiledAction], context: Context) -> Iterator[Problem]:
    own = {action.key: action.plan for action in actions}
    known = ChainMap(own, context.actions)  # type: ignore[arg-type]  # read only
    context = replace(context, actions=known, calls={})
    for action in actions:
        yield from validate(action.plan, replace(context, places=action.places))
