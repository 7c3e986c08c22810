"""A served action in, the original's Action out: what a form needs, and nothing of what it does."""

from __future__ import annotations

from typing import Any

from actions.catalog import Served, once_for_each_version
from actions.inputs.compiling import type_of
from actions.plan.nodes import Input, Tags
from actions.plan.secrecy import is_secret
from entities.descriptions import Description, column_info, literal


@once_for_each_version
def describe(served: Served) -> Description:
    """Return the description of an action."""
    plan = served.plan
    return {
        "Name": plan.name,
        "Label": plan.label or plan.name,
        "OnType": plan.type_name,
        "InstanceOptional": plan.instance_optional,
        "RequestSubjectRelations": list(plan.subject_relations),
        "ReferenceId": str(served.definition_id),
        "InFields": [_input(item) for item in plan.inputs],
        "OutFields": None,
        "Validations": [_tags(item) for item in plan.validations],
        "Conformations": [_tags(item) for item in plan.conformations],
    }


def _input(item: Input) -> Description:
    kind = type_of(item)
    return column_info(
        item.key,
        kind,
        Name=item.label or item.key,
        ColumnDescription=item.description,
        IsNullable=item.nullable,
        DefaultValue=literal(item.default) if item.has_default and not is_secret(item) else "",
    )


def _tags(item: Tags) -> dict[str, Any]:
    return {"ColumnName": item.key, "Tags": item.tags}
