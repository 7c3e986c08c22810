"""`manage.py test_actions [FILE...]`: the examples of actions in, what is different from what they expect out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from actions import catalog
from actions.catalog import Served
from actions.examples import Tried, run_example
from actions.loading import compile_paths
from actions.management.databases import DatabaseCommand
from actions.management.usage import WRONG_USAGE, check_there

WIDTH = 30


class Command(DatabaseCommand):
    """Run examples, each in a transaction that is rolled back."""

    help = "Run the examples of the definitions in files and folders; without any, of those that are served."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="*", type=Path, metavar="FILE", help="Files, or folders of files.")

    def handle(self, *args: Any, paths: list[Path], **options: Any) -> None:
        check_there(paths)
        if not paths:
            return self._run(catalog.all_served())
        plans, problems = compile_paths(paths)
        if errors := [problem for problem in problems if problem.severity == "error"]:
            raise CommandError("\n".join([*map(str, errors), f"{len(errors)} problem(s)."]))
        with catalog.serving(plans) as served:
            return self._run(served)

    def _run(self, actions: Sequence[Served]) -> None:
        wanted = [(served, example) for served in actions for example in served.plan.examples]
        if not wanted:
            raise CommandError("There are no examples.", returncode=WRONG_USAGE)
        failed = 0
        for number, (served, example) in enumerate(wanted, 1):
            tried = run_example(served, example)
            failed += not tried.passed
            self._tell(served, tried)
            self._show_progress(number, len(wanted))
        if failed:
            raise CommandError(f"{failed} of {len(wanted)} example(s) failed.")
        self.stdout.write(self.style.SUCCESS(f"{len(wanted)} example(s) passed."))

    def _tell(self, served: Served, tried: Tried) -> None:
        name = f"{served.plan.type_name}.{served.plan.name}: {tried.example.name}"
        if tried.passed:
            self.stdout.write(f"{self._clear()}ok    {name} ({tried.milliseconds:.0f} ms)")
            return
        self.stdout.write(f"{self._clear()}FAILS {name}")
        self.stdout.write(f"      {tried.example.location}")
        for difference in tried.differences:
            self.stdout.write(f"      - {difference}")

    def _show_progress(self, number: int, total: int) -> None:
        """Draw a bar where somebody looks on; it goes with the next line."""
        if self.stderr.isatty() and number < total:
            done = WIDTH * number // total
            self.stderr.write(f"[{'#' * done}{'.' * (WIDTH - done)}] {number}/{total}", ending="\r")

    def _clear(self) -> str:
        return "\r\x1b[K" if self.stderr.isatty() and self.stdout.isatty() else ""
