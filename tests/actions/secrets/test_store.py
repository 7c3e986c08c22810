"""Secrets as they are set, rotated, removed and read."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actions import secrets
from actions.errors import SecretMissing
from actions.models import Secret, SecretGeneration, SecretVersion
from actions.secrets.changing import (
    MOST_VALUES,
    Content,
    reencrypt_secrets,
    remove_secret,
    rotate_secret,
    set_secret,
)
from actions.secrets.errors import BadName, TooManyValues, UnknownSecret
from actions.secrets.listing import list_secrets
from actions.secrets.store import SecretStore
from actions.snapshots import LOOK_SECONDS
from entities import registry
from entities.models import UserAccount

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def put(name: str, text: str) -> None:
    """Set a secret."""
    set_secret(name, Content.of_text(text))


def rotate(name: str, text: str, keep: timedelta = DAY) -> None:
    """Rotate a secret."""
    rotate_secret(name, Content.of_text(text), keep)


def stored() -> str:
    """Return everything that the tables of secrets hold."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM actions_secretversion")
        versions = cursor.fetchall()
        cursor.execute("SELECT * FROM actions_secret")
        return repr([versions, cursor.fetchall()])


def test_a_secret_is_set_and_read() -> None:
    """What was set counts at once, in this process without waiting; another value takes its place at once."""
    assert not secrets.exists("stripe")
    put("stripe", "whsec_one")
    assert secrets.active_values("stripe") == ("whsec_one",)
    assert secrets.exists("stripe")
    put("stripe", "whsec_two")
    assert secrets.active_values("stripe") == ("whsec_two",)
    assert SecretVersion.objects.count() == 1


def test_rotated_values_count_until_their_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest first; the end is judged when a value is used, whatever is remembered."""
    put("stripe", "one")
    rotate("stripe", "two", timedelta(hours=1))
    rotate("stripe", "three", timedelta(hours=3))
    assert secrets.active_values("stripe") == ("three", "two", "one")
    now = timezone.now()
    for hours, expected in ((0.9, ("three", "two", "one")), (1.1, ("three", "two")), (3.1, ("three",))):
        monkeypatch.setattr(timezone, "now", lambda hours=hours: now + timedelta(hours=hours))
        assert secrets.active_values("stripe") == expected


def test_an_end_is_never_put_off() -> None:
    """A second rotation shortens the time of what is about to end, and does not lengthen it."""
    put("stripe", "one")
    rotate("stripe", "two", timedelta(hours=1))
    end = SecretVersion.objects.get(ends_at__isnull=False).ends_at
    rotate("stripe", "three", DAY)
    assert SecretVersion.objects.earliest("active_from").ends_at == end
    rotate("stripe", "four", timedelta(minutes=1))
    assert SecretVersion.objects.filter(ends_at__lt=timezone.now() + timedelta(minutes=2)).count() == 3


def test_what_has_ended_goes_with_the_next_rotation() -> None:
    """No value is kept longer than it can be used and something happens."""
    put("stripe", "one")
    SecretVersion.objects.update(ends_at=timezone.now() - DAY)
    rotate("stripe", "two")
    assert secrets.active_values("stripe") == ("two",)
    assert SecretVersion.objects.count() == 1


def test_values_in_use_are_bounded() -> None:
    """Whoever verifies tries each of them, so there are ten at most."""
    put("stripe", "value")
    for _ in range(MOST_VALUES - 1):
        rotate("stripe", "value")
    with pytest.raises(TooManyValues, match=f"'stripe' has {MOST_VALUES} values in use"):
        rotate("stripe", "value")
    assert len(secrets.active_values("stripe")) == MOST_VALUES


@pytest.mark.parametrize("name", ["", "a b", "a/b", "ü", "a\n", "\0", "a" * 101, "a'b", "${x}"])
def test_names_are_plain(name: str) -> None:
    """Letters, digits and three marks."""
    with pytest.raises(BadName):
        put(name, "value")
    put("a-B_3.x" + "a" * 93, "value")


def test_a_missing_secret_is_missing(caplog: pytest.LogCaptureFixture) -> None:
    """Never set, removed, or ended: the client is not told its name, the log is."""
    put("gone", "value")
    remove_secret("gone")
    put("ended", "value")
    SecretVersion.objects.update(ends_at=timezone.now())
    secrets.forget()
    for name in ("never", "gone", "ended"):
        assert not secrets.exists(name)
        with pytest.raises(SecretMissing) as caught:
            secrets.active_values(name)
        assert (caught.value.secret, name in caught.value.message) == (name, False)
        assert f"The secret '{name}' has no value." in caplog.text
    for change in (lambda: remove_secret("never"), lambda: rotate("never", "value")):
        with pytest.raises(UnknownSecret, match="There is no secret 'never'"):
            change()


def test_a_reference_that_gives_nothing_counts_as_missing(
    settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Also when it was good once: a variable that turned blank, or is not allowed any more."""
    settings.ACTIONS = {**settings.ACTIONS, "SECRET_ENV_NAMES": ["KEY"]}
    monkeypatch.setenv("KEY", "value")
    set_secret("stripe", Content.of_reference("env:KEY"))
    assert secrets.active_values("stripe") == ("value",)
    monkeypatch.setenv("KEY", " ")
    assert not secrets.exists("stripe")
    monkeypatch.setenv("KEY", "value")
    settings.ACTIONS = {**settings.ACTIONS, "SECRET_ENV_NAMES": []}
    with pytest.raises(SecretMissing):
        secrets.active_values("stripe")
    assert "Secrets may not refer to the variable 'KEY'" in caplog.text


