"""Closed sets of values: the ``Options`` of an input, the ``choices`` of a model field; and literals of authors.

A text matches in any case and takes the option's spelling; a number matches by its value. The options of an ``enum``
may be of any kind; those of other types must be values of the type.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from entities.fields.base import ColumnType, ValueRefused, expected, kind_of
from entities.fields.texts import coerce_json
from entities.tags.validations.base import exact, is_number

_QUOTES = "'\"`"
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Options:
    """The values that may be chosen: by exact value, by value in any case, and by how a form writes them."""

    values: tuple[Any, ...]
    exactly: Mapping[Any, Any]
    in_any_case: Mapping[Any, Any]
    as_text: Mapping[str, Any]

    def match(self, value: Any) -> Any:
        """Return the option in its own spelling.

        Raises:
            ValueRefused: code ``option``.
        """
        try:
            key = _key(value)
            return self.exactly[key] if key in self.exactly else self.in_any_case[_folded(value)]
        except (KeyError, TypeError):
            raise self._refusal() from None

    def match_text(self, text: str) -> Any:
        """Return the option that a form's text spells.

        Raises:
            ValueRefused: code ``option``.
        """
        if _key(text) in self.exactly:
            return text
        if text.casefold() in self.as_text:
            return self.as_text[text.casefold()]
        raise self._refusal()

    def match_kind(self, value: Any) -> Any:
        """Return the option, refusing a value of another JSON kind than the options have as being of the wrong type."""
        kinds = {kind_of(option) for option in self.values}
        if kinds and kind_of(value) not in kinds:
            raise expected(" or ".join(sorted(kinds)), value)
        return self.match(value)

    def _refusal(self) -> ValueRefused:
        shown = ", ".join(f"'{value}'" for value in self.values[:_SHOWN])
        return ValueRefused(f"must be one of {shown}{' ...' if len(self.values) > _SHOWN else ''}", "option")


def with_options(column_type: ColumnType, declared: Iterable[Any]) -> ColumnType:
    """Return the type limited to what an author declared: values, or mappings with ``Value`` and ``Label``.

    Raises:
        ValueRefused: an option that the column type refuses.
    """
    labels: dict[Any, str] = {}
    for item in declared:
        value = _option_value(column_type, item)
        label = _member(item, "label") if isinstance(item, Mapping) else None
        labels.setdefault(value, str(value if label is None else label))
    return with_choices(column_type, labels)


def with_choices(column_type: ColumnType, labels: Mapping[Any, Any]) -> ColumnType:
    """Return the type limited to the given values (of its own kind), each with its label."""
    options = _options(labels)
    is_enum = column_type.name == "enum"
    shown = [column_type.to_json(value) for value in labels]
    schema = {} if is_enum else {key: item for key, item in column_type.json_schema.items() if key == "type"}
    return replace(
        column_type,
        json_schema={**schema, "enum": shown},
        coerce=options.match_kind if is_enum else lambda value: options.match(column_type.coerce(value)),
        from_text=options.match_text if is_enum else lambda text: options.match(column_type.from_text(text)),
        tags="",
        control="select",
        is_text=column_type.is_text and not is_enum,
        options={value: str(label) for value, label in labels.items()},
    )


def read_default(column_type: ColumnType, literal: Any) -> Any:
    """Return a declared default as a value of the type: outer quotes stripped, in the spelling of its option.

    ``None`` is no default: null, and an empty text for a type whose values are no texts.

    Raises:
        ValueRefused: a default that the column type refuses or that is no option.
    """
    plain = _unquoted(literal) if isinstance(literal, str) else literal
    empty = plain == "" and not column_type.is_text and "" not in column_type.options
    return None if empty else read_literal(column_type, plain)


def read_literal(column_type: ColumnType, literal: Any) -> Any:
    """Return what an author wrote as a value of the type; a text may stand for a number, and a number for a text.

    Raises:
        ValueRefused
    """
    if literal is None:
        return None
    if isinstance(literal, str):
        return column_type.from_text(literal)
    try:
        return column_type.coerce(literal)
    except ValueRefused:
        if not is_number(literal):
            raise
        return column_type.from_text(format(literal, "f") if isinstance(literal, Decimal) else str(literal))


def _options(labels: Iterable[Any]) -> Options:
    values = tuple(labels)
    # Reversed, so that the first of several that are equal stands.
    return Options(
        values=values,
        exactly={_key(value): value for value in reversed(values)},
        in_any_case={_folded(value): value for value in reversed(values)},
        as_text={str(value).casefold(): value for value in reversed(values)},
    )


def _option_value(column_type: ColumnType, item: Any) -> Any:
    value = _member(item, "value") if isinstance(item, Mapping) else item
    if isinstance(value, list | dict) or value is None:
        raise expected("a value", value)
    is_open = column_type.takes_anything or column_type.name == "enum"
    return coerce_json(value) if is_open else read_literal(column_type, value)


def _member(item: Mapping[Any, Any], name: str) -> Any:
    return next((value for key, value in item.items() if str(key).lower() == name), None)


def _unquoted(literal: str) -> str:
    quoted = len(literal) > 1 and literal[0] == literal[-1] and literal[0] in _QUOTES
    return literal[1:-1] if quoted else literal


def _key(value: Any) -> Any:
    # 1 equals true in Python, and 0.1 does not equal the decimal 0.1.
    return isinstance(value, bool), exact(value)


def _folded(value: Any) -> Any:
    return _key(value.casefold() if isinstance(value, str) else value)
