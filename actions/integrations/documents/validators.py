"""Schemas compiled once, and values checked against them: Rust, no network, no file, no pattern that hangs.

A value may have parts that are not known yet (``ABSENT``). What is said then is only what no value there could change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Final, TypeAlias

import jsonschema_rs

from actions.integrations.documents.budget import is_affordable
from actions.integrations.documents.choices import chosen, has_choice
from actions.integrations.documents.givens import is_known
from actions.integrations.documents.sentences import sentence
from actions.integrations.documents.values import ArgumentProblem, Schema
from entities.values import ABSENT

Path: TypeAlias = tuple[str | int, ...]

# Patterns without look-around or back references run in linear time; the others give up after so many steps.
_PATTERNS: Final = jsonschema_rs.FancyRegexOptions(backtrack_limit=20_000, size_limit=1_000_000)
_MAX_PATTERN: Final = 1000
_MAX_PROBLEMS: Final = 20

# What a container says of itself, however its unknown parts turn out. The given names count as given.
_OF_CONTAINERS: Final = frozenset(
    {"type", "required", "additionalProperties", "minItems", "maxItems", "minProperties", "maxProperties"}
)
_CONDITIONAL: Final = frozenset({"then", "else", "dependentSchemas"})
_GAVE_UP: Final = ("BacktrackLimitExceeded", "RegexEngineFailure")


@lru_cache(maxsize=4096)
def is_valid_pattern(pattern: str) -> bool:
    """Say whether a regular expression of a foreign document can be used here."""
    if len(pattern) > _MAX_PATTERN:
        return False
    try:
        compile_schema({"pattern": pattern})
    except ValueError:
        return False
    return True


def compile_schema(schema: Any) -> jsonschema_rs.Draft202012Validator:
    """Return the validator of a schema.

    Raises:
        ValueError: the schema is none.
    """
    return jsonschema_rs.Draft202012Validator(schema, pattern_options=_PATTERNS, validate_formats=False, offline=True)


class Checker:
    """One schema, compiled. What cannot be compiled, or would take too long, allows anything."""

    __slots__ = ("_chosen", "_schema", "_validator")

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._validator = _compiled(schema)
        self._chosen: jsonschema_rs.Draft202012Validator | None = None

    def problems(self, value: Any) -> list[ArgumentProblem]:
        """Return what is wrong with a value of JSON kinds and ``ABSENT``; paths begin in the value."""
        if value is ABSENT or not is_affordable(self._schema, value):
            return []
        known = is_known(value)
        sent = value if known else _with_null(value)
        if self._validator.is_valid(sent):
            return []
        errors: Iterable[Any] = self._errors(sent)
        if not known:
            errors = (error for error in errors if _stands(error, value))
        found = dict.fromkeys(problem for error in errors for problem in _problems(error))
        kinds = {problem.path for problem in found if problem.code == "type"}  # what is of another kind has no value
        return [one for one in found if one.code != "value" or one.path not in kinds][:_MAX_PROBLEMS]

    def _errors(self, value: Any) -> list[Any]:
        """Return the errors of a value; of alternatives, as they are where the value names one of them."""
        errors = list(self._validator.iter_errors(value))
        if not any(error.kind.name == "anyOf" for error in errors) or not has_choice(self._schema):
            return errors
        if self._chosen is None:
            self._chosen = _compiled(chosen(self._schema))
        named = {tuple(one.instance_path): one for one in self._chosen.iter_errors(value) if one.kind.name == "anyOf"}
        return [named.get(tuple(one.instance_path), one) if one.kind.name == "anyOf" else one for one in errors]


def _compiled(schema: Schema) -> jsonschema_rs.Draft202012Validator:
    try:
        return compile_schema(schema)
    except ValueError:
        return compile_schema(True)


def _with_null(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_null(one) for key, one in value.items()}
    return [_with_null(one) for one in value] if isinstance(value, list) else None if value is ABSENT else value


def _stands(error: Any, value: Any) -> bool:
    """Say whether an error holds whatever the unknown parts of the value are."""
    for key in error.instance_path:
        value = value[key]
    if value is ABSENT or _CONDITIONAL.intersection(error.schema_path):
        return False
    return is_known(value) or error.kind.name in _OF_CONTAINERS


def _problems(error: Any) -> Iterator[ArgumentProblem]:
    """Turn one error into problems: of alternatives, those of the only one that the kind of the value fits."""
    name, path = error.kind.name, tuple(error.instance_path)
    if type(error.kind).__name__ in _GAVE_UP or _closes_a_part(error):
        return
    if name == "anyOf":
        yield from _alternatives(error, path)
    elif name == "required":
        yield ArgumentProblem((*path, error.kind.property), "missing", f"'{error.kind.property}' is missing.")
    elif name in ("additionalProperties", "unevaluatedProperties"):
        for key in error.kind.unexpected:
            yield ArgumentProblem((*path, key), "unknown", f"Unknown property '{key[:60]}'.")
    elif name == "falseSchema":
        yield _never(path)
    elif name == "type":
        yield ArgumentProblem(path, "type", sentence(name, error.kind.as_dict()))
    else:
        yield ArgumentProblem(path, "value", sentence(name, error.kind.as_dict()))


def _never(path: Path) -> ArgumentProblem:
    """Return the problem of what no value fits: an item beyond a tuple's end, or a property of answers alone."""
    if path and isinstance(path[-1], int):
        return ArgumentProblem(path, "unknown", "The list must end before it.")
    return ArgumentProblem(path, "unknown", "This must not be given.", "It is read only: answers alone have it.")


