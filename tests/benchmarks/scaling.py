"""``python -m tests.benchmarks.scaling``: what must not grow, or only in proportion. On SQLite, in this process.

The engine's own cost of a signup (no database, no HTTP; V8 in its process included), the look-up of an action among 10
and among 10,000, an action with 100 and with 1,000 outcomes, and the start with 1,000 definitions.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import django
from django.core.management import call_command

from tests.servers import new_home

STEP = "  - {Type: client.notify, Method: ACTIONRESPONSE, Attributes: {type: info, message: '~text'}}\n"
ACTION = """\
Name: {name}
OnType: todo
InstanceOptional: true
Permission: {{guest: [execute]}}
InFields:
  - {{Name: text, ColumnType: label, DefaultValue: hello}}
OutFields:
"""
SIGNUP = {"name": " Ada ", "email": "Ada@Example.org", "password": "correct-horse", "passwordConfirm": "correct-horse"}


def main() -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        os.environ |= {
            "DATABASE_URL": f"sqlite:///{folder}/data.sqlite3",
            "OUTFIELD_HOME": str(folder),
            "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings",
        }
        django.setup()
        call_command("migrate", verbosity=0)
        call_command("load_actions", verbosity=0)
        print(f"engine's own cost of a signup        {engine_cost():8.0f} us")
        look_ups(folder)
        outcomes(folder)
    starts()


def microseconds(work: Callable[[], object], repeat: int, rounds: int = 7) -> float:
    """Return the median over rounds of the mean time of one call."""
    means = []
    for _ in range(rounds):
        began = time.perf_counter()
        for _ in range(repeat):
            work()
        means.append((time.perf_counter() - began) / repeat)
    return statistics.median(means) * 1e6


def engine_cost() -> float:
    """Run the shipped signup with a store that sends nothing."""
    from entities import batches

    kept = batches.send, batches.is_transaction
    batches.send, batches.is_transaction = (lambda *_: None), (lambda *_: True)
    try:
        return invocation_cost("user_account", "signup", 500, **SIGNUP)
    finally:
        batches.send, batches.is_transaction = kept


def invocation_cost(type_name: str, action: str, repeat: int, **attributes: str) -> float:
    """Return what one invocation by a guest takes."""
    from actions.invocations import Attributes, Invocation
    from actions.invoke import invoke
    from entities.actors import GUEST

    invocation = Invocation(type_name, action, GUEST, sent=Attributes(body=attributes))
    invoke(invocation)
    return microseconds(lambda: invoke(invocation), repeat)


def look_ups(folder: Path) -> None:
    """Look one action up among 10 loaded ones and among 10,000."""
    from actions import catalog

    for number in (10, 10_000):
        load(folder, number)
        catalog.find("todo", "a1")
        cost = microseconds(lambda: catalog.find("todo", "a1"), repeat=20_000)
        print(f"look-up among {number:6,} actions         {cost:8.2f} us")


def outcomes(folder: Path) -> None:
    """Run an action with 100 outcomes and one with 1,000."""
    from actions.loading import load_paths

    for number in (100, 1000):
        file = folder / f"long{number}.yaml"
        file.write_text(ACTION.format(name=f"long{number}") + STEP * number)
        assert not load_paths([file]).errors
        cost = invocation_cost("todo", f"long{number}", 20)
        print(f"{number:5,} outcomes                       {cost:8.0f} us, {cost / number:.2f} us each")


def starts() -> None:
    """Start the server with 1,000 definitions that are new, and again when they are known."""
    with TemporaryDirectory() as name, new_home(Path(name)) as home:
        folder = Path(name) / "actions"
        write(folder, 1000)
        big = home.with_settings(ACTIONS_PATH=str(folder))
        for state in ("new", "known"):
            began = time.perf_counter()
            with big.start():
                print(f"start with 1,000 definitions, {state:5}  {time.perf_counter() - began:8.2f} s")


def load(folder: Path, number: int) -> None:
    """Load that many small definitions."""
    from actions.loading import load_paths

    write(folder / "many", number)
    began = time.perf_counter()
    assert not load_paths([folder / "many"]).errors
    print(f"loading {number:6,} actions               {time.perf_counter() - began:8.2f} s")


def write(folder: Path, number: int) -> None:
    """Write that many definitions, each in a file of its own."""
    folder.mkdir(exist_ok=True)
    for position in range(number):
        (folder / f"a{position}.yaml").write_text(ACTION.format(name=f"a{position}") + STEP)


if __name__ == "__main__":
    main()
