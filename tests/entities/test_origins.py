"""Where a request that a cookie signs in must come from: the whole table."""

from __future__ import annotations

from typing import Any

import pytest
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client

from entities.authentication import issue_token
from entities.examples.models import Todo

HERE = "http://testserver"
TODO = {"data": {"type": "todo", "attributes": {"title": "x"}}}
CSRF = _get_new_csrf_string()
SAME = {"sec-fetch-site": "same-origin"}
TOKEN = {"x-csrftoken": CSRF}


@pytest.fixture(params=["token", "session"])
def browser(request: Any, ada: Any) -> Client:
    """A browser of Ada's that is signed in by one of the two cookies, and has Django's CSRF cookie."""
    made = Client(enforce_csrf_checks=True, raise_request_exception=False)
    if request.param == "session":
        made.force_login(ada.account)
    else:
        made.cookies["token"] = issue_token(ada.account)
    made.cookies["csrftoken"] = CSRF
    return made


def send(browser: Client, headers: dict[str, str], method: str = "post", path: str = "/api/todo") -> Any:
    """Send a new todo with these headers."""
    return getattr(browser, method)(path, TODO, content_type="application/vnd.api+json", headers=headers)


CASES = [
    pytest.param({}, False, id="nothing"),
    pytest.param(SAME, True, id="same-origin"),
    pytest.param({**SAME, "origin": HERE}, True, id="same-origin-and-own"),
    pytest.param({"origin": HERE}, True, id="own"),
    pytest.param({"origin": HERE.upper()}, True, id="own-in-capitals"),
    pytest.param({"sec-fetch-site": "same-site"}, False, id="same-site"),
    pytest.param({"sec-fetch-site": "cross-site"}, False, id="cross-site"),
    pytest.param({"sec-fetch-site": "none"}, False, id="typed-address"),
    pytest.param({"sec-fetch-site": "same-site", "origin": HERE}, False, id="own-but-same-site"),
    pytest.param({"sec-fetch-site": "SAME-ORIGIN "}, False, id="no-browser-writes-it-so"),
    pytest.param({"origin": "https://testserver"}, False, id="other-scheme"),
    pytest.param({"origin": f"{HERE}:81"}, False, id="other-port"),
    pytest.param({"origin": f"{HERE}.evil.example"}, False, id="longer-host"),
    pytest.param({"origin": f"{HERE}@evil.example"}, False, id="own-as-a-name"),
    pytest.param({"origin": f"{HERE}/"}, False, id="own-with-a-path"),
    pytest.param({"origin": "null"}, False, id="null"),
    pytest.param({"origin": ""}, False, id="empty"),
    pytest.param({"origin": "http://["}, False, id="no-address"),
    pytest.param({"origin": "http://evil.example", **SAME}, False, id="foreign-against-same-origin"),
    pytest.param({"origin": "null", **SAME}, False, id="null-against-same-origin"),
    pytest.param({"origin": "http://evil.example", **TOKEN}, False, id="foreign-against-token"),
    pytest.param(TOKEN, True, id="token"),
    pytest.param({**TOKEN, "origin": HERE, "sec-fetch-site": "same-site"}, True, id="token-from-same-site"),
    pytest.param({"x-csrftoken": _get_new_csrf_string()}, False, id="token-of-another"),
    pytest.param({"x-csrftoken": "x"}, False, id="token-malformed"),
    pytest.param({"origin": "https://app.example.org"}, True, id="trusted"),
    pytest.param({"origin": "https://app.example.org", "sec-fetch-site": "cross-site"}, True, id="trusted-elsewhere"),
    pytest.param({"origin": "http://app.example.org"}, False, id="trusted-but-plain"),
    pytest.param({"origin": "https://a.wide.example"}, True, id="trusted-by-domain"),
    pytest.param({"origin": "https://a.wide.example.evil.example"}, False, id="not-of-the-domain"),
    pytest.param({"origin": "https://evilwide.example"}, False, id="only-ends-like-it"),
]


@pytest.mark.parametrize(("headers", "passes"), CASES)
def test_a_cookie_needs_proof_of_its_origin(
    browser: Client, settings: Any, headers: dict[str, str], passes: bool
) -> None:
    """Only what no foreign page can send lets an unsafe request pass; a foreign origin is refused whatever else."""
    settings.CSRF_TRUSTED_ORIGINS = ["https://app.example.org", "https://*.wide.example"]
    answer = send(browser, headers)
    assert answer.status_code == (201 if passes else 403)
    assert Todo.objects.count() == passes
    if not passes:
        (error,) = answer.json()["errors"]
        assert (error["code"], bool(error["meta"]["hint"])) == ("ENT108", True)


@pytest.mark.parametrize("method", ["put", "patch", "delete", "post"])
def test_every_unsafe_method_needs_it(browser: Client, method: str) -> None:
    """Also one that the resource does not have."""
    assert send(browser, {}, method, "/api/todo/0").status_code == 403


@pytest.mark.parametrize("method", ["get", "head", "options"])
@pytest.mark.parametrize("origin", [HERE, "http://evil.example", "null"])
def test_a_safe_method_needs_none(browser: Client, method: str, origin: str) -> None:
    """Reading changes nothing, and another site cannot see the answer."""
    assert getattr(browser, method)("/api/todo", headers={"origin": origin}).status_code in (200, 204)


@pytest.mark.parametrize("cookies", [{}, {"token": "null"}, {"token": "a.b.c"}, {"sessionid": "x" * 32}])
def test_who_is_not_signed_in_needs_none(db: None, cookies: dict[str, str]) -> None:
    """A cookie that signs nobody in gives a page of another site nothing: the request is a guest's."""
    client = Client(enforce_csrf_checks=True)
    for name, value in cookies.items():
        client.cookies[name] = value
    assert send(client, {"origin": "http://evil.example"}).status_code == 401


def test_who_sends_a_bearer_header_needs_none(browser: Client, ada: Any) -> None:
    """No page of another site can make a browser send the header."""
    answer = send(browser, {"origin": "http://evil.example", "authorization": f"Bearer {issue_token(ada.account)}"})
    assert answer.status_code == 201


def test_a_form_that_cannot_be_read_holds_no_proof(browser: Client) -> None:
    """The proof may stand in a form; one that is broken is the client's mistake, not ours."""
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x"):
        answer = browser.post("/api/todo", b"--x\r\nbroken", content_type=kind)
        assert answer.status_code in (400, 403)
        assert answer.json()["errors"][0]["code"] in ("ENT104", "ENT108")


def test_a_form_with_the_token_passes_the_check(browser: Client) -> None:
    """The field of Django's forms counts: what is refused then is the type of the body."""
    answer = browser.post("/api/todo", {"csrfmiddlewaretoken": CSRF, "title": "x"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (415, "ENT114")
    answer = browser.post("/api/todo", {"title": "x"})
    assert answer.status_code == 403
