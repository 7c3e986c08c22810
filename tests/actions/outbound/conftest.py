"""Names that lead where a test wants."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Names = Callable[..., list[str]]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """Let a name lead to addresses: ``names("a.example.org", "127.0.0.1", ...)``; return the list of look-ups.

    Several lists are the answers of one look-up after the other.
    """
    known: dict[str, list[list[str]]] = {}
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        answers = known[host]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def lead(name: str, *answers: list[str]) -> list[str]:
        known[name] = list(answers)
        return asked

    monkeypatch.setattr("actions.outbound.resolving.resolve", resolve)
    return lead
