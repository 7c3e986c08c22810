"""Signing in and out over a running server of two processes: headers, cookies, other sites' forms, rotated keys."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import jwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.servers import Home, Server, new_home

PASSWORD = "correct-horse-battery"
ADMINISTRATOR = "admin@example.org"
KEY = "a key of some sixty characters which nobody would ever guess"
WRITE = """
Name: write
OnType: todo
InstanceOptional: true
Permission: {guest: [execute]}
InFields: [{Name: title, ColumnType: label}]
OutFields:
  - {Type: todo, Method: POST, Reference: todo, Attributes: {title: "~title"}}
  - Type: client.notify
    Method: ACTIONRESPONSE
    Attributes: {type: success, message: "!user ? user.email : 'guest'"}
"""
RENEW = """
Name: renew
OnType: user_account
InstanceOptional: false
InFields: [{Name: password, ColumnType: password}]
OutFields:
  - {Type: user_account, Method: PATCH, Attributes: {reference_id: "$.reference_id", password: "~password"}}
"""
JSON_API = {"content-type": "application/vnd.api+json"}
TODO = {"data": {"type": "todo", "attributes": {"title": "x"}}}
SAME = {"sec-fetch-site": "same-origin"}
EVIL = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
INVALID_TOKEN = 'Bearer error="invalid_token"'
DROPPED = "token=; Max-Age=0; Path=/"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """An installation with two actions of our own and a known administrator."""
    folder = tmp_path_factory.mktemp("tokens")
    for name, text in {"write": WRITE, "renew": RENEW}.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    with new_home(folder) as home:
        yield home.with_settings(ACTIONS_PATH=str(folder), ADMIN_PASSWORD=PASSWORD, SECRET_KEY=KEY)


@pytest.fixture(scope="module")
def site(place: Home) -> Iterator[Server]:
    """It runs, in two processes."""
    with place.start("--workers", "2") as server:
        yield server


@pytest.fixture
def sign_up(site: Server) -> Callable[[], str]:
    """Make a new account and return its e-mail."""

    def make() -> str:
        email = f"u{time.monotonic_ns()}@example.org"
        values = {"name": "Ada", "email": email, "password": PASSWORD, "passwordConfirm": PASSWORD}
        assert site.post("/action/user_account/signup", json=values).status_code == 200
        return email

    return make


def sign_in(site: Server, email: str, password: str = PASSWORD) -> httpx.Response:
    """Send e-mail and password."""
    return site.post("/action/user_account/signin", json={"email": email, "password": password})


def token_of(site: Server, email: str, password: str = PASSWORD) -> str:
    """Sign in and return the token."""
    token: str = sign_in(site, email, password).json()[0]["Attributes"]["value"]
    return token


def bearer(token: str) -> dict[str, str]:
    """Return the header that carries a token."""
    return {"authorization": f"Bearer {token}"}


def write(site: Server, headers: dict[str, str], **options: Any) -> httpx.Response:
    """Execute an action that guests may execute."""
    return site.post("/action/todo/write", headers=headers, **(options or {"json": {"title": "x"}}))


def said(answer: httpx.Response) -> str:
    """Return what the last entry of an answer tells."""
    message: str = answer.json()[-1]["Attributes"]["message"]
    return message


def outlined(answer: httpx.Response) -> tuple[int, str | None, str | None]:
    """Return what matters of a refused token: status, challenge, and what becomes of the cookie."""
    return answer.status_code, answer.headers.get("WWW-Authenticate"), answer.headers.get("Set-Cookie")


@pytest.fixture
def admin_session(site: Server) -> Iterator[httpx.Client]:
    """A browser in which the administrator is signed in to the admin."""
    with site.client(follow_redirects=True) as client:
        page = client.get("/admin/login/?next=/healthz")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
        assert token is not None
        values = {"username": ADMINISTRATOR, "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
        client.post("/admin/login/?next=/healthz", data=values)
        assert "sessionid" in client.cookies
        yield client


def test_sign_in_answers_as_the_original_does(site: Server, sign_up: Callable[[], str]) -> None:
    """Store, cookie, notify, redirect: the same keys in the same order, and nothing else."""
    answer = sign_in(site, sign_up())
    token = answer.json()[0]["Attributes"]["value"]
    assert answer.text == (
        f'[{{"ResponseType":"client.store.set","Attributes":{{"key":"token","value":"{token}"}}}},'
        f'{{"ResponseType":"client.cookie.set","Attributes":{{"key":"token","value":"{token}; SameSite=Strict"}}}},'
        '{"ResponseType":"client.notify","Attributes":'
        '{"message":"Logged in","title":"Success","type":"success"}},'
        '{"ResponseType":"client.redirect","Attributes":{"delay":2000,"location":"/","window":"self"}}]'
    )


def test_a_browser_that_follows_the_answer_is_signed_in(site: Server, sign_up: Callable[[], str]) -> None:
    """The cookie, as ``document.cookie = "token=...; SameSite=Strict;"`` sets it, signs the requests that follow."""
    email = sign_up()
    cookie = sign_in(site, email).json()[1]["Attributes"]
    sent = f"{cookie['key']}={cookie['value'].partition(';')[0]}"
    assert said(write(site, {"cookie": sent, **SAME})) == email
    with site.client() as client:
        assert (
            client.get("/api/user_account/mine", headers={"cookie": sent}).json()["data"]["attributes"]["email"]
            == email
        )


@pytest.mark.measures
def test_every_refused_sign_in_is_one_answer_in_one_time(site: Server, place: Home, sign_up: Callable[[], str]) -> None:
    """Wrong password, unknown and inactive account: byte for byte the same, and no reason takes half as long again."""
    wrong, inactive = sign_up(), sign_up()
    code = f"UserAccount.objects.filter(email='{inactive}').update(is_active=False)"
    shell(place, code)
    reasons = {wrong: "wrong-horse-battery", "nobody@example.org": PASSWORD, inactive: PASSWORD}
    answers: dict[str, set[tuple[int, bytes]]] = {email: set() for email in reasons}
    taken: dict[str, list[float]] = {email: [] for email in reasons}
    with site.client() as client:
        for _ in range(7):
            for email, password in reasons.items():
                began = time.perf_counter()
                answer = client.post("/action/user_account/signin", json={"email": email, "password": password})
                taken[email].append(time.perf_counter() - began)
                answers[email].add((answer.status_code, answer.content))
    assert len(set.union(*answers.values())) == 1
    assert answers[wrong].pop()[0] == 401
    medians = [statistics.median(times) for times in taken.values()]
    quickest = [min(times) for times in taken.values()]
    assert min(max(medians) / min(medians), max(quickest) / min(quickest)) < 1.5, taken


def shell(place: Home, code: str) -> str:
    """Run a line of Python inside the installation, beside the server."""
    done = place.run("shell", "--no-imports", "-c", f"from entities.models import UserAccount; {code}")
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "ending",
    [
        pytest.param("by-action", id="password-by-an-action"),
        pytest.param("a.set_password('x'); a.save()", id="password"),
        pytest.param("a.end_sessions()", id="signed-out-everywhere"),
        pytest.param("UserAccount.objects.filter(pk=a.pk).update(is_active=False)", id="deactivated"),
        pytest.param("a.delete()", id="deleted"),
    ],
)
def test_what_ends_tokens_ends_them_everywhere_at_once(
    site: Server, place: Home, sign_up: Callable[[], str], ending: str
) -> None:
    """The next request is refused, by every process, in each edge's shape; the cookie is dropped. Others go on."""
    email, other = sign_up(), token_of(site, sign_up())
    token, second = token_of(site, email), token_of(site, email)
    if ending == "by-action":
        account = jwt.decode(token, options={"verify_signature": False})["sub"]
        renewed = site.post(
            f"/action/user_account/{account}/renew", json={"password": "another-horse"}, headers=bearer(second)
        )
        assert renewed.status_code == 200, renewed.text
    else:
        shell(place, f"a = UserAccount.objects.get(email='{email}'); {ending}")
    for _ in range(6):  # each on a connection of its own, so that both processes are asked
        assert outlined(write(site, bearer(token))) == (401, INVALID_TOKEN, None)
    with site.client() as client:
        for path in ("/api/todo", "/action/todo/write", "/openapi.json", "/docs"):
            assert outlined(client.get(path, headers=bearer(second))) == (401, INVALID_TOKEN, None)
            assert outlined(client.get(path, headers={"cookie": f"token={token}"})) == (401, INVALID_TOKEN, DROPPED)
    (entry,) = write(site, bearer(token)).json()
    assert entry["Attributes"]["code"] == "token_revoked"
    assert write(site, bearer(other)).status_code == 200


