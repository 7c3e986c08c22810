"""Many hands, one outbox: every mail is taken by exactly one of them."""

from __future__ import annotations

import threading
from collections import Counter
from uuid import UUID

from django.db import connection, connections

from actions.outbox import rows
from tests.actions.outbox.conftest import Post
from tests.actions.test_processes import line, process

CLAIM = """import django; django.setup(); import sys, time, pathlib
from actions.outbox import rows
go = pathlib.Path(sys.argv[1])
print("ready", flush=True)
while not go.exists():
    time.sleep(0.001)
found = []
while (claimed := rows.claim()) is not None:
    found.append(str(claimed.id))
print(",".join(found), flush=True)
"""


def test_threads_never_take_the_same_mail(put: Post) -> None:
    """On one database, with the locks that production has."""
    wanted = {put().id for _ in range(12)}
    taken: list[UUID] = []
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        try:
            while (claimed := rows.claim()) is not None:
                taken.append(claimed.id)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(taken) == Counter(wanted)


def test_processes_never_take_the_same_mail(put: Post, tmp_path: object) -> None:
    """Servers and ``manage.py work`` on one database."""
    wanted = {str(put().id) for _ in range(20)}
    connection.close()
    go = tmp_path / "go"  # type: ignore[operator]
    with process(CLAIM, go) as one, process(CLAIM, go) as other:
        assert [line(one), line(other)] == ["ready", "ready"]
        go.touch()
        taken = [key for started in (one, other) for key in line(started).split(",") if key]
    assert Counter(taken) == Counter(wanted)
