"""Commands that need the database say so when they cannot have it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.servers import Home


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("explain_action", "todo", "add"), id="explain"),
        pytest.param(("invoke_action", "todo", "add", "title=x"), id="invoke"),
        pytest.param(("load_actions",), id="load"),
    ],
)
def test_a_database_without_tables_ends_the_command_with_a_sentence(home: Home, arguments: tuple[str, ...]) -> None:
    """What to do, not a traceback."""
    (Path(home.environment["OUTFIELD_HOME"])).mkdir()
    ended = home.run(*arguments)
    assert ended.returncode == 1
    assert ended.stderr.startswith("CommandError: The database cannot be used (no such table: ")
    assert ended.stderr.rstrip().endswith("Run 'manage.py up' or 'manage.py migrate' once, or mend DATABASE_URL.")
