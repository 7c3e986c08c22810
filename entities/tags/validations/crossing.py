"""Tags that compare an input with other inputs: ``eqfield=password``, ``required_with=city zip``.

``eqfield=InnerStructField[x]`` is the original's way of writing ``eqfield=x``; the word before the bracket says
nothing. As everything is one flat map of inputs, the ``cs`` forms (across structures) mean the same.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from entities.tags.validations.base import Tag, Values, exact, has_value, is_number, rank

_BRACKETS = re.compile(r"\w*\[(.+)\]")


def _name(text: str) -> str:
    found = _BRACKETS.fullmatch(text)
    return found[1].strip() if found else text


def _field(param: str) -> tuple[str, ...]:
    if not param.strip():
        raise ValueError("the name of another input")
    return (_name(param.strip()),)


def _fields(param: str) -> tuple[str, ...]:
    names = tuple(_name(word) for word in param.split())
    if not names:
        raise ValueError("the names of other inputs, separated by spaces")
    return names


def _same(value: Any, other: Any) -> bool:
    if is_number(value) and is_number(other):
        return bool(exact(value) == exact(other))
    return type(value) is type(other) and bool(value == other)


def _equal(value: Any, names: tuple[str, ...], others: Values) -> bool:
    return _same(value, others.get(names[0]))


def _different(value: Any, names: tuple[str, ...], others: Values) -> bool:
    return not _same(value, others.get(names[0]))


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any, Values], bool]:
    def check(value: Any, names: tuple[str, ...], others: Values) -> bool:
        kind, mine = rank(value)
        other_kind, theirs = rank(others.get(names[0]))
        return bool(kind) and kind == other_kind and compare(mine, theirs)

    return check


def _contains(value: Any, names: tuple[str, ...], others: Values) -> bool:
    other = others.get(names[0])
    return isinstance(value, str) and isinstance(other, str) and other in value


def _excludes(value: Any, names: tuple[str, ...], others: Values) -> bool:
    return not _contains(value, names, others)


def _when(applies: Callable[[list[bool]], bool]) -> Callable[[Any, Any, Values], bool]:
    """Return the check that a value is there whenever ``applies`` to which of the others are there."""

    def check(value: Any, names: tuple[str, ...], others: Values) -> bool:
        return has_value(value) or not applies([has_value(others.get(name)) for name in names])

    return check


def _says(words: str) -> Callable[[Any, str], str]:
    return lambda _, param: f"must {words} '{_name(param.strip())}'"


def _required_when(words: str) -> Callable[[Any, str], str]:
    return lambda _, param: f"is required {words} " + ", ".join(f"'{name}'" for name in _fields(param))


def _crossing(check: Callable[[Any, Any, Values], bool], words: str) -> Tag:
    return Tag(check, _says(words), _field, names_fields=True)


def _presence(applies: Callable[[list[bool]], bool], words: str) -> Tag:
    return Tag(_when(applies), _required_when(words), _fields, sees_absent=True, names_fields=True)


_EQUAL = _crossing(_equal, "equal")
_DIFFERENT = _crossing(_different, "differ from")
_GREATER = _crossing(_ordered(operator.gt), "be greater than")
_NOT_LESS = _crossing(_ordered(operator.ge), "not be less than")
_LESS = _crossing(_ordered(operator.lt), "be less than")
_NOT_GREATER = _crossing(_ordered(operator.le), "not be greater than")

TAGS: Mapping[str, Tag] = {
    "eqfield": _EQUAL,
    "eqcsfield": _EQUAL,
    "nefield": _DIFFERENT,
    "necsfield": _DIFFERENT,
    "gtfield": _GREATER,
    "gtcsfield": _GREATER,
    "gtefield": _NOT_LESS,
    "gtecsfield": _NOT_LESS,
    "ltfield": _LESS,
    "ltcsfield": _LESS,
    "ltefield": _NOT_GREATER,
    "ltecsfield": _NOT_GREATER,
    "fieldcontains": _crossing(_contains, "contain the value of"),
    "fieldexcludes": _crossing(_excludes, "not contain the value of"),
    "required_with": _presence(any, "with"),
    "required_with_all": _presence(all, "with all of"),
    "required_without": _presence(lambda present: not all(present), "without"),
    "required_without_all": _presence(lambda present: not any(present), "without any of"),
}
