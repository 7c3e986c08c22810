"""``docs/accounts.md`` does what it says: its tour is taken, command by command."""

import os
import re
import subprocess
from pathlib import Path

import pyotp
import pytest
from django.db import transaction
from django.utils import timezone

from actions.dialects.daptin.targets import executable
from entities import one_time_codes
from tests.acceptance.quick import links, quick
from tests.mails import running_sink
from tests.test_readme import BLOCK, like

PAGE = (Path(__file__).parents[2] / "docs" / "accounts.md").read_text(encoding="utf-8")
FOLDER = Path(__file__).parents[2] / "fixtures" / "actions" / "daptin"
STEP = 30


def sessions():
    """Return every command that is shown, and what it prints."""
    blocks = [content for language, content in BLOCK.findall(PAGE) if language == "console"]
    return [part.split("\n", 1) for block in blocks for part in block.split("$ curl")[1:]]


@pytest.fixture
def site(home):
    with running_sink() as sink, quick(home, EMAIL_URL=sink.url).start() as server:
        yield server, sink


def test_the_tour(site):
    """Each answer is as shown; token, link and code are what a reader would fill in."""
    server, sink = site
    variables = {}
    mails = 0
    for command, shown in sessions():
        line = "curl" + command.replace("http://127.0.0.1:6336", server.url)
        ended = subprocess.run(
            ["bash", "-c", line], env={**os.environ, **variables}, capture_output=True, text=True, check=True
        )
        printed = ended.stdout.strip()
        assert like(shown).fullmatch(printed), f"{line}\n{printed}"
        if "request-" in line:
            mails += 1
            variables["LINK"] = links(newest(sink, mails))[0].partition("#token=")[2]
        elif "reset-password" in line or "change-password" in line:
            mails += 1
            newest(sink, mails)
        variables |= filled_in(printed)
        if "confirm-second-factor" in line:
            variables["CODE"] = code(variables["SECRET"], 1)  # the one before is used
    assert sorted(variables) == ["CODE", "LINK", "SECRET", "TOKEN"]


def newest(sink, number):
    return sink.wait_for(number)[-1].text


def filled_in(printed):
    """Return what the answer gives a reader: a token, a secret, and the codes that an app makes of it."""
    token = re.search(r'"key":"token","value":"([^";]+)"', printed)
    found = {"TOKEN": token[1]} if token else {}
    if secret := re.search(r'"secret":"(\w+)"', printed):
        found |= {"SECRET": secret[1], "CODE": code(secret[1], 0)}
    return found


def code(secret, steps):
    return pyotp.TOTP(secret).at(timezone.now().timestamp() + steps * STEP)


def test_every_action_and_operation_that_is_named_exists():
    """The table, and what stands in the text."""
    names = {match for path in FOLDER.rglob("*.yaml") for match in re.findall(r"^Name: (\S+)", path.read_text(), re.M)}
    first_cells = [row.split("|")[1] for row in PAGE.splitlines() if row.startswith("| `")]
    shown = {name for cell in first_cells for name in re.findall(r"`([\w-]+)`", cell)}
    account_actions = set((FOLDER / "accounts").glob("*.yaml"))
    assert shown <= names
    assert len(shown) == len(account_actions) + 2
    assert {"jwt.token", "mail.send", "totp.disable"} <= executable().keys()


def test_the_definition_that_is_shown_verifies_a_number(define, post, account):
    """Loaded as it stands there, it makes the number the account's."""
    (definition,) = (content for language, content in BLOCK.findall(PAGE) if language == "yaml")
    define(definition)
    with transaction.atomic():
        code = one_time_codes.issue(account, "enrollment", "+4930123456").code
    sent = {"mobile_number": "+49 30 123456", "otp": code}
    assert post("user_account/verify_mobile_number", sent, actor=account).status_code == 200
    assert one_time_codes.account_by_number("+4930123456") == account
