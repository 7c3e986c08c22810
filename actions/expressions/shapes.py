"""What is known at load about a value: the columns of a row, the elements of a list, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Shape:
    """``columns`` of a row, or the ``item`` of a list; neither means anything. ``relations`` names included rows."""

    columns: frozenset[str] | None = None
    item: Shape | None = None
    nullable: bool = False
    relations: Mapping[str, str] = field(default_factory=dict)


ANY = Shape()
