"""What is sent, within which bounds, and what came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MOST_SECONDS = 60.0
MOST_BYTES = 100 * 1024 * 1024
MOST_REDIRECTS = 20
MOST_RETRIES = 10


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be sent.

    ``secret_headers``: lower-case names of headers that are credentials besides those whose names say so: no trace
    shows their values, and no other server than the first one gets them.
    ``secrets``: what authenticates it, wherever it stands in it; an answer that repeats one of them is masked.
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    secret_headers: frozenset[str] = frozenset()
    secrets: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one call.

    ``timeout``: seconds for everything together, at most 60: names, connections, sending, every redirect and retry.
    ``most_bytes``: of the answer's body, as it travels and unpacked.
    ``redirects``: how many are followed; with 0 the 3xx is the answer.
    ``retries``: further attempts after a failure that may pass: no connection, or 408, 425, 429, 500, 502, 503, 504.

    Raises:
        ValueError: a bound out of its range.
    """

    timeout: float = 10.0
    most_bytes: int = 5 * 1024 * 1024
    redirects: int = 5
    retries: int = 0

    def __post_init__(self) -> None:
        within = (
            0 < self.timeout <= MOST_SECONDS
            and 0 <= self.most_bytes <= MOST_BYTES
            and 0 <= self.redirects <= MOST_REDIRECTS
            and 0 <= self.retries <= MOST_RETRIES
        )
        if not within:
            raise ValueError(f"Bounds out of range: {self}.")


@dataclass(frozen=True, slots=True)
class Response:
    """What came back, whatever its status.

    ``headers`` as received, names in lower case; the values of a repeated one joined by ``", "`` (``set-cookie`` too:
    no cookie is ever sent back). ``body`` is unpacked. ``url``: who answered, after redirects. ``attempts``: 1 and
    the retries. ``content_type``: the media type in lower case without parameters, or nothing.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    attempts: int
    milliseconds: float
    content_type: str
