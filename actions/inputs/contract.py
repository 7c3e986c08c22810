"""Raw request values in, ``Inputs`` out, or every failure of every input at once.

For each declared input: text is conformed, then coerced to the column type (or read, where it came as text), then put
into the spelling of its option; what was not sent takes the default. Then Cerberus checks the whole document. Values
are JSON kinds and decimals: dates come out as ISO 8601 text. Nothing is compiled here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from actions.errors import InvalidInput
from actions.inputs.checking import Checker, Problems
from entities.errors import FieldProblem, did_you_mean
from entities.fields import ColumnType, ValueRefused, coerce_json
from entities.values import ABSENT

NOTHING: Mapping[str, Any] = {}
MAX_SHOWN_NAME = 100
MAX_SUGGESTIONS = 10


@dataclass(frozen=True, slots=True)
class Inputs:
    """What an action may read: declared inputs that were sent or defaulted, and undeclared ones where allowed."""

    values: dict[str, Any]
    additional: dict[str, Any]


@dataclass(frozen=True, slots=True)
class DeclaredInput:
    """One input, compiled. ``default`` is a coerced value or ``ABSENT``.

    ``null_if_absent``: null stands for it in the checks when it was not sent, because it or a tag asks for presence.
    ``is_declared`` is false for a name that only has tags, where the action takes additional inputs.
    """

    key: str
    column_type: ColumnType
    required: bool
    default: Any
    conform: Callable[[str], str] | None
    null_if_absent: bool
    is_declared: bool = True

    def read(self, raw: Any, *, as_text: bool) -> Any:
        """Return the coerced value, ``None`` for null, or ``ABSENT`` for what counts as not sent.

        Raises:
            ValueRefused
        """
        if raw is None:
            return None
        if isinstance(raw, str):
            return self._read_text(self.conform(raw) if self.conform else raw, as_text)
        value = self._read_parts(raw) if as_text else self.column_type.coerce(raw)
        if self.required and value == [] and not self.column_type.takes_anything:
            raise ValueRefused("is required", "required")
        return value

    def _read_text(self, text: str, as_text: bool) -> Any:
        kind = self.column_type
        if not text:
            if not kind.is_text and "" not in kind.options and (as_text or not kind.takes_anything):
                return ABSENT
            if self.required and kind.is_text:
                raise ValueRefused("is required", "required")
        return kind.from_text(text) if as_text else kind.coerce(text)

    def _read_parts(self, raw: Any) -> Any:
        """Read what a form sent other than as one text: a repeated key, uploaded files."""
        kind = self.column_type
        parts = raw if isinstance(raw, list) else [raw]
        if not kind.takes_list:
            texts_only = all(isinstance(part, str) for part in parts)
            raise ValueRefused("must be sent once" if texts_only else "must not be a file")
        return kind.coerce([kind.from_text(part) if isinstance(part, str) else part for part in parts])


class InputContract:
    """The declared inputs of one action, ready to accept requests from any thread."""

    __slots__ = ("_additional", "_by_key", "_checker", "inputs")

    def __init__(self, inputs: tuple[DeclaredInput, ...], checker: Checker, *, additional: bool) -> None:
        self.inputs = inputs
        self._by_key = {item.key: item for item in inputs}
        self._checker = checker
        self._additional = additional

    def accept(self, raw: Mapping[str, Any], *, form: bool = False, query: Mapping[str, Any] = NOTHING) -> Inputs:
        """Return the inputs of one request: those of the body, then those of the query that the body does not have.

        With ``form`` the body is text too, as the query always is; a repeated key is a list there.

        Raises:
            InvalidInput: with every failure, in the order of the declaration, then unknown names in theirs.
        """
        refused: Problems = {}
        document = {item.key: _sent(item, raw, query, form, refused) for item in self.inputs}
        additional = self._undeclared(raw, query, refused)
        problems = self._checker.problems(self._checked(document, additional))
        if problems or refused:
            raise InvalidInput(self._in_order({**problems, **refused}))
        return self._inputs(document, additional)

    def declares(self, name: str) -> bool:
        """Say whether an input has this key."""
        found = self._by_key.get(name)
        return found is not None and found.is_declared

    def _checked(self, document: Mapping[str, Any], additional: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is there; null stands for what is not, where a check asks whether it is."""
        declared = {
            key: None if value is ABSENT else value
            for key, value in document.items()
            if value is not ABSENT or self._by_key[key].null_if_absent
        }
        return {**declared, **additional} if additional else declared

    def _inputs(self, document: Mapping[str, Any], additional: dict[str, Any]) -> Inputs:
        """Return what is there, as JSON values."""
        values: dict[str, Any] = {}
        for item in self.inputs:
            value = document[item.key]
            if value is not ABSENT:
                place = values if item.is_declared else additional
                place[item.key] = value if value is None else item.column_type.to_json(value)
        return Inputs(values, additional)

    def _undeclared(self, raw: Mapping[str, Any], query: Mapping[str, Any], refused: Problems) -> dict[str, Any]:
        known = self._by_key
        if raw.keys() <= known.keys() and query.keys() <= known.keys():
            return {}
        sent = {**query, **raw}
        names = sorted(sent.keys() - known.keys())
        if not self._additional:
            refused.update(_unknown(names, known))
            return {}
        accepted: dict[str, Any] = {}
        for name in names:
            try:
                accepted[name] = coerce_json({name: sent[name]})[name]
            except ValueRefused as error:
                refused[name] = [error.problem(_shown(name))]
        return accepted

    def _in_order(self, problems: Problems) -> list[FieldProblem]:
        declared = [problem for item in self.inputs for problem in problems.get(item.key, ())]
        return declared + [problem for key, found in problems.items() if key not in self._by_key for problem in found]


def _sent(item: DeclaredInput, raw: Mapping[str, Any], query: Mapping[str, Any], form: bool, refused: Problems) -> Any:
    """Return what was sent for the input, else its default, else ``ABSENT``."""
    key = item.key
    try:
        if key in raw:
            value = item.read(raw[key], as_text=form)
        else:
            value = item.read(query[key], as_text=True) if key in query else ABSENT
    except ValueRefused as error:
        refused[key] = [error.problem(key)]
        return ABSENT
    return item.default if value is ABSENT else value


def _unknown(names: list[str], known: Mapping[str, Any]) -> Problems:
    found: Problems = {}
    for at, name in enumerate(names):
        hint = did_you_mean(name, known) if at < MAX_SUGGESTIONS and len(name) <= MAX_SHOWN_NAME else ""
        shown = _shown(name)
        found[name] = [FieldProblem(shown, "unknown", f"Unknown input '{shown}'. {hint}".strip())]
    return found


def _shown(name: str) -> str:
    return name[:MAX_SHOWN_NAME].encode(errors="replace").decode()
