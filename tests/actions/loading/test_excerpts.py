"""One action of a document as a text of its own."""

from __future__ import annotations

from decimal import Decimal

import pytest

from actions.dialects.documents.reader import read_documents
from actions.loading.excerpts import as_json, excerpt
from actions.values import ListValue, MappingValue, Value, plain

LISTED = """\
Actions:
  # The first.
  - Name: a   # as it is called
    OnType: project

    Label: >
      Two
      lines
  # The second.
  - {Name: b, OnType: project}
  -
    Name: c
    OnType: project
Other: x
"""
SEVERAL = """\
Name: a
OnType: project
# to a
---
Name: b
OnType: project
...
"""
ANCHORED = """\
- Name: a
  OnType: &type project
  Price: 1.50
  Number: "007"
- Name: b
  OnType: *type
  Empty: {list: [], mapping: {}}
"""


def actions(text: str) -> list[Value]:
    """Return the actions of a document as the reader gives them."""
    found: list[Value] = []
    for document in read_documents(text, "test.yaml"):
        root = document.data
        if isinstance(root, MappingValue):
            root = root.get("Actions") or root
        found.extend(root.items if isinstance(root, ListValue) else (root,))
    return found


@pytest.mark.parametrize(
    ("text", "number", "expected"),
    [
        pytest.param(
            LISTED,
            0,
            "Name: a   # as it is called\nOnType: project\n\nLabel: >\n  Two\n  lines\n",
            id="block-with-comments",
        ),
        pytest.param(LISTED, 1, "{Name: b, OnType: project}\n", id="flow-mapping"),
        pytest.param(LISTED, 2, "Name: c\nOnType: project\n", id="dash-above"),
        pytest.param(SEVERAL, 0, "Name: a\nOnType: project\n# to a\n", id="first-document"),
        pytest.param(SEVERAL, 1, "Name: b\nOnType: project\n", id="last-document"),
        pytest.param(
            ANCHORED,
            0,
            'Name: a\nOnType: &type project\nPrice: 1.50\nNumber: "007"\n',
            id="with-the-anchor",
        ),
        pytest.param(
            ANCHORED,
            1,
            '{\n  "Name": "b",\n  "OnType": "project",\n  "Empty": {\n    "list": [],\n    "mapping": {}\n  }\n}\n',
            id="with-an-alias-of-another",
        ),
        pytest.param('[{"Name": "a"}, {"Name": "b"}]', 1, '{\n  "Name": "b"\n}\n', id="json"),
    ],
)
def test_excerpt(text: str, number: int, expected: str) -> None:
    """The author's own lines where they can stand alone, else JSON; both mean the same as before."""
    action = actions(text)[number]
    found = excerpt(action, is_alone=False)
    assert found == expected
    assert plain(read_documents(found, "test.yaml")[0].data) == plain(action)


def test_only_action_keeps_the_whole_text() -> None:
    """Comments before and after it belong to it."""
    text = "# Head.\n- Name: a\n# Foot.\n"
    assert excerpt(actions(text)[0], is_alone=True) == text


def test_json_keeps_every_digit() -> None:
    """Decimals do not pass through binary floats, and texts are written as they are."""
    data = {"price": Decimal("0.10"), "texts": ["é", '"', None, True], "number": 10**18}
    expected = """\
{
  "price": 0.10,
  "texts": [
    "é",
    "\\"",
    null,
    true
  ],
  "number": 1000000000000000000
}"""
    assert as_json(data) == expected
    assert plain(read_documents(as_json(data), "test.yaml")[0].data) == data
