"""One runner for the tests of scripts, and a short way to call it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from actions.expressions.javascript.options import Options
from actions.expressions.javascript.service import Scripts
from tests.actions.expressions.javascript.sources import MakeRunner, script

Run = Callable[..., Any]


@pytest.fixture(scope="session")
def scripts() -> Iterator[Scripts]:
    """A runner with two child processes and the budget that is the default."""
    runner = Scripts(Options(workers=2))
    yield runner
    runner.close()


@pytest.fixture(scope="session")
def run(scripts: Scripts) -> Run:
    """Return the value of one script whose names are the keyword arguments."""

    def value_of(source: str, **scope: Any) -> Any:
        return scripts.run([script(source)], scope)[0]

    return value_of


@pytest.fixture
def make_runner() -> Iterator[MakeRunner]:
    """Make runners of one's own; they are closed afterwards."""
    made: list[Scripts] = []

    def make(**options: Any) -> Scripts:
        made.append(Scripts(Options(**{"workers": 1, **options})))
        return made[-1]

    yield make
    for runner_made in made:
        runner_made.close()
