"""The promise: a webhook answered 2xx is on disk, and one event has one effect, whatever senders and processes do.

Senders repeat, shuffle and overlap what they send, and send it again after every failure; a server process is killed
five times in between. The table of effects would take as many rows as it is given.
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import queue
import random
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from actions.signatures import shipped as _shipped  # noqa: F401
from actions.signatures.base import Message, Outside
from actions.signatures.registry import all_schemes
from tests.acceptance.test_up import workers
from tests.conftest import IS_POSTGRESQL
from tests.servers import Home, Server

# SQLite has one writer at a time: a smaller storm shows the same in the same time.
EVENTS = 1000 if IS_POSTGRESQL else 200
TIMES, SENDERS, KILLS = 10, 8, 5
LONGEST = 600  # seconds: a hang, not a measurement
SECRET = "whsec_storm"
PATH = "/action/ledger_entry/storm"
RECEIVER = """
Name: storm
OnType: ledger_entry
InstanceOptional: true
Webhook: {Verify: stripe, Secret: storm}
OutFields:
  - Type: ledger_entry
    Method: POST
    Attributes: {order_id: ~event.data.order, amount: ~event.data.amount, kind: storm, note: ~event.id}
"""
ORDER = "from entities.examples.models import Order; print(Order.objects.create(number='A-1', total=1).pk)"
FOUND = """
import base64, json
from actions.models import Delivery
from entities.examples.models import LedgerEntry
print(json.dumps({
    "effects": list(LedgerEntry.objects.order_by("note").values_list("note", flat=True)),
    "deliveries": {
        str(row.id): [row.event_id, row.state, base64.b64encode(bytes(row.body)).decode()]
        for row in Delivery.objects.all()
    },
}))
"""
INTERNAL = re.compile(
    r'Traceback|File "|\.py|site-packages|psycopg|sqlite|django|Error\b|delivery_|SELECT|INSERT', re.I
)
pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux to find the worker processes")


@dataclass
class Journal:
    """What the senders were told."""

    accepted: dict[str, set[str]] = field(default_factory=dict)
    statuses: Counter[str] = field(default_factory=Counter)
    leaks: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, event_id: str, status: int, body: str, delivery: str | None) -> bool:
        """Write an answer down and say whether the sender is done with the event."""
        with self.lock:
            self.statuses[str(status)] += 1
            if status >= 500 and INTERNAL.search(body):
                self.leaks.append(body)
            if 200 <= status < 300:
                self.accepted.setdefault(event_id, set()).add(str(delivery))
                return True
            if status < 500:
                self.complaints.append(f"{status} {body}")
        return False


@dataclass(frozen=True)
class Sender:
    """One connection of the provider: takes the next event and sends it until it is accepted."""

    server: Server
    bodies: dict[str, bytes]
    waiting: queue.SimpleQueue[str]
    journal: Journal
    until: float

    def run(self) -> None:
        """Send until nothing waits."""
        connection = self._connect()
        while True:
            try:
                event_id = self.waiting.get_nowait()
            except queue.Empty:
                return connection.close()
            while not self._send(connection, event_id):
                if time.monotonic() > self.until:
                    self.journal.complaints.append(f"{event_id} was not accepted in time")
                    return connection.close()
                time.sleep(0.02)

    def _connect(self) -> HTTPConnection:
        parts = urlsplit(self.server.url)
        return HTTPConnection(parts.hostname or "", parts.port, timeout=20)

    def _send(self, connection: HTTPConnection, event_id: str) -> bool:
        """Send once, freshly signed, and say whether it was accepted."""
        body = self.bodies[event_id]
        try:
            connection.request("POST", PATH, body, {"Content-Type": "application/json", **signed(body)})
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, HTTPException):
            connection.close()
            self.journal.statuses["connection"] += 1
            return False
        return self.journal.note(event_id, answer.status, text, answer.headers.get("Webhook-Delivery"))


def signed(body: bytes) -> dict[str, str]:
    """Return the headers with which Stripe would send the body now."""
    stripe = all_schemes()["stripe"]
    return dict(stripe.sign(Message(body), SECRET, stripe.configure({}), Outside(time.time())).headers)


@pytest.fixture
def stormy(home: Home) -> Iterator[tuple[Home, Server, dict[str, bytes]]]:
    """A server of two processes with the receiver, and the events that it will get."""
    folder = home.folder / "mine"
    folder.mkdir()
    (folder / "storm.yaml").write_text(RECEIVER, encoding="utf-8")
    mine = home.with_settings(ACTIONS_PATH="mine", SECRETS_ENV="STORM", STORM=SECRET)
    for arguments in (("migrate",), ("secrets", "set", "storm", "--from-env", "STORM")):
        assert (done := mine.run(*arguments)).returncode == 0, done.stderr
    with mine.start("--workers", "2") as server:
        order = mine.run("shell", "-v", "0", "-c", ORDER).stdout.strip()
        yield mine, server, {f"evt_{number:04}": event(number, order) for number in range(EVENTS)}


def event(number: int, order: str) -> bytes:
    """Return a body as Stripe writes it, each with spacing and characters of its own."""
    data = {
        "id": f"evt_{number:04}",
        "type": "charge.succeeded",
        "data": {"order": order, "amount": "1.00"},
        "n": "ü☕",
    }
    return json.dumps(data, ensure_ascii=False, indent=number % 4 or None).encode()


def kill(server: Server, waiting: queue.SimpleQueue[str], total: int) -> int:
    """Kill a worker five times, each time after a further share of the deliveries; return how many were replaced.

    It is always the older of the two: one that dies just after it was started is taken for one that cannot run.
    """
    old = workers(server)
    replaced = 0
    for turn in range(1, KILLS + 1):
        while waiting.qsize() > total * (KILLS + 1 - turn) / (KILLS + 1):
            time.sleep(0.01)
        victim = random.choice(sorted(old))
        before = workers(server)
        os.kill(victim, signal.SIGKILL)
        _until(lambda known=before: len(workers(server) - known) == 1)  # type: ignore[misc]
        old = before - {victim}
        replaced += 1
    return replaced


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, "No worker took the place of the one that was killed."
        time.sleep(0.02)


def test_one_event_has_one_effect(stormy: tuple[Home, Server, dict[str, bytes]]) -> None:
    """Ten deliveries of each event, shuffled and at the same time, five kills: no effect is missing or there twice."""
    home, server, bodies = stormy
    order = list(itertools.chain.from_iterable(itertools.repeat(list(bodies), TIMES)))
    random.shuffle(order)
    waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
    for event_id in order:
        waiting.put(event_id)
    journal, until = Journal(), time.monotonic() + LONGEST
    threads = [
        threading.Thread(target=Sender(server, bodies, waiting, journal, until).run, daemon=True)
        for _ in range(SENDERS)
    ]
    for thread in threads:
        thread.start()
    replaced = kill(server, waiting, len(order))
    for thread in threads:
        thread.join(LONGEST)
    found = json.loads(home.run("shell", "-v", "0", "-c", FOUND).stdout)
    assert (replaced, journal.complaints, journal.leaks) == (KILLS, [], [])
    assert journal.statuses["connection"] > 0, "no kill has met a request"
    assert found["effects"] == sorted(bodies)
    told = {(event_id, key) for event_id, keys in journal.accepted.items() for key in keys}
    assert told == {(row[0], key) for key, row in found["deliveries"].items()}
    stored = sorted((row[0], row[1], base64.b64decode(row[2])) for row in found["deliveries"].values())
    assert stored == sorted((event_id, "succeeded", body) for event_id, body in bodies.items())
