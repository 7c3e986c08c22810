"""Integrations over real processes: a server that runs, and a command that imports the document anew."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import httpx

from tests.integrations import shop_data
from tests.servers import Home
from tests.upstreams import Upstream, answer

ACTION = """
Name: list
OnType: todo
Permission: {guest: [execute]}
InFields: [{Name: limit, ColumnType: integer}]
OutFields: [{Type: shop, Method: listOrders, Reference: orders, Attributes: {limit: "~limit"}}]
"""


def write(path: Path, **changed: Any) -> None:
    """Write the document, as one that needs no key; ``maximum`` is of the only parameter that is used."""
    data = {**shop_data(), "security": []}
    data["paths"]["/orders"]["get"]["parameters"][0]["schema"] |= changed
    path.write_text(json.dumps(data), encoding="utf-8")


def test_a_document_is_imported_under_a_running_server(home: Home) -> None:
    """A second later every process works by the new one; none is restarted, and no action is loaded again."""
    with Upstream(answer(json=[])) as upstream:
        home = home.with_settings(WORKFLOW_ALLOWED_HTTP_HOSTS=upstream.netloc, ACTIONS_PATH="mine")
        document = home.folder / "shop.json"
        (home.folder / "mine").mkdir()
        (home.folder / "mine" / "list.yaml").write_text(ACTION, encoding="utf-8")
        write(document)
        assert home.run("migrate", "-v", "0").returncode == 0
        assert home.run("import_openapi", "shop", str(document), "--server", upstream.url).returncode == 0
        with home.start("--workers", "2") as server:
            for _ in range(6):
                assert server.post("/action/todo/list", json={"limit": 50}).status_code == 200
            write(document, maximum=10)
            assert home.run("import_openapi", "shop", str(document)).returncode == 0
            time.sleep(1)
            answers = [server.post("/action/todo/list", json={"limit": 50}) for _ in range(6)]
            assert [one.status_code for one in answers] == [422] * 6
            assert answers[0].json()[0]["Attributes"]["message"] == "'limit' of 'listOrders': must be at most 10."
            assert server.post("/action/todo/list", json={"limit": 10}).status_code == 200
            assert len(upstream.requests) == 7


def test_authentication_is_configured_under_a_running_server(home: Home) -> None:
    """By the command alone, from a key to OAuth 2 and back to nothing; a second later every process goes by it."""
    with Upstream(answer(json=[])) as upstream:
        token = upstream.at("/token", answer(json={"access_token": "made", "token_type": "bearer"}))
        settings = {"WORKFLOW_ALLOWED_HTTP_HOSTS": upstream.netloc, "ACTIONS_PATH": "mine", "SECRETS_PATH": "."}
        home = home.with_settings(**settings)
        document = home.folder / "shop.json"
        data = {**shop_data(), "security": [{"key": []}, {"oauth": ["orders:read"]}]}
        document.write_text(json.dumps(data), encoding="utf-8")
        (home.folder / "mine").mkdir()
        (home.folder / "mine" / "list.yaml").write_text(ACTION, encoding="utf-8")
        (home.folder / "value").write_text("kept", encoding="utf-8")

        def configure(*said: str) -> str:
            options = [word for one in said for word in ("--auth", one)]
            done = home.run("import_openapi", "shop", str(document), "--server", upstream.url, *options)
            assert done.returncode == 0, done.stderr
            time.sleep(1)
            return done.stdout

        assert home.run("migrate", "-v", "0").returncode == 0
        assert home.run("secrets", "set", "one", "--from-file", "value").returncode == 0
        configure()
        with home.start("--workers", "2") as server:

            def statuses() -> set[int]:
                return {server.post("/action/todo/list", json={"limit": 5}).status_code for _ in range(6)}

            assert statuses() == {503}
            configure("key=one")
            assert statuses() == {200}
            assert {one.header["x-key"] for one in upstream.requests} == {"kept"}
            said = (
                "key=",
                "oauth=one",
                "oauth.client_id=us",
                f"oauth.token_url={token}",
                "oauth.parameters.audience=a",
            )
            assert "added      authentication 'oauth': secret 'one', client_id 'us'," in configure(*said)
            assert statuses() == {200}
            asked = next(one for one in upstream.requests if one.path == "/token")
            assert asked.body == b"grant_type=client_credentials&scope=orders%3Aread&audience=a"
            assert upstream.requests[-1].header["authorization"] == "Bearer made"
            assert configure("oauth=").startswith("removed    authentication 'oauth'\n")
            assert statuses() == {503}


def test_the_command_ends_with_its_code(home: Home) -> None:
    """0 when it is done, 1 when nothing was imported, 2 for wrong usage."""
    document = home.folder / "shop.json"
    write(document)
    assert home.run("migrate", "-v", "0").returncode == 0
    calls = (("shop", str(document)), ("shop", "nowhere"), ("todo", str(document)), ("shop",))
    assert [home.run("import_openapi", *call).returncode for call in calls] == [0, 1, 1, 2]
    assert home.run("list_operations", "shop").returncode == 0


def test_a_large_document_is_uploaded(home: Home) -> None:
    """The import page takes more than every other page: whatever a document may have."""
    data = {**shop_data(), "x-padding": "x" * 7_000_000}
    account = {"ADMIN_EMAIL": "root@example.org", "ADMIN_PASSWORD": "correct-horse-1"}
    with home.with_settings(**account).start() as server, server.client(follow_redirects=True) as browser:
        browser.get("/admin/login/")
        signed_in = {"username": account["ADMIN_EMAIL"], "password": account["ADMIN_PASSWORD"]}
        _post(browser, "/admin/login/", signed_in)
        browser.get("/admin/actions/integration/add/")
        files = {"file": ("shop.json", json.dumps(data).encode())}
        done = _post(browser, "/admin/actions/integration/add/", {"name": "shop"}, files=files)
        assert done.status_code == 200
        assert "Shop 1.4.0 (OpenAPI 3.1)" in done.text


def _post(browser: httpx.Client, path: str, data: dict[str, str], **options: Any) -> httpx.Response:
    """Post a form of the admin."""
    token = browser.cookies["csrftoken"]
    return browser.post(path, data={**data, "csrfmiddlewaretoken": token}, **options)
