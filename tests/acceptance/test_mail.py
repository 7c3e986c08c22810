"""Actions that send mail: what arrives, when, and what never leaves. Against a real SMTP server on this machine."""

from __future__ import annotations

import os
import re
import signal
import socket
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from actions.compiler import compile_document
from actions.errors import RefusedDocument
from actions.models import OutgoingEffect
from actions.operations.registry import find
from actions.outbox import send_due
from entities.examples.models import Todo
from tests.acceptance.conftest import failure
from tests.acceptance.notation import Run, entries, runner, said
from tests.acceptance.test_up import workers
from tests.actions.outbox.conftest import sink
from tests.mails import Sink, running_sink
from tests.servers import Home, Server, new_home

__all__ = ["sink"]

MAIL = """
  - Type: mail.send
    Method: EXECUTE
    Reference: mail
    Attributes: {to: "~any", subject: "Hello $text", body: "Hello."}
"""
THROWS = "  - {Type: said, Method: ACTIONRESPONSE, Attributes: {v: '!null.x'}}\n"
NEXT = "  - {Type: todo, Method: POST, Attributes: {title: next}, SkipInResponse: true}\n"


@pytest.fixture
def run(define: Callable[[str], None], post: Any) -> Run:
    """Define one action by its outcomes and post to it."""
    return runner(define, post)


def test_an_action_sends_after_its_commit(run: Run, sink: Sink) -> None:
    """The answer has no entry of the mail, its reference the id; nothing has left before somebody sends."""
    outcomes = MAIL + NEXT + "  - {Type: said, Method: ACTIONRESPONSE, Attributes: {v: $mail.id}}\n"
    (key,) = said(run(outcomes, {"any": "ada@example.org", "text": "Ada"}))
    assert sink.received == []
    send_due()
    (received,) = sink.received
    assert received.to == ("ada@example.org",)
    assert received.mail["Subject"] == "Hello Ada"
    assert received.mail["Message-ID"] == f"<{key}@localhost>"


@pytest.mark.parametrize("data", [{}, {"any": None}, {"any": []}], ids=["left-out", "null", "empty"])
def test_nobody_gets_a_mail_and_nobody_can_tell(run: Run, sink: Sink, data: dict[str, Any]) -> None:
    """The answer and the row are those of a mail that somebody gets."""
    response = run(MAIL, {**data, "text": ""})
    assert entries(response) == []
    assert OutgoingEffect.objects.filter(state="pending", payload__isnull=False).count() == 1
    send_due()
    assert sink.received == []


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        pytest.param(MAIL + "  - {Fail: {Status: 409, Code: no}}\n", "no", id="declared"),
        pytest.param(
            MAIL + "  - {Type: todo, Method: POST, Attributes: {title: ~text}}\n", "invalid_outcome", id="row"
        ),
        pytest.param(NEXT + MAIL + THROWS, "script_failed", id="script"),
    ],
)
def test_an_action_that_fails_sends_nothing(run: Run, sink: Sink, outcomes: str, code: str) -> None:
    """Whatever fails after it: the mail is undone like a row."""
    assert failure(run(outcomes, {"any": "ada@example.org", "text": ""}))["code"] == code
    assert not send_due()
    assert not Todo.objects.exists()
    assert sink.received == []


def test_a_commit_that_fails_sends_nothing(run: Run, sink: Sink) -> None:
    """What the database refuses when everything travels takes the mail with it."""
    outcomes = MAIL + 2 * (
        '  - {Type: user_account, Method: POST, Attributes: {name: A, email: a@example.org, password: "~text"}}\n'
    )
    response = run(outcomes, {"any": "ada@example.org", "text": "correct horse"})
    assert failure(response)["code"] == "conflict"
    assert not OutgoingEffect.objects.exists()
    assert sink.received == []


