"""Arguments against the document: what is missing, unknown or wrong is found, and nothing else is said."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.integrations.documents import (
    ServiceOperation,
    argument_names,
    build_request,
    check_arguments,
    givens,
    read_service,
)
from entities.values import ABSENT

ORDER = {
    "type": "object",
    "required": ["amount", "currency"],
    "additionalProperties": False,
    "properties": {
        "amount": {"type": "integer", "minimum": 1, "description": "In cents."},
        "currency": {"enum": ["eur", "usd"]},
        "note": {"type": "string", "maxLength": 3, "nullable": True},
        "tags": {"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": True},
        "payer": {
            "oneOf": [
                {"type": "object", "required": ["email"], "properties": {"email": {"type": "string"}}},
                {"type": "string", "pattern": "^cus_"},
            ]
        },
        "id": {"type": "string", "readOnly": True},
        "nested": {"$ref": "#/components/schemas/Node"},
    },
}
NODE = {
    "type": "object",
    "properties": {"value": {"type": "number", "multipleOf": 0.5}, "next": {"$ref": "#/components/schemas/Node"}},
    "additionalProperties": False,
}


NAMEABLE = {
    "Dog": {"type": "object", "required": ["legs"], "properties": {"kind": {}, "legs": {"type": "integer"}}},
    "Bird": {"type": "object", "required": ["wings"], "properties": {"kind": {}, "wings": {"type": "integer"}}},
}


def operation_of(*parameters: Any, body: Any = None, media: Any = None, required: bool = True) -> ServiceOperation:
    """Read an operation with those parameters and a JSON body of that schema (or those media)."""
    content = media or {"application/json": {"schema": body}}
    asked = {"requestBody": {"required": required, "content": content}} if body is not None or media else {}
    path = "/a" + "".join(f"/{{{one['name']}}}" for one in parameters if one["in"] == "path")
    document = {
        "openapi": "3.0.3",
        "paths": {path: {"post": {"operationId": "a", "parameters": list(parameters), **asked}}},
        "components": {"schemas": {"Node": NODE, **NAMEABLE}},
    }
    service = read_service(json.dumps(document).encode(), "x")
    assert service.problems == ()
    return service.operations["a"]


def said(operation: ServiceOperation, arguments: Any) -> list[tuple[str, str, str]]:
    """Return what is said: where, the code, and the sentence with its hint."""
    found = check_arguments(operation, arguments)
    return [(".".join(map(str, one.path)), one.code, f"{one.message} {one.hint}".strip()) for one in found]


PAID = {"amount": 5, "currency": "eur"}


@pytest.mark.parametrize(
    ("arguments", "problems"),
    [
        pytest.param(
            {},
            [("amount", "missing", "'amount' is missing."), ("currency", "missing", "'currency' is missing.")],
            id="nothing",
        ),
        pytest.param(PAID, [], id="fits"),
        pytest.param(
            {**PAID, "amout": 1},
            [("amout", "unknown", "Unknown argument 'amout'. Did you mean 'amount'?")],
            id="unknown",
        ),
        pytest.param({**PAID, "amount": "5"}, [("amount", "type", "Must be an integer.")], id="text-for-integer"),
        pytest.param({**PAID, "amount": True}, [("amount", "type", "Must be an integer.")], id="boolean-for-integer"),
        pytest.param({**PAID, "amount": Decimal("5.0")}, [], id="whole-decimal"),
        pytest.param({**PAID, "amount": Decimal("5.5")}, [("amount", "type", "Must be an integer.")], id="decimal"),
        pytest.param({**PAID, "amount": 0}, [("amount", "value", "Must be at least 1.")], id="minimum"),
        pytest.param({**PAID, "currency": "gbp"}, [("currency", "value", "Must be one of 'eur', 'usd'.")], id="enum"),
        pytest.param({**PAID, "note": None}, [], id="null-allowed"),
        pytest.param({**PAID, "tags": None}, [("tags", "type", "Must be a list.")], id="null-refused"),
        pytest.param({**PAID, "note": "long"}, [("note", "value", "Must be at most 3 characters long.")], id="length"),
        pytest.param({**PAID, "tags": ["a", 5]}, [("tags.1", "type", "Must be a text.")], id="item"),
        pytest.param(
            {**PAID, "tags": ["a", "a"]}, [("tags", "value", "Must not have the same item twice.")], id="item-twice"
        ),
        pytest.param({**PAID, "payer": 5}, [("payer", "type", "Must be an object or a text.")], id="alternatives-type"),
        pytest.param(
            {**PAID, "payer": {}}, [("payer.email", "missing", "'email' is missing.")], id="alternative-meant"
        ),
        pytest.param({**PAID, "payer": "x"}, [("payer", "value", "Must match the pattern '^cus_'.")], id="pattern"),
        pytest.param(
            {**PAID, "id": "x"},
            [("id", "unknown", "This must not be given. It is read only: answers alone have it.")],
            id="read-only",
        ),
        pytest.param(
            {**PAID, "nested": {"next": {"next": {"value": 0.3, "z": 1}}}},
            [
                ("nested.next.next.value", "value", "Must be a multiple of 0.5."),
                ("nested.next.next.z", "unknown", "Unknown property 'z'."),
            ],
            id="deep",
        ),
        pytest.param({"body": PAID}, [], id="whole"),
        pytest.param(
            {"body": {"amount": "x"}, "currency": "eur"},
            [("body.amount", "type", "Must be an integer.")],
            id="whole-and-part",
        ),
        pytest.param(
            {"body": PAID, "amount": 1}, [("amount", "value", "'amount' is given in 'body' too.")], id="twice"
        ),
        pytest.param(
            {"body": [1], "amount": 1},
            [("body", "value", "Properties can be added to an object only.")],
            id="no-object",
        ),
        pytest.param({"body": [1]}, [("body", "type", "Must be an object.")], id="whole-of-another-type"),
        pytest.param({"request.amount": 5, "request.currency": "eur"}, [], id="legacy"),
        pytest.param(
            {"request.amount": 5, "amount": 5, "currency": "eur"},
            [("amount", "value", "'amount' and 'request.amount' name the same. Leave one of them out.")],
            id="legacy-twice",
        ),
        pytest.param(
            {"request.amount": "x", "currency": "eur"},
            [("request.amount", "type", "Must be an integer.")],
            id="legacy-wrong",
        ),
    ],
)
def test_a_json_body(arguments: Any, problems: Any) -> None:
    """Properties stand beside one another, as in the original; each problem has the name that the author wrote."""
    assert said(operation_of(body=ORDER), arguments) == problems


@pytest.mark.parametrize(
    ("arguments", "problems"),
    [
        pytest.param({"amount": ABSENT, "currency": ABSENT}, [], id="given"),
        pytest.param({"amount": ABSENT}, [("currency", "missing", "'currency' is missing.")], id="another-missing"),
        pytest.param(
            {"amount": ABSENT, "currency": "x"},
            [("currency", "value", "Must be one of 'eur', 'usd'.")],
            id="another-wrong",
        ),
        pytest.param(
            {"amount": ABSENT, "curency": ABSENT},
            [
                ("curency", "unknown", "Unknown argument 'curency'. Did you mean 'currency'?"),
                ("currency", "missing", "'currency' is missing."),
            ],
            id="unknown",
        ),
        pytest.param({**PAID, "tags": [ABSENT, ABSENT]}, [], id="items-that-may-differ"),
        pytest.param({**PAID, "tags": [ABSENT, 5]}, [("tags.1", "type", "Must be a text.")], id="item-wrong"),
        pytest.param({**PAID, "payer": {"email": ABSENT}}, [], id="alternative"),
        pytest.param({**PAID, "payer": {"x": ABSENT}}, [], id="alternative-unknown"),
        pytest.param({**PAID, "payer": ABSENT}, [], id="any-alternative"),
        pytest.param(
            {**PAID, "nested": {"x": ABSENT}}, [("nested.x", "unknown", "Unknown property 'x'.")], id="deep-unknown"
        ),
        pytest.param({"body": ABSENT}, [], id="whole"),
        pytest.param(
            {"body": {"amount": ABSENT}}, [("body.currency", "missing", "'currency' is missing.")], id="in-the-whole"
        ),
        pytest.param({"body": ABSENT, "amount": 5}, [], id="whole-and-part"),
    ],
)
def test_what_is_not_known_yet_counts_as_given(arguments: Any, problems: Any) -> None:
    """An expression passes every check; what no value of it could mend is said all the same."""
    assert said(operation_of(body=ORDER), arguments) == problems


CONDITIONAL = {
    "type": "object",
    "properties": {"kind": {"type": "string"}, "size": {}},
    "if": {"properties": {"kind": {"const": None}}},
    "then": {"properties": {"size": {"type": "string"}}},
}


def test_conditions_on_what_is_not_known_say_nothing() -> None:
    """Whether ``then`` counts depends on a value that is to come."""
    assert said(operation_of(body=CONDITIONAL), {"kind": ABSENT, "size": 5}) == []


ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
IN_QUERY = {"name": "id", "in": "query", "schema": {"type": "string", "maxLength": 2}}
LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}}
LIST = {"name": "list", "in": "query", "schema": {"type": "array", "items": {"type": "integer"}}}


@pytest.mark.parametrize(
    ("arguments", "problems"),
    [
        pytest.param({}, [("id", "missing", "'id' is missing.")], id="missing"),
        pytest.param({"id": None}, [("id", "missing", "'id' is missing.")], id="null"),
        pytest.param({"id": 5, "query.id": None}, [], id="null-is-not-given"),
        pytest.param({"id": ABSENT}, [], id="not-known"),
        pytest.param({"id": "5"}, [], id="text-of-a-number"),
        pytest.param({"id": "five"}, [("id", "type", "Must be an integer.")], id="text"),
        pytest.param({"id": [5]}, [("id", "type", "Must be an integer.")], id="list"),
        pytest.param({"id": 5, "limit": "200"}, [("limit", "value", "Must be at most 100.")], id="text-too-large"),
        pytest.param(
            {"path.id": 5, "query.id": "abc"},
            [("query.id", "value", "Must be at most 2 characters long.")],
            id="in-the-query",
        ),
        pytest.param({"id": 5, "query.id": 12}, [], id="number-for-text"),
        pytest.param(
            {"id": 5, "path.id": 5},
            [("path.id", "value", "'path.id' and 'id' name the same. Leave one of them out.")],
            id="twice",
        ),
        pytest.param({"id": 5, "list": ["1", 2, ABSENT]}, [], id="items"),
        pytest.param({"id": 5, "list": [ABSENT, "x"]}, [("list.1", "type", "Must be an integer.")], id="item"),
        pytest.param({"id": 5, "body": {}}, [("body", "unknown", "Unknown argument 'body'.")], id="no-body"),
        pytest.param(
            {"id": 5, "request.id": 5},
            [("request.id", "unknown", "Unknown argument 'request.id'. Did you mean 'query.id'?")],
            id="no-property",
        ),
    ],
)
def test_parameters(arguments: Any, problems: Any) -> None:
    """A bare name is the path's first; what reads the same in an address is the same."""
    assert said(operation_of(ID, IN_QUERY, LIST, LIMIT), arguments) == problems


