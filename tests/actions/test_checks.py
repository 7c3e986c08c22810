"""Documents as Django's checks see them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core import checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import OperationalError

from actions.checks import check_documents, check_secrets, check_variables
from actions.secrets.changing import Content, set_secret
from tests.actions.documents import BROKEN, calling, greeting


@pytest.fixture
def documents(folder: Path, settings: Any) -> Path:
    """The folder that the settings name."""
    settings.ACTIONS = {**settings.ACTIONS, "PATHS": [folder]}
    return folder


def test_good_documents_have_no_messages(documents: Path) -> None:
    """Files that compile together pass."""
    (documents / "a.yaml").write_text(calling("first", "second"))
    (documents / "b.yaml").write_text(greeting(name="second"))
    assert check_documents() == []


def test_error_and_warning(documents: Path) -> None:
    """Each problem is a message with its place, its line and its hint."""
    (documents / "a.yaml").write_text(BROKEN.replace("$nobody.name", "$usr.name"))
    (documents / "b.yaml").write_text(greeting(name="b").replace('"hello"', '"$.name"'))
    error, warning = check_documents()
    assert (error.id, error.level, error.obj) == (
        "actions.E001",
        checks.ERROR,
        f"{documents / 'a.yaml'}:6:42  at /OutFields/0/Attributes/message",
    )
    assert error.msg == (
        "ACT204 Unknown reference 'usr'.\n"
        '    6 |     Attributes: {type: success, message: "$usr.name"}\n'
        "      |                                          ^"
    )
    assert error.hint == "Did you mean 'user'?"
    assert (warning.id, warning.level) == ("actions.W001", checks.WARNING)


@pytest.mark.django_db
def test_check_command_reports_broken_documents(documents: Path) -> None:
    """``manage.py check`` fails with them; nobody has to ask for it."""
    (documents / "a.yaml").write_text(BROKEN)
    with pytest.raises(SystemCheckError, match=r"actions\.E001"):
        call_command("check")
    call_command("check", tags=["models"])


def test_missing_folder_is_an_error(documents: Path) -> None:
    """A folder that the settings name has to be there."""
    documents.rmdir()
    (error,) = check_documents()
    assert error.msg == f"ACT120 '{documents}' cannot be read: no such file or folder."


@pytest.mark.django_db
def test_secrets_that_cannot_be_decrypted_are_told(documents: Path, settings: Any, capsys: Any) -> None:
    """``manage.py check`` names each, and what to do; good ones are not mentioned."""
    settings.SECRET_KEY = "old" * 20
    set_secret("lost", Content.of_text("value"))
    settings.SECRET_KEY = "new" * 20
    set_secret("kept", Content.of_text("value"))
    (warning,) = check_secrets()
    assert (warning.id, warning.level, warning.obj) == ("actions.W002", checks.WARNING, "lost")
    assert "SECRET_KEY_FALLBACKS" in warning.msg
    call_command("check")
    assert "lost: (actions.W002)" in capsys.readouterr().err
    settings.SECRET_KEY_FALLBACKS = ["old" * 20]
    assert check_secrets() == []


def test_secrets_are_not_asked_for_without_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the first migration, or while the database is away, there is nothing to tell."""

    def fail() -> None:
        raise OperationalError("no such table")

    monkeypatch.setattr("actions.checks.list_secrets", fail)
    assert check_secrets() == []


def test_a_variable_for_secrets_is_not_for_expressions(settings: Any) -> None:
    """What expressions can read, an answer may show."""
    settings.ACTIONS = {**settings.ACTIONS, "SECRET_ENV_NAMES": ["A", "B"], "ENV_NAMES": ["B", "C"]}
    (warning,) = check_variables()
    assert (warning.id, warning.obj) == ("actions.W003", "B")
