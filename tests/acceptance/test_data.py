"""Files out and files in, over HTTP: what people download and upload, and what strangers send."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from actions.models import Run
from entities.examples.models import Order, Product, Project, Todo
from entities.fields import all_column_types, column_type
from entities.models import UserAccount
from entities.permissions import PUBLIC_ROW
from tests.acceptance.conftest import codes, failure
from tests.acceptance.notation import entries
from tests.actions.data.spreadsheets import titled, workbook

EXPORT = """
Name: export
OnType: todo
Permission: {guest: [execute]}
RunAs: %s
InFields:
  - {Name: format, ColumnType: label, DefaultValue: json}
  - {Name: title, ColumnType: label, IsNullable: true}
OutFields:
  - Type: __data_export
    Method: EXECUTE
    Reference: file
    Attributes:
      table_name: todo
      format: "~format"
      columns: [title, done]
  - {Type: said, Method: ACTIONRESPONSE, Attributes: {v: $file.name}}
"""
IMPORT = """
Name: import
OnType: todo
Permission: {guest: [execute]}
Record: full
InFields:
  - {Name: file, ColumnType: file}
  - {Name: truncate, ColumnType: truefalse, DefaultValue: false}
OutFields:
  - Type: __data_import
    Method: EXECUTE
    Reference: counts
    Attributes: {dump_file: "~file", table_name: todo, truncate_before_insert: "~truncate"}
  - {Type: said, Method: ACTIONRESPONSE, Attributes: {v: $counts.rows_imported}}
"""
UPLOAD = """
Name: upload-%s
OnType: todo
Permission: {guest: [execute]}
InFields: [{Name: file, ColumnType: file}]
OutFields:
  - Type: __upload_%s_file_to_entity
    Method: EXECUTE
    Attributes: {data_%s_file: "~file", entity_name: todo}
"""
WITH_QUERY = EXPORT.replace(
    "[title, done]\n",
    """[title, done]
      query: '[{"column": "title", "operator": "contains", "value": "$title"}]'
""",
)
Define = Callable[[str], None]


PAGE = (Path(__file__).parents[2] / "docs" / "data.md").read_text(encoding="utf-8")


def file(name: str, content: bytes | str) -> list[dict[str, str]]:
    """Return a file as an input has it."""
    data = content.encode() if isinstance(content, str) else content
    return [{"name": name, "file": base64.b64encode(data).decode()}]


def downloaded(response: Any) -> tuple[dict[str, Any], bytes]:
    """Return the download of an answer, and what its file holds."""
    (found,) = (attributes for kind, attributes in entries(response) if kind == "client.file.download")
    return found, base64.b64decode(found["content"])


def titles() -> list[str]:
    """Return the titles that are stored."""
    return sorted(Todo.objects.values_list("title", flat=True))


def test_rows_are_downloaded_in_each_format(define: Define, post: Any) -> None:
    """The original's entry; the reference has the same."""
    define(EXPORT % "system")
    for title in ("=milk", "bread"):
        Todo.objects.create(title=title)
    answer = post("todo/export", {"format": "csv"})
    found, content = downloaded(answer)
    assert content == b"title,done\r\n'=milk,false\r\nbread,false\r\n"
    assert {name: found[name] for name in ("name", "contentType", "message")} == {
        "name": "export_todo.csv",
        "contentType": "text/csv",
        "message": "Downloading data as csv",
    }
    assert entries(answer)[1] == ("said", {"v": "export_todo.csv"})
    assert json.loads(downloaded(post("todo/export"))[1]) == {
        "todo": [{"title": "=milk", "done": False}, {"title": "bread", "done": False}]
    }
    sheet = openpyxl.load_workbook(io.BytesIO(downloaded(post("todo/export", {"format": "xlsx"}))[1])).active
    assert [[cell.value for cell in row] for row in sheet] == [["title", "done"], ["=milk", False], ["bread", False]]
    assert sheet["A2"].data_type == "s"


def test_what_was_sent_is_a_value_of_the_query_alone(define: Define, post: Any) -> None:
    """It can neither close a quote nor add a condition."""
    define(WITH_QUERY % "system")
    for title in ("milk", "bread"):
        Todo.objects.create(title=title)
    evil = '"}, {"column": "title", "operator": "is not", "value": "'
    for sent, rows in (("milk", [{"title": "milk", "done": False}]), (evil, [])):
        assert json.loads(downloaded(post("todo/export", {"title": sent}))[1]) == {"todo": rows}