def test_a_browser_whose_cookie_was_dropped_signs_in_again(
    site: Server, place: Home, sign_up: Callable[[], str]
) -> None:
    """One refusal, and the same browser is a guest and may sign in."""
    email = sign_up()
    with site.client(headers=SAME) as client:
        client.cookies.set("token", token_of(site, email), domain="127.0.0.1", path="/")
        assert client.post("/action/todo/write", json={"title": "x"}).status_code == 200
        shell(place, f"UserAccount.objects.get(email='{email}').end_sessions()")
        values = {"email": email, "password": PASSWORD}
        assert client.post("/action/user_account/signin", json=values).status_code == 401
        assert "token" not in client.cookies
        assert client.post("/action/user_account/signin", json=values).status_code == 200


@pytest.mark.parametrize(
    "body", [{"data": {"title": "x"}}, {"files": {"title": (None, "x")}}, {"json": {"title": "x"}}]
)
@pytest.mark.parametrize(
    "origin", [EVIL, {"origin": "null"}, {"sec-fetch-site": "cross-site"}, {"origin": "http://127.0.0.1"}, {}]
)
def test_another_sites_form_does_nothing_with_our_cookies(
    site: Server, admin_session: httpx.Client, sign_up: Callable[[], str], body: Any, origin: dict[str, str]
) -> None:
    """S35: 403 for the token's cookie and for the admin's session, also for what a guest may do; nothing is written."""
    email = sign_up()
    with site.client(cookies={"token": token_of(site, email)}) as browser:
        for client in (browser, admin_session):
            before = count(client)
            answer = client.post("/action/todo/write", headers=origin, **body)
            assert (answer.status_code, answer.json()[0]["Attributes"]["code"]) == (403, "forbidden")
            assert client.post("/api/todo", headers={**JSON_API, **origin}, json=TODO).status_code == 403
            assert count(client) == before
            assert client.post("/action/todo/write", headers=SAME, **body).status_code == 200
            assert client.post("/api/todo", headers={**JSON_API, "origin": site.url}, json=TODO).status_code == 201
            assert count(client) == before + 2


