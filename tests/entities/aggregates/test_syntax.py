"""Texts in, nodes out; and every text that is refused, with its place."""

from contextlib import suppress

import pytest

from entities.aggregates.syntax import MAX_DEPTH, MAX_LENGTH, read_items
from entities.errors import BadParameter
from tests.clocks import work_of_at_most


def plain(node):
    """Return a node as plain values."""
    name = repr(node.text) if node.is_quoted else node.text
    found = (name, [plain(item) for item in node.arguments]) if node.is_call else name
    return (found, "as", node.words) if node.words else found


@pytest.mark.parametrize(
    ("text", "nodes"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("  ", [], id="spaces"),
        pytest.param("count", ["count"], id="name"),
        pytest.param("a, b.c ,d", ["a", "b.c", "d"], id="names"),
        pytest.param("count as n", [("count", "as", "as n")], id="words-after-a-name"),
        pytest.param("sum( total ) as n,b", [(("sum", ["total"]), "as", "as n"), "b"], id="words-after-a-call"),
        pytest.param("count()", [("count", [])], id="no-argument"),
        pytest.param("max(length(a))", [("max", [("length", ["a"])])], id="call-in-a-call"),
        pytest.param("eq(a,O'Brien)", [("eq", ["a", "O'Brien"])], id="quote-inside"),
        pytest.param("eq(a,'x, (y)')", [("eq", ["a", "'x, (y)'"])], id="quoted"),
        pytest.param("eq(a,'O''Brien')", [("eq", ["a", '"O\'Brien"'])], id="quote-doubled"),
        pytest.param('eq(a,"")', [("eq", ["a", "''"])], id="quoted-empty"),
        pytest.param("=(a,b)", [("=", ["a", "b"])], id="sign"),
        pytest.param("begins with(a,b)", [("begins with", ["a", "b"])], id="two-words"),
        pytest.param("eq(a,Milk (fresh))", [("eq", ["a", ("Milk", ["fresh"])])], id="balanced-parentheses"),
    ],
)
def test_a_text_is_read(text, nodes):
    """Commas divide, parentheses call, quotes keep, words follow."""
    assert [plain(node) for node in read_items(text, "filter")] == nodes


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("eq(a,b", "Unexpected end of 'filter'.", id="open"),
        pytest.param("eq(a,b))", "Unexpected ')' at character 8 of 'filter'.", id="closed-twice"),
        pytest.param("a,,b", "Unexpected ',' at character 3 of 'filter'.", id="empty-item"),
        pytest.param("a,", "Unexpected end of 'filter'.", id="comma-at-the-end"),
        pytest.param("eq(,b)", "Unexpected ',' at character 4 of 'filter'.", id="empty-argument"),
        pytest.param("(a)", "Unexpected '(' at character 1 of 'filter'.", id="no-name"),
        pytest.param("eq(a,b)(c)", "Unexpected '(' at character 8 of 'filter'.", id="call-of-a-call"),
        pytest.param("eq(a,f(b) c)", "Unexpected 'c' at character 11 of 'filter'.", id="words-in-an-argument"),
        pytest.param("eq(a,'b)", "'filter' has a quote at character 6 that does not end.", id="open-quote"),
        pytest.param("eq(a,\0)", "'filter' must not contain the NUL character.", id="nul"),
        pytest.param("eq(a,\ud800)", "'filter' must not contain a lone surrogate.", id="surrogate"),
        pytest.param(
            "a(" * MAX_DEPTH + "b" + ")" * MAX_DEPTH, f"'filter' is nested deeper than {MAX_DEPTH}.", id="deep"
        ),
        pytest.param("a" * (MAX_LENGTH + 1), f"'filter' may have at most {MAX_LENGTH} characters.", id="long"),
    ],
)
def test_a_malformed_text_is_refused_with_its_place(text, message):
    """The sentence names the parameter and the character."""
    with pytest.raises(BadParameter) as refused:
        list(read_items(text, "filter"))
    assert (refused.value.message, refused.value.parameter) == (message, "filter")


@pytest.mark.parametrize(
    "text", ["(" * MAX_LENGTH, ")" * MAX_LENGTH, "'" * MAX_LENGTH, " " * MAX_LENGTH, "a(" * 25_000]
)
def test_the_longest_text_takes_no_time(text):
    """Reading is linear: the most awkward text of full length is done at once."""
    with work_of_at_most(1), suppress(BadParameter):
        list(read_items(text, "filter"))
