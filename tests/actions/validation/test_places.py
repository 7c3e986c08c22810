"""Where things stand that a plan does not keep."""

from __future__ import annotations

import pytest

from actions.dialects.documents.reader import read_documents
from actions.locations import Location
from actions.validation.places import Places

TEXT = """\
Name: act
a/b: {x~y: [1, two]}
text: "one,two"
"""
ROOT = read_documents(TEXT, "act.yaml")[0].data
PLACES = Places(ROOT)


def shown(place: Location) -> str:
    return f"{place.line}:{place.column} {place.pointer}"


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        pytest.param(("Name",), "1:7 /Name", "1:1 /Name", id="member"),
        pytest.param(("name",), "1:7 /Name", "1:1 /Name", id="any-case"),
        pytest.param(("a/b", "x~y"), "2:12 /a~1b/x~0y", "2:7 /a~1b/x~0y", id="escaped"),
        pytest.param(("a/b", "x~y", 1), "2:16 /a~1b/x~0y/1", "2:16 /a~1b/x~0y/1", id="element"),
        pytest.param(("a/b", "none", 5), "2:6 /a~1b/none/5", "2:6 /a~1b/none/5", id="nearest-known"),
        pytest.param((), "1:1 ", "1:1 ", id="itself"),
    ],
)
def test_value_and_key(path: tuple[str | int, ...], value: str, key: str) -> None:
    """A path is looked up below a place; what is not in the document stands at the nearest thing that is."""
    assert (shown(PLACES.value(ROOT.location, *path)), shown(PLACES.key(ROOT.location, *path))) == (value, key)


def test_without_what_was_looked_up_before() -> None:
    """A place is found from its pointer alone."""
    place = Location("act.yaml", 9, 9, "/a~1b/x~0y")
    assert shown(Places(ROOT).value(place, 1)) == "2:16 /a~1b/x~0y/1"


def test_sibling_and_character() -> None:
    """A value beside another, and one character of a text."""
    text = PLACES.value(ROOT.location, "text")
    assert shown(PLACES.sibling(text, "Name")) == "1:7 /Name"
    assert shown(PLACES.within(text, 4)) == "3:12 /text"
    assert PLACES.within(ROOT.location, 4) == ROOT.location


def test_without_a_document() -> None:
    """A plan from elsewhere keeps the places it has."""
    place = Location("code", 3, 4, "/x")
    assert shown(Places().value(place, "y")) == "3:4 /x/y"
