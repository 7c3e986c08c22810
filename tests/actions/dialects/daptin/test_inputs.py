"""``InFields`` and tags as the plan keeps them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from actions.plan.nodes import Input
from tests.actions.validation.harness import document, plan_of, problems_of


def input_of(written: str) -> Input:
    """Return the only input of an action."""
    (item,) = plan_of(document(inputs=f"{{{written}}}")).inputs
    return item


def test_name_is_the_key_without_column_name() -> None:
    """``ColumnName`` is the request's key; without it ``Name`` is."""
    assert (input_of("Name: A b").key, input_of("Name: A b").label) == ("A b", "A b")
    assert (input_of("Name: A, ColumnName: b").key, input_of("Name: A, ColumnName: b").label) == ("b", "A")
    assert (input_of("ColumnName: b").key, input_of("ColumnName: b").label) == ("b", "b")


def test_an_input_is_required_unless_it_says_otherwise() -> None:
    """``IsNullable`` absent means no."""
    assert (input_of("Name: a").nullable, input_of("Name: a, IsNullable: yes").nullable) == (False, True)


@pytest.mark.parametrize(
    ("written", "default", "has_default"),
    [
        pytest.param("Name: a", None, False, id="none"),
        pytest.param("Name: a, DefaultValue: x", "x", True, id="text"),
        pytest.param("Name: a, DefaultValue: \"'x'\"", "'x'", True, id="quoted"),
        pytest.param("Name: a, DefaultValue: 0", 0, True, id="zero"),
        pytest.param("Name: a, DefaultValue: 1.50", Decimal("1.50"), True, id="decimal"),
        pytest.param("Name: a, DefaultValue: false", False, True, id="false"),
        pytest.param("Name: a, DefaultValue: [1]", [1], True, id="list"),
        pytest.param("Name: a, DefaultValue: ''", "", False, id="empty-is-none"),
        pytest.param("Name: a, DefaultValue: null", None, False, id="null-is-none"),
        pytest.param("Name: a, DefaultValue: ~b", "~b", True, id="never-an-expression"),
    ],
)
def test_default(written: str, default: Any, has_default: bool) -> None:
    """A default is a literal, kept as it was written; the original writes an empty text where there is none."""
    item = input_of(written)
    assert (item.default, item.has_default) == (default, has_default)


def test_every_key_of_a_column_is_known() -> None:
    """What only tables need is taken, and means nothing for an input."""
    item = input_of(
        "Name: a, ColumnName: b, ColumnDescription: Help, ColumnType: Enum, IsPrimaryKey: no, IsAutoIncrement: no, "
        "IsIndexed: true, IsUnique: no, IsNullable: on, Permission: 5, IsForeignKey: no, ExcludeFromApi: no, "
        "ForeignKeyData: {DataSource: self, Namespace: x, KeyName: id}, DataType: varchar(10), DefaultValue: S, "
        "Options: [{ValueType: string, Value: S, Label: Small}, M]"
    )
    assert (item.description, item.column_type, item.default) == ("Help", "enum", "S")
    assert item.options == ({"ValueType": "string", "Value": "S", "Label": "Small"}, "M")


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        pytest.param(
            "ColumnType: label",
            "ACT153 3:12 /InFields/0 'Name' is missing. The request's key is ColumnName, or Name without it.",
            id="no-name",
        ),
        pytest.param(
            "Name: ' '", "ACT155 3:19 /InFields/0/Name 'Name' must have 1 to 100 printable characters.", id="blank"
        ),
        pytest.param(
            f"Name: a, ColumnName: {'x' * 101}",
            "ACT155 3:34 /InFields/0/ColumnName 'ColumnName' must have 1 to 100 printable characters.",
            id="long",
        ),
        pytest.param(
            "Name: a, Options: [{Label: x}]", "ACT153 3:32 /InFields/0/Options/0 'Value' is missing.", id="option"
        ),
        pytest.param(
            "Name: a, ForeignKeyData: x",
            "ACT154 3:38 /InFields/0/ForeignKeyData 'ForeignKeyData' must be a mapping.",
            id="kind",
        ),
    ],
)
def test_refused(written: str, problem: str) -> None:
    """What is no input is reported in its place."""
    assert problems_of(document("Return: true", inputs=f"{{{written}}}")) == [f"error {problem}"]


def test_inputs_are_mappings() -> None:
    """An element that is no mapping is reported, the others are read."""
    assert problems_of(document("Return: true", inputs="title, {Name: a}")) == [
        "error ACT154 3:12 /InFields/0 'InFields' must be a list of mappings."
    ]


def test_tags() -> None:
    """Tags keep their order and their place."""
    keys = (
        "Validations:\n  - ColumnName: title\n    Tags: required,min=3\n"
        "Conformations: [{ColumnName: title, Tags: trim}]"
    )
    plan = plan_of(document(keys=keys))
    assert [(tags.key, tags.tags, tags.location.line) for tags in plan.validations] == [("title", "required,min=3", 7)]
    assert [(tags.key, tags.tags) for tags in plan.conformations] == [("title", "trim")]
