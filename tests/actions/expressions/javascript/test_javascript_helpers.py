"""The helpers of the original against Python's standard library."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import uuid
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.errors import ScriptFailed
from actions.expressions.javascript.service import Scripts
from entities.values import ABSENT
from tests.actions.expressions.javascript.sources import script

TEXTS = st.text(max_size=300)
LIGHT = settings(max_examples=60, deadline=None)


def evaluate(scripts: Scripts, source: str, **scope: Any) -> Any:
    return scripts.run([script(source)], scope)[0]


@LIGHT
@given(text=TEXTS)
def test_digests(text: str, scripts: Scripts) -> None:
    """Hashes of a text's UTF-8 are lists of numbers, which HexEncode and Base64Encode take."""
    source = "[SHA256Hash(text), HexEncode(SHA512Hash(text)), Base64Encode(MD5Hash(text))]"
    data = text.encode()
    assert evaluate(scripts, source, text=text) == [
        list(hashlib.sha256(data).digest()),
        hashlib.sha512(data).hexdigest(),
        base64.b64encode(hashlib.md5(data).digest()).decode(),
    ]


@pytest.mark.parametrize("size", [0, 1, 55, 56, 63, 64, 65, 111, 112, 119, 120, 127, 128, 129, 1000])
def test_digests_at_the_edges_of_blocks(size: int, scripts: Scripts) -> None:
    """Padding is right at every length where it changes."""
    data = bytes(index % 256 for index in range(size))
    source = "[SHA256Hash, SHA512Hash, MD5Hash].map(hash => HexEncode(hash(data)))"
    expected = [hashlib.new(name, data).hexdigest() for name in ("sha256", "sha512", "md5")]
    assert evaluate(scripts, source, data=list(data)) == expected


@LIGHT
@given(key=st.binary(max_size=200), text=TEXTS)
def test_message_authentication(key: bytes, text: str, scripts: Scripts) -> None:
    """Keys and data may be texts or bytes; long keys are hashed first."""
    source = "[HexEncode(HMACSHA256(key, text)), HexEncode(HMACSHA512(key, text))]"
    expected = [hmac.new(key, text.encode(), name).hexdigest() for name in ("sha256", "sha512")]
    assert evaluate(scripts, source, key=list(key), text=text) == expected


def test_webhook_signature(scripts: Scripts) -> None:
    """The way in which most gateways sign, in one line."""
    source = "HexEncode(HMACSHA256(secret, stamp + '.' + body)) == signature"
    signature = hmac.new(b"whsec", b'17.{"a":1}', "sha256").hexdigest()
    scope = {"secret": "whsec", "stamp": 17, "body": '{"a":1}'}
    assert evaluate(scripts, source, **scope, signature=signature) is True
    assert evaluate(scripts, source, **scope, signature=signature[::-1]) is False


@LIGHT
@given(data=st.binary(max_size=100))
def test_encodings_there_and_back(data: bytes, scripts: Scripts) -> None:
    """Bytes survive each encoding, and the texts are those of the standard library."""
    source = """
    const texts = [HexEncode(data), Base64Encode(data), URLEncode(data)];
    const bare = texts[2].replace(/=/g, "");
    const back = [HexDecode(texts[0]), Base64Decode(texts[1]), URLDecode(texts[2]), URLDecode(bare)];
    [texts, back]
    """
    texts = [data.hex(), base64.b64encode(data).decode(), base64.urlsafe_b64encode(data).decode()]
    assert evaluate(scripts, source, data=list(data)) == [texts, [list(data)] * 4]


@LIGHT
@given(text=TEXTS, data=st.binary(max_size=60))
def test_texts_are_utf8(text: str, data: bytes, scripts: Scripts) -> None:
    """`btoa` and `atob` take any text; bytes that are no UTF-8 become U+FFFD as Python does it."""
    encoded = base64.b64encode(data).decode()
    expected = [base64.b64encode(text.encode()).decode(), text, data.decode(errors="replace")]
    assert evaluate(scripts, "[btoa(text), atob(btoa(text)), atob(encoded)]", text=text, encoded=encoded) == expected


