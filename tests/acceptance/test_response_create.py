"""``response.create``: an entry under a name that may be computed, held to the rules of directives."""

from __future__ import annotations

import base64

import pytest

from tests.acceptance.conftest import failure
from tests.acceptance.notation import entries, runner

ANY = "  - {Type: response.create, Method: EXECUTE, Reference: made, Attributes: {response_type: ~any, %s}}\n"


@pytest.fixture
def run(define, post):
    return runner(define, post)


def test_attributes_are_echoed_under_the_name(run):
    """As they are, with their types; the name itself is not among them, and the reference holds them."""
    outcomes = (
        ANY % "n: ~n, list: [1, ~flag], none: null" + "  - {Type: said, Method: ACTIONRESPONSE, Attributes: ~made}\n"
    )
    outcomes = outcomes.replace("Attributes: ~made", 'Attributes: {v: "~made"}')
    made = {"n": 3, "list": [1, True], "none": None}
    answer = run(outcomes, {"any": "greeting", "n": 3, "flag": True})
    assert answer.json()[0] == {"ResponseType": "greeting", "Attributes": made}
    assert entries(answer)[1] == ("said", {"v": made})


@pytest.mark.parametrize(
    ("name", "attributes", "message"),
    [
        ("client.notfy", "message: x", "Unknown directive 'client.notfy'."),
        ("CLIENT.notify", "message: x", "Unknown directive 'CLIENT.notify'."),
        ("client.notify", "type: info", "'message' of 'client.notify' is missing."),
        (
            "client.notify",
            "type: loud, message: x",
            "'type' of 'client.notify' is one of success, error, warning, info.",
        ),
        ("client.redirect", "location: //evil.example", "The redirect leaves this site."),
        ("client.header.set", "Set-Cookie: a=b", "The header 'Set-Cookie' may not be set."),
        ("render", "content: '%', mime_type: text/plain", "'content' of 'render' is not base64."),
        ("", "a: 1", "'response_type' is a text of 1 to 200 characters."),
        (5, "a: 1", "'response_type' is a text of 1 to 200 characters."),
        ("x" * 201, "a: 1", "'response_type' is a text of 1 to 200 characters."),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_computed_directive_keeps_the_rules(run, name, attributes, message):
    """What cannot be checked at load is refused when it is made, and nothing is answered."""
    response = run(ANY.replace("%s", attributes), {"any": name})
    assert (response.status_code, failure(response)["message"]) == (422, message)


@pytest.mark.parametrize("name", ["x" * 200, "client", "jwt.token", "todo"], ids=lambda name: name[:10])
def test_any_other_name_is_data(run, name):
    """Also those of entities and operations."""
    assert entries(run(ANY % "a: 1", {"any": name})) == [(name, {"a": 1})]


def test_a_window_may_be_null(run):
    """An attribute that a directive can do without may be computed as nothing."""
    found = entries(run(ANY % "location: /home, window: ~text", {"any": "client.redirect", "text": None}))
    assert found == [("client.redirect", {"location": "/home", "window": None})]


def test_a_page_ends_the_run(run):
    """``render`` is the whole answer, as with ACTIONRESPONSE."""
    page = base64.b64encode(b"<h1>Hello</h1>").decode()
    outcomes = ANY % f"content: '{page}', mime_type: text/html" + "  - Fail: {Status: 409, Message: No.}\n"
    response = run(outcomes, {"any": "render"})
    assert (response.status_code, response.content) == (200, b"<h1>Hello</h1>")
