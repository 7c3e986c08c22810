"""``OutFields`` in, a sequence of plan nodes out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from actions.dialects.base import Report
from actions.dialects.daptin.problems import Misplaced, MissingKey, UnknownMethod
from actions.dialects.daptin.queries import read_queries
from actions.dialects.daptin.records import Record
from actions.dialects.daptin.targets import METHODS, SWITCH_USER, Target, resolve, resolve_service
from actions.expressions.base import Template
from actions.expressions.templates import compile_template
from actions.locations import Location
from actions.plan.nodes import Branch, Fail, Loop, Node, Return, Sequence, Step
from actions.plan.unresolved import UNRESOLVED
from actions.plan.visitor import steps
from actions.values import MappingValue, Value, positioned

_LOOP_KEYS = ("Item", "MaxItems")
_STEP_KEYS = (
    "Type", "Method", "Reference", "Attributes", "SkipInResponse", "LogToConsole", "ContinueOnError", "AfterCommit",
    "ForEach",
)  # fmt: skip
_NEEDS = {"Else": "Condition", "Item": "ForEach", "MaxItems": "ForEach"}
_UNKNOWN: Target = (UNRESOLVED, {})
TAKE_QUERIES = frozenset({"entity.list", "__data_export"})
Ending = Return | Fail


def compile_outcomes(records: tuple[Record, ...], location: Location, report: Report) -> Sequence:
    """Return the outcomes of an action; what stands under ``Else`` has the position of the outcome it belongs to."""
    nodes = tuple(_outcome(record, index, report) for index, record in enumerate(records))
    return Sequence(location, -1, nodes)


def _outcome(record: Record, index: int, report: Report) -> Node:
    """Return the node of one outcome: guarded by its condition, or branching at it."""
    _check_neighbours(record, report)
    condition = _template(record.value("Condition"), report)
    node = _ending(record, index, report) if _ends(record) else _work(record, index, report)
    if condition is None:
        return node
    if "Else" not in record:
        return replace(node, condition=condition)
    nodes = tuple(_outcome(inner, index, report) for inner in record.records("Else"))
    otherwise = Sequence(record.place("Else"), index, nodes)
    references = [step.reference for part in (node, otherwise) for step in steps(part) if step.reference]
    return Branch(record.location, index, condition, node, otherwise, tuple(dict.fromkeys(references)))


def _ends(record: Record) -> bool:
    return record.flag("Return") or "Fail" in record


def _check_neighbours(record: Record, report: Report) -> None:
    """Report keys that mean nothing beside, or without, another."""
    if record.flag("Return") and "Fail" in record:
        report(Misplaced("Fail", "cannot stand beside 'Return'", record.key_place("Fail")))
    if _ends(record):
        ending = "Return" if record.flag("Return") else "Fail"
        for key in (*_STEP_KEYS, *_LOOP_KEYS):
            if key in record:
                report(Misplaced(key, f"cannot stand beside '{ending}'", record.key_place(key)))
    for key, needed in _NEEDS.items():
        if key in record and needed not in record and (key == "Else" or not _ends(record)):
            report(Misplaced(key, f"needs '{needed}' beside it", record.key_place(key)))


def _ending(record: Record, index: int, report: Report) -> Ending:
    if record.flag("Return"):
        return Return(record.location, index)
    fail: Record = record.values.get("Fail") or Record(record.place("Fail"))
    status = fail.values.get("Status", HTTPStatus.INTERNAL_SERVER_ERROR)
    return Fail(
        record.location,
        index,
        status,
        code=_template(fail.value("Code") or positioned("failed", fail.location), report),
        message=_template(fail.value("Message") or positioned(_phrase(status), fail.location), report),
    )


def _phrase(status: int) -> str:
    try:
        return f"{HTTPStatus(status).phrase}."
    except ValueError:
        return "Failed."


def _work(record: Record, index: int, report: Report) -> Step | Loop:
    step = _step(record, index, report)
    items = _template(record.value("ForEach"), report)
    if items is None:
        return step
    name, most = record.text("Item") or "item", record.values.get("MaxItems", 1_000)
    return Loop(record.location, index, items, step, item_name=name, max_items=most)


def _step(record: Record, index: int, report: Report) -> Step:
    operation, fixed = _target(record, report)
    given: tuple[MappingValue, ...] = record.values.get("Attributes", (MappingValue((), record.location),))
    if operation.name in TAKE_QUERIES:
        given = tuple(read_queries(attributes, report) for attributes in given)
    return Step(
        record.location,
        index,
        operation,
        fixed,
        arguments=tuple(_templates(given, report)),
        many=not isinstance(record.value("Attributes"), MappingValue | None),
        reference=record.text("Reference") or None,
        label=record.text("Type") or operation.name,
        skip_in_response=record.flag("SkipInResponse"),
        log=record.flag("LogToConsole"),
        continue_on_error=record.flag("ContinueOnError"),
        after_commit=record.values.get("AfterCommit"),
    )


def _target(record: Record, report: Report) -> Target:
    method, type_name = record.text("Method").upper(), record.text("Type")
    for key in ("Type", "Method"):
        needed = key == "Method" or method != SWITCH_USER
        if needed and (key not in record or (key in record.values and not record.text(key).strip())):
            report(MissingKey(key, record.location, "An outcome has 'Type' and 'Method', or 'Return', or 'Fail'."))
    if method.strip() and method not in METHODS:
        called = resolve_service(record.text("Method"), type_name)
        if called is not None:
            return called
        report(UnknownMethod(record.text("Method"), METHODS, record.place("Method")))
    known = method in METHODS and ("Type" in record.values or method == SWITCH_USER)
    return resolve(method, type_name) if known else _UNKNOWN


def _templates(values: tuple[MappingValue, ...], report: Report) -> Iterator[Template]:
    return (compile_template(value, report) for value in values)


def _template(value: Value | None, report: Report) -> Any:
    return None if value is None else compile_template(value, report)
