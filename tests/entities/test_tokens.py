"""Tokens as texts: which are ours, which are nobody's, and which key signed them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any
from uuid import UUID

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entities.tokens import LONGEST, Bearer, keys, read, sign

ADA = Bearer(UUID("01890000-0000-7000-8000-000000000001"), 3)
NOW = int(time.time())
CLAIMS = {"iss": "outfield", "sub": str(ADA.account), "iat": NOW, "nbf": NOW, "exp": NOW + 86_400, "auth_version": 3}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def signed(claims: Any, header: dict[str, Any] | None = None, *, algorithm: str = "HS256") -> str:
    """Return what a thief of our key could make: any claims under any header."""
    name, key = next(iter(keys().items()))
    head = {"typ": "JWT", "alg": algorithm, "kid": name, **(header or {})}
    text = f"{part(head)}.{part(claims)}"
    return f"{text}.{encoded(hmac.digest(key, text.encode(), 'sha256'))}"


def part(value: Any) -> str:
    """Return a value as one part of a token."""
    return encoded(value if isinstance(value, bytes) else json.dumps(value).encode())


def encoded(value: bytes) -> str:
    """Return bytes in base64url without padding."""
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def test_a_token_says_who_and_until_when() -> None:
    """Issuer, subject, times and the count of ended sessions; clients read e-mail and name."""
    token = sign(ADA, email="ada@example.org", name="Ada")
    claims = jwt.decode(token, options={"verify_signature": False})
    assert {name: claims[name] for name in ("iss", "sub", "email", "name", "auth_version")} == {
        "iss": "outfield",
        "sub": str(ADA.account),
        "email": "ada@example.org",
        "name": "Ada",
        "auth_version": 3,
    }
    assert claims["nbf"] == claims["iat"] <= time.time()
    assert abs(claims["exp"] - time.time() - 72 * 3600) < 10
    assert read(token) == ADA


def test_the_longest_names_still_fit() -> None:
    """What an account may be called never makes a token that is too long to be read."""
    assert read(sign(ADA, email="e" * 254, name="\U0001f600" * 100)) == ADA


def test_what_is_made_here_is_what_is_read() -> None:
    """The helper of these tests makes tokens that are accepted, so that the refusals below mean something."""
    assert read(signed(CLAIMS)) == ADA


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("exp", NOW - 1, id="expired"),
        pytest.param("exp", None, id="never-expires"),
        pytest.param("exp", "tomorrow", id="expiry-no-number"),
        pytest.param("exp", [NOW + 600], id="expiry-list"),
        pytest.param("iat", NOW + 86_400, id="made-in-the-future"),
        pytest.param("nbf", NOW + 86_400, id="not-yet-good"),
        pytest.param("nbf", {"x": 1}, id="begin-no-number"),
        pytest.param("iss", "somebody", id="other-issuer"),
        pytest.param("iss", ["outfield"], id="issuer-list"),
        pytest.param("iss", {"outfield": 1}, id="issuer-object"),
        pytest.param("aud", "elsewhere", id="for-somebody-else"),
        pytest.param("sub", None, id="nobody"),
        pytest.param("sub", "", id="empty-subject"),
        pytest.param("sub", "1", id="subject-no-uuid"),
        pytest.param("sub", 7, id="subject-number"),
        pytest.param("sub", ADA.account.hex, id="subject-not-canonical"),
        pytest.param("sub", [str(ADA.account)], id="subject-list"),
        pytest.param("auth_version", None, id="no-version"),
        pytest.param("auth_version", "3", id="version-text"),
        pytest.param("auth_version", 3.0, id="version-float"),
        pytest.param("auth_version", True, id="version-boolean"),
        pytest.param("jti", 5, id="id-number"),
    ],
)
def test_a_claim_that_ours_do_not_have_makes_a_guest(name: str, value: Any) -> None:
    """Even under our own signature a claim of the wrong kind names nobody."""
    assert read(signed({**CLAIMS, name: value})) is None


@pytest.mark.parametrize("claims", [[], "text", 5, None, b"\xff", b"[" * 2000, b"{" + b'"a":{' * 400])
def test_claims_that_are_no_object_make_a_guest(claims: Any) -> None:
    """A payload that is no JSON object, or JSON too deep to be read, names nobody."""
    assert read(signed(claims)) is None


@pytest.mark.parametrize(
    "header",
    [
        pytest.param({"alg": "none"}, id="none"),
        pytest.param({"alg": "HS512"}, id="other-hash"),
        pytest.param({"alg": "RS256"}, id="public-key"),
        pytest.param({"alg": ["HS256"]}, id="algorithm-list"),
        pytest.param({"alg": None}, id="no-algorithm"),
        pytest.param({"kid": "0" * 12}, id="unknown-key"),
        pytest.param({"kid": None}, id="null-key"),
        pytest.param({"kid": 5}, id="key-number"),
        pytest.param({"kid": ["a"]}, id="key-list"),
        pytest.param({"crit": ["x"], "x": 1}, id="critical-extension"),
        pytest.param({"b64": False, "crit": ["b64"]}, id="detached"),
    ],
)
def test_only_our_own_header_is_accepted(header: dict[str, Any]) -> None:
    """The algorithm is pinned, the key must be named, and no extension is understood."""
    assert read(signed(CLAIMS, header)) is None


def test_a_signature_counts_under_the_named_key_only() -> None:
    """Unsigned, signed under the public name of the key, or changed afterwards: nobody."""
    name = next(iter(keys()))
    assert read(f"{part({'alg': 'none', 'kid': name})}.{part(CLAIMS)}.") is None
    assert read(jwt.encode(CLAIMS, name.ljust(32), algorithm="HS256", headers={"kid": name})) is None
    head, _, signature = sign(ADA).split(".")
    assert read(f"{head}.{part({**CLAIMS, 'sub': str(UUID(int=1))})}.{signature}") is None


def test_a_long_token_is_not_even_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond 4 KB nothing looks into it, however good it is."""
    token = sign(ADA, name="x" * 4000)
    assert len(token) > LONGEST
    monkeypatch.setattr(jwt, "get_unverified_header", lambda _: pytest.fail("parsed"))
    assert read(token) is None


