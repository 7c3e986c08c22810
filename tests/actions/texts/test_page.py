"""The page about texts lists what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from actions.texts import filters, tags

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "texts.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("head", "names"), [("Tags", tags.NAMES), ("Filters", (*filters.NAMES, *filters.OWN))], ids=["tags", "filters"]
)
def test_every_name_is_listed(head: str, names: tuple[str, ...]) -> None:
    """And no other."""
    (listed,) = re.findall(rf"^- \*\*{head}\.\*\* (.+?)(?=^- )", PAGE, re.MULTILINE | re.DOTALL)
    assert re.findall(r"`(\w+)`", listed) == sorted(names)
