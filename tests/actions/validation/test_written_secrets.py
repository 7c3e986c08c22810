"""Secrets that are written out."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from actions.compiler import compile_document
from actions.errors import Problem, RefusedDocument
from actions.validation.context import Context
from actions.validation.rules.written_secrets import written_secrets
from tests.actions.validation.harness import document, found_by


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param(
            document(
                "Type: user_account, Method: POST, Attributes: {password: '~title', name: token}",
                (
                    "Type: n, Method: ACTIONRESPONSE, Attributes: {password: '', skipPasswordCheck: true, "
                    "key: token, tokens: 5}"
                ),
            ),
            [],
            id="sound",
        ),
        pytest.param(
            document(
                "Type: user_account, Method: PATCH, Attributes: {reference_id: $.reference_id, password: hunter2}"
            ),
            [
                (
                    "warning ACT282 5:94 /OutFields/0/Attributes/password 'password' looks like a secret "
                    "that is written out. Name a secret instead, or read it from 'env'."
                )
            ],
            id="password",
        ),
        pytest.param(
            document(
                "Type: n, Method: ACTIONRESPONSE, Attributes: {apiKey: a, api-key: a, client_secret: a, "
                "accessToken: a, Authorization: Bearer a}"
            ),
            [
                (
                    "warning ACT282 5:60 /OutFields/0/Attributes/apiKey 'apiKey' looks like a secret that is "
                    "written out. Name a secret instead, or read it from 'env'."
                ),
                (
                    "warning ACT282 5:72 /OutFields/0/Attributes/api-key 'api-key' looks like a secret that "
                    "is written out. Name a secret instead, or read it from 'env'."
                ),
                (
                    "warning ACT282 5:90 /OutFields/0/Attributes/client_secret 'client_secret' looks like a "
                    "secret that is written out. Name a secret instead, or read it from 'env'."
                ),
                (
                    "warning ACT282 5:106 /OutFields/0/Attributes/accessToken 'accessToken' looks like a "
                    "secret that is written out. Name a secret instead, or read it from 'env'."
                ),
                (
                    "warning ACT282 5:124 /OutFields/0/Attributes/Authorization 'Authorization' looks like a "
                    "secret that is written out. Name a secret instead, or read it from 'env'."
                ),
            ],
            id="names",
        ),
        pytest.param(
            document("Type: n, Method: ACTIONRESPONSE, Attributes: {a: [{b: {password: x}}]}"),
            [
                (
                    "warning ACT282 5:71 /OutFields/0/Attributes/a/0/b/password 'password' looks like a "
                    "secret that is written out. Name a secret instead, or read it from 'env'."
                )
            ],
            id="nested",
        ),
        pytest.param(
            document("Type: n, Method: ACTIONRESPONSE, Attributes: {password: '\\~x'}"),
            [
                (
                    "warning ACT282 5:62 /OutFields/0/Attributes/password 'password' looks like a secret "
                    "that is written out. Name a secret instead, or read it from 'env'."
                )
            ],
            id="escaped",
        ),
        pytest.param(
            document("Type: n, Method: ACTIONRESPONSE, Attributes: {authorization: 'Bearer $title'}"), [], id="embedded"
        ),
        pytest.param(
            document(
                "Type: n, Method: ACTIONRESPONSE, Attributes: {a: sk_live_0123456789, b: "
                "AKIAABCDEFGHIJKLMNOP, c: '-----BEGIN RSA PRIVATE KEY-----'}"
            ),
            [
                (
                    "warning ACT282 5:55 /OutFields/0/Attributes/a 'a' looks like a secret that is written "
                    "out. Name a secret instead, or read it from 'env'."
                ),
                (
                    "warning ACT282 5:78 /OutFields/0/Attributes/b 'b' looks like a secret that is written "
                    "out. Name a secret instead, or read it from 'env'."
                ),
                (
                    "warning ACT282 5:103 /OutFields/0/Attributes/c 'c' looks like a secret that is written "
                    "out. Name a secret instead, or read it from 'env'."
                ),
            ],
            id="known-keys",
        ),
        pytest.param(
            document(
                "Type: n, Method: ACTIONRESPONSE, Attributes: {a: \"!HexEncode(HMACSHA256('key', "
                "title))\", b: '!HMACSHA256(env.KEY, title)'}"
            ),
            [
                (
                    "warning ACT282 5:55 /OutFields/0/Attributes/a 'a' looks like a secret that is written "
                    "out. Name a secret instead, or read it from 'env'."
                )
            ],
            id="in-script",
        ),
        pytest.param(
            document(inputs="{Name: a, ColumnType: password, DefaultValue: x}"),
            [
                (
                    "warning ACT282 3:58 /InFields/0/DefaultValue 'a' looks like a secret that is written "
                    "out. Name a secret instead, or read it from 'env'."
                )
            ],
            id="default-of-password",
        ),
        pytest.param(
            document(inputs="{Name: token, DefaultValue: x}"),
            [
                (
                    "warning ACT282 3:40 /InFields/0/DefaultValue 'token' looks like a secret that is "
                    "written out. Name a secret instead, or read it from 'env'."
                )
            ],
            id="default-of-token",
        ),
    ],
)
def test_written_secrets(text: str, problems: list[str]) -> None:
    """Names and texts that look like secrets are reported; expressions, flags and empty texts are not."""
    assert found_by(written_secrets, text) == problems


CALL = "Type: $network.request, Method: EXECUTE, Attributes: {Url: 'https://%s'}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param(
            document("Type: n, Method: ACTIONRESPONSE, Attributes: {password: canary}"), "ACT282", id="written"
        ),
        pytest.param(document(inputs="{Name: a, Secret: true, DefaultValue: canary}"), "ACT282", id="default"),
        pytest.param(document(keys="Webhook: {Verify: github, Secret: canary is no name}"), "ACT252", id="receiver"),
        pytest.param(document(keys="Webhook: {Verify: github, Secret: whsec_canary88888}"), "ACT253", id="as-a-name"),
        pytest.param(document(CALL % "example.org/', BearerSecret: 'canary is no name"), "ACT259", id="bearer"),
        pytest.param(document(CALL % "u:canary@example.org/"), "ACT246", id="address"),
    ],
)
def test_what_is_said_of_a_secret_does_not_show_it(text: str, code: str) -> None:
    """It may be logged: neither the sentence nor the line of the document, but its place."""
    found = [problem for problem in everything(text) if problem.code == code]
    assert [str(problem).count("act.yaml:") for problem in found] == [1]
    assert "canary" not in str(found[0])


def everything(text: str) -> Sequence[Problem]:
    """Return what is said about a document where no secret has a value."""
    try:
        return compile_document(text, "act.yaml", Context(secret_exists=lambda name: False)).problems
    except RefusedDocument as refused:
        return refused.problems
