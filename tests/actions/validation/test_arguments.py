"""The attributes of operations and directives."""

from __future__ import annotations

import pytest

from actions.validation.rules.arguments import declared_arguments
from tests.actions.validation.harness import document, found_by


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param(
            document("Type: client.notify, Method: ACTIONRESPONSE, Attributes: {type: success, title: T, message: M}"),
            [],
            id="notify",
        ),
        pytest.param(
            document("Type: client.notify, Method: ACTIONRESPONSE, Attributes: {}"),
            [
                "error ACT217 5:63 /OutFields/0/Attributes 'type' of 'client.notify' is missing. Add 'type'.",
                ("error ACT217 5:63 /OutFields/0/Attributes 'message' of 'client.notify' is missing. Add 'message'."),
            ],
            id="notify-needs",
        ),
        pytest.param(
            document("Type: client.notify, Method: ACTIONRESPONSE"),
            [
                "error ACT217 5:5 /OutFields/0 'type' of 'client.notify' is missing. Add 'type'.",
                "error ACT217 5:5 /OutFields/0 'message' of 'client.notify' is missing. Add 'message'.",
            ],
            id="no-attributes",
        ),
        pytest.param(
            document("Type: client.notify, Method: ACTIONRESPONSE, Attributes: {type: Success, message: M}"),
            [
                (
                    "error ACT218 5:70 /OutFields/0/Attributes/type 'type' must be one of 'success', "
                    "'error', 'warning', 'info'. Did you mean 'success'?"
                )
            ],
            id="notify-type",
        ),
        pytest.param(
            document("Type: client.notify, Method: ACTIONRESPONSE, Attributes: {type: '~title', message: M}"),
            [],
            id="open-type",
        ),
        pytest.param(
            document("Type: client.notify, Method: ACTIONRESPONSE, Attributes: {type: info, message: 5}"),
            ["error ACT218 5:85 /OutFields/0/Attributes/message 'message' must be a text, not a number."],
            id="number-for-text",
        ),
        pytest.param(
            document("Type: client.notify, Method: ACTIONRESPONSE, Attributes: {type: info, message: M, title: null}"),
            [],
            id="null-title",
        ),
        pytest.param(
            document("Type: client.notify, Method: ACTIONRESPONSE, Attributes: {type: info, message: null}"),
            ["error ACT218 5:85 /OutFields/0/Attributes/message 'message' must be a text, not null."],
            id="null-message",
        ),
        pytest.param(
            document("Type: client.notify, Method: ACTIONRESPONSE, Attributes: {type: info, message: M, icon: x}"),
            ["warning ACT284 5:88 /OutFields/0/Attributes/icon 'client.notify' takes no 'icon'."],
            id="further-attribute",
        ),
        pytest.param(
            document(
                "Type: client.redirect, Method: ACTIONRESPONSE, Attributes: {location: /, window: tab, delay: 1.5}"
            ),
            [
                (
                    "error ACT218 5:87 /OutFields/0/Attributes/window 'window' must be one of 'self', "
                    "'blank', 'parent', 'top'."
                ),
                "error ACT218 5:99 /OutFields/0/Attributes/delay 'delay' must be a whole number.",
            ],
            id="redirect",
        ),
        pytest.param(
            document("Type: client.redirect, Method: ACTIONRESPONSE, Attributes: {location: /, delay: '2000'}"),
            [],
            id="delay-as-text",
        ),
        pytest.param(
            document("Type: client.store.set, Method: ACTIONRESPONSE, Attributes: {key: k, value: {any: [1]}}"),
            [],
            id="store",
        ),
        pytest.param(
            document("Type: client.cookie.set, Method: ACTIONRESPONSE, Attributes: {value: 5}"),
            [
                "error ACT217 5:67 /OutFields/0/Attributes 'key' of 'client.cookie.set' is missing. Add 'key'.",
                "error ACT218 5:75 /OutFields/0/Attributes/value 'value' must be a text, not a number.",
            ],
            id="cookie",
        ),
        pytest.param(
            document("Type: client.file.download, Method: ACTIONRESPONSE, Attributes: {content: aGk=, name: a.txt}"),
            [
                (
                    "error ACT217 5:70 /OutFields/0/Attributes 'contentType' of 'client.file.download' is "
                    "missing. Add 'contentType'."
                )
            ],
            id="download",
        ),
        pytest.param(
            document(
                "Type: client.header.set, Method: ACTIONRESPONSE, Attributes: {X-Any: a, status: '201', "
                "X-Open: '~title'}"
            ),
            [],
            id="headers",
        ),
        pytest.param(
            document(
                "Type: client.header.set, Method: ACTIONRESPONSE, Attributes: {Set-Cookie: '~title', "
                "status: 99, X-None: null}"
            ),
            [
                "error ACT236 5:80 /OutFields/0/Attributes/Set-Cookie The header 'Set-Cookie' may not be set.",
                "error ACT236 5:98 /OutFields/0/Attributes/status A status is a number from 200 to 599.",
                "error ACT236 5:110 /OutFields/0/Attributes/X-None The header 'X-None' must be a text.",
            ],
            id="refused-headers",
        ),
        pytest.param(
            document(
                "Type: render, Method: ACTIONRESPONSE, Attributes: {content: aGk=, mime_type: text/plain, headers: x}"
            ),
            ["error ACT218 5:104 /OutFields/0/Attributes/headers 'headers' must be a mapping, not a text."],
            id="render",
        ),
        pytest.param(document("Type: anything, Method: ACTIONRESPONSE, Attributes: {a: 1}"), [], id="data"),
        pytest.param(
            document(
                "Type: jwt.token, Method: EXECUTE, Attributes: {email: a@b.c, password: '~title', "
                "skipPasswordCheck: 1, mail: x}"
            ),
            [
                (
                    "error ACT218 5:106 /OutFields/0/Attributes/skipPasswordCheck 'skipPasswordCheck' must "
                    "be true or false, not a number."
                ),
                ("error ACT235 5:109 /OutFields/0/Attributes/mail 'jwt.token' takes no 'mail'. Did you mean 'email'?"),
            ],
            id="operation",
        ),
        pytest.param(
            document("Type: action.invoke, Method: EXECUTE, Attributes: {type: todo, attributes: [1]}"),
            [
                "error ACT217 5:56 /OutFields/0/Attributes 'name' of 'action.invoke' is missing. Add 'name'.",
                "error ACT218 5:81 /OutFields/0/Attributes/attributes 'attributes' must be a mapping, not a list.",
            ],
            id="invoke",
        ),
        pytest.param(
            document("Method: SWITCH_USER"),
            [
                (
                    "error ACT217 5:5 /OutFields/0 'user_reference_id' of 'session.switch' is missing. Add "
                    "'user_reference_id'."
                )
            ],
            id="switch-user",
        ),
        pytest.param(
            document(
                "Type: todo, Method: DELETE, Attributes: {id: 3}", "Type: todo, Method: GET, Attributes: {flter: x}"
            ),
            ["error ACT235 5:47 /OutFields/0/Attributes/id 'todo' takes no 'id'."],
            id="rows-have-rules-of-their-own",
        ),
        pytest.param(
            document(
                "Type: todo, Method: GET_BY_ID, Attributes: {reference_id: '~title', included_relations: project}"
            ),
            [],
            id="one-row",
        ),
        pytest.param(
            document(
                "Type: todo, Method: GET_BY_ID, Attributes: {reference_id: '~title', titel: x}",
                "Type: todo, Method: DELETE, Attributes: {reference_id: '~title', id: x}",
            ),
            [
                "error ACT235 5:74 /OutFields/0/Attributes/titel 'todo' takes no 'titel'.",
                "error ACT235 6:71 /OutFields/1/Attributes/id 'todo' takes no 'id'.",
            ],
            id="one-row-takes-no-more",
        ),
    ],
)
def test_declared_arguments(text: str, problems: list[str]) -> None:
    """What is declared must be there and of its kind; more is a warning for directives, an error for operations."""
    assert found_by(declared_arguments, text) == problems
