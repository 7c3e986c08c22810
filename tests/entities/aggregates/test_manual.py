"""The manual does what it says."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from entities.aggregates.functions import COALESCE, FUNCTIONS
from entities.aggregates.parameters import KNOWN
from entities.authentication import issue_token
from tests.entities.conftest import make_account

MANUAL = (Path(__file__).parents[3] / "docs" / "aggregates.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```console\n(.*?)^```$", MANUAL, re.MULTILINE | re.DOTALL)
SESSIONS = [part.split("\n", 1) for block in BLOCKS for part in block.split("$ ")[1:]]


def like(shown):
    """Return a pattern for an output in which ``...`` stands for anything."""
    return re.compile(".*?".join(re.escape(part) for part in shown.strip().split("...")), re.DOTALL)


@pytest.mark.django_db(transaction=True)
def test_every_command_gives_what_is_shown(live_server, orders):
    """Each question is put to a server by curl, and its answer is as shown."""
    token = issue_token(make_account("root", is_superuser=True))
    assert len(SESSIONS) == 6
    for command, shown in SESSIONS:
        words = shlex.split(command.replace("http://127.0.0.1:6336", live_server.url).replace("$TOKEN", token))
        printed = subprocess.run(words, capture_output=True, text=True, check=True, timeout=20).stdout
        assert like(shown).fullmatch(printed.strip()), printed


def cells(head):
    """Return the names in the first cells of the table under a head."""
    rows = MANUAL[MANUAL.index(f"\n| {head} |") :].split("\n\n", 1)[0].splitlines()[3:]
    return set(re.findall(r"`([a-z]+(?:\[[a-z]+\])?)", "".join(row.split("|")[1] for row in rows)))


def test_the_tables_list_what_there_is():
    """Every parameter and every function has its row."""
    assert cells("parameter") == set(KNOWN)
    assert cells("function") == {*FUNCTIONS, COALESCE}
