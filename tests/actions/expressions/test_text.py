"""How values look inside a text."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.expressions.text import as_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(None, "", id="null"),
        pytest.param(True, "true", id="true"),
        pytest.param(False, "false", id="false"),
        pytest.param("a$b", "a$b", id="text"),
        pytest.param(0, "0", id="zero"),
        pytest.param(-12, "-12", id="int"),
        pytest.param(3.0, "3", id="whole-float"),
        pytest.param(-0.0, "0", id="minus-zero"),
        pytest.param(1500000.0, "1500000", id="million"),
        pytest.param(1e22, "10000000000000000000000", id="large"),
        pytest.param(1e-7, "0.0000001", id="small"),
        pytest.param(0.1, "0.1", id="tenth"),
        pytest.param(Decimal("19.90"), "19.90", id="money"),
        pytest.param(Decimal("5.00"), "5.00", id="whole-money"),
        pytest.param(Decimal("1E+3"), "1000", id="decimal-exponent"),
        pytest.param(Decimal("3.0"), "3", id="decimal-whole"),
        pytest.param([], "[]", id="empty-list"),
        pytest.param({"a": [1.0, 2.5, None, True]}, '{"a":[1,2.5,null,true]}', id="json"),
        pytest.param({"price": Decimal("19.90")}, '{"price":"19.90"}', id="money-in-json"),
        pytest.param(["é", '"'], '["é","\\""]', id="json-texts"),
    ],
)
def test_a_value_as_text(value, text):
    """Null is empty, numbers have neither exponent nor a lone ``.0``, lists and objects are JSON."""
    assert as_text(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_keeps_its_value(number):
    """However it is written, it is the same number, without exponent."""
    text = as_text(number)
    assert float(text) == number
    assert "e" not in text.lower()
    assert not text.endswith(".0")