def test_a_format_that_is_not_made_is_refused(define: Define, post: Any) -> None:
    """At the latest when it is asked for."""
    define(EXPORT % "system")
    refused = failure(post("todo/export", {"format": "pdf"}))
    assert (refused["code"], refused["message"]) == ("invalid_outcome", "'format' is one of 'json', 'csv', 'xlsx'.")


def test_a_guest_exports_what_guests_may_read(define: Define, post: Any, account: UserAccount) -> None:
    """With the rights of the caller: public rows, one's own, and no entity that one may not read."""
    define(EXPORT % "actor")
    Todo.objects.create(title="secret")
    Todo.objects.create(title="Ada's", user_account=account)
    refused = post("todo/export")
    assert (refused.status_code, failure(refused)["code"]) == (401, "not_authenticated")
    assert json.loads(downloaded(post("todo/export", actor=account))[1]) == {
        "todo": [{"title": "Ada's", "done": False}]
    }
    define(
        "Name: prices\nOnType: product\nPermission: {guest: [execute]}\nRunAs: actor\n"
        "OutFields: [{Type: __csv_data_export, Method: EXECUTE, Attributes: {table_name: product}}]"
    )
    refused = post("product/prices")
    assert refused.status_code == 401
    Product.objects.create(name="tea", price="1.50")
    Product.objects.create(name="hidden", price="2.00", permission=0)
    rows = list(csv.DictReader(io.StringIO(downloaded(post("product/prices", actor=account))[1].decode())))
    assert [(row["name"], row["price"], row["permission"]) for row in rows] == [("tea", "1.50", str(PUBLIC_ROW))]


@pytest.mark.parametrize("kind", ["csv", "json", "xlsx"])
def test_what_was_exported_is_imported(define: Define, post: Any, administrator: UserAccount, kind: str) -> None:
    """Over a table that was emptied meanwhile: the same rows with the same ids, references and moments."""
    define(
        "Name: dump\nOnType: todo\nPermission: {guest: [execute]}\n"
        f"OutFields: [{{Type: __data_export, Method: EXECUTE, Attributes: {{table_name: todo, format: {kind}}}}}]"
    )
    define(IMPORT)
    project = Project.objects.create(name="p")
    Todo.objects.create(title="=1+1", due="2024-02-29", project=project, user_account=administrator)
    Todo.objects.create(title='\'=\r\n"ü"', done=True, permission=5, user_account=administrator)
    kept = ("reference_id", "title", "done", "due", "project_id", "permission", "user_account_id")
    before = list(Todo.objects.order_by("pk").values(*kept))
    _, content = downloaded(post("todo/dump"))
    changed = post("todo/import", {"file": file(f"a.{kind}", content)}, actor=administrator)
    assert entries(changed)[0][1]["message"] == "0 created, 2 updated."
    Todo.objects.all().delete()
    Todo.objects.create(title="in the way")
    sent = {"file": file(f"a.{kind}", content), "truncate": True}
    notify, said = entries(post("todo/import", sent, actor=administrator))
    assert notify == (
        "client.notify",
        {
            "type": "success",
            "title": "Success",
            "message": "2 created, 0 updated.",
            "created": 2,
            "updated": 0,
            "left_out": ["created_at", "updated_at", "version"],
            "rows_imported": 2,
        },
    )
    assert said == ("said", {"v": 2})
    assert list(Todo.objects.order_by("pk").values(*kept)) == before


def test_files_are_uploaded_by_forms(define: Define) -> None:
    """As a browser sends them: CSV and a spreadsheet."""
    define(UPLOAD % ("csv", "csv", "csv"))
    define(UPLOAD % ("xlsx", "xlsx", "xls"))
    book, made = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["title", "done"])
    book.active.append(["from a sheet", True])
    book.save(made)
    for kind, content in (("csv", b"title;done\nfrom a form;yes\n"), ("xlsx", made.getvalue())):
        sent = {"file": SimpleUploadedFile(f"rows.{kind}", content, "application/octet-stream")}
        answer = Client().post(f"/action/todo/upload-{kind}", sent, headers={"Accept": "application/json"})
        assert entries(answer)[0][1]["created"] == 1
    assert titles() == ["from a form", "from a sheet"]
    assert Todo.objects.filter(done=True).count() == 2


