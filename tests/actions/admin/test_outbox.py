"""The outbox in the admin: seen by whoever may, never read, never edited, sent again by whoever may change it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from actions.models import OutgoingEffect
from actions.outbox import MAIL, compose_mail, enqueue
from actions.states import EffectState
from entities.actors import SYSTEM
from entities.models import UserAccount
from entities.store import unit

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "admin:actions_outgoingeffect_changelist"
SECRET = "hx7Qp-reset-token"


@pytest.fixture
def failed() -> OutgoingEffect:
    """A mail that failed."""
    with unit(SYSTEM) as work:
        mail = {"to": "ada@example.org", "subject": SECRET, "body": SECRET}
        key = enqueue(work, MAIL, compose_mail(mail))
    OutgoingEffect.objects.filter(pk=key).update(state=EffectState.FAILED, attempts=10, last_error="SMTPDataError 554")
    return OutgoingEffect.objects.get(pk=key)


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


def again(client: Client, row: OutgoingEffect) -> Any:
    """Choose "Send again"."""
    form = {"action": "send_again", "_selected_action": str(row.pk)}
    return client.post(reverse(LIST), form, follow=True)


def test_the_list_and_the_page_tell_what_became_of_it_and_not_what_it_is(failed: OutgoingEffect) -> None:
    """State, attempts and the error; no recipient, no text, no way to change or delete anything."""
    client = signed_in()
    page = reverse("admin:actions_outgoingeffect_change", args=[failed.pk])
    for address in (reverse(LIST), page):
        text = client.get(address).content.decode()
        assert "SMTPDataError 554" in text
        assert SECRET not in text
        assert "ada@example.org" not in text
    assert client.post(page, {"state": "sent"}).status_code == 403
    assert client.get(reverse("admin:actions_outgoingeffect_add")).status_code == 403
    assert client.get(reverse("admin:actions_outgoingeffect_delete", args=[failed.pk])).status_code == 403


def test_a_row_under_a_lost_key_is_still_listed(failed: OutgoingEffect, settings: Any) -> None:
    """The list needs no payload."""
    settings.ENTITIES = {**settings.ENTITIES, "ENCRYPTION_KEYS": ["another key"]}
    assert signed_in().get(reverse(LIST)).status_code == 200


def test_what_failed_is_sent_again_with_all_its_attempts(failed: OutgoingEffect) -> None:
    """And the admin's log says who chose so."""
    text = again(signed_in(), failed).content.decode()
    assert "1 will be sent again." in text
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == ("pending", 0)
    assert [entry.change_message for entry in LogEntry.objects.all()] == ["Sent again."]
    other = signed_in("view_outgoingeffect", "change_outgoingeffect")
    assert "0 will be sent again." in again(other, failed).content.decode()


def test_who_may_only_look_sends_nothing(failed: OutgoingEffect) -> None:
    """The choice is not offered, and not taken."""
    client = signed_in("view_outgoingeffect")
    assert "Send again" not in client.get(reverse(LIST)).content.decode()
    again(client, failed)
    failed.refresh_from_db()
    assert failed.state == "failed"
