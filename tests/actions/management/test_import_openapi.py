"""``manage.py import_openapi``: what it prints, and how it ends."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from actions.loading import save_definition
from actions.management.commands.import_openapi import Command
from actions.models import Definition, Integration
from tests.integrations import SHOP, keep, shop_data, without
from tests.upstreams import Upstream, allow, answer

pytestmark = pytest.mark.django_db

MANUAL = Path(__file__).resolve().parents[3] / "docs" / "integrations.md"


def run(*arguments: str) -> tuple[list[str], list[str]]:
    """Run the command; return the lines of both outputs."""
    out, errors = StringIO(), StringIO()
    call_command("import_openapi", *arguments, stdout=out, stderr=errors, no_color=True)
    return out.getvalue().splitlines(), errors.getvalue().splitlines()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A document without what needs a note."""
    data = {**shop_data(), "security": []}
    data["paths"] = {key: item for key, item in data["paths"].items() if not key.startswith("/who")}
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(data))
    return path


def test_a_file(file: Path) -> None:
    """What it is, how many operations, and what is wrong with it."""
    out, errors = run("shop", str(file))
    assert out == [
        "shop: Shop 1.4.0 (OpenAPI 3.1) at https://shop.example.org/v1",
        "5 operations, 0 problems; new.",
    ]
    assert errors == []
    assert Integration.objects.get().source == str(file)


def test_again(file: Path, tmp_path: Path) -> None:
    """Unchanged, or what is changed, by name."""
    run("shop", str(file))
    assert run("shop", str(file))[0][-1] == "5 operations, 0 problems; unchanged."
    data = json.loads(file.read_text())
    del data["paths"]["/stock"]
    data["paths"]["/orders"]["get"]["parameters"].pop()
    data["paths"]["/new"] = {"get": {"operationId": "news", "responses": {}}}
    file.write_text(json.dumps(data))
    out, _ = run("shop", str(file))
    assert out == [
        "removed    GET /stock",
        "changed    listOrders",
        "added      news",
        "shop: Shop 1.4.0 (OpenAPI 3.1) at https://shop.example.org/v1",
        "5 operations, 0 problems; 1 added, 1 removed, 1 changed.",
    ]


def test_problems_and_notes_are_told(tmp_path: Path) -> None:
    """On standard error, equal ones together."""
    data = shop_data()
    data["paths"] |= {f"no-slash{n}": {} for n in range(5)}
    file = tmp_path / "shop.json"
    file.write_text(json.dumps(data))
    out, errors = run("shop", str(file))
    assert out[-1] == "12 operations, 5 problems; new."
    assert errors[0].endswith("(/paths/no-slash0, /paths/no-slash1, /paths/no-slash2 and 2 more)")
    assert errors[1].startswith("Operations need authentication: choose secrets for ")


WAITING = "Operations need authentication: choose secrets for "


def test_authentication() -> None:
    """Chosen with the document; what waits for it is told with its command; saying it again changes nothing."""
    keep("shop_key", "CANARY")
    _, errors = run("shop", str(SHOP))
    assert f"{WAITING}'cookieKey', 'key', 'oauth', 'password', 'queryKey', 'token'." in errors
    command = f"manage.py import_openapi shop {SHOP} --auth"
    assert f"key (apiKey): {command} key=SECRET" in errors
    assert f"oauth (oauth2): {command} oauth=SECRET --auth oauth.client_id=ID" in errors
    assert errors[-1] == "SECRET is the name of a secret, kept with 'manage.py secrets set SECRET'."
    said = ["--auth", "key=shop_key", "--auth", "token=none"]
    out, errors = run("shop", str(SHOP), *said)
    assert out[:2] == [
        "added      authentication 'key': secret 'shop_key'",
        "added      authentication 'token': secret 'none'",
    ]
    assert errors[0] == "The secret 'none' has no value: keep one with 'manage.py secrets set none'."
    # Of alternatives one will do: 'password' has an operation of its own.
    assert errors[1] == f"{WAITING}'cookieKey', 'oauth', 'password', 'queryKey'."
    assert Integration.objects.get().authentication == {"key": {"secret": "shop_key"}, "token": {"secret": "none"}}
    for again in (said, []):
        assert not [line for line in run("shop", str(SHOP), *again)[0] if "authentication" in line]
    assert run("shop", str(SHOP), "--auth", "token=")[0][0] == "removed    authentication 'token'"
    assert Integration.objects.get().authentication == {"key": {"secret": "shop_key"}}


