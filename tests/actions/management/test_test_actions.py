"""``manage.py test_actions``: examples are run, undone, and compared with what their author expects."""

from __future__ import annotations

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from actions.loading import save_definition
from actions.models import OutgoingEffect, Run
from actions.outbox import background
from entities.examples.models import Project, Todo
from entities.models import UserAccount
from tests.actions.test_processes import ROOT

pytestmark = pytest.mark.django_db

ACTION = """
Name: add
OnType: todo
Permission: {guest: [execute]}
InFields:
  - {Name: title, ColumnType: label}
  - {Name: project, ColumnType: label, IsNullable: true}
OutFields:
  - Fail: {Status: 409, Code: taken, Message: "Not $title."}
    Condition: "!title === 'fail'"
  - {Type: todo, Method: POST, Attributes: {title: "~title", project_id: "~project"}}
  - {Type: mail.send, Method: EXECUTE, Attributes: {to: a@example.org, subject: Hi, body: Hello}}
  - {Type: client.notify, Method: ACTIONRESPONSE, Attributes: {type: success, message: "$user.email"}}
Examples:
  - Name: the example
"""
ADA = "{Type: user_account, Reference: ada, Attributes: {name: Ada, email: ada@example.org, password: correct horse}}"
GARDEN = "{Type: project, Reference: garden, Attributes: {name: Garden}}"
ORGANISED = (
    "As: administrator\n    Given: [" + GARDEN + "]\n    Inputs: {title: Weed, project: $garden.reference_id}\n    "
)


def run(folder: Path, example: str) -> list[str]:
    """Return what the command says is different of one example; nothing where it passes."""
    (folder / "add.yaml").write_text(f"{ACTION}    {example}\n", encoding="utf-8")
    out = StringIO()
    try:
        call_command("test_actions", folder, stdout=out, stderr=StringIO())
    except CommandError:
        return [line.strip()[2:] for line in out.getvalue().splitlines() if line.startswith("      - ")]
    assert out.getvalue().endswith("1 example(s) passed.\n")
    return []


@pytest.mark.parametrize(
    ("example", "differences"),
    [
        pytest.param("Inputs: {title: Tea}", [], id="succeeds"),
        pytest.param("Inputs: {}", ["it fails: invalid_input, 'title' is required."], id="fails"),
        pytest.param("Inputs: {title: fail}\n    Expect: {Failure: {Code: taken, Fields: []}}", [], id="failure"),
        pytest.param("Expect: {Status: 422, Failure: {Code: invalid_input, Fields: [title]}}", [], id="fields"),
        pytest.param(
            "Expect: {Failure: {Code: invalid_input, Fields: [name]}}",
            ['it names ["title"], not ["name"]'],
            id="other-fields",
        ),
        pytest.param(
            "Inputs: {title: Tea}\n    Expect: {Failure: {Code: taken}}",
            ["it succeeds, and should fail with 'taken'"],
            id="no-failure",
        ),
        pytest.param(
            "Inputs: {title: fail}\n    Expect: {Failure: {Code: other}}",
            ["it fails with another code than 'other': taken, Not fail."],
            id="other-failure",
        ),
        pytest.param(
            "Inputs: {title: Tea}\n    Expect: {Status: 201}", ["the status is 200, not 201"], id="other-status"
        ),
        pytest.param(
            "Inputs: {title: Tea}\n    Expect: {Entries: [{Type: todo, Attributes: {title: Tea, done: false}}, "
            "{Type: client.notify}]}",
            [],
            id="entries",
        ),
        pytest.param(
            "Inputs: {title: Tea}\n    Expect: {Directives: [{Type: client.redirect}, {Type: client.notify}]}",
            [
                "directive [0] is 'client.notify', not 'client.redirect'",
                "directive [1] 'client.notify' is missing",
            ],
            id="other-directives",
        ),
        pytest.param(
            "Inputs: {title: Tea}\n    Expect: {Directives: []}",
            ["directive [0] 'client.notify' is one too many"],
            id="no-directives",
        ),
        pytest.param(
            "Inputs: {title: Tea}\n    Expect: {Rows: [{Type: todo, Where: {title: Tea}, Count: 2, "
            "Attributes: {done: true, title: Tea}}]}",
            [
                'there are 1 \'todo\' with {"title": "Tea"}, not 2',
                '\'todo\' with {"title": "Tea"}.done is false, not true',
            ],
            id="other-rows",
        ),
        pytest.param(
            "Inputs: {title: Tea}\n    Expect: {Rows: [{Type: todo, Where: {title: Milk}}]}",
            ['there is no \'todo\' with {"title": "Milk"}'],
            id="no-row",
        ),
        pytest.param(
            ORGANISED + "Expect: {Rows: [{Type: todo, Where: {project_id: $garden.reference_id}, Count: 1}]}",
            [],
            id="given-rows",
        ),
        pytest.param(
            f"As: ada@example.org\n    Given: [{ADA}]\n    Inputs: {{title: Tea}}\n    "
            "Expect: {Directives: [{Type: client.notify, Attributes: {message: $ada.email}}]}",
            [],
            id="as-a-given-account",
        ),
        pytest.param(
            "Given: [{Type: user_account, Attributes: {name: Ada}}]\n    Inputs: {title: Tea}",
            ["cannot be set up: 'password': This field is required. 'email': This field is required."],
            id="incomplete-row",
        ),
    ],
)
def test_an_example_says_what_is_different(example, differences, tmp_path, monkeypatch):
    """One sentence for each difference, with what was found and what was expected."""
    monkeypatch.setattr(background, "wake", lambda *_: pytest.fail("A mail leaves."))
    assert run(tmp_path, example) == differences
    for model in (Todo, Project, UserAccount, OutgoingEffect, Run):
        assert not model.objects.exists()


