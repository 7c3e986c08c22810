"""Bodies of requests: what is read, what is refused, and how fast a small one is."""

import contextlib
import json
from decimal import Decimal

import pytest
from django.test import RequestFactory
from hypothesis import example, given
from hypothesis import strategies as st

from entities.errors import TooLarge, Unreadable
from entities.parsing import Bounds, read_body, read_json

BOUNDS = Bounds(size=1024 * 1024, depth=32, nodes=10_000)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        pytest.param(b'{"a": [1, "b", null, true]}', {"a": [1, "b", None, True]}, id="plain"),
        pytest.param(b'\xef\xbb\xbf{"a": 1}', {"a": 1}, id="byte-order-mark"),
        pytest.param(b'"\\ud83d\\ude00"', "\U0001f600", id="surrogate-pair"),
        pytest.param(b"[9223372036854775807, -9223372036854775808]", [2**63 - 1, -(2**63)], id="64-bit-integers"),
        pytest.param(b"[" * 32 + b"]" * 32, eval("[" * 32 + "]" * 32), id="as-deep-as-allowed"),
        pytest.param(json.dumps([0] * 10_000).encode(), [0] * 10_000, id="as-many-as-allowed"),
    ],
)
def test_json_is_read(body, value):
    """What JSON can say within the bounds is read as it is."""
    assert read_json(body, BOUNDS) == value


@pytest.mark.parametrize(
    ("body", "value"),
    [
        pytest.param(b"19.99", Decimal("19.99"), id="money"),
        pytest.param(b"0.1", Decimal("0.1"), id="no-binary-float"),
        pytest.param(b"1e3", Decimal("1e3"), id="exponent"),
        pytest.param(b"19.90", Decimal("19.90"), id="trailing-zero"),
        pytest.param(b"1e308", Decimal("1e308"), id="largest"),
        pytest.param(b"0e999999999", Decimal(0), id="zero-of-a-billion-digits"),
    ],
)
def test_a_fraction_is_a_decimal(body, value):
    """A number with a fraction or an exponent never passes through a binary float."""
    found = read_json(body, BOUNDS)
    assert (type(found), found, str(found)) == (Decimal, value, str(value))


@pytest.mark.parametrize(
    ("body", "message", "pointer"),
    [
        pytest.param(b"", "The body is empty.", "", id="empty"),
        pytest.param(b" \n", "The body is empty.", "", id="blank"),
        pytest.param(
            b'{"a": 1,}',
            "Not JSON: Expecting property name enclosed in double quotes at line 1, column 9.",
            "",
            id="trailing-comma",
        ),
        pytest.param(b'{"a": {"b": 1, "b": 2}}', "The key 'b' stands twice in one object.", "/a", id="duplicate-key"),
        pytest.param(b'[{"a~/b": NaN}]', "NaN is not a JSON number.", "/0/a~0~1b", id="nan"),
        pytest.param(b"Infinity", "Infinity is not a JSON number.", "", id="infinity"),
        pytest.param(b"[-Infinity]", "-Infinity is not a JSON number.", "/0", id="minus-infinity"),
        pytest.param(b'{"a": 1e400}', "The number 1e400 is out of range.", "/a", id="1e400"),
        pytest.param(b"[1e-400]", "The number 1e-400 is out of range.", "/0", id="too-small"),
        pytest.param(
            b"[1e99999999999999999999]", "The number 1e99999999999999999999 is out of range.", "/0", id="vast"
        ),
        pytest.param(
            b"[" + b"1" * 5000 + b"]", f"The number {'1' * 40}... has more than 400 digits.", "/0", id="5000-digits"
        ),
        pytest.param(
            b"[0." + b"1" * 500 + b"]",
            f"The number 0.{'1' * 38}... has more than 400 digits.",
            "/0",
            id="long-fraction",
        ),
        pytest.param(b'{"a": "\\ud800"}', "A text holds a lone surrogate.", "/a", id="lone-surrogate"),
        pytest.param(b'{"\\ud800": 1}', "A text holds a lone surrogate.", "", id="lone-surrogate-in-a-key"),
        pytest.param(b'["x\\u0000"]', "A text holds a NUL character.", "/0", id="escaped-nul"),
        pytest.param(b'["x\0"]', "The body holds NUL bytes or is not UTF-8.", "", id="raw-nul"),
        pytest.param('{"a": 1}'.encode("utf-16"), "The body holds NUL bytes or is not UTF-8.", "", id="utf-16"),
        pytest.param('{"a": 1}'.encode("utf-16-le"), "The body holds NUL bytes or is not UTF-8.", "", id="utf-16-le"),
        pytest.param('{"a": 1}'.encode("utf-32"), "The body holds NUL bytes or is not UTF-8.", "", id="utf-32"),
        pytest.param(b'["\xe9"]', "The body is not UTF-8: byte 2 cannot be read.", "", id="latin-1"),
        pytest.param(b'["\xed\xa0\x80"]', "The body is not UTF-8: byte 2 cannot be read.", "", id="surrogate-as-utf-8"),
        pytest.param(
            b"[" * 33 + b"]" * 33, "The body is nested deeper than 32 levels.", "/0" * 32, id="one-level-too-deep"
        ),
        pytest.param(b"[" * 10_000 + b"]" * 10_000, "The body is nested deeper than 32 levels.", "", id="10000-deep"),
        pytest.param(b'{"a":' * 100_000, "The body is nested deeper than 32 levels.", "", id="deep-and-unfinished"),
        pytest.param(
            json.dumps([0] * 10_001).encode(), "The body holds more than 10000 values.", "", id="one-value-too-many"
        ),
        pytest.param(b'{"a": 01}', "Not JSON: Expecting ',' delimiter at line 1, column 8.", "", id="leading-zero"),
        pytest.param(b"{'a': 1}", None, "", id="single-quotes"),
        pytest.param(b'["a\nb"]', "Not JSON: Invalid control character at at line 1, column 4.", "", id="raw-newline"),
    ],
)
def test_anything_else_is_refused_with_its_place(body, message, pointer):
    """A body that strict JSON does not know is refused, saying what and where."""
    with pytest.raises(Unreadable) as caught:
        read_json(body, BOUNDS)
    assert caught.value.pointer == pointer
    if message:
        assert caught.value.message == message


