"""The README does what it says: its commands, its five minutes, its tables."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from entities.permissions import GROUP_SHIFT, USER_SHIFT, Right
from tests.servers import Home, Server

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    """Return the contents of the README's fenced blocks in one language."""
    return [content for name, content in BLOCK.findall(TEXT) if name == language]


def table(head: str) -> list[list[str]]:
    """Return the cells of the table whose head line begins with ``head``."""
    lines = TEXT[TEXT.index(f"\n| {head}") + 1 :].split("\n\n", 1)[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def like(shown: str) -> re.Pattern[str]:
    """Return a pattern for an output in which ``...`` stands for anything."""
    return re.compile(".*?".join(re.escape(part) for part in shown.strip().split("...")), re.DOTALL)


def test_it_opens_with_two_commands_of_one_line_each() -> None:
    """One runs everything, one passes the tests; each begins with nothing but Python."""
    run, test = (block.strip() for block in blocks("sh")[:2])
    assert "\n" not in run + test
    assert run.startswith("python3 -m venv .venv && ")
    assert run.endswith(" manage.py up")
    assert test.startswith("python3 -m venv .venv && ")
    assert test.endswith("/pytest")


@pytest.fixture
def mine(home: Home) -> Path:
    """The folder and the file of the five minutes."""
    (definition,) = (block for block in blocks("yaml") if block.startswith("# mine/"))
    folder = home.folder / "mine"
    folder.mkdir()
    (folder / "add_todo.yaml").write_text(definition, encoding="utf-8")
    return folder


def test_the_five_minutes_give_what_is_shown(home: Home, mine: Path) -> None:
    """Every command that is shown is run, and its output is as shown; then the mistake, its place, and its mending."""
    file = mine / "add_todo.yaml"
    with home.with_settings(ACTIONS_PATH="mine").start() as server:
        for command, shown in sessions():
            check(server, command, shown)
        file.write_text(file.read_text(encoding="utf-8").replace('"~title"', '"~titel"'), encoding="utf-8")
        (problem,) = blocks("text")
        server.wait_for(like(problem).pattern, stream="errors", seconds=30)
        check(server, *sessions()[0])


def sessions() -> list[tuple[str, str]]:
    """Return commands and what they print."""
    return [tuple(part.split("\n", 1)) for block in blocks("console") for part in block.split("$ ")[1:]]  # type: ignore[misc]


def check(server: Server, command: str, shown: str) -> None:
    """Run a shown command against a server that stands elsewhere, and compare what it prints."""
    words = [word.replace("http://127.0.0.1:6336", server.url) for word in shlex.split(command)]
    printed = subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
    assert like(shown).fullmatch(printed), printed


def test_every_setting_has_its_row() -> None:
    """What the settings read is what the table lists."""
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "project").glob("*.py"))
    reader = "text|flag|names|folders|hosts|rate|sites?|networks"
    read = set(re.findall(rf"""\b(?:{reader})\(\s*"([A-Z_]+)\"""", source)) - {"XDG_STATE_HOME"}
    assert {name for row in table("variable") for name in re.findall(r"`(\w+)`", row[0])} == read


def test_the_permission_bits_are_the_real_ones() -> None:
    """Seven rights, three classes."""
    expected = [
        [str(right.name).lower(), *(str(right << shift) for shift in (0, USER_SHIFT, GROUP_SHIFT))] for right in Right
    ]
    assert [row[:4] for row in table("right")] == expected


@pytest.mark.parametrize("app", ["project", "entities", "actions"])
def test_the_code_map_has_every_module(app: str) -> None:
    """Each module and package of an app stands in its row, and nothing that is gone."""
    here = {path.stem for path in (ROOT / app).iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    section = TEXT[TEXT.index("## Code map") :]
    mapped = set(re.findall(rf"`{app}/(\w+)`", section))
    assert mapped == here - {"__init__", "migrations"}


def test_links_lead_somewhere() -> None:
    """Every file that is linked exists."""
    for target in re.findall(r"\]\((?!http)([^)#]+)", TEXT):
        assert (ROOT / target).exists(), target
