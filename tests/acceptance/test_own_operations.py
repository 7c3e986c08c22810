"""``docs/operations.md`` does what it says: ten lines in an app are an operation, and a bad one stops the start."""

from __future__ import annotations

import json
import os
import re
import sys
import types
from io import StringIO
from pathlib import Path

import pytest
from django.apps import AppConfig, apps
from django.core.management import call_command

from actions.admin.vocabulary import vocabulary
from actions.apps import discover
from actions.checks import check_operations
from actions.operations import registry
from actions.operations.base import Effect
from actions.schema import action_schema
from tests.acceptance.conftest import failure
from tests.actions.validation.harness import document, problems_of
from tests.test_readme import BLOCK

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
OWN = PAGE[: PAGE.index("<!-- operations")]
(OPERATION,) = (content for language, content in BLOCK.findall(OWN) if language == "python")
(DEFINITION,) = (content for language, content in BLOCK.findall(OWN) if language == "yaml")
(COMPLAINT,) = (content for language, content in BLOCK.findall(OWN) if language == "text")
SETTINGS = 'from project.settings import *\nINSTALLED_APPS = [*INSTALLED_APPS, "shop"]\n'


def write_app(folder: Path, text: str) -> None:
    """Make the app ``shop`` with this as its ``operations.py``."""
    (folder / "shop").mkdir()
    (folder / "shop" / "__init__.py").touch()
    (folder / "shop" / "operations.py").write_text(text, encoding="utf-8")


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """The app of the page, installed; what it registers goes with the test."""
    write_app(tmp_path, OPERATION)
    monkeypatch.syspath_prepend(str(tmp_path))
    module = types.ModuleType("shop")
    module.__path__ = [str(tmp_path / "shop")]
    monkeypatch.setattr(registry, "_operations", dict(registry._operations))
    with monkeypatch.context() as starting:
        starting.setattr(apps, "app_configs", {**apps.app_configs, "shop": AppConfig("shop", module)})
        discover("operations")
    yield
    for name in [name for name in sys.modules if name.startswith("shop")]:
        del sys.modules[name]


def test_it_is_ten_lines(shop):
    """The two imports aside, and nothing is wrong with them."""
    lines = [line for line in OPERATION.splitlines() if line.strip()]
    assert len([line for line in lines if not line.startswith("from ")]) <= 10
    assert check_operations() == []


def test_actions_perform_it_at_once(shop, define, post):
    """The definition of the page, as it stands there."""
    define(DEFINITION)
    (entry,) = post("product/quote", {"net": 1000}).json()
    assert (entry["ResponseType"], entry["Attributes"]["gross"]) == ("price", 1190)


@pytest.mark.parametrize(("net", "message"), [(1.5, "'net' must be a whole number."), (None, "'net' is required.")])
def test_a_wrong_argument_is_refused_for_it(shop, define, post, net, message):
    """Nothing of that is the operation's work."""
    define(DEFINITION)
    response = post("product/quote", {"net": net})
    assert (response.status_code, failure(response)["message"]) == (422, message)


def test_the_compiler_knows_it(shop):
    """Its parameters, and its name where another is near."""
    missing = document("Type: shop.add_tax, Method: EXECUTE, Attributes: {nett: x}")
    assert problems_of(missing)[-2:] == [
        "error ACT217 5:55 /OutFields/0/Attributes 'net' of 'shop.add_tax' is missing. Add 'net'.",
        "error ACT235 5:56 /OutFields/0/Attributes/nett 'shop.add_tax' takes no 'nett'. Did you mean 'net'?",
    ]
    (unknown,) = problems_of(document("Type: shop.ad_tax, Method: EXECUTE, Attributes: {net: 1}"))
    assert unknown.endswith("Unknown operation 'shop.ad_tax'. Did you mean 'shop.add_tax'?")


def test_editor_schema_and_lists_know_it(shop, db):
    """Its sentence where the editor completes, its parameters in the schema, and both in the lists."""
    assert vocabulary()["about"]["shop.add_tax"] == "Add the value added tax to a net amount."
    assert '"shop.add_tax"' in json.dumps(action_schema())
    assert "The net amount in cents." in json.dumps(action_schema())
    out = StringIO()
    call_command("list_operations", stdout=out)
    (line,) = [line for line in out.getvalue().splitlines() if line.startswith("shop.add_tax ")]
    assert re.split(r" {2,}", line) == ["shop.add_tax", "none", "Add the value added tax to a net amount."]


def test_the_effects_of_the_page_are_all():
    """Each has its row."""
    assert re.findall(r"^\| `(\w+)` \|", OWN, re.MULTILINE) == [effect.value for effect in Effect]


@pytest.fixture
def installed(home, tmp_path):
    """Return what runs ``manage.py`` in an installation with the app ``shop``, of this text."""

    def run(text, *arguments):
        write_app(home.folder, text)
        (home.folder / "shop_settings.py").write_text(SETTINGS, encoding="utf-8")
        path = os.pathsep.join(filter(None, [str(home.folder), home.environment.get("PYTHONPATH")]))
        settings = {"DJANGO_SETTINGS_MODULE": "shop_settings", "PYTHONPATH": path}
        return home.with_settings(**settings).run(*arguments)

    return run


def test_an_installed_app_is_found(installed):
    """By nothing but its place in INSTALLED_APPS."""
    ended = installed(OPERATION, "list_operations", "shop.add_tax", "--format", "json")
    (found,) = json.loads(ended.stdout)
    assert (found["name"], found["example"]) == (
        "shop.add_tax",
        "- Type: shop.add_tax\n  Method: EXECUTE\n  Attributes:\n    net: 1000\n",
    )


def test_a_bad_one_stops_the_start_with_what_the_page_shows(installed):
    """Class, module and remedy; no traceback, and nothing was touched."""
    docstring = '    """Add the value added tax to a net amount."""\n'
    assert docstring in OPERATION
    ended = installed(OPERATION.replace(docstring, ""), "up")
    assert ended.returncode != 0
    assert COMPLAINT.strip() in ended.stderr
    assert "Traceback" not in ended.stderr + ended.stdout


def test_one_that_cannot_be_registered_stops_every_command(installed):
    """A taken name too is a sentence."""
    ended = installed(OPERATION.replace("shop.add_tax", "jwt.token"), "up")
    said = (
        "shop.operations.AddTax is named 'jwt.token' as actions.operations.session.IssueToken is. "
        "Give it another name.\n"
    )
    assert (ended.returncode, ended.stderr) == (1, said)