def test_a_rotated_key_is_accepted_as_long_as_it_is_listed(settings: Any) -> None:
    """The new key signs, the old one is still read; a key that is listed nowhere counts for nothing."""
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "old" * 20, []
    old = sign(ADA)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, ["older" * 20, "old" * 20]
    new = sign(ADA)
    assert read(old) == read(new) == ADA
    names = [jwt.get_unverified_header(token)["kid"] for token in (old, new)]
    assert names == [list(keys())[2], next(iter(keys()))]
    settings.SECRET_KEY_FALLBACKS = []
    assert (read(old), read(new)) == (None, ADA)


def test_the_name_of_a_key_is_neither_the_key_nor_a_part_of_it() -> None:
    """What stands in every token gives nothing away."""
    for name, key in keys().items():
        assert len(name) == 12
        assert name not in key.hex()
        assert name != hashlib.sha256(key).hexdigest()[:12]


@given(header=JSON, claims=JSON)
def test_no_json_breaks_the_reading(header: Any, claims: Any) -> None:
    """Whatever stands in the parts, and even signed by us, the answer is nobody."""
    assert read(f"{part(header)}.{part(claims)}.{part('x')}") is None
    assert read(signed(claims)) is None


@given(st.text(max_size=60) | st.from_regex(r"[\w-]{0,40}\.[\w-]{0,40}\.[\w-]{0,40}"))
def test_no_text_breaks_the_reading(text: str) -> None:
    """Any text is nobody's token."""
    assert read(text) is None


@given(st.integers(min_value=0, max_value=300), st.characters())
def test_a_token_that_was_touched_is_nobodys(position: int, character: str) -> None:
    """One character changed anywhere, and the token is none of ours."""
    token = signed(CLAIMS)
    position %= len(token)
    changed = f"{token[:position]}{character}{token[position + 1 :]}"
    assert changed == token or read(changed) is None
