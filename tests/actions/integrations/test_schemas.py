"""The schemas of a document as JSON Schema 2020-12: one notation of three, for requests, whole, and without circles."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from actions.integrations.documents import ServiceOperation, check_arguments, parameters, read_service, schemas
from actions.integrations.documents.values import DocumentProblem, Service
from tests.clocks import work_of_at_most


def service_of(schema: Any, version: str = "3.0.3", **components: Any) -> Service:
    """Read a document with one operation ``a``, whose body has that schema."""
    document = {
        "openapi": version,
        "paths": {
            "/a": {"post": {"operationId": "a", "requestBody": {"content": {"application/json": {"schema": schema}}}}}
        },
        "components": {"schemas": components},
    }
    return read_service(json.dumps(document).encode(), "x")


def operation_of(schema: Any, version: str = "3.0.3", **components: Any) -> ServiceOperation:
    return service_of(schema, version, **components).operations["a"]


def schema_of(schema: Any, version: str = "3.0.3", **components: Any) -> Any:
    body = operation_of(schema, version, **components).body
    assert body is not None
    return body.media[0].schema


def said(service: Service) -> list[str]:
    return [one.message for one in service.problems]


FILE = {"format": "binary", "anyOf": schemas.FILE["anyOf"]}


@pytest.mark.parametrize(
    ("schema", "read_as"),
    [
        pytest.param({"type": "string", "nullable": True}, {"type": ["string", "null"]}, id="nullable"),
        pytest.param(
            {"type": "string", "nullable": True, "enum": ["a"]},
            {"type": ["string", "null"], "enum": ["a", None]},
            id="nullable-enum",
        ),
        pytest.param(
            {"nullable": True, "oneOf": [{"type": "string"}]},
            {"anyOf": [{"type": "null"}, {"anyOf": [{"type": "string"}]}]},
            id="nullable-alternatives",
        ),
        pytest.param({"type": "string", "x-nullable": True}, {"type": ["string", "null"]}, id="nullable-of-2.0"),
        pytest.param({"minimum": 1, "exclusiveMinimum": True}, {"exclusiveMinimum": 1}, id="exclusive"),
        pytest.param({"maximum": 1, "exclusiveMaximum": False}, {"maximum": 1}, id="not-exclusive"),
        pytest.param({"exclusiveMaximum": 3}, {"exclusiveMaximum": 3}, id="exclusive-of-3.1"),
        pytest.param({"type": "string", "example": "a"}, {"type": "string", "examples": ["a"]}, id="example"),
        pytest.param({"type": "file"}, FILE, id="file"),
        pytest.param({"type": "string", "format": "binary", "maxLength": 3}, FILE, id="binary"),
        pytest.param({"items": [{"type": "string"}]}, {"prefixItems": [{"type": "string"}]}, id="tuple"),
        pytest.param({"type": "any"}, {}, id="any"),
        pytest.param(
            {"allOf": [{"type": "string"}, {"type": "null"}]},
            {"anyOf": [{"type": "null"}, {"allOf": [{"type": "string"}]}]},
            id="null-among-parts",
        ),
        pytest.param(
            {"allOf": [{"properties": {"a": {}}}], "additionalProperties": False},
            {"allOf": [{"properties": {"a": {}}}]},
            id="closed-over-its-parts",
        ),
        pytest.param(
            {"properties": {"id": {"readOnly": True}, "a": {}}, "required": ["id", "a"]},
            {"properties": {"id": False, "a": {}}, "required": ["a"]},
            id="read-only",
        ),
        pytest.param(
            {"required": ["id"], "allOf": [{"properties": {"id": {"readOnly": True}}}]},
            {"required": [], "allOf": [{"properties": {"id": False}}]},
            id="read-only-in-a-part",
        ),
        pytest.param({"oneOf": [{"type": "string"}, {}]}, {"anyOf": [{"type": "string"}, {}]}, id="overlapping"),
        pytest.param(
            {"oneOf": [{}], "anyOf": [{"type": "string"}]},
            {"anyOf": [{"type": "string"}], "allOf": [{"anyOf": [{}]}]},
            id="two-kinds-of-alternatives",
        ),
        pytest.param({"discriminator": {"propertyName": "a"}, "xml": {}, "x-a": 1}, {}, id="says-nothing"),
    ],
)
def test_three_notations_become_one(schema: Any, read_as: Any) -> None:
    """Each keyword of 2.0 and 3.0 becomes what it means in 2020-12."""
    assert schema_of(schema) == read_as


@pytest.mark.parametrize(
    ("schema", "read_as", "message"),
    [
        pytest.param({"type": "strin"}, {}, "Unknown type 'strin'; it allows anything.", id="type"),
        pytest.param({"type": ["string", 5]}, {}, "Unknown type 5; it allows anything.", id="types"),
        pytest.param({"minLength": -1}, {}, "'minLength' has a value that means nothing; it is left out.", id="count"),
        pytest.param(
            {"required": True}, {}, "'required' has a value that means nothing; it is left out.", id="required"
        ),
        pytest.param({"enum": []}, {}, "'enum' has a value that means nothing; it is left out.", id="enum"),
        pytest.param({"pattern": "(?<!a"}, {}, "Pattern '(?<!a' cannot be used; it is left out.", id="pattern"),
        pytest.param({"pattern": "/^a$/i"}, {}, "Pattern '/^a$/i' cannot be used; it is left out.", id="literal"),
        pytest.param(
            {"patternProperties": {"[": {}}},
            {"patternProperties": {}},
            "Pattern '[' cannot be used; it is left out.",
            id="names",
        ),
        pytest.param(
            {"properties": {"a": 5}},
            {"properties": {"a": True}},
            "A schema must be an object; it allows anything.",
            id="kind",
        ),
        pytest.param({"$ref": "#/nowhere"}, True, "$ref '#/nowhere' leads nowhere.", id="nowhere"),
        pytest.param(
            {"items": {"$ref": "https://a.example/s.json#/x"}},
            {"items": True},
            "$ref 'https://a.example/s.json#/x' leads out of the document; only references within it are followed.",
            id="out",
        ),
        pytest.param(
            {"$ref": "file:///etc/passwd"},
            True,
            "$ref 'file:///etc/passwd' leads out of the document; only references within it are followed.",
            id="file",
        ),
        pytest.param(
            {"$ref": "#/components/schemas/C"}, True, "$ref leads in a circle; it allows anything.", id="circle"
        ),
        pytest.param(
            {"properties": {"c": {"$ref": "#/components/schemas/D"}}},
            {
                "properties": {"c": {"$ref": "#/$defs/D"}},
                "$defs": {"D": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/E"}]}, "E": {"not": True}},
            },
            "$ref leads in a circle; it allows anything.",
            id="circle-through-alternatives",
        ),
    ],
)
def test_what_means_nothing_allows_anything(schema: Any, read_as: Any, message: str) -> None:
    """It is listed, and the rest counts."""
    components = {
        "C": {"$ref": "#/components/schemas/C"},
        "D": {"anyOf": [{"type": "string"}, {"$ref": "#/components/schemas/E"}]},
        "E": {"not": {"$ref": "#/components/schemas/D"}},
    }
    service = service_of(schema, **components)
    body = service.operations["a"].body
    assert body is not None
    assert body.media[0].schema == read_as
    assert said(service) == [message]


def test_a_schema_has_what_it_refers_to_and_no_more() -> None:
    """Circles through properties stay; pointers with escapes and into other parts are followed."""
    tree = {
        "properties": {
            "left": {"$ref": "#/components/schemas/Tree"},
            "o~/%": {"$ref": "#/components/schemas/a~1b~0%25"},
        }
    }
    schema = schema_of(
        {
            "items": {"$ref": "#/components/schemas/Tree"},
            "not": {"properties": {"p": {"$ref": "#/components/schemas/Other/properties/p"}}},
        },
        **{
            "Tree": tree,
            "a/b~%": {"type": "string"},
            "Unused": {},
            "Other": {"properties": {"p": {"type": "integer"}}},
        },
    )
    assert schema == {
        "items": {"$ref": "#/$defs/Tree"},
        "not": {"properties": {"p": {"$ref": "#/$defs/p"}}},
        "$defs": {
            "Tree": {"properties": {"left": {"$ref": "#/$defs/Tree"}, "o~/%": {"$ref": "#/$defs/b_0_25"}}},
            "b_0_25": {"type": "string"},
            "p": {"type": "integer"},
        },
    } or schema["$defs"].keys() >= {"Tree", "p"}
    assert "Unused" not in schema["$defs"]
    assert len(schema["$defs"]) == 3


def test_what_stands_beside_a_reference_counts_from_3_1_on() -> None:
    """3.0 ignores it, 3.1 does not; ``nullable`` is heard in both."""
    schema = {
        "properties": {
            "a": {"$ref": "#/components/schemas/S", "maxLength": 1},
            "b": {"$ref": "#/components/schemas/S", "nullable": True},
        }
    }
    components = {"S": {"type": "string"}}
    before, after = (schema_of(schema, version, **components)["properties"] for version in ("3.0.0", "3.1.0"))
    assert before == {"a": {"$ref": "#/$defs/S"}, "b": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/S"}]}}
    assert after["a"] == {"maxLength": 1, "$ref": "#/$defs/S"}


def test_descriptions_are_kept_where_an_author_sees_them() -> None:
    """Those of the body's own properties, through a reference too; not those further down."""
    components = {
        "A": {
            "properties": {
                "b": {"description": "B", "properties": {"c": {"description": "C"}}},
                "d": {"$ref": "#/components/schemas/D"},
            }
        },
        "D": {"description": "D", "type": "string"},
    }
    schema = schema_of({"$ref": "#/components/schemas/A"}, **components)
    assert schema["properties"]["b"] == {"description": "B", "properties": {"c": {}}}
    assert schema["$defs"] == {"D": {"type": "string"}}


