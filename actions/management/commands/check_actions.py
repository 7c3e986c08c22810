"""`manage.py check_actions FILE...`: documents in, every problem out; no database is needed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from actions.errors import Problem
from actions.loading import check_paths
from actions.management.usage import WRONG_USAGE, check_there


class Command(BaseCommand):
    """Compile files together, as far as that goes without a database, and report."""

    help = "Compile action documents and report every problem found. The files know one another."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="FILE", help="Files, or folders of files.")
        parser.add_argument(
            "--format",
            choices=("text", "json", "github"),
            default="text",
            help="text for people, json for programs, github for annotations of a pull request.",
        )

    def handle(self, *args: Any, paths: list[Path], **options: Any) -> None:
        check_there(paths)
        checked = check_paths(paths)
        files, problems = checked.files, checked.problems
        if not files:
            raise CommandError("No definition file is there: they end in .yaml, .yml or .json.", returncode=WRONG_USAGE)
        self._print(problems, options["format"])
        errors = sum(problem.severity == "error" for problem in problems)
        if errors:
            raise CommandError(f"{errors} problem(s) in {files} file(s).")
        if options["format"] == "text":
            self.stdout.write(self.style.SUCCESS(f"{files} file(s) compiled."))
            for name in checked.integrations:
                self.stdout.write(f"Calls of '{name}' were not checked: that needs the database, so loading does it.")

    def _print(self, problems: Sequence[Problem], style: str) -> None:
        if style == "json":
            listed = [problem.as_data() for problem in problems]
            self.stdout.write(json.dumps(listed, ensure_ascii=False, indent=2))
        for problem in problems:
            if style == "text":
                self.stderr.write(str(problem))
            elif style == "github":
                self.stdout.write(as_annotation(problem))


def as_annotation(problem: Problem) -> str:
    """Return a problem as a workflow command of GitHub.

    Source: "Workflow commands for GitHub Actions"; its escapes are those of the runner's toolkit.
    """
    place = problem.location
    properties = {"file": place.source, "line": place.line, "col": place.column, "title": problem.code}
    listed = ",".join(f"{name}={_escape(str(value), ':,')}" for name, value in properties.items())
    message = " ".join(part for part in (problem.message, problem.hint) if part)
    return f"::{problem.severity} {listed}::{_escape(message)}"


def _escape(text: str, further: str = "") -> str:
    for character in ("%", "\r", "\n", *further):
        text = text.replace(character, f"%{ord(character):02X}")
    return text
