"""Calls of other servers on a real installation: one that is down slows nobody else, and nothing is lost by a kill."""

from __future__ import annotations

import signal
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest

from tests.servers import CHECKOUT, Home, Server
from tests.upstreams import Upstream, answer, hang

ACTIONS = """
- Name: ask
  OnType: todo
  Permission: {{guest: [execute]}}
  InFields: [{{Name: title, ColumnType: label}}]
  OutFields:
    - {{Type: todo, Method: POST, Attributes: {{title: ~title}}}}
    - {{Type: $network.request, Method: EXECUTE, Reference: answer, Attributes: {{Url: "{url}/hang", Timeout: 2}}}}
    - {{Type: said, Method: ACTIONRESPONSE, Attributes: {{status: $answer.status}}}}
- Name: add
  OnType: todo
  Permission: {{guest: [execute]}}
  InFields: [{{Name: title, ColumnType: label}}]
  OutFields:
    - {{Type: todo, Method: POST, Attributes: {{title: ~title}}}}
- Name: tell
  OnType: todo
  Permission: {{guest: [execute]}}
  OutFields:
    - {{Type: $network.request, Method: EXECUTE, Attributes: {{Url: "{url}/told", Method: POST, Body: {{a: 1}}}}}}
"""
# An action that is run by a process which is killed as soon as that is committed, before anything could be sent.
KILLED = """import django; django.setup(); import os, signal
from actions.outbox import background
background.wake = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
from actions.invocations import Invocation
from actions.invoke import invoke
from entities.actors import SYSTEM
invoke(Invocation("todo", "tell", SYSTEM))
"""
ASKING, ROUNDS = 24, 150


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    """Another server; one of its pages never answers."""
    with Upstream(answer(204)) as server:
        server.at("/hang", hang())
        yield server


@pytest.fixture
def calling(home: Home, upstream: Upstream) -> Home:
    """An installation whose actions may call it."""
    (home.folder / "mine").mkdir()
    (home.folder / "mine" / "calls.yaml").write_text(ACTIONS.format(url=upstream.url), encoding="utf-8")
    return home.with_settings(ACTIONS_PATH="mine", WORKFLOW_ALLOWED_HTTP_HOSTS=upstream.netloc)


@contextmanager
def asking(server: Server) -> Iterator[Counter[tuple[int, str]]]:
    """Have many clients ask all the time; what they were answered is known at the end."""
    over, answers = threading.Event(), Counter[tuple[int, str]]()

    def ask() -> None:
        with server.client() as client:
            while not over.is_set():
                told = client.post("/action/todo/ask", json={"title": "asked"})
                attributes = told.json()[0]["Attributes"]
                answers[told.status_code, str(attributes.get("outcome", {}).get("reference"))] += 1
                over.wait(0.05 if told.status_code == 503 else 0)

    threads = [threading.Thread(target=ask) for _ in range(ASKING)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        over.set()
        for thread in threads:
            thread.join(20)


def slowest(client: httpx.Client) -> float:
    """Return the 95th percentile of the time that another action takes, in seconds."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        assert client.post("/action/todo/add", json={"title": "added"}).status_code == 200
        times.append(time.perf_counter() - began)
    return statistics.quantiles(times, n=20)[-1]


@pytest.mark.measures
def test_a_server_that_is_down_slows_no_other_action(calling: Home) -> None:
    """F10: each call ends in its time with 504 that names the outcome, or at once with 503; the rest goes on."""
    with calling.start("--workers", "2") as server, server.client() as client:
        alone = slowest(client)
        with asking(server) as answers:
            time.sleep(0.5)
            beside = slowest(client)
    assert set(answers) <= {(504, "answer"), (503, "answer")}
    assert answers[504, "answer"] >= 8
    assert beside < max(4 * alone, alone + 0.1), f"{beside * 1000:.0f} ms, alone {alone * 1000:.0f} ms"


def python(home: Home, code: str) -> int:
    """Run code in a process of the installation and return how it ended."""
    environment = {**home.environment, "DJANGO_SETTINGS_MODULE": "project.settings", "PYTHONPATH": str(CHECKOUT)}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=home.folder, env=environment, check=False, timeout=60
    ).returncode


def test_a_call_survives_the_process_that_wanted_it(calling: Home, upstream: Upstream) -> None:
    """SIGKILL between the commit and the sending loses nothing; the next process sends it once."""
    for arguments in (("migrate",), ("load_actions", str(calling.folder / "mine" / "calls.yaml"))):
        assert (done := calling.run(*arguments)).returncode == 0, done.stderr
    assert python(calling, KILLED) == -signal.SIGKILL
    assert upstream.requests == []
    for printed in ("1 sent, 0 to be tried again, 0 failed.", "0 sent, 0 to be tried again, 0 failed."):
        assert calling.run("work", "--once").stdout.strip() == printed
    (received,) = upstream.requests
    assert received.json == {"a": 1}


def test_a_running_server_sends_right_after_the_commit(calling: Home, upstream: Upstream) -> None:
    """Nobody waits for the other server, and nobody has to ask for it to be sent."""
    with calling.start("--workers", "1") as server:
        assert server.post("/action/todo/tell", json={}).status_code == 200
        wait_until(lambda: bool(upstream.requests))
    assert [received.path for received in upstream.requests] == ["/told"]


def wait_until(holds: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until something holds."""
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.02)
    assert holds()
