"""What stands beside the field where inputs are typed as JSON, when they are none."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from actions.admin.written_json import render_refusal
from actions.loading import save_definition
from actions.models import Definition
from entities.errors import EntityError
from entities.parsing import read_json

ACTION = """
Name: keep
OnType: todo
InFields:
  - {Name: title, ColumnType: label}
  - {Name: pin, ColumnType: label, Secret: true}
OutFields:
  - {Type: client.notify, Method: ACTIONRESPONSE, Attributes: {type: success, message: "~title"}}
"""


@pytest.fixture
def address(db: None) -> str:
    """The page on which the action is tried."""
    save_definition(ACTION, "admin")
    return f"/admin/actions/definition/{Definition.objects.get().pk}/try/"


def refusal(text: str) -> str:
    """Return what is said of a text."""
    with pytest.raises(EntityError) as caught:
        read_json(text.encode())
    return str(render_refusal(text, caught.value))


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        pytest.param("{\n 'a': 1}", "line 2, column 2", "stand between straight double quotes", id="single-quotes"),
        pytest.param("{\u201ca\u201d: 1}", "line 1, column 2", "stand between straight double quotes", id="curly"),
        pytest.param('{"a": 1', "line 1, column 8", "The text ends before everything is closed.", id="open"),
        pytest.param('{"a": True}', "line 1, column 7", "Write true, false or null.", id="python"),
        pytest.param('{"a": 1, // x\n"b": 2}', "line 1, column 10", "JSON has no comments.", id="comment"),
        pytest.param("{a: 1}", "line 1, column 2", "Texts and names stand between double quotes", id="no-quotes"),
        pytest.param('{"a": "x\ny"}', "line 1, column 9", "is written as \\n.", id="line-break"),
        pytest.param('{"a": "x\ty"}', "line 1, column 9", "is written as \\t.", id="tabulator"),
        pytest.param('{\u00a0"a": 1}', "line 1, column 2", "This space is none that JSON knows.", id="space"),
    ],
)
def test_the_place_is_said_and_what_was_meant(text: str, place: str, hint: str) -> None:
    """Line and column, the line with a caret, and how to mend what is mistyped most."""
    said = refusal(text)
    assert place in said
    assert hint in said
    assert '<pre class="excerpt" aria-hidden="true">' in said
    assert said.endswith("^</pre>")


def test_where_a_text_ends_there_is_no_line_to_show() -> None:
    """The place is after the last line break."""
    assert refusal('{"a": 1,\n').endswith("line 2, column 1. The text ends before everything is closed.")


def test_a_comma_after_the_last_one_is_named() -> None:
    """Python tells its place in two ways, before 3.13 and since."""
    assert re.search(r"Not JSON: .* at line [23], column", refusal('{\n"a": 1,\n}'))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param('{"a": NaN}', "NaN is not a JSON number. It is at /a.", id="not-a-number"),
        pytest.param('{"a": [{"b": 1, "b": 2}]}', "stands twice in one object. It is at /a/0.", id="twice"),
        pytest.param('{"a": 1, "a": 2}', "stands twice in one object.", id="twice-at-the-top"),
    ],
)
def test_a_value_that_is_refused_has_its_path(text: str, said: str) -> None:
    """Where JSON is JSON and yet not taken."""
    assert refusal(text).endswith(said)


def test_a_long_line_is_shown_around_the_place() -> None:
    """A body that somebody pasted is often one line."""
    said = refusal('{"a": "' + "x" * 5_000 + '", b: 1}')
    excerpt = said.partition('"true">')[2].partition("</pre>")[0].splitlines()
    assert len(excerpt[0]) < 240
    assert excerpt[0].rstrip().endswith("b")
    assert excerpt[1].endswith("^")
    assert len(excerpt[1]) == len(excerpt[0].replace("&quot;", '"'))


def test_markup_is_text() -> None:
    """What was typed is shown as it is."""
    assert "<img" not in refusal('{"a": 1, <img src=x>}')


def test_the_text_and_the_cursor_stay(address: str, browser: Client) -> None:
    """The field keeps what was typed, says what is wrong beside it, and has the cursor."""
    typed = '{\n  "title": "Milk"\n  "pin": "1"\n}'
    page = browser.post(address, {"sent": typed, "email": "", "instance": ""}).content.decode()
    assert "at line 3, column 3" in page
    assert "&quot;title&quot;: &quot;Milk&quot;\n  &quot;pin&quot;" in page
    assert re.search(r'<textarea name="sent"[^>]* autofocus', page)
    assert page.count("autofocus") == 1


def test_what_was_typed_is_shown_as_it_was_typed(address: str, browser: Client) -> None:
    """It is written anew only where something secret is taken out, and then the field says so."""
    plain = browser.post(address, {"sent": '{"title":   "Milk"}', "email": "", "instance": ""}).content.decode()
    assert "{&quot;title&quot;:   &quot;Milk&quot;}" in plain
    assert "type it anew" not in plain
    secret = browser.post(address, {"sent": '{"pin": "hx7Qp"}', "email": "", "instance": ""}).content.decode()
    assert "hx7Qp" not in secret
    assert "What is secret is not shown again: type it anew." in secret