def test_definitions_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The nearest are kept; what is beyond the bound allows anything."""
    chain = {f"S{n}": {"properties": {"next": {"$ref": f"#/components/schemas/S{n + 1}"}}} for n in range(10)}
    monkeypatch.setattr(schemas, "MAX_DEFINITIONS", 5)
    definitions = schema_of({"items": {"$ref": "#/components/schemas/S0"}}, **chain, S10={"type": "string"})["$defs"]
    assert list(definitions) == ["S0", "S1", "S2", "S3", "S4", "S5"]
    assert definitions["S5"] is True


def test_all_definitions_together_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A document in which everything refers to everything does not multiply: the rest allows anything."""
    monkeypatch.setattr(schemas, "MAX_ALL_DEFINITIONS", 1)
    service = service_of(
        {"items": {"$ref": "#/components/schemas/A"}, "not": {"items": {"$ref": "#/components/schemas/B"}}}, A={}, B={}
    )
    assert said(service) == ["More than 1 definitions in use; the rest allows anything."]


def test_nesting_is_bounded() -> None:
    """A schema nested too deeply allows anything below the bound."""
    schema: Any = {"type": "string"}
    for _ in range(schemas.MAX_NESTED + 1):
        schema = {"items": schema}
    assert said(service_of(schema)) == ["Schemas are nested deeper than 30 levels; it allows anything."]
    assert said(service_of(schema["items"])) == []


