"""Values that may be kept, and that nothing prints."""

from __future__ import annotations

import hashlib
import hmac
import logging
import traceback

import pytest

from actions.secrets import SecretText
from actions.secrets.errors import BadValue
from actions.secrets.texts import LONGEST, check_value, decode_value

PLAIN = "whsec_canary"
SECRET = SecretText(PLAIN)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param("a", "a", id="one character"),
        pytest.param("a b\n", "a b", id="line break of an editor"),
        pytest.param("a\r\n", "a", id="line break of a browser"),
        pytest.param("a\n\n", "a\n", id="only one is taken off"),
        pytest.param(" a ", " a ", id="blanks belong to it"),
        pytest.param("Grüße 🙂", "Grüße 🙂", id="unicode"),
        pytest.param("-----BEGIN-----\nx\n-----END-----\n", "-----BEGIN-----\nx\n-----END-----", id="lines"),
        pytest.param("x" * LONGEST, "x" * LONGEST, id="longest"),
    ],
)
def test_a_value_is_kept_as_it_is(text: str, kept: str) -> None:
    """Nothing is taken off but the line break at the end."""
    assert check_value(text).reveal() == kept


@pytest.mark.parametrize(
    ("text", "message"),
    [
        *((text, "A blank value is no secret.") for text in ("", " ", "\n", "\r\n", "\t \n", "\u00a0", "\u3000")),
        ("a\0b", "A value may hold neither a NUL nor half a character."),
        ("\ud800", "A value may hold neither a NUL nor half a character."),
        ("x" * (LONGEST + 1), f"A value has at most {LONGEST} bytes."),
        ("ü" * (LONGEST // 2 + 1), f"A value has at most {LONGEST} bytes."),
    ],
)
def test_a_value_that_protects_nothing_is_refused(text: str, message: str) -> None:
    """Blank, unfit or too long, whatever the alphabet; and the sentence does not quote it."""
    with pytest.raises(BadValue) as caught:
        check_value(text)
    assert caught.value.message == message


def test_bytes_that_are_no_text_are_refused() -> None:
    """Whatever reads a file or a pipe brings bytes."""
    with pytest.raises(BadValue, match=r"A value is text in UTF-8\."):
        decode_value(b"\xff")
    assert decode_value(b"a\n") == "a"


def test_a_byte_order_mark_is_no_part_of_a_value() -> None:
    """Editors and shells of Windows begin a file with it; no provider signs with it. Alone it is blank."""
    assert decode_value(b"\xef\xbb\xbfwhsec_1\r\n") == "whsec_1"
    assert decode_value(b"\xef\xbb\xbf" + b"a" * LONGEST + b"\r\n") == "a" * LONGEST
    with pytest.raises(BadValue, match="blank"):
        decode_value(b"\xef\xbb\xbf\r\n")


@pytest.mark.parametrize(
    "shown",
    [str(SECRET), repr(SECRET), f"{SECRET}", f"{SECRET:>20}", f"{SECRET!r}", f"{[SECRET]}", "{}".format(SECRET)],  # noqa: UP032
)  # fmt: skip
def test_whatever_prints_it_prints_a_mask(shown: str) -> None:
    """Text made for people does not hold it."""
    assert PLAIN not in shown
    assert "***" in shown


def test_logs_and_tracebacks_do_not_hold_it(caplog: pytest.LogCaptureFixture) -> None:
    """Neither as an argument of a log line nor as a local variable of a frame."""
    logging.getLogger("test").warning("Key %s and %r", SECRET, {"key": SECRET})
    try:
        raise ValueError(SECRET)
    except ValueError as error:
        shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert PLAIN not in caplog.text
    assert PLAIN not in shown


def test_it_works_where_text_is_needed() -> None:
    """Signing, comparing and putting together see the value."""
    expected = hmac.new(PLAIN.encode(), b"body", hashlib.sha256).digest()
    assert hmac.new(SECRET.encode(), b"body", hashlib.sha256).digest() == expected
    assert SECRET == PLAIN
    assert f"Bearer {PLAIN}" == "Bearer " + SECRET
    assert type(SECRET.reveal()) is str
