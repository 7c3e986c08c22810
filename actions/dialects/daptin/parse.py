"""A document in, drafts of actions out: which parts of it are actions, and whether their keys are right."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from actions.dialects.base import Draft, Report
from actions.dialects.daptin.keys import ACTION
from actions.dialects.daptin.problems import NoAction, UnknownKey, WrongKind
from actions.dialects.daptin.records import Record, read_record
from actions.values import Entry, ListValue, MappingValue, Value
from entities.identifiers import parse_uuid

LIST_KEY = "Actions"


def recognises(root: Value) -> bool:
    """Say whether a document is an action, a list of actions or has ``Actions`` at its top."""
    if isinstance(root, ListValue):
        return any(recognises(item) for item in root.items)
    if not isinstance(root, MappingValue):
        return False
    return any(entry.key.lower() in ACTION or entry.key.lower() == LIST_KEY.lower() for entry in root.entries)


def parse(root: Value, report: Report) -> list[Draft]:
    """Return a draft of each action in the document."""
    return [_draft(value, report) for value in _actions(root, report)]


def _actions(root: Value, report: Report) -> Iterator[MappingValue]:
    for value in _candidates(root, report):
        if isinstance(value, MappingValue):
            yield value
        else:
            report(NoAction(value.location))


def _candidates(root: Value, report: Report) -> tuple[Value, ...]:
    if isinstance(root, ListValue):
        return root.items
    listed = _listed(root)
    if listed is None:
        return (root,)
    for entry in root.entries if isinstance(root, MappingValue) else ():
        if entry is not listed:
            report(UnknownKey(entry.key, [LIST_KEY], entry.location))
    if isinstance(listed.value, ListValue):
        return listed.value.items
    report(WrongKind(listed.key, "a list", listed.value.location))
    return ()


def _listed(root: Value) -> Entry | None:
    entries = root.entries if isinstance(root, MappingValue) else ()
    return next((entry for entry in entries if entry.key.lower() == LIST_KEY.lower()), None)


def _draft(value: MappingValue, report: Report) -> Draft:
    record = read_record(value, ACTION, report)
    return Draft(value, record, _reference_id(record, report))


def _reference_id(record: Record, report: Report) -> UUID | None:
    text = record.text("ReferenceId")
    found = parse_uuid(text)
    if text and found is None:
        report(WrongKind("ReferenceId", "a UUID", record.place("ReferenceId")))
    return found
