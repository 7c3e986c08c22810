"""`manage.py import_openapi NAME FILE|URL`: another service's document in, an integration out."""

from __future__ import annotations

import shlex
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import CommandError, CommandParser

from actions.importing import BreaksActions, ImportRefused, ImportReport, Installed, Wishes, import_document, install
from actions.importing.choosing import NAMES, choice_of
from actions.importing.reading import read_source, shown_source
from actions.importing.reports import grouped
from actions.integrations.authentication import ABOUT
from actions.management.databases import DatabaseCommand

SHOWN = 20


class Command(DatabaseCommand):
    """Import a document, in the place of the one before; what is wrong in it is listed and read around."""

    help = (
        "Import an OpenAPI 3 or Swagger 2.0 document: its operations become outcomes, Type: NAME, Method: operationId. "
        "Exit code 1 where nothing was imported."
    )
    requires_system_checks: list[str] = []  # they would compile every action

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="NAME", help="What outcomes call it.")
        parser.add_argument("where", metavar="FILE|URL", help="The document, in JSON or YAML.")
        parser.add_argument("--server", metavar="URL", help="Call this address; '' for the document's own.")
        parser.add_argument(
            "--auth",
            action="append",
            type=_said,
            default=[],
            metavar="SCHEME[.KEY]=VALUE",
            help="Authenticate by this secret: SCHEME=SECRET, by its name. Repeatable; what is not named stays. "
            "OAuth 2 has SCHEME.client_id, .token_url, .scopes, .send and .parameters.NAME. 'SCHEME=' takes it back.",
        )
        parser.add_argument("--install", action="store_true", help="Make an action of each operation.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would be done, and do nothing.")
        parser.add_argument("--force", action="store_true", help="Import it although served actions will not work.")

    def handle(self, *args: Any, name: str, where: str, **options: Any) -> None:
        wished = {key: options[key] for key in ("force", "dry_run")}
        wishes = Wishes(options["server"], tuple(options["auth"]), **wished, installs=options["install"])
        try:
            report = import_document(name, *read_source(where), wishes)
            self._print(report)
            self._print_lacking(report, where)
            if options["install"] and not wishes.dry_run:
                self._print_installed(install(name))
        except BreaksActions as refused:
            self._print(refused.report)
            raise CommandError(f"{refused} Nothing was imported; --force imports it all the same.") from None
        except ImportRefused as refused:
            raise CommandError("\n".join(refused.reasons)) from None
        if wishes.dry_run:
            self.stdout.write("Nothing was imported: this was tried only.")

    def _print(self, report: ImportReport) -> None:
        for line in (*map(str, report.broken), *grouped(report.problems), *report.notes):
            self.stderr.write(line)
        for state in ("removed", "changed", *(() if report.is_new else ("added",))):
            self._list(state, getattr(report, state))
        for state, sentence in report.authentication:
            self.stdout.write(f"{state:<10} {sentence}")
        about = " ".join(part for part in (report.title, report.version) if part)
        counts = f"{report.operations} operations, {len(report.problems)} problems"
        self.stdout.write(f"{report.name}: {about} ({report.notation}) at {report.address or 'no address'}")
        done = "new" if report.is_new else "unchanged" if report.is_unchanged else _changes(report)
        self.stdout.write(self.style.SUCCESS(f"{counts}; {done}."))

    def _print_lacking(self, report: ImportReport, where: str) -> None:
        """Say how each scheme that operations wait for is configured."""
        command = f"manage.py import_openapi {report.name} {shlex.quote(shown_source(where))}"
        for name, scheme in report.lacking[:SHOWN]:
            self.stderr.write(f"{name} ({scheme.kind}): {command} {choice_of(name, scheme)}")
            self.stderr.write(f"  {ABOUT[scheme.kind]}")
        if report.lacking:
            self.stderr.write(NAMES)

    def _list(self, state: str, ids: tuple[str, ...]) -> None:
        for one in ids[:SHOWN]:
            self.stdout.write(f"{state:<10} {one}")
        if len(ids) > SHOWN:
            self.stdout.write(f"{state:<10} {len(ids) - SHOWN} more")

    def _print_installed(self, done: Installed) -> None:
        for name in done.kept:
            self.stdout.write(f"{'kept':<10} {name}: somebody has edited it.")
        for line in done.refused:
            self.stderr.write(f"No action of {line}")
        counts = [sum(saved.state == state for saved in done.saved) for state in ("added", "changed", "unchanged")]
        self.stdout.write(self.style.SUCCESS("Actions: {} added, {} changed, {} unchanged.".format(*counts)))


def _changes(report: ImportReport) -> str:
    return f"{len(report.added)} added, {len(report.removed)} removed, {len(report.changed)} changed"


def _said(text: str) -> str:
    """Return what is said of a scheme; whether there is one is the document's to tell.

    Raises:
        ArgumentTypeError: nothing is said. What stands there may be a secret, so it is not repeated.
    """
    name, said, _ = text.partition("=")
    if not name or not said:
        raise ArgumentTypeError("write SCHEME=SECRET, or SCHEME.KEY=VALUE.")
    return text
