"""`manage.py prune_runs`: runs that are too old or too many go."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from actions.management.databases import DatabaseCommand
from actions.management.usage import WRONG_USAGE
from actions.runs.pruning import prune


class Command(DatabaseCommand):
    """Remove old runs now; the servers do so too, some at a time."""

    help = "Remove runs that are older than --days, or not among the newest --keep; without these, as the settings say."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, help="Days for which runs are kept.")
        parser.add_argument("--keep", type=int, metavar="NUMBER", help="Runs that are kept at most.")

    def handle(self, *args: Any, days: int | None, keep: int | None, **options: Any) -> None:
        for name, number in (("days", days), ("keep", keep)):
            if number is not None and not 0 <= number <= 1_000_000_000:
                raise CommandError(f"--{name} is a number from 0 to 1000000000.", returncode=WRONG_USAGE)
        self.stdout.write(f"{prune(_most(days), keep)} run(s) removed.")


def _most(days: int | None) -> int | None:
    """A thousand years are enough, and as many as a date can go back."""
    return None if days is None else min(days, 365_000)