def test_one_unusable_value_does_not_hide_the_others(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reference that broke leaves the value before it in use."""
    settings.ACTIONS = {**settings.ACTIONS, "SECRET_ENV_NAMES": ["KEY"]}
    monkeypatch.setenv("KEY", "new")
    put("stripe", "old")
    rotate_secret("stripe", Content.of_reference("env:KEY"), DAY)
    assert secrets.active_values("stripe") == ("new", "old")
    monkeypatch.delenv("KEY")
    assert secrets.active_values("stripe") == ("old",)


def test_nothing_of_a_value_is_readable() -> None:
    """Not in the rows, not in a dump, not in what instances and snapshots print, not in the list."""
    put("stripe", "whsec_canary")
    rotate("stripe", "whsec_canary2")
    store = SecretStore()
    store.exists("stripe")
    dump = StringIO()
    call_command("dumpdata", "actions", stdout=dump)
    version = SecretVersion.objects.first()
    shown = [stored(), dump.getvalue(), repr(store._snapshot), repr(vars(version)), repr(list_secrets()), str(version)]
    assert [text for text in shown if "canary" in text] == []
    assert "stripe" in dump.getvalue()


def test_a_dump_can_be_loaded(tmp_path: Path) -> None:
    """The dump holds the encrypted text, and loading does not encrypt it again; the change is announced."""
    put("stripe", "whsec_canary")
    file = tmp_path / "dump.json"
    call_command("dumpdata", "actions", output=str(file))
    assert "canary" not in file.read_text()
    put("stripe", "another")
    call_command("loaddata", str(file), verbosity=0)
    assert json.loads(file.read_text())
    secrets.forget()
    assert "whsec_canary" in secrets.active_values("stripe")


def test_secrets_are_no_entities() -> None:
    """The CRUD API does not know them, nor the stored answers."""
    tables = {entity.model._meta.label for entity in registry.all_entities()}
    exposed = {"actions.Definition", "actions.Integration", "actions.StoredTemplate"}
    assert {label for label in tables if label.startswith("actions.")} == exposed


def test_a_row_holds_a_value_or_a_reference() -> None:
    """Never both, never neither, whoever writes it."""
    put("stripe", "value")
    secret = Secret.objects.get()
    for value, reference in ((None, ""), ("value", "env:KEY")):
        row = SecretVersion(secret=secret, value=value, reference=reference, active_from=timezone.now())
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The time of the store under test."""
    return Clock()


@pytest.fixture
def store(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> SecretStore:
    """A store as another process has it: nobody tells it what this process changes."""
    monkeypatch.setattr(SecretGeneration, "_note_own_change", lambda: None)
    return SecretStore(clock)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda: put("stripe", "two"), ("two",)),
        (lambda: rotate("stripe", "two"), ("two", "one")),
        (lambda: remove_secret("stripe"), None),
    ],
    ids=["set", "rotate", "remove"],
)
def test_other_processes_see_a_change_within_a_second(
    store: SecretStore, clock: Clock, change: Any, expected: Any
) -> None:
    """At the next look, which is at most half a second away."""
    put("stripe", "one")
    assert store.active_values("stripe") == ("one",)
    change()
    assert store.active_values("stripe") == ("one",)
    clock.now += LOOK_SECONDS
    assert store.exists("stripe") == bool(expected)
    if expected:
        assert store.active_values("stripe") == expected
    assert LOOK_SECONDS <= 0.5