def test_a_million_keys_are_refused_quickly():
    """One key a hundred thousand times costs no quadratic search."""
    body = b"{" + b",".join([b'"a":1'] * 100_000) + b"}"
    with pytest.raises(Unreadable, match="stands twice"):
        read_json(body, BOUNDS)


def test_a_large_body_is_refused_before_it_is_parsed():
    """More bytes than allowed is 413, whatever they are."""
    with pytest.raises(TooLarge, match=r"^The body is larger than 1048576 bytes\.$"):
        read_json(b" " * (1024 * 1024 + 1), BOUNDS)


def test_a_large_body_is_refused_by_its_announced_length():
    """The announced length is enough to refuse: nothing is read."""
    request = RequestFactory().post("/", b"{}", content_type="application/json")
    request.META["CONTENT_LENGTH"] = "6000000"
    request._read_started = True  # reading it now would raise
    with pytest.raises(TooLarge):
        read_body(request, BOUNDS)


def test_a_body_over_the_servers_own_bound_is_too_large(settings):
    """Django's own refusal is the same refusal."""
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    request = RequestFactory().post("/", b"[" + b" " * 20 + b"]", content_type="application/json")
    with pytest.raises(TooLarge):
        read_body(request, BOUNDS)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda below: st.lists(below, max_size=5) | st.dictionaries(st.text(max_size=5), below, max_size=5),
    max_leaves=20,
)


def has_nul(value):
    """Say whether a text with NUL is anywhere in the value; ``\\u0000`` may also be six characters of a text."""
    if isinstance(value, dict):
        return any(has_nul(item) for pair in value.items() for item in pair)
    return any(map(has_nul, value)) if isinstance(value, list) else isinstance(value, str) and "\0" in value


@example("\\u0000")
@given(JSON_VALUES)
def test_what_python_writes_is_read_or_refused_for_nul(value):
    """Every value without NUL survives; NUL is the only reason to refuse one of these."""
    body = json.dumps(value).encode()
    if has_nul(value):
        with pytest.raises(Unreadable, match="NUL"):
            read_json(body, BOUNDS)
    else:
        assert read_json(body, BOUNDS) == value


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_fail(body):
    """Any bytes are a value or an ``Unreadable``, never another exception."""
    with contextlib.suppress(Unreadable):
        json.dumps(read_json(body, BOUNDS), default=str)
