"""Integrations as an entity: what actions of operations belong to, for administrators to read and nobody to write."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from actions.models import Integration
from entities.authentication import issue_token
from entities.models import UserAccount
from tests.integrations import authenticate, import_shop

pytestmark = pytest.mark.django_db


def headers(*, administrator: bool) -> dict[str, str]:
    """Return what signs an account in."""
    make = UserAccount.objects.create_superuser if administrator else UserAccount.objects.create_user
    return {"Authorization": f"Bearer {issue_token(make('eve@example.org', 'pw'))}"}


def test_administrators_read_them(client: Client) -> None:
    """Without the document, without what authenticates them, without where they came from."""
    import_shop()
    authenticate(key="CANARY")
    answer = client.get("/api/integration", headers=headers(administrator=True))
    assert answer.status_code == 200
    (row,) = answer.json()["data"]
    shown: dict[str, Any] = row["attributes"]
    assert (shown["name"], shown["operation_count"], shown["enabled"]) == ("shop", 12, True)
    assert not {"document", "authentication", "schemes", "problems", "source"} & {*shown}
    assert b"CANARY" not in answer.content


def test_nobody_else_does(client: Client) -> None:
    """Neither accounts nor guests."""
    import_shop()
    assert client.get("/api/integration").status_code in (401, 403)
    assert client.get("/api/integration", headers=headers(administrator=False)).status_code in (403, 404)


def test_nobody_writes_them(client: Client) -> None:
    """A document is imported, not posted; what calls an integration keeps it."""
    import_shop()
    row = Integration.objects.get()
    sent = {"data": {"type": "integration", "id": str(row.pk), "attributes": {"name": "x", "server": "http://evil"}}}
    mine = headers(administrator=True)
    for send, path in ((client.post, ""), (client.patch, f"/{row.pk}"), (client.delete, f"/{row.pk}")):
        answer = send(f"/api/integration{path}", sent, content_type="application/vnd.api+json", headers=mine)
        assert answer.status_code in (403, 405)
    row.refresh_from_db()
    assert (row.name, row.server) == ("shop", "")
