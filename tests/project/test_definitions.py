"""Definitions at the start and while the server runs."""

from __future__ import annotations

import logging
from pathlib import Path
from unittest.mock import patch

import pytest
from django.db import OperationalError

from actions.models import Definition
from project import definitions
from project.definitions import RefusedDefinitions, follow_definitions, load_definitions

GOOD = "Name: hello\nOnType: todo\nInstanceOptional: true\nOutFields:\n  - {Return: true}\n"
BAD = GOOD.replace("todo", "tdo")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "hello.yaml"


def test_good_definitions_are_served(file: Path) -> None:
    """The report says what was added."""
    file.write_text(GOOD)
    (saved,) = load_definitions([file.parent]).added
    assert (saved.type_name, saved.name) == ("todo", "hello")


def test_bad_definitions_stop_the_start(file: Path) -> None:
    """Every problem with its place, then what to do."""
    file.write_text(BAD)
    with pytest.raises(RefusedDefinitions) as refused:
        load_definitions([file.parent])
    said = str(refused.value)
    assert f"{file}:2:9  at /OnType" in said
    assert said.endswith("1 problem(s) in definitions. Mend them and start again.")


def test_a_start_tells_what_authors_are_warned_of(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Of files that are new or changed; they are served all the same."""
    call = (
        "  - {Type: $network.request, Method: EXECUTE, Reference: a, Attributes: {Url: 'https://example.org/$p.title'}}"
    )
    change = "  - {Type: todo, Method: PATCH, Reference: p, Attributes: {reference_id: $.reference_id, title: x}}"
    file.write_text(f"Name: hello\nOnType: todo\nInstanceOptional: false\nOutFields:\n{change}\n{call}\n")
    assert load_definitions([file.parent]).added
    assert "ACT238 '$network.request' waits for another server" in caplog.text
    assert f"{file}:6:5  at /OutFields/1" in caplog.text


def test_a_bad_edit_is_logged_and_changes_nothing(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What was served before stays; the mended file is served."""
    file.write_text(GOOD)
    load_definitions([file.parent])
    follower = follow_definitions([file.parent])
    file.write_text(BAD)
    with caplog.at_level(logging.INFO, logger="project.definitions"):
        follower.step()
        follower.step()
    assert f"{file}:2:9  at /OnType" in caplog.text
    assert "What was served before stays." in caplog.text
    assert Definition.objects.get().served_version.text == GOOD


def test_a_database_that_is_away_is_asked_again(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The edit is served as soon as it is back."""
    follower = follow_definitions([file.parent])
    file.write_text(GOOD)
    with patch.object(definitions, "load_paths", side_effect=OperationalError("away")):
        follower.step()
        follower.step()
    assert "trying again" in caplog.text
    assert not Definition.objects.exists()
    follower.step()
    assert Definition.objects.get().name == "hello"
