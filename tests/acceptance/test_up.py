"""``manage.py up`` as a person meets it: the first start, the second, an edit, a stop, and wrong settings."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests.servers import Home, Server, free_port

GREETING = """\
Name: {name}
OnType: user_account
InstanceOptional: true
Permission: {{guest: [execute]}}
OutFields:
  - Type: client.notify
    Method: ACTIONRESPONSE
    Attributes: {{type: success, message: "{message}"}}
"""


def paste(server: Server) -> list[dict[str, object]]:
    """Run the printed curl line in a shell, as printed."""
    line = server.wait_for(r"sign up\s+(curl .*)$").group(1)
    answer = subprocess.run(line, shell=True, capture_output=True, text=True, check=True)
    return httpx.Response(200, text=answer.stdout).json()


def message(server: Server, action: str) -> str:
    """Invoke an action that only notifies and return what it says."""
    (entry,) = server.post(f"/action/user_account/{action}", json={}).json()
    return entry["Attributes"]["message"]


def until(expected: object, read: Callable[[], object], seconds: float) -> float:
    """Wait until ``read`` gives what is expected and return how long that took."""
    began = time.monotonic()
    while (seen := read()) != expected:
        assert time.monotonic() - began < seconds, seen
        time.sleep(0.02)
    return time.monotonic() - began


def test_the_first_start_gives_everything_a_person_needs(server: Server) -> None:
    """An administrator who can sign in, the docs, and a sign-up that works when pasted, and pasted again."""
    password = server.wait_for(r"First administrator: admin@example\.org, password: (\S+)").group(1)
    with server.client(follow_redirects=True) as client:
        page = client.get("/admin/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
        assert token is not None
        form = {"username": "Admin@Example.org", "password": password, "csrfmiddlewaretoken": token.group(1)}
        assert "Administration" in client.post("/admin/login/?next=/admin/", data=form).text
        assert client.get("/static/admin/css/base.css").status_code == 200
        assert client.get("/docs").status_code == 200
        assert client.get("/").url.path == "/docs"
    types = ["user_account", "usergroup", "user_user_id_has_usergroup_usergroup_id", "client.notify", "client.redirect"]
    assert [entry["ResponseType"] for entry in paste(server)] == types
    assert [entry["ResponseType"] for entry in paste(server)] == types


def test_a_second_start_changes_nothing_and_loses_nothing(home: Home) -> None:
    """No second administrator, no second password, and every account is still there."""
    with home.with_settings(ADMIN_EMAIL="root@example.org", ADMIN_PASSWORD="correct-horse-1").start() as first:
        assert "password: the one in ADMIN_PASSWORD" in first.text
        paste(first)
    before = home.run("dumpdata", "--natural-foreign", "entities", "actions").stdout
    with home.start() as second:
        assert "administrator:" not in second.text
    assert home.run("dumpdata", "--natural-foreign", "entities", "actions").stdout == before
    assert "root@example.org" in before


def test_a_start_under_another_key_says_which_secrets_it_cannot_read(home: Home) -> None:
    """Before the first event is refused for it; under the right key nothing is said."""
    keep = "from actions.secrets.changing import *; set_secret('stripe', Content.of_text('whsec_canary'))"
    with home.start() as server:
        assert home.run("shell", "-v", "0", "-c", keep).returncode == 0
    with home.start() as server:
        assert "W002" not in "".join(server.errors)
    with home.with_settings(SECRET_KEY="another key" * 6).start() as server:
        server.wait_for("stripe: .*W002.*SECRET_KEY_FALLBACKS", stream="errors", seconds=10)
        assert "canary" not in "".join(server.errors) + server.text


def test_health_says_whether_the_database_answers(shared_server: Server) -> None:
    """A load balancer asks without an account."""
    with shared_server.client() as client:
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "database": "reachable"})


def test_every_answer_has_the_headers_that_protect_a_browser(shared_server: Server) -> None:
    """Pages, data and refusals alike."""
    with shared_server.client() as client:
        for path in ("/admin/login/", "/healthz", "/nowhere"):
            headers = client.get(path).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["x-frame-options"] == "DENY"
            assert headers["referrer-policy"] == "same-origin"
            assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_a_foreign_host_name_is_refused(shared_server: Server) -> None:
    """A page of another site that resolves its own name to this machine gets nothing."""
    with shared_server.client() as client:
        assert client.get("/openapi.json", headers={"Host": "evil.example"}).status_code == 400


def test_edits_are_served_within_about_a_second_and_broken_ones_never(home: Home, tmp_path: Path) -> None:
    """No restart; what was served before stays until the file is whole again."""
    folder = tmp_path / "mine"
    folder.mkdir()
    file = folder / "greet.yaml"
    file.write_text(GREETING.format(name="greet", message="one"))
    with home.with_settings(ACTIONS_PATH=str(folder)).start("--workers", "2") as server:
        assert message(server, "greet") == "one"
        file.write_text(GREETING.format(name="greet", message="two"))
        assert until("two", lambda: message(server, "greet"), seconds=30) < 8

        file.write_text(GREETING.format(name="greet", message="$nobody"))
        server.wait_for(
            rf"{re.escape(str(file))}:8:\d+  at /OutFields/0/Attributes/message", stream="errors", seconds=30
        )
        server.wait_for("What was served before stays.", stream="errors", seconds=30)
        # Each of the two workers has noticed the edit before by itself.
        until({"two"}, lambda: {message(server, "greet") for _ in range(10)}, seconds=30)

        (folder / "wave.yaml").write_text(GREETING.format(name="wave", message="hello"))
        file.write_text(GREETING.format(name="greet", message="three"))
        until("three", lambda: message(server, "greet"), seconds=30)
        until("hello", lambda: message(server, "wave"), seconds=30)


def test_a_stop_finishes_what_has_begun(server: Server, home: Home) -> None:
    """Under load: every sign-up that is in the database was answered, and every 200 is in the database."""
    answered: set[str] = set()
    stopping = threading.Event()

    def client(number: int) -> None:
        with server.client() as connection:
            for count in range(10_000):
                email = f"load.{number}.{count}@example.org"
                form = {"name": "Ada", "email": email, "password": "correct-horse", "passwordConfirm": "correct-horse"}
                try:
                    status = connection.post("/action/user_account/signup", data=form).status_code
                except httpx.TransportError:
                    if stopping.is_set():
                        return
                    raise
                if status == 200:
                    answered.add(email)

    threads = [threading.Thread(target=client, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    time.sleep(2)
    stopping.set()
    assert server.stop(signal.SIGTERM) == 0
    for thread in threads:
        thread.join()
    script = "from entities.models import UserAccount as U; print(*U.objects.values_list('email', flat=True))"
    stored = set(home.run("shell", "--no-imports", "-c", script).stdout.split()) - {"admin@example.org"}
    assert answered
    assert stored == answered


def test_the_port_is_free_again_when_the_process_was_killed(home: Home) -> None:
    """Workers end with their parent, so a restart by a supervisor finds its port."""
    port = free_port()
    with home.start(port=port) as server:
        server.stop(signal.SIGKILL)
        until("refused", lambda: _connects(port), seconds=30)
    with home.start(port=port) as again:
        assert paste(again)


def _connects(port: int) -> str:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except ConnectionRefusedError:
        return "refused"
    return "open"


def workers(server: Server) -> set[int]:
    """Return the process ids of a server's workers."""
    parent = server.process.pid
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return {int(pid) for pid in children if b"spawn_main" in _command(pid)}


