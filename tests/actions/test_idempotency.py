"""Keys as they are read, requests as they are compared, claims as they are taken."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from actions import idempotency
from actions.errors import IdempotencyKeyReused, InFlight, MalformedIdempotencyKey, NoList, SignInFailed
from actions.idempotency import LEASE, PRUNE_SECONDS, Claim, answer_once, claim_for, read_key
from actions.invocations import Attributes, Invocation
from actions.models import StoredAnswer
from actions.responses import Answer, render_failure
from entities.actors import GUEST, Actor
from entities.identifiers import uuid7
from entities.store import Unit


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ('"8e03978e-40d5-43dd-bc93-6894a57f9324"', "8e03978e-40d5-43dd-bc93-6894a57f9324"),
        ("8e03978e-40d5-43dd-bc93-6894a57f9324", "8e03978e-40d5-43dd-bc93-6894a57f9324"),
        (' "a"\t', "a"),
        ('"a,b;c"', "a,b;c"),
        (r'"a\"b\\c"', r"a\c".replace("a", 'a"b')),
        ("aGVsbG8=:/+*", "aGVsbG8=:/+*"),
        (f'"{"x" * 255}"', "x" * 255),
        ("x" * 255, "x" * 255),
        ('"' + r"\"" * 255 + '"', '"' * 255),
    ],
)
def test_a_key_is_a_string_or_the_same_text_without_quotes(header: str, key: str) -> None:
    """As RFC 8941 writes strings; white space around it does not count."""
    assert read_key(header) == key


@pytest.mark.parametrize(
    "header",
    ["", " ", '""', '"a', 'a"', '"a"b', '"a";x=1', '"a", "b"', "a,b", "a b", '"a b"', "a;b", r"a\b", r'"a\b"', "\0",
     '"', '"ü"', "ü", "\x7f", '"\x7f"', '"a\nb"', '"a"\n', "x" * 256, f'"{"x" * 256}"', "'a b'", '"a""b"'],
)  # fmt: skip
def test_anything_else_is_malformed(header: str) -> None:
    """Empty, too long, not ASCII, several keys, parameters, white space."""
    with pytest.raises(MalformedIdempotencyKey):
        read_key(header)


@given(st.text(max_size=300))
def test_no_header_is_more_than_malformed(header: str) -> None:
    """Whatever is sent is a key of 1 to 255 visible characters, or is refused."""
    try:
        key = read_key(header)
    except MalformedIdempotencyKey:
        return
    assert 1 <= len(key) <= 255
    assert all("!" <= character <= "~" for character in key)


ADA, BOB = Actor(id=uuid7()), Actor(id=uuid7())


def claim(key: str = "k", address: str = "10.0.0.1", **changes: Any) -> Claim:
    """Return the claim of an invocation."""
    sent = Attributes(changes.pop("body", {"a": 1}), changes.pop("query", {}), changes.pop("is_form", False))
    facts = {"type_name": "todo", "name": "add", "actor": ADA, "sent": sent, "subject_id": None, **changes}
    return claim_for(key, Invocation(**facts, address=address))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"key": "K"}, id="key"),
        pytest.param({"actor": BOB}, id="account"),
        pytest.param({"actor": GUEST}, id="guest"),
        pytest.param({"type_name": "project"}, id="type"),
        pytest.param({"name": "remove"}, id="action"),
        pytest.param({"subject_id": "1"}, id="subject"),
    ],
)
def test_a_key_counts_for_one_actor_and_one_action(other: dict[str, Any]) -> None:
    """The same key elsewhere, or of somebody else, is another key."""
    assert claim(**other).scope != claim().scope
    assert claim(**other).payload == claim().payload


def test_guests_are_known_by_their_address() -> None:
    """Accounts are not: they may move."""
    assert claim(actor=GUEST, address="10.0.0.2").scope != claim(actor=GUEST).scope
    assert claim(address="10.0.0.2").scope == claim().scope


def test_another_spelling_of_the_instance_is_the_same_request() -> None:
    """Ids are known in either case."""
    public_id = str(uuid7())
    assert claim(subject_id=public_id.upper()).scope == claim(subject_id=public_id).scope


def test_another_name_of_the_type_is_the_same_action() -> None:
    """An alias leads to the same entity."""
    name = "user_user_id_has_usergroup_usergroup_id"
    alias = "user_account_user_account_id_has_usergroup_usergroup_id"
    assert claim(type_name=alias).scope == claim(type_name=name).scope


SENT: list[dict[str, Any]] = [
    {"body": {"a": 1}},
    {"body": {"a": "1"}},
    {"body": {"a": Decimal(1)}},
    {"body": {"a": Decimal("1.0")}},
    {"body": {"a": {"Decimal": "1"}}},
    {"body": {"a": True}},
    {"body": {"a": None}},
    {"body": {}},
    {"body": {"a": [1]}},
    {"body": {"a": 1, "b": 2}},
    {"body": {}, "query": {"a": 1}},
    {"body": {"a": 1}, "is_form": True},
    {"body": {"a": 10**300}},
    {"body": {"a": "\ud800"}},
    {"body": {"a": [{"name": "a", "file": "eA==", "type": ""}]}},
    {"body": {"a": [{"name": "a", "file": "eQ==", "type": ""}]}},
]


def test_requests_that_differ_have_other_digests() -> None:
    """By a value, its type, its place or its form."""
    assert len({claim(**sent).payload for sent in SENT}) == len(SENT)


def test_the_order_of_keys_is_no_difference() -> None:
    """Objects of JSON have none."""
    assert claim(body={"a": 1, "b": 2}).payload == claim(body={"b": 2, "a": 1}).payload


DONE = Answer(201, b"\x00done\xff", "text/plain", {"X-Mine": "yes"})


def run(one: Claim, settled: list[str] | None = None) -> Answer:
    """Answer once, by an action without effects."""

    def work(settle: Any) -> Answer:
        with Unit(GUEST) as unit:
            settle([], unit)
        (settled if settled is not None else []).append("run")
        return DONE

    return answer_once(one, work, render_failure)


def fail(one: Claim, error: BaseException) -> Answer:
    """Answer once, by an action that fails."""

    def work(settle: Any) -> Answer:
        raise error

    return answer_once(one, work, render_failure)


@pytest.fixture(autouse=True)
def _no_pruning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency._pruning, "step", lambda: None)


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    """What every run renders."""
    monkeypatch.setattr(idempotency, "render_entries", lambda entries: DONE)


@pytest.mark.django_db
@pytest.mark.usefixtures("rendered")
class TestClaims:
    """One scope, one run."""

    def test_the_answer_is_replayed_byte_for_byte(self) -> None:
        """Status, body, type and headers, and a mark; nothing runs again."""
        runs: list[str] = []
        assert run(claim(), runs) == DONE
        replayed = run(claim(), runs)
        assert (replayed.status, replayed.body, replayed.content_type) == (201, DONE.body, "text/plain")
        assert replayed.headers == {"X-Mine": "yes", "Idempotency-Replayed": "true"}
        assert runs == ["run"]

    def test_another_request_under_the_key_is_refused(self) -> None:
        """Also while the first is running, and also when whoever ran it died."""
        run(claim())
        with pytest.raises(IdempotencyKeyReused):
            run(claim(body={"a": 2}))
        for expired in (False, True):
            StoredAnswer.objects.update(answer=None, leased_until=timezone.now() + (-LEASE if expired else LEASE))
            with pytest.raises(IdempotencyKeyReused):
                run(claim(body={"a": 2}))

    @pytest.mark.parametrize(
        ("error", "stored"),
        [(NoList("x"), True), (SignInFailed(), False), (InFlight(), False)],
        ids=["422", "401", "in-flight"],
    )
    def test_a_refusal_that_would_repeat_is_stored(self, error: Any, stored: bool) -> None:
        """A sign-in that failed may succeed next time."""
        first = fail(claim(), error)
        assert StoredAnswer.objects.filter(answer__isnull=False).exists() == stored
        again = run(claim())
        assert (again.body == first.body, "Idempotency-Replayed" in again.headers) == (stored, stored)

    @pytest.mark.parametrize("status", [400, 403, 404, 408, 409, 418, 422, 425, 429, 500, 502, 503])
    def test_which_statuses_are_stored(self, status: int) -> None:
        """What an author declares, too: nothing that asks to come again."""
        error = NoList("x")
        error.status = status
        fail(claim(), error)
        assert StoredAnswer.objects.exists() == (status in (400, 403, 404, 409, 418, 422))

    def test_a_fault_lets_the_next_one_run(self) -> None:
        """Nothing was written, so nothing is remembered."""
        with pytest.raises(RuntimeError):
            fail(claim(), RuntimeError("broken"))
        assert run(claim()) == DONE

    def test_a_dead_attempt_is_overtaken_after_its_lease(self) -> None:
        """Before that the caller is asked to wait."""
        StoredAnswer.objects.create(
            scope=claim().scope,
            payload=claim().payload,
            claim=uuid7(),
            leased_until=timezone.now() + LEASE,
            expires_at=timezone.now() + timedelta(hours=1),
        )
        with pytest.raises(InFlight):
            run(claim())
        StoredAnswer.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
        assert run(claim()) == DONE

    def test_an_attempt_that_was_overtaken_commits_nothing(self) -> None:
        """It woke up after another one took its place, and is told that that one is at work."""
        from entities.models import UserAccount

        def work(settle: Any) -> Answer:
            StoredAnswer.objects.update(claim=uuid7())
            with Unit(GUEST) as unit:
                unit.begin()
                UserAccount.objects.create_user("ada@example.org", "pw")
                return settle([], unit)  # type: ignore[no-any-return]

        answer = answer_once(claim(), work, render_failure)
        assert (answer.status, answer.headers["Retry-After"]) == (409, "1")
        assert not UserAccount.objects.exists()
        assert StoredAnswer.objects.filter(answer__isnull=True).count() == 1

    def test_an_answer_expires(self, settings: Any) -> None:
        """After the hours that the settings say, the key is new again, also for another request."""
        settings.ACTIONS = {**settings.ACTIONS, "IDEMPOTENCY_HOURS": 2}
        run(claim())
        expires = StoredAnswer.objects.get().expires_at
        assert timedelta(minutes=119) < expires - timezone.now() <= timedelta(hours=2)
        StoredAnswer.objects.update(expires_at=timezone.now())
        runs: list[str] = []
        other = claim(body={"a": 2})
        run(other, runs)
        assert (runs, StoredAnswer.objects.get().payload) == (["run"], other.payload)

    def test_a_refusal_does_not_undo_what_was_committed(self) -> None:
        """When the commit was done and only its answer was lost, the next one is told so."""

        def work(settle: Any) -> Answer:
            with Unit(GUEST) as unit:
                settle([], unit)
            raise ConnectionError

        with pytest.raises(ConnectionError):
            answer_once(claim(), work, render_failure)
        assert run(claim()).headers["Idempotency-Replayed"] == "true"

    def test_nothing_stored_is_readable(self) -> None:
        """Neither the key nor what was sent nor the answer."""
        run(claim(key="canary-key", body={"a": "canary-input"}))
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM actions_storedanswer")
            row = repr(cursor.fetchall())
        assert [word for word in ("canary", "done", "X-Mine", str(ADA.id)) if word in row] == []

    def test_expired_answers_are_removed_a_few_at_a_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """At most so many, at most once a second; what has not expired stays."""
        monkeypatch.setattr(idempotency, "PRUNED", 3)
        now = timezone.now()
        StoredAnswer.objects.bulk_create(
            StoredAnswer(scope=str(n), payload="", claim=uuid7(), leased_until=now, expires_at=now - timedelta(hours=1))
            for n in range(7)
        )
        run(claim())
        clock = [100.0]
        pruning = idempotency._Pruning(lambda: clock[0])
        left = []
        for _ in range(4):
            pruning.step()
            pruning.step()
            left.append(StoredAnswer.objects.count())
            clock[0] += PRUNE_SECONDS
        assert left == [5, 2, 1, 1]
        with CaptureQueriesContext(connection) as context:
            pruning.step()
            pruning.step()
        assert len(context) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("rendered")
def test_threads_that_overtake_the_same_claim_run_once() -> None:
    """One takes the place of the dead attempt, all others are told to wait or get its answer."""
    now = timezone.now()
    StoredAnswer.objects.create(
        scope=claim().scope, payload=claim().payload, claim=uuid7(), leased_until=now, expires_at=now + LEASE
    )
    runs: list[str] = []
    failures: list[BaseException] = []
    start = threading.Barrier(8)

    def post() -> None:
        try:
            start.wait()
            run(claim(), runs)
        except InFlight:
            pass
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=post) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (runs, failures) == (["run"], [])
