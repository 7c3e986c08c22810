"""What a test registers, forgotten when it ends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from entities import registry


@pytest.fixture
def exposed() -> Iterator[None]:
    """Forget afterwards what a test registers."""
    registrations = dict(registry._registrations)
    yield
    registry._registrations.clear()
    registry._registrations.update(registrations)
    registry._entities.clear()
