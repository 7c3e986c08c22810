"""A permission as a table of checkboxes, who by what, beside the choice to do as the document says.

Works without scripts. Programs may post the field itself instead, as a number or a text (``actions.admin.rights``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from actions.admin.rights import RIGHTS, SIGNED_IN, parse_permission
from entities.permissions import AUTHENTICATED_EXECUTE, SHIFTS, Right

BY_TABLE = "table"
BY_DOCUMENT = "document"
EXECUTE = "execute"
PEOPLE: Mapping[str, str] = {
    "guest": "Guests, and everybody else",
    "user": "Whoever is signed in",
    "group": "Members of a group that the action names",
    SIGNED_IN: "Whoever is signed in, to execute alone",
}


class PermissionTable(forms.Widget):
    """Posts ``NAME_says`` and one list of rights for each class of people; reads as a text that people could type.

    ``document`` are the bits that the document gives: ticked while nothing takes their place.
    """

    template_name = "actions/permission_table.html"
    use_fieldset = True

    def __init__(self, document: int = 0) -> None:
        super().__init__()
        self.document = document

    def format_value(self, value: Any) -> Any:
        return value

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        says = BY_TABLE if value else BY_DOCUMENT
        choices = {BY_DOCUMENT: "As the document says", BY_TABLE: "As ticked here"}
        context["choices"] = [
            {"value": key, "label": label, "checked": key == says, "id": f"id_{name}_{key}"}
            for key, label in choices.items()
        ]
        context["rights"] = RIGHTS
        context["rows"] = _rows(name, _bits(value, self.document))
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        """Return a text as a program posts it, else what is ticked; nothing where the document decides."""
        if name in data:
            return str(data[name])
        if data.get(f"{name}_says") != BY_TABLE:
            return ""
        ticked = {person: data.getlist(f"{name}_{person}") for person in PEOPLE}
        return "; ".join(f"{person}: {', '.join(rights)}" for person, rights in ticked.items() if rights) or "nobody"

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and f"{name}_says" not in data

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_{BY_DOCUMENT}"


def _bits(value: Any, document: int) -> int:
    """Return what to tick: what was typed as far as it can be read, else what the document says."""
    if not value:
        return document
    try:
        return parse_permission(str(value))
    except ValueError:
        return 0


def _rows(name: str, permission: int) -> list[dict[str, Any]]:
    rows = [_row(name, person, permission >> shift, RIGHTS) for person, shift in SHIFTS.items()]
    alone = int(Right.EXECUTE) if permission & AUTHENTICATED_EXECUTE else 0
    return [*rows, _row(name, SIGNED_IN, alone, (EXECUTE,))]


def _row(name: str, person: str, permission: int, offered: tuple[str, ...]) -> dict[str, Any]:
    boxes = [
        {"right": right, "offered": right in offered, "checked": bool(permission & Right[right.upper()])}
        for right in RIGHTS
    ]
    return {"person": person, "label": PEOPLE[person], "name": f"{name}_{person}", "boxes": boxes}