def count(client: httpx.Client) -> int:
    """Return how many todos whoever is signed in may read."""
    answer = client.get("/api/todo")
    assert answer.status_code == 200
    total: int = answer.json()["meta"]["total"]
    return total


def test_the_header_needs_no_proof_and_ignores_cookies(
    site: Server, admin_session: httpx.Client, sign_up: Callable[[], str]
) -> None:
    """S35: a token in the header works from anywhere without a CSRF token; it alone says who asks."""
    email = sign_up()
    token, other = token_of(site, email), token_of(site, sign_up())
    cookies = {"cookie": f"token={other}; sessionid={admin_session.cookies['sessionid']}"}
    for origin in ({}, EVIL, {"origin": "null"}):
        assert said(write(site, {**bearer(token), **cookies, **origin})) == email
        assert said(write(site, {**bearer("null"), **cookies, **origin})) == "guest"
        answer = site.post("/api/todo", headers={**bearer(token), **cookies, **origin, **JSON_API}, json=TODO)
        assert answer.status_code == 201
    assert said(write(site, {"authorization": "Basic eDp5", "cookie": f"token={token}", **SAME})) == email


def test_a_guest_of_another_site_is_a_guest(site: Server) -> None:
    """Without a cookie that signs in there is nothing to protect: webhooks and foreign forms may do what guests may."""
    for headers in (EVIL, {"origin": "null"}, {**EVIL, "cookie": "token=a.b.c; sessionid=nothing"}):
        assert said(write(site, headers, data={"title": "x"})) == "guest"


