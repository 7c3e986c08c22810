"""`manage.py work`: what is due in the outbox and of what was received in, done, until told to stop."""

from __future__ import annotations

import logging
import signal
import threading
from typing import Any

from django.core.management.base import CommandParser
from django.db import Error, connections

from actions.management.databases import DatabaseCommand
from actions.outbox import forget_old, send_due
from actions.outbox.background import sweep_every
from actions.states import EffectState
from actions.webhooks import process_due

logger = logging.getLogger("actions.outbox")

LOOK_SECONDS = 1.0


class Command(DatabaseCommand):
    """Work beside the servers, or without one; any number of these may run."""

    help = (
        "Send mails and requests and process events that are due, until SIGTERM or Ctrl-C. 'manage.py up' does so too; "
        "this adds hands."
    )
    requires_system_checks: list[str] = []  # what is sent is stored: no file matters here

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="Do what is due now, say how that went, and end.")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        if once:
            ended = send_due()
            sent, again, failed = (
                ended[state] for state in (EffectState.SENT, EffectState.PENDING, EffectState.FAILED)
            )
            self.stdout.write(f"{sent} sent, {again} to be tried again, {failed} failed.")
            if number := process_due():
                self.stdout.write(f"Attempts to process an event: {number}.")
        else:
            _send_until(_stopped())


def _stopped() -> threading.Event:
    """Return what is set by SIGTERM and Ctrl-C."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _send_until(stop: threading.Event) -> None:
    """Look again and again; what is being done when the stop comes is done to its end."""
    forget_old()  # and so see whether there is a database
    hands = sweep_every(LOOK_SECONDS)
    while not stop.is_set():
        try:
            process_due(stop.is_set)
        except Error:
            logger.exception("What is due could not be looked at; trying again.")
            connections.close_all()
        stop.wait(LOOK_SECONDS)
    for hand in hands:
        hand.stop()
