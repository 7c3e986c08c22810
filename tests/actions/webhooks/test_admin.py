"""Deliveries in the admin: seen by whoever may, shown as text, never edited, processed again by whoever may change."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from actions.models import Delivery, RefusedRequest
from entities.examples.models import Todo
from entities.models import UserAccount
from tests.actions.webhooks.conftest import ADD, Define, Sender, event, only, sign

LIST, PAGE = "admin:actions_delivery_changelist", "admin:actions_delivery_change"


def signed_in(*permissions: str) -> Client:
    """Return the browser of somebody of the staff; without permissions of the administrator."""
    if permissions:
        account = UserAccount.objects.create_user("staff@example.org", "correct horse", name="S", is_staff=True)
        account.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    else:
        account = UserAccount.objects.create_superuser("root@example.org", "correct horse", name="Root")
    client = Client()
    client.force_login(account)
    return client


def again(client: Client) -> Any:
    """Choose "Process again" for all."""
    chosen = [str(key) for key in Delivery.objects.values_list("pk", flat=True)]
    return client.post(reverse(LIST), {"action": "process_again", "_selected_action": chosen}, follow=True)


def test_a_delivery_is_shown_as_text(define: Define, send: Sender) -> None:
    """What a sender wrote is no markup here, long bodies are cut, and nothing can be changed or deleted."""
    define(webhook="Headers: [X-Shop]")
    script = "<script>alert(1)</script>"
    send(sign(event(title=script, long="é" * 30_000)), **{"X-Shop": script})
    client = signed_in()
    page = client.get(reverse(PAGE, args=[only().pk])).content.decode()
    for text in (page, client.get(reverse(LIST)).content.decode()):
        assert script not in text
        assert "evt_1" in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert len(page) < 60_000
    assert "delete" not in page.lower()
    assert client.post(reverse(PAGE, args=[only().pk]), {"state": "failed"}).status_code == 403


def test_bytes_are_shown_as_far_as_they_are_text(define: Define, send: Sender) -> None:
    """The page does not fail for what nobody can read."""
    define(scheme="github")
    send(sign(b"\xff\x00abc", "github"), kind="application/octet-stream")
    assert signed_in().get(reverse(PAGE, args=[only().pk])).status_code == 200


def test_filters_narrow_the_list(define: Define, send: Sender) -> None:
    """By state, for instance."""
    define()
    send(sign())
    client = signed_in()
    assert "evt_1" in client.get(reverse(LIST), {"state__exact": "succeeded"}).content.decode()
    assert "evt_1" not in client.get(reverse(LIST), {"state__exact": "failed"}).content.decode()


def test_an_event_is_found_by_either_id(define: Define, send: Sender) -> None:
    """The provider's, as it is written, and ours, which the sender was told."""
    define()
    for name in ("evt_A", "evt_a", "evt a"):
        send(sign(event(id=name)))
    client = signed_in()
    ours = str(Delivery.objects.get(event_id="evt a").pk)
    for term, wanted in (("evt_A", "evt_A"), (" evt a ", "evt a"), (ours, "evt a"), ("evt", None)):
        page = client.get(reverse(LIST), {"q": term}).content.decode()
        rows = re.findall(r'field-event_id">([^<]*)<', page)
        assert rows == ([wanted] if wanted else [])


def test_process_again(define: Define, send: Sender) -> None:
    """What failed is processed, what succeeded stays as it is, and who did it is on record."""
    define("{Fail: {Status: 500}}")
    send(sign(event(1)))
    define(ADD)
    send(sign(event(2)))
    assert "2 chosen: 1 duplicate, 1 processed." in again(signed_in()).content.decode()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"succeeded"}
    assert Todo.objects.count() == 2
    assert [entry.get_change_message() for entry in LogEntry.objects.all()] == ["Processed again: processed."]


def test_who_may_only_look_cannot_process(define: Define, send: Sender) -> None:
    """The permission to change deliveries is needed, though nobody edits them."""
    define("{Fail: {Status: 500}}")
    send(sign())
    client = signed_in("view_delivery")
    assert "process_again" not in client.get(reverse(LIST)).content.decode()
    again(client)
    assert only().attempts == 1


def test_refused_requests_are_listed(define: Define, send: Sender) -> None:
    """By cause, which nobody else is told."""
    define()
    send(sign(secret="another"))
    text = signed_in().get(reverse("admin:actions_refusedrequest_changelist")).content.decode()
    assert RefusedRequest.objects.get().cause == "no_match"
    assert "no_match" in text
