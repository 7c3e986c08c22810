"""`manage.py prune_deliveries`: an age in, what has not come again for so long deleted."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from actions.management.databases import DatabaseCommand
from actions.management.usage import WRONG_USAGE
from actions.webhooks import prune
from actions.webhooks.pruning import LEAST_DAYS, TooYoung


class Command(DatabaseCommand):
    """Forget old events."""

    help = "Delete events that did not come again for so long; an event that is forgotten could have a second effect."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--days", type=int, help=f"{LEAST_DAYS} at least; WEBHOOKS['KEEP_DAYS'] of the settings by default."
        )

    def handle(self, *args: Any, days: int | None, **options: Any) -> None:
        try:
            number = prune(days)
        except TooYoung as wrong:
            raise CommandError(str(wrong), returncode=WRONG_USAGE) from None
        self.stdout.write(f"{number} deleted.")
