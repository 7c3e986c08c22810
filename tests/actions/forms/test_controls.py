"""Patterns as HTML reads them: for the whole value, and with classes as the flag ``v`` asks for."""

from __future__ import annotations

import re

import pytest

from actions.forms.controls import whole_pattern
from entities.tags.schemas import schema_of
from entities.tags.validations import compile_validation


@pytest.mark.parametrize(
    ("tags", "fine", "wrong"),
    [
        pytest.param("alphanum", "ab1", "a b", id="whole"),
        pytest.param("numeric", "-1.5", "1,5", id="hyphen-in-a-class"),
        pytest.param("contains=a+b", "xa+by", "aab", id="search"),
        pytest.param("startswith=+49", "+4930", "0+49", id="beginning"),
        pytest.param("endswith=.de", "a.de", "a.de.", id="end"),
        pytest.param("multibyte", "aä", "a", id="alternatives"),
    ],
)
def test_a_pattern_means_the_same_in_a_form(tags: str, fine: str, wrong: str) -> None:
    """The attribute holds the visitor to what the action checks, no more and no less."""
    pattern = whole_pattern(schema_of(compile_validation(tags, None), "string")["pattern"])
    assert re.fullmatch(pattern, fine)
    assert not re.fullmatch(pattern, wrong)
    assert not re.search(r"\[[^\]\\]*(?:^|[^\\])-\]|\[-|\[\+-", pattern)
