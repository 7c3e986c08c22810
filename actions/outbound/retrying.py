"""Which failures may pass, and how long to wait before the next attempt: never beyond the call's time."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from actions.outbound.calls import Call
from actions.outbound.checking import Sendable
from actions.outbound.errors import UpstreamFailed
from actions.outbound.sending import Answer, exchange

PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
FIRST_SECONDS = 0.25
MOST_SECONDS = 8.0
sleep = time.sleep


class Attempts:
    """The attempts of one call, over all its redirects."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self.made = 1

    def exchange(self, sendable: Sendable) -> Answer:
        """Send a request until it is answered for good, or no further attempt is left or fits into the time."""
        while True:
            try:
                answer = exchange(sendable, self._call)
            except UpstreamFailed as failure:
                if failure.reason != "unreachable" or not self._pause(0.0):
                    raise
            else:
                if answer.status not in PASSING or not self._pause(retry_after(answer.headers)):
                    return answer

    def _pause(self, asked: float) -> bool:
        """Wait before the next attempt; say whether there is one."""
        if self.made > self._call.limits.retries:
            return False
        seconds = max(asked, backoff(self.made))
        if seconds >= self._call.remaining():
            return False
        self.made += 1
        sleep(seconds)
        return True


def backoff(attempt: int) -> float:
    """Return seconds to wait after an attempt (from 1): exponential, with full jitter."""
    return random.uniform(0, min(MOST_SECONDS, FIRST_SECONDS * 2 ** (attempt - 1)))  # noqa: S311 - no secret


def retry_after(headers: Mapping[str, str]) -> float:
    """Return the seconds that ``Retry-After`` asks for (RFC 9110 section 10.2.3); 0 for none that can be read."""
    given = headers.get("retry-after", "").strip()
    if given.isascii() and given.isdecimal():
        return float(given[:9])
    try:
        until = parsedate_to_datetime(given)
        left = (until if until.tzinfo else until.replace(tzinfo=UTC)) - datetime.now(UTC)
    except (ValueError, IndexError, OverflowError):
        return 0.0
    return max(0.0, left.total_seconds())
