"""A secret that another server repeats is masked, however it is written."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.echoes import LEAST, MASK, forms, masked
from tests.clocks import work_of_at_most

Writer = Callable[[str], str]
WRITERS: dict[str, Writer] = {
    "as it is": str,
    "JSON": json.dumps,
    "JSON of other letters": lambda text: json.dumps(text, ensure_ascii=False),
    "JSON with slashes escaped": lambda text: json.dumps(text).replace("/", "\\/"),
    "URL": lambda text: quote(text, safe=""),
    "path of a URL": quote,
    "form": quote_plus,
    "HTML": html.escape,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 of URLs": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "base64 of a form": lambda text: base64.b64encode(quote_plus(text).encode()).decode(),
}
SECRET = "sk_live/4+f€ \"x' & y>"


@pytest.mark.parametrize("before", ["", "B", "Be", "Bea", "Bearer "])
@pytest.mark.parametrize("writer", [name for name in WRITERS if name != "base64 of a form"])
def test_every_way_of_writing(writer: str, before: str) -> None:
    """Whatever stands around it stays."""
    written = WRITERS[writer](f"{before}{SECRET} after")
    left = masked(written.encode(), [SECRET]).decode()
    assert MASK in left
    assert [form for form in forms(SECRET) if form in left] == []
    if "base64" not in writer:
        assert left == written.replace(WRITERS[writer](SECRET).strip('"'), MASK)


def test_no_more_than_some_bits_are_left_in_base64() -> None:
    """Those that share a digit with what stands beside it."""
    for before in ("", "a", "ab"):
        left = masked(base64.b64encode(f"{before}{'s' * 20}".encode()), ["s" * 20]).decode()
        assert len(left.replace(MASK, "").rstrip("=")) <= 4


@given(st.text(min_size=LEAST), st.text(), st.text(), st.sampled_from([*WRITERS.values()][:10]))
def test_any_secret_in_any_text(secret: str, before: str, after: str, writer: Writer) -> None:
    """No form of it is left, and half a character is no fault."""
    try:
        content = writer(before + secret + after).encode()
    except UnicodeEncodeError:
        content = b""
    left = masked(content, [secret]).decode()
    assert secret not in left or secret in MASK * 100


def test_what_is_too_short_is_not_looked_for() -> None:
    """It would be found in what has nothing to do with it."""
    assert masked(b'{"state": "latest"}', ["test", "", "a"]) == b'{"state": "latest"}'


def test_a_large_answer_is_looked_through_at_once() -> None:
    """Five megabytes take a fraction of a second."""
    content = b"sk_live_" * (5 * 1024 * 1024 // 8)
    with work_of_at_most(1):
        assert masked(content, ["sk_live_4f€/" * 3, "another secret"]) == content
