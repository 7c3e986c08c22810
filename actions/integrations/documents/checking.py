"""Arguments in, everything that the document does not allow out: what is missing, unknown, of a wrong type or value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from actions.integrations.documents.arguments import BODY, Given, Names, Sorted, takes_properties
from actions.integrations.documents.bodies import has_json
from actions.integrations.documents.encoders import encode_body
from actions.integrations.documents.givens import Refused, as_json, as_read, as_texts, is_known
from actions.integrations.documents.styles import encode_parameter
from actions.integrations.documents.validators import Checker
from actions.integrations.documents.values import ArgumentProblem, Medium, Parameter, Schema, ServiceOperation
from entities.values import ABSENT


def check_arguments(operation: ServiceOperation, arguments: Mapping[str, Any]) -> list[ArgumentProblem]:
    """Return what is wrong with the arguments of a call. ``ABSENT``, at any depth, is given and not known yet."""
    return read_arguments(operation, arguments).problems


@dataclass(slots=True)
class Read:
    """The arguments of a call as they are sent: texts by parameter, and the body. Of no use with problems."""

    problems: list[ArgumentProblem]
    parameters: list[tuple[Parameter, list[tuple[str, str]]]] = field(default_factory=list)
    medium: Medium | None = None
    content_type: str = ""
    body: bytes | None = None


def read_arguments(operation: ServiceOperation, arguments: Mapping[str, Any]) -> Read:
    """Return the arguments checked and encoded."""
    names = Names(operation)
    given = names.sort(arguments)
    read = Read(given.problems)
    for index in range(len(operation.parameters)):
        _read_parameter(read, operation, index, given.parameters.get(index) or Given(_name(names, index), None))
    _read_body(read, operation, names, given)
    return read


def _name(names: Names, index: int) -> str:
    return next((name for name, one in names.written.items() if one == index), "")


def _checker(operation: ServiceOperation, key: tuple[str, int], schema: Schema) -> Checker:
    if key not in operation.compiled:
        operation.compiled[key] = Checker(schema)
    found: Checker = operation.compiled[key]
    return found


# Parameters


def _read_parameter(read: Read, operation: ServiceOperation, index: int, given: Given) -> None:
    """Check and encode one. Null is as good as not given: an address and a header have no null."""
    parameter = operation.parameters[index]
    if given.value is None:
        if parameter.required:
            read.problems.append(ArgumentProblem((given.key,), "missing", f"'{given.key}' is missing."))
        return
    checker = _checker(operation, ("parameter", index), parameter.schema)

    def work() -> list[ArgumentProblem]:
        value = as_json(given.value)
        found = _least(checker, value)
        if not found and is_known(value):
            read.parameters.append((parameter, encode_parameter(parameter, value)))
        return found

    read.problems += _guarded(given.key, work)


def _guarded(key: str, work: Callable[[], list[ArgumentProblem]]) -> list[ArgumentProblem]:
    """Return the problems that ``work`` finds, what it refuses among them, under the name of the argument."""
    try:
        return [ArgumentProblem((key, *one.path), one.code, one.message, one.hint) for one in work()]
    except Refused as refused:
        return [ArgumentProblem((key, *refused.path), "value", refused.message)]


def _least(checker: Checker, value: Any) -> list[ArgumentProblem]:
    """Return the problems of a value that is sent as text, in the reading of that text that has the fewest."""
    found = checker.problems(value)
    for read in (as_read, as_texts):
        other = checker.problems(read(value)) if found else []
        if _kinds(other) < _kinds(found) or not other:
            found = other
    return found


def _kinds(problems: list[ArgumentProblem]) -> int:
    """Return how many values are of another kind than they should be."""
    return sum(problem.code == "type" for problem in problems)


# The body


def _read_body(read: Read, operation: ServiceOperation, names: Names, given: Sorted) -> None:
    if operation.body is None:
        return
    medium = operation.body.media[given.medium]
    keys = {name: one.key for name, one in given.properties.items()}
    try:
        value = _body(given)
    except Refused as refused:
        read.problems.append(ArgumentProblem(refused.path, "value", refused.message))
        return
    if value is None:
        if not operation.body.required:
            return
        if not names.shape(given.medium).is_object:
            read.problems.append(ArgumentProblem((BODY,), "missing", f"'{BODY}' is missing."))
            return
        value = {}
    if value is ABSENT:
        return
    prefix = () if given.whole is None else (BODY,)
    checker = _checker(operation, ("medium", given.medium), medium.schema)
    value = value if has_json(medium) else _without_null(value)
    found = _body_problems(checker, medium, value)
    if not found and is_known(value):
        found = _encode(read, medium, value)
    read.problems += [_placed(one, keys, prefix) for one in found]


def _body_problems(checker: Checker, medium: Medium, value: Any) -> list[ArgumentProblem]:
    if has_json(medium):
        return checker.problems(value)
    if takes_properties(medium):
        return _form_problems(checker, value)
    # Of any other medium the schema describes what is written in it; only that of a text is about the text itself.
    is_text = isinstance(medium.schema, dict) and medium.schema.get("type") == "string"
    return checker.problems(value) if is_text and isinstance(value, str) else []


def _body(given: Sorted) -> Any:
    """Return the body that is given: whole, in parts, or whole with parts added; ``None`` where nothing is."""
    whole = _converted(given.whole) if given.whole else None
    if not given.properties:
        return whole
    parts = {name: _converted(one) for name, one in given.properties.items()}
    if whole is ABSENT:
        return ABSENT
    if whole is not None and not isinstance(whole, dict):
        raise Refused("Properties can be added to an object only.", (BODY,))
    for name in parts:
        if whole and name in whole:
            raise Refused(f"'{name}' is given in '{BODY}' too.", (given.properties[name].key,))
    return {**(whole or {}), **parts}


def _converted(given: Given) -> Any:
    try:
        return as_json(given.value)
    except Refused as refused:
        raise Refused(refused.message, (given.key, *refused.path)) from refused


def _without_null(value: Any) -> Any:
    """Return the body of a form without its nulls, which a form has no way to write."""
    return {key: one for key, one in value.items() if one is not None} if isinstance(value, dict) else value


def _form_problems(checker: Checker, value: Any) -> list[ArgumentProblem]:
    """Return the problems of a form. What is refused gets a second chance as what its text reads as."""
    found = checker.problems(value)
    if not isinstance(value, dict):
        return found
    for read in (as_read, as_texts):
        wrong = {one.path[0] for one in found if one.path and one.path[0] in value}
        if wrong:
            other = {**value, **{key: read(value[key]) for key in wrong if isinstance(key, str)}}
            left = checker.problems(other)
            good = wrong - {one.path[0] for one in left if one.path}
            value = {**value, **{key: other[key] for key in good if isinstance(key, str)}}
            found = [one for one in found if not one.path or one.path[0] not in good]
    return found


def _encode(read: Read, medium: Medium, value: Any) -> list[ArgumentProblem]:
    try:
        read.content_type, read.body = encode_body(medium, value)
    except Refused as refused:
        return [ArgumentProblem(refused.path, "value", refused.message)]
    read.medium = medium
    return []


def _placed(problem: ArgumentProblem, keys: dict[str, str], prefix: tuple[str, ...]) -> ArgumentProblem:
    """Return the problem under the name that the author wrote; of the whole body under ``body``."""
    path = problem.path
    if path and path[0] in keys:
        path = (keys[str(path[0])], *path[1:])
    elif prefix or not path:
        path = (BODY, *path)
    return ArgumentProblem(path, problem.code, problem.message, problem.hint)
