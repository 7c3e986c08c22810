"""Statements: named SQL whose values are bound, whose identifiers come from a list, and which does what it declares."""

from __future__ import annotations

import json
import time
from sqlite3 import SQLITE_LIMIT_LENGTH
from typing import Any

import pytest
from django.db import connection

from actions.loading.compiling import compile_text
from actions.models import Run, Statement
from actions.texts import running
from entities.examples.models import Todo
from entities.models import UserAccount
from tests.acceptance.conftest import failure
from tests.clocks import work_of_at_most

ACTION = """
Name: ask
OnType: todo
Permission: {guest: [execute]}
Record: full
InFields:
  - {Name: parameters, ColumnType: json, IsNullable: true}
  - {Name: identifiers, ColumnType: json, IsNullable: true}
  - {Name: most, ColumnType: json, IsNullable: true}
OutFields:
  - Type: sql.query
    Method: EXECUTE
    Reference: found
    Attributes: {statement: asked, parameters: "~parameters", identifiers: "~identifiers", most: "~most"}
  - {Type: found, Method: ACTIONRESPONSE, Attributes: {rows: "$found.rows", count: "$found.count", more: "$found.more"}}
"""
IS_POSTGRESQL = connection.vendor == "postgresql"


def keep(sql: str, *, writes: bool = False, identifiers: Any = None) -> None:
    """Keep a statement as no form would have refused it."""
    Statement.objects.update_or_create(
        name="asked", defaults={"sql": sql, "writes": writes, "identifiers": identifiers or {}}
    )


@pytest.fixture
def ask(define, post):
    """Keep a statement, run it as a guest, and return the answer."""
    define(ACTION)

    def asked(sql: str, parameters: Any = None, **options: Any) -> Any:
        sent = {name: options.pop(name) for name in ("most",) if name in options}
        if "chosen" in options:
            sent["identifiers"] = options.pop("chosen")
        keep(sql, **options)
        return post("todo/ask", {"parameters": parameters or {}, **sent})

    return asked


def told(answer: Any) -> dict[str, Any]:
    """Return what a run that succeeded tells."""
    assert answer.status_code == 200, answer.content
    return answer.json()[0]["Attributes"]