def test_a_name_of_a_parameter_and_of_the_body() -> None:
    """The parameter wins; the property is given inside ``body``, or with ``request.`` before it."""
    operation = operation_of(
        ID, body={"type": "object", "properties": {"id": {"type": "string"}, "body": {"type": "string"}}}
    )
    assert list(argument_names(operation)) == ["id", "request.id", "body"]
    built = build_request(operation, {"id": 5, "request.id": "x", "body": "text"}, "https://a.example")
    assert (built.url, built.body) == ("https://a.example/a/5", b'{"id":"x","body":"text"}')


def test_names_for_forms_and_hints() -> None:
    """Every name has its schema, whether it must be there, where it goes and what it is for."""
    operation = operation_of(ID, IN_QUERY, body=ORDER)
    names = argument_names(operation)
    assert {key: (one.place, one.required) for key, one in names.items()} == {
        "id": ("path", True),
        "query.id": ("query", False),
        "amount": ("body", True),
        "currency": ("body", True),
        "note": ("body", False),
        "tags": ("body", False),
        "payer": ("body", False),
        "nested": ("body", False),
        "body": ("body", False),
    }
    assert names["amount"].description == "In cents."
    assert names["nested"].schema == {"$ref": "#/$defs/Node", "$defs": names["body"].schema["$defs"]}


