"""What a body becomes as data, and what is refused."""

from __future__ import annotations

import gzip
from decimal import Decimal
from typing import Any

import pytest

from actions.webhooks.contents import read_event
from actions.webhooks.errors import UnreadableEvent

JSON, FORM, XML = "application/json", "application/x-www-form-urlencoded", "text/xml; charset=utf-8"
BOMB = (
    b'<!DOCTYPE a [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><a>&b;</a>',
    b'<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd"><a/>',
    b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
)


@pytest.mark.parametrize(
    ("kind", "body", "event"),
    [
        pytest.param(JSON, b'{"a": 1.10}', {"a": Decimal("1.10")}, id="json"),
        pytest.param("", b"[1]", [1], id="json-without-a-type"),
        pytest.param("text/plain", b'{"a": 1}', {"a": 1}, id="json-as-text"),
        pytest.param("text/plain", b"hello", None, id="text"),
        pytest.param("application/octet-stream", b"\xff\x00", None, id="bytes"),
        pytest.param(FORM, b"a=1&b=2&b=3&c=&d", {"a": "1", "b": ["2", "3"], "c": "", "d": ""}, id="form"),
        pytest.param(f"{FORM}; charset=utf-8", b"a=%C3%A9+x", {"a": "é x"}, id="form-in-utf-8"),
        pytest.param(XML, b"<a>1</a>", {"a": "1"}, id="xml-text"),
        pytest.param(XML, b"<a/>", {"a": ""}, id="xml-empty"),
        pytest.param(XML, b"<a x='1'/>", {"a": {"@x": "1"}}, id="xml-attribute"),
        pytest.param(XML, b"<a x='1'> t </a>", {"a": {"@x": "1", "#text": "t"}}, id="xml-attribute-and-text"),
        pytest.param(XML, b"<a> <b>1</b> <b>2</b> <c/></a>", {"a": {"b": ["1", "2"], "c": ""}}, id="xml-elements"),
        pytest.param(
            "application/soap+xml", b"<s:a xmlns:s='urn:s'><s:b s:c='1'/></s:a>", {"a": {"b": {"@c": "1"}}}, id="xml-ns"
        ),
        pytest.param(XML, '<?xml version="1.0" encoding="latin-1"?><a>é</a>'.encode("latin-1"), {"a": "é"}, id="latin"),
    ],
)
def test_it_is_read(kind: str, body: bytes, event: Any) -> None:
    """By its content type; numbers stay exact, and what is neither is no event."""
    assert read_event(body, kind) == event


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        pytest.param(JSON, b"{", id="json"),
        pytest.param(JSON, b'{"a": 1, "a": 2}', id="json-key-twice"),
        pytest.param(JSON, b'{"a": "\\u0000"}', id="json-nul"),
        pytest.param(JSON, b'"\\ud800"', id="json-surrogate"),
        pytest.param(JSON, b"\xff", id="json-not-utf-8"),
        pytest.param(JSON, b"[" * 100_000, id="json-deep"),
        pytest.param(JSON, b"[" + b"1," * 20_000 + b"1]", id="json-many"),
        pytest.param(JSON, b"NaN", id="json-nan"),
        pytest.param("", b"no", id="nothing-without-a-type"),
        pytest.param(FORM, b"a=%ff", id="form-not-utf-8"),
        pytest.param(FORM, b"a=%00", id="form-nul"),
        pytest.param(FORM, b"%00=a", id="form-nul-in-a-name"),
        pytest.param(FORM, b"\xff=1", id="form-bytes"),
        pytest.param(FORM, b"&".join([b"a=1"] * 1001), id="form-many"),
        pytest.param(XML, b"<a>", id="xml"),
        pytest.param(XML, b"", id="xml-nothing"),
        pytest.param(XML, b"<a>" * 100_000, id="xml-deep"),
        pytest.param(XML, b"<a>" + b"<b/>" * 20_000 + b"</a>", id="xml-many"),
        pytest.param(XML, b"<?xml version='1.0' encoding='klingon'?><a/>", id="xml-encoding"),
        pytest.param(XML, BOMB[0], id="xml-entities"),
        pytest.param(XML, BOMB[1], id="xml-doctype"),
        pytest.param(XML, BOMB[2], id="xml-file"),
    ],
)
def test_it_is_refused(kind: str, body: bytes) -> None:
    """Nothing that hurts is built before it is refused."""
    with pytest.raises(UnreadableEvent):
        read_event(body, kind)


def test_a_compressed_body() -> None:
    """Its bytes are what was signed; what is wrong with it is said."""
    with pytest.raises(UnreadableEvent, match="The body is compressed"):
        read_event(gzip.compress(b"{}"), JSON)


@pytest.mark.parametrize(
    ("kind", "body", "reason"),
    [
        pytest.param(FORM, b"&".join([b"a=1"] * 1001), "The form has more than 1000 fields.", id="form-many"),
        pytest.param(FORM, b"a=%ff", "The body is no form in UTF-8.", id="form-not-utf-8"),
        pytest.param(XML, BOMB[1], "The body has a document type. Its sender must leave it out.", id="xml-doctype"),
        pytest.param(XML, b"<a>", "The body is no XML that can be read.", id="xml"),
        pytest.param(JSON, b"1" * 401, "has more than 400 digits.", id="json-long-number"),
    ],
)
def test_the_reason_is_told(kind: str, body: bytes, reason: str) -> None:
    """What is told says which of the bounds it was."""
    with pytest.raises(UnreadableEvent) as refused:
        read_event(body, kind)
    assert refused.value.message.endswith(reason)
