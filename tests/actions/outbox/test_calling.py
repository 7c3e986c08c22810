"""A call and what authenticates it: together they end with the time of the call, within the lease of the outbox."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

import pytest

from actions.operations.network import MOST_TIMEOUT
from actions.outbound import Limits, Request, UpstreamTimeout, fetch
from actions.outbox.calling import ANSWERED, Outgoing, authenticates, exchange
from actions.outbox.rows import LEASE
from tests.upstreams import Behaviour, Upstream, allow, answer, delay, hang

SLOW = delay(0.3, answer(401))


class Renewing:
    """Asks another server for a token, and for another one after a refusal."""

    def complete(self, request: Request, how: Mapping[str, Any]) -> Request:
        """Wait for the token."""
        fetch(Request("GET", how["token"]))
        return request

    def renew(self, request: Request, how: Mapping[str, Any]) -> bool:
        """It is always worth another attempt."""
        return True


authenticates("renewing", Renewing())


@pytest.fixture
def server(settings: Any) -> Iterator[Upstream]:
    """The authorization server and the one that is called."""
    with Upstream() as made:
        allow(settings, made.netloc)
        yield made


@pytest.mark.parametrize(
    ("token", "api"),
    [
        pytest.param([hang()], [answer()], id="no-token"),
        pytest.param([answer(), hang()], [SLOW], id="no-other-token"),
        pytest.param([answer()], [SLOW, hang()], id="no-answer-to-the-second-attempt"),
        pytest.param([delay(0.3)], [SLOW], id="all-of-it-slowly"),
    ],
)
def test_everything_together_ends_with_the_time(server: Upstream, token: list[Behaviour], api: list[Behaviour]) -> None:
    """The token, the call, the token that follows a 401, and the call with that."""
    how = {"by": "renewing", "token": server.at("/token", *token)}
    began = time.monotonic()
    with pytest.raises(UpstreamTimeout, match=r"^The other server did not answer within 0\.6 s\.$"):
        exchange(
            Outgoing(Request("GET", server.at("/api", *api)), Limits(timeout=0.6), authentication=how),
            uuid4(),
            ANSWERED,
        )
    assert time.monotonic() - began < 0.9


def test_an_attempt_ends_before_its_lease() -> None:
    """So that nobody sends what is being sent, as long as the process lives."""
    assert LEASE.total_seconds() / 2 >= MOST_TIMEOUT
