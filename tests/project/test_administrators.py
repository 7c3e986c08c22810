"""The first administrator: made once, from the environment or with a generated password."""

from __future__ import annotations

import pytest

from entities.models import UserAccount
from project.administrators import NewAdministrator, ensure_administrator
from project.environment import WrongSetting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ADMIN_EMAIL", raising=False)
    monkeypatch.delenv("ADMIN_PASSWORD", raising=False)


def test_a_password_is_generated_and_told_once() -> None:
    """It opens the account; the second time there is nothing to make and nothing to tell."""
    made = ensure_administrator()
    assert made is not None
    assert made.password is not None
    account = UserAccount.objects.get(email=made.email)
    assert account.is_superuser
    assert account.is_staff
    assert account.check_password(made.password)
    assert ensure_administrator() is None


def test_the_environment_names_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """A password that was given is not repeated."""
    monkeypatch.setenv("ADMIN_EMAIL", "Ada@Example.org")
    monkeypatch.setenv("ADMIN_PASSWORD", "correct-horse-battery")
    assert ensure_administrator() == NewAdministrator("ada@example.org", None)
    assert UserAccount.objects.get(email="ada@example.org").check_password("correct-horse-battery")


def test_nobody_is_made_where_nobody_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    """``ADMIN_EMAIL=none`` leaves the place to the first account that asks for it."""
    monkeypatch.setenv("ADMIN_EMAIL", "None")
    assert ensure_administrator() is None
    assert not UserAccount.objects.exists()


def test_an_inactive_administrator_does_not_count() -> None:
    """Nobody could sign in."""
    UserAccount.objects.create_superuser("old@example.org", "correct-horse", is_active=False)
    assert ensure_administrator() is not None


def test_somebody_else_s_account_is_not_promoted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever signed up first under that e-mail does not become an administrator by it."""
    UserAccount.objects.create_user("ADA@example.org", "correct-horse", name="Ada")
    monkeypatch.setenv("ADMIN_EMAIL", "ada@example.org")
    with pytest.raises(WrongSetting) as wrong:
        ensure_administrator()
    said = "ADMIN_EMAIL: 'ada@example.org' has an account that is no administrator. Choose another."
    assert str(wrong.value) == said


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        pytest.param("short", "This password is too short. It must contain at least 8 characters.", id="short"),
        pytest.param("password1", "This password is too common.", id="common"),
    ],
)
def test_a_weak_password_is_refused(monkeypatch: pytest.MonkeyPatch, password: str, sentence: str) -> None:
    """The account that may do everything has a password worth the name."""
    monkeypatch.setenv("ADMIN_PASSWORD", password)
    with pytest.raises(WrongSetting) as wrong:
        ensure_administrator()
    assert str(wrong.value) == f"ADMIN_PASSWORD: {sentence} Choose another."
    assert not UserAccount.objects.exists()
