"""``Examples`` as the plan keeps them."""

from __future__ import annotations

from actions.dialects.base import Report
from actions.dialects.daptin.problems import BadName
from actions.dialects.daptin.records import Record
from actions.plan.examples import GUEST, Example, Expected, ExpectedEntry, ExpectedFailure, ExpectedRows, Given

MAX_NAME = 200


def compile_examples(records: tuple[Record, ...], report: Report) -> tuple[Example, ...]:
    """Return the examples in the author's order; a name that stands twice is reported."""
    names: set[str] = set()
    for record in records:
        name = record.text("Name")
        if name in names:
            report(BadName("Name", "is the name of an example before it", record.place("Name")))
        elif len(name) > MAX_NAME:
            report(BadName("Name", f"is longer than {MAX_NAME} characters", record.place("Name")))
        names.add(name)
    return tuple(_example(record) for record in records)


def _example(record: Record) -> Example:
    return Example(
        name=record.text("Name"),
        location=record.location,
        actor=record.text("As") or GUEST,
        given=tuple(_given(item) for item in record.records("Given")),
        inputs=record.values.get("Inputs", {}),
        expected=_expected(record.values.get("Expect")),
    )


def _given(record: Record) -> Given:
    attributes = record.values.get("Attributes", {})
    return Given(record.text("Type"), attributes, record.text("Reference"), record.location)


def _expected(record: Record | None) -> Expected:
    if record is None:
        return Expected()
    return Expected(
        status=record.values.get("Status"),
        entries=_entries(record, "Entries"),
        directives=_entries(record, "Directives"),
        rows=tuple(_rows(item) for item in record.records("Rows")),
        failure=_failure(record.values.get("Failure")),
    )


def _entries(record: Record, key: str) -> tuple[ExpectedEntry, ...] | None:
    if key not in record.values:
        return None
    return tuple(ExpectedEntry(item.text("Type"), item.values.get("Attributes", {})) for item in record.records(key))


def _rows(record: Record) -> ExpectedRows:
    values = record.values
    where, attributes = values.get("Where", {}), values.get("Attributes", {})
    return ExpectedRows(record.text("Type"), where, values.get("Count"), attributes, record.location)


def _failure(record: Record | None) -> ExpectedFailure | None:
    return None if record is None else ExpectedFailure(record.text("Code"), record.values.get("Fields"))