HOSTILE = [
    "x'; DROP TABLE users;--",
    'x"; DROP TABLE users;--',
    "%s",
    "%",
    "%(value)s",
    "%%",
    ":1",
    ":value",
    "\\",
    "\\'; --",
    "a\\\\b",
    "$1",
    "{column}",
    "::text",
    "é☃😀\n\t",
    "",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_is_a_value(ask, value):
    """S22: the row holds the literal text, which comes back as it was, and the tables are there."""
    Todo.objects.create(title="other")
    assert told(ask("UPDATE todo SET title = :value", {"value": value}, writes=True))["count"] == 1
    assert Todo.objects.get().title == value
    (row,) = told(ask("SELECT title FROM todo WHERE title = :value", {"value": value}))["rows"]
    assert row == {"title": value}
    assert UserAccount.objects.count() == 0


def test_what_the_author_wrote_is_sent_as_it_is(ask):
    """Percent signs, quoted names of parameters, casts and comments; a parameter may stand twice."""
    sql = """
    -- :no, '{no}' and ; are comment
    SELECT 'quoted :value' AS a, '100 %' AS b, '%s' AS c, ':1' AS d, 'it''s {x}' AS e, "todo"."title" AS f, /* :n */
           CAST(:value AS text) AS g, '\\' AS h, 5 % 3 AS i
    FROM todo WHERE :value = title OR title = :value;
    """
    Todo.objects.create(title="milk")
    (row,) = told(ask(sql, {"value": "milk"}))["rows"]
    assert row == {
        "a": "quoted :value",
        "b": "100 %",
        "c": "%s",
        "d": ":1",
        "e": "it's {x}",
        "f": "milk",
        "g": "milk",
        "h": "\\",
        "i": 2,
    }


@pytest.mark.postgresql
def test_casts_are_no_parameters(ask):
    """PostgreSQL's own notation for a type, also right after a parameter."""
    (row,) = told(ask("SELECT :a::int + 1 AS n, '7'::text AS t, ARRAY[:a::int] AS l", {"a": "5"}))["rows"]
    assert row == {"n": 6, "t": "7", "l": [5]}


MADE = """
Name: make
OnType: todo
Permission: {guest: [execute]}
OutFields:
  - {Type: sql.query, Method: EXECUTE, Attributes: {statement: asked, parameters: {value: "!%s"}}}
"""


@pytest.mark.parametrize(
    ("script", "message"),
    [
        pytest.param("'a' + String.fromCharCode(0)", "has a NUL in it", id="NUL"),
        pytest.param("2 ** 63", "is larger than 64 bits", id="a large number"),
    ],
)
def test_what_no_database_takes_names_its_parameter(define, post, script, message):
    """422 before the database is asked; the value is not told."""
    define(MADE % script)
    keep("SELECT title FROM todo WHERE title = :value")
    answer = post("todo/make", {})
    assert answer.status_code == 422
    said = failure(answer)
    assert said["code"] == "statement_failed"
    assert said["message"] == f"The parameter 'value' of the statement 'asked' {message}."


@pytest.mark.parametrize(
    ("parameters", "message", "hint"),
    [
        ({}, "The statement 'asked' needs the parameter 'title'.", None),
        ({"titel": 1, "title": 2}, "The statement 'asked' has no parameter 'titel'.", "Did you mean 'title'?"),
    ],
)
def test_parameters_are_those_of_the_statement(ask, parameters, message, hint):
    """A missing one and an unknown one are named."""
    said = failure(ask("SELECT 1 AS n FROM todo WHERE title = :title", parameters))
    assert (said["code"], said["message"], said.get("hint")) == ("statement_failed", message, hint)


CHOICE = "SELECT title FROM todo ORDER BY {column}"
COLUMNS = {"column": ["title", "created_at"]}


def test_an_identifier_is_one_of_its_list(ask):
    """Quoted, and nothing else: neither another column nor a text that would end the quotation."""
    for title in ("b", "a"):
        Todo.objects.create(title=title)
    rows = told(ask(CHOICE, identifiers=COLUMNS, chosen={"column": "title"}))["rows"]
    assert [row["title"] for row in rows] == ["a", "b"]
    for chosen in ("permission", 'title" DESC --', "title; DROP TABLE todo", "", None, 1, ["title"], {}):
        said = failure(ask(CHOICE, identifiers=COLUMNS, chosen={"column": chosen}))
        assert said["message"] == "The identifier 'column' of the statement 'asked' is one of 'title', 'created_at'."
    said = failure(ask(CHOICE, identifiers=COLUMNS, chosen={"column": "title", "colum": "x"}))
    assert said["message"] == "The statement 'asked' has no identifier 'colum'."
    assert Todo.objects.count() == 2


WRITES, UNKNOWN = "would write, and is declared as one that reads", "is not understood by the database"
WRITING = [
    pytest.param("WITH a AS (SELECT 1) INSERT INTO todo SELECT * FROM todo", UNKNOWN, WRITES, id="insert"),
    pytest.param("WITH a AS (SELECT 1) DELETE FROM todo", UNKNOWN, WRITES, id="delete"),
    pytest.param("WITH a AS (DELETE FROM todo RETURNING 1) SELECT * FROM a", WRITES, UNKNOWN, id="delete within"),
    pytest.param("SELECT 1 INTO made", UNKNOWN, UNKNOWN, id="into a new table"),
    pytest.param("SELECT nextval('django_migrations_id_seq')", WRITES, UNKNOWN, id="a sequence"),
    pytest.param("SELECT set_config('transaction_read_only', 'off', true)", UNKNOWN, UNKNOWN, id="an end to it"),
    pytest.param("SELECT * FROM todo FOR UPDATE", WRITES, UNKNOWN, id="a lock"),
]


@pytest.mark.parametrize(("sql", "postgresql", "sqlite"), WRITING)
def test_a_reading_statement_cannot_write(define, post, sql, postgresql, sqlite):
    """Whatever it says, and though the transaction has written before, which goes on and is committed."""
    define(WRITES_FIRST)
    keep(sql)
    answer = post("todo/both", {})
    assert answer.status_code == 200, answer.content
    reason = postgresql if IS_POSTGRESQL else sqlite
    assert answer.json() == [{"ResponseType": "error", "Attributes": f"The statement 'asked' {reason}."}]
    assert sorted(row.title for row in Todo.objects.all()) == ["after", "before"]
    with connection.cursor() as cursor:  # and the connection writes as ever
        cursor.execute("UPDATE todo SET title = 'free'")


WRITES_FIRST = """
Name: both
OnType: todo
Permission: {guest: [execute]}
OutFields:
  - {Type: todo, Method: POST, SkipInResponse: true, Attributes: {title: before}}
  - {Type: sql.query, Method: EXECUTE, ContinueOnError: true, Attributes: {statement: asked}}
  - {Type: todo, Method: POST, SkipInResponse: true, Attributes: {title: after}}
"""


def test_a_reading_statement_sees_what_the_action_wrote(define, post):
    """Rows that waited to be written are written before it is run."""
    define(
        WRITES_FIRST.replace("ContinueOnError: true, ", "Reference: found, ")
        + ("  - {Type: seen, Method: ACTIONRESPONSE, Attributes: {rows: $found.rows}}\n")
    )
    keep("SELECT title FROM todo")
    assert post("todo/both", {}).json()[0]["Attributes"]["rows"] == [{"title": "before"}]
    assert Todo.objects.count() == 2


REFUSED = [
    ("SELECT 1; SELECT 2", "Line 1: This is more than one statement. Keep each as a statement of its own."),
    ("SELECT 1;\nDROP TABLE todo", "Line 1: This is more than one statement. Keep each as a statement of its own."),
    ("DROP TABLE todo", "Line 1: A statement begins with SELECT, VALUES or WITH."),
    ("COMMIT", "Line 1: A statement begins with SELECT, VALUES or WITH."),
    ("", "Line 1: A statement begins with SELECT, VALUES or WITH."),
    ("DELETE FROM todo", "Line 1: DELETE writes. Declare that the statement writes."),
    ("SELECT 'a", "Line 1: ' is not closed."),
    ('SELECT\n"a', 'Line 2: " is not closed.'),
    ("SELECT 1 /* a", "Line 1: /* is not closed."),
    ("SELECT 1 /* a /* b */ ; */", "Line 1: A comment has no comment in it."),
    (
        "SELECT E'\\'; DROP TABLE todo; --'",
        "Line 1: E'...' is not taken. Write 'text', with '' for a single quote, or give a value.",
    ),
    (
        "SELECT $$a$$",
        "Line 1: A '$' has no place outside of quotations. Write 'text' for $$text$$, and :name for $1.",
    ),
    ("SELECT `a`", 'Line 1: A backtick is no quotation mark here. Write "name".'),
    ("SELECT {a b}", "Line 1: A '{' begins the name of an identifier. Write {name}, or put it between single quotes."),
    ("SELECT {colum}", "Line 1: {colum} is not among the identifiers."),
    ("SELECT 1" + " " * 20_000 + "2", "Line 1: A statement has at most 20000 characters."),
    (
        "SELECT " + ", ".join(f":p{n}" for n in range(101)),
        "Line 1: A statement has at most 100 values and identifiers.",
    ),
]


@pytest.mark.parametrize(("sql", "message"), REFUSED)
def test_the_admin_refuses_what_is_no_statement(client, administrator, sql, message):
    """When it is saved, with the line; and again when a row got there by another way, without the text."""
    client.force_login(administrator)
    answer = client.post("/admin/actions/statement/add/", {"name": "asked", "sql": sql, "identifiers": "{}"})
    assert answer.status_code == 200
    errors = answer.context["adminform"].form.errors["sql"]
    assert errors == (["This field is required."] if not sql else [message])
    assert not Statement.objects.exists()


@pytest.mark.parametrize("sql", [sql for sql, _ in REFUSED])
def test_it_is_refused_when_it_is_used_too(ask, sql):
    """The name and the line are told, no SQL."""
    said = failure(ask(sql))
    assert said["code"] == "statement_failed"
    assert said["message"].startswith("The statement 'asked' cannot be read (line ")
    assert Todo.objects.count() == 0


@pytest.mark.parametrize(
    ("identifiers", "message"),
    [
        ("[]", 'The identifiers are a mapping such as {"column": ["title", "done"]}.'),
        ('{"column": []}', "'column' is a list of 1 to 100 names, without quotation marks."),
        ('{"column": ["a\\"b"]}', "'column' is a list of 1 to 100 names, without quotation marks."),
        ('{"column": "title"}', "'column' is a list of 1 to 100 names, without quotation marks."),
        ('{"column": ["a"], "other": ["b"]}', "The statement has no {other}."),
    ],
)
def test_the_list_of_identifiers_fits_the_statement(client, administrator, identifiers, message):
    """Every placeholder has its list, and no name in it could end the quotation."""
    client.force_login(administrator)
    form = {"name": "asked", "sql": CHOICE, "identifiers": identifiers}
    answer = client.post("/admin/actions/statement/add/", form)
    assert answer.context["adminform"].form.errors["sql"] == [
        f"Line 1: {message}" if identifiers != "[]" else "Line 1: {column} is not among the identifiers."
    ]
    form["identifiers"] = json.dumps(COLUMNS)
    assert client.post("/admin/actions/statement/add/", form).status_code == 302
    assert Statement.objects.get().identifiers == COLUMNS


def test_rows_are_json(ask):
    """As the API writes them: ids and moments as text, bytes in base64, null as null."""
    made = Todo.objects.create(title="milk")
    (row,) = told(ask("SELECT title, done, due, created_at FROM todo"))["rows"]
    assert row["title"] == "milk"
    assert row["done"] in (False, 0)
    assert row["due"] is None
    if IS_POSTGRESQL:
        assert row["created_at"] == made.created_at.isoformat().replace("+00:00", "Z")


@pytest.mark.postgresql
def test_each_type_of_postgresql_has_its_kind(ask):
    """Nothing is left that JSON could not say."""
    sql = """SELECT 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6'::uuid AS id, 1.50::numeric AS n, 'NaN'::numeric AS nan,
    'infinity'::float8 AS inf, '2024-02-29'::date AS day, '10:30'::time AS clock, '1 day'::interval AS span,
    '\\x00ff'::bytea AS raw, '{"a": [1, 1.5]}'::jsonb AS doc, '{"a": 1}'::json AS old, '{1,2}'::int[] AS list,
    '10.0.0.1'::inet AS host, true AS yes, NULL AS nothing"""
    (row,) = told(ask(sql))["rows"]
    assert row == {
        "id": "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        "n": "1.50",
        "nan": "NaN",
        "inf": "inf",
        "day": "2024-02-29",
        "clock": "10:30:00",
        "span": "P1DT00H00M00S",
        "raw": "AP8=",
        "doc": {"a": [1, "1.5"]},
        "old": {"a": 1},
        "list": [1, 2],
        "host": "10.0.0.1",
        "yes": True,
        "nothing": None,
    }


NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) SELECT i FROM n ORDER BY i"


