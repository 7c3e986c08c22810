"""The administrator, and their browser."""

from __future__ import annotations

import pytest
from django.test import Client

from entities.models import UserAccount


@pytest.fixture
def root(db: None) -> UserAccount:
    """The administrator."""
    return UserAccount.objects.create_superuser("root@example.org", "pw", name="Root")


@pytest.fixture
def browser(root: UserAccount) -> Client:
    """The administrator's browser."""
    client = Client()
    client.force_login(root)
    return client