def test_the_commands_that_are_told_do_it(tmp_path: Path) -> None:
    """As a shell reads them, whatever the schemes are called: afterwards nothing waits."""
    data = shop_data()
    names = ["-x", "a=b.c", "Ann's key", "$(x)", "ü"]
    data["components"]["securitySchemes"] |= dict.fromkeys(names, data["components"]["securitySchemes"]["oauth"])
    data["security"] = [{name: []} for name in names]
    file = tmp_path / "the shop.json"
    file.write_text(json.dumps(data))
    parser = Command().create_parser("manage.py", "import_openapi")
    lines = [line for line in run("shop", str(file))[1] if "manage.py import_openapi" in line]
    assert len(lines) == 10
    for line in lines:
        options = vars(parser.parse_args(shlex.split(line.partition("manage.py import_openapi ")[2])))
        run(options["name"], options["where"], *(f"--auth={one}" for one in options["auth"]))
    assert run("shop", str(file))[1] == [
        "The secret 'SECRET' has no value: keep one with 'manage.py secrets set SECRET'."
    ]
    assert len(Integration.objects.get().authentication) == 10


def test_authentication_is_tried(file: Path) -> None:
    """A dry run says what would be configured."""
    run("shop", str(SHOP), "--auth", "key=one")
    out, _ = run("shop", str(SHOP), "--auth", "key=two", "--dry-run")
    assert out[0] == "changed    authentication 'key': secret 'two'"
    assert Integration.objects.get().authentication == {"key": {"secret": "one"}}


def test_authentication_that_is_refused(file: Path) -> None:
    """Exit code 1, every reason and every scheme; nothing is imported."""
    with pytest.raises(CommandError) as caught:
        run("shop", str(SHOP), "--auth", "kee=shop_key")
    assert caught.value.returncode == 1
    reasons = str(caught.value).splitlines()
    assert reasons[0] == "'kee': The document declares no such scheme. Did you mean 'key'?"
    assert "key (apiKey): --auth key=SECRET. The secret is the key." in reasons
    assert not Integration.objects.exists()


@pytest.mark.parametrize("said", ["key", "=shop_key", "", "="])
def test_authentication_that_says_nothing(said: str, capsys: Any) -> None:
    """Exit code 2 from the command line; it is not repeated, for it may be a secret."""
    command = Command()
    command._called_from_command_line = True
    with pytest.raises(SystemExit) as caught:
        command.create_parser("manage.py", "import_openapi").parse_args(["shop", "file", f"--auth={said}"])
    assert caught.value.code == 2
    assert capsys.readouterr().err.endswith("argument --auth: write SCHEME=SECRET, or SCHEME.KEY=VALUE.\n")


def test_the_manual_configures_what_it_shows(server: Upstream) -> None:
    """Each command of the page that authenticates does so, for the document that is there."""
    (block,) = re.findall(r"```console\n(\$ manage\.py import_openapi [^`]*--auth[^`]*)```", MANUAL.read_text())
    for line in block.replace("\\\n", "").strip().splitlines():
        words = shlex.split(line)[3:]
        words[1] = f"{server.url}/shop.yaml"
        run(*words)
    assert Integration.objects.get().authentication == {
        "key": {"secret": "shop_key"},
        "oauth": {
            "secret": "shop_client",
            "client_id": "outfield",
            "scopes": ["orders:read", "orders:write"],
            "parameters": {"audience": "https://api.shop.example.org/"},
        },
    }


def test_a_dry_run(file: Path) -> None:
    """It says what it would do."""
    assert run("shop", str(file), "--dry-run")[0][-1] == "Nothing was imported: this was tried only."
    assert not Integration.objects.exists()


def test_installing(file: Path) -> None:
    """An action for each operation; what was edited is kept."""
    assert run("shop", str(file), "--install")[0][-1] == "Actions: 5 added, 0 changed, 0 unchanged."
    served = Definition.objects.get(name="getOrder").served_version
    assert served is not None
    save_definition(f"# mine\n{served.text}", "admin")
    out, _ = run("shop", str(file), "--install")
    assert out[-2:] == ["kept       getOrder: somebody has edited it.", "Actions: 0 added, 0 changed, 4 unchanged."]


