"""A mapping of the document in, a record out: keys in the manual's spelling, values of the kinds the table asks for.

Everything wrong is reported, everything right is kept. A key whose value is null is a key that was not given, except
where any value may stand, and of a receiver.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from actions.dialects.base import Report
from actions.dialects.daptin.keys import OUTCOME, Key, Keys, Kind
from actions.dialects.daptin.permissions import read_permission
from actions.dialects.daptin.problems import MissingKey, RepeatedKey, UnknownKey, WrongKind
from actions.dialects.daptin.rate_limits import read_caller_rate, read_field_rates, read_limits
from actions.locations import Location
from actions.plan.nodes import FieldRate, RateLimits
from actions.plan.webhooks import Named
from actions.values import Entry, ListValue, MappingValue, Scalar, Value, plain

# A receiver of which nothing is left is not an action that people execute.
_EVEN_NULL = (Kind.VALUE, Kind.WEBHOOK)
_WORDS = {"yes": True, "on": True, "true": True, "no": False, "off": False, "false": False}


@dataclass(frozen=True, slots=True)
class Record:
    """One mapping, read. ``values`` has what was given and is of the right kind, by the manual's spelling.

    ``others`` are entries that no table of the notation has, where plug-ins say what they mean.
    """

    location: Location
    values: Mapping[str, Any] = field(default_factory=dict)
    entries: Mapping[str, Entry] = field(default_factory=dict)
    others: tuple[Entry, ...] = ()

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def text(self, key: str) -> str:
        """Return the text under ``key``, empty when there is none."""
        return str(self.values.get(key, ""))

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return the boolean under ``key``."""
        return bool(self.values.get(key, default))

    def value(self, key: str) -> Value | None:
        """Return the value under ``key`` as the author wrote it, or ``None`` when it was not given."""
        entry = self.entries.get(key)
        return None if entry is None else entry.value

    def records(self, key: str) -> tuple[Record, ...]:
        """Return the records of a list."""
        found: tuple[Record, ...] = self.values.get(key, ())
        return found

    def place(self, key: str) -> Location:
        """Return the place of the value under ``key``; of the record when there is none."""
        entry = self.entries.get(key)
        return self.location if entry is None else entry.value.location

    def key_place(self, key: str) -> Location:
        """Return the place of the key itself."""
        entry = self.entries.get(key)
        return self.location if entry is None else entry.location


def read_record(value: MappingValue, keys: Keys, report: Report) -> Record:
    """Return the record of a mapping whose keys are among ``keys``."""
    entries = _entries(value, keys, report)
    values: dict[str, Any] = {}
    for name, entry in entries.items():
        key = keys[name.lower()]
        found = _READERS[key.kind](key, entry.value, report)
        if found is not None:
            values[name] = found
    for key in keys.values():
        if key.required and key.name not in entries:
            report(MissingKey(key.name, value.location))
    return Record(value.location, values, entries)


def _entries(value: MappingValue, keys: Keys, report: Report) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    for entry in value.entries:
        key = keys.get(entry.key.lower())
        if key is None:
            report(UnknownKey(entry.key, [known.name for known in keys.values()], entry.location))
        elif key.name in entries:
            report(RepeatedKey(entry.key, entries[key.name].location, entry.location))
        elif key.kind in _EVEN_NULL or not is_null(entry.value):
            entries[key.name] = entry
    return entries


def is_null(value: Value) -> bool:
    """Say whether the author wrote null, or nothing."""
    return isinstance(value, Scalar) and value.value is None


def _text(key: Key, value: Value, report: Report) -> str | None:
    if isinstance(value, Scalar) and isinstance(value.value, str):
        return value.value
    hint = f'Put it in quotes: "{value.written}".' if isinstance(value, Scalar) else ""
    report(WrongKind(key.name, "a text", value.location, hint))
    return None


def _boolean(key: Key, value: Value, report: Report) -> bool | None:
    if isinstance(value, Scalar):
        if isinstance(value.value, bool):
            return value.value
        if isinstance(value.value, str) and value.value.lower() in _WORDS:
            return _WORDS[value.value.lower()]
    report(WrongKind(key.name, "true or false", value.location))
    return None


def _integer(key: Key, value: Value, report: Report) -> int | None:
    if isinstance(value, Scalar) and isinstance(value.value, int) and not isinstance(value.value, bool):
        return value.value
    report(WrongKind(key.name, "a whole number", value.location))
    return None


def _value(key: Key, value: Value, report: Report) -> Value:
    return value


def _items(key: Key, value: Value, report: Report) -> tuple[Value, ...]:
    if isinstance(value, ListValue):
        return value.items
    report(WrongKind(key.name, "a list", value.location))
    return ()


