"""What an operation takes: names, kinds and sentences; and a value in, the same value of the declared kind out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from actions.errors import OutcomeRefused
from entities.fields.base import kind_of
from entities.values import ABSENT

# What a parameter's type may be, and how a person is told; ``object`` is anything.
KINDS: Mapping[type, str] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    dict: "a mapping",
    list: "a list",
    object: "anything",
}
_NUMBERS = (int, float, Decimal)
LONGEST_NUMBER = 18


@dataclass(frozen=True, slots=True)
class Param:
    """One argument: its name, the Python type of its value, and a sentence for the manual.

    With ``names_secret`` its value is the name of a secret: written out, so that no caller chooses it;
    ``secret_fault`` returns what keeps a value of that secret from being used, empty where nothing does. With
    ``names_text`` it is the name of a stored text of that kind (``template``, ``statement``); with ``names_entity``
    that of an entity, written out where outcomes have the rights of the system. One that is ``refused`` is the
    original's and means what is not done here: only false is taken. By one that ``vouches`` the author answers for who
    somebody is: an expression there is a warning. ``check`` refuses a value by itself, whatever else the operation is
    given: at load where it is written out, and when ``call[name]`` is read.
    """

    name: str
    type: type | tuple[type, ...]
    description: str
    required: bool = True
    choices: tuple[str, ...] = ()
    names_secret: bool = False
    secret_fault: Callable[[str], str] | None = None
    names_text: str = ""
    names_entity: bool = False
    refused: bool = False
    vouches: bool = False
    check: Callable[[Any], object] | None = None

    @property
    def kinds(self) -> tuple[Any, ...]:
        """The types of which one will do."""
        return self.type if isinstance(self.type, tuple) else (self.type,)


def is_kind(value: Any, param: Param) -> bool:
    """Say whether a value is of a kind that the parameter takes; digits are a whole number, for forms send texts."""
    if object in param.kinds:
        return True
    if isinstance(value, bool):
        return bool in param.kinds
    if int in param.kinds and isinstance(value, str) and value.isdecimal():
        return True
    if float in param.kinds and isinstance(value, _NUMBERS):
        return True
    return isinstance(value, param.kinds)


def types_of(param: Param) -> str:
    """Return the kinds of value that a parameter takes, in words: ``a text, a mapping or a list``."""
    *others, last = (KINDS[kind] for kind in param.kinds)
    return f"{', '.join(others)} or {last}" if others else last


def wanted(param: Param, value: Any) -> str:
    """Return what the parameter takes, and what came instead: ``a text, not a number``."""
    kinds, found = types_of(param), kind_of(value)
    return kinds if kinds.endswith("number") and found.endswith("number") else f"{kinds}, not {found}"


def accept(param: Param, value: Any) -> Any:
    """Return an argument of the declared kind; ``None`` for one that is optional and absent or null.

    Raises:
        OutcomeRefused: it is missing, of another kind, or none of the choices.
    """
    if value is ABSENT or (value is None and not param.required):
        if param.required:
            raise OutcomeRefused(f"'{param.name}' is missing.")
        return None
    if not is_kind(value, param):
        raise OutcomeRefused(f"'{param.name}' must be {wanted(param, value)}.")
    if param.choices and value not in param.choices:
        raise OutcomeRefused(f"'{param.name}' is one of {', '.join(param.choices)}.")
    is_text = str in param.kinds or object in param.kinds
    found = value if is_text or not isinstance(value, str) else _number(param, value)
    if param.check is not None:
        param.check(found)
    return found


def _number(param: Param, digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise OutcomeRefused(f"'{param.name}' has more than {LONGEST_NUMBER} digits.")
    return int(digits)