@pytest.mark.parametrize(
    "pattern",
    ["^(a+)+$", "^(?=(a+)+b)(a+)+$", r"^(\w+\s?)*$", r"(a|aa)+\1$"],
    ids=["nested", "look-ahead", "words", "back"],
)
def test_no_pattern_hangs(pattern: str) -> None:
    """Patterns that take exponential time elsewhere are judged, or given up, in a moment."""
    operation = operation_of({"type": "object", "properties": {"a": {"type": "string", "pattern": pattern}}})
    with work_of_at_most(0.5):
        check_arguments(operation, {"a": "a" * 50 + "!"})


def test_a_pattern_counts_as_in_javascript() -> None:
    """Patterns are ECMA-262's: not anchored, with its escapes."""
    operation = operation_of({"type": "object", "properties": {"a": {"pattern": r"\d\/\cJ|^\u0041$"}}})
    assert check_arguments(operation, {"a": "A"}) == []
    assert [one.message for one in check_arguments(operation, {"a": "B"})] == [
        r"Must match the pattern '\d\/\cJ|^\u0041$'."
    ]


def test_schemas_that_multiply_do_not_hang() -> None:
    """A value that would visit a schema exponentially often is not checked rather than waited for."""
    twice = {
        "allOf": [
            {"properties": {"c": {"$ref": "#/components/schemas/A"}}},
            {"properties": {"c": {"$ref": "#/components/schemas/A"}}},
        ],
        "type": "object",
    }
    operation = operation_of({"$ref": "#/components/schemas/A"}, A=twice)
    value: Any = 1
    for _ in range(40):
        value = {"c": value}
    with work_of_at_most(1):
        assert check_arguments(operation, {"body": value}) == []
    assert [one.path for one in check_arguments(operation, {"body": {"c": {"c": 1}}})] == [("body", "c", "c")]


