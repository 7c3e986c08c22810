"""Too many attempts, over a running server with two processes: told when to come again, whoever they say they are."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions.invocations import Attributes, Invocation
from actions.invoke import invoke
from actions.models import RateCounter
from actions.rates import Rate
from entities.actors import GUEST
from entities.examples.models import Todo
from tests.acceptance.conftest import Poster, failure
from tests.servers import Home, Server, new_home

TWENTY = """
  - Name: NAME
    OnType: todo
    Permission: {guest: [execute], user: [execute]}
    RateLimit: 20/minute
    OutFields: [{Type: answer, Method: ACTIONRESPONSE, Attributes: {value: yes}}]
"""
LIMITED = f"""
Actions:
{"".join(TWENTY.replace("NAME", name) for name in ("ask", "say", "beg"))}
  - Name: remind
    OnType: todo
    Permission: {{guest: [execute]}}
    RateLimit: {{PerAddress: none, PerField: {{email: 3/hour}}}}
    InFields: [{{Name: email, ColumnType: email}}, {{Name: work, ColumnType: truefalse, IsNullable: yes}}]
    Conformations: [{{ColumnName: email, Tags: trim}}]
    OutFields:
      - {{Condition: "!work === false", Fail: {{Status: 409, Code: no, Message: No}}}}
      - {{Type: answer, Method: ACTIONRESPONSE, Attributes: {{value: yes}}}}
  - Name: open
    OnType: todo
    Permission: {{guest: [execute]}}
    OutFields: [{{Type: answer, Method: ACTIONRESPONSE, Attributes: {{value: yes}}}}]
"""
ASK, SAY, BEG = "/action/todo/ask", "/action/todo/say", "/action/todo/beg"
REMIND, OPEN = "/action/todo/remind", "/action/todo/open"
COUNTERS = "from actions.models import RateCounter as R; print(R.objects.count())"
SIGNUP = {"name": "Ada", "email": "ada@example.org", "password": "correct horse", "passwordConfirm": "correct horse"}


@contextmanager
def installed(folder: Path) -> Iterator[Home]:
    """Give an installation with limited actions."""
    with new_home(folder) as home:
        (home.folder / "limited.yaml").write_text(LIMITED)
        yield home.with_settings(ACTIONS_PATH=str(home.folder / "limited.yaml"), GUEST_RATE_LIMIT="30/minute")


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[Home]:
    """An installation of one's own."""
    with installed(tmp_path) as home:
        yield home


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Two processes with no proxy in front, for tests of one action each."""
    with installed(tmp_path_factory.mktemp("limited")) as home, home.start("--workers", "2") as running:
        yield running


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Two processes behind a proxy on this machine, whose part the tests play, for addresses of their own."""
    with ExitStack() as stack:
        home = stack.enter_context(installed(tmp_path_factory.mktemp("proxied")))
        yield stack.enter_context(home.with_settings(TRUSTED_PROXIES="127.0.0.1").start("--workers", "2"))


def at_once(server: Server, path: str, sent: list[dict[str, Any]]) -> list[httpx.Response]:
    """Post everything at the same time, from 25 connections."""
    with ThreadPoolExecutor(25) as pool:
        return list(pool.map(lambda options: server.post(path, **options), sent))