def test_djangos_own_proof_counts(admin_session: httpx.Client) -> None:
    """A page that has Django's CSRF token may send it in its header or in its form, and needs no newer browser."""
    token = admin_session.cookies["csrftoken"]
    sent = admin_session.post("/action/todo/write", json={"title": "x"}, headers={"x-csrftoken": token})
    assert said(sent) == ADMINISTRATOR
    wrong = admin_session.post("/action/todo/write", json={"title": "x"}, headers={"x-csrftoken": "x" * 32})
    assert wrong.status_code == 403
    foreign = {"x-csrftoken": token, "origin": "https://evil.example"}
    assert admin_session.post("/action/todo/write", json={"title": "x"}, headers=foreign).status_code == 403


def test_signing_out_everywhere_ends_the_admins_session(place: Home, admin_session: httpx.Client) -> None:
    """The session of the admin is one of those that end."""
    assert admin_session.get("/api/user_account").status_code == 200
    shell(place, f"UserAccount.objects.get(email='{ADMINISTRATOR}').end_sessions()")
    assert admin_session.get("/api/user_account").status_code == 401
    assert admin_session.get("/admin/").url.path == "/admin/login/"


def test_a_key_is_rotated_without_signing_anybody_out(place: Home, site: Server, sign_up: Callable[[], str]) -> None:
    """With the old key as a fallback its tokens go on; without it they are nobody's, and the new one's are good."""
    email = sign_up()
    old = token_of(site, email)
    rotated = place.with_settings(SECRET_KEY=KEY[::-1], SECRET_KEY_FALLBACKS=f"{KEY.upper()}, {KEY}")
    with rotated.start("--workers", "1") as server:
        new = token_of(server, email)
        assert said(write(server, bearer(old))) == said(write(server, bearer(new))) == email
        assert said(write(site, bearer(new))) == "guest"  # a process that does not know the new key
    with place.with_settings(SECRET_KEY=KEY[::-1]).start("--workers", "1") as server:
        assert said(write(server, bearer(old))) == "guest"
        assert said(write(server, bearer(new))) == email


HOSTILE = st.one_of(
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=80),
    st.from_regex(r"\A[A-Za-z0-9_-]{0,60}\.[A-Za-z0-9_-]{0,60}\.[A-Za-z0-9_-]{0,60}\Z"),
    st.sampled_from(
        ["null", "undefined", "eyJhbGciOiJub25lIn0.e30.", "W1tb" * 900, "a" * 5000, '"\\000"', "%00", "=;="]
    ),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=HOSTILE)
def test_a_malformed_token_is_a_guest_and_never_a_fault(hammer: httpx.Client, text: str) -> None:
    """Whatever stands in the header or the cookies, the request is a guest's, and the server answers it."""
    value = text.encode("latin-1").strip()
    for headers in ([(b"authorization", (b"Bearer " + value).strip())], [(b"cookie", b"token=" + value)]):
        answer = hammer.post("/action/todo/write", json={"title": "x"}, headers=headers)
        assert (answer.status_code, said(answer)) == (200, "guest")
        assert hammer.get("/api/todo", headers=headers).status_code == 401
    cookies = [(b"cookie", b"sessionid=" + value + b"; csrftoken=" + value)]
    assert hammer.get("/api/todo", headers=cookies).status_code == 401


@pytest.fixture(scope="module")
def hammer(site: Server) -> Iterator[httpx.Client]:
    """One client for many requests."""
    with site.client() as client:
        yield client