@pytest.mark.parametrize(
    ("source", "value"),
    [
        pytest.param("atob('!!')", "", id="atob-refuses"),
        pytest.param("atob(missing)", "", id="atob-of-nothing"),
        pytest.param("atob('YQ')", "a", id="atob-without-padding"),
        pytest.param("atob('YWJj\\nZA==')", "abcd", id="atob-of-lines"),
        pytest.param("Base64Decode('a')", None, id="base64-of-one-character"),
        pytest.param("Base64Decode('_-')", None, id="base64-with-the-other-alphabet"),
        pytest.param("URLDecode('_-8=')", [255, 239], id="url-alphabet"),
        pytest.param("URLEncode('~?>')", "fj8-", id="url-encode"),
        pytest.param("HexDecode('0aFF')", [10, 255], id="hex"),
        pytest.param("HexDecode('abc')", None, id="hex-odd"),
        pytest.param("HexDecode('')", [], id="hex-empty"),
        pytest.param("HexEncode('é')", "c3a9", id="hex-of-text"),
        pytest.param("HexEncode(new Uint8Array([1, 255]))", "01ff", id="typed-array"),
        pytest.param("FromJson('{\"a\": [1, null]}')", {"a": [1, None]}, id="from-json"),
        pytest.param("FromJson([91, 49, 93])", [1], id="from-json-bytes"),
        pytest.param("FromJson('{')", None, id="from-json-refuses"),
        pytest.param("FromJson(missing)", None, id="from-json-of-nothing"),
        pytest.param("ToJson({a: [1, 'x'], b: undefined})", '{"a":[1,"x"]}', id="to-json"),
        pytest.param("ToJson(missing)", "null", id="to-json-of-nothing"),
        pytest.param("ToString('x')", "x", id="text"),
        pytest.param("ToString(1.5) + ToString(true)", "1.5true", id="scalars"),
        pytest.param("ToString(null) + ToString(missing)", "", id="nothing"),
        pytest.param("ToString({a: 1}) + ToString([1, 'b']) + ToString([])", '{"a":1}[1,"b"][]', id="json"),
        pytest.param("ToString([104, 105])", "hi", id="bytes"),
        pytest.param(
            "ToString(HexDecode('0190b2b2111170008000000000000001'))", "0190b2b2-1111-7000-8000-000000000001", id="id"
        ),
    ],
)
def test_known_answers(source: str, value: Any, run: Any) -> None:
    """What cannot be decoded is null, or an empty text for `atob`, as in the original."""
    assert run(source) == value


@pytest.mark.parametrize(
    "source", ["SHA256Hash(5)", "HexEncode([256])", "btoa({})", "HMACSHA256(missing, 'x')", "MD5Hash([1.5])"]
)
def test_bytes_are_asked_for(source: str, run: Any) -> None:
    """What is neither text nor bytes is no silent hash of something else."""
    with pytest.raises(
        ScriptFailed, match=r"^TypeError: Expected a text or bytes \(a list of numbers from 0 to 255\)\.$"
    ):
        run(source)


def test_ids_are_version_7_of_now_and_unique(scripts: Scripts) -> None:
    """RFC 9562: time first, then randomness, in one crossing and over many."""
    before = time.time_ns() // 1_000_000
    made = [*evaluate(scripts, "Array.from({length: 50}, uuid)"), *(evaluate(scripts, "uuid()") for _ in range(50))]
    after = time.time_ns() // 1_000_000
    ids = [uuid.UUID(text) for text in made]
    assert len(set(ids)) == 100
    assert {(item.version, item.variant) for item in ids} == {(7, uuid.RFC_4122)}
    assert all(before <= item.int >> 80 <= after for item in ids)


def test_helpers_belong_to_the_realm(run: Any) -> None:
    """They can be neither changed nor used to reach anything outside."""
    assert run("try { btoa.x = 1 } catch (e) { e.name }") == "TypeError"
    assert run("try { globalThis.btoa = 1 } catch (e) { e.name }") == "TypeError"
    assert run("btoa('a')") == "YQ=="


def test_a_large_body_is_hashed_within_the_budget(scripts: Scripts) -> None:
    """A webhook's body of 50 KB leaves time for the rest."""
    body = json.dumps({"text": "x" * 50_000})
    digest = hashlib.sha512(body.encode()).hexdigest()
    assert evaluate(scripts, "HexEncode(SHA512Hash(body))", body=body) == digest


def test_absent_stays_absent(run: Any) -> None:
    """A helper's undefined argument does not turn into the text `undefined`."""
    assert run("missing") is ABSENT
    assert run("ToString(missing)") == ""
