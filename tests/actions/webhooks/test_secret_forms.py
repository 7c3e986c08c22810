"""A receiver's secrets must be of use to its scheme when it is saved."""

from __future__ import annotations

from datetime import timedelta

import pytest

from actions.errors import RefusedDocument
from actions.loading import save_definition
from actions.secrets.changing import Content, rotate_secret
from tests.actions.webhooks.conftest import document


def test_a_secret_that_its_scheme_cannot_use(secret: str) -> None:
    """Also one of several values: every request would be refused, and nobody would know why."""
    save_definition(document(scheme="standard"), "test.yaml")
    rotate_secret("hook", Content.of_text("no key"), timedelta(hours=1))
    with pytest.raises(RefusedDocument) as refused:
        save_definition(document(scheme="standard", keys="Label: New"), "test.yaml")
    (problem,) = refused.value.problems
    assert (problem.code, problem.location.pointer) == ("ACT264", "/Webhook/Secret")
    assert secret not in problem.message + problem.hint
    save_definition(document(scheme="stripe"), "test.yaml")
