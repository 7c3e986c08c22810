"""What an import found and did: values for the command and the admin to show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from actions.errors import Problem
from actions.integrations.documents import DocumentProblem, SecurityScheme

SHOWN_GROUPS, SHOWN_PLACES = 20, 3


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of one document.

    ``operations`` is their number; ``added``, ``removed`` and ``changed`` are ids. ``broken`` are the problems of
    served actions that had none before, ``authentication`` what became of that (``added``, ``removed`` or ``changed``,
    and a sentence), ``lacking`` the schemes that operations wait for, ``notes`` what an administrator should do
    besides.
    """

    name: str
    title: str
    version: str
    notation: str
    address: str
    operations: int
    problems: tuple[DocumentProblem, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    is_new: bool
    broken: tuple[Problem, ...] = ()
    authentication: tuple[tuple[str, str], ...] = ()
    lacking: tuple[tuple[str, SecurityScheme], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_unchanged(self) -> bool:
        """Whether every operation is what it was."""
        return not (self.is_new or self.added or self.removed or self.changed)


def grouped(problems: Sequence[DocumentProblem]) -> Iterator[str]:
    """Yield lines for the problems of a document, equal sentences together, no more than anybody would read."""
    places: dict[str, list[str]] = defaultdict(list)
    for problem in problems:
        places[problem.message].append(problem.pointer or "/")
    often = sorted(places.items(), key=lambda item: -len(item[1]))
    for message, pointers in often[:SHOWN_GROUPS]:
        more = f" and {len(pointers) - SHOWN_PLACES} more" if len(pointers) > SHOWN_PLACES else ""
        yield f"{message} ({', '.join(pointers[:SHOWN_PLACES])}{more})"
    if len(often) > SHOWN_GROUPS:
        rest = sum(len(pointers) for _, pointers in often[SHOWN_GROUPS:])
        yield f"{rest} more problem(s) of {len(often) - SHOWN_GROUPS} other kind(s)."
