"""The command line: that it ends as soon as it is done."""

from __future__ import annotations

from tests.servers import Home

LAST = """
import gc, os, sys
class Last:
    def __del__(self, write=os.write, frozen=gc.get_freeze_count):
        write(1, b"frozen" if frozen() > 100_000 else b"collected")
sys.last = Last()
"""


def test_no_garbage_is_looked_for_at_the_end(home: Home) -> None:
    """Everything that was loaded is left to the system when a command or a server ends."""
    assert home.run("shell", "--no-imports", "-c", LAST).stdout == "frozen"
