"""What each form of an expression gives, from the request to the answer."""

import json

import pytest

from tests.acceptance.notation import SAID, runner, said

DATA = {
    "any": {
        "null": None,
        "yes": True,
        "one": 1.0,
        "big": 1e21,
        "small": 1e-7,
        "zero": -0.0,
        "half": 1.5,
        "list": [1, 2.0, None, {"a": "x"}],
        "map": {"k": [True]},
        "long": 9007199254740993,
    },
    "text": "$user {{1+1}} ~n",
    "n": 3,
}


@pytest.fixture
def value(define, post):
    """Return what one attribute becomes."""
    run = runner(define, post)
    return lambda text, data=DATA: said(run(SAID % json.dumps(text), data))[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("~any.null", None),
        ("~any.long", 9007199254740993),
        ("~any.list[3].a", "x"),
        ("$any.list[3].a", "x"),
        ("~any.list[99].x.y", None),
        ("$any[0]", None),
        ("~any.list.a", None),
        ("~text.length", None),
        ("<$any.null>", "<>"),
        ("<$any.yes>", "<true>"),
        ("<$any.one>", "<1>"),
        ("<$any.big>", "<1000000000000000000000>"),
        ("<$any.small>", "<0.0000001>"),
        ("<$any.zero>", "<0>"),
        ("<$any.half>", "<1.5>"),
        ("<$any.list>", '<[1,2,null,{"a":"x"}]>'),
        ("<$any.map>", '<{"k":[true]}>'),
        ("<$any.long>", "<9007199254740993>"),
        ("<$text>", "<$user {{1+1}} ~n>"),
        ("<{{text}}>", "<$user {{1+1}} ~n>"),
        ("~text", "$user {{1+1}} ~n"),
        ("{{n}} {{any.one}} {{any.list}}", '3 1 [1,2,null,{"a":"x"}]'),
        (r"\~n", "~n"),
        (r"\!n", "!n"),
        (r"\js:n", "js:n"),
        (r"\$n", "$n"),
        (r"\{{n}}", "{{n}}"),
        (r"\~$n and \$n and \{{n}} {{n}}", "~3 and $n and {{n}} 3"),
        ("US$5", "US$5"),
        ("$5", "$5"),
        ("$", "$"),
        ("US$", "US$"),
        ("$$n", "$3"),
        ("US$n", "US3"),
        ("js: n + 1", 4),
        ("{{ n * 2 }}", 6),
        ("!if (n > 2) { 'big' } else { 'small' }", "big"),
        ("!new Date(0)", "1970-01-01T00:00:00.000Z"),
        ("!NaN", None),
        ("!1/0", None),
        ("!null", None),
        ("!undefined", "ABSENT"),
        ("![undefined, NaN, null]", [None, None, None]),
        ("!({a: undefined, b: null})", {"b": None}),
        ("!SHA256Hash('a').slice(0, 3)", [202, 151, 129]),
        ("!HexEncode(SHA256Hash('a')).slice(0, 8)", "ca978112"),
        ("!Base64Encode(HexDecode('6162'))", "YWI="),
        ("!HexEncode(HMACSHA256('k', 'd')).slice(0, 8)", "e7ea21c3"),
        ("~user", None),
        ("~user.email", None),
        ("<$user.email>", "<>"),
        ("!user === null", True),
        ("~request.method", "POST"),
        ("~request.path", "/action/todo/run"),
        ("~request.headers.user-agent", None),
        ("!typeof nowhere", "undefined"),
        ("~attributes.n", 3),
        ("!attributes.n + n", 6),
    ],
)
def test_what_an_expression_gives(value, text, expected):
    """Paths and scripts keep the kind of a value, texts spell it."""
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("~any", "ABSENT"),
        ("$any", "ABSENT"),
        ("~any.a[0].b", "ABSENT"),
        ("is $any", "ABSENT"),
        ("is {{any}}", "ABSENT"),
        ("~attributes.any", "ABSENT"),
        ("!any", "ABSENT"),
        ("!typeof any", "undefined"),
        (["~any", "$any!", 1], [None, None, 1]),
        ({"a": "~any", "b": ["!any"], "c": {"d": "$any"}}, {"b": [None], "c": {}}),
        ("!attributes.any === undefined", True),
    ],
)
def test_an_optional_input_that_was_not_sent(value, text, expected):
    """Its attribute is left out, also inside a text; in a list it is null, in a script undefined."""
    assert value(text, {}) == expected


def test_an_integer_of_any_length_is_kept(value):
    """A number beyond 64 bits is a finite number like any other."""
    assert value("~any", {"any": 2**70}) == 2**70
    assert value("<$any>", {"any": 2**70}) == f"<{2**70}>"


def test_an_input_may_be_called_like_something_built_in(define, post):
    """What the author declares is what is meant; ``attributes`` is always the object of all inputs."""
    define("""
Name: run
OnType: todo
Permission: {guest: [execute]}
InFields: [{Name: user}, {Name: subject}, {Name: attributes}]
OutFields:
  - {Type: said, Method: ACTIONRESPONSE, Attributes: {w: "$user $subject $attributes.attributes"}}
""")
    sent = {"user": "u", "subject": "s", "attributes": "a"}
    response = post("todo/run", {"attributes": sent})
    assert response.json()[0]["Attributes"]["w"] == "u s a"