def _texts(key: Key, value: Value, report: Report) -> tuple[str, ...]:
    read = (_text(key, item, report) for item in _items(key, value, report))
    return tuple(text for text in read if text is not None)


def _record(key: Key, value: Value, report: Report) -> Record | None:
    if isinstance(value, MappingValue):
        return read_record(value, key.of, report)
    report(WrongKind(key.name, "a mapping", value.location))
    return None


def _records(key: Key, value: Value, report: Report) -> tuple[Record, ...]:
    read = (_element(key, item, report) for item in _items(key, value, report))
    return tuple(record for record in read if record is not None)


def _element(key: Key, value: Value, report: Report) -> Record | None:
    if isinstance(value, MappingValue):
        return read_record(value, OUTCOME if key.kind is Kind.OUTCOMES else key.of, report)
    report(WrongKind(key.name, "a list of mappings", value.location))
    return None


def _attributes(key: Key, value: Value, report: Report) -> tuple[MappingValue, ...] | None:
    if isinstance(value, MappingValue):
        return (value,)
    items = value.items if isinstance(value, ListValue) else (value,)
    for item in items:
        if not isinstance(item, MappingValue):
            report(WrongKind(key.name, "a mapping or a list of mappings", item.location))
    return tuple(item for item in items if isinstance(item, MappingValue))


def _mapping(key: Key, value: Value, report: Report) -> Any:
    if isinstance(value, MappingValue):
        return plain(value)
    report(WrongKind(key.name, "a mapping", value.location))
    return None


def _groups(key: Key, value: Value, report: Report) -> tuple[tuple[str, int | None], ...]:
    groups = (_group(key, item, report) for item in _items(key, value, report))
    return tuple(group for group in groups if group is not None)


def _group(key: Key, value: Value, report: Report) -> tuple[str, int | None] | None:
    if isinstance(value, MappingValue):
        record = read_record(value, key.of, report)
        return (record.text("Name"), record.values.get("Permission")) if record.text("Name") else None
    name = _text(key, value, report)
    return (name, None) if name else None


def _options(key: Key, value: Value, report: Report) -> tuple[Any, ...]:
    return tuple(_option(key, item, report) for item in _items(key, value, report))


def _option(key: Key, value: Value, report: Report) -> Any:
    """Return an option as it was written, a value or a mapping with labels, after a look at its keys."""
    if isinstance(value, MappingValue):
        read_record(value, key.of, report)
    return plain(value)


def _permission(key: Key, value: Value, report: Report) -> int | None:
    return read_permission(key.name, value, report)


def _rate(key: Key, value: Value, report: Report) -> RateLimits | None:
    return read_caller_rate(key.name, value, report)


def _rates(key: Key, value: Value, report: Report) -> tuple[FieldRate, ...]:
    return read_field_rates(key.name, value, report)


def _rate_limit(key: Key, value: Value, report: Report) -> RateLimits | None:
    if isinstance(value, MappingValue):
        return read_limits(read_record(value, key.of, report).values)
    return _rate(key, value, report)


def _names(key: Key, value: Value, report: Report) -> tuple[Named, ...]:
    """Return one text or several, each with its place."""
    items = value.items if isinstance(value, ListValue) else (value,)
    texts = ((item.location, _text(key, item, report)) for item in items)
    return tuple(Named(text, place) for place, text in texts if text is not None)


def _webhook(key: Key, value: Value, report: Report) -> Record | None:
    """Return the record of a receiver; what its scheme's options mean is asked later."""
    if not isinstance(value, MappingValue):
        report(WrongKind(key.name, "a mapping", value.location))
        return None
    own = tuple(entry for entry in value.entries if entry.key.lower() in key.of)
    others = tuple(entry for entry in value.entries if entry.key.lower() not in key.of)
    return replace(read_record(MappingValue(own, value.location), key.of, report), others=others)


_Reader = Callable[[Key, Value, Report], Any]
_READERS: Mapping[Kind, _Reader] = {
    Kind.TEXT: _text,
    Kind.BOOLEAN: _boolean,
    Kind.INTEGER: _integer,
    Kind.VALUE: _value,
    Kind.TEXTS: _texts,
    Kind.RECORD: _record,
    Kind.RECORDS: _records,
    Kind.OUTCOMES: _records,
    Kind.ATTRIBUTES: _attributes,
    Kind.PERMISSION: _permission,
    Kind.GROUPS: _groups,
    Kind.OPTIONS: _options,
    Kind.RATE: _rate,
    Kind.RATES: _rates,
    Kind.RATE_LIMIT: _rate_limit,
    Kind.NAMES: _names,
    Kind.WEBHOOK: _webhook,
    Kind.MAPPING: _mapping,
}
