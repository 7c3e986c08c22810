"""An operation in, what is wrong with its declaration out: what the manual, the editor and the rules rely on."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from inspect import iscoroutinefunction, isgeneratorfunction, signature
from typing import Any

from actions.errors import OutcomeRefused
from actions.operations.base import Effect, Operation, Param
from actions.operations.params import KINDS, accept, is_kind, wanted

NAME = re.compile(r"(?:\$|__)?[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")
LONGEST_NAME = 100
_KNOWN = ", ".join(kind.__name__ for kind in KINDS)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: the number that is its for ever, what it is, and how to mend it."""

    number: int
    message: str
    hint: str


def owner_of(operation: Operation) -> str:
    """Return the class of an operation with its module."""
    return f"{type(operation).__module__}.{type(operation).__qualname__}"


def faults(operation: Operation) -> Iterator[Fault]:
    """Yield all of them; an example is judged once the parameters are sound."""
    if not (vars(type(operation)).get("__doc__") or "").strip():
        yield Fault(10, "has no docstring.", "Say in its first line what it does: manual, editor and lists show it.")
    if len(operation.name) > LONGEST_NAME or not NAME.fullmatch(operation.name):
        hint = "Write small letters, digits and _, in parts divided by dots, such as 'shop.reserve'."
        yield Fault(11, f"has the name '{operation.name[:LONGEST_NAME]}'.", hint)
    wrong = list(_params(operation))
    yield from wrong or _example(operation)
    if not isinstance(operation.effect, Effect):
        yield Fault(14, "has an effect that is none.", "Write Effect.NONE, Effect.TRANSACTIONAL or Effect.EXTERNAL.")
    yield from _perform(operation)
    secret: object = operation.secret_results
    if not isinstance(secret, tuple) or not all(isinstance(name, str) for name in secret):
        yield Fault(16, "has 'secret_results' that are no names.", "Write a tuple of texts: ('token',).")


def _perform(operation: Operation) -> Iterator[Fault]:
    if type(operation).perform is Operation.perform:
        yield Fault(15, "does nothing.", "Define 'perform(self, call)', which returns a Result.")
    elif not callable(operation.perform) or not _takes_a_call(operation.perform):
        yield Fault(15, "has a 'perform' that does not take a call.", "Write 'def perform(self, call)'.")
    elif iscoroutinefunction(operation.perform) or isgeneratorfunction(operation.perform):
        yield Fault(15, "has a 'perform' that does not return a Result.", "Write no 'async' and no 'yield' there.")


def _takes_a_call(perform: Callable[..., object]) -> bool:
    try:
        signature(perform).bind(None)
    except TypeError:
        return False
    return True


def _params(operation: Operation) -> Iterator[Fault]:
    params: object = operation.params
    if not isinstance(params, tuple) or not all(isinstance(param, Param) for param in params):
        yield Fault(12, "has 'params' that are no tuple of Param.", "Write params = (Param(...),) with its comma.")
        return
    for name, count in Counter(param.name for param in params).items():
        if count > 1:
            yield Fault(12, f"declares '{name}' {count} times.", "Leave one of them.")
    for param in params:
        yield from _param(param)


def _param(param: Param) -> Iterator[Fault]:
    if not isinstance(param.name, str) or not param.name.strip():
        yield Fault(12, "has a parameter without a name.", "Name it as authors will write it.")
    if not isinstance(param.description, str) or not param.description.strip():
        yield Fault(12, f"does not describe '{param.name}'.", "Say what it is: manual and editor show it.")
    if param.check is not None and not callable(param.check):
        yield Fault(12, f"gives '{param.name}' a 'check' that cannot be called.", "Write a function of one value.")
    if not param.kinds or not all(isinstance(kind, type) and kind in KINDS for kind in param.kinds):
        yield Fault(12, f"gives '{param.name}' a type that no value has.", f"Write one or several of {_KNOWN}.")
    elif not isinstance(param.choices, tuple) or not all(is_kind(choice, param) for choice in param.choices):
        yield Fault(12, f"gives '{param.name}' choices that it does not take.", "Write a tuple of values of its type.")


def _example(operation: Operation) -> Iterator[Fault]:
    example: object = operation.example
    if not isinstance(example, Mapping):
        yield Fault(13, "has an example that is no mapping.", "Write arguments by name: {'net': 1000}.")
        return
    if not _is_json(example):
        yield Fault(
            13, "has an example that is no data.", "Write texts, numbers, true, false, null, lists and mappings."
        )
    declared = {param.name: param for param in operation.params}
    for name in example:
        if name not in declared and not operation.open_params:
            yield Fault(13, f"has an example with '{name}', which it does not take.", "Leave it out, or declare it.")
    for name, param in declared.items():
        if name in example:
            yield from _argument(param, example[name])
        elif param.required:
            yield Fault(13, f"has an example without '{name}'.", "Add it: the example is shown, and run as a test.")


def _is_json(example: Mapping[Any, Any]) -> bool:
    try:
        json.dumps(dict(example))
    except (TypeError, ValueError):
        return False
    return True


def _argument(param: Param, value: Any) -> Iterator[Fault]:
    if value is None and not param.required:
        return
    if not is_kind(value, param):
        hint = f"It must be {wanted(param, value)}."
        yield Fault(13, f"has an example with a '{param.name}' of another type.", hint)
    elif param.choices and value not in param.choices:
        hint = f"Write one of {', '.join(map(str, param.choices))}."
        yield Fault(13, f"has an example with a '{param.name}' that is none of its choices.", hint)
    elif param.check is not None:
        yield from _judged(param, value)


def _judged(param: Param, value: Any) -> Iterator[Fault]:
    try:
        accept(param, value)
    except OutcomeRefused as refused:
        yield Fault(13, f"has an example with a '{param.name}' that it refuses.", refused.message)
