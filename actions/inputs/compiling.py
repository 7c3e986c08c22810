"""The declared inputs of a plan in, an ``InputContract`` out.

A plan that passed validation compiles; what is wrong with a declaration is reported by ``actions.validation``, with
the same functions of ``entities.fields`` and ``entities.tags`` that are used here.
"""

from __future__ import annotations

from dataclasses import replace

from actions.inputs.checking import Checker, Checks
from actions.inputs.contract import DeclaredInput, InputContract
from actions.plan.nodes import Input, Plan
from entities.fields import ColumnType, coerce_json, column_type, read_default, type_validation, with_options
from entities.tags.conformations import Conform, compile_conformation
from entities.tags.validations import Validation, compile_validation
from entities.values import ABSENT

# An additional input is any JSON value, and the text that a form sends is a text.
_ANYTHING = replace(column_type("json"), from_text=coerce_json, is_text=True)


def compile_inputs(plan: Plan) -> InputContract:
    """Return what accepts the inputs of the plan's action.

    Raises:
        TagError, UnknownColumnType, ValueRefused: the plan was not validated.
    """
    declared = [_declared(plan, item) for item in plan.inputs]
    compiled = declared + [_undeclared(plan, key) for key in _undeclared_keys(plan)]
    checks = {item.key: item_checks for item, item_checks in compiled}
    return InputContract(
        inputs=tuple(item for item, _ in compiled),
        checker=Checker(checks, allow_unknown=plan.additional_inputs),
        additional=plan.additional_inputs,
    )


def type_of(declared: Input) -> ColumnType:
    """Return the column type of an input, limited to its options."""
    found = column_type(declared.column_type)
    return with_options(found, declared.options) if declared.options else found


def validations_of(plan: Plan, declared: Input) -> tuple[Validation, ...]:
    """Return the checks of the column type and then those of the author, without the ones said twice."""
    authored = _authored(plan, declared.key)
    said = {(check.name, check.param) for validation in authored for check in validation.checks}
    brought = type_validation(type_of(declared)).without(said)
    return tuple(validation for validation in (brought, *authored) if validation.steps)


def _authored(plan: Plan, key: str) -> tuple[Validation, ...]:
    known = None if plan.additional_inputs else [declared.key for declared in plan.inputs]
    return tuple(compile_validation(entry.tags, known) for entry in plan.validations if entry.key == key)


def _declared(plan: Plan, declared: Input) -> tuple[DeclaredInput, Checks]:
    kind = type_of(declared)
    validations = validations_of(plan, declared)
    default = read_default(kind, declared.default) if declared.has_default else None
    required = not declared.nullable and default is None
    item = DeclaredInput(
        key=declared.key,
        column_type=kind,
        required=required,
        default=ABSENT if default is None else default,
        conform=_conformation(plan, declared.key),
        null_if_absent=required or any(validation.sees_absent for validation in validations),
    )
    return item, Checks(declared.nullable, validations)


def _undeclared_keys(plan: Plan) -> list[str]:
    """Return the names that have tags without being declared, in order: some of the additional inputs."""
    declared = {item.key for item in plan.inputs}
    return list(dict.fromkeys(tags.key for tags in plan.validations + plan.conformations if tags.key not in declared))


def _undeclared(plan: Plan, key: str) -> tuple[DeclaredInput, Checks]:
    validations = _authored(plan, key)
    item = DeclaredInput(
        key=key,
        column_type=_ANYTHING,
        required=False,
        default=ABSENT,
        conform=_conformation(plan, key),
        null_if_absent=any(validation.sees_absent for validation in validations),
        is_declared=False,
    )
    return item, Checks(nullable=True, validations=validations)


def _conformation(plan: Plan, key: str) -> Conform | None:
    tags = ",".join(entry.tags for entry in plan.conformations if entry.key == key)
    return compile_conformation(tags) if tags.strip(" ,-") else None
