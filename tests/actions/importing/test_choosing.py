"""What a command line says of authentication: taken in its order, judged as the admin does, told when refused."""

from __future__ import annotations

from typing import Any

import pytest

from actions.importing.choosing import BACK, NAMES, configured, describe_changes, describe_schemes
from actions.importing.errors import ImportRefused
from actions.integrations.documents import SecurityScheme

SCHEMES = {
    "key": SecurityScheme("apiKey", "header", "X-Key"),
    "key.two": SecurityScheme("apiKey", "header", "X-Key-2"),
    "a=b c": SecurityScheme("basic"),
    "oauth": SecurityScheme("oauth2", token_url="https://a.example/token"),
    "code": SecurityScheme("oauth2"),
}
CLIENT = {"secret": "s", "client_id": "c"}
FULL = {**CLIENT, "scopes": ["a", "b"], "send": "body", "parameters": {"audience": "x", "tenant": "y"}}


@pytest.mark.parametrize(
    ("old", "said", "kept"),
    [
        pytest.param({}, [], {}, id="nothing"),
        pytest.param({}, ["key=s"], {"key": {"secret": "s"}}, id="secret"),
        pytest.param({"key": {"secret": "s"}}, ["key=s"], {"key": {"secret": "s"}}, id="again"),
        pytest.param({"key": {"secret": "s"}}, ["key=t"], {"key": {"secret": "t"}}, id="another"),
        pytest.param({"key": {"secret": "s"}}, ["key="], {}, id="taken-back"),
        pytest.param({}, ["key="], {}, id="nothing-to-take-back"),
        pytest.param(
            {"key": {"secret": "s"}}, ["code=t"], {"key": {"secret": "s"}, "code": {"secret": "t"}}, id="others-stay"
        ),
        pytest.param({}, ["key.two=s"], {"key.two": {"secret": "s"}}, id="dot-in-a-name"),
        pytest.param({}, ["a=b c=s"], {"a=b c": {"secret": "s"}}, id="sign-and-space-in-a-name"),
        pytest.param({}, ["oauth=s", "oauth.client_id=c"], {"oauth": CLIENT}, id="client"),
        pytest.param({}, ["oauth.client_id=c", "oauth=s"], {"oauth": CLIENT}, id="in-any-order"),
        pytest.param({"oauth": FULL}, ["oauth=t"], {"oauth": {**FULL, "secret": "t"}}, id="other-keys-stay"),
        pytest.param(
            {"oauth": CLIENT},
            [
                "oauth.scopes=a  b",
                "oauth.send=body",
                "oauth.parameters.audience=x",
                "oauth.parameters.tenant=y",
                "oauth.token_url=https://b.example/t?a=b",
            ],
            {"oauth": {**FULL, "token_url": "https://b.example/t?a=b"}},
            id="everything",
        ),
        pytest.param(
            {"oauth": FULL},
            ["oauth.scopes=", "oauth.send=", "oauth.parameters.audience=", "oauth.parameters.tenant="],
            {"oauth": CLIENT},
            id="keys-taken-back",
        ),
        pytest.param({"key": FULL}, ["key=t"], {"key": {"secret": "t"}}, id="of-another-kind-before"),
        pytest.param({"oauth": FULL}, ["oauth=", "oauth=token"], {"oauth": {"secret": "token"}}, id="anew"),
        pytest.param(
            {"code": CLIENT},
            ["code.token_url=https://b.example/t"],
            {"code": {**CLIENT, "token_url": "https://b.example/t"}},
            id="what-the-document-said-before",
        ),
    ],
)
def test_what_is_configured(old: Any, said: list[str], kept: Any) -> None:
    """What is not named stays; saying it again changes nothing."""
    assert configured(old, SCHEMES, said).authentication == kept
    assert configured(kept, SCHEMES, said).authentication == kept


def test_what_was_configured_is_not_edited() -> None:
    """Whoever asks what would become of it has it as it was."""
    old = {"oauth": {**CLIENT, "parameters": {"audience": "x"}}}
    configured(old, SCHEMES, ["oauth.parameters.audience=", "oauth.send=body"])
    assert old == {"oauth": {**CLIENT, "parameters": {"audience": "x"}}}


