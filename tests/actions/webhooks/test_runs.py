"""A receiver leaves a run for every event that it processes, as any other action does."""

from __future__ import annotations

from actions.models import Run
from tests.actions.webhooks.conftest import Define, Sender, sign


def test_an_event_that_comes_twice_is_one_run(define: Define, send: Sender) -> None:
    """The row is committed with the effect; a second delivery begins nothing."""
    define()
    for _ in range(2):
        assert send(sign()).status_code == 200
    run = Run.objects.get()
    assert (run.state, run.actor_kind, run.name) == ("succeeded", "system", "paid")
