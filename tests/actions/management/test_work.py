"""``manage.py work``: sends what is due, once or until told to stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.management import call_command

from tests.actions.outbox.conftest import Post, put, sink, stored, use_smtp
from tests.actions.test_processes import ROOT, address
from tests.mails import Sink, running_sink
from tests.servers import free_port

__all__ = ["put", "sink"]

# An action that is invoked by a process which is killed as soon as that is committed, before anything could be sent.
KILLED = """import django; django.setup(); import os, signal
from actions.outbox import MAIL, background, compose_mail, enqueue
background.wake = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
from entities.actors import SYSTEM
from entities.store import unit
with unit(SYSTEM) as work:
    enqueue(work, MAIL, compose_mail({"to": "ada@example.org", "subject": "Welcome", "body": "Hello."}))
"""


def environment(url: str) -> dict[str, str]:
    """Return the environment of another process on the database of this test."""
    own = {"DJANGO_SETTINGS_MODULE": "project.settings", "DATABASE_URL": address(), "EMAIL_URL": url}
    return {**os.environ, **own, "PYTHONPATH": str(ROOT)}


@contextmanager
def working(url: str) -> Iterator[subprocess.Popen[str]]:
    """Run ``manage.py work`` until the block ends."""
    command = [sys.executable, str(ROOT / "manage.py"), "work"]
    with subprocess.Popen(command, cwd=ROOT, env=environment(url), stderr=subprocess.PIPE, text=True) as started:
        try:
            yield started
        finally:
            started.kill()


def test_once_sends_what_is_due_and_says_how_it_went(
    put: Post, settings: object, capsys: pytest.CaptureFixture[str]
) -> None:
    """Counted by what became of each."""
    with running_sink() as running:
        use_smtp(settings, running.port)
        running.replies = {"bob@example.org": "450 Later", "eve@example.org": "550 No"}
        for name in ("ada", "ida", "bob", "eve"):
            put(to=f"{name}@example.org")
        call_command("work", once=True)
    assert capsys.readouterr().out == "2 sent, 1 to be tried again, 1 failed.\n"


def test_what_a_killed_process_left_is_sent_by_the_next(transactional_db: None, sink: Sink) -> None:
    """SIGKILL between the commit and the sending loses nothing, and the mail is sent once."""
    ended = subprocess.run([sys.executable, "-c", KILLED], cwd=ROOT, env=environment(sink.url), check=False, timeout=60)
    assert ended.returncode == -signal.SIGKILL
    assert sink.received == []
    for printed in ("1 sent, 0 to be tried again, 0 failed.", "0 sent, 0 to be tried again, 0 failed."):
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), "work", "--once"],
            cwd=ROOT, env=environment(sink.url), capture_output=True, text=True, check=True, timeout=60,
        )  # fmt: skip
        assert done.stdout.strip() == printed
    assert [received.to for received in sink.received] == [("ada@example.org",)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_sends_as_mails_come_and_ends_when_told(put: Post, sink: Sink, number: signal.Signals) -> None:
    """Each within about a second; a stop is no failure."""
    with working(sink.url) as started:
        first = put()
        sink.wait_for(1)
        second = put()
        sink.wait_for(2, seconds=8)
        started.send_signal(number)
        assert started.wait(30) == 0
    assert [stored(row.id).state for row in (first, second)] == ["sent", "sent"]


def test_a_database_without_tables_ends_it_with_a_sentence(tmp_path: object) -> None:
    """No traceback."""
    env = {**environment(f"smtp://127.0.0.1:{free_port()}"), "DATABASE_URL": f"sqlite:///{tmp_path}/empty.sqlite3"}
    for arguments in (["work"], ["work", "--once"]):
        ended = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert ended.returncode == 1
        assert ended.stderr.startswith("CommandError: The database cannot be used (no such table: outbox).")
