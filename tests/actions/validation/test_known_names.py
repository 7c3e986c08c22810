"""Names that expressions read."""

from __future__ import annotations

from typing import Any

import pytest

from actions.validation.rules.known_names import known_names
from tests.actions.validation.harness import document, found_by


@pytest.mark.parametrize(
    ("text", "facts", "problems"),
    [
        pytest.param(
            document(
                "Type: n, Method: ACTIONRESPONSE, Attributes: {a: '~title', b: $attributes.title, c: "
                "$.title, d: '~subject', e: $user.email, f: $request.path, g: '~todo_id', h: '!user.name "
                "+ title'}"
            ),
            {},
            [],
            id="built-in",
        ),
        pytest.param(
            document("Type: n, Method: ACTIONRESPONSE, Attributes: {a: '~titel'}"),
            {},
            ["error ACT204 5:55 /OutFields/0/Attributes/a Unknown reference 'titel'. Did you mean 'title'?"],
            id="unknown-tilde",
        ),
        pytest.param(
            document("Type: n, Method: ACTIONRESPONSE, Attributes: {a: $titel}"),
            {},
            ["error ACT204 5:55 /OutFields/0/Attributes/a Unknown reference 'titel'. Did you mean 'title'?"],
            id="unknown-dollar",
        ),
        pytest.param(
            document("Type: n, Method: ACTIONRESPONSE, Attributes: {a: 'x $titel y'}"),
            {},
            ["error ACT204 5:58 /OutFields/0/Attributes/a Unknown reference 'titel'. Did you mean 'title'?"],
            id="unknown-embedded",
        ),
        pytest.param(
            document("Type: n, Method: ACTIONRESPONSE, Attributes: {a: 'US$5 and $ alone'}"), {}, [], id="money"
        ),
        pytest.param(
            document("Type: n, Method: ACTIONRESPONSE, Attributes: {a: '!titel + 1'}"),
            {},
            ["error ACT204 5:57 /OutFields/0/Attributes/a Unknown reference 'titel'. Did you mean 'title'?"],
            id="unknown-in-script",
        ),
        pytest.param(
            document("Type: n, Method: ACTIONRESPONSE, Attributes: {a: '!typeof titel'}"), {}, [], id="typeof"
        ),
        pytest.param(
            document(
                "Type: n, Method: ACTIONRESPONSE, Attributes: {a: '!let b = 1; const f = (c) => b + c; "
                'f(JSON.parse("1"))\'}'
            ),
            {},
            [],
            id="own-names-in-script",
        ),
        pytest.param(
            document("Type: n, Method: ACTIONRESPONSE, Attributes: {a: 'x {{ titel }}'}"),
            {},
            ["error ACT204 5:61 /OutFields/0/Attributes/a Unknown reference 'titel'. Did you mean 'title'?"],
            id="part-of-text",
        ),
        pytest.param(
            document("Type: n, Method: ACTIONRESPONSE, Condition: '~titel'"),
            {},
            ["error ACT204 5:50 /OutFields/0/Condition Unknown reference 'titel'. Did you mean 'title'?"],
            id="condition",
        ),
        pytest.param(
            document("Type: n, Method: ACTIONRESPONSE, Attributes: {a: '$one $two'}"),
            {},
            [
                (
                    "error ACT204 5:55 /OutFields/0/Attributes/a Unknown reference 'one'. Write '\\$one' for "
                    "the text itself."
                ),
                (
                    "error ACT204 5:61 /OutFields/0/Attributes/a Unknown reference 'two'. Write '\\$two' for "
                    "the text itself."
                ),
            ],
            id="several-in-one",
        ),
        pytest.param(
            document("Type: n, Method: ACTIONRESPONSE, Attributes: {a: {b: [{c: '~titel'}]}}"),
            {},
            [("error ACT204 5:64 /OutFields/0/Attributes/a/b/0/c Unknown reference 'titel'. Did you mean 'title'?")],
            id="deep-in-attributes",
        ),
        pytest.param(
            document("Type: n, Method: ACTIONRESPONSE, Attributes: {'$titel': 1}"), {}, [], id="key-is-not-read"
        ),
        pytest.param(
            document(
                "Type: n, Method: ACTIONRESPONSE, Reference: one, Attributes: {a: 1}",
                "Type: n, Method: ACTIONRESPONSE, Attributes: {a: $one.a}",
            ),
            {},
            [],
            id="reference",
        ),
        pytest.param(
            document(
                "Type: n, Method: ACTIONRESPONSE, Attributes: {a: $one.a}",
                "Type: n, Method: ACTIONRESPONSE, Reference: one",
            ),
            {},
            [("error ACT204 5:55 /OutFields/0/Attributes/a Unknown reference 'one'. No earlier outcome publishes it.")],
            id="later-reference",
        ),
        pytest.param(
            document("Type: n, Method: ACTIONRESPONSE, Reference: one, Attributes: {a: $one.a}"),
            {},
            [("error ACT204 5:71 /OutFields/0/Attributes/a Unknown reference 'one'. No earlier outcome publishes it.")],
            id="own-reference",
        ),
        pytest.param(
            document(
                "Type: n, Method: ACTIONRESPONSE, Reference: one, Condition: '~title', Else: [{Type: n, "
                "Method: ACTIONRESPONSE, Attributes: {a: $one}}]"
            ),
            {},
            [
                (
                    "error ACT204 5:133 /OutFields/0/Else/0/Attributes/a Unknown reference 'one'. No earlier "
                    "outcome publishes it."
                )
            ],
            id="opposite-branch",
        ),
        pytest.param(
            document(
                (
                    "Type: n, Method: ACTIONRESPONSE, Reference: one, Condition: '~title', Else: [{Type: n, "
                    "Method: ACTIONRESPONSE, Reference: two}]"
                ),
                "Type: n, Method: ACTIONRESPONSE, Attributes: {a: $one, b: $two}",
            ),
            {},
            [],
            id="after-the-branches",
        ),
        pytest.param(
            document("Type: n, Method: ACTIONRESPONSE, ForEach: '~title', Attributes: {a: '~item', b: $index}"),
            {},
            [],
            id="item",
        ),
        pytest.param(
            document("Type: n, Method: ACTIONRESPONSE, ForEach: '~title', Condition: '~item'"),
            {},
            ["error ACT204 5:69 /OutFields/0/Condition Unknown reference 'item'. Did you mean 'title'?"],
            id="item-in-condition",
        ),
        pytest.param(
            document(
                "Type: n, Method: ACTIONRESPONSE, ForEach: '~title'",
                "Type: n, Method: ACTIONRESPONSE, Attributes: {a: $item}",
            ),
            {},
            ["error ACT204 6:55 /OutFields/1/Attributes/a Unknown reference 'item'. Did you mean 'title'?"],
            id="item-after-the-loop",
        ),
        pytest.param(
            document(
                "Type: n, Method: ACTIONRESPONSE, ForEach: '~title', Item: line, Attributes: {a: $line, b: $item}"
            ),
            {},
            ["error ACT204 5:96 /OutFields/0/Attributes/b Unknown reference 'item'. Did you mean 'title'?"],
            id="item-renamed",
        ),
        pytest.param(
            document("Fail: {Status: 409, Message: 'No $titel', Code: '!cod'}"),
            {},
            [
                "error ACT204 5:56 /OutFields/0/Fail/Code Unknown reference 'cod'.",
                "error ACT204 5:39 /OutFields/0/Fail/Message Unknown reference 'titel'. Did you mean 'title'?",
            ],
            id="fail-message",
        ),
        pytest.param(
            document(
                "Type: todo, Method: POST, Reference: one, Attributes: {title: x}",
                (
                    "Type: n, Method: ACTIONRESPONSE, Attributes: {a: $one.titel, b: $one.title, c: "
                    "$one.__type, d: $one.reference_id}"
                ),
            ),
            {},
            ["error ACT205 6:55 /OutFields/1/Attributes/a 'one' has no column 'titel'. Did you mean 'title'?"],
            id="column-of-row",
        ),
        pytest.param(
            document("Type: n, Method: ACTIONRESPONSE, Attributes: {a: $user.password}"),
            {},
            ["error ACT205 5:55 /OutFields/0/Attributes/a 'user' has no column 'password'."],
            id="hidden-column",
        ),
        pytest.param(
            document(
                "Type: todo, Method: POST, Reference: user, Attributes: {title: x}",
                "Type: n, Method: ACTIONRESPONSE, Attributes: {a: $user.title, b: $user.email}",
            ),
            {},
            ["error ACT205 6:71 /OutFields/1/Attributes/b 'user' has no column 'email'."],
            id="user-shadowed",
        ),
        pytest.param(
            document(
                "Type: todo, Method: GET, Reference: rows",
                (
                    "Type: n, Method: ACTIONRESPONSE, Attributes: {a: $rows.title, b: '$rows[0].title', c: "
                    "'$rows[0].titel', d: '!rows.length + rows.map(r => r.x).length'}"
                ),
            ),
            {},
            [
                (
                    "error ACT205 6:55 /OutFields/1/Attributes/a 'rows' is a list. Write 'rows[0].title' for "
                    "its first element."
                ),
                ("error ACT205 6:92 /OutFields/1/Attributes/c 'rows[0]' has no column 'titel'. Did you mean 'title'?"),
            ],
            id="list-without-index",
        ),
        pytest.param(
            document(
                "Type: n, Method: ACTIONRESPONSE, Reference: one, Attributes: [{a: 1}, {a: 2}]",
                "Type: n, Method: ACTIONRESPONSE, Attributes: {a: $one.a, b: '$one[0].a'}",
            ),
            {},
            [("error ACT205 6:55 /OutFields/1/Attributes/a 'one' is a list. Write 'one[0].a' for its first element.")],
            id="list-of-attributes",
        ),
        pytest.param(
            document(
                "Type: todo, Method: POST, ForEach: '~title', Reference: many, Attributes: {title: x}",
                "Type: n, Method: ACTIONRESPONSE, Attributes: {a: $many.title, b: '$many[0].titel'}",
            ),
            {},
            [
                (
                    "error ACT205 6:55 /OutFields/1/Attributes/a 'many' is a list. Write 'many[0].title' for "
                    "its first element."
                ),
                ("error ACT205 6:71 /OutFields/1/Attributes/b 'many[0]' has no column 'titel'. Did you mean 'title'?"),
            ],
            id="list-of-a-loop",
        ),
        pytest.param(
            document(
                "Type: todo, Method: GET, Reference: rows",
                "Type: n, Method: ACTIONRESPONSE, ForEach: '~rows', Attributes: {a: $item.title, b: $item.titel}",
            ),
            {},
            ["error ACT205 6:89 /OutFields/1/Attributes/b 'item' has no column 'titel'. Did you mean 'title'?"],
            id="item-of-known-list",
        ),
        pytest.param(
            document(
                "Type: todo, Method: GET, Reference: rows, Attributes: {included_relations: project}",
                "Type: n, Method: ACTIONRESPONSE, Attributes: {a: '$rows[0].project.name'}",
            ),
            {},
            [],
            id="included-relation",
        ),
        pytest.param(
            document(
                "Type: todo, Method: GET, Reference: rows, Attributes: {include: '~title'}",
                "Type: n, Method: ACTIONRESPONSE, Attributes: {a: '$rows[0].anything'}",
            ),
            {},
            [],
            id="open-relations",
        ),
        pytest.param(
            document(
                "Type: todo, Method: GET, Reference: rows",
                "Type: n, Method: ACTIONRESPONSE, Attributes: {a: '$rows[0].project.name'}",
            ),
            {},
            [
                (
                    "error ACT205 6:55 /OutFields/1/Attributes/a 'rows[0]' has no column 'project'. Did you "
                    "mean 'project_id'?"
                )
            ],
            id="relation-not-included",
        ),
        pytest.param(
            document(
                "Type: n, Method: ACTIONRESPONSE, Attributes: {a: $.project.name, b: $.title}",
                keys="RequestSubjectRelations: [project]",
            ),
            {},
            [],
            id="subject-relation",
        ),
        pytest.param(
            document("Type: n, Method: ACTIONRESPONSE, Attributes: {a: $attributes.titel}"),
            {},
            [("error ACT205 5:55 /OutFields/0/Attributes/a 'attributes' has no input 'titel'. Did you mean 'title'?")],
            id="undeclared-attribute",
        ),
        pytest.param(
            document(
                "Type: n, Method: ACTIONRESPONSE, Attributes: {a: $attributes.anything, b: $anything}",
                keys="AdditionalInputs: true",
            ),
            {},
            ["error ACT204 5:80 /OutFields/0/Attributes/b Unknown reference 'anything'."],
            id="additional-inputs",
        ),
        pytest.param(
            document("Type: n, Method: ACTIONRESPONSE, Attributes: {a: $subject.anything}", inputs="{Name: subject}"),
            {},
            [],
            id="input-named-like-a-built-in",
        ),
        pytest.param(
            document("Type: n, Method: ACTIONRESPONSE, Attributes: {a: $env.HOME, b: '!env.HOEM', c: '~env'}"),
            {"env_names": frozenset({"HOME"})},
            [
                (
                    "error ACT210 5:71 /OutFields/0/Attributes/b Environment variable 'HOEM' is not allowed. "
                    "Did you mean 'HOME'?"
                )
            ],
            id="environment",
        ),
        pytest.param(
            document("Type: n, Method: ACTIONRESPONSE, Attributes: {a: $env.SECRET}"),
            {},
            [
                (
                    "error ACT210 5:55 /OutFields/0/Attributes/a Environment variable 'SECRET' is not "
                    "allowed. Name it in the setting ENV_NAMES."
                )
            ],
            id="no-environment",
        ),
    ],
)
def test_known_names(text: str, facts: dict[str, Any], problems: list[str]) -> None:
    """A name has to exist where it is read, and so has what is read of it."""
    assert found_by(known_names, text, **facts) == problems
