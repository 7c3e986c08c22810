"""Handshakes: answered where everything is as required, and nothing else is said."""

from __future__ import annotations

from typing import Any

import pytest

from actions.models import Delivery, RefusedRequest
from actions.secrets.changing import Content, remove_secret, set_secret
from tests.actions.webhooks.conftest import PATH, Define, Sender, sign

META = (
    "Challenge: {Method: GET, Param: hub.challenge, Require: {hub.mode: subscribe, hub.verify_token: {Secret: token}}}"
)
SLACK = "Challenge: {Method: POST, Field: challenge, Answer: json, Require: {type: url_verification}}"
GRAPH = "Challenge: {Method: POST, Param: validationToken}"


@pytest.fixture(autouse=True)
def _token() -> None:
    set_secret("token", Content.of_text("let me in"))


def asked(send: Sender, **changed: Any) -> Any:
    """Ask as Meta does."""
    sent = {"hub.mode": "subscribe", "hub.verify_token": "let me in", "hub.challenge": "1158201444"}
    sent |= {name.replace("_", ".", 1): value for name, value in changed.items()}
    return send.client.get(PATH, {name: value for name, value in sent.items() if value is not None})


TWITCH = "Challenge: {Method: POST, Field: a.challenge, Answer: %s, Require: {subscription.status: pending}}"


@pytest.mark.parametrize(
    ("answer", "sent", "status", "content"),
    [
        ("text", {"a": {"challenge": "c"}, "subscription": {"status": "pending"}}, 200, b"c"),
        ("json", {"a": {"challenge": "c"}, "subscription": {"status": "pending"}}, 200, b'{"challenge":"c"}'),
        ("text", {"a.challenge": "c", "subscription.status": "pending"}, 200, b"c"),
        ("text", {"a": {"challenge": "c"}, "subscription": {"status": "enabled"}}, 401, None),
        ("text", {"a": {"challenge": "c"}, "subscription": [{"status": "pending"}]}, 401, None),
        ("text", {"a": "challenge", "subscription": {"status": "pending"}}, 401, None),
        ("text", {"a": {"challenge": {"c": 1}}, "subscription": {"status": "pending"}}, 401, None),
    ],
)
def test_a_name_may_be_a_path(
    define: Define, send: Sender, answer: str, sent: dict[str, Any], status: int, content: bytes | None
) -> None:
    """Of the members of a body, as it is everywhere else."""
    define(webhook=TWITCH % answer)
    found = send.client.post(PATH, sent, content_type="application/json")
    assert found.status_code == status
    if content is not None:
        assert found.content == content


def test_what_may_be_sent_is_said(define: Define, send: Sender) -> None:
    """GET too, where a provider asks with it first."""
    define(webhook=META)
    assert send.client.options(PATH)["Allow"] == send.client.put(PATH)["Allow"] == "GET, OPTIONS, POST"


def test_a_get_is_echoed(define: Define, send: Sender) -> None:
    """As plain text that no browser takes for a page."""
    define(webhook=META)
    answer = asked(send, hub_challenge="<b>1</b>")
    assert (answer.status_code, answer.content) == (200, b"<b>1</b>")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "changed",
    [
        {"hub_verify_token": "let me"},
        {"hub_verify_token": None},
        {"hub_verify_token": "let mé in"},
        {"hub_mode": "unsubscribe"},
        {"hub_mode": None},
        {"hub_challenge": None},
        {"hub_challenge": ""},
        {"hub_challenge": "a\r\nb"},
        {"hub_challenge": "a" * 2049},
    ],
)
def test_a_wrong_one_is_refused_and_counted(define: Define, send: Sender, changed: dict[str, Any]) -> None:
    """The same 401 as for a bad signature."""
    define(webhook=META)
    assert asked(send, **changed).status_code == 401
    assert RefusedRequest.objects.get().cause == "challenge"


def test_a_secret_that_is_gone_is_met_by_nothing(define: Define, send: Sender) -> None:
    """Not by an empty text either."""
    define(webhook=META)
    remove_secret("token")
    for given in ("", "let me in"):
        assert asked(send, hub_verify_token=given).status_code == 401


def test_a_post_with_a_body_is_echoed(define: Define, send: Sender) -> None:
    """An object with the member; other events go their way."""
    define(webhook=SLACK)
    answer = send.client.post(PATH, {"type": "url_verification", "challenge": "3eZ"}, content_type="application/json")
    assert (answer.status_code, answer.json()) == (200, {"challenge": "3eZ"})
    for body in ({"type": "other", "challenge": "3eZ"}, {"type": "url_verification", "challenge": 3}, [], {"a": "b"}):
        assert send.client.post(PATH, body, content_type="application/json").status_code == 401
    assert send(sign()).status_code == 200
    assert Delivery.objects.count() == 1


def test_a_post_with_a_parameter_is_echoed(define: Define, send: Sender) -> None:
    """Without a body."""
    define(webhook=GRAPH)
    assert send.client.post(f"{PATH}?validationToken=a%20b").content == b"a b"
    assert send.client.get(f"{PATH}?validationToken=ab").status_code == 405


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 5000, b'{"type": "url_verification"}' + b" " * 20_000])
def test_a_body_that_is_no_challenge(define: Define, send: Sender, body: bytes) -> None:
    """It is read only where it is small, and never answered 5xx."""
    define(webhook=SLACK)
    assert send.client.post(PATH, body, content_type="application/json").status_code == 401


def test_a_query_of_a_thousand_parameters(define: Define, send: Sender) -> None:
    """It is refused like any other that is not right."""
    define(webhook=META)
    assert send.client.get(f"{PATH}?{'&'.join(f'a{number}=1' for number in range(1500))}").status_code == 401
