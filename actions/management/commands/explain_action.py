"""`manage.py explain_action TYPE NAME`: the served plan of an action as a readable tree."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from actions import catalog
from actions.management.databases import DatabaseCommand
from actions.plan.printer import explain
from entities.errors import did_you_mean


class Command(DatabaseCommand):
    """Print which expression reads what, and which statement runs."""

    help = "Print the plan of an action: its inputs, what each outcome reads, and what it does."
    requires_system_checks: list[str] = []  # what is served is stored: no file matters here

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("type", metavar="TYPE", help="The entity that the action belongs to.")
        parser.add_argument("name", metavar="NAME", help="The name of the action.")

    def handle(self, *args: Any, **options: Any) -> None:
        served = catalog.find(options["type"], options["name"])
        if served is None:
            wanted = f"{options['type']}.{options['name']}"
            known = [f"{item.plan.type_name}.{item.plan.name}" for item in catalog.all_served()]
            hint = did_you_mean(wanted, known)
            raise CommandError(" ".join(part for part in (f"No action '{wanted}' is served.", hint) if part))
        self.stdout.write(explain(served.plan))
