"""The floors of the code map, held by the import contracts in ``pyproject.toml``."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = ["compiler.py", "dialects", "expressions", "integrations/documents", "plan", "signatures", "validation"]
DATABASE_AND_HTTP = ("django.db", "django.http")


def test_imports_run_downwards_only() -> None:
    """Every contract is kept, and every module stands on a floor."""
    linter = Path(sys.executable).with_name("lint-imports")
    ended = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert " 0 broken" in ended.stdout


@pytest.mark.parametrize("part", LANGUAGE)
def test_the_language_touches_neither_database_nor_http(part: str) -> None:
    """What the contracts cannot say of a part of Django."""
    path = ROOT / "actions" / part
    files = [path] if path.is_file() else sorted(path.rglob("*.py"))
    assert files
    assert [f"{file}: {name}" for file in files for name in imported(file) if name.startswith(DATABASE_AND_HTTP)] == []


def imported(file: Path) -> Iterator[str]:
    """Yield the modules that a file imports, inside functions too."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
