"""Reading documents: what scalars mean, what stands where, what aliases and merges stand for."""

from decimal import Decimal

import pytest

from actions.dialects.documents import (
    ListValue,
    MappingValue,
    Scalar,
    plain,
    read_documents,
)


def read(text):
    """Return the plain data of the only document in a text."""
    (document,) = read_documents(text, "a.yaml")
    return plain(document.data)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *(
            pytest.param(text, text, id=text)
            for text in (
                "no", "yes", "on", "off", "No", "YES", "y", "n", "12:30", "190:20:30", "2024-02-29",
                "2024-02-29T12:00:00Z", "010", "007", "-010", "00", "00.5", "1_000", "0b11", "0o8", "1.2.3", "1,5",
                "tRUE", "nULL", "nil", "None", "~name", "~.x", "$name", "$5", "+", ".", "1e", "e3", "NaN", "Infinity",
                "=", "<<x", "0x", "a b", "+-1", "192.168.0.1", "١٢",
            )
        ),
        pytest.param("true", True, id="true"),
        pytest.param("True", True, id="True"),
        pytest.param("FALSE", False, id="FALSE"),
        pytest.param("null", None, id="null"),
        pytest.param("Null", None, id="Null"),
        pytest.param("~", None, id="tilde-alone"),
        pytest.param("", None, id="nothing"),
        pytest.param("12", 12, id="int"),
        pytest.param("+12", 12, id="plus"),
        pytest.param("-12", -12, id="minus"),
        pytest.param("0", 0, id="zero"),
        pytest.param("-0", 0, id="minus-zero"),
        pytest.param("0o17", 15, id="octal"),
        pytest.param("0x1F", 31, id="hexadecimal"),
        pytest.param("1.5", Decimal("1.5"), id="decimal"),
        pytest.param("19.99", Decimal("19.99"), id="money"),
        pytest.param("0.10", Decimal("0.10"), id="money-places"),
        pytest.param(".5", Decimal("0.5"), id="no-leading-digit"),
        pytest.param("1.", Decimal(1), id="no-decimals"),
        pytest.param("1e3", 1000, id="exponent"),
        pytest.param("-1.5E-3", Decimal("-0.0015"), id="small"),
        pytest.param("1e300", Decimal("1e300"), id="large"),
        pytest.param("9223372036854775807", 2**63 - 1, id="largest-int"),
        pytest.param("'12'", "12", id="single-quoted"),
        pytest.param('"true"', "true", id="double-quoted"),
        pytest.param('"~"', "~", id="quoted-tilde"),
        pytest.param("!!str 12", "12", id="tag-str"),
        pytest.param('!!int "12"', 12, id="tag-int"),
        pytest.param("!!float 1", Decimal(1), id="tag-float"),
        pytest.param("!!bool true", True, id="tag-bool"),
        pytest.param("!!null ''", None, id="tag-null"),
        pytest.param("!!map {a: 1}", {"a": 1}, id="tag-map"),
        pytest.param("!!seq [1]", [1], id="tag-seq"),
    ],
)  # fmt: skip
def test_scalars_are_what_yaml_1_2_core_says(written, value):
    """Only true, false, null and numbers are not texts, and no number passes through binary floats."""
    found = read(f"key: {written}\n")["key"]
    assert found == value
    assert type(found) is type(value)


def test_tilde_at_the_beginning_of_a_text_is_no_null():
    """``~`` alone is YAML's null; what its author wrote stays known."""
    (document,) = read_documents("a: ~\nb: ~b\n", "a.yaml")
    assert document.data.get("a").written == "~"
    assert document.data.get("b").value == "~b"


@pytest.mark.parametrize(
    ("text", "data"),
    [
        pytest.param(
            '{"a": [1, 2.50, "x", true, null, {}]}', {"a": [1, Decimal("2.50"), "x", True, None, {}]}, id="kinds"
        ),
        pytest.param('{\n\t"a"\t:\t1\n}', {"a": 1}, id="tabs"),
        pytest.param(r'{"a":"\/\b\f\n\r\t\"\\\u00e9"}', {"a": '/\b\f\n\r\t"\\é'}, id="escapes"),
        pytest.param(r'["\ud83d\ude00", "\uD83D\uDE00!"]', ["😀", "😀!"], id="surrogate-pairs"),
        pytest.param(r'["\\\ud83d\ude00"]', ["\\😀"], id="backslash-before-pair"),
        pytest.param(r"""{"a": "\ud83d\ude00", "b": "\\ud83d"}""", {"a": "😀", "b": r"\ud83d"}, id="escaped-backslash"),
        pytest.param('{"a":1,"b":[]}', {"a": 1, "b": []}, id="compact"),
    ],
)
def test_json_is_read_as_json(text, data):
    """YAML's parser reads what JSON writers write, pairs of surrogate escapes included."""
    assert read(text) == data


