"""Files of definitions in, a test for each example out: for pytest. A ``conftest.py`` beside the files has one line:

    from actions.examples.collecting import pytest_collect_file

Actions of the other files of a folder may be invoked. pytest-django makes the database.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from actions import catalog
from actions.catalog import Served
from actions.dialects.documents.reader import read_documents
from actions.errors import Problem
from actions.examples import run_example
from actions.loading import compile_paths
from actions.loading.files import SUFFIXES
from actions.values import ListValue, MappingValue, Value

ANNOUNCED = "examples"


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a file of definitions with examples."""
    if file_path.suffix not in SUFFIXES or not _names(file_path):
        return None
    collected: pytest.Collector = DefinitionFile.from_parent(parent, path=file_path)
    return collected


class DefinitionFile(pytest.Module):
    """One file; its tests are its examples."""

    def _getobj(self) -> ModuleType:
        module = ModuleType(self.path.stem)
        module.test_example = _test(self.path)  # type: ignore[attr-defined]
        return module


def _test(path: Path) -> Callable[..., None]:
    @pytest.mark.django_db
    @pytest.mark.parametrize("name", _names(path))
    def test_example(name: str) -> None:
        """What comes of the action is what its author expects."""
        plans, problems = _compiled(path.parent)
        own = [problem for problem in problems if problem.location.source == str(path) and problem.severity == "error"]
        if own:
            pytest.fail("\n".join(map(str, own)), pytrace=False)
        with catalog.serving(plans) as actions:
            differences = _differences(actions, path, name)
        if differences:
            pytest.fail("\n".join(differences), pytrace=False)

    return test_example


def _differences(actions: list[Served], path: Path, name: str) -> tuple[str, ...]:
    found = [
        (served, example)
        for served in actions
        for example in served.plan.examples
        if example.name == name and Path(example.location.source).resolve() == path.resolve()
    ]
    return tuple(item for served, example in found for item in run_example(served, example).differences)


@lru_cache(maxsize=64)
def _compiled(folder: Path) -> tuple[list[Any], list[Problem]]:
    return compile_paths([folder])


@lru_cache(maxsize=1024)
def _names(path: Path) -> tuple[str, ...]:
    """Return the names of the examples in a file, without a database."""
    found: list[str] = []
    for document in read_documents(path.read_bytes(), str(path), lambda problem: None):
        _collect(document.data, found)
    return tuple(dict.fromkeys(found))


def _collect(value: Value, found: list[str]) -> None:
    if isinstance(value, ListValue):
        for item in value.items:
            _collect(item, found)
    if not isinstance(value, MappingValue):
        return
    for entry in value:
        if entry.key.lower() == ANNOUNCED and isinstance(entry.value, ListValue):
            found += [name for item in entry.value.items if (name := _name(item))]
        elif entry.key.lower() == "actions":
            _collect(entry.value, found)


def _name(value: Value) -> str:
    if not isinstance(value, MappingValue):
        return ""
    return next((str(entry.value.value) for entry in value if entry.key.lower() == "name"), "")  # type: ignore[union-attr]
