"""A value in, a text out that works where text is needed and is masked wherever somebody would print it."""

from __future__ import annotations

from actions.secrets.errors import BadValue

LONGEST = 64 * 1024  # bytes: a chain of certificates, and room
MOST_READ = LONGEST + 6  # one byte too many, a byte order mark and a line break
MASK = "***"


class SecretText(str):
    """A secret. ``encode()``, ``+`` and comparisons see it; ``str()``, ``repr()``, ``format()`` and ``%`` do not.

    So it is nowhere in a log line, a traceback or a page. Who has to put it into a text says ``reveal()``.
    """

    __slots__ = ()

    def reveal(self) -> str:
        """Return the plain text."""
        return str.__str__(self)

    def __str__(self) -> str:
        return MASK

    def __repr__(self) -> str:
        return repr(MASK)

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)


def check_value(text: str) -> SecretText:
    """Return a value that may be kept, without the line break that editors and ``echo`` add.

    Raises:
        BadValue: blank, longer than ``LONGEST`` bytes, or with a NUL or a lone surrogate in it.
    """
    value = text.removesuffix("\n").removesuffix("\r")
    if not value.strip():
        raise BadValue("A blank value is no secret.")
    if "\0" in value or not _is_unicode(value):
        raise BadValue("A value may hold neither a NUL nor half a character.")
    if len(value.encode()) > LONGEST:
        raise BadValue(f"A value has at most {LONGEST} bytes.")
    return SecretText(value)


def decode_value(content: bytes) -> SecretText:
    """Return a value that came as bytes, without the byte order mark that some editors begin a file with.

    Raises:
        BadValue: as ``check_value``, or the bytes are not UTF-8.
    """
    try:
        return check_value(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadValue("A value is text in UTF-8.") from None


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
