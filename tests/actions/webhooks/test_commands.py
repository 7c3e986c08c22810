"""``redeliver`` and ``prune_deliveries``: who uses them is told what became of it, and nothing has two effects."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from actions.models import Delivery, NewestEvent, RefusedRequest
from entities.examples.models import Todo
from tests.actions.webhooks.conftest import ADD, Define, Sender, event, only, sign

IDS = "An ID is in the answer's 'Webhook-Delivery' and in the admin; it is not the provider's id of the event."
FAIL = "{Fail: {Status: 500, Message: Broken.}}"


def test_what_failed_is_processed_again(define: Define, send: Sender, capsys: pytest.CaptureFixture[str]) -> None:
    """All of an action, once it is mended; a second time there is nothing to do."""
    define(FAIL)
    for number in (1, 2):
        send(sign(event(number)))
    with pytest.raises(CommandError) as failed:
        call_command("redeliver", action="todo/paid", failed=True)
    assert str(failed.value) == "2 of 2 failed."
    assert "failed: Broken." in capsys.readouterr().out
    define(ADD)
    call_command("redeliver", action="todo/paid", failed=True)
    assert capsys.readouterr().out.count(" processed\n") == 2
    call_command("redeliver", action="todo/paid", failed=True)
    assert capsys.readouterr().out == "0 done.\n"
    assert Todo.objects.count() == 2


def test_one_by_its_id(define: Define, send: Sender, capsys: pytest.CaptureFixture[str]) -> None:
    """What has had its effect has no second one."""
    define()
    send(sign())
    call_command("redeliver", str(only().pk))
    assert capsys.readouterr().out == f"{only().pk} duplicate\n1 done.\n"
    assert Todo.objects.count() == 1


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ([], {}, "Give IDs, or --action TYPE/NAME --failed."),
        ([], {"failed": True}, "Give IDs, or --action TYPE/NAME --failed."),
        ([], {"action": "todo/paid"}, "Give IDs, or --action TYPE/NAME --failed."),
        (["1"], {"failed": True, "action": "todo/paid"}, "Give IDs, or --action TYPE/NAME --failed."),
        ([], {"failed": True, "action": "todo"}, "An action is written TYPE/NAME."),
        ([], {"failed": True, "action": "todo/piad"}, "There is no receiver 'todo/piad'."),
        (["evt_1"], {}, f"There is no delivery 'evt_1'. {IDS}"),
        (["0" * 32], {}, f"There is no delivery '{'0' * 32}'. {IDS}"),
    ],
)
def test_wrong_usage(transactional_db: None, arguments: list[str], options: dict[str, Any], message: str) -> None:
    """A sentence, and nothing is done."""
    with pytest.raises(CommandError) as wrong:
        call_command("redeliver", *arguments, **options)
    assert str(wrong.value) == message


def test_work_does_what_is_due(define: Define, send: Sender, capsys: pytest.CaptureFixture[str]) -> None:
    """Beside the mails, and it says so where there was something."""
    define(webhook="Ack: stored")
    send(sign())
    call_command("work", once=True)
    sent = "0 sent, 0 to be tried again, 0 failed.\n"
    assert capsys.readouterr().out == f"{sent}Attempts to process an event: 1.\n"
    call_command("work", once=True)
    assert capsys.readouterr().out == sent
    assert only().state == "succeeded"


def aged(days: float) -> None:
    """Let everything be so old."""
    then = timezone.now() - timedelta(days=days)
    Delivery.objects.update(received_at=then, last_received_at=then)
    NewestEvent.objects.update(applied_at=then)
    RefusedRequest.objects.update(day=then.date())


def test_only_old_events_are_forgotten(define: Define, send: Sender, capsys: pytest.CaptureFixture[str]) -> None:
    """By the setting, or a given age; one that came again lately is not old."""
    define(webhook="Once: ~event.id, Newer: ~event.created")
    for number in range(3):
        send(sign(event(number, created=1)))
    send(sign(secret="another"))
    aged(36)
    call_command("prune_deliveries")
    assert capsys.readouterr().out == "0 deleted.\n"
    Delivery.objects.filter(event_id="evt_0").update(last_received_at=timezone.now())
    call_command("prune_deliveries", days=35)
    assert capsys.readouterr().out == "2 deleted.\n"
    assert (only().event_id, NewestEvent.objects.count(), RefusedRequest.objects.count()) == ("evt_0", 0, 0)


def test_what_is_owed_is_never_forgotten(define: Define, send: Sender) -> None:
    """However old it is."""
    define(webhook="Ack: stored")
    send(sign())
    aged(1000)
    call_command("prune_deliveries")
    assert only().state == "received"


@pytest.mark.parametrize("days", [800_000, 10**10])
def test_an_age_before_all_dates(define: Define, send: Sender, days: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is that old."""
    define()
    send(sign())
    call_command("prune_deliveries", days=days)
    assert capsys.readouterr().out == "0 deleted.\n"


@pytest.mark.parametrize("days", [34, 0, -1])
def test_younger_events_are_kept(transactional_db: None, days: int) -> None:
    """Providers send an event again for up to thirty days."""
    with pytest.raises(CommandError) as refused:
        call_command("prune_deliveries", days=days)
    assert str(refused.value).startswith(f"{days} days are too few")


def test_a_setting_cannot_shorten_it(define: Define, send: Sender, settings: Any) -> None:
    """Thirty-five days, whatever it says."""
    settings.ACTIONS = {**settings.ACTIONS, "WEBHOOKS": {"KEEP_DAYS": 1}}
    define()
    send(sign())
    aged(34)
    call_command("prune_deliveries")
    assert Delivery.objects.count() == 1
    aged(36)
    call_command("prune_deliveries")
    assert not Delivery.objects.exists()
