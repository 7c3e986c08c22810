"""The page about clients of the original: every command that it shows prints what it shows."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

from tests.servers import Home

PAGE = Path(__file__).resolve().parent.parent / "docs" / "clients.md"
PASSWORD = "correct-horse-battery"


def sessions() -> list[tuple[str, str]]:
    """Return the commands of the page and what they print."""
    blocks = re.findall(r"^```console\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [tuple(part.split("\n", 1)) for block in blocks for part in block.split("$ ")[1:]]  # type: ignore[misc]


def like(shown: str) -> re.Pattern[str]:
    """Return a pattern for an output in which ``...`` stands for anything."""
    return re.compile(".*?".join(re.escape(part) for part in shown.strip().split("...")), re.DOTALL)


def test_the_commands_print_what_is_shown(home: Home) -> None:
    """In their order, with an administrator's token."""
    with home.with_settings(ADMIN_PASSWORD=PASSWORD).start("--workers", "1") as server:
        credentials = {"email": "admin@example.org", "password": PASSWORD}
        token = server.post("/action/user_account/signin", json=credentials).json()[0]["Attributes"]["value"]
        assert len(sessions()) == 5
        for command, shown in sessions():
            words = shlex.split(command.replace("http://127.0.0.1:6336", server.url).replace("$TOKEN", token))
            printed = subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
            assert like(shown).fullmatch(printed), (command, printed)
