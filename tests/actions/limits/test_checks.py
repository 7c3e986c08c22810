"""Who is counted by what, in how many statements."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest

from actions.errors import RateLimited
from actions.limits import check_caller, check_fields
from actions.limits.checks import MAX_VALUE
from actions.models import RateCounter
from actions.plan.nodes import Plan
from actions.rates import Rate
from entities.actors import GUEST, SYSTEM, Actor
from tests.actions.limits.harness import pass_time
from tests.actions.validation.harness import document, plan_of

pytestmark = pytest.mark.django_db
HERE, THERE = "198.51.100.9", "203.0.113.5"
ADMINISTRATOR = Actor(id=uuid.uuid4(), is_administrator=True)


def somebody() -> Actor:
    """Return an account of its own."""
    return Actor(id=uuid.uuid4())


def limited(keys: str) -> Plan:
    """Return the plan of an action with a key of its own."""
    inputs = "{Name: title}, {Name: size, ColumnType: json, IsNullable: true}"
    return plan_of(document("Return: yes", inputs=inputs, keys=keys))


def passes(plan: Plan, actor: Actor, address: str = HERE) -> bool:
    """Say whether one more attempt of the caller is allowed."""
    try:
        check_caller(plan, actor, address)
    except RateLimited:
        return False
    return True


def takes(plan: Plan, actor: Actor = GUEST, **values: Any) -> bool:
    """Say whether one more attempt with these values is allowed."""
    try:
        check_fields(plan, actor, values)
    except RateLimited:
        return False
    return True


@pytest.fixture(autouse=True)
def _twice_by_default(settings: Any) -> None:
    settings.ACTIONS = {**settings.ACTIONS, "GUEST_RATE_LIMIT": Rate(2, 60)}


@pytest.mark.parametrize(
    ("keys", "guest", "account", "administrator"),
    [
        pytest.param("", 2, 5, 5, id="undeclared"),
        pytest.param("RateLimit:", 2, 5, 5, id="null"),
        pytest.param("RateLimit: {}", 2, 5, 5, id="empty"),
        pytest.param("RateLimit: none", 5, 5, 5, id="none"),
        pytest.param("RateLimit: 3/minute", 3, 3, 5, id="rate"),
        pytest.param("RateLimit: {PerAddress: 3/minute}", 3, 3, 5, id="per-address"),
        pytest.param("RateLimit: {PerAddress: none}", 5, 5, 5, id="per-address-none"),
        pytest.param("RateLimit: {PerField: {title: 1/day}}", 2, 5, 5, id="only-per-field"),
        pytest.param("RateLimit: {PerAddress: none, PerField: {title: 1/day}}", 5, 5, 5, id="none-but-per-field"),
    ],
)
def test_how_often_a_caller_may(keys: str, guest: int, account: int, administrator: int) -> None:
    """The default binds guests, a declared rate everybody but administrators."""
    plan = limited(keys)
    callers = (GUEST, somebody(), ADMINISTRATOR)
    assert [sum(passes(plan, actor) for _ in range(5)) for actor in callers] == [guest, account, administrator]


def test_without_a_default_guests_are_free(settings: Any) -> None:
    """The setting switches off the default and nothing else."""
    settings.ACTIONS = {**settings.ACTIONS, "GUEST_RATE_LIMIT": None}
    assert sum(passes(limited(""), GUEST) for _ in range(5)) == 5
    assert sum(passes(limited("RateLimit: 3/minute"), GUEST) for _ in range(5)) == 3


def test_guests_are_counted_by_address_and_accounts_as_such() -> None:
    """Another address is another guest; an account is the same everywhere."""
    plan = limited("RateLimit: 1/minute")
    one, two = somebody(), somebody()
    assert [passes(plan, GUEST, address) for address in (HERE, HERE, THERE, "")] == [True, False, True, True]
    assert [passes(plan, *call) for call in ((one, HERE), (one, THERE), (two, HERE))] == [True, False, True]


def test_an_ipv6_network_is_one_guest() -> None:
    """By its /64."""
    plan = limited("RateLimit: 1/minute")
    addresses = ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1")
    assert [passes(plan, GUEST, address) for address in addresses] == [True, False, True]


def test_actions_are_counted_apart() -> None:
    """What one action is asked takes nothing from another, nor from the same one with another rate."""
    plan = limited("RateLimit: 1/minute")
    others = (replace(plan, name="other"), replace(plan, type_name="project"), limited("RateLimit: 1/hour"))
    assert [passes(item, GUEST) for item in (plan, plan, *others)] == [True, False, True, True, True]


def test_a_value_is_counted_whoever_sends_it() -> None:
    """Text without regard to case and outer white space, whatever the caller."""
    plan = limited("RateLimit: {PerField: {title: 3/hour}}")
    assert takes(plan, title="Straße")
    assert takes(plan, somebody(), title=" STRASSE ")
    assert takes(plan, ADMINISTRATOR, title="strasse")
    assert not takes(plan, ADMINISTRATOR, title="Strasse")
    assert takes(plan, title="Gasse")
    assert takes(plan, SYSTEM, title="strasse")


@pytest.mark.parametrize(
    ("one", "two", "are_same"),
    [
        pytest.param("a", "b", False, id="texts"),
        pytest.param(1, 2, False, id="numbers"),
        pytest.param({"a": [1]}, {"a": [1]}, True, id="objects"),
        pytest.param({"a": [1]}, {"a": [2]}, False, id="other-objects"),
        pytest.param("x" * MAX_VALUE + "1", "x" * MAX_VALUE + "2", True, id="beyond-the-bound"),
        pytest.param("a\nb", "a\nc", False, id="lines"),
        pytest.param("\U0001f600", "\ud800", False, id="unicode"),
    ],
)
def test_values_of_every_kind_are_counted(one: Any, two: Any, are_same: bool) -> None:
    """Each by what it says; a text only as far as anybody needs."""
    plan = limited("RateLimit: {PerField: {size: 1/hour}}")
    assert takes(plan, size=one)
    assert takes(plan, size=two) is not are_same


def test_what_was_not_sent_is_not_counted(django_assert_num_queries: Any) -> None:
    """No value, or null, is nobody's."""
    plan = limited("RateLimit: {PerField: {size: 1/hour}}")
    with django_assert_num_queries(0):
        assert all(takes(plan, **values) for values in ({}, {"size": None}, {"size": None}))