def test_what_the_document_has_no_use_for_is_lost() -> None:
    """It is told, but not of what somebody takes back now."""
    old = {"gone": {"secret": "s"}, "code": CLIENT, "key": {"secret": "s"}}
    done = configured(old, SCHEMES, ["key="])
    assert (done.authentication, done.lost) == ({}, ("code", "gone"))


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        pytest.param("kee=s", "'kee': The document declares no such scheme. Did you mean 'key'?", id="scheme"),
        pytest.param("keyed=s", "'keyed': The document declares no such scheme. Did you mean 'key'?", id="longer"),
        pytest.param("kee.x=s", "'kee.x': The document declares no such scheme. Did you mean 'key'?", id="key-of-none"),
        pytest.param("key", "'key': The document declares no such scheme. Did you mean 'key'?", id="nothing"),
        pytest.param("key=a b", "'key': 'secret' is the name of a secret.", id="no-name"),
        pytest.param("key.client_id=c", "'key': It has no 'client_id'.", id="client-of-a-key"),
        pytest.param("code.client_id=c", "'code': 'secret' is the name of a secret.", id="client-alone"),
        pytest.param("oauth.clientid=c", "'oauth': It has no 'clientid'.", id="typo"),
        pytest.param("oauth.client_id.x=c", "'oauth': It has no 'client_id.x'.", id="too-deep"),
        pytest.param("oauth.send=query", "'oauth': 'send' is one of basic, body.", id="send"),
        pytest.param("oauth.parameters=x", "'oauth': 'parameters' are at most 20 texts by name.", id="parameters"),
        pytest.param("oauth.token_url=x", "'oauth': 'token_url' is an http or https address without a user.", id="url"),
        pytest.param("oauth.client_id=", "'oauth': 'scopes' is for a 'client_id'.", id="scopes-without-a-client"),
    ],
)
def test_what_is_refused(said: str, reason: str) -> None:
    """With every scheme that there is, its kind, and how it is configured."""
    with pytest.raises(ImportRefused) as caught:
        configured({"oauth": {**CLIENT, "scopes": ["a"]}}, SCHEMES, [said])
    assert reason in caught.value.reasons
    assert caught.value.reasons[-1] == f"{NAMES} {BACK}"
    assert {*describe_schemes(SCHEMES)} < {*caught.value.reasons}


@pytest.mark.parametrize("said", ["oauth.clientid=c", "oauth.parameters=x"])
def test_what_is_wrong_stays_wrong(said: str) -> None:
    """Whatever is said after it."""
    with pytest.raises(ImportRefused):
        configured({}, SCHEMES, [said, "oauth=s", "oauth.client_id=c", "oauth.parameters.audience=x"])


@pytest.mark.parametrize("said", ["key=sk_live_canary1234", "sk_live_canary1234=", "sk_live_canary1234"])
def test_a_secret_is_not_taken_for_its_name(said: str) -> None:
    """It would stand in a row for everybody to read; the refusal does not repeat it either."""
    with pytest.raises(ImportRefused) as caught:
        configured({}, SCHEMES, [said])
    assert "canary" not in str(caught.value)


def test_schemes_are_described() -> None:
    """As they are to be written; a shell reads what is shown."""
    assert [*describe_schemes(SCHEMES)] == [
        "key (apiKey): --auth key=SECRET. The secret is the key.",
        "key.two (apiKey): --auth key.two=SECRET. The secret is the key.",
        "a=b c (basic): --auth 'a=b c=SECRET'. The secret is USER:PASSWORD, or a user alone.",
        "oauth (oauth2): --auth oauth=SECRET --auth oauth.client_id=ID. The secret is the client's, and a client id is "
        "given; without one it is an access token itself. Its keys: oauth.client_id, oauth.token_url, oauth.scopes, "
        "oauth.send, oauth.parameters.NAME.",
        "code (oauth2): --auth code=SECRET. The secret is the client's, and a client id is given; without one it is an "
        "access token itself. Its keys: code.client_id, code.token_url, code.scopes, code.send, code.parameters.NAME.",
        f"{NAMES} {BACK}",
    ]
    assert [*describe_schemes({})] == ["The document declares no scheme at all."]
    many = [*describe_schemes({str(n): SecurityScheme("bearer") for n in range(25)})]
    assert (len(many), many[-2]) == (22, "5 more schemes.")


def test_changes_are_described() -> None:
    """What became of each scheme, and how it is now; of parameters the names alone."""
    before = {"a": {"secret": "s"}, "b": {"secret": "s"}, "c": {"secret": "s"}}
    assert [*describe_changes(before, {"a": {"secret": "s"}, "b": {"secret": "t"}, "d": FULL})] == [
        ("changed", "authentication 'b': secret 't'"),
        ("removed", "authentication 'c'"),
        (
            "added",
            "authentication 'd': secret 's', client_id 'c', scopes 'a b', send 'body', parameters 'audience tenant'",
        ),
    ]
