"""Access tokens: fetched once, renewed in time, never shown."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest

from actions.errors import SecretMissing
from actions.integrations.errors import TokenRefused
from actions.integrations.tokens import FRESH_SECONDS, MARGIN_SECONDS, UNSAID_SECONDS, Client, Tokens
from actions.outbound import OutboundBlocked, UpstreamFailed, UpstreamTimeout, ending_in
from actions.secrets import SecretText
from tests.integrations import keep
from tests.upstreams import Upstream, allow, answer, computed, delay, waits_for

pytestmark = pytest.mark.django_db


class Clock:
    """A clock that a test moves."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The clock of the tokens."""
    return Clock()


@pytest.fixture
def tokens(clock: Clock) -> Tokens:
    """No token yet."""
    return Tokens(clock)


@pytest.fixture
def server(settings: Any) -> Iterator[Upstream]:
    """An authorization server: another token each time."""
    numbers = iter(range(1, 1000))
    with Upstream(computed(lambda _: answer(json={"access_token": f"t{next(numbers)}", "expires_in": 3600}))) as made:
        allow(settings, made.netloc)
        keep("client", "s+ec ret/ü")
        yield made


def client(server: Upstream, **changed: Any) -> Client:
    """Return who asks for tokens."""
    return Client(**{
        "integration": "shop", "url": f"{server.url}/token", "id": "c:1", "secret": "client", "scopes": (), **changed
    })  # fmt: skip


def test_a_token_is_fetched_once(tokens: Tokens, server: Upstream, clock: Clock) -> None:
    """Until shortly before it ends, and then another one."""
    asked = client(server)
    assert [tokens.get(asked), tokens.get(asked)] == ["t1", "t1"]
    clock.now += 3600 - MARGIN_SECONDS - 1
    assert tokens.get(asked) == "t1"
    clock.now += 1
    assert tokens.get(asked) == "t2"
    assert len(server.requests) == 2


def test_each_client_has_its_own(tokens: Tokens, server: Upstream) -> None:
    """Other scopes, another secret, another integration: another token."""
    asked = [client(server), client(server, scopes=("a",)), client(server, integration="other")]
    assert [tokens.get(one) for one in asked] == ["t1", "t2", "t3"]


def test_what_is_sent_in_a_header(tokens: Tokens, server: Upstream) -> None:
    """RFC 6749, 2.3.1: id and secret are encoded as forms are, then as basic."""
    tokens.get(client(server, scopes=("a", "b")))
    (request,) = server.requests
    assert parse_qs(request.body.decode()) == {"grant_type": ["client_credentials"], "scope": ["a b"]}
    kind, _, sent = request.header["authorization"].partition(" ")
    assert (kind, base64.b64decode(sent)) == ("Basic", b"c%3A1:s%2Bec+ret%2F%C3%BC")


def test_what_is_sent_in_the_body(tokens: Tokens, server: Upstream) -> None:
    """For servers that read no header."""
    tokens.get(client(server, send="body"))
    (request,) = server.requests
    assert "authorization" not in request.header
    assert parse_qs(request.body.decode()) == {
        "grant_type": ["client_credentials"], "client_id": ["c:1"], "client_secret": ["s+ec ret/ü"]
    }  # fmt: skip


def test_what_a_server_wants_to_be_told_besides(tokens: Tokens, server: Upstream) -> None:
    """An audience, or a grant type of its own; other ones are for another token."""
    more = (("audience", "https://a.example/"), ("grant_type", "account_credentials"))
    assert tokens.get(client(server, parameters=more)) != tokens.get(client(server))
    assert parse_qs(server.requests[0].body.decode()) == {
        "grant_type": ["account_credentials"], "audience": ["https://a.example/"]
    }  # fmt: skip


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        pytest.param(100, 70, id="number"),
        pytest.param("100", 70, id="text"),
        pytest.param(10, 5, id="short"),
        pytest.param(None, UNSAID_SECONDS - MARGIN_SECONDS, id="unsaid"),
        pytest.param(-5, UNSAID_SECONDS - MARGIN_SECONDS, id="negative"),
        pytest.param(True, UNSAID_SECONDS - MARGIN_SECONDS, id="true"),
    ],
)
def test_how_long_a_token_lasts(tokens: Tokens, server: Upstream, clock: Clock, told: Any, seconds: float) -> None:
    """As it is told, less a margin; half of it where that is shorter."""
    server.at("/token", answer(json={"access_token": "t", "expires_in": told}))
    tokens.get(client(server))
    clock.now += seconds - 0.5
    tokens.get(client(server))
    assert len(server.requests) == 1
    clock.now += 1
    tokens.get(client(server))
    assert len(server.requests) == 2


