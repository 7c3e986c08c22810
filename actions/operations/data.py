"""Many rows at once, under the original's names: exports as files, imports of files.

Exports see what the outcome's rights let them read. An import is part of the action's transaction: one row that is
refused, and none of them is there.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from actions.data import bounds
from actions.data.exporting import FORMATS, Wanted, export
from actions.data.importing import Counts, Import, truncate
from actions.data.reading import open_source, the_file
from actions.errors import OutcomeRefused
from actions.expressions.shapes import Shape
from actions.operations.accounts import text
from actions.operations.arguments import bounded, flag, whole, word
from actions.operations.base import Call, Effect, Entry, Hold, Operation, Param, Result
from actions.operations.registry import register
from entities.access import find, require
from entities.entity import Entity
from entities.permissions import Right

DOWNLOAD, NOTIFY = "client.file.download", "client.notify"
_NAMED = "The entity; an expression only with `RunAs: actor`."
TABLE = Param("table_name", str, _NAMED, names_entity=True)
ENTITY = Param("entity_name", str, _NAMED, names_entity=True)
_SCHEMA = "Of the original, which changes the schema; models do that here, so only false is taken."
SCHEMA_CHANGES = (
    Param("create_if_not_exists", bool, _SCHEMA, required=False, refused=True),
    Param("add_missing_columns", bool, _SCHEMA, required=False, refused=True),
)
PAGE = bounded("page_size", most=bounds.MAX_PAGE)
BATCH = bounded("batch_size", most=bounds.MAX_BATCH)


class _Export(Operation):
    """Rows in, an entry out that hands a file to the client."""

    gives = "`content` (base64), `name`, `contentType` and `message`; the answer has them as `client.file.download`."

    def hold(self, fixed: Mapping[str, Any]) -> Hold:
        """All is read in one transaction, which on SQLite nobody else writes beside."""
        return Hold.LOCKS

    def _file(self, call: Call, wanted: Wanted) -> Result:
        entity = entity_of(call, TABLE.name)
        require(entity, Right.READ, call.unit.actor)
        call.unit.begin()
        file = export(entity, wanted, call.unit.actor)
        download = {
            "content": base64.b64encode(file.content).decode(),
            "name": file.name,
            "contentType": file.media_type,
            "message": f"Downloading data as {wanted.format}",
        }
        return Result(download, (Entry(DOWNLOAD, {**download, "__type": DOWNLOAD}),))

    def shape(self, fixed: Mapping[str, Any]) -> Shape:
        return Shape(columns=frozenset({"content", "name", "contentType", "message"}))


@register
class ExportData(_Export):
    """Hand the rows that may be read to the client, as a file: at most 100,000 rows and 20 MB."""

    name = "__data_export"
    params = (
        TABLE,
        Param("format", str, "What the file is; json by default.", required=False, choices=FORMATS),
        Param("columns", (str, list), "Names of columns, a list or with commas; all by default.", required=False),
        Param("include_headers", bool, "Names in the first row; true by default.", required=False),
        Param("page_size", int, f"Rows in memory, 1 to {bounds.MAX_PAGE}.", required=False, check=PAGE),
        Param("query", object, "Conditions, as `entity.list` takes them.", required=False),
    )
    hints = dict.fromkeys(("pdf", "html"), "A page that prints is what 'template.render' makes of a list of rows.")
    example = {"table_name": "todo", "format": "csv", "columns": "title,done"}

    def perform(self, call: Call) -> Result:
        wanted = Wanted(
            format=word(call, "format", FORMATS, default="json"),
            names=_names(call.arguments.get("columns")),
            query=call.arguments.get("query"),
            headed=flag(call, "include_headers", default=True),
            page=whole(call.arguments, "page_size", most=bounds.MAX_PAGE, default=bounds.DEFAULT_PAGE),
        )
        return self._file(call, wanted)


@register
class ExportCsv(_Export):
    """Hand all rows that may be read to the client, as CSV."""

    name = "__csv_data_export"
    params = (TABLE,)
    example = {"table_name": "todo"}

    def perform(self, call: Call) -> Result:
        return self._file(call, Wanted("csv"))


class _Import(Operation):
    """A file in, rows and an entry that says how many out."""

    effect = Effect.TRANSACTIONAL
    gives = (
        "`created`, `updated`, `rows_imported`, and `left_out`: columns that are not the sender's to set. The "
        "answer has a `client.notify`."
    )

    def shape(self, fixed: Mapping[str, Any]) -> Shape:
        return Shape(columns=frozenset({"created", "updated", "left_out", "rows_imported"}))


@register
class ImportData(_Import):
    """Store the rows of a .csv, .xlsx or .json file: new ones, and by `reference_id` changes of those there are."""

    name = "__data_import"
    params = (
        Param("dump_file", (list, dict), "One file, as inputs have it: at most 100,000 rows of 500 columns."),
        TABLE,
        Param("truncate_before_insert", bool, "Delete every row that may be deleted first.", required=False),
        Param("batch_size", int, f"Rows that travel together, 1 to {bounds.MAX_BATCH}.", required=False, check=BATCH),
        Param("world_reference_id", str, "Of the original; 'table_name' says it.", required=False),
        Param("user", object, "Of the original; rows belong to whoever acts.", required=False),
    )
    example = {
        "dump_file": [{"name": "todos.csv", "file": "dGl0bGUNCm1pbGsNCg==", "type": "text/csv"}],
        "table_name": "todo",
    }

    def perform(self, call: Call) -> Result:
        batch = whole(call.arguments, "batch_size", most=bounds.MAX_BATCH, default=bounds.DEFAULT_BATCH)
        entity, source = entity_of(call, TABLE.name), open_source(the_file(call["dump_file"]))
        if flag(call, "truncate_before_insert", default=False):
            truncate(entity, call.unit)
        return _stored(Import(entity, call.unit, batch).run(source))


class _Upload(_Import):
    """One kind of file into one entity that is there."""

    kind: str
    file: str

    def perform(self, call: Call) -> Result:
        for param in SCHEMA_CHANGES:
            if flag(call, param.name, default=False):
                raise OutcomeRefused(f"'{param.name}' is not done here: a model says which columns there are.")
        source = open_source(the_file(call[self.file]), self.kind)
        return _stored(Import(entity_of(call, ENTITY.name), call.unit, bounds.DEFAULT_BATCH).run(source))


@register
class UploadCsv(_Upload):
    """Store the rows of a CSV file, as `__data_import` does."""

    name = "__upload_csv_file_to_entity"
    kind, file = "csv", "data_csv_file"
    params = (Param(file, (list, dict), "One file, as inputs have it."), ENTITY, *SCHEMA_CHANGES)
    example = {
        "data_csv_file": [{"name": "todos.csv", "file": "dGl0bGUNCm1pbGsNCg==", "type": "text/csv"}],
        "entity_name": "todo",
    }


@register
class UploadXlsx(_Upload):
    """Store the rows of the first sheet of an XLSX file, as `__data_import` does."""

    name = "__upload_xlsx_file_to_entity"
    kind, file = "xlsx", "data_xls_file"
    params = (Param(file, (list, dict), "One file, as inputs have it."), ENTITY, *SCHEMA_CHANGES)
    example = {"data_xls_file": [{"name": "todos.xlsx", "file": "UEsDBBQ="}], "entity_name": "todo"}


def entity_of(call: Call, name: str) -> Entity:
    """Return the entity that an argument names.

    Raises:
        OutcomeRefused: no text. UnknownEntity: suggests only what the actor may see.
    """
    return find(text(call, name), call.unit.actor)


def _names(given: Any) -> tuple[str, ...]:
    names = given.split(",") if isinstance(given, str) else given or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise OutcomeRefused("'columns' is a list of names.")
    return tuple(name.strip() for name in names if name.strip())


def _stored(counts: Counts) -> Result:
    imported = counts.created + counts.updated
    value = {
        "created": counts.created,
        "updated": counts.updated,
        "left_out": list(counts.left_out),
        "rows_imported": imported,
    }
    message = f"{counts.created} created, {counts.updated} updated."
    notify = {"type": "success", "title": "Success", "message": message, **value, "__type": NOTIFY}
    return Result(value, (Entry(NOTIFY, notify),))
