"""What is told of a secret by others: a server that repeats it, one that is down, an operation that breaks."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from actions.models import Run
from actions.secrets.changing import Content, set_secret
from entities.examples.models import Todo
from tests.acceptance.test_calls import SAY, action, request, upstream
from tests.acceptance.test_runs import ACTION, NOT_SECRET
from tests.upstreams import answer, computed, redirect

__all__ = ["upstream"]

pytestmark = pytest.mark.django_db(transaction=True)

PIN = "Name: pin, Secret: true"


@pytest.mark.parametrize("status", [200, 400, 500])
def test_a_server_that_repeats_the_request_tells_no_secret(define, post, upstream, caplog, status):
    """Not to the client, a row, a trace or the log: in a body, in a header, in base64, after a redirect."""

    def repeat(got: Any) -> Any:
        read = dict(got.header)
        shown = {"got": got.raw.decode(), "each": [base64.b64encode(text.encode()).decode() for text in read.values()]}
        echo = ("X-Echo", f"{read['authorization']} {read['x-key']}")
        return answer(status, json=shown, headers=[echo])

    set_secret("partner", Content.of_text("ann:Sup3rS3cret"))
    set_secret("key", Content.of_text("Token k3y/of+theirs"))
    upstream.at("/", redirect("/there", 307))
    upstream.at("/there", computed(repeat))
    more = ", Method: POST, BasicSecret: partner, SecretHeaders: {X-Key: key}, Body: {a: 1}"
    kept = 'Type: todo, Method: POST, Attributes: {title: "!JSON.stringify(a.body.got).slice(0, 200)"}'
    define(action(request(upstream.url, more, "Reference: a"), kept, SAY, keys="Record: full"))
    with caplog.at_level("DEBUG"):
        answered = post("todo/call").content.decode()
    assert upstream.requests[-1].header["x-key"] == "Token k3y/of+theirs"
    rows = json.dumps([*Run.objects.values(), *Todo.objects.values()], default=str)
    sent = {value for value in upstream.requests[-1].header.values() if "k3y" in value or "Basic" in value}
    secret = sent | {"Sup3rS3cret", "k3y/of+theirs", *(base64.b64encode(text.encode()).decode()[8:-8] for text in sent)}
    assert [text for text in secret if text in answered + rows + caplog.text] == []
    assert status == 500 or "***" in answered


@pytest.mark.parametrize("level", ["summary", "full", "failures"])
@pytest.mark.parametrize("nested", [False, True])
def test_a_server_that_is_down_is_told_although_it_was_sent_a_secret(define, post, upstream, level, nested):
    """What such a failure says holds nothing that was sent; whoever reads runs learns why they fail."""
    upstream.answers(answer(500))
    more = ', Method: POST, Body: {pin: "~pin"}'
    define(action(request(upstream.url, more), SAY, keys=f"Record: {level}").replace("Name: title", PIN))
    outer = 'Type: action.invoke, Method: EXECUTE, Attributes: {type: todo, name: call, attributes: {pin: "~pin"}}'
    define(action(outer, keys=f"Record: {level}").replace("Name: title", PIN).replace("Name: call", "Name: outer"))
    assert post(f"todo/{'outer' if nested else 'call'}", {"pin": "canary"}).status_code == 502
    run = Run.objects.get()
    assert (run.failure_code, run.failure_message) == (
        "upstream_failed",
        "The other server answered with status 500.",
    )
    assert level == "summary" or "answered with status 500" in run.trace
    assert "canary" not in run.trace


@pytest.mark.parametrize("level", ["none", "summary", "full", "failures"])
def test_a_fault_of_ours_logs_no_secret(define, post, monkeypatch, caplog, level):
    """What an operation says when it breaks may hold what it was given; the log has the rest, to mend it by."""

    inner, outer = "s3cr3t-pin of the caller", "It cannot be czNjcjN0LXBpbg==, or s3cr3t-pin, that is sure."

    def fail(*given):
        try:
            raise KeyError(inner)
        except KeyError as error:
            raise RuntimeError(outer) from error

    define(ACTION % (level, NOT_SECRET))
    monkeypatch.setattr("actions.operations.respond.check_directive", fail)
    assert post("todo/keep", {"title": "milk", "pin": "s3cr3t-pin"}).status_code == 500
    assert "RuntimeError: It cannot be •••, or •••, that is sure." in caplog.text
    assert "KeyError: '••• of the caller'" in caplog.text
    assert [word for word in ("s3cr3t", "czNjcjN0") if word in caplog.text] == []
