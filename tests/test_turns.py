"""Runs beside each other: who measures time waits for the others, and they wait for it."""

from __future__ import annotations

import threading
from pathlib import Path

from tests.servers import free_port
from tests.turns import turn


def test_who_measures_is_alone(tmp_path: Path) -> None:
    """It waits for those that are inside and goes before those that come later, who are inside together."""
    order: list[str] = []
    both = threading.Barrier(2, timeout=30)

    def alone() -> None:
        with turn(str(tmp_path), alone=True):
            order.append("alone")

    def beside() -> None:
        with turn(str(tmp_path), alone=False):
            order.append("beside")
            both.wait()

    threads = [threading.Thread(target=each) for each in (alone, beside, beside)]
    with turn(str(tmp_path), alone=False):
        for thread in threads:
            thread.start()
            thread.join(0.1)
        assert order == []
    for thread in threads:
        thread.join()
    assert order == ["alone", "beside", "beside"]


def test_ports_are_ones_own() -> None:
    """Below those of clients, and all even or all odd: the other database's run takes the others."""
    ports = {free_port() for _ in range(20)}
    assert max(ports) < 32_768
    assert len({port % 2 for port in ports}) == 1
