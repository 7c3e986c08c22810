"""What may be configured for the schemes of a document, and which of them a call uses."""

from __future__ import annotations

from typing import Any

import pytest

from actions.integrations.authentication import check_authentication, secrets_named
from actions.integrations.documents import SecurityScheme
from actions.integrations.known import known_service, schemes_as_data, schemes_from_data
from tests.integrations import shop

SCHEMES = {
    "key": SecurityScheme("apiKey", "header", "X-Key"),
    "password": SecurityScheme("basic"),
    "oauth": SecurityScheme("oauth2", token_url="https://a.example/token", scopes=("read",)),
    "code": SecurityScheme("oauth2"),
    "oidc": SecurityScheme("other"),
}
CLIENT = {"secret": "s", "client_id": "c"}


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"key": {"secret": "stripe.key-1_x"}}, id="key"),
        pytest.param({"key": {"secret": "a"}, "password": {"secret": "b"}}, id="two"),
        pytest.param({"oauth": CLIENT}, id="client"),
        pytest.param({"oauth": {"secret": "a"}}, id="token"),
        pytest.param({"oidc": {"secret": "a"}}, id="other"),
        pytest.param({"code": {**CLIENT, "token_url": "https://b.example/t"}}, id="own-url"),
        pytest.param({"oauth": {**CLIENT, "scopes": ["a", "b:c"], "send": "body"}}, id="everything"),
        pytest.param({"oauth": {**CLIENT, "scopes": ["a"] * 100}}, id="most-scopes"),
        pytest.param({"oauth": {**CLIENT, "client_id": "c" * 500}}, id="longest-client"),
    ],
)
def test_what_can_be_kept(given: Any) -> None:
    """A secret for each scheme; of OAuth 2 the client's, or a token."""
    assert check_authentication(given, SCHEMES) == []


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        pytest.param([], ["Authentication is a mapping: a scheme, and what is known of it."], id="list"),
        pytest.param({"x": {"secret": "a"}}, ["'x': The document declares no such scheme."], id="scheme"),
        pytest.param({"key": "a"}, ["'key': It is a mapping with the name of a secret."], id="text"),
        pytest.param({"key": {}}, ["'key': 'secret' is the name of a secret."], id="no-secret"),
        pytest.param({"key": {"secret": "a b"}}, ["'key': 'secret' is the name of a secret."], id="no-name"),
        pytest.param({"key": {"secret": "a", "value": "b"}}, ["'key': It has no 'value'."], id="value"),
        pytest.param({"key": {**CLIENT}}, ["'key': It has no 'client_id'."], id="client"),
        pytest.param(
            {"oauth": {**CLIENT, "client_id": ""}},
            ["'oauth': 'client_id' is a text of at most 500 characters."],
            id="no-client",
        ),
        pytest.param(
            {"oauth": {**CLIENT, "client_id": "c" * 501}},
            ["'oauth': 'client_id' is a text of at most 500 characters."],
            id="long-client",
        ),
        pytest.param({"oauth": {"secret": "a", "send": "body"}}, ["'oauth': 'send' is for a 'client_id'."], id="send"),
        pytest.param(
            {"code": CLIENT}, ["'code': 'token_url' is an http or https address; the document has none."], id="no-url"
        ),
        pytest.param(
            {"oauth": {**CLIENT, "token_url": "file:///etc/passwd"}},
            ["'oauth': 'token_url' is an http or https address without a user."],
            id="file",
        ),
        pytest.param(
            {"oauth": {**CLIENT, "token_url": "https://ann:canary@a.example/t"}},
            ["'oauth': 'token_url' is an http or https address without a user."],
            id="password-in-url",
        ),
        pytest.param(
            {"oauth": {**CLIENT, "token_url": "http://["}},
            ["'oauth': 'token_url' is an http or https address without a user."],
            id="half-an-address",
        ),
        pytest.param({"oauth": {**CLIENT, "send": "query"}}, ["'oauth': 'send' is one of basic, body."], id="where"),
        pytest.param(
            {"oauth": {**CLIENT, "scopes": "a b"}},
            ["'oauth': 'scopes' is a list of texts without spaces."],
            id="scopes",
        ),
        pytest.param(
            {"oauth": {**CLIENT, "scopes": ["a"] * 101}},
            ["'oauth': 'scopes' is a list of texts without spaces."],
            id="too-many-scopes",
        ),
        pytest.param({str(n): {} for n in range(21)}, ["At most 20 schemes are configured."], id="too-many"),
    ],
)
def test_what_cannot(given: Any, wrong: list[str]) -> None:
    """Each sentence names its scheme; a value is never among them."""
    assert check_authentication(given, SCHEMES) == wrong


def test_the_secrets_of_a_configuration() -> None:
    """Each name once, in order."""
    assert secrets_named({"a": {"secret": "y"}, "b": {"secret": "x"}, "c": {"secret": "y"}}) == ["x", "y"]


def test_schemes_are_data_and_come_back() -> None:
    """What is stored is read as it was."""
    assert schemes_from_data(schemes_as_data(SCHEMES)) == SCHEMES


@pytest.mark.parametrize(
    ("operation", "configured", "chosen"),
    [
        pytest.param("listOrders", ["key"], (("key", ()),), id="the-document's"),
        pytest.param("listOrders", [], None, id="not-configured"),
        pytest.param("GET /stock", [], (), id="none-needed"),
        pytest.param("whoOauth", ["oauth"], (("oauth", ("orders:read",)),), id="scopes"),
        pytest.param("whoEither", ["password", "token"], (("token", ()),), id="first-alternative"),
        pytest.param("whoEither", ["password"], (("password", ()),), id="second-alternative"),
        pytest.param("whoMaybe", [], (), id="optional"),
        pytest.param("whoMaybe", ["token"], (("token", ()),), id="optional-and-configured"),
    ],
)
def test_which_schemes_authenticate(operation: str, configured: list[str], chosen: Any) -> None:
    """The first alternative of the document that is configured, and none where none is needed."""
    known = known_service("shop", shop(), authentication={name: {"secret": "x"} for name in configured})
    found = known.find(operation)
    assert found is not None
    assert known.authenticated(found) == chosen


def test_what_authenticates_is_no_argument() -> None:
    """The parameter of an API key is nobody's to give."""
    known = known_service("shop", shop())
    found = known.find("whoQuery")
    assert found is not None
    assert found.parameters == ()
    assert [one.name for one in shop().operations["whoQuery"].parameters] == ["api_key"]
