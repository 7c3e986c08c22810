"""What tests of definitions share: short documents, and nothing remembered of the test before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from actions import catalog, secrets
from actions.integrations import store, tokens
from entities import registry


@pytest.fixture(autouse=True)
def _forgetful_catalog() -> Iterator[None]:
    """The rows of a test vanish with it; the process lives on."""
    _forget()
    yield
    _forget()


def _forget() -> None:
    for forget in (catalog.forget, secrets.forget, store.forget, tokens.forget_tokens):
        forget()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder for documents."""
    made = tmp_path / "definitions"
    made.mkdir()
    return made


@pytest.fixture
def exposed() -> Iterator[None]:
    """Forget afterwards what a test registers."""
    registrations = dict(registry._registrations)
    yield
    registry._registrations.clear()
    registry._registrations.update(registrations)
    registry._entities.clear()