def test_the_page_works(define: Define, post: Any, account: UserAccount) -> None:
    """Both of its definitions do what it says."""
    for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL):
        define(text)
    rows = "name,price,stock,permission\ntea,1.5,3,0\nout,1,0,0\n"
    notify = entries(post("product/import", {"file": file("a.csv", rows)}, actor=account))
    assert notify[1][1]["message"] == "New: 2, changed: 0"
    assert notify[0][1]["left_out"] == ["permission"]
    _, content = downloaded(post("product/export", actor=account))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert [[cell.value for cell in row] for row in sheet] == [["name", "price", "stock"], ["tea", 1.5, 3]]


def test_one_bad_row_and_nothing_is_there(define: Define, post: Any) -> None:
    """Neither the rows before it nor what was truncated: every bad row is named, with the outcome."""
    define(IMPORT)
    Todo.objects.create(title="old")
    rows = "title,due\n" + "good,2024-02-29\n" * 300 + "bad,never\n,\nworse,x\n"
    refused = post("todo/import", {"file": file("a.csv", rows), "truncate": True})
    assert refused.status_code == 422
    assert codes(refused) == [("rows[302].due", "type"), ("rows[304].due", "type")]
    found = failure(refused)
    assert (found["code"], found["outcome"]) == ("invalid_file", {"index": 0, "reference": "counts"})
    assert titles() == ["old"]


def test_what_fails_later_takes_the_rows_with_it(define: Define, post: Any) -> None:
    """An import is part of the action's transaction."""
    define(IMPORT + "  - {Fail: {Status: 409, Code: no}}\n")
    assert post("todo/import", {"file": file("a.csv", "title\nx\n")}).status_code == 409
    assert titles() == []


def test_an_import_that_may_fail_is_undone_alone(define: Define, post: Any) -> None:
    """With ContinueOnError the action goes on, also after the database has refused."""
    define(
        IMPORT.replace("table_name: todo", "table_name: order")
        .replace("    Reference: counts\n", "    ContinueOnError: true\n")
        .replace("$counts.rows_imported", "on")
        + "  - {Type: todo, Method: POST, Attributes: {title: after}}\n"
    )
    Order.objects.create(number="A")
    answer = post("todo/import", {"file": file("a.csv", "number\nB\nC\nA\n")})
    assert entries(answer)[0] == ("error", "Nothing was imported. rows[4].number: This value is taken.")
    assert (Order.objects.count(), titles()) == (1, ["after"])


def test_a_dry_run_leaves_nothing(define: Define, post: Any, administrator: UserAccount) -> None:
    """It says how many there would be."""
    define(IMPORT)
    define(
        "Name: some\nOnType: todo\nPermission: {guest: [execute]}\n"
        "OutFields: [{Type: generate.random.data, Method: EXECUTE, Attributes: {table_name: todo, count: 3}}]"
    )
    answer = post("todo/import?dry_run=true", {"file": file("a.csv", "title\nx\n")}, actor=administrator)
    assert answer.json()["entries"][0]["Attributes"]["created"] == 1
    assert post("todo/some?dry_run=true", actor=administrator).status_code == 200
    assert titles() == []
    assert entries(post("todo/some"))[0][1]["message"] == "Random data generated"
    assert len(titles()) == 3


BOMB = titled("", strings=b" " * (100 * 1024 * 1024 + 1))
EVIL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><sst><si><t>&a;</t></si></sst>'


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        pytest.param("a.xlsx", BOMB, "The file is larger than 100 MB when it is unpacked.", id="bomb"),
        pytest.param(
            "a.xlsx", titled("", strings=EVIL), "The file holds XML with a document type or entities.", id="entity"
        ),
        pytest.param("a.xlsx", b"title\nx", "The file is no spreadsheet in the format xlsx.", id="not-xlsx"),
        pytest.param("a.csv", titled(""), "The file holds NUL bytes: it is no CSV in UTF-8.", id="not-csv"),
        pytest.param("a.csv", 'title\n"x', "Line 2: the file ends within quotes.", id="quote"),
        pytest.param("a.json", "[[]]", "Row 1 is no object.", id="json"),
        pytest.param("a.exe", "MZ", "This kind of file is not read.", id="kind"),
    ],
)
def test_hostile_files_are_refused(define: Define, post: Any, name: str, content: Any, message: str) -> None:
    """With a sentence, a status that says whose fault it is, and nothing stored."""
    define(IMPORT)
    refused = post("todo/import", {"file": file(name, content)})
    assert refused.status_code == 422
    assert (failure(refused)["code"], failure(refused)["message"]) == ("invalid_file", message)
    assert titles() == []