def test_a_failure_names_the_example_and_its_place(tmp_path, capsys):
    """Action, name, file and line."""
    (tmp_path / "add.yaml").write_text(ACTION, encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("test_actions", tmp_path / "add.yaml")
    first, place, *_ = capsys.readouterr().out.splitlines()
    assert first == "FAILS todo.add: the example"
    assert place.strip() == f"{tmp_path / 'add.yaml'}:15:5  at /Examples/0"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param(None, 2, id="no-file"),
        pytest.param(ACTION.split("Examples:", maxsplit=1)[0], 2, id="no-examples"),
        pytest.param(ACTION.replace("~title", "~titel"), 1, id="broken"),
        pytest.param(ACTION, 1, id="failing"),
    ],
)
def test_it_ends_with_a_code_for_programs(tmp_path, text, code):
    """1: something is wrong with the actions; 2: nothing was tested."""
    file = tmp_path / "add.yaml"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError) as failed:
        call_command("test_actions", file, stdout=StringIO())
    assert failed.value.returncode == code


def test_without_files_the_served_actions_are_tested(capsys):
    """What is stored is what is tested."""
    save_definition(ACTION + "    Inputs: {title: Tea}\n", "test.yaml")
    call_command("test_actions")
    assert capsys.readouterr().out.splitlines()[-1] == "1 example(s) passed."


def test_actions_of_other_files_may_be_invoked(tmp_path, capsys):
    """The files know one another, and are served for the time of the test only."""
    (tmp_path / "add.yaml").write_text(ACTION + "    Inputs: {title: Tea}\n", encoding="utf-8")
    outer = ACTION.replace("Name: add", "Name: outer", 1).partition("OutFields:")[0]
    outer += "OutFields:\n  - {Type: action.invoke, Method: EXECUTE, Attributes: {type: todo, name: add, "
    outer += "attributes: {title: Inner}}}\nExamples:\n  - Name: both\n    Inputs: {title: x}\n"
    outer += "    Expect: {Rows: [{Type: todo, Where: {title: Inner}, Count: 1}]}\n"
    (tmp_path / "outer.yaml").write_text(outer, encoding="utf-8")
    call_command("test_actions", tmp_path)
    assert capsys.readouterr().out.splitlines()[-1] == "2 example(s) passed."
    with pytest.raises(CommandError):
        call_command("invoke_action", "todo", "add", "title=x")


@pytest.mark.parametrize("expected", ["Tea", "Milk"])
def test_pytest_collects_examples(tmp_path, expected):
    """A conftest of one line; each example is a test, and tells what is different."""
    (tmp_path / "conftest.py").write_text("from actions.examples.collecting import pytest_collect_file\n")
    example = "    Inputs: {title: Tea}\n    Expect: {Rows: [{Type: todo, Where: {title: " + expected + "}}]}\n"
    (tmp_path / "add.yaml").write_text(ACTION + example, encoding="utf-8")
    (tmp_path / "plain.yaml").write_text("Name: nothing\nOnType: todo\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", str(ROOT / "pyproject.toml")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}"}
    ran = subprocess.run(
        [*command, f"--rootdir={tmp_path}", str(tmp_path)],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert "1 passed" in ran.stdout if expected == "Tea" else "1 failed" in ran.stdout, ran.stdout
    assert ("there is no 'todo'" in ran.stdout) is (expected == "Milk")
