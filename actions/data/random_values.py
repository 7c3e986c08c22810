"""A column type in, a value of it that was made up out, in its JSON form: plausible where anything can be.

Names and sentences are Faker's, imported when the first is wanted: that takes 0.15 s. What is secret comes from the
system's source of randomness instead. Addresses and URLs are of ``example.org``, where nobody can be reached. Every
value passes the checks of its type before it is given out.
"""

from __future__ import annotations

import base64
import gzip
import random
import re
import secrets
import string
from collections.abc import Callable, Mapping
from datetime import UTC
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from actions.data.errors import NoRandomValue
from entities.fields import ColumnType, ValueRefused, type_problems

if TYPE_CHECKING:
    from faker import Faker

ATTEMPTS = 20
_PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
_MP4 = "AAAAGGZ0eXBpc29tAAACAGlzb21pc28y"
_LEAST = re.compile(r"(?:^|,)min=([0-9]{1,4})(?:,|$)")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# Dice, not secrets: rows that are made up are guessed by nobody.
_dice = random.SystemRandom()

Make = Callable[[ColumnType], Any]


def random_value(kind: ColumnType, *, unique: bool = False) -> Any:
    """Return a value; with ``unique`` one that most likely nobody has.

    Raises:
        NoRandomValue: nothing is known of such a type, or nothing that was tried passes its checks.
    """
    make = _maker(kind)
    for _ in range(ATTEMPTS):
        value = make(kind)
        for found in (_marked(kind, value), value) if unique else (value,):
            if is_accepted(kind, found):
                return found
    raise NoRandomValue(f"No value of the type '{kind.name}' can be made up.")


def is_accepted(kind: ColumnType, value: Any) -> bool:
    """Say whether the type takes the value, as the JSON that it is."""
    try:
        return not type_problems(kind, "value", kind.coerce(value))
    except ValueRefused:
        return False


def _maker(kind: ColumnType) -> Make:
    if kind.options:
        return lambda kind: kind.to_json(_dice.choice([value for value in kind.options if value != ""] or [""]))
    return _MAKERS.get(kind.name) or _MAKERS.get(kind.name.partition(".")[0]) or _nothing


def _nothing(kind: ColumnType) -> Any:
    raise NoRandomValue(f"No value of the type '{kind.name}' can be made up.")


def _marked(kind: ColumnType, value: Any) -> Any:
    """Return the value with something in it that no other has, where its type has room for that."""
    if kind.name == "email":
        return f"{secrets.token_hex(8)}.{value}"
    if kind.json_schema.get("type") == "integer":
        return _integer(kind, low=1, high=2**53)
    if not isinstance(value, str) or not kind.is_text or kind.options or kind.is_secret:
        return value
    most = kind.json_schema.get("maxLength") or 1_000
    if most < 16:
        return "".join(_dice.choices(string.ascii_letters + string.digits, k=most))
    mark = secrets.token_hex(6)
    return f"{value[: most - len(mark) - 1]}-{mark}"


@lru_cache(maxsize=1)
def _faker() -> Faker:
    from faker import Faker  # noqa: PLC0415 - see the head of this module

    return Faker("en_US")


def _fitting(make: Callable[[], str]) -> Make:
    """Return a maker of texts that are as long as the type wants, and cut to what it has room for."""

    def fit(kind: ColumnType) -> str:
        least, text = _LEAST.search(kind.tags), make()
        while least and len(text) < int(least[1]):
            text = f"{text} {make()}"
        return text[: kind.json_schema.get("maxLength")].strip()

    return fit


def _integer(kind: ColumnType, low: int = 0, high: int = 1_000) -> int:
    """Return a whole number of everyday size, within the bounds of the type."""
    least, most = kind.json_schema.get("minimum", -(2**63)), kind.json_schema.get("maximum", 2**63 - 1)
    low, high = max(low, least), min(high, most)
    return _dice.randint(min(low, most), max(high, least))


def _within(low: int, high: int) -> Make:
    return lambda kind: _integer(kind, low, high)


def _number(low: float, high: float) -> Make:
    return lambda kind: round(_dice.uniform(low, high), 4)