@pytest.mark.parametrize(
    ("made", "most", "count", "more"),
    [
        (999, None, 999, False),
        (1_000, None, 1_000, False),
        (1_001, None, 1_000, True),
        (5, 5, 5, False),
        (6, "5", 5, True),
    ],
)
def test_rows_are_bounded(ask, made, most, count, more):
    """A thousand by default; that there are more is said."""
    options = {} if most is None else {"most": most}
    answer = told(ask(NUMBERS.format(made), **options))
    assert (len(answer["rows"]), answer["count"], answer["more"]) == (count, count, more)
    assert [row["i"] for row in answer["rows"]] == list(range(1, count + 1))


@pytest.mark.parametrize("most", [0, -1, 10_001, True, 1.5, "x", [], 10**30])
def test_nobody_asks_for_more_rows_than_there_may_be(ask, most):
    """1 to 10,000."""
    said = failure(ask("SELECT 1 AS n", most=most))
    assert said["message"] == "'most' of 'sql.query' is a number from 1 to 10000."


def test_size_is_bounded(ask, monkeypatch):
    """Of all rows together."""
    monkeypatch.setattr(running, "MAX_BYTES", 18)
    assert told(ask("SELECT 'abcdefghij' AS a"))["count"] == 1
    said = failure(ask("SELECT 'abcdefghij' AS a UNION ALL SELECT 'b'"))
    assert said["message"] == "The statement 'asked' gives more than 18 bytes."


