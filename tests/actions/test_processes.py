"""Definitions in several processes and threads at once, on the database of the suite."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from actions.errors import RefusedDocument
from actions.loading import save_definition
from actions.models import CatalogGeneration, Definition, DefinitionVersion
from tests.actions.documents import BROKEN, greeting

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[2]
START = "import django; django.setup(); import sys, time, pathlib; "
# Says what is served, again and again, whenever it is something else than before.
WATCH = f"""{START}
from actions import catalog
last = object()
while True:
    served = catalog.find("usergroup", "greet")
    now = served and served.plan.body.nodes[0].arguments[0].source["message"]
    if now != last:
        print(time.time(), now, flush=True)
        last = now
    time.sleep(0.005)
"""
# Loads a folder as soon as a file appears, and says how many actions were added.
LOAD = f"""{START}
from actions.loading import load_paths
folder, go = map(pathlib.Path, sys.argv[1:])
print("ready", flush=True)
while not go.exists():
    time.sleep(0.001)
report = load_paths([folder])
print(len(report.added), len(report.changed), len(report.unchanged), len(report.errors), flush=True)
"""


def address() -> str:
    """Return the URL of the database that this test uses."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    secret = f":{settings['PASSWORD']}" if settings["PASSWORD"] else ""
    return f"postgres://{settings['USER']}{secret}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"


@contextmanager
def process(code: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Run Python code in another process of the project; it ends with the block."""
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "project.settings", "DATABASE_URL": address()}
    command = [sys.executable, "-c", code, *map(str, arguments)]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as started:
        try:
            yield started
        finally:
            started.kill()


def line(started: subprocess.Popen[str]) -> str:
    """Return the next line that a process writes."""
    assert started.stdout is not None
    return started.stdout.readline().strip()


@pytest.mark.measures
def test_another_process_switches_within_a_second() -> None:
    """A new version, disabling and enabling are seen elsewhere in less than a second; a broken text never is."""
    save_definition(greeting("first"), "admin")
    with process(WATCH) as watcher:
        assert line(watcher).endswith(" first")
        changes: dict[str, Callable[[], object]] = {
            "second": lambda: save_definition(greeting("second"), "admin"),
            "None": lambda: Definition.objects.update(enabled=False),
            "third": lambda: (save_definition(greeting("third"), "admin"), Definition.objects.update(enabled=True)),
        }
        for expected, change in changes.items():
            with pytest.raises(RefusedDocument):
                save_definition(BROKEN, "admin")
            change()
            changed_at = time.time()
            seen_at, seen = line(watcher).split()
            assert seen == expected
            assert float(seen_at) - changed_at < 1


def test_two_processes_load_the_same_files(folder: Path, tmp_path: Path) -> None:
    """Started together on an empty database, one adds what the other then finds unchanged."""
    for number in range(20):
        (folder / f"{number}.yaml").write_text(greeting(name=f"a{number}"))
    go = tmp_path / "go"
    with process(LOAD, folder, go) as first, process(LOAD, folder, go) as second:
        assert (line(first), line(second)) == ("ready", "ready")
        go.touch()
        assert sorted((line(first), line(second))) == ["0 0 20 0", "20 0 0 0"]
    assert (Definition.objects.count(), DefinitionVersion.objects.count()) == (20, 20)
    assert CatalogGeneration.objects.count() == 1


def test_simultaneous_edits_have_a_number_each() -> None:
    """Everybody who saves at once gets a version of their own, without gaps, and the last one is served."""
    save_definition(greeting("0"), "admin")
    barrier = threading.Barrier(6)
    failures: list[Exception] = []

    def edit(number: int) -> None:
        try:
            barrier.wait()
            save_definition(greeting(f"{number}"), "admin")
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=edit, args=(number,)) for number in range(1, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    numbers = Counter(DefinitionVersion.objects.values_list("number", flat=True))
    assert numbers == Counter(range(1, 8))
    served = Definition.objects.get().served_version
    assert served is not None
    assert served.number == 7
