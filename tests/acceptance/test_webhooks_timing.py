"""S07 over a running server: how long a refusal takes does not tell where a signature is wrong."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from actions.signatures import shipped as _shipped  # noqa: F401
from actions.signatures.base import Message, Outside
from actions.signatures.registry import all_schemes
from tests.actions.signatures.test_plugins import mann_whitney, wrong_at_either_end
from tests.servers import Home, Server

SECRET, BODY = "whsec_timing", b'{"id": "evt_1"}'
REQUESTS, ROUNDS = 2000, 3
RECEIVER = """
Name: timed
OnType: todo
Webhook: {Verify: stripe, Secret: timed}
OutFields:
  - {Type: todo, Method: POST, Attributes: {title: ~event.id}}
"""


@pytest.fixture
def timed(home: Home) -> Iterator[Server]:
    """A server with one receiver."""
    folder = home.folder / "mine"
    folder.mkdir()
    (folder / "timed.yaml").write_text(RECEIVER, encoding="utf-8")
    mine = home.with_settings(ACTIONS_PATH="mine", SECRETS_ENV="TIMED", TIMED=SECRET)
    for arguments in (("migrate",), ("secrets", "set", "timed", "--from-env", "TIMED")):
        assert (done := mine.run(*arguments)).returncode == 0, done.stderr
    with mine.start("--workers", "1") as server:
        yield server


def signature() -> str:
    """Return the header that is right now."""
    stripe = all_schemes()["stripe"]
    return stripe.sign(Message(BODY), SECRET, stripe.configure({}), Outside(time.time())).headers["stripe-signature"]


def send(connection: HTTPConnection, header: str) -> int:
    """Send once and return the status."""
    connection.request("POST", "/webhook/todo/timed", BODY, {"Stripe-Signature": header})
    answer = connection.getresponse()
    answer.read()
    return answer.status


def difference(connection: HTTPConnection) -> float:
    """Return the probability that the times of both kinds of wrong signatures differ by chance."""
    times: list[list[int]] = [[], []]
    sent = wrong_at_either_end(signature())
    for _ in range(REQUESTS // 2):
        for which in random.sample((0, 1), 2):
            began = time.perf_counter_ns()
            status = send(connection, sent[which])
            times[which].append(time.perf_counter_ns() - began)
            assert status == 401
    return mann_whitney(*times)


@pytest.mark.measures
def test_s07_the_time_of_a_refusal_tells_nothing(timed: Server) -> None:
    """Two thousand requests, wrong at the first or at the last byte; a leak would show in every one of three rounds."""
    parts = urlsplit(timed.url)
    with closing(HTTPConnection(parts.hostname or "", parts.port, timeout=20)) as connection:
        assert send(connection, signature()) == 200
        assert any(difference(connection) > 0.01 for _ in range(ROUNDS))
