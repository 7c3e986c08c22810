"""What the reader refuses: code, sentence, place and hint of each failure."""

import pytest

from actions.dialects.documents import read_documents
from actions.errors import Problem, RefusedDocument


def refused(text):
    """Return the problems of a text that cannot be read."""
    with pytest.raises(RefusedDocument) as raised:
        read_documents(text, "a.yaml")
    return raised.value.problems


def summary(problem):
    return problem.code, problem.message, problem.location.line, problem.location.column, problem.location.pointer


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "name: !'Home' + x\n",
            [("ACT105", "A text that begins with '!' must be quoted.", 1, 7, "/name")],
            id="unquoted-script",
        ),
        pytest.param(
            "a:\n  - !user.name\n  - ! x\nb: {c: !ok }\n",
            [
                ("ACT105", "A text that begins with '!' must be quoted.", 2, 5, "/a/0"),
                ("ACT105", "A text that begins with '!' must be quoted.", 3, 5, "/a/1"),
                ("ACT105", "A text that begins with '!' must be quoted.", 4, 8, "/b/c"),
            ],
            id="unquoted-scripts-all-at-once",
        ),
        pytest.param(
            'name: !"Home" + x\n',
            [("ACT105", "A text that begins with '!' must be quoted.", 1, 7, "")],
            id="unquoted-script-no-yaml",
        ),
        pytest.param(
            "name: {{a}}\n",
            [("ACT105", "A text that begins with '{{' must be quoted.", 1, 7, "/name")],
            id="unquoted-braces",
        ),
        pytest.param(
            "- {{ a }}\n- x: [{{ b.c }}]\n",
            [
                ("ACT105", "A text that begins with '{{' must be quoted.", 1, 3, "/0"),
                ("ACT105", "A text that begins with '{{' must be quoted.", 2, 7, "/1/x/0"),
            ],
            id="unquoted-braces-all-at-once",
        ),
        pytest.param(
            "name: {{a}} and more\nx: 1\n",
            [("ACT105", "A text that begins with '{{' must be quoted.", 1, 7, "/name")],
            id="unquoted-braces-then-text",
        ),
        pytest.param(
            "name: {{ 'a' + b }}\n",
            [("ACT105", "A text that begins with '{{' must be quoted.", 1, 7, "")],
            id="unquoted-braces-no-yaml",
        ),
        pytest.param(
            "a: !!python/object/apply:os.system [x]\n",
            [("ACT106", "Tag '!!python/object/apply:os.system' is not allowed.", 1, 4, "/a")],
            id="python-tag",
        ),
        pytest.param("a: !<x> y\n", [("ACT106", "Tag 'x' is not allowed.", 1, 4, "/a")], id="verbatim-tag"),
        pytest.param("a: !!int x\n", [("ACT106", "The value is no '!!int'.", 1, 4, "/a")], id="wrong-tag"),
        pytest.param("a: !!binary eA==\n", [("ACT106", "Tag '!!binary' is not allowed.", 1, 4, "/a")], id="binary"),
        pytest.param("a: !!map [1]\n", [("ACT106", "Tag '!!map' is not allowed.", 1, 4, "/a")], id="map-is-no-list"),
        pytest.param(
            "a: 1\nb: {c: 1, c: 2}\na: 2\n",
            [
                ("ACT107", "Duplicate key 'c'.", 2, 11, "/b/c"),
                ("ACT107", "Duplicate key 'a'.", 3, 1, "/a"),
            ],
            id="duplicates",
        ),
        pytest.param('{"a": 1, "a": 2}', [("ACT107", "Duplicate key 'a'.", 1, 10, "/a")], id="duplicates-in-json"),
        pytest.param("? [a]\n: 1\n", [("ACT108", "A key must be a text.", 1, 3, "")], id="list-as-key"),
        pytest.param("{ {a: 1}: 2 }", [("ACT108", "A key must be a text.", 1, 3, "")], id="mapping-as-key"),
        pytest.param("a: &k x\nb: {*k : 1}\n", [("ACT108", "A key must be a text.", 2, 5, "/b")], id="alias-as-key"),
        pytest.param("a: *b\n", [("ACT111", "Unknown alias 'b'.", 1, 4, "/a")], id="unknown-alias"),
        pytest.param("a: &a [x, *a]\n", [("ACT112", "Alias 'a' contains itself.", 1, 11, "/a/1")], id="recursive"),
        pytest.param("a: {<<: 1}\n", [("ACT113", "'<<' merges mappings only.", 1, 9, "/a")], id="merge"),
        pytest.param(
            "a: [.nan, -.INF, 1e400, 1e99999999999999999999, 9223372036854775808]\n",
            [
                ("ACT114", "'.nan' is not a number that can be kept.", 1, 5, "/a/0"),
                ("ACT114", "'-.INF' is not a number that can be kept.", 1, 11, "/a/1"),
                ("ACT114", "'1e400' is not a number that can be kept.", 1, 18, "/a/2"),
                ("ACT114", "'1e99999999999999999999' is not a number that can be kept.", 1, 25, "/a/3"),
                ("ACT114", "'9223372036854775808' is not a number that can be kept.", 1, 49, "/a/4"),
            ],
            id="numbers",
        ),
        pytest.param(
            '{"a": NaN, "b": -Infinity}',
            [
                ("ACT114", "'NaN' is not a number that can be kept.", 1, 7, "/a"),
                ("ACT114", "'-Infinity' is not a number that can be kept.", 1, 17, "/b"),
            ],
            id="numbers-in-json",
        ),
        pytest.param('a: "\\0"\n', [("ACT103", "Character U+0000 is not allowed.", 1, 4, "/a")], id="escaped-nul"),
        pytest.param('"\\0": 1\n', [("ACT103", "Character U+0000 is not allowed.", 1, 1, "/\0")], id="nul-in-key"),
        pytest.param("a: 1\nb: \x07\n", [("ACT103", "Character U+0007 is not allowed.", 2, 4, "")], id="control"),
        pytest.param(b"a: 1\nb: \xe9\n", [("ACT102", "The document is not UTF-8.", 2, 4, "")], id="latin-1"),
        pytest.param("a: 1".encode("utf-16"), [("ACT102", "The document is not UTF-8.", 1, 1, "")], id="utf-16"),
        pytest.param("a: \ud800", [("ACT102", "The document is not UTF-8.", 1, 4, "")], id="lone-surrogate"),
        pytest.param(
            r'{"a": "\ud800"}',
            [("ACT104", "Invalid YAML: found invalid Unicode character escape code.", 1, 10, "")],
            id="lone-surrogate-escape",
        ),
        pytest.param(
            "a: 1\nb: [1, 2\n",
            [("ACT104", "Invalid YAML: did not find expected ',' or ']'.", 2, 4, "")],
            id="unclosed-list",
        ),
        pytest.param(
            "a: 'x\n", [("ACT104", "Invalid YAML: found unexpected end of stream.", 1, 4, "")], id="unclosed-quote"
        ),
        pytest.param(
            "a: 1\na: 2\nb: c: d\n",
            [
                ("ACT107", "Duplicate key 'a'.", 2, 1, "/a"),
                ("ACT104", "Invalid YAML: mapping values are not allowed in this context.", 3, 5, ""),
            ],
            id="found-before-a-syntax-error",
        ),
    ],
)
def test_what_is_refused_and_where(text, expected):
    """All that is wrong at once, each with code, sentence and place; a syntax error ends reading."""
    assert [summary(problem) for problem in refused(text)] == expected


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        pytest.param("a: !'x' + b\n", "Put it in quotes: \"!'a' + b\".", id="script"),
        pytest.param("a: {{a}}\n", 'Put it in quotes: "{{a}}".', id="braces"),
        pytest.param("a: !!x + y\n", "Tags are not read; if it is a script, put it in quotes.", id="not-script"),
        pytest.param("\ta: 1\n", "Indent with spaces, not with tabs.", id="tab"),
        pytest.param("a: @x\n", "Quote a text that begins with '@'.", id="at"),
        pytest.param("a: {t}.{b}\n", "Quote a text that begins with '{'.", id="brace"),
        pytest.param("a: [x] y\n", "Quote a text that begins with '['.", id="bracket"),
        pytest.param("a: {b: 1}}\n", "", id="a-brace-too-much"),
        pytest.param("a: ,\n", "Quote a text that begins with ','.", id="comma"),
        pytest.param("a: * * *\n", "Quote a text that begins with '*'.", id="cron"),
        pytest.param("a: b: c\n", "Quote a text that has ': ' in it.", id="colon"),
        pytest.param("a: 1\na: 1\n", "It stands first in line 1.", id="duplicate"),
        pytest.param("a: .inf\n", "Quote it if it is a text.", id="infinity"),
        pytest.param(b"\xff", "Save it as UTF-8.", id="bytes"),
    ],
)
def test_a_hint_says_how_to_mend_it(text, hint):
    """The hint names what the author has to type."""
    assert [problem.hint for problem in refused(text)] == [hint]


def test_anchors_end_with_their_document():
    """An alias cannot reach into another document of the file."""
    assert [problem.code for problem in refused("a: &x 1\n---\nb: *x\n")] == ["ACT111"]


def test_problems_are_plain_values():
    """A problem of the reader is a ``Problem`` like any other."""
    (problem,) = refused("a: &a [*a]\n")
    assert isinstance(problem, Problem)
    assert problem.as_data() == {
        "code": "ACT112",
        "severity": "error",
        "file": "a.yaml",
        "line": 1,
        "column": 8,
        "pointer": "/a/0",
        "message": "Alias 'a' contains itself.",
        "hint": "",
    }
