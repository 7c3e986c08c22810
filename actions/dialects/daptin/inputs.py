"""``InFields``, ``Validations`` and ``Conformations`` as the plan keeps them."""

from __future__ import annotations

from collections.abc import Iterator

from actions.dialects.base import Report
from actions.dialects.daptin.problems import BadName, MissingKey
from actions.dialects.daptin.records import Record, is_null
from actions.plan.nodes import Input, Tags
from actions.values import Value, plain

DEFAULT_TYPE = "label"
MAX_KEY = 100


def compile_inputs(records: tuple[Record, ...], report: Report) -> tuple[Input, ...]:
    """Return the declared inputs; one without a name is reported and left out."""
    return tuple(_input(record) for record in records if _has_key(record, report))


def compile_tags(records: tuple[Record, ...]) -> tuple[Tags, ...]:
    """Return the tag lists of inputs, in the author's order."""
    return tuple(_tags(records))


def _tags(records: tuple[Record, ...]) -> Iterator[Tags]:
    for record in records:
        if "ColumnName" in record.values and "Tags" in record.values:
            yield Tags(record.text("ColumnName"), record.text("Tags"), record.place("Tags"))


def _has_key(record: Record, report: Report) -> bool:
    name = "ColumnName" if record.text("ColumnName") else "Name"
    key = record.text(name)
    if not key and name not in record:
        report(MissingKey(name, record.location, "The request's key is ColumnName, or Name without it."))
    elif name in record.values and not (key.strip() and len(key) <= MAX_KEY and key.isprintable()):
        report(BadName(name, f"must have 1 to {MAX_KEY} printable characters", record.place(name)))
    return bool(key)


def _input(record: Record) -> Input:
    default = record.value("DefaultValue")
    return Input(
        key=record.text("ColumnName") or record.text("Name"),
        label=record.text("Name") or record.text("ColumnName"),
        column_type=record.text("ColumnType").lower() or DEFAULT_TYPE,
        nullable=record.flag("IsNullable"),
        location=record.location,
        default=None if default is None else plain(default),
        has_default=_is_given(default),
        options=record.values.get("Options", ()),
        description=record.text("ColumnDescription"),
        is_secret=record.flag("Secret"),
    )


def _is_given(default: Value | None) -> bool:
    """An empty text is how the original writes that there is no default; ``"''"`` is an empty one."""
    return default is not None and not is_null(default) and plain(default) != ""
