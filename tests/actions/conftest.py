"""What tests of definitions share: short documents, and a catalog that remembers nothing of the test before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from actions import catalog


@pytest.fixture(autouse=True)
def _forgetful_catalog() -> Iterator[None]:
    """The rows of a test vanish with it; the process lives on."""
    catalog.forget()
    yield
    catalog.forget()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder for documents."""
    made = tmp_path / "definitions"
    made.mkdir()
    return made
