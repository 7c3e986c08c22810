"""`manage.py list_operations [NAME]`: what outcomes may perform, or all that is declared of one of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from textwrap import indent
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from actions.dialects.daptin.elsewhere import ELSEWHERE
from actions.listing import Listed, find_listed, overview, suggest
from actions.operations.params import Param, types_of

HEAD = ("NAME", "EFFECT", "WHAT IT DOES")


class Command(BaseCommand):
    """Print a table, or one operation."""

    help = "List the operations that outcomes may perform; with a NAME its parameters, result and an example."
    requires_system_checks: list[str] = []  # what is wrong with an operation is best seen in the list

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", metavar="NAME", help="The name of an operation.")
        parser.add_argument("--format", choices=("text", "json"), default="text", help="How it is printed.")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["name"]
        found = overview() if name is None else find_listed(name)
        if not found:
            hint = ELSEWHERE.get(name) or suggest(name)
            raise CommandError(" ".join(part for part in (f"No operation '{name}'.", hint) if part))
        if options["format"] == "json":
            self.stdout.write(json.dumps([item.as_data() for item in found], ensure_ascii=False, indent=2))
        elif name is not None and len(found) == 1:
            self.stdout.write("\n".join(_details(found[0])))
        else:
            self.stdout.write(_aligned([HEAD, *((item.name, item.effect, item.summary) for item in found)]))


def _details(item: Listed) -> Iterator[str]:
    yield f"{item.name}, effect: {item.effect}\n\n{item.about}\n\nParameters:"
    rows = [(param.name, _kind(param), param.description) for param in item.params]
    rows += [("...", "", "any further ones")] if item.is_open else []
    yield indent(_aligned(rows) if rows else "none", "  ")
    yield f"Result: {item.result}\n\nExample:"
    yield indent(item.example.rstrip(), "  ")


def _kind(param: Param) -> str:
    choices = f", one of {', '.join(param.choices)}" if param.choices else ""
    return types_of(param) + (", required" if param.required else "") + choices


def _aligned(rows: Sequence[Iterable[str]]) -> str:
    """Return lines whose columns begin under one another; the last one is as long as it is."""
    cells = [list(row) for row in rows]
    widths = [max(len(row[at]) for row in cells) for at in range(len(cells[0]) - 1)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip()
        for row in cells
    )
