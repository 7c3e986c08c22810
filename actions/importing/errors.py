"""Why an integration is not imported, changed, installed or removed: sentences for the command and the admin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from actions.importing.reports import ImportReport


class ImportRefused(Exception):
    """Nothing was changed; ``reasons`` has every sentence."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class BreaksActions(ImportRefused):
    """Served actions that fit the document before would not fit this one; ``report`` has what would have been done."""

    def __init__(self, report: ImportReport) -> None:
        number = len({problem.location.source for problem in report.broken})
        super().__init__(f"{number} served action(s) would not work any more.")
        self.report = report


class InUse(ImportRefused):
    """An integration that served actions call."""

    def __init__(self, name: str, actions: Iterable[str]) -> None:
        self.actions = tuple(actions)
        super().__init__(f"'{name}' is called by {', '.join(self.actions)}.")
