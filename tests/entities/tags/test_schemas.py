"""What validation tags say in JSON Schema: never stricter than the tags themselves."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from entities.tags.schemas import schema_of
from entities.tags.validations import compile_validation
from tests.entities.tags.test_validations import TABLE

KINDS = {str: "string", list: "array", dict: "object", int: "integer", float: "number", bool: "boolean"}


@pytest.mark.parametrize(
    ("tags", "kind", "schema"),
    [
        ("required,min=3,max=5", "string", {"minLength": 3, "maxLength": 5}),
        ("required", "string", {"minLength": 1}),
        ("min=3,max=5.5", "number", {"minimum": 3, "maximum": 5.5}),
        ("gt=0,lt=10", "integer", {"exclusiveMinimum": 0, "exclusiveMaximum": 10}),
        ("gt=2,lt=5", "string", {"minLength": 3, "maxLength": 4}),
        ("len=2,unique", "array", {"minItems": 2, "maxItems": 2, "uniqueItems": True}),
        ("min=1", "object", {"minProperties": 1}),
        ("min=1.5", "string", {}),
        ("min=-1", "string", {}),
        ("gt", "string", {}),
        ("oneof=a b", "string", {"enum": ["a", "b"]}),
        ("oneof=1 2.5 x", "number", {"enum": [1, 2.5]}),
        ("eq=a", "string", {"const": "a"}),
        ("email", "string", {"format": "email"}),
        ("uuid4", "string", {"format": "uuid"}),
        ("number", "string", {"pattern": "^[0-9]+$"}),
        ("startswith=a.b", "string", {"pattern": r"^a\.b"}),
        ("endswith={}", "string", {"pattern": r"\{\}$"}),
        ("contains=$", "string", {"pattern": r"\$"}),
        ("omitempty,email,min=3", "string", {}),
        ("rgb|hsl", "string", {}),
        ("eqfield=a", "string", {}),
        ("min=3", "boolean", {}),
        ("dive,min=3", "array", {}),
    ],
)
def test_tags_become_keywords(tags: str, kind: str, schema: dict[str, Any]) -> None:
    """Bounds, formats and patterns are said; what JSON Schema cannot say is left out."""
    assert schema_of(compile_validation(tags), kind) == schema


@pytest.mark.parametrize(("tags", "good"), [(tags, good) for tags, good, _ in TABLE], ids=[row[0] for row in TABLE])
def test_what_a_tag_passes_its_schema_passes(tags: str, good: list[Any]) -> None:
    """A client that trusts the schema is never stopped from sending a good value."""
    for value in good:
        if type(value) in KINDS:
            schema = schema_of(compile_validation(tags), KINDS[type(value)])
            Draft202012Validator.check_schema(schema)
            assert Draft202012Validator(schema).is_valid(value)
