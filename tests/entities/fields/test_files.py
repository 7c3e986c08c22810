"""Files as inputs: what is taken, and that nothing sent can name a place on the server."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from entities.fields import ValueRefused, column_type
from entities.fields.files import MAX_BYTES, file_content, first_file, safe_name

HELLO = base64.b64encode(b"hello").decode()
FILE = {"name": "a.json", "file": HELLO, "type": "application/json"}
NEITHER = "must have either 'file' or 'contents' for each file"


@pytest.mark.parametrize("name", ["file", "image", "gzip", "video", "file.*", "FILE.JSON|yaml"])
def test_a_list_of_files_is_taken(name: str) -> None:
    """Every file type takes the same list, and keeps the content as it was sent."""
    assert column_type(name).coerce([FILE]) == [FILE]


@pytest.mark.parametrize(
    ("item", "result"),
    [
        pytest.param({"name": "a", "contents": HELLO}, {"name": "a", "contents": HELLO, "type": ""}, id="contents"),
        pytest.param(
            {"name": "a", "file": f"data:text/plain;base64,{HELLO}"},
            {"name": "a", "file": f"data:text/plain;base64,{HELLO}", "type": "text/plain"},
            id="data-url-tells-the-type",
        ),
        pytest.param(
            {"name": "a", "file": f"data:text/plain;charset=utf-8;base64,{HELLO}", "type": "text/csv"},
            {"name": "a", "file": f"data:text/plain;charset=utf-8;base64,{HELLO}", "type": "text/csv"},
            id="declared-type-wins",
        ),
        pytest.param({"name": "a", "file": ""}, {"name": "a", "file": "", "type": ""}, id="empty-file"),
        pytest.param(
            {"name": "../../etc/passwd", "file": HELLO},
            {"name": "passwd", "file": HELLO, "type": ""},
            id="folders-are-dropped",
        ),
    ],
)
def test_what_a_file_becomes(item: dict[str, str], result: dict[str, str]) -> None:
    """Name without folders, the content as sent, the type if it is known."""
    assert column_type("file").coerce([item]) == [result]


@pytest.mark.parametrize(
    ("value", "code", "predicate"),
    [
        pytest.param(HELLO, "type", "must be a list of files ({name, file, type}), not a text", id="text"),
        pytest.param(FILE, "type", "must be a list of files ({name, file, type}), not an object", id="object"),
        pytest.param(["a"], "type", "must be a list of files ({name, file, type}), not a text", id="list-of-texts"),
        pytest.param(
            [{"filepath": "/etc/passwd", "originalFilename": "x"}],
            "type",
            "has a file with the unknown key 'filepath'",
            id="server-path",
        ),
        pytest.param([{**FILE, "path": "/tmp"}], "type", "has a file with the unknown key 'path'", id="path"),
        pytest.param([{"name": "a"}], "type", NEITHER, id="no-content"),
        pytest.param([{"name": "a", "file": HELLO, "contents": HELLO}], "type", NEITHER, id="both"),
        pytest.param([{"file": HELLO}], "type", "must have a name for each file", id="no-name"),
        pytest.param(
            [{"name": "a", "file": "not base64!"}],
            "base64",
            "must have the content of each file as base64",
            id="no-base64",
        ),
        pytest.param(
            [{"name": "a", "file": 5}], "base64", "must have the content of each file as base64 text", id="number"
        ),
        pytest.param(
            [{"name": "a", "file": "data:text/plain,hello"}],
            "base64",
            "must have the content of each file as base64 or as a base64 data URL",
            id="data-url-without-base64",
        ),
        pytest.param(
            [{"name": "a", "file": HELLO, "type": "text\r\nX: y"}],
            "type",
            "must have a media type such as image/png as the type of each file",
            id="header-injection",
        ),
        pytest.param([FILE] * 21, "max", "must have at most 20 files", id="too-many"),
        pytest.param(
            [{"name": "a", "file": "A" * (MAX_BYTES * 4 // 3 + 8)}], "max", "must be at most 10 MB in all", id="big"
        ),
        pytest.param(
            [{"name": "a", "file": "A" * (MAX_BYTES // 4 * 4)}] * 2, "max", "must be at most 10 MB in all", id="big-sum"
        ),
    ],
)
def test_what_is_no_file(value: Any, code: str, predicate: str) -> None:
    """Anything else is refused, and says why."""
    with pytest.raises(ValueRefused) as caught:
        column_type("file").coerce(value)
    assert (caught.value.code, caught.value.predicate) == (code, predicate)


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("a.json", True),
        ("a.YAML", True),
        ("a.txt", False),
        ("json", False),
        ("a.json.exe", False),
        ("a.json\0.exe", False),
    ],
)
def test_the_extension_is_enforced(name: str, fits: bool) -> None:
    """``file.json|yaml`` takes files whose names end so, in any case."""
    value = [{"name": name, "file": HELLO}]
    if fits:
        assert column_type("file.json|yaml").coerce(value)[0]["name"] == name
    else:
        with pytest.raises(ValueRefused):
            column_type("file.json|yaml").coerce(value)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a.png", "a.png"),
        ("C:\\temp\\a.png", "a.png"),
        ("/etc/passwd", "passwd"),
        ("..", "file"),
        ("", "file"),
        (".htaccess", "htaccess"),
        ("a\r\nb.png", "ab.png"),
        ("\u202egnp.exe", "gnp.exe"),
        ("x" * 300 + ".png", "x" * 146 + ".png"),
        ("x" * 300, "x" * 150),
        ("a." + "x" * 300, "a." + "x" * 148),
    ],
)
def test_a_name_is_made_safe(name: str, safe: str) -> None:
    """No folders, control characters or leading dots; never empty, never endless."""
    assert safe_name(name) == safe


def test_the_content_of_a_data_url() -> None:
    """Both keys and both spellings of the content give the same bytes."""
    assert file_content({"name": "a", "contents": HELLO}) == b"hello"
    assert file_content({"name": "a", "file": f"data:text/plain;base64,{HELLO}"}) == b"hello"


def test_a_form_may_send_the_list_as_text() -> None:
    """A form without multipart can send the list as JSON; other text is refused."""
    kind = column_type("file")
    assert kind.from_text('[{"name": "a", "file": ""}]') == [{"name": "a", "file": "", "type": ""}]
    with pytest.raises(ValueRefused, match="Must be a list of files"):
        kind.from_text("hello")


def test_a_file_column_holds_one_file() -> None:
    """A model's FileField is given the one file, named safely; two are refused."""
    content = first_file([FILE])
    assert not isinstance(content, str)
    assert (content.name, content.read()) == ("a.json", b"hello")
    assert first_file([]) == ""
    with pytest.raises(ValueRefused, match="Must be one file"):
        first_file([FILE, FILE])
