"""A permission as a table of checkboxes."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict

from actions.admin.rights import PermissionField
from actions.admin.tables import PermissionTable
from entities.permissions import bits


def posted(text: str) -> object:
    """Return what the field makes of a form's data."""
    return PermissionField(required=False).clean(
        PermissionTable().value_from_datadict(QueryDict(text), {}, "permission")
    )


@pytest.mark.parametrize(
    ("data", "permission"),
    [
        pytest.param("permission_says=document&permission_guest=execute", None, id="as-the-document-says"),
        pytest.param("", None, id="nothing-sent"),
        pytest.param("permission_says=nonsense&permission_guest=execute", None, id="unknown-choice"),
        pytest.param("permission_says=table", 0, id="nobody"),
        pytest.param("permission_says=table&permission_guest=execute", 32, id="guest"),
        pytest.param(
            "permission_says=table&permission_guest=peek&permission_user=read&permission_user=refer"
            "&permission_group=update&permission_signed-in=execute",
            bits(guest=["peek"], user=["read", "refer"], group=["update"]) + 2097152,
            id="every-class",
        ),
        pytest.param("permission=user: execute&permission_says=document", 4096, id="text-of-a-program"),
        pytest.param("permission=33&permission_says=table", 33, id="number-of-a-program"),
    ],
)
def test_what_is_ticked_is_what_counts(data: str, permission: int | None) -> None:
    """The choice decides between document and table; a program's own value goes before both."""
    assert posted(data) == permission


@pytest.mark.parametrize(
    "data",
    ["permission_says=table&permission_guest=fly", "permission_says=table&permission_signed-in=read"],
    ids=["unknown-right", "right-that-the-class-cannot-have"],
)
def test_what_no_box_offers_is_refused(data: str) -> None:
    """Made-up values are named, not ignored."""
    with pytest.raises(ValidationError, match="right"):
        posted(data)


@pytest.mark.parametrize(
    ("value", "document", "chosen", "boxes"),
    [
        pytest.param(None, 32, "document", [("guest", "execute")], id="the-document's"),
        pytest.param("nobody", 32, "table", [], id="nobody"),
        pytest.param(
            "user: read; signed-in: execute", 0, "table", [("user", "read"), ("signed-in", "execute")], id="own"
        ),
        pytest.param("<b>", 32, "table", [], id="unreadable"),
    ],
)
def test_shows_what_counts(value: str | None, document: int, chosen: str, boxes: list[tuple[str, str]]) -> None:
    """Ticks are those of the document while nothing takes their place; every box and choice has a name."""
    shown = PermissionTable(document).render("permission", value, {"id": "id_permission"})
    assert re.findall(r'name="permission_says" value="(\w+)"[^>]* checked>', shown) == [chosen]
    assert re.findall(r'type="checkbox" name="permission_([\w-]+)" value="(\w+)"[^>]* checked>', shown) == boxes
    assert len(re.findall(r'<input type="checkbox"[^>]*aria-label="[^"]+: \w+"', shown)) == 3 * 7 + 1
    assert "<b>" not in shown