def test_what_is_installed_again_does_not_stand_in_the_way(file: Path) -> None:
    """Actions that are written anew for the document break nothing; what somebody has edited may."""
    run("shop", str(file), "--install")
    data = json.loads(without())
    operation = data["paths"]["/orders/{id}"]["get"]
    operation["parameters"] = [*operation.get("parameters", []), NEEDED]
    file.write_text(json.dumps(data))
    with pytest.raises(CommandError, match=r"^1 served action"):
        run("shop", str(file))
    assert not any(line.startswith("ACT") for line in run("shop", str(file), "--install", "--dry-run")[1])
    out, _ = run("shop", str(file), "--install")
    assert re.fullmatch(r"Actions: \d+ added, 1 changed, \d+ unchanged\.", out[-1])
    served = Definition.objects.get(name="getOrder").served_version
    assert served is not None
    save_definition(f"# mine\n{served.text}", "admin")
    operation["parameters"] = [*operation["parameters"], {**NEEDED, "name": "another"}]
    file.write_text(json.dumps(data))
    with pytest.raises(CommandError, match=r"^1 served action"):
        run("shop", str(file), "--install")


NEEDED = {"name": "needed", "in": "query", "required": True, "schema": {"type": "string"}}


def test_actions_that_would_break(tmp_path: Path) -> None:
    """Exit code 1 and every place; with --force it is done."""
    run("shop", str(SHOP))
    save_definition("Name: a\nOnType: todo\nOutFields: [{Type: shop, Method: listOrders}]\n", "a.yaml")
    file = tmp_path / "shop.json"
    file.write_bytes(without("listOrders"))
    out, errors = StringIO(), StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("import_openapi", "shop", str(file), stdout=out, stderr=errors)
    assert str(caught.value) == (
        "1 served action(s) would not work any more. Nothing was imported; --force imports it all the same."
    )
    assert caught.value.returncode == 1
    assert "ACT242 'shop' has no operation 'listOrders'." in errors.getvalue()
    assert "todo.a:3:34  at /OutFields/0/Method" in errors.getvalue()
    run("shop", str(file), "--force")
    assert Integration.objects.get().operation_count == 11


@pytest.fixture
def server(settings: Any) -> Iterator[Upstream]:
    """A server that has the document."""
    with Upstream(answer(404)) as made:
        allow(settings, made.netloc, "127.0.0.1:9")
        made.at("/shop.yaml", answer(200, SHOP.read_bytes(), headers={"Content-Type": "text/yaml"}))
        yield made


def test_a_url(server: Upstream) -> None:
    """Fetched by the guarded client; where it was is kept without a token in it."""
    out, errors = run("shop", f"{server.url}/shop.yaml?token=canary", "--server", "https://eu.example.org/")
    assert out[0] == "shop: Shop 1.4.0 (OpenAPI 3.1) at https://eu.example.org"
    assert server.requests[0].target == "/shop.yaml?token=canary"
    assert "--auth key=SECRET" in "".join(errors)
    assert "canary" not in "".join(errors)
    assert Integration.objects.get().source == f"{server.url}/shop.yaml?token=•••"


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        pytest.param("{url}/none", "The other server answered with status 404.", id="404"),
        pytest.param("http://127.0.0.1:9/x", "The other server cannot be reached.", id="down"),
        pytest.param("http://169.254.169.254/latest", "This address may not be called.", id="guarded"),
        pytest.param(
            "/nowhere/shop.yaml", "'/nowhere/shop.yaml' cannot be read: No such file or directory.", id="file"
        ),
        pytest.param("/", "'/' cannot be read: Is a directory.", id="folder"),
    ],
)
def test_what_cannot_be_read(server: Upstream, where: str, reason: str) -> None:
    """Exit code 1, and why."""
    with pytest.raises(CommandError) as caught:
        run("shop", where.format(url=server.url))
    assert str(caught.value).splitlines()[0] == reason
    assert caught.value.returncode == 1
    assert not Integration.objects.exists()