HUGE = "repeat('x', :size)" if IS_POSTGRESQL else "hex(zeroblob(:size / 2))"
REFUSED = "gives more than 10000000" if IS_POSTGRESQL else "makes a value of more than 20000000"


@pytest.mark.parametrize("writes", [False, True])
def test_a_single_value_is_bounded_too(ask, writes):
    """SQLite does not even make it: that took gigabytes, and half a minute, before it could be counted."""
    with work_of_at_most(5):
        said = failure(ask(f"SELECT {HUGE} AS a", {"size": 30_000_000}, writes=writes))
    assert said["message"] == f"The statement 'asked' {REFUSED} bytes."
    assert told(ask(f"SELECT length({HUGE}) AS a", {"size": 15_000_000}))["rows"] == [{"a": 15_000_000}]
    if not IS_POSTGRESQL:
        assert connection.connection.getlimit(SQLITE_LIMIT_LENGTH) > running.MAX_VALUE


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) {}"


@pytest.mark.parametrize(
    ("sql", "writes"),
    [
        pytest.param(ENDLESS.format("SELECT count(*) AS c FROM n"), False, id="reading"),
        pytest.param(ENDLESS.format("UPDATE todo SET title = (SELECT 'x' FROM n WHERE i < 0)"), True, id="writing"),
    ],
)
def test_time_is_bounded(define, post, monkeypatch, sql, writes):
    """A statement without an end is ended, and nothing of the action is half-written."""
    monkeypatch.setattr(running, "SECONDS", 0.2)
    define(WRITES_FIRST)
    keep(sql, writes=writes)
    started = time.perf_counter()
    answer = post("todo/both", {})
    assert time.perf_counter() - started < 3
    message = "The statement 'asked' takes longer than 0.2 s."
    if writes and not IS_POSTGRESQL:  # SQLite undoes the whole transaction
        assert failure(answer)["message"] == message
        assert Todo.objects.count() == 0
    else:
        assert answer.json() == [{"ResponseType": "error", "Attributes": message}]
        assert Todo.objects.count() == 2
    with connection.cursor() as cursor:  # and the next one has its own time
        cursor.execute("SELECT 1")