def test_a_refused_token_is_used_no_more(tokens: Tokens, server: Upstream, clock: Clock) -> None:
    """However new it is; one that took its place meanwhile is not meant."""
    asked = client(server)
    tokens.get(asked)
    assert tokens.refuse(asked, "t1")
    assert tokens.get(asked) == "t2"
    assert tokens.refuse(asked, "t1")
    assert tokens.get(asked) == "t2"


def test_who_refuses_every_token_gets_no_third_one_at_once(tokens: Tokens, server: Upstream, clock: Clock) -> None:
    """A service that answers 401 whatever it is sent does not have a token made for each of its answers."""
    asked = client(server)
    tokens.get(asked)
    tokens.refuse(asked, "t1")
    tokens.get(asked)
    assert not tokens.refuse(asked, "t2")
    assert tokens.get(asked) == "t2"
    clock.now += FRESH_SECONDS + 0.1
    assert tokens.refuse(asked, "t2")
    assert tokens.get(asked) == "t3"


def test_one_thread_fetches(tokens: Tokens, server: Upstream, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others wait, and have the same token."""
    monkeypatch.setattr("actions.secrets.active_values", lambda name: (SecretText("s"),))  # without a database
    let = threading.Event()
    server.at("/token", waits_for(let, answer(json={"access_token": "one"})))
    asked, found = client(server), []
    threads = [threading.Thread(target=lambda: found.append(tokens.get(asked))) for _ in range(5)]
    for thread in threads:
        thread.start()
    let.set()
    for thread in threads:
        thread.join(10)
    assert found == ["one"] * 5
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        pytest.param(
            answer(401, json={"error": "CANARY"}), "the authorization server answered with status 401", id="401"
        ),
        pytest.param(answer(200, b"CANARY"), "the authorization server's answer has none", id="no-json"),
        pytest.param(answer(json=["CANARY"]), "the authorization server's answer has none", id="list"),
        pytest.param(answer(json={"access_token": ""}), "the authorization server's answer has none", id="empty"),
        pytest.param(answer(json={"access_token": "a\r\nb"}), "the authorization server's answer has none", id="break"),
        pytest.param(answer(200, b"[" * 100_000), "the authorization server's answer has none", id="deep"),
    ],
)
def test_no_token(tokens: Tokens, server: Upstream, clock: Clock, given: Any, reason: str) -> None:
    """A sentence without a part of the answer; who asks again at once is refused without another request."""
    server.at("/token", given)
    for told in (reason, "it was refused one a moment ago"):
        with pytest.raises(TokenRefused) as caught:
            tokens.get(client(server))
        assert caught.value.message == f"The integration 'shop' got no access token: {told}."
    asked = len(server.requests)
    clock.now += 1.5
    server.at("/token", answer(json={"access_token": "t"}))
    assert tokens.get(client(server)) == "t"
    assert len(server.requests) == asked + 1


def test_a_call_with_little_time_spoils_it_for_nobody(tokens: Tokens, server: Upstream) -> None:
    """It ends with its own time; others, who have more, are not told of a failure."""
    server.at("/token", delay(0.5, answer(json={"access_token": "t"})))
    with ending_in(0.2), pytest.raises(UpstreamTimeout, match=r"^The other server did not answer within 0\.2 s\.$"):
        tokens.get(client(server))
    assert tokens.get(client(server)) == "t"


def test_the_guard_holds_for_token_urls(tokens: Tokens, server: Upstream, settings: Any) -> None:
    """What actions may not call, nobody gets a token from; a server that is down is one."""
    allow(settings, "shop.example.org")
    with pytest.raises(OutboundBlocked):
        tokens.get(client(server))
    allow(settings, "127.0.0.1:9")
    with pytest.raises(UpstreamFailed):
        tokens.get(client(server, url="http://127.0.0.1:9/token"))


def test_a_missing_secret(tokens: Tokens, server: Upstream) -> None:
    """Nothing is sent, and it works as soon as the secret is there."""
    with pytest.raises(SecretMissing):
        tokens.get(client(server, secret="other"))
    keep("other", "x")
    assert tokens.get(client(server, secret="other")) == "t1"


def test_a_token_is_shown_nowhere(tokens: Tokens, server: Upstream) -> None:
    """What is kept is masked wherever it is printed."""
    tokens.get(client(server))
    assert "t1" not in repr(tokens._kept)


def test_what_is_kept_is_bounded(tokens: Tokens, server: Upstream, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond it all are fetched anew, rather than that the memory grows."""
    monkeypatch.setattr("actions.integrations.tokens.MOST_TOKENS", 2)
    asked = [client(server, scopes=(str(number),)) for number in range(3)]
    assert [tokens.get(one) for one in (asked[0], asked[1], asked[0])] == ["t1", "t2", "t1"]
    assert tokens.get(asked[2]) == "t3"
    assert len(tokens._kept) == 1
