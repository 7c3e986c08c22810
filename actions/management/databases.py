"""What commands share that read or write what is stored: a database that cannot be used ends them with a sentence."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError

REMEDY = "Run 'manage.py up' or 'manage.py migrate' once, or mend DATABASE_URL."


class DatabaseCommand(BaseCommand):
    """A command that cannot do without the database and its tables."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run the command.

        Raises:
            CommandError: also where no database answers, or it has no tables yet.
        """
        try:
            return super().execute(*args, **options)
        except (OperationalError, ProgrammingError) as error:
            reason = " ".join(str(error).split()).rstrip(".")
            raise CommandError(f"The database cannot be used ({reason}). {REMEDY}") from error
