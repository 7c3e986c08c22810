"""One key over several processes, and processes that die or freeze: one effect, and everybody is told of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.servers import CHECKOUT
from tests.test_readme import check

ADD = """
Name: add
OnType: todo
InstanceOptional: true
Permission: {guest: [execute]}
InFields: [{Name: title, ColumnType: label}]
OutFields:
  - {Type: todo, Method: POST, Reference: todo, Attributes: {title: "~title"}}
"""
HEADERS = {"Idempotency-Key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}
BODY = {"title": "Tea"}
MARK = "Idempotency-Replayed"

POSTING = """
import os, signal
from django.test import Client
from actions import idempotency, running

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

run_plan = running.run_plan

def freeze(*arguments):
    os.kill(os.getpid(), signal.SIGSTOP)
    return run_plan(*arguments)

{point}
answer = Client(SERVER_NAME="localhost").post(
    "/action/todo/add", {body!r}, content_type="application/json", headers={headers!r}
)
print(answer.status_code, answer.content.decode(), flush=True)
"""
COUNTED = "from entities.examples.models import Todo; print(Todo.objects.count())"
LATER = """
from datetime import timedelta
from django.db.models import F
from actions.models import StoredAnswer
print(StoredAnswer.objects.update(leased_until=F("leased_until") - timedelta(seconds=61)))
"""


@pytest.fixture
def served(home):
    """A server of two processes on an empty installation with one action more."""
    folder = home.folder / "mine"
    folder.mkdir()
    (folder / "add.yaml").write_text(ADD, encoding="utf-8")
    mine = home.with_settings(ACTIONS_PATH="mine")
    with mine.start("--workers", "2") as server:
        yield mine, server


def shell(home, code):
    """Run code in a process of the installation and return what it printed."""
    return home.run("shell", "-v", "0", "-c", code)


def posting(home, point):
    """Start a process that posts once."""
    code = POSTING.format(point=point, body=json.dumps(BODY), headers=HEADERS)
    return subprocess.Popen(
        [sys.executable, str(CHECKOUT / "manage.py"), "shell", "-v", "0", "-c", code],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=home.environment, cwd=home.folder,
    )  # fmt: skip


def post(server):
    return server.post("/action/todo/add", json=BODY, headers=HEADERS)


def test_twenty_at_once_have_one_effect(served):
    """Two processes, one key: one runs, the others get its answer or are told to wait, and then get it too."""
    home, server = served
    with ThreadPoolExecutor(20) as pool:
        answers = [waiting.result() for waiting in [pool.submit(post, server) for _ in range(20)]]
    kinds = Counter((answer.status_code, answer.headers.get(MARK)) for answer in answers)
    assert kinds[200, None] == 1
    assert set(kinds) <= {(200, None), (200, "true"), (409, None)}
    assert {answer.headers["Retry-After"] for answer in answers if answer.status_code == 409} <= {"1"}
    assert len({answer.content for answer in [*answers, post(server)] if answer.status_code == 200}) == 1
    assert shell(home, COUNTED).stdout == "1\n"


@pytest.mark.parametrize(
    "point",
    [
        pytest.param("running.run_plan = die", id="before the effect"),
        pytest.param("idempotency._packed = die", id="after the effect, before the commit"),
    ],
)
def test_a_process_killed_before_the_commit_leaves_nothing(served, point):
    """Whoever asks again is told to wait until the lease of the dead attempt has ended, and then has the effect."""
    home, server = served
    with posting(home, point) as process:
        process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert (post(server).status_code, shell(home, COUNTED).stdout) == (409, "0\n")
    assert shell(home, LATER).stdout == "1\n"
    answers = [post(server) for _ in range(2)]
    assert [(answer.status_code, answer.headers.get(MARK)) for answer in answers] == [(200, None), (200, "true")]
    assert shell(home, COUNTED).stdout == "1\n"


def test_a_process_killed_between_commit_and_answer_has_answered(served):
    """What was committed is told at once to whoever asks again."""
    home, server = served
    with posting(home, "idempotency._pruning.step = die") as process:
        process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    answer = post(server)
    assert (answer.status_code, answer.headers[MARK]) == (200, "true")
    assert answer.json()[0]["Attributes"]["title"] == "Tea"
    assert shell(home, COUNTED).stdout == "1\n"


def test_a_process_that_was_frozen_past_its_lease_commits_nothing(served):
    """Another attempt took its place; when it goes on it finds that out and leaves nothing behind."""
    home, server = served
    with posting(home, "running.run_plan = freeze") as process:
        until = time.monotonic() + 60
        while not _is_stopped(process) and time.monotonic() < until:
            time.sleep(0.05)
        try:
            assert shell(home, LATER).stdout == "1\n"
            first = post(server)
        finally:
            os.kill(process.pid, signal.SIGCONT)
        out, errors = process.communicate(timeout=60)
    assert (first.status_code, first.headers.get(MARK)) == (200, None)
    assert out.startswith("409 "), errors
    assert "in_flight" in out
    assert shell(home, COUNTED).stdout == "1\n"
    assert post(server).content == first.content


def test_the_manual_shows_what_happens(shared_server):
    """Every command of the page is run, and its output is as shown."""
    page = (CHECKOUT / "docs" / "idempotency.md").read_text(encoding="utf-8")
    shown = [part.split("\n", 1) for part in page.split("```console\n")[1].split("```")[0].split("$ ")[1:]]
    assert len(shown) == 3
    for command, printed in shown:
        check(shared_server, command, printed.rstrip() + "...")


def _is_stopped(process):
    found, status = os.waitpid(process.pid, os.WUNTRACED | os.WNOHANG)
    return found == process.pid and os.WIFSTOPPED(status)