MEDIA = {
    "text/plain": {"schema": {"type": "string", "maxLength": 3}},
    "application/xml": {"schema": ORDER},
    "application/x-www-form-urlencoded": {"schema": {"type": "object", "properties": {"a": {"type": "integer"}}}},
    "application/json": {"schema": {"type": "object", "properties": {"b": {"type": "integer"}}}},
}


NAMED = {
    "oneOf": [{"$ref": "#/components/schemas/Dog"}, {"$ref": "#/components/schemas/Bird"}],
    "discriminator": {"propertyName": "kind", "mapping": {"dog": "#/components/schemas/Dog"}},
}


def _pet(kind: Any, **properties: Any) -> Any:
    return {"type": "object", "required": ["kind", *properties], "properties": {"kind": kind, **properties}}


PETS = {
    "oneOf": [
        _pet({"enum": ["dog"]}, legs={"type": "integer"}),
        _pet({"enum": ["cat"]}, fur={"type": "string"}),
        _pet({"enum": ["cat"]}, tail={"type": "string"}),
    ]
}


@pytest.mark.parametrize(
    ("arguments", "problems"),
    [
        pytest.param({"b": 1}, [], id="json-first"),
        pytest.param(
            {"a": 1},
            [
                (
                    "a",
                    "unknown",
                    "Unknown argument 'a'. Bodies of type 'application/x-www-form-urlencoded' have it: "
                    "add 'content_type: application/x-www-form-urlencoded'.",
                )
            ],
            id="of-another",
        ),
        pytest.param({"content_type": "application/x-www-form-urlencoded", "a": "1"}, [], id="chosen"),
        pytest.param({"content_type": "text/plain", "body": "x"}, [], id="text"),
        pytest.param({"content_type": "application/xml", "body": "<a/>"}, [], id="xml"),
        pytest.param(
            {"content_type": "application/xml", "body": PAID},
            [("body", "value", "A body of type 'application/xml' is a text, or a file: {name, file, type}.")],
            id="xml-as-an-object",
        ),
        pytest.param(
            {"content_type": "text/plain", "body": "long"},
            [("body", "value", "Must be at most 3 characters long.")],
            id="text-too-long",
        ),
        pytest.param({"content_type": ABSENT, "b": 1}, [], id="not-known"),
        pytest.param(
            {"content_type": "application/jsn", "b": 1},
            [
                (
                    "content_type",
                    "value",
                    "Must be one of 'application/json', 'application/x-www-form-urlencoded', 'text/plain', "
                    "'application/xml'. Did you mean 'application/json'?",
                )
            ],
            id="none",
        ),
    ],
)
def test_a_medium_is_chosen(arguments: Any, problems: Any) -> None:
    """JSON unless ``content_type`` says another that the document has."""
    assert said(operation_of(media=MEDIA), arguments) == problems