def _command(pid: str) -> bytes:
    """Return the command line; nothing where the process has just ended."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux to find the worker processes")
def test_a_worker_that_dies_is_replaced(server: Server) -> None:
    """One crash is not an outage."""
    (victim, *_), before = sorted(workers(server)), workers(server)
    assert len(before) == 2
    os.kill(victim, signal.SIGKILL)
    until(True, lambda: len(workers(server) - {victim}) == 2, seconds=30)
    server.wait_for("Unexpected exit from worker", stream="errors", seconds=30)
    time.sleep(3)
    assert paste(server)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux to find the worker processes")
def test_a_worker_that_dies_as_soon_as_it_serves(server: Server) -> None:
    """Nor are several crashes one after the other, each of a process that has just taken the place of another."""
    (stays, victim) = sorted(workers(server))
    for number in range(1, 4):
        os.kill(victim, signal.SIGKILL)
        until(number, lambda: sum("Unexpected exit" in line for line in server.errors), seconds=30)
        until(2, lambda: len(workers(server)), seconds=30)
        (victim,) = workers(server) - {stays}
        until(True, partial(serves, victim), seconds=60)
    assert paste(server)


def serves(pid: int) -> bool:
    """Say whether a worker has loaded the project, after which the server's threads begin: of 2 become 5."""
    return len(list(Path(f"/proc/{pid}/task").iterdir())) > 3


