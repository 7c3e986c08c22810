"""Whatever an outcome raised, as an ``ActionError`` that names the outcome."""

from __future__ import annotations

from actions.errors import (
    ActionError,
    NotPermitted,
    Outcome,
    OutcomeRefused,
    RowNotFound,
    SignInRequired,
    UniqueConflict,
)
from entities import errors as entities
from entities.errors import FieldProblem


def failure(error: ActionError | entities.EntityError, outcome: Outcome | None) -> ActionError:
    """Return the failure of a run; the innermost outcome that is known stays."""
    if isinstance(error, ActionError):
        error.outcome = error.outcome or outcome
        return error
    if isinstance(error.tag, Outcome):
        outcome = error.tag
    made = _KINDS.get(type(error), OutcomeRefused)
    if made in (NotPermitted, SignInRequired):
        refused = made()
        refused.outcome = outcome
        return refused
    return made(_sentence(error), hint=error.hint, errors=error.errors, outcome=outcome)


_KINDS: dict[type[entities.EntityError], type[ActionError]] = {
    entities.NotFound: RowNotFound,
    entities.Conflict: UniqueConflict,
    entities.VersionConflict: UniqueConflict,
    entities.Forbidden: NotPermitted,
    entities.UnknownEntity: NotPermitted,
    entities.NotAuthenticated: SignInRequired,
}


def _sentence(error: entities.EntityError) -> str:
    """A single refused value says more than the list of its name."""
    if isinstance(error, entities.InvalidValues) and error.errors:
        return " ".join(_named(item) for item in error.errors[:3])
    return error.message


def _named(item: FieldProblem) -> str:
    """A message that does not name its field gets the name in front."""
    named = not item.field or f"'{item.field}'" in item.message
    return item.message if named else f"'{item.field}': {item.message}"
