"""Directives that no client knows."""

from __future__ import annotations

import pytest

from actions.validation.rules.known_directives import known_directives
from tests.actions.validation.harness import document, found_by


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param(
            document("Type: client.notify, Method: ACTIONRESPONSE, Attributes: {type: info, message: x}"),
            [],
            id="sound",
        ),
        pytest.param(
            document("Type: client.notfy, Method: ACTIONRESPONSE"),
            [("error ACT219 5:12 /OutFields/0/Type Unknown directive 'client.notfy'. Did you mean 'client.notify'?")],
            id="misspelt",
        ),
        pytest.param(
            document("Type: Client.Notify, Method: ACTIONRESPONSE"),
            [("error ACT219 5:12 /OutFields/0/Type Unknown directive 'Client.Notify'. Did you mean 'client.notify'?")],
            id="in-another-case",
        ),
        pytest.param(
            document("Type: client.token.set, Method: ACTIONRESPONSE"),
            [
                (
                    "error ACT219 5:12 /OutFields/0/Type Unknown directive 'client.token.set'. Did you mean "
                    "'client.store.set'?"
                )
            ],
            id="of-old-documents",
        ),
        pytest.param(document("Type: clients, Method: ACTIONRESPONSE"), [], id="data"),
    ],
)
def test_known_directives(text: str, problems: list[str]) -> None:
    """Everything under 'client.' has to be a directive; other names are data."""
    assert found_by(known_directives, text) == problems
