"""``python -m tests.benchmarks.signup``: our signup against a hand-written DRF view, on both databases.

The DRF view limits nobody, so ours is compared without its limit for guests; another row shows what that costs when all
come from one address, which is the dearest case: they wait for one row. A third of ours keeps no runs: against it one
sees what recording costs, at most one statement and 10 %.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tests.benchmarks.bodies import signups
from tests.benchmarks.load import Request
from tests.benchmarks.places import PLACES, place
from tests.benchmarks.servers import DRF_GUNICORN, DRF_OURS, LIMITED, OURS, UNRECORDED, peers, running
from tests.benchmarks.turns import measure, options, report

HEAD = (
    "POST /action/user_account/%s HTTP/1.1\r\nHost: localhost\r\n"
    "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
)
NAMES = (OURS, LIMITED, UNRECORDED, DRF_GUNICORN, DRF_OURS)


def requests(action: str) -> Request:
    """Return a maker of requests, each with another body."""
    bodies = signups()

    def request() -> bytes:
        body = next(bodies)
        return (HEAD % (action, len(body))).encode() + body

    return request


def action(name: str) -> str:
    """Return the action that is sent to a server."""
    return "signup_unrecorded" if name == UNRECORDED else "signup"


def statements(environment: dict[str, str]) -> dict[str, str]:
    """Count the SQL statements of one signup, in a process of its own for each side."""
    counted = {}
    for name in (OURS, LIMITED, UNRECORDED, DRF_GUNICORN):
        peer = peers(0)[name]
        command = [sys.executable, "-m", "tests.benchmarks.statements", action(name)]
        merged = {**os.environ, **environment, **peer.environment, "DJANGO_SETTINGS_MODULE": peer.settings}
        answer = subprocess.run(command, env=merged, capture_output=True, text=True, check=True)
        counted[name] = answer.stdout.strip()
    return {**counted, DRF_OURS: counted[DRF_GUNICORN]}


def main() -> None:
    chosen = options(__doc__)
    for name in chosen.on or PLACES:
        with place(name) as environment:
            if environment is None:
                continue
            with running(NAMES, environment) as urls:
                print(f"\nsignup on {name}")
                made = {server: requests(action(server)) for server in urls}
                samples = measure(urls, made, rounds=chosen.rounds, seconds=chosen.seconds)
                report(samples, statements(environment))


if __name__ == "__main__":
    main()