@pytest.mark.parametrize(
    ("table", "status", "code"),
    [
        pytest.param("todo", 200, "", id="own"),
        pytest.param("product", 403, "forbidden", id="not-writable"),
        pytest.param("row_usergroup", 403, "forbidden", id="hidden"),
        pytest.param("nothing", 403, "forbidden", id="unknown"),
        pytest.param("world", 422, "invalid_file", id="nobody-writes"),
    ],
)
def test_a_table_that_the_caller_chooses(
    define: Define, post: Any, account: UserAccount, table: str, status: int, code: str
) -> None:
    """With the caller's rights, and no others; one that they may not see is as unknown as one that is not there."""
    define(
        IMPORT.replace("table_name: todo", "table_name: ~table").replace(
            "InFields:\n", "RunAs: actor\nInFields:\n  - {Name: table, ColumnType: label}\n"
        )
    )
    columns = {"product": "name,price\nx,1", "row_usergroup": "row_id\nx", "world": "table_name\nx"}
    sent = {"file": file("a.csv", columns.get(table, "title\nx") + "\n"), "table": table}
    answer = post("todo/import", sent, actor=account)
    assert answer.status_code == status
    if code:
        assert failure(answer)["code"] == code
    assert len(titles()) == (status == 200)


PERFORM = """
Name: perform
OnType: todo
RunAs: actor
AdditionalInputs: true
OutFields:
  - {Type: %s, Method: EXECUTE, Attributes: %s}
"""
CSV = file("a.csv", "title\nx\n")


@pytest.mark.parametrize(
    ("operation", "sent", "message"),
    [
        ("__data_export", {"table_name": 7}, "'table_name' must be a text, not a number."),
        ("__data_export", {"table_name": "todo", "format": 7}, "'format' must be a text, not a number."),
        ("__data_export", {"table_name": "todo", "columns": 7}, "'columns' is a list of names."),
        ("__data_export", {"table_name": "todo", "columns": ["title", 7]}, "'columns' is a list of names."),
        (
            "__data_export",
            {"table_name": "todo", "include_headers": 7},
            "'include_headers' must be true or false, not a number.",
        ),
        ("__data_export", {"table_name": "todo", "page_size": 0}, "'page_size' is a whole number from 1 to 10,000."),
        (
            "__data_export",
            {"table_name": "todo", "page_size": 10_001},
            "'page_size' is a whole number from 1 to 10,000.",
        ),
        (
            "__data_import",
            {"table_name": "todo", "dump_file": CSV, "batch_size": "1001"},
            "'batch_size' is a whole number from 1 to 1,000.",
        ),
        (
            "__data_import",
            {"table_name": "todo", "dump_file": CSV, "batch_size": 1.5},
            "'batch_size' must be a whole number.",
        ),
        (
            "__data_import",
            {"table_name": "todo", "dump_file": CSV, "truncate_before_insert": "perhaps"},
            "'truncate_before_insert' must be true or false.",
        ),
        (
            "__data_import",
            {"table_name": "todo", "dump_file": "title"},
            "'dump_file' must be a list or a mapping, not a text.",
        ),
        (
            "__upload_csv_file_to_entity",
            {"entity_name": "todo", "data_csv_file": CSV, "create_if_not_exists": True},
            "'create_if_not_exists' is not done here: a model says which columns there are.",
        ),
        (
            "__upload_xlsx_file_to_entity",
            {"entity_name": "todo", "data_xls_file": CSV, "add_missing_columns": "true"},
            "'add_missing_columns' is not done here: a model says which columns there are.",
        ),
        (
            "__upload_xlsx_file_to_entity",
            {"entity_name": "todo", "data_xls_file": CSV},
            "The file is no spreadsheet in the format xlsx.",
        ),
        ("generate.random.data", {"table_name": "todo", "count": 0}, "'count' is a whole number from 1 to 1,000."),
        ("generate.random.data", {"table_name": "todo", "count": 1_001}, "'count' is a whole number from 1 to 1,000."),
        (
            "generate.random.data",
            {"table_name": "user_account", "count": 101},
            "Of 'user_account', which has passwords, at most 100 rows are made at once.",
        ),
        ("random.generate", {"type": None}, "'type' must be a text, not null."),
    ],
)
def test_arguments_are_judged_when_they_are_known(
    define: Define, post: Any, administrator: UserAccount, operation: str, sent: dict[str, Any], message: str
) -> None:
    """What a definition could not know, an answer says; nothing is stored."""
    attributes = "{" + ", ".join(f'{name}: "$attributes.{name}"' for name in sent) + "}"
    define(PERFORM % (operation, attributes))
    refused = post("todo/perform", {"attributes": sent}, actor=administrator)
    assert refused.status_code == 422
    assert failure(refused)["message"] == message
    assert titles() == []


