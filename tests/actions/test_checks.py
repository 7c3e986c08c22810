"""Documents as Django's checks see them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core import checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import OperationalError

from actions.checks import check_documents, check_secrets, check_settings, check_variables
from actions.options import DEFAULTS, option
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


@pytest.mark.parametrize(
    ("changes", "code", "message", "hint"),
    [
        pytest.param(
            {"WEBHOOKS": {"ATEMPTS": 3}},
            "actions.E002",
            "ACTIONS['WEBHOOKS'] has an unknown key 'ATEMPTS'.",
            "Did you mean 'ATTEMPTS'?",
            id="of-a-group",
        ),
        pytest.param(
            {"WEBHOOK": {"ATTEMPTS": 3}},
            "actions.E002",
            "ACTIONS has an unknown key 'WEBHOOK'.",
            "Did you mean 'WEBHOOKS'?",
            id="group",
        ),
        pytest.param(
            {"OUTBOX": {"ZZZ": 1}},
            "actions.E002",
            "ACTIONS['OUTBOX'] has an unknown key 'ZZZ'.",
            None,
            id="no-suggestion",
        ),
        pytest.param({"RUNS": 30}, "actions.E003", "ACTIONS['RUNS'] must be a dict.", None, id="no-group"),
        pytest.param(
            {"JAVASCRIPT": {"TIMES": 1}},
            "actions.E003",
            "Unknown setting ACTIONS['JAVASCRIPT']['TIMES']. Did you mean 'TIME'?",
            None,
            id="of-scripts",
        ),
        pytest.param(
            {"JAVASCRIPT": {"TIME": 0}},
            "actions.E003",
            "ACTIONS['JAVASCRIPT']['TIME'] must be a number above 0.",
            None,
            id="value-of-scripts",
        ),
        pytest.param({"JAVASCRIPT": 1}, "actions.E003", "ACTIONS['JAVASCRIPT'] must be a dict.", None, id="scripts"),
    ],
)
def test_a_setting_that_does_nothing_is_told(
    settings: Any, changes: dict[str, Any], code: str, message: str, hint: str | None
) -> None:
    """A misspelt option is an error at the start, and not the default in silence."""
    settings.ACTIONS = {**settings.ACTIONS, **changes}
    assert [(item.id, item.msg, item.hint) for item in check_settings()] == [(code, message, hint)]


@pytest.mark.django_db
def test_the_check_command_refuses_a_setting_that_does_nothing(documents: Path, settings: Any) -> None:
    """Nobody has to ask for it; the shipped settings pass, and name what is free to name."""
    settings.ACTIONS = {**settings.ACTIONS, "ENV": {"ANY": "thing"}, "MAX_UPLOADS": {"/x/": 1}}
    call_command("check")
    settings.ACTIONS = {**settings.ACTIONS, "OUTBOUND": {"CALL": 1}}
    with pytest.raises(SystemCheckError, match=r"actions\.E002.*'CALL'"):
        call_command("check")


def test_every_setting_has_a_default(settings: Any) -> None:
    """A project that names one option of a group keeps the others, and one that names nothing has all of them."""
    settings.ACTIONS = {"WEBHOOKS": {"ATTEMPTS": 3}}
    assert [option("WEBHOOKS", key) for key in ("ATTEMPTS", "KEEP_DAYS")] == [3, 90]
    del settings.ACTIONS
    assert all(option(name) == default for name, default in DEFAULTS.items())
    assert check_settings() == []


def test_the_shipped_settings_say_the_defaults(settings: Any) -> None:
    """A number that stands in the settings too, for who reads them, is the one that holds without it."""
    for name, default in DEFAULTS.items():
        shipped = settings.ACTIONS[name]
        if isinstance(default, int):
            assert shipped == default, name
        if isinstance(default, dict) and name not in ("ENV", "MAX_UPLOADS", "JAVASCRIPT"):
            assert {**shipped, "ALLOWED_HOSTS": ()} == {**default, "ALLOWED_HOSTS": ()}, name
