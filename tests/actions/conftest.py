"""What tests of definitions share: short documents, and nothing remembered of the test before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from actions import catalog, secrets
from actions.integrations import store, tokens
from tests.registrations import exposed  # noqa: F401 - a fixture


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
