"""The time that a sender has signed, in one of the ways in which it is written: its text in, unix seconds out.

What is signed is the text, as it was sent; the seconds are for the window only.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from actions.signatures.errors import BadSignature, Cause

_SECONDS = re.compile(r"[1-9][0-9]{0,10}")
_MILLISECONDS = re.compile(r"[1-9][0-9]{0,13}")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})")


@dataclass(frozen=True, slots=True)
class Stamp:
    """A signed time: as it was written, and in unix seconds."""

    text: str
    seconds: float


@dataclass(frozen=True, slots=True)
class StampFormat:
    """One way to write a time. ``read`` gets texts of this form only and may raise ``ValueError``."""

    form: re.Pattern[str]
    read: Callable[[str], float]
    write: Callable[[float], str]

    def stamp(self, text: str, header: str) -> Stamp:
        """Return the time that a header has.

        Raises:
            BadSignature: it is not written in this way.
        """
        try:
            if self.form.fullmatch(text):
                return Stamp(text, self.read(text))
        except (ValueError, OverflowError):
            pass
        raise BadSignature(Cause.MALFORMED_HEADER, header)

    def of(self, now: float) -> Stamp:
        """Return a time as a sender writes it."""
        text = self.write(now)
        return Stamp(text, self.read(text))


def _read_iso(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _write_iso(now: float) -> str:
    return datetime.fromtimestamp(int(now), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


FORMATS = {
    "seconds": StampFormat(_SECONDS, float, lambda now: str(int(now))),
    "milliseconds": StampFormat(_MILLISECONDS, lambda text: int(text) / 1000, lambda now: str(int(now * 1000))),
    "iso8601": StampFormat(_ISO, _read_iso, _write_iso),
}
