"""What a form knows of the answers of its action before it is sent."""

from __future__ import annotations

import pytest

from actions import catalog
from actions.forms.building import forms_of
from actions.loading import save_definition

pytestmark = pytest.mark.django_db

TELLS = """\
Name: tell
OnType: todo
InstanceOptional: true
InFields: [{{Name: kind, ColumnType: label}}]
OutFields:
{outcomes}
"""


@pytest.mark.parametrize(
    ("outcomes", "texts", "data"),
    [
        pytest.param(
            "  - {Type: client.notify, Method: ACTIONRESPONSE, Attributes: {type: info, title: T, message: M}}\n"
            "  - {Type: price, Method: ACTIONRESPONSE, Attributes: {gross: 1}}",
            ["T", "M"],
            {"price"},
            id="answered",
        ),
        pytest.param(
            "  - Type: response.create\n    Method: EXECUTE\n"
            "    Attributes: {response_type: client.notify, type: info, title: T, message: M}\n"
            "  - {Type: response.create, Method: EXECUTE, Attributes: {response_type: price, gross: 1}}",
            ["T", "M"],
            {"price"},
            id="created",
        ),
        pytest.param(
            "  - {Type: response.create, Method: EXECUTE, Attributes: {response_type: ~kind, message: M}}\n"
            "  - {Type: response.create, Method: EXECUTE, Attributes: {response_type: price}, SkipInResponse: true}\n"
            "  - {Type: client.redirect, Method: ACTIONRESPONSE, Attributes: {location: /}}",
            [],
            set(),
            id="neither",
        ),
    ],
)
def test_texts_and_data(outcomes: str, texts: list[str], data: set[str]) -> None:
    """Notices that are written out are translated, and data are shown; directives and what is computed are neither."""
    save_definition(TELLS.format(outcomes=outcomes), "test.yaml")
    served = catalog.find("todo", "tell")
    assert served is not None
    forms = forms_of(served)
    assert (list(forms.texts), set(forms.data_types)) == (texts, data)
