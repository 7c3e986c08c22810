"""Texts of cells that no spreadsheet takes as formulas."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.data.cells import escaped, unescaped


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        pytest.param("=1+1", "'=1+1", id="equals"),
        pytest.param("+49 30", "'+49 30", id="plus"),
        pytest.param("-1", "'-1", id="minus"),
        pytest.param("@SUM(A1)", "'@SUM(A1)", id="at"),
        pytest.param("\tx", "'\tx", id="tab"),
        pytest.param("\rx", "'\rx", id="return"),
        pytest.param("\nx", "'\nx", id="feed"),
        pytest.param("\uff1d1", "'\uff1d1", id="wide"),
        pytest.param("'=1", "''=1", id="escaped-already"),
        pytest.param("'tis", "'tis", id="apostrophe"),
        pytest.param("a=1", "a=1", id="within"),
        pytest.param("", "", id="empty"),
    ],
)
def test_a_text_that_would_be_a_formula_gets_an_apostrophe(text: str, cell: str) -> None:
    """One in front of what is dangerous, and nothing else is touched."""
    assert escaped(text) == cell
    assert unescaped(cell) == text


@given(st.text(alphabet="'=+-@\t\r\nx\uff1d", max_size=6) | st.text(max_size=20))
def test_every_text_comes_back(text: str) -> None:
    """Escaping loses nothing, and what it gives is never active."""
    assert unescaped(escaped(text)) == text
    assert escaped(text)[:1] not in {*"=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"}
