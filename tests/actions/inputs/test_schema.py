"""The JSON Schema of an action's inputs says what the contract does, as far as JSON Schema can."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from actions.inputs import compile_inputs, input_schema
from actions.locations import Location
from actions.plan.nodes import Input, Plan, Sequence, Tags
from entities.fields import all_column_types

HERE = Location("test.yaml", 1, 1)


def plan_of(*inputs: Input, validations: Any = (), additional: bool = False) -> Plan:
    """Return a plan that has inputs and nothing else."""
    return Plan(
        name="try",
        type_name="product",
        label="Try it",
        location=HERE,
        body=Sequence(HERE, -1),
        inputs=inputs,
        validations=tuple(Tags(key, tags, HERE) for key, tags in validations),
        additional_inputs=additional,
    )


def test_the_schema_of_an_action() -> None:
    """Labels are titles, options are enums, bounds come from types and validations, defaults are shown."""
    plan = plan_of(
        Input("name", "Your name", "label", False, HERE, description="As on the door."),
        Input("size", "Size", "enum", True, HERE, options=({"Value": "S"}, {"Value": "L"})),
        Input("count", "Count", "rating", False, HERE, default="1", has_default=True),
        Input("when", "When", "date", True, HERE),
        validations=[("name", "min=2,eqfield=size"), ("count", "gt=0")],
    )
    assert input_schema(plan) == {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "title": "Try it",
        "properties": {
            "name": {
                "title": "Your name",
                "description": "As on the door.",
                "type": "string",
                "minLength": 2,
                "maxLength": 100,
            },
            "size": {"title": "Size", "enum": ["S", "L", None]},
            "count": {
                "title": "Count",
                "default": 1,
                "type": "integer",
                "minimum": 0,
                "maximum": 10,
                "exclusiveMinimum": 0,
            },
            "when": {"title": "When", "type": ["string", "null"], "format": "date"},
        },
        "required": ["name"],
        "additionalProperties": False,
    }


def test_additional_inputs_are_declared_open() -> None:
    """Tags for names that are not declared do not make them properties."""
    schema = input_schema(plan_of(additional=True, validations=[("extra", "required")]))
    assert (schema["additionalProperties"], schema["properties"], schema["required"]) == (True, {}, [])


SAMPLES: dict[str, Any] = {
    "string": "ada@example.org",
    "integer": 5,
    "number": 1.5,
    "boolean": True,
    "array": [{"name": "a", "file": "aGk="}],
}
SPECIAL: dict[str, Any] = {
    "date": "2024-02-29",
    "time": "12:30:00",
    "datetime": "2024-02-29T12:30:00Z",
    "timestamp": "2024-02-29T12:30:00Z",
    "year": 2024,
    "day": "monday",
    "color": "#fff",
    "url": "https://example.org/",
    "json": {"a": 1},
    "decimal": "1.50",
    "money": 1,
}


@pytest.mark.parametrize("kind", [item.name for item in all_column_types()])
def test_every_type_is_described(kind: str) -> None:
    """For every column type the schema is valid, and a value that the schema takes the contract takes too."""
    plan = plan_of(Input("x", "X", kind, True, HERE))
    schema = input_schema(plan)
    Draft202012Validator.check_schema(schema)
    value = SPECIAL.get(kind) or SAMPLES[schema["properties"]["x"]["type"][0]]
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    for raw in ({"x": value}, {"x": None}, {}):
        assert validator.is_valid(raw)
        compile_inputs(plan).accept(raw)
    assert not validator.is_valid({"y": 1})