@pytest.mark.parametrize(
    ("schema", "arguments", "problems"),
    [
        pytest.param({}, {"anything": 1}, [], id="anything"),
        pytest.param({"type": "object"}, {"anything": 1}, [], id="free"),
        pytest.param(
            {"properties": {"a": {}}, "additionalProperties": {"type": "integer"}},
            {"b": "x"},
            [("b", "type", "Must be an integer.")],
            id="open",
        ),
        pytest.param(
            {"properties": {"a": {"prefixItems": [{"type": "integer"}], "items": False}}},
            {"a": [1, 2]},
            [("a.1", "unknown", "The list must end before it.")],
            id="tuple",
        ),
        pytest.param(
            {"type": "array", "items": {"type": "integer"}},
            {"a": 1},
            [
                ("a", "unknown", "Unknown argument 'a'. The whole body is called 'body'."),
                ("body", "missing", "'body' is missing."),
            ],
            id="list",
        ),
        pytest.param(
            {"type": "array", "items": {"type": "integer"}},
            {"body": [1, "x"]},
            [("body.1", "type", "Must be an integer.")],
            id="list-item",
        ),
        pytest.param(
            {"allOf": [{"$ref": "#/components/schemas/Node"}, {"properties": {"b": {}}, "required": ["b"]}]},
            {"value": 1},
            [("b", "missing", "'b' is missing.")],
            id="parts",
        ),
        pytest.param(
            {"oneOf": [{"properties": {"a": {}}, "required": ["a"]}, {"properties": {"b": {}}, "required": ["b"]}]},
            {"b": 1},
            [],
            id="alternatives",
        ),
        pytest.param({"properties": {"a": {}}}, {}, [], id="nothing-needed"),
        pytest.param(PETS, {"kind": "dog", "legs": "four"}, [("legs", "type", "Must be an integer.")], id="chosen"),
        pytest.param(PETS, {"kind": "dog"}, [("legs", "missing", "'legs' is missing.")], id="chosen-and-missing"),
        pytest.param(PETS, {"kind": "cat", "fur": 1}, [("fur", "type", "Must be a text.")], id="complete"),
        pytest.param(NAMED, {"kind": "dog", "legs": "four"}, [("legs", "type", "Must be an integer.")], id="named"),
        pytest.param(NAMED, {"kind": "Bird"}, [("wings", "missing", "'wings' is missing.")], id="named-by-itself"),
        pytest.param(NAMED, {"kind": "cow", "legs": 4}, [], id="named-by-nobody"),
        pytest.param(
            {"properties": {"pet": NAMED, "count": {"type": "integer"}}},
            {"pet": {"kind": "cow", "legs": 4}, "count": "x"},
            [("count", "type", "Must be an integer.")],
            id="named-by-nobody-beside",
        ),
        pytest.param(
            PETS, {"kind": "cow"}, [("body", "value", "It fits none of the 3 alternatives.")], id="none-is-meant"
        ),
        pytest.param(
            {"properties": {"a": {"enum": ["x"], "type": "string"}}},
            {"a": 5},
            [("a", "type", "Must be a text.")],
            id="kind-before-value",
        ),
        pytest.param(
            {"properties": {"a": {"minLength": 1}}},
            {"a": ""},
            [("a", "value", "Must be at least 1 character long.")],
            id="one",
        ),
    ],
)
def test_bodies_of_every_shape(schema: Any, arguments: Any, problems: Any) -> None:
    """Names are known through references, parts and alternatives; an open body takes any."""
    assert said(operation_of(body=schema), arguments) == problems