def statuses(answers: list[httpx.Response]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


def test_s33_a_hundred_posts_from_one_address(server: Server) -> None:
    """Exactly twenty pass, over both processes; the others are told when to come again."""
    answers = at_once(server, ASK, [{"json": {}}] * 100)
    assert statuses(answers) == {200: 20, 429: 80}
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    (entry,) = refused.json()
    assert entry["Attributes"] == {
        "type": "error",
        "title": "failed",
        "message": "Too many requests.",
        "code": "rate_limited",
        "hint": entry["Attributes"]["hint"],
        "errors": [],
    }
    other = server.post(REMIND, json={"email": "ada@example.org"})
    assert other.status_code == 200, "another action has its own limit"


def test_s33_one_after_the_other(server: Server) -> None:
    """On one connection, each of which one process serves: the twenty-first is refused by whichever process."""
    with server.client() as client:
        found = [client.post(SAY, json={}).status_code for _ in range(25)]
    assert found == [200] * 20 + [429] * 5
    assert server.post(SAY, json={}).status_code == 429


def test_guests_have_a_limit_by_default(server: Server) -> None:
    """An action that says nothing has the setting's."""
    assert statuses(at_once(server, OPEN, [{"json": {}}] * 40)) == {200: 30, 429: 10}


def test_s34_a_forged_hop_behind_a_proxy(proxied: Server) -> None:
    """Only the hop that the trusted proxy added counts, whatever the attacker wrote in front of it."""
    forged = [f"203.0.113.{at}, 198.51.100.9" for at in range(50)]
    answers = at_once(proxied, ASK, [{"json": {}, "headers": {"X-Forwarded-For": hops}} for hops in forged])
    assert statuses(answers) == {200: 20, 429: 30}
    others = {"X-Forwarded-For": "198.51.100.9, 198.51.100.10"}
    assert proxied.post(ASK, json={}, headers=others).status_code == 200, "another caller behind the same proxy"


def test_s34_several_headers_behind_a_proxy(proxied: Server) -> None:
    """A proxy that adds a header of its own after the attacker's is read the same way."""
    sent = [
        {"json": {}, "headers": [("X-Forwarded-For", f"203.0.113.{at}"), ("X-Forwarded-For", "198.51.100.11")]}
        for at in range(30)
    ]
    assert statuses(at_once(proxied, ASK, sent)) == {200: 20, 429: 10}


def test_s34_a_forged_header_without_a_proxy(server: Server) -> None:
    """From a peer that nobody trusts the header means nothing."""
    sent = [{"json": {}, "headers": {"X-Forwarded-For": f"203.0.113.{at}"}} for at in range(30)]
    assert statuses(at_once(server, BEG, sent)) == {200: 20, 429: 10}


def test_a_field_is_counted_from_everywhere(proxied: Server) -> None:
    """By its conformed value, from however many addresses, also where the action fails."""
    spellings = ["ada@example.org", " Ada@Example.org ", "ADA@EXAMPLE.ORG"] * 4
    sent = [
        {"json": {"email": email, "work": at % 2 == 0}, "headers": {"X-Forwarded-For": f"203.0.113.{at}"}}
        for at, email in enumerate(spellings)
    ]
    found = statuses(at_once(proxied, REMIND, sent))
    assert found[429] == 9
    assert found[200] + found[409] == 3
    assert proxied.post(REMIND, json={"email": "bob@example.org"}).status_code == 200


def test_passwords_are_not_guessed_from_many_addresses(proxied: Server) -> None:
    """Ten sign-ins a minute for one e-mail, and then not even the right password, whoever asks from wherever."""
    assert proxied.post("/action/user_account/signup", json=SIGNUP).status_code == 200
    guesses = [
        {
            "json": {"email": "ada@example.org", "password": f"wrong {at}"},
            "headers": {"X-Forwarded-For": f"203.0.113.{at}"},
        }
        for at in range(15)
    ]
    assert statuses(at_once(proxied, "/action/user_account/signin", guesses)) == {401: 10, 429: 5}
    right = {"email": "Ada@example.org", "password": "correct horse"}
    assert proxied.post("/action/user_account/signin", json=right).status_code == 429


def test_counters_outlive_the_server(limited: Home) -> None:
    """A restart gives nobody a new start."""
    with limited.start("--workers", "1") as first:
        assert statuses(at_once(first, ASK, [{"json": {}}] * 30)) == {200: 20, 429: 10}
    with limited.start("--workers", "1") as second:
        assert second.post(ASK, json={}).status_code == 429
    assert json.loads(limited.run("shell", "-v", "0", "-c", COUNTERS).stdout) == 1


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        pytest.param("TRUSTED_PROXIES", "proxy.local", "'proxy.local' is no address and no network.", id="proxies"),
        pytest.param("GUEST_RATE_LIMIT", "often", "'often' is no rate.", id="rate"),
    ],
)
def test_a_wrong_setting_stops_the_start(home: Home, variable: str, value: str, sentence: str) -> None:
    """With a sentence that says what to do, before anything is made."""
    ended = home.with_settings(**{variable: value}).run("up")
    assert ended.returncode != 0
    assert f"{variable}: {sentence}" in ended.stdout + ended.stderr


@pytest.fixture
def once(define: Callable[[str], None], settings: Any) -> None:
    """Serve, in this process, what guests may do twice."""
    settings.ACTIONS = {**settings.ACTIONS, "GUEST_RATE_LIMIT": Rate(2, 60)}
    define(LIMITED)


@pytest.mark.usefixtures("once")
@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"{", id="unreadable"),
        pytest.param(b'{"nonsense": 1}', id="unknown-input"),
        pytest.param(b'{"a": "%s"}' % (b"x" * 1_100_000), id="too-large"),
    ],
)
def test_refused_attempts_count(post: Poster, body: bytes) -> None:
    """A flood of nonsense is refused before it is read."""
    found = [post("todo/open", body).status_code for _ in range(4)]
    assert found[0] in (400, 413, 422)
    assert found == [found[0]] * 2 + [429] * 2


