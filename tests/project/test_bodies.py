"""Bodies are there as a whole before anybody works on them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from project.bodies import IN_MEMORY, Incomplete, has_body, receive

MOST = 4 * IN_MEMORY


def received(sent: bytes, **environ: str) -> tuple[bytes, str]:
    """Return the body that the application reads, and its length."""
    variables: dict[str, Any] = {"wsgi.input": BytesIO(sent), **environ}
    receive(variables, MOST)
    with variables["wsgi.input"] as body:
        return body.read(), variables["CONTENT_LENGTH"]


@pytest.mark.parametrize("size", [1, IN_MEMORY - 1, IN_MEMORY, IN_MEMORY + 1, MOST])
def test_a_body_arrives_whole(size: int) -> None:
    """In memory or in a file, with or without a length, and never what comes after it."""
    body = bytes(size)
    assert received(body + b"next", CONTENT_LENGTH=str(size)) == (body, str(size))
    assert received(body, HTTP_TRANSFER_ENCODING="chunked") == (body, str(size))


def test_a_body_that_ends_early_is_refused() -> None:
    """Half a form reads like a whole one."""
    with pytest.raises(Incomplete):
        received(b"amount=1", CONTENT_LENGTH="10")


def test_a_body_over_the_bound_is_not_read() -> None:
    """The application refuses it by its length."""
    assert received(bytes(MOST + 1), CONTENT_LENGTH=str(MOST + 1)) == (b"", str(MOST + 1))
    body, length = received(bytes(2 * MOST), HTTP_TRANSFER_ENCODING="chunked")
    assert (len(body), length) == (MOST + 1, str(MOST + 1))


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        pytest.param({}, False, id="none"),
        pytest.param({"CONTENT_LENGTH": ""}, False, id="empty"),
        pytest.param({"CONTENT_LENGTH": "0"}, False, id="zero"),
        pytest.param({"CONTENT_LENGTH": "1"}, True, id="length"),
        pytest.param({"HTTP_TRANSFER_ENCODING": "chunked"}, True, id="chunked"),
    ],
)
def test_a_request_without_a_body_is_not_waited_for(environ: dict[str, str], expected: bool) -> None:
    """Most requests read."""
    assert has_body(environ) is expected