def test_a_writing_statement_gives_what_it_returns(ask):
    """How many rows it changed, and RETURNING."""
    for title in "abc":
        Todo.objects.create(title=title)
    assert told(ask("UPDATE todo SET done = :d WHERE title > :t", {"d": True, "t": "a"}, writes=True)) == {
        "__type": "found",
        "rows": [],
        "count": 2,
        "more": False,
    }
    answer = told(ask("DELETE FROM todo WHERE title > 'a' RETURNING title", writes=True, most=1))
    assert (len(answer["rows"]), answer["count"], answer["more"]) == (1, 2, True)
    assert Todo.objects.count() == 1


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT nothing FROM todo", "is not understood by the database"),
        ("SELECT 1 AS a, 2 AS a", "gives two columns the same name"),
        ("UPDATE todo SET title = NULL", "breaks a constraint of the database"),
    ],
)
def test_a_failure_has_its_kind_and_nothing_more(ask, caplog, sql, reason):
    """Neither SQL nor values nor the database's own words; the log has none either."""
    Todo.objects.create(title="s3cr3t")
    said = failure(ask(sql, writes=sql.startswith("UPDATE")))
    assert (said["code"], said["message"]) == ("statement_failed", f"The statement 'asked' {reason}.")
    assert "s3cr3t" not in caplog.text + str(said)
    assert "todo SET" not in caplog.text + str(said)


