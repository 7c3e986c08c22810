"""A receiver's secrets must be of use to its scheme when it is saved, and one of them later."""

from __future__ import annotations

from datetime import timedelta

import pytest

from actions.errors import RefusedDocument
from actions.loading import save_definition
from actions.models import RefusedRequest
from actions.secrets.changing import Content, rotate_secret, set_secret
from tests.actions.webhooks.conftest import Define, Sender, document, sign


def test_a_new_value_of_no_use_does_not_take_the_old_one_with_it(define: Define, send: Sender) -> None:
    """While both count, what is signed with the old one is taken; for what is not, the record has the reason."""
    define(scheme="standard")
    rotate_secret("hook", Content.of_text("no key"), timedelta(hours=1))
    assert send(sign(scheme="standard")).status_code == 200
    assert not RefusedRequest.objects.exists()
    other = sign(scheme="standard", secret="whsec_" + "Q" * 32)
    assert send(other).status_code == 401
    set_secret("hook", Content.of_text("no key"))
    assert send(sign(scheme="standard")).status_code == 401
    assert [(row.cause, row.count) for row in RefusedRequest.objects.all()] == [("unusable_secret", 2)]


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