def test_a_use_costs_no_statement(store: SecretStore, clock: Clock) -> None:
    """One look in half a second, and only one small one while nothing changed."""
    put("stripe", "one")
    with CaptureQueriesContext(connection) as context:
        for _ in range(100):
            store.active_values("stripe")
        store.exists("never")
    assert len(context) == 2
    clock.now += LOOK_SECONDS
    with CaptureQueriesContext(connection) as context:
        store.active_values("stripe")
    assert len(context) == 1


def test_a_database_that_fails_leaves_the_last_known_values(
    store: SecretStore, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What was read once is used on; a process that read nothing yet cannot go on."""

    def fail() -> None:
        raise DatabaseError("gone")

    put("stripe", "one")
    store.exists("stripe")
    monkeypatch.setattr(SecretGeneration, "current", fail)
    clock.now += LOOK_SECONDS
    assert store.active_values("stripe") == ("one",)
    assert "The secrets cannot be read; the last known ones are served." in caplog.text
    with pytest.raises(DatabaseError):
        SecretStore(clock).exists("stripe")


def test_keys_rotate(settings: Any) -> None:
    """Under a fallback a value is readable; written anew it needs the first key only."""
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "old" * 20, []
    put("stripe", "value")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, ["old" * 20]
    secrets.forget()
    assert secrets.active_values("stripe") == ("value",)
    assert (reencrypt_secrets().number, reencrypt_secrets().unreadable) == (1, ())
    settings.SECRET_KEY_FALLBACKS = []
    secrets.forget()
    assert secrets.active_values("stripe") == ("value",)


def test_a_value_under_a_lost_key_is_missing_and_hurts_no_other(settings: Any) -> None:
    """It is told where, and everything else goes on, also the encryption of the others."""
    settings.SECRET_KEY = "old" * 20
    put("lost", "value")
    settings.SECRET_KEY = "new" * 20
    put("kept", "value")
    secrets.forget()
    assert (secrets.exists("lost"), secrets.active_values("kept")) == (False, ("value",))
    done = reencrypt_secrets()
    assert (done.number, done.unreadable) == (1, ("lost",))
    faults = {secret.name: secret.values[0].fault for secret in list_secrets()}
    assert faults["kept"] == ""
    assert "SECRET_KEY_FALLBACKS" in faults["lost"]


def test_a_forged_row_is_no_value() -> None:
    """A text that was written past us is not taken for a value."""
    put("stripe", "value")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE actions_secretversion SET value = 'plain'")
    secrets.forget()
    assert not secrets.exists("stripe")


def test_the_author_may_go() -> None:
    """A secret outlives the account that set it."""
    author = UserAccount.objects.create_user("ada@example.org", "pw", name="Ada")
    set_secret("stripe", Content.of_text("value"), author)
    assert list_secrets()[0].values[0].author == "ada@example.org"
    author.delete()
    assert list_secrets()[0].values[0].author == ""
    assert secrets.active_values("stripe") == ("value",)


@pytest.mark.django_db(transaction=True)
def test_concurrent_changes_leave_one_state() -> None:
    """Threads that set and rotate the same secret at once take turns: one value without an end is left."""
    put("stripe", "first")
    failures: list[BaseException] = []

    def change(number: int) -> None:
        try:
            put("stripe", f"{number}") if number % 2 else rotate("stripe", f"{number}")
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=change, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert SecretVersion.objects.filter(ends_at__isnull=True).count() == 1
    assert Secret.objects.count() == 1
