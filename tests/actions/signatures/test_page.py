"""``docs/webhooks.md`` says what is so: its causes, its example."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from actions.signatures.errors import Cause
from tests.actions.signatures.receivers import Case

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "webhooks.md").read_text(encoding="utf-8")


def test_every_cause_is_explained() -> None:
    """And no other."""
    table = PAGE[PAGE.index("| cause |") :].split("\n\n", 1)[0]
    first = [line.split("|")[1] for line in table.splitlines()[2:]]
    assert re.findall(r"`(\w+)`", "".join(first)) == [str(cause) for cause in Cause]


def test_the_example_of_the_generic_scheme_works() -> None:
    """Its options are accepted, and what is signed with them is verified."""
    (block,) = re.findall(r"^```yaml\n(Header: .*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    case = Case("hmac", given=yaml.safe_load(block), body=b'{"data":{"id":"a1"}}')
    (verified,) = case.verify(case.sign())
    assert (verified.event_id, verified.event_type) == ("a1", "payment.paid")
