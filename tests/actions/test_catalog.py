"""The type and the name of an action in, the served action out."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from actions import catalog as module
from actions import snapshots
from actions.catalog import Catalog, Refused
from actions.compiler import compile_stored
from actions.loading import save_definition
from actions.models import CatalogGeneration, Definition, DefinitionVersion
from actions.snapshots import LOOK_SECONDS, Followed
from entities import registry
from entities.permissions import DEFAULT_ACTION, bits
from tests.actions.documents import greeting

pytestmark = pytest.mark.django_db


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The time of the catalog under test."""
    return Clock()


@pytest.fixture
def catalog(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Catalog:
    """A catalog as another process has it: nobody tells it what this process changes."""
    monkeypatch.setattr(CatalogGeneration, "_note_own_change", lambda: None)
    return Catalog(clock)


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of all versions that were compiled, in order."""
    names: list[str] = []

    def note(text: str, source: str, *args: Any) -> Any:
        names.append(source)
        return compile_stored(text, source, *args)

    monkeypatch.setattr(module, "compile_stored", note)
    return names


def save(text: str) -> None:
    """Save a definition."""
    save_definition(text, "admin")


def queries(action: Callable[[], object]) -> list[str]:
    """Return the statements that something sends."""
    with CaptureQueriesContext(connection) as context:
        action()
    return [query["sql"] for query in context.captured_queries]


def message(catalog: Catalog, name: str = "greet") -> Any:
    """Return what the served action tells the client, ``None`` when it is not served."""
    served = catalog.find("usergroup", name)
    if served is None:
        return None
    return served.plan.body.nodes[0].arguments[0].source["message"]  # type: ignore[attr-defined]


def test_served_action_is_complete_and_frozen(catalog: Catalog) -> None:
    """What is found has all that a request needs, and nobody can change it."""
    save(greeting())
    version = DefinitionVersion.objects.get()
    served = catalog.find("usergroup", "greet")
    assert served is not None
    assert (served.plan.name, served.plan.label) == ("greet", "Greet")
    assert served.contract.accept({}).values == {}
    assert (served.definition_id, served.version_id, served.number) == (version.definition_id, version.pk, 1)
    with pytest.raises(FrozenInstanceError):
        served.permission = 0  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "override", "expected"),
    [
        pytest.param(greeting(), None, bits(guest=["execute"]), id="document"),
        pytest.param(greeting(), 0, 0, id="override"),
        pytest.param(greeting().replace("Permission: {guest: [execute]}\n", ""), None, DEFAULT_ACTION, id="default"),
    ],
)
def test_permission(catalog: Catalog, text: str, override: int | None, expected: int) -> None:
    """The admin's permission counts, then the document's, then the default."""
    save(text)
    Definition.objects.update(permission=override)
    served = catalog.find("usergroup", "greet")
    assert served is not None
    assert served.permission == expected


@pytest.mark.parametrize(
    ("type_name", "name"),
    [("usergroup", "gree"), ("project", "greet"), ("", ""), ("usergroup", "GREET")],
)
def test_unknown_action(catalog: Catalog, type_name: str, name: str) -> None:
    """What is not defined is not found, and asking for it leaves nothing behind."""
    save(greeting())
    assert catalog.find(type_name, name) is None
    assert catalog.find("usergroup", "greet") is not None
    assert [served.plan.name for served in catalog.all_served()] == ["greet"]


def test_alias_of_the_entity_finds_the_action(catalog: Catalog) -> None:
    """An entity's further names lead to its actions."""
    alias = "user_account_user_account_id_has_usergroup_usergroup_id"
    name = registry.get(alias).name
    assert name != alias
    save(greeting(on_type=name))
    assert catalog.find(alias, "greet") is catalog.find(name, "greet") is not None


@pytest.mark.parametrize("count", [1, 40])
def test_look_up_costs_the_same_among_many(catalog: Catalog, compiled: list[str], count: int) -> None:
    """One look-up reads the definitions in two statements and compiles one; the next costs nothing at all."""
    for number in range(count):
        save(greeting(name=f"a{number}"))
    marker, rows, text = queries(lambda: catalog.find("usergroup", "a0"))
    assert ("cataloggeneration" in marker, "definitionversion" in text) == (True, True)
    assert '"text"' not in rows
    assert queries(lambda: [catalog.find("usergroup", "a0") for _ in range(100)]) == []
    assert queries(lambda: [catalog.find("usergroup", "nobody") for _ in range(100)]) == []
    assert compiled == ["usergroup.a0"]


def test_found_action_is_one_look_up_in_a_dict(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is walked through: the snapshot is asked for one key, whatever it holds."""
    for number in range(20):
        save(greeting(name=f"a{number}"))
    catalog.all_served()
    asked: list[object] = []

    class Counting(dict[Any, Any]):
        def get(self, key: object, default: Any = None) -> Any:
            asked.append(key)
            return super().get(key, default)

        def __iter__(self) -> Iterator[Any]:
            raise AssertionError("walked through all definitions")

    snapshot = catalog._snapshot
    assert snapshot is not None
    monkeypatch.setattr(
        catalog, "_snapshot", module._Snapshot(snapshot.marker, Counting(snapshot.rows), Counting(snapshot.found))
    )
    assert catalog.find("usergroup", "a7") is not None
    assert asked == [("usergroup", "a7")]


def test_marker_is_asked_for_twice_a_second_at_most(catalog: Catalog, clock: Clock) -> None:
    """Between two looks nothing is asked; a look is one row by its key."""
    save(greeting())
    catalog.find("usergroup", "greet")
    clock.now += LOOK_SECONDS - 0.01
    assert queries(lambda: catalog.find("usergroup", "greet")) == []
    clock.now += 0.01
    (look,) = queries(lambda: catalog.find("usergroup", "greet"))
    assert "cataloggeneration" in look
    assert LOOK_SECONDS <= 0.5


def test_change_is_served_at_the_next_look(catalog: Catalog, clock: Clock, compiled: list[str]) -> None:
    """Another process's change is seen as a whole, within half a second, and compiles only what has changed."""
    save(greeting(name="a"))
    save(greeting(name="b"))
    assert (message(catalog, "a"), message(catalog, "b")) == ("hello", "hello")
    compiled.clear()
    save(greeting("bye", name="a"))
    save(greeting(name="c"))
    assert (message(catalog, "a"), message(catalog, "c")) == ("hello", None)
    clock.now += LOOK_SECONDS
    assert (message(catalog, "a"), message(catalog, "b")) == ("bye", "hello")
    assert compiled == ["usergroup.a"]


def test_permission_changes_without_compiling(catalog: Catalog, clock: Clock, compiled: list[str]) -> None:
    """What the admin decides beside the text is served as fast as a new text."""
    save(greeting())
    message(catalog)
    Definition.objects.update(permission=5)
    clock.now += LOOK_SECONDS
    served = catalog.find("usergroup", "greet")
    assert served is not None
    assert (served.permission, len(compiled)) == (5, 1)


def test_disabled_definition_is_not_served(catalog: Catalog, clock: Clock) -> None:
    """Disabling takes an action away, enabling gives it back."""
    save(greeting())
    for enabled in (False, True):
        Definition.objects.update(enabled=enabled)
        clock.now += LOOK_SECONDS
        assert (catalog.find("usergroup", "greet") is not None) is enabled


def test_process_sees_its_own_changes_at_once(clock: Clock) -> None:
    """Who saves a definition and reloads the page need not wait."""
    catalog = Catalog(clock)
    save(greeting())
    assert message(catalog) == "hello"
    save(greeting("bye"))
    assert message(catalog) == "bye"


def test_version_that_does_not_compile_any_more(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An action whose entity is gone is reported and not served; all others are."""
    save(greeting())
    save(greeting(on_type="project"))
    monkeypatch.delitem(registry._registrations, "project")
    registry._entities.clear()
    try:
        with caplog.at_level(logging.ERROR):
            assert catalog.find("project", "greet") is None
            assert catalog.find("project", "greet") is None
    finally:
        monkeypatch.undo()
        registry._entities.clear()
    assert message(catalog) == "hello"
    (refused,) = catalog.all_refused()
    assert isinstance(refused, Refused)
    assert (refused.type_name, refused.name, refused.number) == ("project", "greet", 1)
    assert [problem.code for problem in refused.problems] == ["ACT201"]
    (record,) = caplog.records
    assert record.getMessage().startswith("project.greet, version 1, is not served:\nACT201 ")


def test_known_state_outlives_the_database(
    catalog: Catalog, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """While the definitions cannot be read the last known ones are served; without any there is an error."""
    save(greeting())

    def fail() -> None:
        raise DatabaseError

    with monkeypatch.context() as patch:
        patch.setattr(CatalogGeneration, "current", fail)
        with pytest.raises(DatabaseError):
            catalog.find("usergroup", "greet")
        patch.undo()
        assert message(catalog) == "hello"
        patch.setattr(CatalogGeneration, "current", fail)
        clock.now += LOOK_SECONDS
        assert message(catalog) == "hello"
    assert "The definitions cannot be read; the last known ones are served." in caplog.text


def test_who_waited_in_vain_lets_nobody_else_wait(
    catalog: Catalog, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look that failed slowly keeps every kind of look away for as long; what must be read is read all the same."""
    save(greeting())
    message(catalog)
    waits, seconds = [], [1000.0]

    def slow() -> None:
        waits.append(None)
        seconds[0] += 5.0
        raise DatabaseError

    monkeypatch.setattr(Followed, "_in_vain_until", 0.0)
    monkeypatch.setattr(snapshots.time, "monotonic", lambda: seconds[0])
    monkeypatch.setattr(CatalogGeneration, "current", slow)
    looks = []
    for passed in (1.0, 1.0, 4.0):
        clock.now += passed
        seconds[0] += passed
        assert message(catalog) == "hello"
        looks.append(len(waits))
    assert looks == [1, 1, 2]
    with pytest.raises(DatabaseError):
        Catalog(clock).find("usergroup", "greet")


def test_one_thread_looks_and_nobody_waits_for_it(
    catalog: Catalog, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one thread asks for the marker, others are served what is known."""
    save(greeting())
    message(catalog)
    looking, may_go_on, looks = threading.Event(), threading.Event(), []

    def slow() -> Any:
        looks.append(threading.current_thread())
        looking.set()
        assert may_go_on.wait(10)
        return catalog._snapshot.marker  # type: ignore[union-attr]

    monkeypatch.setattr(CatalogGeneration, "current", slow)
    clock.now += LOOK_SECONDS
    thread = threading.Thread(target=message, args=(catalog,))
    thread.start()
    assert looking.wait(10)
    assert message(catalog) == "hello"
    may_go_on.set()
    thread.join()
    assert looks == [thread]


def test_forgotten_catalog_reads_again(catalog: Catalog) -> None:
    """``forget`` is for those who change rows behind its back."""
    save(greeting())
    message(catalog)
    catalog.forget()
    assert len(queries(lambda: catalog.find("usergroup", "greet"))) == 3


def test_module_has_the_catalog_of_this_process() -> None:
    """Others use one catalog for each process, by functions."""
    save(greeting())
    module.forget()
    served = module.find("usergroup", "greet")
    assert served is not None
    assert (module.all_served(), module.all_refused()) == ([served], [])