def test_an_outcome_that_may_fail_and_does_sends_nothing(run: Run, sink: Sink) -> None:
    """A refused mail is undone alone; one that was written before it goes, and one after it too."""
    first = MAIL.replace("~any", "before@example.org").replace("Reference: mail", "Reference: first")
    last = MAIL.replace("~any", "after@example.org").replace("Reference: mail", "Reference: last")
    guarded = MAIL.replace("Reference: mail", "ContinueOnError: true")
    response = run(first + guarded + last, {"any": ["ada@example.org", "no address"], "text": ""})
    assert entries(response) == [("error", "'to' must be an e-mail address.")]
    send_due()
    assert [received.to[0] for received in sink.received] == ["before@example.org", "after@example.org"]


@pytest.mark.parametrize("evil", ["\r\nBcc: eve@example.org", "\nX: 1", "\rX: 1"], ids=["crlf", "lf", "cr"])
def test_no_input_becomes_a_header(run: Run, sink: Sink, evil: str) -> None:
    """S38: a failure that names the outcome, and nothing on the wire."""
    for data in ({"any": "ada@example.org", "text": evil}, {"any": f"ada@example.org{evil}", "text": ""}):
        refused = failure(run(MAIL, data))
        assert refused["code"] == "invalid_outcome"
        assert refused["outcome"] == {"index": 0, "reference": "mail"}
    assert not send_due()
    assert sink.received == []


@pytest.mark.parametrize(
    ("attributes", "code", "message"),
    [
        pytest.param("subject: a, body: b", "ACT217", "'to' of 'mail.send' is missing.", id="missing"),
        pytest.param(
            "to: a@b.co, subject: a, body: b, bcc: c@d.co", "ACT235", "'mail.send' takes no 'bcc'.", id="unknown"
        ),
        pytest.param("to: 5, subject: a, body: b", "ACT218", "'to' must be a text or a list, not a number.", id="to"),
        pytest.param("to: a@b.co, subject: a, body: {}", "ACT218", "'body' must be a text, not an object.", id="body"),
    ],
)
def test_a_wrong_argument_is_reported_at_load(attributes: str, code: str, message: str) -> None:
    """Before anybody could have got half a mail."""
    outcome = f"  - {{Type: mail.send, Method: EXECUTE, Attributes: {{{attributes}}}}}\n"
    with pytest.raises(RefusedDocument) as refused:
        compile_document(f"Name: run\nOnType: todo\nOutFields:\n{outcome}", "test.yaml")
    assert [(problem.code, problem.message) for problem in refused.value.problems] == [(code, message)]


def test_an_unknown_member_of_the_reference_is_reported_at_load() -> None:
    """What a reference to a mail holds is known."""
    text = (
        "Name: run\nOnType: todo\nOutFields:"
        + MAIL.replace("~any", "a@b.co").replace("$text", "")
        + ("  - {Type: said, Method: ACTIONRESPONSE, Attributes: {v: $mail.state}}\n")
    )
    with pytest.raises(RefusedDocument) as refused:
        compile_document(text, "test.yaml")
    assert "'state'" in refused.value.problems[0].message


def test_the_example_of_the_manual_runs(run: Run, sink: Sink) -> None:
    """As it stands beside the operation."""
    operation = find("mail.send")
    assert operation is not None
    listed = "".join(f'      {name}: "{value}"\n' for name, value in operation.example.items())
    run(f"  - Type: mail.send\n    Method: EXECUTE\n    Attributes:\n{listed}")
    send_due()
    assert len(sink.received) == 1


TELL = """\
Name: tell
OnType: todo
Permission: {guest: [execute]}
InFields:
  - {Name: to, ColumnType: email, IsNullable: true}
  - {Name: known, ColumnType: truefalse, IsNullable: true}
OutFields:
  - {Type: todo, Method: POST, SkipInResponse: true, Attributes: {title: told}}
  - Type: mail.send
    Method: EXECUTE
    Attributes: {to: "!known ? to : null", subject: Hello, body: "https://example.org/reset?token=hx7Qp"}
"""


