"""The original's own client, unmodified, in Node: a front end is pointed here by its address alone.

``OUTFIELD_NODE_MODULES`` names the folder where ``npm install daptin-client@0.2.9`` has put the package; CI installs
it, and nothing of it is kept here.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.servers import Server

SCRIPT = Path(__file__).with_name("daptin_client.js")
MODULES = os.environ.get("OUTFIELD_NODE_MODULES", "")
NODE = shutil.which("node")

pytestmark = [
    pytest.mark.skipif(NODE is None, reason="Node is not installed"),
    pytest.mark.skipif(
        not (Path(MODULES) / "daptin-client" / "package.json").is_file(),
        reason="OUTFIELD_NODE_MODULES names no folder with daptin-client",
    ),
]


@pytest.fixture(scope="module")
def story(shared_server: Server) -> dict[str, Any]:
    """What the client was answered, step by step."""
    ended = subprocess.run(
        [str(NODE), str(SCRIPT), shared_server.url], capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return dict(json.loads(ended.stdout))


def test_it_is_the_published_package() -> None:
    """Version and name, so that nobody tests something else."""
    package = json.loads((Path(MODULES) / "daptin-client" / "package.json").read_text(encoding="utf-8"))
    assert (package["name"], package["version"]) == ("daptin-client", "0.2.9")


def test_it_reads_column_types_and_guest_actions(story: dict[str, Any]) -> None:
    """Before anybody signs in."""
    assert story["columnTypes"]["email"]["Validations"] == ["email,max=254"]
    assert {"user_account:signup", "user_account:signin"} <= story["guestActions"].keys()
    assert "user_account:rename" not in story["guestActions"]
    fields = [field["ColumnName"] for field in story["guestActions"]["user_account:signup"]["InFields"]]
    assert fields == ["name", "email", "password", "passwordConfirm"]


def test_it_signs_up_and_in(story: dict[str, Any]) -> None:
    """The token is stored, decoded and set as a cookie, as the original's answer makes the client do."""
    assert story["signup"][-1]["ResponseType"] == "client.redirect"
    assert [entry["ResponseType"] for entry in story["signin"]] == [
        "client.store.set",
        "client.cookie.set",
        "client.notify",
        "client.redirect",
    ]
    assert story["token"] == story["signin"][0]["Attributes"]["value"]
    assert story["cookie"].startswith(f"token={story['token']}")
    assert story["user"]["email"] == story["email"]


def test_its_failures_are_told(story: dict[str, Any]) -> None:
    """A failed action rejects with the entries of the answer, a failed request with its errors by field."""
    (taken,), (wrong,) = story["takenAddress"]["rejected"], story["wrongPassword"]["rejected"]
    assert (taken["ResponseType"], taken["Attributes"]["code"]) == ("client.notify", "conflict")
    assert (wrong["Attributes"]["type"], wrong["Attributes"]["code"]) == ("error", "sign_in_failed")
    (unnamed,) = story["withoutInstance"]["rejected"]
    assert unnamed["Attributes"]["errors"][0]["field"] == "user_account_id"
    assert story["refused"]["rejected"]["title"]["detail"] == "This field is required."
    assert story["gone"]["rejected"]["0"]["title"] == "Not found"


def test_it_loads_the_models(story: dict[str, Any]) -> None:
    """All of them in one page; it rejects with the list, which is how this version ends well."""
    assert isinstance(story["models"]["rejected"], list)
    assert len(story["models"]["rejected"]) > 5
    assert json.loads(story["world"]["world_schema_json"])["TableName"] == "todo"
    assert "rename" in story["accountActions"]
    assert (story["renameModel"]["InstanceOptional"], story["renameModel"]["OutFields"]) == (False, None)


def test_it_creates_lists_and_reads_rows(story: dict[str, Any]) -> None:
    """A foreign key by its id or as a relation; conditions; what is included becomes objects."""
    project = story["project"]["id"]
    assert (story["created"]["title"], story["created"]["project_id"]) == ("Milk", project)
    assert story["linked"]["project_id"] == project
    assert [row["id"] for row in story["listed"]["data"]] == [story["created"]["id"]]
    assert story["listed"]["links"]["per_page"] == 500
    assert (story["read"]["project_id"], story["read"]["project"]["name"]) == (project, "Home")
    (included,) = story["included"]["data"]
    assert {row["title"] for row in included["todos"]} == {"Milk", "Bread"}
    assert {row["title"] for row in story["related"]} == {"Oat milk", "Bread"}


def test_it_updates_and_deletes_rows(story: dict[str, Any]) -> None:
    """One attribute, or the whole row as it was read; then it is gone."""
    assert (story["changed"]["done"], story["changed"]["version"]) == (True, 2)
    whole = story["whole"]
    assert (whole["title"], whole["done"], whole["project_id"]) == ("Oat milk", True, story["project"]["id"])
    assert story["destroyed"]["data"] is None
    assert "rejected" in story["gone"]


def test_it_invokes_an_action_on_an_instance(story: dict[str, Any]) -> None:
    """The account is renamed, and reads so."""
    assert story["renamed"][-1]["Attributes"]["message"] == "Hello, Ada Lovelace."
    assert story["account"]["name"] == "Ada Lovelace"
