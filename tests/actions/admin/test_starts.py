"""The texts that a new definition can begin with."""

from __future__ import annotations

import html

import pytest
from django.test import Client

from actions.admin.starts import Start, starts
from actions.loading import prepare
from actions.secrets.changing import Content, set_secret
from actions.secrets.texts import SecretText

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("start", starts().values(), ids=lambda start: start.name)
def test_compiles_as_it_is(start: Start) -> None:
    """Nobody begins with a mistake; no warning either. A receiver says first that its secret is to be kept."""
    set_secret("stripe_orders", Content(value=SecretText("whsec_test")))
    assert prepare(start.text).warnings == ()
    assert (bool(start.label), start.about.endswith(".")) == (True, True)


def test_each_is_offered_and_fills_the_form(browser: Client) -> None:
    """Links, so that it works without JavaScript; an unknown one begins with nothing."""
    address = "/admin/actions/definition/add/"
    page = browser.get(address).content.decode()
    for start in starts().values():
        assert f'href="?start={start.name}"' in page
        assert start.text in html.unescape(browser.get(f"{address}?start={start.name}").content.decode())
    assert "OutFields" not in browser.get(f"{address}?start=../signup&text=OutFields").content.decode()