def test_parts_that_are_closed_do_not_refuse_one_another() -> None:
    """Each part of ``allOf`` allows what the others name; what is nested in a part is closed all the same."""
    parts = [{"$ref": "#/components/schemas/Node"}, {"properties": {"b": {}}, "additionalProperties": False}]
    operation = operation_of(body={"allOf": parts})
    assert said(operation, {"value": 1, "b": 1}) == []
    assert said(operation, {"next": {"b": 1}}) == [("next.b", "unknown", "Unknown property 'b'.")]


def test_an_optional_body_may_be_left_out() -> None:
    """Its required properties count once one of them is given."""
    operation = operation_of(body=ORDER, required=False)
    assert said(operation, {}) == []
    assert said(operation, {"amount": 1}) == [("currency", "missing", "'currency' is missing.")]
    assert build_request(operation, {}, "https://a.example").body is None


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param(object(), "A value of this kind cannot be sent.", id="kind"),
        pytest.param(float("nan"), "The number is out of reach.", id="nan"),
        pytest.param(Decimal("1e401"), "The number is out of reach.", id="decimal"),
        pytest.param(10**400, "The number is out of reach.", id="integer"),
        pytest.param("\ud800", "A text with half a character cannot be sent.", id="surrogate"),
    ],
)
@pytest.mark.parametrize("name", ["amount", "id"])
def test_values_that_no_request_holds(name: str, value: Any, message: str) -> None:
    """Refused in the body and outside of it, at their place."""
    operation = operation_of(ID, body={"type": "object", "properties": {"amount": {}}})
    assert (name, "value", message) in said(operation, {"id": 1, "amount": 1, name: value})


def test_values_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty levels and so many values fit, one more does not."""
    operation = operation_of(body={"type": "object", "properties": {"a": {}}})
    deep: Any = 1
    for _ in range(givens.MAX_DEPTH):
        deep = [deep]
    assert said(operation, {"a": deep}) == []
    assert said(operation, {"a": [deep]}) == [("a.0", "value", "Nested deeper than 50 levels.")]
    monkeypatch.setattr(givens, "MAX_VALUES", 3)
    assert said(operation, {"a": [1, 2]}) == []
    assert said(operation, {"a": [1, 2, 3]}) == [("a", "value", "More than 3 values.")]


def test_schemas_are_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second check of an operation compiles nothing."""
    operation = operation_of(ID, body=ORDER)
    check_arguments(operation, {"id": 1, **PAID})
    before = dict(operation.compiled)
    check_arguments(operation, {"id": 2, **PAID, "amount": "x"})
    assert operation.compiled == before
    assert len(before) == 4


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["", "eur", "x", "cus_1"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["email", "value", "next", "z"]), inner, max_size=3)
    ),
    max_leaves=8,
)
NAMES = st.sampled_from(["amount", "currency", "note", "tags", "payer", "nested", "zzz"])
PLACES = st.lists(st.integers(0, 30), max_size=4)
THE_ORDER = operation_of(body=ORDER)


def hidden(value: Any, places: list[int], at: list[int]) -> Any:
    """Return a value with the parts at some positions hidden."""
    at[0] += 1
    if at[0] in places:
        return ABSENT
    if isinstance(value, dict):
        return {key: hidden(one, places, at) for key, one in value.items()}
    return [hidden(one, places, at) for one in value] if isinstance(value, list) else value


@settings(max_examples=300, deadline=None)
@given(arguments=st.dictionaries(NAMES, JSON, max_size=6), places=PLACES)
def test_hiding_a_part_gives_no_new_problem(arguments: Any, places: list[int]) -> None:
    """No false alarm: what is said with parts hidden is said with them shown, too."""
    shown = {(one.path[0], one.code) for one in check_arguments(THE_ORDER, arguments)}
    partly = {key: hidden(value, places, [0]) for key, value in arguments.items()}
    told = {(one.path[0], one.code) for one in check_arguments(THE_ORDER, partly)}
    places_only = {path for path, _ in shown}
    assert {path for path, _ in told} <= places_only