def test_a_failed_statement_undoes_the_action(define, post):
    """All or nothing, as everything."""
    define(WRITES_FIRST.replace("ContinueOnError: true, ", ""))
    keep("UPDATE todo SET title = NULL", writes=True)
    assert failure(post("todo/both", {}))["outcome"]["index"] == 1
    assert Todo.objects.count() == 0


def test_lists_and_mappings_are_bound_as_json(ask):
    """One notation for both databases."""
    values = {"ids": ["b", "it's"], "doc": {"a": 1}}
    sql = "SELECT CAST(:ids AS text) AS ids, CAST(:doc AS text) AS doc"
    (row,) = told(ask(sql, values))["rows"]
    assert [json.loads(row[name]) for name in ("ids", "doc")] == [["b", "it's"], {"a": 1}]


def test_an_unknown_statement_is_named(define, post):
    """At run; when it is loaded it was a warning."""
    define(ACTION)
    said = failure(post("todo/ask", {}))
    assert (said["code"], said["message"]) == ("statement_failed", "No statement 'asked'.")


def test_names_that_do_not_fit_are_found_when_an_action_is_loaded(transactional_db):
    """As warnings, for the rows may change: no such text, and a parameter that the statement does not have."""
    text = ACTION.replace('"~parameters"', "{titel: 1}").replace('"~identifiers"', "{}")
    assert [problem.code for problem in compile_text(text, "ask.yaml").problems] == ["ACT271"]
    keep("SELECT 1 AS n FROM todo WHERE title = :title")
    found = [(problem.code, problem.message) for problem in compile_text(text, "ask.yaml").problems]
    assert found == [
        ("ACT274", "'asked' has no 'titel' among its parameters."),
        ("ACT274", "'asked' needs 'title' among its parameters."),
    ]
    keep("SELECT 1 AS n FROM todo WHERE title = :titel")
    assert compile_text(text, "ask.yaml").problems == ()


def test_a_trace_does_not_show_what_was_read(define, post, account, administrator):
    """A statement may read what nobody else can, such as a password's hash."""
    define(ACTION.rsplit("  - {Type: found", 1)[0])
    keep("SELECT password, 1 AS n FROM user_account")
    dry = post("todo/ask?dry_run=true", {}, actor=administrator)
    (performed,) = dry.json()["trace"][0]["performed"]
    assert performed["result"] == {"rows": "•••", "count": 2, "more": False}
    assert post("todo/ask", {}).status_code == 200
    for text in (str(list(Run.objects.values())), dry.content.decode()):
        assert account.password not in text
        assert "md5" not in text


def test_a_trace_has_the_name_and_not_the_text(ask, post, administrator):
    """Neither in a dry run, which leaves nothing, nor in a run that is kept."""
    Todo.objects.create(title="a")
    sql = "UPDATE todo SET title = :value WHERE 'unmistakable' <> ''"
    assert told(ask(sql, {"value": "b"}, writes=True))["count"] == 1
    dry = post("todo/ask?dry_run=true", {"parameters": {"value": "c"}}, actor=administrator)
    assert dry.json()["entries"][0]["Attributes"]["count"] == 1
    assert Todo.objects.get().title == "b"
    kept = str(list(Run.objects.values()))
    assert "unmistakable" not in kept + dry.content.decode()
    assert dry.json()["trace"][0]["performed"][0]["arguments"]["statement"] == "asked"
    assert dry.json()["trace"][0]["performed"][0]["arguments"]["parameters"] == {"value": "c"}
