"""A receiver leaves a run for every event that it processes, as any other action does."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from actions.models import Delivery, Run
from tests.actions.webhooks.conftest import Define, Sender, sign

SECRET_INPUT = "InFields: [{Name: title, ColumnType: label, Secret: true}]"
FAIL = "{Fail: {Status: 409, Code: no, Message: 'No $title.'}}"
THROW = "{Type: todo, Method: POST, Attributes: {title: \"!throw new Error('No ' + title)\"}}"


def test_an_event_that_comes_twice_is_one_run(define: Define, send: Sender) -> None:
    """The row is committed with the effect; a second delivery begins nothing."""
    define()
    for _ in range(2):
        assert send(sign()).status_code == 200
    run = Run.objects.get()
    assert (run.state, run.actor_kind, run.name) == ("succeeded", "system", "paid")


@pytest.mark.parametrize("record", ["full", "summary", "none"])
@pytest.mark.parametrize("outcome", [FAIL, THROW])
def test_why_it_failed_tells_no_secret(
    define: Define, send: Sender, outcome: str, record: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Of a sentence that is made of a secret input a delivery keeps as little as a run; the command tells no more."""
    define(outcome, keys=f"{SECRET_INPUT}\nRecord: {record}")
    assert send(sign()).status_code == 500
    told = StringIO()
    with pytest.raises(CommandError):
        call_command("redeliver", "--action", "todo/paid", "--failed", stdout=told)
    assert Delivery.objects.get().detail == "•••"
    assert told.getvalue().rstrip().endswith("failed: •••")
    assert "café" not in caplog.text


def test_why_it_failed_is_told(define: Define, send: Sender) -> None:
    """Where no input is secret, the sentence is kept as it is."""
    define(FAIL, keys="InFields: [{Name: title, ColumnType: label}]")
    assert send(sign()).status_code == 500
    assert Delivery.objects.get().detail == "No café."