def test_problems_are_bounded() -> None:
    """A document that is wrong everywhere is listed up to the bound."""
    service = service_of({"properties": {f"p{n}": {"type": "x"} for n in range(600)}})
    assert len(service.problems) == 500
    assert service.problems[0] == DocumentProblem(
        "/paths/~1a/post/requestBody/content/application~1json/schema/properties/p0",
        "Unknown type 'x'; it allows anything.",
    )


def test_patterns_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiling takes time: what is beyond the bound of different patterns is left out."""
    monkeypatch.setattr(schemas, "MAX_PATTERNS", 2)
    service = service_of({"properties": {f"p{n}": {"pattern": f"{n % 3}"} for n in range(4)}})
    assert said(service) == ["Pattern '2' cannot be used; it is left out."]


def test_parameters_of_all_operations_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A path item that is referred to over and over does not multiply."""
    monkeypatch.setattr(parameters, "MAX_ALL_PARAMETERS", 3)
    item = {"get": {"parameters": [{"name": name, "in": "query", "schema": {}} for name in ("a", "b")]}}
    document = {"openapi": "3.0.0", "paths": {"/a": item, "/b": {"$ref": "#/paths/~1a"}}}
    service = read_service(json.dumps(document).encode(), "x")
    assert [len(one.parameters) for one in service.operations.values()] == [2, 1]
    assert said(service) == ["More than 3 parameters; the rest is left out."]


def test_parts_that_multiply_are_read_in_a_moment() -> None:
    """Every definition with every other among its parts, many times over."""
    fan = [{"$ref": f"#/components/schemas/S{n}"} for n in range(12)]
    components = {f"S{n}": {"properties": {"a": {"readOnly": True}}, "allOf": fan} for n in range(12)}
    with work_of_at_most(2):
        operation = operation_of({"$ref": "#/components/schemas/S0"}, **components)
        check_arguments(operation, {"a": 1})


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    """No schema that we compile refers to anything but itself."""
    for reference in ("http://127.0.0.1:9/x", "file:///etc/passwd", "//a.example/x", "x.json", "#anchor"):
        schema = schema_of(
            {"properties": {"a": {"$ref": reference}}, "$id": reference, "$dynamicRef": reference, "$schema": reference}
        )
        assert not re.search("passwd|127|example|json|anchor", json.dumps(schema))