def test_javascript_in_a_block_keeps_its_escapes_where_it_can():
    """Pairs of surrogate escapes are only rewritten where YAML could not be read without."""
    assert read("a: |\n  '\\ud83d\\ude00'\n") == {"a": "'\\ud83d\\ude00'\n"}


def test_documents_come_in_order_and_empty_ones_are_left_out():
    """Several documents in one file, with or without content."""
    documents = read_documents("---\n---\na: 1\n---\n# nothing\n---\n- b\n...\n", "a.yaml")
    assert [plain(document.data) for document in documents] == [{"a": 1}, ["b"]]


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", b"\xef\xbb\xbf"])
def test_nothing_is_no_document(text):
    """A file without data has no documents; saying so is the caller's part."""
    assert read_documents(text, "a.yaml") == []


@pytest.mark.parametrize("text", [b"\xef\xbb\xbfa: \xc3\xa9\n", "\ufeffa: é\n", "a: é\r\n", "a: é\r"])
def test_byte_order_mark_and_line_ends_are_no_content(text):
    """What editors add is not data."""
    assert read(text) == {"a": "é"}


def test_every_part_has_its_place():
    """Lines and columns count from 1, pointers are RFC 6901, keys have a place of their own."""
    (document,) = read_documents("é: x\nList:\n  - a/b~c: [1, 'two']\n", "a.yaml")
    root = document.data
    assert isinstance(root, MappingValue)
    inner = root.get("List").items[0]
    (entry,) = inner
    assert str(entry.location) == "a.yaml:3:5  at /List/0/a~1b~0c"
    assert isinstance(entry.value, ListValue)
    assert str(entry.value.location) == "a.yaml:3:12  at /List/0/a~1b~0c"
    assert str(entry.value.items[1].location) == "a.yaml:3:16  at /List/0/a~1b~0c/1"
    assert entry.value.items[1].location.excerpt().splitlines()[1] == "      |                ^"
    assert root.get("absent") is None


@pytest.mark.parametrize(
    ("text", "index", "column"),
    [
        pytest.param("a: hello $usr", 6, 10, id="plain"),
        pytest.param("a: 'hello $usr'", 6, 11, id="single-quoted"),
        pytest.param('a: "hello $usr"', 6, 11, id="double-quoted"),
        pytest.param('a: "hello $usr"', 0, 4, id="beginning-is-the-quote"),
        pytest.param('a: "a\\tb $usr"', 4, 4, id="escape-before"),
        pytest.param("a: 'it''s $usr'", 5, 4, id="doubled-quote-before"),
        pytest.param("a: |\n  hello $usr", 6, 4, id="block"),
        pytest.param("a: hello\n  you $usr", 10, 4, id="second-line"),
        pytest.param("a: é😀 $usr", 3, 7, id="wide-characters"),
    ],
)
def test_a_character_of_a_text_has_a_place(text, index, column):
    """The column of a part of a text where it can be told, else the text's own."""
    (document,) = read_documents(text, "a.yaml")
    scalar = document.data.get("a")
    assert isinstance(scalar, Scalar)
    assert (scalar.at(index).line, scalar.at(index).column) == (1, column)


def test_aliases_and_merges_stand_for_what_they_name():
    """Own keys win over merged ones, earlier merges over later ones; places are those of the anchor."""
    text = "base: &b {x: 1, y: 2}\na: {<<: *b, x: 3}\nc: {<<: [*b, {x: 5, z: 6}]}\nd: *b\n"
    (document,) = read_documents(text, "a.yaml")
    data = plain(document.data)
    assert data["a"] == {"x": 3, "y": 2}
    assert data["c"] == {"x": 1, "y": 2, "z": 6}
    assert data["d"] == {"x": 1, "y": 2}
    assert str(document.data.get("d").location) == "a.yaml:1:7  at /base"


def test_a_quoted_merge_key_is_a_text():
    """Only the plain ``<<`` merges."""
    assert read("'<<': {a: 1}\n") == {"<<": {"a": 1}}
