"""Folders of definitions in, the served actions brought up to date: at the start, then whenever a file changes.

At the start an error in a file stops everything, for nobody has been served yet. Later it is logged with its place,
and what was served before stays.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.db import Error, connection

from actions.loading import LoadReport, load_paths
from project.following import Follower

logger = logging.getLogger("project.definitions")


class RefusedDefinitions(ImproperlyConfigured):
    """Files that cannot be served: every problem with its place, then what to do."""

    def __init__(self, report: LoadReport) -> None:
        problems = "\n".join(str(problem) for problem in report.errors)
        super().__init__(f"{problems}\n{len(report.errors)} problem(s) in definitions. Mend them and start again.")


def load_definitions(paths: Sequence[Path]) -> LoadReport:
    """Load all files in or below ``paths``; what authors of new and changed ones are warned of is logged.

    Raises:
        RefusedDefinitions: one of them has an error.
    """
    report = load_paths(paths)
    if report.errors:
        raise RefusedDefinitions(report)
    _tell_problems(report)
    return report


def follow_definitions(paths: Sequence[Path]) -> Follower:
    """Return what will load ``paths`` again when something in them differs from now."""
    return Follower(paths, lambda: _reload(paths))


def _reload(paths: Sequence[Path]) -> bool:
    """Load again, tell what came of it, and say whether the database could be reached."""
    try:
        _tell(load_paths(paths))
    except Error:
        logger.exception("Changed definitions cannot be saved now; trying again.")
        return False
    finally:
        connection.close()
    return True


def _tell(report: LoadReport) -> None:
    for saved in (*report.added, *report.changed):
        logger.info("Serving %s, version %s.", saved, saved.version)
    _tell_problems(report)
    if report.errors:
        logger.error("What was served before stays.")


def _tell_problems(report: LoadReport) -> None:
    for problem in report.problems:
        logger.log(logging.ERROR if problem.severity == "error" else logging.WARNING, "%s", problem)
