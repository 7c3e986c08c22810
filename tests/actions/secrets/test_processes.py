"""Secrets over real processes: one that runs and looks, and a command that sets."""

from __future__ import annotations

import subprocess
import sys
import time

from tests.servers import CHECKOUT, Home

MANAGE = [sys.executable, str(CHECKOUT / "manage.py")]
WATCH = """
import sys
from actions import secrets
for _ in range(2):
    print(secrets.exists("stripe"), flush=True)
    sys.stdin.readline()
print(secrets.active_values("stripe"), secrets.active_values("stripe")[0].reveal()[::-1], flush=True)
"""


def test_another_process_sees_a_change_within_a_second(home: Home) -> None:
    """A secret that was missing is there a second after it was set, and is masked where it is printed."""
    assert home.run("migrate", "-v", "0").returncode == 0
    with subprocess.Popen(
        [*MANAGE, "shell", "-v", "0", "-c", WATCH],
        stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True, env=home.environment,
    ) as watching:  # fmt: skip
        assert watching.stdout.readline() == "False\n"  # type: ignore[union-attr]
        done = subprocess.run(
            [*MANAGE, "secrets", "set", "stripe"],
            input="value\n", text=True, env=home.environment, capture_output=True, timeout=60, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout, done.stderr) == (0, "'stripe' is set.\n", "")
        time.sleep(1)
        rest, _ = watching.communicate("\n\n", timeout=60)
    assert rest == "True\n('***',) eulav\n"


def test_the_command_ends_with_its_code(home: Home) -> None:
    """0 when it is done, 1 when it is refused, 2 for wrong usage; a value is never an argument."""
    assert home.run("migrate", "-v", "0").returncode == 0
    calls = (("secrets", "list"), ("secrets", "remove", "x", "--yes"), ("secrets", "set", "x", "value"), ("secrets",))
    assert [home.run(*call).returncode for call in calls] == [0, 1, 2, 2]
