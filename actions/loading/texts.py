"""The text of one definition or more in, new versions out: for the admin, and for whoever has no file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from actions.compiler import Compiled
from actions.errors import Problem, RefusedDocument
from actions.loading.compiling import compile_text
from actions.loading.identities import Identities, stored_ids
from actions.loading.problems import NotOneAction
from actions.loading.reports import Saved
from actions.loading.saving import Candidate, Edit, as_candidate, save
from actions.models import CatalogGeneration
from actions.validation.context import ActionKey
from entities.models import UserAccount

ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Prepared:
    """One action that compiles and may be saved."""

    candidate: Candidate
    warnings: tuple[Problem, ...]

    @property
    def key(self) -> ActionKey:
        """Type and name."""
        return self.candidate.key


def save_definition(text: str, source: str, actor: UserAccount | None = None) -> list[Saved]:
    """Save the actions of a text, each as a new version where it says something new, and serve them.

    Raises:
        RefusedDocument: with every problem; nothing is saved.
    """
    return save(_candidates(_compile(text, source), source), Edit(actor))


def prepare(text: str, source: str = ADMIN) -> Prepared:
    """Compile the text of one definition, as it was typed in the admin or sent by a client.

    Raises:
        RefusedDocument: with every problem.
    """
    compiled = _compile(text, source)
    further = [NotOneAction(action.plan.location) for action in compiled.actions[1:]]
    if further:
        raise RefusedDocument([*further, *compiled.problems])
    return Prepared(_candidates(compiled, source)[0], compiled.problems)


def save_prepared(prepared: Prepared, edit: Edit) -> Saved:
    """Save what was prepared, and serve it.

    Raises:
        DefinitionChanged: the base of the edit is not what is served.
    """
    return save([prepared.candidate], edit)[0]


def save_all(prepared: Sequence[Prepared], author: UserAccount | None, note: str) -> list[Saved]:
    """Save all that was prepared, together, and serve it."""
    return save([item.candidate for item in prepared], Edit(author, note))


def lock_definitions() -> None:
    """Keep others from changing definitions until the current transaction ends."""
    CatalogGeneration.advance()


def _compile(text: str, source: str) -> Compiled:
    compiled = compile_text(text, source)
    refused = Identities(stored_ids).refused(compiled.actions)
    if refused:
        raise RefusedDocument([*refused, *compiled.problems])
    return compiled


def _candidates(compiled: Compiled, source: str) -> list[Candidate]:
    is_alone = len(compiled.actions) == 1
    return [as_candidate(action, source, is_alone=is_alone) for action in compiled.actions]