@pytest.mark.parametrize(
    ("variables", "arguments", "sentence"),
    [
        pytest.param(
            {"DATABASE_URL": "mysql://root@127.0.0.1/x"},
            [],
            "DATABASE_URL: 'mysql' is no database that is supported. "
            "Use sqlite:///FILE or postgres://USER:PASSWORD@HOST:PORT/NAME.",
            id="database-kind",
        ),
        pytest.param(
            {"DATABASE_URL": "postgres://root:hidden@127.0.0.1:1/x"},
            [],
            r"DATABASE_URL: the database cannot be used \(.*Connection refused.*\)\. "
            r"Start it, or mend DATABASE_URL \(sqlite:///FILE or postgres://USER:PASSWORD@HOST:PORT/NAME\)\.",
            id="database-away",
        ),
        pytest.param(
            {"DATABASE_URL": "sqlite:////proc/outfield/data.sqlite3"},
            [],
            r"DATABASE_URL: the database cannot be used \(.*/proc/outfield.*\)\. Start it, or mend DATABASE_URL .*",
            id="database-folder",
        ),
        pytest.param(
            {"ACTIONS_PATH": "/nowhere"},
            [],
            "ACTIONS_PATH: '/nowhere' does not exist. Create it, or take it out of the list.",
            id="actions-path",
        ),
        pytest.param(
            {"DEBUG": "maybe"}, [], "DEBUG: 'maybe' is neither yes nor no. Write 'true' or 'false'.", id="flag"
        ),
        pytest.param(
            {"WORKFLOW_ALLOWED_HTTP_HOSTS": "file://x"},
            [],
            "WORKFLOW_ALLOWED_HTTP_HOSTS: 'file://x' names no host. Write for example 'api.example.org', .*",
            id="hosts",
        ),
        pytest.param(
            {"ADMIN_EMAIL": "nobody"},
            [],
            "ADMIN_EMAIL: 'nobody' is no e-mail address. Write one as NAME@DOMAIN.",
            id="admin-email",
        ),
        pytest.param(
            {"ADMIN_PASSWORD": "short"},
            [],
            "ADMIN_PASSWORD: This password is too short. .* Choose another.",
            id="password",
        ),
        pytest.param(
            {}, ["--bind", "6336"], "--bind: '6336' is no address. Write HOST:PORT, as in 127.0.0.1:6336.", id="bind"
        ),
        pytest.param({}, ["--workers", "0"], "--workers: 0 is no number of processes. Write 1 or more.", id="workers"),
    ],
)
def test_wrong_settings_stop_with_a_sentence(
    home: Home, variables: dict[str, str], arguments: list[str], sentence: str
) -> None:
    """What is wrong and what to do, on one line, without a traceback, a password or a zero."""
    ended = home.with_settings(**variables).run("up", *(arguments or ["--bind", f"127.0.0.1:{free_port()}"]))
    assert ended.returncode != 0
    lines = ended.stderr.strip().splitlines()
    assert len(lines) == 1, ended.stderr
    said = lines[0].removeprefix("CommandError: ")
    assert said == sentence or re.fullmatch(sentence, said)
    assert "hidden" not in ended.stderr


def test_a_port_that_is_taken_stops_with_a_sentence(shared_server: Server, home: Home) -> None:
    """A second server on the same port would get half of the requests."""
    address = shared_server.url.removeprefix("http://")
    ended = home.run("up", "--bind", address)
    assert ended.returncode != 0
    assert f"--bind: cannot listen on {address} (Address already in use)." in ended.stderr
    assert "Traceback" not in ended.stderr


def test_broken_definitions_stop_the_start_with_their_places(home: Home, tmp_path: Path) -> None:
    """All problems of all files, then what to do."""
    (tmp_path / "one.yaml").write_text(GREETING.format(name="one", message="$nobody"))
    (tmp_path / "two.yaml").write_text(GREETING.format(name="two", message="$noone"))
    ended = home.with_settings(ACTIONS_PATH=str(tmp_path)).run("up", "--bind", f"127.0.0.1:{free_port()}")
    assert ended.returncode != 0
    assert "one.yaml:8:" in ended.stderr
    assert "two.yaml:8:" in ended.stderr
    assert ended.stderr.strip().endswith("2 problem(s) in definitions. Mend them and start again.")
    assert "Traceback" not in ended.stderr


def test_a_misspelt_option_of_the_settings_stops_the_start(home: Home, tmp_path: Path) -> None:
    """Of either app, with a suggestion; an option that is only named in docs/operating.md is one."""
    (tmp_path / "own_settings.py").write_text(
        "from project.settings import *\n"
        'ACTIONS = {**ACTIONS, "WEBHOOKS": {"ATEMPTS": 3}}\n'
        'ENTITIES = {**ENTITIES, "PAGE_SISE": 3, "ENCRYPTION_KEYS": ["one", "another"]}\n'
    )
    own = home.with_settings(PYTHONPATH=str(tmp_path), DJANGO_SETTINGS_MODULE="own_settings")
    ended = own.run("up", "--bind", f"127.0.0.1:{free_port()}")
    assert ended.returncode != 0
    assert "ACTIONS['WEBHOOKS'] has an unknown key 'ATEMPTS'.\n\tHINT: Did you mean 'ATTEMPTS'?" in ended.stderr
    assert "ENTITIES has an unknown key 'PAGE_SISE'." in ended.stderr
    assert "ENCRYPTION_KEYS" not in ended.stderr
    assert "Traceback" not in ended.stderr


def test_servers_that_start_together_make_one_administrator(home: Home) -> None:
    """Two machines of one deployment, one empty database."""
    printed: list[str] = []

    def start() -> None:
        with home.start() as server:
            printed.append(server.text)

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(printed) == 2
    assert sum("First administrator" in text for text in printed) == 1