@pytest.mark.parametrize(
    ("operation", "sent", "count"),
    [
        ("__data_export", {"table_name": "todo", "page_size": "10000", "include_headers": "no", "columns": ""}, 0),
        ("__data_import", {"table_name": "todo", "dump_file": CSV[0], "batch_size": 1_000, "user": {}}, 1),
        ("__upload_csv_file_to_entity", {"entity_name": "todo", "data_csv_file": CSV, "add_missing_columns": False}, 1),
        ("generate.random.data", {"table_name": "todo", "count": "1000"}, 1_000),
    ],
)
def test_arguments_at_their_bounds(
    define: Define, post: Any, administrator: UserAccount, operation: str, sent: dict[str, Any], count: int
) -> None:
    """The last that is allowed, and what a form sends as text."""
    attributes = "{" + ", ".join(f'{name}: "$attributes.{name}"' for name in sent) + "}"
    define(PERFORM % (operation, attributes))
    answer = post("todo/perform", {"attributes": sent}, actor=administrator)
    assert answer.status_code == 200, answer.content
    assert len(titles()) == count


def test_a_name_that_no_database_takes_is_told_all_the_same(define: Define, post: Any) -> None:
    """A lone surrogate and a NUL, which a spreadsheet can spell: in the answer and in the record of the run."""
    define(IMPORT)
    name = '<row r="1"><c r="A1" t="inlineStr"><is><t>x_xD800__x0000_</t></is></c></row>'
    refused = post("todo/import", {"file": file("a.xlsx", workbook(f"{name}<row><c><v>1</v></c></row>"))})
    assert refused.status_code == 422
    assert [item["code"] for item in failure(refused)["errors"]] == ["unknown"]
    assert Run.objects.get().failure_code == "invalid_file"


RANDOM = """
Name: random
OnType: todo
Permission: {guest: [execute]}
Record: full
InFields: [{Name: type, ColumnType: label}]
OutFields:
  - {Type: random.generate, Method: EXECUTE, Reference: made, Attributes: {type: "~type"}}
  - {Type: said, Method: ACTIONRESPONSE, Attributes: {v: $made.value}}
"""


def test_values_are_made_up(define: Define, post: Any) -> None:
    """Of every column type, in a form that JSON has; an unknown type is refused, in words."""
    define(RANDOM)
    for kind in all_column_types():
        ((_, said),) = entries(post("todo/random", {"type": kind.name}))
        assert column_type(kind.name).coerce(said["v"]) is not None
    refused = post("todo/random", {"type": "passwort"})
    assert refused.status_code == 422
    assert failure(refused)["message"].startswith("'type' is one of 'id', 'alias', ")


def test_no_trace_shows_a_password_that_was_made_up(define: Define, post: Any) -> None:
    """Whoever got it has it; nobody else does."""
    define(RANDOM)
    ((_, said),) = entries(post("todo/random", {"type": "password"}))
    trace = Run.objects.get().trace
    assert said["v"] not in trace
    assert "random.generate" in trace
