"""A served action in, the original's Action out (reference 1.2): what a form needs, and nothing of what it does."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from actions.catalog import Served
from actions.inputs.compiling import type_of
from actions.plan.nodes import Input, Tags
from actions.plan.secrecy import is_secret
from entities.descriptions import Description, column_info, literal

MOST = 4096

# By version, which never changes.
_described: dict[UUID, Description] = {}


def describe(served: Served) -> Description:
    """Return the description of an action; made once for each version."""
    found = _described.get(served.version_id)
    if found is None:
        if len(_described) >= MOST:
            _described.clear()
        found = _described[served.version_id] = _description(served)
    return found


def _description(served: Served) -> Description:
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
