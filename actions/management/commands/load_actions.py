"""`manage.py load_actions [PATH...]`: documents in, versions of definitions out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from actions.loading import LoadReport, Saved, load_paths
from actions.management.databases import DatabaseCommand


class Command(DatabaseCommand):
    """Load files and folders; what does not compile is reported and changes nothing."""

    help = "Load action documents: say what was added, changed and unchanged, and every problem found."
    requires_system_checks: list[str] = []  # they would compile the same files once more

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "paths",
            nargs="*",
            type=Path,
            metavar="PATH",
            help='Files or folders; what comes later wins. Default: ACTIONS["PATHS"] of the settings.',
        )

    def handle(self, *args: Any, paths: list[Path], **options: Any) -> None:
        for path in paths:
            if not path.exists():
                raise CommandError(f"'{path}' does not exist.", returncode=2)
        report = load_paths(paths or settings.ACTIONS["PATHS"])
        self._print(report)
        if report.errors:
            raise CommandError(f"{len(report.errors)} problem(s); their files were not loaded.")

    def _print(self, report: LoadReport) -> None:
        for problem in report.problems:
            self.stderr.write(str(problem))
        for saved in report.saved:
            self.stdout.write(f"{saved.state:<10} {shown(saved)}")
        for name in report.missing:
            self.stdout.write(f"{'missing':<10} {name}: its file does not have it any more; it is still served.")
        counts = (len(report.added), len(report.changed), len(report.unchanged))
        self.stdout.write(self.style.SUCCESS("{} added, {} changed, {} unchanged.".format(*counts)))


def shown(saved: Saved) -> str:
    """Return the name of an action, its file as seen from here, and what is unusual."""
    here = Path.cwd()
    source = Path(saved.source)
    place = source.relative_to(here) if source.is_relative_to(here) else source
    return " ".join(part for part in (f"{saved.type_name}.{saved.name}", str(place), saved.note) if part)
