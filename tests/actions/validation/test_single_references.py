"""References that are published twice."""

from __future__ import annotations

import pytest

from actions.validation.rules.single_references import single_references
from tests.actions.validation.harness import document, found_by


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param(
            document("Type: n, Method: ACTIONRESPONSE, Reference: a", "Type: n, Method: ACTIONRESPONSE, Reference: b"),
            [],
            id="sound",
        ),
        pytest.param(
            document("Type: n, Method: ACTIONRESPONSE, Reference: a", "Type: n, Method: ACTIONRESPONSE, Reference: a"),
            [("error ACT214 6:50 /OutFields/1/Reference Reference 'a' is published twice. It stands first in line 5.")],
            id="twice",
        ),
        pytest.param(
            document(
                "Type: n, Method: ACTIONRESPONSE, Reference: a",
                "Type: n, Method: ACTIONRESPONSE, Reference: a",
                "Type: n, Method: ACTIONRESPONSE, Reference: a",
            ),
            [
                (
                    "error ACT214 6:50 /OutFields/1/Reference Reference 'a' is published twice. It stands "
                    "first in line 5."
                ),
                (
                    "error ACT214 7:50 /OutFields/2/Reference Reference 'a' is published twice. It stands "
                    "first in line 5."
                ),
            ],
            id="three-times",
        ),
        pytest.param(
            document(
                "Type: n, Method: ACTIONRESPONSE, Reference: a, Condition: x, Else: [{Type: n, Method: "
                "ACTIONRESPONSE, Reference: a}]"
            ),
            [],
            id="opposite-branches",
        ),
        pytest.param(
            document(
                "Type: n, Method: ACTIONRESPONSE, Condition: x, Else: [{Type: n, Method: ACTIONRESPONSE, "
                "Reference: a}, {Type: n, Method: ACTIONRESPONSE, Reference: a}]"
            ),
            [
                (
                    "error ACT214 5:154 /OutFields/0/Else/1/Reference Reference 'a' is published twice. It "
                    "stands first in line 5."
                )
            ],
            id="twice-in-a-branch",
        ),
        pytest.param(
            document(
                "Type: n, Method: ACTIONRESPONSE, Reference: a",
                (
                    "Type: n, Method: ACTIONRESPONSE, Condition: x, Else: [{Type: n, Method: ACTIONRESPONSE, "
                    "Reference: a}]"
                ),
            ),
            [
                (
                    "error ACT214 6:105 /OutFields/1/Else/0/Reference Reference 'a' is published twice. It "
                    "stands first in line 5."
                )
            ],
            id="before-the-branch",
        ),
        pytest.param(
            document(
                (
                    "Type: n, Method: ACTIONRESPONSE, Reference: a, Condition: x, Else: [{Type: n, Method: "
                    "ACTIONRESPONSE, Reference: a}]"
                ),
                "Type: n, Method: ACTIONRESPONSE, Reference: a",
            ),
            [("error ACT214 6:50 /OutFields/1/Reference Reference 'a' is published twice. It stands first in line 5.")],
            id="after-the-branches",
        ),
        pytest.param(
            document(
                "Type: n, Method: ACTIONRESPONSE, Reference: a, Condition: x",
                "Type: n, Method: ACTIONRESPONSE, Reference: a, Condition: '!!x'",
            ),
            [("error ACT214 6:50 /OutFields/1/Reference Reference 'a' is published twice. It stands first in line 5.")],
            id="conditions-are-not-branches",
        ),
        pytest.param(
            document(
                "Type: n, Method: ACTIONRESPONSE, Reference: a, ForEach: [1]",
                "Type: n, Method: ACTIONRESPONSE, Reference: a, ForEach: [1]",
            ),
            [("error ACT214 6:50 /OutFields/1/Reference Reference 'a' is published twice. It stands first in line 5.")],
            id="in-loops",
        ),
        pytest.param(
            document(
                "Type: n, Method: ACTIONRESPONSE, Reference: a, Condition: x, Else: [{Type: n, Method: "
                "ACTIONRESPONSE, Reference: a, Condition: x, Else: [{Type: n, Method: ACTIONRESPONSE, "
                "Reference: a}]}]"
            ),
            [],
            id="nested-branches",
        ),
    ],
)
def test_single_references(text: str, problems: list[str]) -> None:
    """Only opposite branches may publish the same name."""
    assert found_by(single_references, text) == problems