def _closes_a_part(error: Any) -> bool:
    """Say whether a part of ``allOf`` refuses properties that other parts may allow: nobody means that."""
    path = error.evaluation_path
    if "allOf" not in path or path[-1] != "additionalProperties":
        return False
    last = len(path) - 1 - path[::-1].index("allOf")
    return all(isinstance(one, int) or one in ("$ref", "anyOf", "oneOf") for one in path[last + 1 : -1])


def _alternatives(error: Any, path: Path) -> Iterator[ArgumentProblem]:
    branches = [list(branch) for branch in error.kind.context]
    wrong = [_wrong_type(branch, path) for branch in branches]
    fitting = _meant([branch for branch, types in zip(branches, wrong, strict=True) if branch and not types], path)
    if len(fitting) == 1:
        for inner in fitting[0]:
            yield from _problems(inner)
    elif all(wrong) and wrong:
        types = sorted({one for types in wrong for one in types})
        yield ArgumentProblem(path, "type", sentence("type", {"types": types}))
    else:
        yield ArgumentProblem(path, "value", f"It fits none of the {len(branches)} alternatives.")


def _meant(branches: list[list[Any]], path: Path) -> list[list[Any]]:
    """Return the alternatives that may be meant: those that a name in the value chooses, that want nothing else."""
    for names in (_OF_CHOICE, _OF_ABSENCE):
        left = [branch for branch in branches if not any(_is_about(error, path, names) for error in branch)]
        branches = left or branches
    return branches


_OF_CHOICE: Final = frozenset({"const", "enum"})
_OF_ABSENCE: Final = frozenset({"required"})


def _is_about(error: Any, path: Path, names: frozenset[str]) -> bool:
    """Say whether an error is of those names, and about the value at ``path`` or one of its properties."""
    return error.kind.name in names and len(error.instance_path) <= len(path) + 1


def _wrong_type(branch: list[Any], path: Path) -> list[str]:
    """Return the types that an alternative wants, where the kind of the value is what it refuses."""
    for error in branch:
        if tuple(error.instance_path) == path and error.kind.name == "type":
            return list(error.kind.types)
        if tuple(error.instance_path) == path and error.kind.name == "anyOf":
            inner = [_wrong_type(list(one), path) for one in error.kind.context]
            if inner and all(inner):
                return [one for types in inner for one in types]
    return []