def _decimal(kind: ColumnType) -> str:
    """Return an amount, or less where the type has no room for it."""
    for text in (f"{_dice.randint(1, 99_999) / 100:.2f}", str(_dice.randint(1, 9)), f"0.{_dice.randint(1, 9)}", "0"):
        if is_accepted(kind, text):
            return format(Decimal(text), "f")
    return "0"


def _file(name: str, media_type: str, content: Callable[[], str]) -> Make:
    return lambda kind: [{"name": _named(name, kind), "file": content(), "type": media_type}]


def _named(name: str, kind: ColumnType) -> str:
    """Return the name with an extension that the type takes."""
    hint = kind.name.partition(".")[2]
    return name if hint in ("", "*") else f"{name.partition('.')[0]}.{hint.partition('|')[0]}"


def _text_file() -> str:
    return base64.b64encode(_faker().paragraph().encode()).decode()


def _gzip_file() -> str:
    return base64.b64encode(gzip.compress(_faker().paragraph().encode())).decode()


def _location() -> str:
    return f"{_dice.uniform(-90, 90):.6f},{_dice.uniform(-180, 180):.6f}"


def _secret(kind: ColumnType) -> str:
    return secrets.token_urlsafe(18)


_MAKERS: Mapping[str, Make] = {
    "id": lambda kind: str(uuid4()),
    "uuid": lambda kind: str(uuid4()),
    "alias": _fitting(lambda: _faker().slug()),
    "enum": _fitting(lambda: _faker().word()),
    "date": lambda kind: _faker().date_between("-10y", "+1y").isoformat(),
    "time": lambda kind: _faker().time("%H:%M:%S"),
    "datetime": lambda kind: _faker().date_time_between("-10y", "+1y", tzinfo=UTC).isoformat(),
    "timestamp": lambda kind: _faker().date_time_between("-1y", "now", tzinfo=UTC).isoformat(),
    "duration": lambda kind: f"P{_dice.randint(0, 9)}DT{_dice.randint(0, 23):02}H00M00S",
    "day": lambda kind: _dice.choice(_DAYS),
    "month": _within(1, 12),
    "year": _within(1950, 2030),
    "minute": _within(0, 59),
    "hour": _within(0, 23),
    "rating": _within(0, 10),
    "integer": _within(0, 1_000),
    "email": lambda kind: f"{_faker().user_name()}@example.org",
    "namespace": _fitting(lambda: ".".join(_faker().words(3))),
    "name": _fitting(lambda: _faker().name()),
    "encrypted": _secret,
    "password": _secret,
    "bcrypt": _secret,
    "md5": _secret,
    "md5-bcrypt": _secret,
    "json": lambda kind: {_faker().word(): _dice.randint(0, 1_000)},
    "value": _fitting(lambda: _faker().word()),
    "truefalse": lambda kind: _dice.choice((True, False)),
    "location": _fitting(_location),
    "location.latitude": _number(-90, 90),
    "location.longitude": _number(-180, 180),
    "location.altitude": _number(0, 4_000),
    "color": lambda kind: f"#{_dice.randrange(2**24):06x}",
    "measurement": _number(0, 1_000),
    "float": _number(0, 1_000),
    "decimal": _decimal,
    "money": _decimal,
    "label": _fitting(lambda: _faker().sentence(3).rstrip(".")),
    "hidden": _fitting(lambda: _faker().word()),
    "content": _fitting(lambda: _faker().paragraph()),
    "html": _fitting(lambda: f"<p>{_faker().paragraph()}</p>"),
    "markdown": _fitting(lambda: f"# {_faker().sentence(3)}\n\n{_faker().paragraph()}"),
    "file": _file("sample.txt", "text/plain", _text_file),
    "image": _file("sample.png", "image/png", lambda: _PNG),
    "gzip": _file("sample.gz", "application/gzip", _gzip_file),
    "video": _file("sample.mp4", "video/mp4", lambda: _MP4),
    "url": lambda kind: f"https://example.org/{_faker().slug()}",
    "ipaddress": lambda kind: f"192.0.2.{_dice.randint(1, 254)}",
    "bytes": lambda kind: base64.b64encode(secrets.token_bytes(12)).decode(),
}
