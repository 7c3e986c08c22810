"""The body of a request in, the same body out, complete: read before the request takes a place to work in.

The server hands a body over as it arrives and waits for the rest without an end. A client that sends slowly, or stops
half-way, may keep a thread that reads; threads that read are many, and none of them works. A body without a length
(chunked) gets one. One that ends early is refused, because half a form reads like a whole one (RFC 9112, section 8).
"""

from __future__ import annotations

from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import InputStream, WSGIEnvironment

IN_MEMORY = 64 * 1024


class Incomplete(Exception):
    """The body ended before its announced length."""


def has_body(environ: WSGIEnvironment) -> bool:
    """Say whether the request brings a body."""
    return environ.get("CONTENT_LENGTH", "0") not in ("", "0") or "HTTP_TRANSFER_ENCODING" in environ


def receive(environ: WSGIEnvironment, most: int) -> None:
    """Read the body and leave it where the application looks for it; of one larger than ``most``, only the length.

    Raises:
        Incomplete.
    """
    stream: InputStream = environ["wsgi.input"]
    if "HTTP_TRANSFER_ENCODING" in environ:
        body, length = _copy(stream, most + 1)
        environ["CONTENT_LENGTH"] = str(length)
    else:
        announced = int(environ["CONTENT_LENGTH"])
        body, length = _copy(stream, announced) if announced <= most else (BytesIO(), announced)
        if length < announced:
            raise Incomplete
    environ["wsgi.input"] = body


def _copy(stream: InputStream, most: int) -> tuple[IO[bytes], int]:
    """Copy at most so many bytes: a small body to memory, what is larger to a temporary file."""
    start = stream.read(min(most, IN_MEMORY))
    if len(start) < IN_MEMORY:
        return BytesIO(start), len(start)
    body = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the request's end closes it
    length = body.write(start)
    while length < most and (piece := stream.read(min(most - length, IN_MEMORY))):
        length += body.write(piece)
    body.seek(0)
    return body, length