@pytest.mark.usefixtures("once")
def test_a_failed_attempt_counts(post: Poster) -> None:
    """The action's transaction is undone, the counters' are not."""
    sent = {"email": "ada@example.org", "work": False}
    assert [post("todo/remind", sent).status_code for _ in range(5)] == [409] * 3 + [429] * 2


@pytest.mark.usefixtures("once")
def test_as_a_problem(post: Poster) -> None:
    """The same facts for a client that asks for RFC 9457; describing the action is not limited."""
    for _ in range(2):
        post("todo/open")
    refused = post("todo/open", Accept="application/problem+json")
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == refused.json()["hint"].removeprefix("Try again in ").removesuffix(" s.")
    assert refused.json()["code"] == "rate_limited"
    assert post.client.get("/action/todo/open").status_code == 200


ON_INSTANCE = """
Name: finish
OnType: todo
InstanceOptional: no
Permission: {user: [execute]}
RateLimit: {PerField: {note: 2/hour}}
InFields: [{Name: note}]
OutFields: [{Fail: {Status: 409, Code: "no", Message: Not today}}]
"""


def test_values_count_on_an_instance_too(define: Callable[[str], None], post: Poster, account: Any) -> None:
    """Outside of the transaction that locks it; an instance that is not there is told before inputs are."""
    define(ON_INSTANCE)
    todo = Todo.objects.create(title="Tea", user_account=account, permission=127 << 7)
    sent = {"todo_id": str(todo.pk), "note": "x"}
    assert [post("todo/finish", sent, actor=account).status_code for _ in range(3)] == [409, 409, 429]
    missing = {"todo_id": "0198c0de-0000-7000-8000-000000000000"}
    assert post("todo/finish", missing, actor=account).status_code == 404
    assert post("todo/finish", {"todo_id": str(todo.pk)}, actor=account).status_code == 422


NESTED = """
Actions:
  - Name: inner
    OnType: todo
    RateLimit: {PerAddress: 1/day, PerField: {note: 1/day}}
    InFields: [{Name: note}]
    OutFields: [{Type: answer, Method: ACTIONRESPONSE, Attributes: {value: "~note"}}]
  - Name: outer
    OnType: todo
    Permission: {guest: [execute]}
    RateLimit: none
    OutFields:
      - Type: action.invoke
        Method: EXECUTE
        ForEach: "!['x', 'x', 'x']"
        Attributes: {type: todo, name: inner, attributes: {note: "~item"}}
"""


def test_what_an_action_invokes_is_not_limited(define: Callable[[str], None], post: Poster) -> None:
    """The limit is for callers; and an action without one keeps no counter."""
    define(NESTED)
    assert post("todo/outer").status_code == 200
    assert not RateCounter.objects.exists()


def test_who_is_limited_by_other_means_is_not_limited_twice(define: Callable[[str], None]) -> None:
    """An edge may say that it counts by itself."""
    define(NESTED.replace("RateLimit: none", "RateLimit: 1/day"))
    asked = Invocation("todo", "outer", GUEST, Attributes(), is_limited=False)
    for _ in range(3):
        invoke(asked)
    assert not RateCounter.objects.exists()


@pytest.mark.usefixtures("once")
def test_what_a_limit_costs(post: Poster) -> None:
    """One statement beside the action's own, two with limits of inputs; a flood costs none."""
    post("todo/open")
    statements = []
    for path, data in (("todo/open", {}), ("todo/remind", {"email": "a@example.org"}), ("todo/open", {})):
        with CaptureQueriesContext(connection) as captured:
            post(path, data)
        statements.append(sum("rate_limit" in query["sql"] for query in captured.captured_queries))
    assert statements == [1, 1, 1]
    with CaptureQueriesContext(connection) as captured:
        assert {post("todo/open").status_code for _ in range(10)} == {429}
    assert not any("rate_limit" in query["sql"] for query in captured.captured_queries)


@pytest.mark.usefixtures("once")
def test_without_counters_nobody_passes(post: Poster, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that does not answer is 503, and never a way around the limit."""
    from django.db import OperationalError

    from actions.limits import checks

    def broken(_: Any) -> Any:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(checks, "count", broken)
    refused = post("todo/open")
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "1"
    assert failure(refused)["code"] == "unavailable"


def test_it_passes_again_after_the_wait(limited: Home) -> None:
    """Whoever waits as long as told is served."""
    (limited.folder / "limited.yaml").write_text(LIMITED.replace("20/minute", "2/second"))
    with limited.start("--workers", "2") as running, running.client() as client:
        answers = [client.post(ASK, json={}) for _ in range(20)]
        refused = next(answer for answer in answers if answer.status_code == 429)
        time.sleep(int(refused.headers["Retry-After"]))
        assert client.post(ASK, json={}).status_code == 200
