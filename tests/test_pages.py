"""What the README and the pages name is there: files, headings, commands and their options, addresses, codes."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class
from django.urls import resolve

from tests.manual import all_failures

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
PAGES = sorted((ROOT / "docs").glob("*.md"))
SOURCES = [path for app in ("project", "entities", "actions") for path in sorted((ROOT / app).rglob("*.py"))]
SOURCE = "".join(path.read_text(encoding="utf-8") for path in SOURCES)

pages = pytest.mark.parametrize("page", [README, *PAGES], ids=lambda page: page.stem)


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def anchors(page: Path) -> set[str]:
    """Return the fragments under which a page's headings are reached."""
    heads = re.findall(r"^#+ (.*)$", text(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


def options(parser: ArgumentParser) -> Iterator[str]:
    """Yield the options of a command and of its subcommands."""
    for action in parser._actions:
        yield from action.option_strings
        if isinstance(action.choices, dict):
            for subcommand in action.choices.values():
                yield from options(subcommand)


@pages
def test_links_lead_somewhere(page: Path) -> None:
    """Every file that is linked is there, and has the heading."""
    for target in re.findall(r"\]\((?!http)([^)]+)\)", text(page)):
        file, _, anchor = target.partition("#")
        linked = page.parent / file if file else page
        assert linked.exists(), target
        assert not anchor or anchor in anchors(linked), target


@pages
def test_commands_have_the_options_that_are_shown(page: Path) -> None:
    """Each command of ``manage.py`` is there, and so are the options behind it."""
    for name, rest in re.findall(r"(?:manage\.py |`manage\.py\n)([a-z_]+)([^`\n|]*)", text(page)):
        assert name in get_commands(), name
        known = set(options(load_command_class(get_commands()[name], name).create_parser("manage.py", name)))
        assert set(re.findall(r"(?<![\w-])--[a-z-]+", rest)) <= known, f"{name}{rest}"


@pages
def test_files_and_modules_that_are_named_are_there(page: Path) -> None:
    """Paths in backticks, and modules that are to be run."""
    for name in re.findall(r"`((?:fixtures|actions|entities|project|docs|tests|\.ci)/[\w./-]+)`", text(page)):
        assert (ROOT / name).exists() or (ROOT / f"{name}.py").exists(), name
    for module in re.findall(r"\btests\.[\w.]*\w", text(page)):
        assert (ROOT / f"{module.replace('.', '/')}.py").exists(), module


@pages
def test_addresses_of_the_admin_lead_somewhere(page: Path) -> None:
    """They are what the admin answers."""
    for address in re.findall(r"`(/admin/[\w/]*)`", text(page)):
        assert resolve(address).func.__name__ != "catch_all_view", address


@pages
def test_codes_are_those_of_the_code(page: Path) -> None:
    """Each code of a failure or a problem is one that something can have."""
    known = {failure.code for failure in all_failures()} | set(re.findall(r'"((?:ACT|ENT)\d{3})"', SOURCE))
    assert set(re.findall(r"\b(?:ACT|ENT)\d{3}\b", text(page))) <= known


def test_every_setting_has_its_row() -> None:
    """What the settings read from the environment is what the page about operating lists."""
    source = "".join(text(path) for path in (ROOT / "project").glob("*.py"))
    reader = "text|flag|names|folders|hosts|rate|sites?|networks"
    read = set(re.findall(rf"""\b(?:{reader})\(\s*"([A-Z_]+)\"""", source)) - {"XDG_STATE_HOME"}
    table = text(ROOT / "docs" / "operating.md").partition("\n| variable |")[2].partition("\n\n")[0]
    assert {name for row in table.splitlines()[2:] for name in re.findall(r"`(\w+)`", row.split("|")[1])} == read


def test_every_page_is_reached_from_the_readme() -> None:
    """Nobody has to look into the folder."""
    linked = re.findall(r"\]\(docs/(\w+\.md)\)", text(README))
    assert {page.name for page in PAGES} <= set(linked)


def test_sources_refer_to_pages_that_are_here() -> None:
    """A docstring or a message sends nobody to a page that is gone, or to a paper that was never here."""
    gone = {page for page in re.findall(r"\bdocs/\w+\.md\b", SOURCE) if not (ROOT / page).exists()}
    assert gone == set()
    assert re.findall(r"\breference \d|\bDESIGN\b|\bNOTATION\b", SOURCE) == []
