"""`manage.py up`: settings in, everything set up and served until told to stop. The README's first command."""

from __future__ import annotations

import threading
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from actions.options import option
from actions.outbox import background
from actions.webhooks import background as webhooks
from project.addresses import Address, check_free, read_address
from project.administrators import NewAdministrator
from project.definitions import follow_definitions
from project.environment import WrongSetting
from project.serving import serve, wait_until_served
from project.setup import set_up

DEFAULT_BIND = "127.0.0.1:6336"
SWEEP_SECONDS = 10  # between two looks for mails that nobody has sent, and events that nobody has processed
WELCOME = """\
Outfield is at {url}
  admin    {url}/admin/
  docs     {url}/docs
  sign up  curl -sS {url}/action/user_account/signup -d name=Ada -d "email=ada.$(date +%s%N)@example.org" \
-d password=correct-horse -d passwordConfirm=correct-horse
"""


class Command(BaseCommand):
    """See ``help``."""

    help = "Set up the database, load the definitions, and serve on HOST:PORT until SIGTERM or Ctrl-C."
    requires_system_checks = ()  # those that ask the database wait until it is known that one answers

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bind", default=DEFAULT_BIND, metavar="HOST:PORT", help=f"default {DEFAULT_BIND}")
        parser.add_argument("--workers", type=int, default=2, metavar="N", help="server processes, default 2")

    def handle(self, *args: Any, bind: str, workers: int, **options: Any) -> None:
        self.check(tags=["operations", "settings"])
        try:
            address = _checked(bind, workers)
            follower = follow_definitions(option("PATHS"))
            self._tell(set_up())
            self.check(tags=["secrets"])  # warns where SECRET_KEY is not the one that they are encrypted under
            connection.close()
        except ImproperlyConfigured as wrong:
            raise CommandError(str(wrong)) from wrong
        threading.Thread(target=follower.run, args=(threading.Event(),), daemon=True).start()
        background.sweep_every(SWEEP_SECONDS)
        webhooks.sweep_every(SWEEP_SECONDS)
        threading.Thread(target=self._welcome, args=(address,), daemon=True).start()
        serve(address, workers=workers, static=settings.STATIC_ROOT)

    def _tell(self, administrator: NewAdministrator | None) -> None:
        """Say once who the first administrator is; a generated password is shown nowhere else."""
        if administrator is not None:
            password = administrator.password or "the one in ADMIN_PASSWORD"
            self.stdout.write(f"First administrator: {administrator.email}, password: {password}")

    def _welcome(self, address: Address) -> None:
        wait_until_served(address)
        self.stdout.write(WELCOME.format(url=address.url))
        self.stdout.flush()


def _checked(bind: str, workers: int) -> Address:
    """Refuse what could only fail later, before anything is touched."""
    if workers < 1:
        raise WrongSetting("--workers", f"{workers} is no number of processes.", "Write 1 or more.")
    address = read_address(bind)
    check_free(address)
    return address