def test_a_field_named_like_a_caller_is_counted_apart() -> None:
    """The input ``address`` is not the address."""
    plan = plan_of(
        document(
            "Return: yes",
            inputs="{Name: address}",
            keys="RateLimit: {PerAddress: 1/minute, PerField: {address: 1/minute}}",
        )
    )
    assert passes(plan, GUEST)
    assert takes(plan, address=HERE)


def test_statements(django_assert_num_queries: Any) -> None:
    """One for the caller, one for all values, none while this process knows better."""
    plan = limited("RateLimit: {PerAddress: 1/minute, PerField: {title: 1/minute, size: 5/minute}}")
    with django_assert_num_queries(1):
        assert passes(plan, GUEST)
    with django_assert_num_queries(1):
        assert takes(plan, title="a", size=1)
    with django_assert_num_queries(2):
        assert not passes(plan, GUEST)
        assert not takes(plan, title="a", size=1)
    with django_assert_num_queries(0):
        assert not any(passes(plan, GUEST) for _ in range(20))
        assert not any(takes(plan, title="A", size=at) for at in range(20))


def test_no_limit_takes_no_statement(django_assert_num_queries: Any) -> None:
    """Accounts and administrators pay nothing where nothing is declared."""
    plan = limited("")
    with django_assert_num_queries(0):
        assert passes(plan, somebody())
        assert passes(plan, ADMINISTRATOR)
        assert takes(plan, title="a")


def test_the_longest_wait_is_told() -> None:
    """In whole seconds, of all the limits that refuse."""
    plan = limited("RateLimit: {PerField: {title: 1/minute, size: 1/hour}}")
    check_fields(plan, GUEST, {"title": "a", "size": 1})
    pass_time(30)
    with pytest.raises(RateLimited) as refused:
        check_fields(plan, GUEST, {"title": "a", "size": 1})
    assert 3_560 <= int(refused.value.headers["Retry-After"]) <= 3_570
    with pytest.raises(RateLimited) as refused:
        check_fields(plan, GUEST, {"title": "a"})
    assert 25 <= int(refused.value.headers["Retry-After"]) <= 30


@pytest.mark.parametrize(("seconds", "told"), [(0.001, 1), (1, 1), (1.01, 2), (60.5, 61)])
def test_the_wait_is_whole_seconds_and_never_none(seconds: float, told: int) -> None:
    """Whoever obeys is not refused again."""
    assert RateLimited(seconds).headers == {"Retry-After": str(told)}


def test_the_table_shows_nobody() -> None:
    """No address and no value can be read from a row, nor be found by hashing guesses without the key."""
    plan = limited("RateLimit: {PerAddress: 1/minute, PerField: {title: 1/minute}}")
    passes(plan, GUEST)
    takes(plan, title="ada@example.org")
    shown = repr(list(RateCounter.objects.values()))
    assert RateCounter.objects.count() == 2
    assert "ada@" not in shown
    assert HERE not in shown


def test_the_key_depends_on_the_secret(settings: Any) -> None:
    """Another installation has other keys for the same caller."""
    plan = limited("RateLimit: 1/minute")
    assert passes(plan, GUEST)
    settings.SECRET_KEY = "another secret, of another installation"
    assert passes(plan, GUEST)
