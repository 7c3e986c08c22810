"""Files and the database in, every action of which they do not say the same out. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from actions.errors import Problem
from actions.loading.load import Winners, read_winners
from actions.loading.saving import Candidate
from actions.models import Definition

Where = Literal["file", "database", "both"]


@dataclass(frozen=True, slots=True)
class Drift:
    """One action. ``where`` it was changed, or is at all; a text is empty where there is none.

    ``file`` is the path, empty where no file has the action; ``version`` the number and the source of what is served.
    """

    name: str
    where: Where
    file: str
    file_text: str
    served_text: str
    version: str


@dataclass(frozen=True, slots=True)
class DriftReport:
    """What differs, in the order of names. ``problems``: an action whose file has an error is not compared."""

    drifts: tuple[Drift, ...]
    problems: tuple[Problem, ...]
    compared: int

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Problems that kept a file from being compared."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


def find_drift(paths: Iterable[Path | str]) -> DriftReport:
    """Compare every document in files and folders with what is served."""
    winners = read_winners(Path(path) for path in paths)
    rows = {(row.type_name, row.name): row for row in Definition.objects.select_related("served_version")}
    in_files = {item.key: item for item in winners.candidates}
    drifts = [*_of_files(in_files.values(), rows), *_of_database(rows.values(), in_files, winners)]
    compared = len(in_files.keys() | rows.keys())
    return DriftReport(tuple(sorted(drifts, key=lambda drift: drift.name)), winners.problems, compared)


def _of_files(items: Iterable[Candidate], rows: Mapping[tuple[str, str], Definition]) -> Iterator[Drift]:
    for item in items:
        row = rows.get(item.key)
        if row is None:
            yield Drift(".".join(item.key), "file", item.source, item.text, "", "")
        elif row.served_version and row.served_version.digest != item.digest:
            where = _where(item, row, row.served_version.digest)
            yield Drift(str(row), where, item.source, item.text, row.served_version.text, _version(row))


def _where(item: Candidate, row: Definition, served: str) -> Where:
    """Say who has changed it since the file was last loaded."""
    loaded = row.loaded.get(item.source)
    if loaded == item.digest:
        return "database"
    return "file" if loaded == served else "both"


def _of_database(
    rows: Iterable[Definition], in_files: Mapping[tuple[str, str], Candidate], winners: Winners
) -> Iterator[Drift]:
    for row in rows:
        is_unread = Path(row.source) in winners.refused
        if (row.type_name, row.name) not in in_files and not is_unread and row.served_version:
            yield Drift(str(row), "database", "", "", row.served_version.text, _version(row))


def _version(row: Definition) -> str:
    served = row.served_version
    return f"version {served.number} from '{served.source}'" if served else ""
