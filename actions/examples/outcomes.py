"""What came of an example's run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from actions.errors import ActionError
from actions.operations.base import Entry
from actions.responses import render_entries


@dataclass(frozen=True, slots=True)
class Came:
    """The entries of the answer, or the failure."""

    entries: Sequence[Entry]
    failure: ActionError | None = None

    @property
    def status(self) -> int:
        """The HTTP status of the answer."""
        return render_entries(self.entries).status if self.failure is None else self.failure.status
