"""`manage.py secrets set|rotate|list|remove|reencrypt`: values in, never out."""

from __future__ import annotations

import re
import sys
from argparse import ArgumentTypeError
from datetime import datetime, timedelta
from getpass import getpass
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from actions.loading.uses import told_misfits, told_users
from actions.management.databases import DatabaseCommand
from actions.secrets.changing import (
    LONGEST_KEPT,
    Content,
    reencrypt_secrets,
    remove_secret,
    rotate_secret,
    set_secret,
)
from actions.secrets.errors import BadName, SecretError, UnknownSecret
from actions.secrets.listing import Listed, Value, list_secrets
from actions.secrets.texts import MOST_READ, decode_value

WRONG_USAGE = 2
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Command(DatabaseCommand):
    """One subcommand for each change, and a list."""

    help = "Keep the secrets that definitions name. A value is read from standard input or asked for, and never shown."
    requires_system_checks: list[str] = []  # they would tell of the secret that is being mended

    def add_arguments(self, parser: CommandParser) -> None:
        commands = parser.add_subparsers(dest="change", required=True, metavar="COMMAND")
        new = commands.add_parser("set", help="Give a secret one value; earlier ones end now.")
        _add_content(new)
        rotate = commands.add_parser("rotate", help="Give a secret a new value; earlier ones stay in use for a while.")
        _add_content(rotate)
        rotate.add_argument(
            "--keep-old-for", type=read_period, required=True, metavar="PERIOD", help="30m, 24h, 7d; at most 365d."
        )
        commands.add_parser("list", help="Show names, when and by whom each value was set, and what is wrong.")
        remove = commands.add_parser("remove", help="Remove a secret.")
        remove.add_argument("name", metavar="NAME")
        remove.add_argument("--yes", action="store_true", help="Do not ask.")
        commands.add_parser("reencrypt", help="Encrypt every value under the first of the keys.")

    def handle(self, *args: Any, change: str, **options: Any) -> None:
        try:
            getattr(self, f"_{change}")(options)
        except SecretError as error:
            code = WRONG_USAGE if isinstance(error, BadName) else 1
            raise CommandError(error.message, returncode=code) from None

    def _set(self, options: dict[str, Any]) -> None:
        content = self._content(options)
        misfits = told_misfits(options["name"], content.read())
        set_secret(options["name"], content)
        self._print_done(options["name"], "set", misfits)

    def _rotate(self, options: dict[str, Any]) -> None:
        if options["name"] not in {secret.name for secret in list_secrets()}:
            raise UnknownSecret(options["name"])  # before a value is asked for
        content = self._content(options)
        misfits = told_misfits(options["name"], content.read())
        rotate_secret(options["name"], content, options["keep_old_for"])
        self._print_done(options["name"], "rotated", misfits)

    def _print_done(self, name: str, done: str, misfits: list[str]) -> None:
        """Say that the value is kept, and who cannot use it: perhaps it is they that change next."""
        self.stdout.write(self.style.SUCCESS(f"'{name}' is {done}."))
        for told in misfits:
            self.stderr.write(self.style.WARNING(told))

    def _list(self, options: dict[str, Any]) -> None:
        for secret in list_secrets():
            self.stdout.write(_shown(secret))

    def _remove(self, options: dict[str, Any]) -> None:
        name = options["name"]
        told = told_users(name)
        if told:
            self.stderr.write(self.style.WARNING(told))
        if not options["yes"] and not self._confirms(name):
            raise CommandError("Nothing was removed.")
        remove_secret(name)
        self.stdout.write(self.style.SUCCESS(f"'{name}' is removed."))

    def _reencrypt(self, options: dict[str, Any]) -> None:
        done = reencrypt_secrets()
        self.stdout.write(self.style.SUCCESS(f"{done.number} value(s) encrypted under the first key."))
        if done.unreadable:
            names = ", ".join(f"'{name}'" for name in done.unreadable)
            raise CommandError(f"No known key decrypts {names}. Add the old key to SECRET_KEY_FALLBACKS, or set anew.")

    def _confirms(self, name: str) -> bool:
        self.stdout.write(f"Remove '{name}'? Type its name: ", ending="")
        self.stdout.flush()
        return sys.stdin.readline().strip() == name

    def _content(self, options: dict[str, Any]) -> Content:
        if options["from_env"]:
            return Content.of_reference(f"env:{options['from_env']}")
        if options["from_file"]:
            return Content.of_reference(f"file:{Path(options['from_file']).absolute()}")
        return Content(value=decode_value(_asked()))


def _add_content(parser: CommandParser) -> None:
    parser.add_argument("name", metavar="NAME")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--from-env", metavar="VARIABLE", help="Refer to a variable that SECRETS_ENV allows.")
    source.add_argument("--from-file", metavar="FILE", help="Refer to a file in a folder that SECRETS_PATH allows.")


def _asked() -> bytes:
    """Return what is typed unseen, or what is piped in: one byte more than may be kept is enough."""
    if sys.stdin.isatty():
        return getpass("Value: ").encode(errors="surrogateescape")
    return sys.stdin.buffer.read(MOST_READ)


def read_period(text: str) -> timedelta:
    """Return the time that ``24h`` stands for; seconds, minutes, hours or days.

    Raises:
        ArgumentTypeError: no such time, none at all, or a longer one than values may be kept.
    """
    found = re.fullmatch(r"([1-9][0-9]{0,7})([smhd])", text)
    period = timedelta(**{UNITS[found[2]]: int(found[1])}) if found else timedelta()
    if not timedelta() < period <= LONGEST_KEPT:
        raise ArgumentTypeError(f"'{text}' is no time from 1s to {LONGEST_KEPT.days}d, such as 24h.")
    return period


def _shown(secret: Listed) -> str:
    return "\n".join([secret.name, *(f"  {_line(value)}" for value in secret.values)])


def _line(value: Value) -> str:
    parts = [
        f"since {_time(value.active_from)}",
        f"until {_time(value.ends_at)}" if value.ends_at else "",
        f"by {value.author}" if value.author else "",
        value.kept,
        f"NOT USABLE: {value.fault}" if value.fault else "",
    ]
    return "  ".join(part for part in parts if part)


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
