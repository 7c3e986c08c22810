"""What tests of the outbox share: an SMTP server that is real, and a way to have something in the outbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest

from actions.models import OutgoingEffect
from actions.outbox import MAIL, compose_mail, enqueue
from entities.actors import SYSTEM
from entities.store import unit
from tests.mails import Sink, running_sink

Post = Callable[..., OutgoingEffect]
WELCOME = {"to": "ada@example.org", "subject": "Welcome", "body": "Hello Ada."}


def use_smtp(settings: Any, port: int) -> None:
    """Have Django send by SMTP to a port of this machine."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    """A server that takes mail, and Django's settings for it."""
    with running_sink() as running:
        use_smtp(settings, running.port)
        yield running


@pytest.fixture
def put(transactional_db: None) -> Post:
    """Put a mail into the outbox, committed."""

    def enqueue_mail(**arguments: Any) -> OutgoingEffect:
        with unit(SYSTEM) as work:
            found = enqueue(work, MAIL, compose_mail({**WELCOME, **arguments}))
        return stored(found)

    return enqueue_mail


def stored(key: UUID) -> OutgoingEffect:
    """Return a row as it is now."""
    return OutgoingEffect.objects.get(pk=key)


def make_due(key: UUID, **values: Any) -> None:
    """Let the time of a row have come."""
    row = stored(key)
    OutgoingEffect.objects.filter(pk=key).update(next_attempt_at=row.created_at, **values)
