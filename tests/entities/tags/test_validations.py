"""Validations: every tag of the reference with a value that passes and one that does not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entities.tags.errors import TagError
from entities.tags.validations import compile_validation, validation_errors
from entities.tags.validations.table import TAGS
from tests.clocks import work_of_at_most

# Reference 1.8, without `file` and `dir`, which are refused.
REFERENCE = """
required required_with required_with_all required_without required_without_all isdefault len min max eq ne lt lte gt gte
eqfield eqcsfield necsfield gtcsfield gtecsfield ltcsfield ltecsfield nefield gtefield gtfield ltefield ltfield
fieldcontains fieldexcludes alpha alphanum alphaunicode alphanumunicode numeric number hexadecimal hexcolor rgb rgba hsl
hsla iscolor email url uri urn_rfc2141 base64 base64url contains containsany containsrune excludes excludesall
excludesrune startswith endswith isbn isbn10 isbn13 eth_addr btc_addr btc_addr_bech32 uuid uuid3 uuid4 uuid5
uuid_rfc4122 uuid3_rfc4122 uuid4_rfc4122 uuid5_rfc4122 ascii printascii multibyte datauri latitude longitude ssn ipv4
ipv6 ip cidrv4 cidrv6 cidr tcp4_addr tcp6_addr tcp_addr udp4_addr udp6_addr udp_addr ip4_addr ip6_addr ip_addr unix_addr
mac hostname hostname_rfc1123 fqdn unique oneof html html_encoded url_encoded
"""

OTHERS = {"name": "Ada", "age": 30, "tags": ["a"], "empty": "", "from": date(2024, 2, 29), "nothing": None}
UUID4 = "2f1d1c6e-8f0f-4a58-9c0f-9d4b6f1e7a55"
FUTURE = datetime.now(UTC) + timedelta(days=1)

# tag, values that pass, values that fail
TABLE: list[tuple[str, list[Any], list[Any]]] = [
    ("required", ["x", 1, True, [], {}, -0.5], ["", None, 0, 0.0, False]),
    ("isdefault", ["", None, 0, False], ["x", 1, True, []]),
    ("len=3", ["abc", "äöü", [1, 2, 3], {"a": 1, "b": 2, "c": 3}, 3, 3.0], ["ab", [1], 4, True]),
    ("min=3", ["abc", "äöü", [1, 2, 3], 3, 3.5, Decimal("3.0")], ["ab", [1], 2, 2.9, True, ""]),
    ("min=-1.5", [-1.5, 0], [-1.6]),
    ("max=3", ["abc", "äöü", "", [1], 3, -5, Decimal("2.9")], ["abcd", [1] * 4, 3.1, True]),
    ("max=0.1", [0.1, Decimal("0.1")], [0.2]),
    ("eq=3", ["3", 3, 3.0, [1, 2, 3]], ["03", 4, [1], True]),
    ("eq=true", [True, "true"], [False, 1]),
    ("ne=3", ["4", 4, [1], False], ["3", 3, Decimal("3.00")]),
    ("lt=3", ["ab", 2, [1], 2.9], ["abc", 3, [1, 2, 3]]),
    ("lte=3", ["abc", 3], ["abcd", 4]),
    ("gt=3", ["abcd", 4, 3.1], ["abc", 3, True]),
    ("gt=0", [1, 0.1], [0, -1, ""]),
    ("gte=3", ["abc", 3], ["ab", 2]),
    ("gt", [FUTURE, FUTURE.date()], [datetime(2000, 1, 1, tzinfo=UTC), date(2000, 1, 1), 5]),
    ("lt", [datetime(2000, 1, 1, tzinfo=UTC)], [FUTURE, "x"]),
    ("gte", [FUTURE], [date(2000, 1, 1)]),
    ("lte", [date(2000, 1, 1)], [FUTURE]),
    ("eqfield=name", ["Ada"], ["ada", 3, ["A"]]),
    ("eqfield=InnerStructField[name]", ["Ada"], ["ada"]),
    ("eqfield=[name]", ["Ada"], ["ada"]),
    ("eqfield=age", [30, Decimal(30), 30.0], ["30", 31, True]),
    ("eqfield=tags", [["a"]], [["b"]]),
    ("eqfield=nowhere", [], ["x", 0]),
    ("eqcsfield=name", ["Ada"], ["x"]),
    ("nefield=name", ["ada", 3], ["Ada"]),
    ("nefield=nowhere", ["x"], []),
    ("necsfield=InnerStructField[name]", ["ada"], ["Ada"]),
    ("gtfield=age", [31, 30.5], [30, "31", True]),
    ("gtfield=name", ["Adam"], ["Bob", "Al"]),
    ("gtfield=from", [date(2024, 3, 1)], [date(2024, 2, 29), 5]),
    ("gtcsfield=age", [31], [30]),
    ("gtefield=age", [30], [29]),
    ("gtecsfield=age", [30], [29]),
    ("ltfield=age", [29], [30, [1]]),
    ("ltcsfield=age", [29], [30]),
    ("ltefield=age", [30], [31]),
    ("ltecsfield=age", [30], [31]),
    ("fieldcontains=name", ["Miss Ada L."], ["Al", 5, ""]),
    ("fieldexcludes=name", ["Al"], ["Miss Ada"]),
    ("fieldexcludes=nowhere", ["Al"], []),
    ("required_with=name", ["x"], ["", None]),
    ("required_with=empty nowhere", ["x", "", None], []),
    ("required_with=empty name", ["x"], ["", None]),
    ("required_with=InnerStructField[name]", ["x"], [None]),
    ("required_with_all=name age", ["x"], [None]),
    ("required_with_all=name empty", ["x", None], []),
    ("required_without=empty", ["x"], [None]),
    ("required_without=name", ["x", None], []),
    ("required_without_all=empty nothing", ["x"], [None, 0]),
    ("required_without_all=empty name", ["x", None], []),
    ("alpha", ["Ada"], ["Ädä", "a1", "a b", "", "a\n", 5]),
    ("alphanum", ["Ada1"], ["a-1", "é1"]),
    ("alphaunicode", ["Ädä"], ["Ä1", ""]),
    ("alphanumunicode", ["Ä1"], ["Ä-1", ""]),
    ("numeric", ["1", "-1.5", "+3", 5, 1.5], ["1.", ".5", "1e3", "a", "", True, "٣"]),
    ("number", ["12", 5], ["-1", "1.5", "", True]),
    ("hexadecimal", ["09afAF"], ["0x1", "g", ""]),
    ("hexcolor", ["#fff", "#1E90ff"], ["fff", "#ffff", "#ggg"]),
    ("rgb", ["rgb(0,0,0)", "rgb( 255, 10 , 9 )", "rgb(0%,50%,100%)"], ["rgb(256,0,0)", "rgb(1,2)", "rgb(1%,2,3)"]),
    ("rgba", ["rgba(0,0,0,0.5)", "rgba(1%,2%,3%,1)", "rgba(1,2,3,0)"], ["rgba(0,0,0)", "rgba(0,0,0,2)"]),
    ("hsl", ["hsl(360,100%,50%)"], ["hsl(361,1%,1%)", "hsl(1,1,1)"]),
    ("hsla", ["hsla(0,0%,0%,0.1)"], ["hsla(0,0%,0%)"]),
    ("iscolor", ["#fff", "rgb(1,2,3)", "rgba(1,2,3,1)", "hsl(1,1%,1%)", "hsla(1,1%,1%,0)"], ["red", ""]),
    (
        "email",
        ["ada@example.org", "a.b+c@x.test", "ü@münchen.de"],
        ["ada", "a@", "@b.co", "a@b", "a@localhost", "a b@c.de", "a@b.co\n", "", 5, "a@x.invalid", "A <a@b.co>"],
    ),
    (
        "url",
        ["https://example.org", "http://localhost:8000/a?b=c#d", "https://münchen.de/ü", "ftp://example.org/a"],
        ["example.org", "//example.org", "javascript:alert(1)", "http://", "http://a b.org", "", 5],
    ),
    ("uri", ["https://example.org", "mailto:a@b.co", "/path?x=1", "urn:a:b"], ["no uri", "example", "", "http://a b"]),
    ("urn_rfc2141", ["urn:isbn:0451450523", "URN:a-b:c%20d"], ["urn:a", "isbn:1", "urn:urn:a", "urn:a:"]),
    ("base64", ["aGVsbG8=", "aGk="], ["aGVsbG8", "a-k=", "", "aGk=\n", 5]),
    ("base64url", ["a-_=", "aGk="], ["a+k=", "a/k=", "aGk"]),
    ("datauri", ["data:image/png;base64,aGk="], ["data:image/png,aGk=", "data:image/png;base64,%", "aGk=", 5]),
    ("contains=da", ["Ada"], ["ada Da"[3:], 5]),
    ("contains=a0x2Cb", ["xa,by"], ["ab"]),
    ("containsany=xyz", ["any"], ["one"]),
    ("containsrune=ü", ["Grün"], ["Grun"]),
    ("excludes=da", ["Bob"], ["Ada"]),
    ("excludesall=!?", ["Ada"], ["Ada!", 5]),
    ("excludesall=!0x7C", ["Ada"], ["A|b"]),
    ("excludesrune=@", ["ada"], ["a@b"]),
    ("startswith=Mr ", ["Mr X"], ["Mrs X"]),
    ("endswith=.org", ["example.org"], ["example.com", 5]),
    ("isbn", ["978-3-8362-7926-0", "3836221195"], ["3836221191", "978-3", ""]),
    ("isbn10", ["3836221195", "0-306-40615-2"], ["9783836279260", "3836221191"]),
    ("isbn13", ["9783836279260"], ["3836221195", "9783836279261"]),
    (
        "eth_addr",
        ["0x52908400098527886E0F7030069857D2E4169EE7"],
        ["0x5290", "52908400098527886E0F7030069857D2E4169EE7"],
    ),
    ("btc_addr", ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"], ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "bc1q", ""]),
    (
        "btc_addr_bech32",
        ["bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4"],
        ["bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdx", "Bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "bc1q"],
    ),
    ("uuid", [UUID4], [UUID4.upper(), UUID4[:-1], "x", ""]),
    ("uuid3", [UUID4.replace("-4a", "-3a")], [UUID4]),
    ("uuid4", [UUID4], [UUID4.replace("-4a", "-3a"), UUID4.replace("-9c", "-1c"), UUID4.upper()]),
    ("uuid5", [UUID4.replace("-4a", "-5a")], [UUID4]),
    ("uuid_rfc4122", [UUID4.upper(), UUID4], ["x"]),
    ("uuid3_rfc4122", [UUID4.replace("-4a", "-3a").upper()], [UUID4]),
    ("uuid4_rfc4122", [UUID4.upper()], [UUID4.replace("-4a", "-3a")]),
    ("uuid5_rfc4122", [UUID4.replace("-4a", "-5a").upper()], [UUID4]),
    ("ascii", ["abc\n", ""], ["ä", 5]),
    ("printascii", ["a b", ""], ["a\n", "ä"]),
    ("multibyte", ["aä", ""], ["abc"]),
    ("latitude", ["52.5", "-90", 90, 52.5, Decimal("-89.9"), "+1"], ["90.1", 91, "north", "", True]),
    ("longitude", ["-180", 180, "179.999"], ["180.1", -181, "x"]),
    ("ssn", ["123-45-6789", "123 45 6789"], ["123456789", "000-45-6789", "666-45-6789", "123-45-678"]),
    ("ipv4", ["192.0.2.1"], ["256.0.0.1", "::1", "1.2.3", "01.2.3.4", ""]),
    ("ipv6", ["::1", "2001:db8::1"], ["192.0.2.1", "fe80::1%eth0", ":::"]),
    ("ip", ["192.0.2.1", "::1"], ["x", 5, ""]),
    ("cidrv4", ["192.0.2.0/24", "192.0.2.1/32"], ["192.0.2.0", "192.0.2.0/33", "::/8", "192.0.2.0/255.255.255.0"]),
    ("cidrv6", ["2001:db8::/32"], ["192.0.2.0/24", "::/129"]),
    ("cidr", ["192.0.2.0/24", "::/0"], ["192.0.2.0", "x/8"]),
    ("tcp4_addr", ["127.0.0.1:80"], ["[::1]:80", "127.0.0.1", ":80", "127.0.0.1:65536", "localhost:80"]),
    ("tcp6_addr", ["[::1]:80"], ["127.0.0.1:80", "::1", "[::1]"]),
    ("tcp_addr", ["127.0.0.1:80", "[::1]:80"], ["127.0.0.1", "127.0.0.1:http"]),
    ("udp4_addr", ["127.0.0.1:53"], ["[::1]:53"]),
    ("udp6_addr", ["[::1]:53"], ["127.0.0.1:53"]),
    ("udp_addr", ["127.0.0.1:53", "[::1]:53"], ["x:53"]),
    ("ip4_addr", ["127.0.0.1"], ["::1"]),
    ("ip6_addr", ["::1"], ["127.0.0.1"]),
    ("ip_addr", ["127.0.0.1", "::1"], ["localhost"]),
    ("unix_addr", ["/run/app.sock"], ["", "/" + "x" * 120, 5]),
    (
        "mac",
        ["00:00:5e:00:53:01", "00-00-5E-00-53-01", "0000.5e00.5301", "02:00:5e:10:00:00:00:01"],
        ["00:00:5e:00:53", "00:00-5e:00:53:01", "x"],
    ),
    ("hostname", ["example", "www.example.org", "a-b.c"], ["1example.org", "-a", "a..b", "a_b", ""]),
    ("hostname_rfc1123", ["1example.org", "example"], ["-a.org", "a-.org", "a b", "x" * 64]),
    ("fqdn", ["example.org", "www.example.org.", "1.example.org"], ["example", "example..org", ".", ""]),
    ("unique", [[1, 2], ["a", "b"], [], [1, True], {"a": 1, "b": 2}], [[1, 1.0], ["a", "a"], {"a": 1, "b": 1}, "ab"]),
    ("unique", [[{"a": 1}, {"a": 2}]], [[{"a": [1]}, {"a": [1]}]]),
    ("oneof=red green", ["red", "green"], ["blue", "Red", "red green", "", 5, ["red"]]),
    ("oneof=1 2.5", [1, 2.5, "1", Decimal("2.50")], [2, "2.50", True]),
    ("html", ["<b>x</b>", "a <br/> b"], ["a < b", "<1>", ""]),
    ("html_encoded", ["&lt;", "&#x26;", "a &amp b"], ["a & b", ""]),
    ("url_encoded", ["a%20b"], ["a%2", "a%gg", ""]),
    ("e164", ["+493012345678", "+14155552671"], ["03012345678", "+1", "x", ""]),
    ("credit_card", ["4111111111111111"], ["4111111111111112", "x"]),
    ("luhn_checksum", ["79927398713"], ["79927398710", ""]),
    ("iban", ["DE89 3704 0044 0532 0130 00"], ["DE88370400440532013000"]),
    ("bic", ["DEUTDEFF"], ["DEUT"]),
    ("issn", ["0378-5955"], ["0378-5954"]),
]


def passes(tags: str, value: Any) -> bool:
    """Run one list over one value, with the other inputs of these tests."""
    validation = compile_validation(tags)
    assert validation.passes(value, OTHERS) == (validation.problems("x", value, OTHERS) == [])
    return validation.passes(value, OTHERS)


@pytest.mark.parametrize(("tags", "good", "bad"), TABLE, ids=[tags for tags, _, _ in TABLE])
def test_a_tag(tags: str, good: list[Any], bad: list[Any]) -> None:
    """A tag passes the values it should, refuses the others, and reports itself as the code."""
    assert [value for value in good if not passes(tags, value)] == []
    assert [value for value in bad if passes(tags, value)] == []
    code = tags.partition("=")[0]
    for value in bad:
        (problem,) = compile_validation(tags).problems("x", value, OTHERS)
        assert (problem.field, problem.code) == ("x", code)
        assert problem.message.startswith("'x' ")
        assert problem.message.endswith(".")


def test_every_tag_of_the_reference_is_there_and_tested() -> None:
    """The table of tags has the whole list, and the table of tests has the whole table of tags."""
    assert set(REFERENCE.split()) <= set(TAGS)
    assert {tags.partition("=")[0] for tags, _, _ in TABLE} == set(TAGS)


@pytest.mark.parametrize(
    ("tags", "value", "message"),
    [
        ("required", "", "'x' is required."),
        ("min=8", "short", "'x' must have at least 8 characters."),
        ("min=1", "", "'x' must have at least 1 character."),
        ("max=2", [1, 2, 3], "'x' must have at most 2 items."),
        ("len=2", "abc", "'x' must have exactly 2 characters."),
        ("min=8", 5, "'x' must be at least 8."),
        ("gt=0", 0, "'x' must be greater than 0."),
        ("gt=0", [], "'x' must have more than 0 items."),
        ("gt", date(2000, 1, 1), "'x' must be later than now."),
        ("lt=3", "abc", "'x' must have fewer than 3 characters."),
        ("eqfield=InnerStructField[passwordConfirm]", "a", "'x' must equal 'passwordConfirm'."),
        ("ltefield=age", 31, "'x' must not be greater than 'age'."),
        ("required_with=name age", "", "'x' is required with 'name', 'age'."),
        ("required_without_all=empty nothing", "", "'x' is required without any of 'empty', 'nothing'."),
        ("oneof=red green", "blue", "'x' must be one of: red green."),
        ("contains={0}", "blue", "'x' must contain '{0}'."),
        ("email", "x", "'x' must be an e-mail address."),
        ("rgb|hexcolor", "x", "'x' must be a colour of the form 'rgb' or must be a colour of the form 'hexcolor'."),
        ("tcp4_addr", "x", "'x' must be an IPv4 address and a port (TCP)."),
        ("ip_addr", "x", "'x' must be an IP address."),
        ("dive,min=2", ["ab", "c"], "'x' (item 2) must have at least 2 characters."),
        ("dive,alpha", {"a": "b", "c": "1"}, "'x' (item c) must have letters only (a to z)."),
        ("dive,alpha", "abc", "'x' must be a list."),
        ("dive,alpha", ["a", None], "'x' (item 2) must not be null."),
    ],
)
def test_a_refusal_says_what_would_be_right(tags: str, value: Any, message: str) -> None:
    """The words fit the kind of the value."""
    (problem,) = compile_validation(tags).problems("x", value, OTHERS)
    assert problem.message == message


@pytest.mark.parametrize(
    ("tags", "value", "codes"),
    [
        pytest.param("min=8,alpha", "a1", ["min", "alpha"], id="all-failures"),
        pytest.param("eqfield=name,min=8", "a", ["eqfield", "min"], id="signup"),
        pytest.param("min=8,min=9", "a", ["min"], id="a-code-once"),
        pytest.param("omitempty,email", "", [], id="omitempty-empty"),
        pytest.param("omitempty,min=3", 0, [], id="omitempty-zero"),
        pytest.param("omitempty,email", "x", ["email"], id="omitempty-filled"),
        pytest.param("min=1,omitempty,email", "", ["min"], id="omitempty-later"),
        pytest.param("email", "", ["email"], id="empty-is-checked"),
        pytest.param("email", None, [], id="null-is-the-declaration's-business"),
        pytest.param("required", None, ["required"], id="required-null"),
        pytest.param("isdefault|email", "", [], id="isdefault-or"),
        pytest.param("isdefault,min=3", "", [], id="isdefault-ends"),
        pytest.param("hexcolor|rgb", "#fff", [], id="or-first"),
        pytest.param("hexcolor|rgb", "rgb(1,2,3)", [], id="or-second"),
        pytest.param("hexcolor|rgb", "red", ["hexcolor|rgb"], id="or-none"),
        pytest.param("min=3|eq=a,alpha", "a", [], id="or-then-and"),
        pytest.param("max=2,dive,alpha", ["a", "1", "2"], ["max", "alpha"], id="before-and-after-dive"),
        pytest.param("dive,required,email", ["a@b.co", ""], ["required", "email"], id="element-required"),
        pytest.param("dive,omitempty,email", ["", None], [], id="element-omitempty"),
        pytest.param("dive,dive,alpha", [["a"], ["1"]], ["alpha"], id="dive-twice"),
        pytest.param("dive,alpha", None, [], id="dive-null"),
        pytest.param("dive,alpha", 5, ["dive"], id="dive-no-list"),
        pytest.param("", "x", [], id="empty-list"),
        pytest.param("-", "x", [], id="dash"),
        pytest.param(" required , min=2 ", "a", ["min"], id="spaces"),
    ],
)
def test_a_list_of_tags(tags: str, value: Any, codes: list[str]) -> None:
    """Comma is and, bar is or; every failure is reported, once for each tag."""
    assert [problem.code for problem in compile_validation(tags).problems("x", value, OTHERS)] == codes


@pytest.mark.parametrize(
    ("tags", "tag", "message", "hint", "offset"),
    [
        pytest.param("emial", "emial", "Unknown validation tag 'emial'.", "Did you mean 'email'?", 0, id="typo"),
        pytest.param(
            "required, emial", "emial", "Unknown validation tag 'emial'.", "Did you mean 'email'?", 10, id="second"
        ),
        pytest.param("rgb|rgbb", "rgbb", "Unknown validation tag 'rgbb'.", "Did you mean 'rgb'?", 4, id="alternative"),
        pytest.param("regexp=^(a+)+$", "regexp", "Unknown validation tag 'regexp'.", "", 0, id="pattern"),
        pytest.param(
            "trim",
            "trim",
            "Unknown validation tag 'trim'.",
            "'trim' is a conformation: write it under Conformations.",
            0,
            id="conformation",
        ),
        pytest.param("min", "min", "The validation tag 'min' needs a parameter.", "Write 'min=...'.", 0, id="missing"),
        pytest.param("min=", "min", "The parameter of 'min' must be a number.", "", 4, id="empty"),
        pytest.param("email,min=x", "min", "The parameter of 'min' must be a number.", "", 10, id="bad-number"),
        pytest.param(
            "email=x", "email", "The validation tag 'email' takes no parameter.", "Write 'email'.", 0, id="too-much"
        ),
        pytest.param(
            "containsrune=ab",
            "containsrune",
            "The parameter of 'containsrune' must be one character.",
            "",
            13,
            id="rune",
        ),
        pytest.param(
            "contains=", "contains", "The parameter of 'contains' must be the text to look for.", "", 9, id="find"
        ),
        pytest.param(
            "oneof=",
            "oneof",
            "The parameter of 'oneof' must be a list of values, separated by spaces.",
            "",
            6,
            id="oneof",
        ),
        pytest.param("eqfield=paswd", "eqfield", "Unknown input 'paswd'.", "Did you mean 'password'?", 8, id="other"),
        pytest.param(
            "eqfield=InnerStructField[paswd]",
            "eqfield",
            "Unknown input 'paswd'.",
            "Did you mean 'password'?",
            8,
            id="bracketed",
        ),
        pytest.param(
            "eqfield=", "eqfield", "The parameter of 'eqfield' must be the name of another input.", "", 8, id="no"
        ),
        pytest.param(
            "required_with= ",
            "required_with",
            "The parameter of 'required_with' must be the names of other inputs, separated by spaces.",
            "",
            14,
            id="no-names",
        ),
        pytest.param(
            "required_with=name nme", "required_with", "Unknown input 'nme'.", "Did you mean 'name'?", 14, id="list"
        ),
        *(
            pytest.param(
                name,
                name,
                f"The validation tag '{name}' is refused: it would show which files the server has.",
                "Take the file itself as an input of the column type 'file'.",
                0,
                id=name,
            )
            for name in ("file", "dir", "filepath", "dirpath", "image")
        ),
    ],
)
def test_a_wrong_tag_is_an_error(tags: str, tag: str, message: str, hint: str, offset: int) -> None:
    """It is found when the list is compiled, with its place and what to do."""
    (error,) = validation_errors(tags, {"name", "password"})
    assert (error.tag, error.message, error.hint, error.offset) == (tag, message, hint, offset)
    with pytest.raises(TagError) as caught:
        compile_validation(tags, {"name", "password"})
    assert str(caught.value) == f"{message} {hint}".strip()


def test_all_errors_are_found() -> None:
    """One list may have several; without known names any may be referred to."""
    assert [error.offset for error in validation_errors("emial,min=x|dir,eqfield=z", {"a"})] == [0, 10, 12, 24]
    assert validation_errors("eqfield=z") == []


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.decimals(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@settings(deadline=None)
@given(tags=st.sampled_from([tags for tags, _, _ in TABLE]), value=ANY_JSON, other=ANY_JSON)
def test_no_value_breaks_a_tag(tags: str, value: Any, other: Any) -> None:
    """Whatever the value and the other inputs are, the answer is yes or no."""
    others = {"name": other, "age": other, "tags": other}
    assert isinstance(compile_validation(tags).passes(value, others), bool)


@settings(deadline=None)
@given(st.text(st.sampled_from("min=8,|dive eqfield[]x-0omtpy")))
def test_no_list_breaks_the_compiler(tags: str) -> None:
    """Any text either compiles or has errors whose place is inside of it."""
    errors = validation_errors(tags, {"x"})
    assert all(0 <= error.offset <= len(tags) for error in errors)
    if not errors:
        compile_validation(tags, {"x"}).problems("x", "value")


PIECES = ("a", "1", "a.", "a@", "<a", "&#", "rgb( ", "::", "%", "urn:a:", "data:a/b", "http://a.", "ä", "-")


@pytest.mark.parametrize("tag", sorted(set(TAGS)))
def test_no_text_makes_a_tag_slow(tag: str) -> None:
    """The work grows with the text and not faster: a catastrophic pattern would take minutes."""
    param = "=2" if TAGS[tag].read else ""
    validation = compile_validation(tag + param)
    with work_of_at_most(2):
        for piece in PIECES:
            for text in (piece * 2_000, piece * 50_000, piece * 2_000 + "\n"):
                validation.passes(text, {})
