"""`manage.py load_actions [PATH...]`: documents in, versions of definitions out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from actions.differences import patch
from actions.loading import Drift, DriftReport, LoadReport, Saved, find_drift, load_paths
from actions.management.databases import DatabaseCommand
from actions.management.usage import check_there
from actions.options import option


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

        parser.add_argument(
            "--diff",
            action="store_true",
            help="Load nothing: show where files and database do not say the same, as patches from the file to what is "
            "served. Exit code 1 where they differ.",
        )

    def handle(self, *args: Any, paths: list[Path], **options: Any) -> None:
        check_there(paths)
        if options["diff"]:
            self._compare(find_drift(paths or option("PATHS")))
            return
        report = load_paths(paths or option("PATHS"))
        self._print(report)
        if report.errors:
            raise CommandError(f"{len(report.errors)} problem(s); their files were not loaded.")

    def _compare(self, report: DriftReport) -> None:
        for problem in report.problems:
            self.stderr.write(str(problem))
        for drift in report.drifts:
            self.stdout.write(describe(drift))
        if report.errors:
            raise CommandError(f"{len(report.errors)} problem(s); their files were not compared.")
        if report.drifts:
            raise CommandError(f"{len(report.drifts)} of {report.compared} action(s) differ.")
        self.stdout.write(self.style.SUCCESS(f"{report.compared} action(s) are the same in files and database."))

    def _print(self, report: LoadReport) -> None:
        for problem in report.problems:
            self.stderr.write(str(problem))
        for saved in report.saved:
            self.stdout.write(f"{saved.state:<10} {shown(saved)}")
        for name in report.missing:
            self.stdout.write(f"{'missing':<10} {name}: its file does not have it any more; it is still served.")
        counts = (len(report.added), len(report.changed), len(report.unchanged))
        self.stdout.write(self.style.SUCCESS("{} added, {} changed, {} unchanged.".format(*counts)))


def describe(drift: Drift) -> str:
    """Return where an action was changed, and the patch that would make its file say what is served."""
    if not drift.version:
        return f"{drift.name} only in files: {from_here(drift.file)} is not loaded"
    if not drift.file:
        told, old, new = "only in the database", "/dev/null", f"b/{drift.name}.yaml"
    else:
        file = from_here(drift.file)
        told = "changed in both" if drift.where == "both" else f"changed in the {drift.where}"
        told, old, new = f"{told}: {file}", f"a/{file}", f"b/{file}"
    return f"{drift.name} {told}, {drift.version}\n{patch(drift.file_text, drift.served_text, old, new)}"


def shown(saved: Saved) -> str:
    """Return the name of an action, its file as seen from here, and what is unusual."""
    return " ".join(part for part in (f"{saved.type_name}.{saved.name}", from_here(saved.source), saved.note) if part)


def from_here(source: str) -> str:
    """Return a path as seen from where the command was started."""
    here, path = Path.cwd(), Path(source)
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
