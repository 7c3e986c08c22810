"""What other apps add to the document: paths and component schemas, for the actor who asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from entities.actors import Actor

Paths = Mapping[str, Mapping[str, Any]]
Components = Mapping[str, Mapping[str, Any]]
Contribution = Callable[[Actor], tuple[Paths, Components]]

_contributions: list[Contribution] = []


def contribute(contribution: Contribution) -> Contribution:
    """Add a contribution; usable as a decorator, once each.

    It is called with the actor and returns OpenAPI path items by path, and components by section
    (``{"schemas": {...}}``). What the actor may not use must be left out. Operations name their group by ``tags``.
    """
    if contribution not in _contributions:
        _contributions.append(contribution)
    return contribution


def contributed(actor: Actor) -> Iterator[tuple[Paths, Components]]:
    """Yield what each app adds for the actor."""
    return (contribution(actor) for contribution in _contributions)
