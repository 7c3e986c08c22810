"""What authenticates a request: added when it leaves, in the place that the document says, whatever arguments say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from actions.errors import ActionError, SecretMissing, SecretUnusable
from actions.importing import configure, remove
from actions.integrations import store
from actions.integrations.errors import AuthenticationMissing, IntegrationUnavailable
from actions.integrations.sending import ByIntegration, by_integration
from actions.outbound import Request
from tests.integrations import authenticate, import_shop, keep
from tests.upstreams import Upstream, allow, answer, computed

pytestmark = pytest.mark.django_db
AUTHENTICATOR = ByIntegration()
SENT = Request("GET", "https://shop.example.org/v1/x?a=1", (("X-Key", "mine"), ("Cookie", "a=b; session=mine")))


@pytest.fixture(autouse=True)
def _imported() -> None:
    """The shop, and a secret."""
    import_shop()
    keep("one", "s:e c/ü")


def how(operation: str) -> dict[str, Any]:
    """Return how a call of the operation is authenticated."""
    known = store.find("shop")
    assert known is not None
    found = known.find(operation)
    assert found is not None
    needed = known.authenticated(found)
    assert needed is not None
    return by_integration(known, needed)


def test_a_header() -> None:
    """The key takes the place of what an argument gave, and no trace shows the header."""
    keep("one", "key")
    authenticate(key="one")
    done = AUTHENTICATOR.complete(SENT, how("listOrders"))
    assert done.headers == (("Cookie", "a=b; session=mine"), ("X-Key", "key"))
    assert "x-key" in done.secret_headers


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        pytest.param("https://h/x", "https://h/x?api_key=s%3Ae%20c%2F%C3%BC", id="none"),
        pytest.param("https://h/x?a=1#f", "https://h/x?a=1&api_key=s%3Ae%20c%2F%C3%BC", id="others"),
        pytest.param("https://h/x?api%5Fkey=a&b=2&api_key", "https://h/x?b=2&api_key=s%3Ae%20c%2F%C3%BC", id="given"),
    ],
)
def test_a_query(url: str, sent: str) -> None:
    """The key is the only parameter of its name, however an argument spelled it."""
    authenticate(queryKey="one")
    assert AUTHENTICATOR.complete(Request("GET", url), how("whoQuery")).url == sent


def test_a_cookie() -> None:
    """Beside other cookies, in the place of one of its name; what no cookie may hold is encoded."""
    authenticate(cookieKey="one")
    done = AUTHENTICATOR.complete(SENT, how("whoCookie"))
    assert done.headers == (("X-Key", "mine"), ("Cookie", "a=b; session=s:e%20c/%C3%BC"))


@pytest.mark.parametrize(
    ("operation", "scheme", "header"),
    [
        pytest.param("whoPassword", "password", "Basic czplIGMvw7w=", id="basic"),
        pytest.param("whoToken", "token", "Bearer s:e c/ü", id="bearer"),
        pytest.param("whoOauth", "oauth", "Bearer s:e c/ü", id="oauth-with-a-token"),
    ],
)
def test_authorization(operation: str, scheme: str, header: str) -> None:
    """The header that the scheme has."""
    authenticate(**{scheme: "one"})
    assert AUTHENTICATOR.complete(Request("GET", "https://h"), how(operation)).headers == (("Authorization", header),)


def test_nothing_is_needed() -> None:
    """An operation without security is sent as it is."""
    assert how("GET /stock") == {}


@pytest.fixture
def server(settings: Any) -> Iterator[Upstream]:
    """An authorization server: another token each time."""
    numbers = iter(range(1, 1000))
    with Upstream(computed(lambda _: answer(json={"access_token": f"t{next(numbers)}"}))) as made:
        allow(settings, made.netloc)
        yield made


def test_client_credentials(server: Upstream) -> None:
    """A token for the scopes of the operation; after a 401 another one, and other schemes are not tried again."""
    authenticate(oauth={"secret": "one", "client_id": "c", "token_url": f"{server.url}/token"}, token="one")
    asked = how("whoOauth")
    assert asked["schemes"] == [["oauth", ["orders:read"]]]
    sent = Request("GET", "https://h")
    refused = AUTHENTICATOR.complete(sent, asked)
    assert refused.headers == (("Authorization", "Bearer t1"),)
    assert b"scope=orders%3Aread" in (server.requests[0].body or b"")
    assert AUTHENTICATOR.renew(refused, asked)
    assert AUTHENTICATOR.complete(sent, asked).headers == (("Authorization", "Bearer t2"),)
    assert not AUTHENTICATOR.renew(AUTHENTICATOR.complete(sent, how("whoToken")), how("whoToken"))


@pytest.mark.parametrize(
    ("change", "error"),
    [
        pytest.param(lambda: remove("shop"), IntegrationUnavailable, id="gone"),
        pytest.param(
            lambda: configure("shop", enabled=False, server="", authentication={}),
            IntegrationUnavailable,
            id="disabled",
        ),
        pytest.param(lambda: authenticate(token="one"), AuthenticationMissing, id="configured-no-more"),
        pytest.param(lambda: authenticate(key="two"), SecretMissing, id="no-secret"),
    ],
)
def test_what_changed_since(change: Any, error: type[ActionError]) -> None:
    """A call that waited is judged by the integration of the day on which it leaves."""
    authenticate(key="one")
    asked = how("listOrders")
    change()
    with pytest.raises(error):
        AUTHENTICATOR.complete(SENT, asked)


@pytest.mark.parametrize(
    ("operation", "name"), [pytest.param("whoToken", "token", id="bearer"), pytest.param("listOrders", "key", id="key")]
)
def test_a_secret_that_no_header_can_hold_is_the_servers_mistake(operation: str, name: str, caplog: Any) -> None:
    """503; the log names the secret and says what is wrong with it, and nobody is told the value."""
    keep("broken", "fir5t\ns3cond")
    authenticate(**{name: "broken"})
    with pytest.raises(SecretUnusable) as refused:
        AUTHENTICATOR.complete(SENT, how(operation))
    assert "The secret 'broken' cannot be sent in a header" in caplog.text
    assert "fir5t" not in caplog.text + refused.value.message
