"""Scripts and a scope in, the source of one crossing out; the answer of that crossing in, values out."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import orjson

from actions.errors import ScriptFailed, ScriptOverBudget
from actions.expressions.base import Scope, Script
from actions.expressions.javascript.compiled import Compiled
from entities.values import ABSENT

MAX_DEPTH = 64
_HINTS = {
    "BigInt": "Use Number(x) or String(x).",
    "gave a promise": "Scripts are synchronous: nothing waits for a promise.",
    "circular structure": "A value that contains itself is no JSON.",
}


class Request:
    """What some scripts need of a scope, as JSON texts. Only the names that they read are looked at."""

    def __init__(self, scripts: Sequence[Script], scope: Scope, guarded: bool) -> None:
        self._scripts = scripts
        self._guarded = b"true" if guarded else b"false"
        self._texts: list[str] = []
        self._places: dict[str, int] = {}
        for script in scripts:
            for name in script.names:
                if name not in self._places:
                    self._places[name] = self._place(scope.get(name, ABSENT))

    def _place(self, value: Any) -> int:
        """A value that is not there has no place: the script sees the built-in of that name, or undefined."""
        if value is ABSENT:
            return -1
        self._texts.append(_json(value))
        return len(self._texts) - 1

    def source(self, driver: str, compiled: Compiled) -> tuple[bytes, bool]:
        """Return the call of the driver, with those scripts that are new to it, and whether promises must settle."""
        compiled.trim()
        new: list[tuple[int, tuple[str, ...], str]] = []
        calls = []
        lingers = draws = False
        for script in self._scripts:
            place = compiled.find(script.digest)
            if place is None:
                place = compiled.add(script)
                new.append((place.slot, script.names, script.body))
            calls.append((place.slot, [self._places[name] for name in script.names]))
            lingers |= place.lingers
            draws |= place.draws
        seed = os.urandom(16).hex() if draws else ""
        parts = (orjson.dumps(new), orjson.dumps(calls), orjson.dumps(self._texts), self._guarded)
        return b'%b(%b,"%b")' % (driver.encode(), b",".join(parts), seed.encode()), lingers


def check_source(driver: str, scripts: Sequence[Script]) -> bytes:
    """Return a call that only compiles the scripts."""
    return b"%b(%b,null)" % (driver.encode(), orjson.dumps([(script.names, script.body) for script in scripts]))


def _json(value: Any) -> str:
    try:
        return orjson.dumps(value, _plain).decode()
    except TypeError:  # integers beyond 64 bits and lone surrogates, which JSON has and orjson has not
        return json.dumps(value, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, bytes):
        return list(value)
    raise TypeError(f"{type(value).__name__} is no value of a scope")


def read_answer(data: bytes, limit: int) -> list[Any]:
    """Return the values that a crossing gave.

    Raises:
        ScriptFailed: a script threw, or its value is no JSON that can be passed on.
        ScriptOverBudget: memory or the size of the answer.
    """
    if len(data) > limit:
        raise answer_too_large(limit)
    answer = _parse(data)
    if isinstance(answer, dict):
        raise _failure(answer, limit)
    values, absent = answer
    for index in absent:
        values[index] = ABSENT
    if data.count(b"[") + data.count(b"{") > MAX_DEPTH and _is_deep(values):
        raise ScriptFailed(f"A script's value is nested deeper than {MAX_DEPTH} levels.")
    result: list[Any] = values
    return result


def _parse(data: bytes) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:  # lone surrogates, or deeper than orjson reads
        pass
    try:
        return _well_formed(json.loads(data))
    except RecursionError:
        raise ScriptFailed(f"A script's value is nested deeper than {MAX_DEPTH} levels.") from None


def _well_formed(value: Any) -> Any:
    """Replace lone surrogates, which no database and no encoding takes."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_well_formed(item) for item in value]
    if isinstance(value, dict):
        return {_well_formed(key): _well_formed(item) for key, item in value.items()}
    return value


def _is_deep(values: list[Any]) -> bool:
    level: list[Any] = values
    for _ in range(MAX_DEPTH + 1):
        lists = [item.values() if isinstance(item, dict) else item for item in level if isinstance(item, list | dict)]
        level = [child for items in lists for child in items]
        if not level:
            return False
    return True


def _failure(answer: dict[str, Any], limit: int) -> ScriptFailed | ScriptOverBudget:
    if answer.get("over") == "answer":
        return answer_too_large(limit)
    if answer.get("over"):
        return out_of_memory()
    message = answer["failed"] or "The script failed without a message."
    return ScriptFailed(message, hint=next((hint for part, hint in _HINTS.items() if part in message), ""))


def answer_too_large(limit: int) -> ScriptOverBudget:
    """The values of one crossing are larger than ``limit`` bytes."""
    return ScriptOverBudget(f"A script's value is larger than {limit:,} bytes.")


def out_of_memory() -> ScriptOverBudget:
    """A script asked for more memory than it may have, or crashed V8, which comes to the same."""
    return ScriptOverBudget("A script used more memory than it may.")


def out_of_time(seconds: float) -> ScriptOverBudget:
    """A crossing took longer than it may."""
    return ScriptOverBudget(f"A script took longer than {seconds:g} s.")
