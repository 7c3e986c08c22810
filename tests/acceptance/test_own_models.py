"""``docs/models.md`` does what it says: a model in an app of one's own is an entity, and actions work on it."""

from __future__ import annotations

import os
import re
from dataclasses import fields
from pathlib import Path

import pytest

from entities.derivation import Registration
from tests.servers import Home
from tests.test_readme import BLOCK

PAGE = (Path(__file__).parents[2] / "docs" / "models.md").read_text(encoding="utf-8")
(MODELS, SETTINGS) = (content for language, content in BLOCK.findall(PAGE) if language == "python")
(COMMANDS,) = (content for language, content in BLOCK.findall(PAGE) if language == "sh")
(ACTION,) = (content for language, content in BLOCK.findall(PAGE) if language == "yaml")
ACCOUNT = {"email": "ada@example.org", "password": "correct horse 7"}


@pytest.fixture
def mine(home: Home) -> Home:
    """An installation with the app, the settings and the action of the page."""
    files = {"shop/__init__.py": "", "shop/models.py": MODELS, "mine.py": SETTINGS, "actions/issue.yaml": ACTION}
    for name, text in files.items():
        file = home.folder / "own" / name
        file.parent.mkdir(exist_ok=True, parents=True)
        file.write_text(text, encoding="utf-8")
    own = home.folder / "own"
    path = os.pathsep.join(filter(None, [str(own), home.environment.get("PYTHONPATH")]))
    return home.with_settings(DJANGO_SETTINGS_MODULE="mine", PYTHONPATH=path, ACTIONS_PATH=str(own / "actions"))


def test_a_model_is_an_entity(mine: Home) -> None:
    """The commands of the page; then a row by its action, which a guest may read and not write."""
    assert re.findall(r"manage\.py (.+)", COMMANDS) == ["makemigrations shop", "up"]
    made = mine.run("makemigrations", "shop")
    assert made.returncode == 0, made.stderr
    with mine.start() as server, server.client() as client:
        client.post(
            "/action/user_account/signup", json={**ACCOUNT, "name": "Ada", "passwordConfirm": ACCOUNT["password"]}
        )
        token = client.post("/action/user_account/signin", json=ACCOUNT).json()[0]["Attributes"]["value"]
        client.cookies.clear()
        headers = {"Authorization": f"Bearer {token}"}
        (entry,) = client.post("/action/voucher/issue", json={"code": "TEA10"}, headers=headers).json()
        assert (entry["ResponseType"], entry["Attributes"]["percent"]) == ("voucher", 10)
        (row,) = client.get("/api/voucher").json()["data"]
        assert row["attributes"]["code"] == "TEA10"
        refused = client.patch(f"/api/voucher/{row['id']}", json={"data": {**row, "attributes": {"percent": 100}}})
        assert refused.status_code == 401


def test_every_option_of_the_page_is_one() -> None:
    """And none that one would need is missing: what is computed is for views of one's own."""
    told = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`[^|]+) \|", PAGE, re.MULTILINE))))
    assert told == {option.name for option in fields(Registration)} - {"model", "computed"}
