"""`manage.py check_actions`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from actions.errors import Problem
from actions.locations import Location
from actions.management.commands.check_actions import as_annotation
from tests.actions.documents import BROKEN, calling, greeting

ROOT = Path(__file__).resolve().parents[3]
WARNED = greeting().replace('"hello"', '"$.name"')


def run(*arguments: object) -> tuple[int, str, str]:
    """Return the exit code and what the command writes to its two streams."""
    stdout, stderr = StringIO(), StringIO()
    try:
        call_command("check_actions", *map(str, arguments), stdout=stdout, stderr=stderr)
    except CommandError as error:
        return error.returncode, stdout.getvalue(), f"{stderr.getvalue()}{error}\n"
    return 0, stdout.getvalue(), stderr.getvalue()


@pytest.fixture
def bad(folder: Path) -> Path:
    """A file with one error."""
    path = folder / "bad.yaml"
    path.write_text(BROKEN)
    return path


def test_good_files(folder: Path) -> None:
    """Files that compile, and know one another, end well."""
    for name, text in (("a.yaml", calling("first", "second")), ("b.json", '{"Actions": []}')):
        (folder / name).write_text(text)
    (folder / "b.json").write_text(json.dumps({"Name": "second", "OnType": "usergroup", "OutFields": []}))
    code, stdout, _ = run(folder / "a.yaml", folder / "b.json")
    assert (code, stdout) == (0, "2 file(s) compiled.\n")


def test_what_is_not_checked_is_said(folder: Path) -> None:
    """Calls of other services are judged by what the database knows of them: nobody shall think that they were."""
    outcomes = "[{Type: shop, Method: none, Attributes: {a: b}}, {Type: shop, Method: other}]"
    (folder / "a.yaml").write_text(f"{{Name: a, OnType: todo, InstanceOptional: true, OutFields: {outcomes}}}")
    code, stdout, _ = run(folder / "a.yaml")
    assert (code, stdout) == (
        0,
        "1 file(s) compiled.\nCalls of 'shop' were not checked: that needs the database, so loading does it.\n",
    )


def test_problem_as_text(bad: Path) -> None:
    """Code, sentence and hint; then the place; then the line with a caret."""
    assert run(bad) == (
        1,
        "",
        "ACT204 Unknown reference 'nobody'.\n"
        f"  {bad}:6:42  at /OutFields/0/Attributes/message\n"
        '    6 |     Attributes: {type: success, message: "$nobody.name"}\n'
        "      |                                          ^\n"
        "1 problem(s) in 1 file(s).\n",
    )


def test_problems_as_json(bad: Path, folder: Path) -> None:
    """A list of all problems, file by file, and nothing else."""
    (folder / "warned.yaml").write_text(WARNED)
    code, stdout, _ = run(bad, folder / "warned.yaml", "--format", "json")
    problems = json.loads(stdout)
    assert code == 1
    assert [(item["severity"], Path(item["file"]).name) for item in problems] == [
        ("error", "bad.yaml"),
        ("warning", "warned.yaml"),
    ]
    assert problems[0] == {
        "code": "ACT204",
        "severity": "error",
        "file": str(bad),
        "line": 6,
        "column": 42,
        "pointer": "/OutFields/0/Attributes/message",
        "message": "Unknown reference 'nobody'.",
        "hint": "",
    }


def test_no_problems_as_json(folder: Path) -> None:
    """An empty list, for programs."""
    (folder / "a.yaml").write_text(greeting())
    assert run(folder, "--format", "json") == (0, "[]\n", "")


def test_problems_as_annotations(bad: Path) -> None:
    """One workflow command for each problem."""
    code, stdout, _ = run(bad, "--format", "github")
    assert (code, stdout) == (1, f"::error file={bad},line=6,col=42,title=ACT204::Unknown reference 'nobody'.\n")


@pytest.mark.parametrize(
    ("source", "message", "expected"),
    [
        pytest.param(
            "a.yaml", "50% of\nit", "::warning file=a.yaml,line=1,col=2,title=X1::50%25 of%0Ait H.", id="message"
        ),
        pytest.param("a,b:c%.yaml", "m", "::warning file=a%2Cb%3Ac%25.yaml,line=1,col=2,title=X1::m H.", id="file"),
    ],
)
def test_annotations_are_escaped(source: str, message: str, expected: str) -> None:
    """Nothing in a name or a message ends the command early."""
    problem = Problem("X1", message, Location(source, 1, 2), "H.", "warning")
    assert as_annotation(problem) == expected


@pytest.mark.parametrize("style", ["text", "json", "github"])
def test_warnings_do_not_fail(folder: Path, style: str) -> None:
    """What is only doubtful is printed, and the command ends well."""
    (folder / "a.yaml").write_text(WARNED)
    code, stdout, stderr = run(folder, "--format", style)
    assert code == 0
    assert "ACT" in (stderr if style == "text" else stdout)


def test_fixtures_compile() -> None:
    """The shipped examples have no problems."""
    assert run(ROOT / "fixtures" / "actions" / "daptin")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param([], "the following arguments are required: FILE", id="no-file"),
        pytest.param(["gone.yaml"], "'gone.yaml' does not exist.", id="missing-file"),
        pytest.param(["manage.py", "--format", "xml"], "invalid choice: 'xml'", id="unknown-format"),
        pytest.param(["manage.py", "--frmat", "json"], "unrecognized arguments: --frmat", id="unknown-option"),
    ],
)
def test_wrong_usage(arguments: Sequence[str], message: str) -> None:
    """Wrong usage is told apart from broken files, by the exit code."""
    ended = _manage(*arguments)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert message in ended.stderr


def test_a_folder_without_definitions_is_wrong_usage(tmp_path: Path) -> None:
    """A path with a typing error must not look like success."""
    with pytest.raises(CommandError, match="No definition file is there") as caught:
        call_command("check_actions", tmp_path)
    assert caught.value.returncode == 2


def test_needs_no_database(bad: Path) -> None:
    """The command works where no database answers."""
    ended = _manage(str(bad), "--format", "json", DATABASE_URL="postgres://nobody@127.0.0.1:1/none")
    assert ended.returncode == 1
    assert [item["code"] for item in json.loads(ended.stdout)] == ["ACT204"]


def _manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "check_actions", *arguments]
    env = {"PATH": "/usr/bin:/bin", "SECRET_KEY": "k" * 60, **environment}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
