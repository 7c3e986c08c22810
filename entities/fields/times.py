"""Dates and times: ISO 8601 text (or unix seconds) in, Python values out, ISO 8601 as their JSON form.

``date`` is ``2024-02-29``, ``time`` is ``15:04:05``, ``datetime`` and ``timestamp`` are ``2024-02-29T15:04:05Z``: in
UTC, a value without a zone is taken as UTC. The original guesses at free text; nothing is guessed here.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_duration
from django.utils.duration import duration_iso_string

from entities.fields.base import ValueRefused, expected
from entities.fields.numbers import number_from_text, plain_number

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_TEXT = 64


def coerce_datetime(value: Any) -> datetime:
    """Accept ISO 8601 text or unix seconds."""
    if isinstance(value, datetime):
        return _utc(value)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if isinstance(value, str):
        return _utc(_parsed(datetime.fromisoformat, value, "a date and time such as 2024-02-29T15:04:05Z"))
    return _from_unix(value, "a date and time")


def coerce_date(value: Any) -> date:
    """Accept ISO 8601 text (the date as written, if a time follows) or unix seconds."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        written: datetime = _parsed(datetime.fromisoformat, value, "a date such as 2024-02-29")
        return written.date()
    return _from_unix(value, "a date").date()


def coerce_time(value: Any) -> time:
    """Accept a time of day without a zone, as text."""
    if isinstance(value, str):
        value = _parsed(time.fromisoformat, value, "a time such as 15:04:05")
    if not isinstance(value, time):
        raise expected("a time such as 15:04:05", value)
    if value.tzinfo:
        raise ValueRefused("must be a time without a zone")
    return value


def coerce_duration(value: Any) -> timedelta:
    """Accept ISO 8601 text (``P1DT2H``), ``1 02:00:00`` or seconds."""
    if isinstance(value, timedelta):
        return value
    try:
        found = parse_duration(value) if isinstance(value, str) else timedelta(seconds=float(plain_number(value)))
    except (OverflowError, ArithmeticError):
        found = None
    if found is None:
        raise ValueRefused("must be a duration such as PT2H30M")
    return found


def datetime_from_text(text: str) -> datetime:
    """Read a date and time from a form; digits alone are unix seconds."""
    return coerce_datetime(_number_or_text(text))


def date_from_text(text: str) -> date:
    """Read a date from a form; digits alone are unix seconds unless they are a date (``20240229``)."""
    word = text.strip()
    return coerce_date(word if len(word) == 8 else _number_or_text(word))


def datetime_to_json(value: datetime) -> str:
    """Return ISO 8601 in UTC, with ``Z``."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def iso(value: date | time) -> str:
    """Return ISO 8601."""
    return value.isoformat()


def duration_to_json(value: timedelta) -> str:
    """Return ISO 8601: ``P0DT02H30M00S``."""
    return duration_iso_string(value)


def _number_or_text(text: str) -> Any:
    try:
        return number_from_text(text)
    except ValueRefused:
        return text.strip()


def _parsed(parse: Any, text: str, wanted: str) -> Any:
    try:
        if len(text) <= _MAX_TEXT and text.isascii():
            return parse(text.strip())
    except ValueError:
        pass
    raise ValueRefused(f"must be {wanted}")


def _from_unix(value: Any, wanted: str) -> datetime:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise expected(f"{wanted}, as ISO 8601 text or unix seconds", value)
    try:
        return _EPOCH + timedelta(seconds=float(plain_number(value)))
    except (OverflowError, ArithmeticError):
        raise ValueRefused(f"must be {wanted} between the years 1 and 9999 (unix time is in seconds)") from None


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueRefused("must be a date and time between the years 1 and 9999") from None
