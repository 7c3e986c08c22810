"""Cerberus checks a document of coerced values: unknown names, missing ones, nulls, and the validation tags.

A Validator keeps the document that it is working on, so one that is shared gives wrong answers across threads: each
thread has its own, compiled once. Cleaning is done before, so normalisation (85 % of the cost) is off.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cerberus import Validator
from cerberus.errors import BaseErrorHandler, ErrorDefinition

from entities.errors import FieldProblem
from entities.tags.validations import Validation

Problems = dict[str, list[FieldProblem]]

_REFUSED = ErrorDefinition(0x1001, "checks")


@dataclass(frozen=True, slots=True)
class Checks:
    """What one field must pass: not null unless it may be, and the validation tags."""

    nullable: bool
    validations: tuple[Validation, ...]

    def passes(self, value: Any, document: Mapping[str, Any]) -> bool:
        """Tell whether the value is fine."""
        if value is None and not self.nullable:
            return False
        return all(validation.passes(value, document) for validation in self.validations)

    def problems(self, field: str, value: Any, document: Mapping[str, Any]) -> list[FieldProblem]:
        """Return every failure, each code once."""
        if value is None and not self.nullable:
            return [FieldProblem(field, "required", f"'{field}' is required.")]
        found: dict[str, FieldProblem] = {}
        for validation in self.validations:
            for problem in validation.problems(field, value, document):
                found.setdefault(problem.code, problem)
        return list(found.values())


class Checker:
    """Checks documents against one declaration, from any number of threads."""

    def __init__(self, checks: Mapping[str, Checks], *, allow_unknown: bool) -> None:
        self._schema = {key: {"checks": item} for key, item in checks.items()}
        self._allow_unknown = allow_unknown
        self._local = threading.local()

    def problems(self, document: Mapping[str, Any]) -> Problems:
        """Return what is wrong, by field. Null stands for a required input that is missing."""
        validator = getattr(self._local, "validator", None)
        if validator is None:
            validator = self._local.validator = _Validator(
                self._schema, allow_unknown=self._allow_unknown, error_handler=_ProblemHandler()
            )
        # ``update``: no search for missing fields, null stands for them.
        if validator.validate(document, update=True, normalize=False):
            return {}
        problems: Problems = validator.errors
        return problems


class _Validator(Validator):  # type: ignore[misc]
    """Has one rule of its own, ``checks``, which all fields have; none of Cerberus' rules is run unasked."""

    mandatory_validations = ()
    priority_validations = ()

    # Cerberus reads the docstring: what the rule may be given.
    def _validate_checks(self, checks: Checks, field: str, value: Any) -> None:
        """{'nullable': False}"""
        if not checks.passes(value, self.document):
            self._error(field, _REFUSED, checks.problems(field, value, self.document))


class _ProblemHandler(BaseErrorHandler):  # type: ignore[misc]
    """Turns Cerberus' errors into ours."""

    def __call__(self, errors: Iterable[Any]) -> Problems:
        return {error.document_path[0]: error.info[0] for error in errors}
