"""`manage.py load_actions`."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from actions.loading import save_definition
from actions.models import Definition
from tests.actions.documents import BROKEN, greeting

pytestmark = pytest.mark.django_db


def run(*paths: object) -> tuple[str, str]:
    """Return what the command writes to its two streams."""
    stdout, stderr = StringIO(), StringIO()
    try:
        call_command("load_actions", *map(str, paths), stdout=stdout, stderr=stderr)
    except CommandError as error:
        return stdout.getvalue(), f"{stderr.getvalue()}CommandError: {error}\n"
    return stdout.getvalue(), stderr.getvalue()


def test_says_what_became_of_each_action(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Added, changed and unchanged actions with their files as seen from here, then the numbers."""
    monkeypatch.chdir(folder.parent)
    for name in "ab":
        (folder / f"{name}.yaml").write_text(greeting(name=name))
    assert run("definitions") == (
        "added      usergroup.a definitions/a.yaml\n"
        "added      usergroup.b definitions/b.yaml\n"
        "2 added, 0 changed, 0 unchanged.\n",
        "",
    )
    (folder / "a.yaml").write_text(greeting("bye", name="a"))
    save_definition(greeting("edited", name="b"), "admin")
    assert run("definitions") == (
        "changed    usergroup.a definitions/a.yaml\n"
        "unchanged  usergroup.b definitions/b.yaml (version 2 from 'admin' is kept: the file has not changed)\n"
        "0 added, 1 changed, 1 unchanged.\n",
        "",
    )
    (folder / "b.yaml").unlink()
    assert run("definitions")[0] == (
        "unchanged  usergroup.a definitions/a.yaml\n"
        "missing    usergroup.b: its file does not have it any more; it is still served.\n"
        "0 added, 0 changed, 1 unchanged.\n"
    )


def test_problems_are_told_and_the_rest_is_loaded(folder: Path) -> None:
    """A broken file makes the command fail, with the problem as in the manual; the others are loaded."""
    bad = folder / "a.yaml"
    bad.write_text(BROKEN)
    (folder / "b.yaml").write_text(greeting(name="b"))
    stdout, stderr = run(folder)
    assert stdout == f"added      usergroup.b {folder / 'b.yaml'}\n1 added, 0 changed, 0 unchanged.\n"
    assert stderr == (
        "ACT204 Unknown reference 'nobody'.\n"
        f"  {bad}:6:42  at /OutFields/0/Attributes/message\n"
        '    6 |     Attributes: {type: success, message: "$nobody.name"}\n'
        "      |                                          ^\n"
        "CommandError: 1 problem(s); their files were not loaded.\n"
    )


def test_without_paths_those_of_the_settings_are_loaded(folder: Path, settings: Any) -> None:
    """The same folders that the server loads."""
    (folder / "a.yaml").write_text(greeting())
    settings.ACTIONS = {**settings.ACTIONS, "PATHS": [folder]}
    assert run()[0].endswith("1 added, 0 changed, 0 unchanged.\n")
    assert Definition.objects.get().name == "greet"


def test_missing_path_is_wrong_usage(folder: Path) -> None:
    """Nothing is loaded when a path is misspelt."""
    (folder / "a.yaml").write_text(greeting())
    with pytest.raises(CommandError, match=r"'.*gone' does not exist\.") as caught:
        call_command("load_actions", folder, folder / "gone")
    assert (caught.value.returncode, Definition.objects.count()) == (2, 0)


def diff(*paths: object) -> str:
    """Return what ``--diff`` says, both streams."""
    return "".join(run("--diff", *paths))


def test_diff_says_when_all_is_the_same(folder: Path) -> None:
    """No drift: one line, and the command succeeds."""
    (folder / "a.yaml").write_text(greeting(name="a"))
    run(folder)
    assert diff(folder) == "1 action(s) are the same in files and database.\n"


def test_diff_shows_drift_in_both_directions(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who changed what since the file was loaded, what is on one side only, and a patch where something is served."""
    monkeypatch.chdir(folder.parent)
    for name in "abc":
        (folder / f"{name}.yaml").write_text(greeting(name=name))
    run(folder)
    save_definition(greeting("edited", name="a"), "admin")
    save_definition(greeting("edited", name="c"), "admin")
    save_definition(greeting(name="z"), "admin")
    (folder / "b.yaml").write_text(greeting("newer", name="b"))
    (folder / "c.yaml").write_text(greeting("newer", name="c"))
    (folder / "n.yaml").write_text(greeting(name="n"))
    before = list(Definition.objects.values())
    told = diff("definitions")
    assert [line for line in told.splitlines() if line.startswith(("usergroup", "Command"))] == [
        "usergroup.a changed in the database: definitions/a.yaml, version 2 from 'admin'",
        f"usergroup.b changed in the file: definitions/b.yaml, version 1 from '{folder / 'b.yaml'}'",
        "usergroup.c changed in both: definitions/c.yaml, version 2 from 'admin'",
        "usergroup.n only in files: definitions/n.yaml is not loaded",
        "usergroup.z only in the database, version 1 from 'admin'",
        "CommandError: 5 of 5 action(s) differ.",
    ]
    assert (
        "--- a/definitions/a.yaml\n+++ b/definitions/a.yaml\n@@ -5,4 +5,4 @@\n OutFields:\n   - Type: client.notify\n"
        "     Method: ACTIONRESPONSE\n"
        '-    Attributes: {type: success, message: "hello"}\n+    Attributes: {type: success, message: "edited"}\n'
    ) in told
    assert "--- /dev/null\n+++ b/usergroup.z.yaml\n@@ -0,0 +1,8 @@\n+Name: z\n" in told
    assert list(Definition.objects.values()) == before


def test_diff_does_not_compare_what_has_an_error(folder: Path) -> None:
    """A broken file is a problem, and no drift of what it defined before."""
    file = folder / "a.yaml"
    file.write_text(greeting(name="a"))
    run(folder)
    file.write_text(BROKEN.replace("Name: greet", "Name: a"))
    told = diff(folder)
    assert told.startswith("ACT204 Unknown reference 'nobody'.")
    assert told.endswith("CommandError: 1 problem(s); their files were not compared.\n")
    assert "only in the database" not in told