@pytest.fixture
def telling(tmp_path: Path) -> Iterator[Home]:
    """An installation whose action ``tell`` sends a mail."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "tell.yaml").write_text(TELL)
    with new_home(tmp_path) as home:
        yield home.with_settings(ACTIONS_PATH=str(tmp_path / "mine"))


def tell(server: Server, *, known: bool = True) -> float:
    """Invoke the action and return how long that took."""
    started = time.perf_counter()
    response = server.post("/action/todo/tell", json={"to": "ada@example.org", "known": known})
    assert (response.status_code, response.json()) == (200, [])
    return time.perf_counter() - started


EFFECTS = "from actions.models import OutgoingEffect as E; import datetime as d; now = d.datetime.now(d.UTC); "
MAKE_DUE = EFFECTS + "print(E.objects.exclude(state='sent').update(next_attempt_at=now))"
STATES = EFFECTS + "print(*E.objects.values_list('state', flat=True))"


def shell(home: Home, code: str) -> str:
    """Return what code in the installation prints."""
    return home.run("shell", "--no-imports", "-c", code).stdout.strip()


def test_a_server_sends_at_once_and_a_stop_finishes_what_is_on_its_way(telling: Home) -> None:
    """The request does not wait for a slow mail server; SIGTERM does."""
    with running_sink() as sink:
        sink.delay = 2.0
        with telling.with_settings(EMAIL_URL=sink.url, EMAIL_FROM="Shop <shop@example.org>").start() as server:
            assert tell(server) < sink.delay
            until = time.monotonic() + 10
            while not sink.is_busy and time.monotonic() < until:
                time.sleep(0.01)
            assert sink.is_busy
            assert server.stop(signal.SIGTERM) == 0
        assert shell(telling, STATES) == "sent"
        (received,) = sink.received
        assert received.mail["From"] == "Shop <shop@example.org>"


def test_a_server_that_is_killed_loses_nothing(telling: Home) -> None:
    """SIGKILL while a mail is on its way: ``manage.py work --once`` delivers it when the lease is over."""
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, and never says a word
        silent.settimeout(10)
        home = telling.with_settings(EMAIL_URL=f"smtp://127.0.0.1:{silent.getsockname()[1]}")
        with home.start("--workers", "1") as server:
            tell(server)
            connected, _ = silent.accept()
            (worker,) = workers(server)
            server.process.kill()
            os.kill(worker, signal.SIGKILL)
        connected.close()
    with running_sink() as sink:
        home = telling.with_settings(EMAIL_URL=sink.url)
        assert shell(home, STATES) == "sending"
        assert home.run("work", "--once").stdout == "0 sent, 0 to be tried again, 0 failed.\n"
        assert shell(home, MAKE_DUE) == "1"
        assert home.run("work", "--once").stdout == "1 sent, 0 to be tried again, 0 failed.\n"
        assert len(sink.received) == 1


def test_a_server_looks_again_for_what_failed(telling: Home) -> None:
    """Nobody has to run ``work``: the mail server comes back, and the next look sends. No token is in any log."""
    with running_sink() as sink:
        sink.replies["ada@example.org"] = "450 hx7Qp Later"
        with telling.with_settings(EMAIL_URL=sink.url).start() as server:
            tell(server)
            server.wait_for("was not sent at attempt 1: SMTPRecipientsRefused 450", stream="errors", seconds=30)
            sink.replies.clear()
            assert shell(telling, MAKE_DUE) == "1"
            sink.wait_for(1, seconds=30)
        assert "hx7Qp" not in server.text + "".join(server.errors)


def test_without_a_mail_server_the_mail_is_printed(telling: Home) -> None:
    """The five minutes need none."""
    with telling.start() as server:
        tell(server)
        server.wait_for(r"^To: ada@example.org$", seconds=30)
        server.wait_for(re.escape("https://example.org/reset?token=hx7Qp"), seconds=30)


def test_neither_answer_nor_time_tells_whether_somebody_got_it(telling: Home) -> None:
    """With a mail server that takes its time: the request does not wait for it, whoever is known."""
    with running_sink() as sink, telling.with_settings(EMAIL_URL=sink.url).start("--workers", "1") as server:
        for _ in range(5):
            tell(server)
        times: dict[bool, list[float]] = {True: [], False: []}
        for number in range(120):
            known = number % 2 == 0
            times[known].append(tell(server, known=known))
        somebody, nobody = (statistics.median(times[known]) for known in (True, False))
        assert abs(somebody - nobody) < 0.25 * max(somebody, nobody)
