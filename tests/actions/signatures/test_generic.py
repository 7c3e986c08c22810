"""The generic scheme: what may be declared, and that what is declared is what is verified."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest

from actions.signatures.base import SignedRequest
from actions.signatures.errors import BadOptions, BadSignature, Cause
from actions.signatures.registry import find
from tests.actions.signatures.receivers import BODY, GENERIC, NOW, Case

PLAIN = {"Header": "X-Sig", "EventId": "body:id"}


def signature(text: bytes = BODY, algorithm: str = "sha256", key: bytes = b"first secret") -> bytes:
    """Return an HMAC, by the standard library alone."""
    return hmac.new(key, text, getattr(hashlib, algorithm)).digest()


def receive(given, headers, body: bytes = BODY):
    """Verify a request under declared options."""
    return Case("hmac", given=PLAIN | given).verify(SignedRequest.of(body, headers.items()))


@pytest.mark.parametrize(
    ("given", "value"),
    [
        pytest.param({}, signature().hex(), id="defaults"),
        pytest.param({"Encoding": "HEX"}, signature().hex().upper(), id="capitals"),
        pytest.param({"Encoding": "base64"}, base64.b64encode(signature()).decode(), id="base64"),
        pytest.param({"Encoding": "base64url"}, base64.urlsafe_b64encode(signature()).decode()[:-1], id="base64url"),
        pytest.param({"Encoding": "base64url"}, base64.urlsafe_b64encode(signature()).decode(), id="base64url-padded"),
        pytest.param({"Prefix": "v1="}, "v1=" + signature().hex(), id="prefix"),
        pytest.param({"Prefix": "HMAC v1,"}, "HMAC v1," + signature().hex(), id="prefix-with-a-space-and-a-comma"),
        pytest.param({"Separator": ","}, f"{'0' * 64}, {signature().hex()}", id="sent-twice"),
        pytest.param(
            {"Separator": " ", "Prefix": "v1,"}, f"v2,x v1,{'0' * 64} v1,{signature().hex()}", id="several-versions"
        ),
        pytest.param({"Algorithm": "sha512"}, signature(algorithm="sha512").hex(), id="sha512"),
        pytest.param({"Algorithm": "legacy-sha1"}, signature(algorithm="sha1").hex(), id="sha1"),
        pytest.param({"Signed": "v0:{body}:é"}, signature(b"v0:" + BODY + ":é".encode()).hex(), id="literal"),
        pytest.param(
            {"Signed": "{url}\n{body}", "Url": "https://a.example/x"},
            signature(b"https://a.example/x\n" + BODY).hex(),
            id="url",
        ),
    ],
)
def test_what_is_declared_is_verified(given, value) -> None:
    """And nothing else: under the defaults another form is refused."""
    (verified,) = receive(given, {"x-sig": value})
    assert verified.event_id == "evt_1"
    if given:
        with pytest.raises(BadSignature):
            receive({}, {"x-sig": value})


@pytest.mark.parametrize(
    ("given", "headers", "body", "expected"),
    [
        pytest.param(
            {"EventType": "header:X-Event"}, {"x-event": "Push Hook, 2"}, BODY, ("evt_1", "Push Hook, 2"), id="words"
        ),
        pytest.param({"EventId": "header:X_Id"}, {"x-id": "a1"}, BODY, ("a1", ""), id="underscore"),
        pytest.param({}, {}, b"\xef\xbb\xbf" + BODY, ("evt_1", ""), id="byte-order-mark"),
        pytest.param(
            {"EventId": "body:payment.@id", "EventType": "body:payment.state"},
            {"content-type": "application/xml; charset=utf-8"},
            b'<p:payment xmlns:p="urn:p" id="7"><p:state>paid</p:state></p:payment>',
            ("7", "paid"),
            id="xml",
        ),
        pytest.param({"EventId": "header:X-Id"}, {"x-id": "a1"}, BODY, ("a1", ""), id="header"),
        pytest.param(
            {"EventId": "body:data.id", "EventType": "body:t"}, {}, b'{"data":{"id":5},"t":"x"}', ("5", "x"), id="path"
        ),
        pytest.param({"EventId": "body:events[1].id"}, {}, b'{"events":[{},{"id":7}]}', ("7", ""), id="index"),
        pytest.param({"EventId": "body:[0].ids[0][1]"}, {}, b'[{"ids":[["a","b"]]}]', ("b", ""), id="indexes"),
        pytest.param(
            {"EventId": "body:data[0].a.b"}, {}, b'{"data[0]":{"a.b":"no"},"data[0].a.b":"x"}', ("x", ""), id="flat"
        ),
        pytest.param({"EventId": "digest"}, {}, b"x", (hashlib.sha256(b"x").hexdigest(), ""), id="digest"),
        pytest.param({"EventType": "header:X-Topic"}, {"x-topic": "a/b"}, BODY, ("evt_1", "a/b"), id="topic"),
        pytest.param(
            {"EventType": "body:kind"},
            {"content-type": "application/x-www-form-urlencoded; charset=utf-8"},
            b"id=tr_1&kind=paid",
            ("tr_1", "paid"),
            id="form",
        ),
        pytest.param(
            {"EventId": "body:payment.@id", "EventType": "body:payment.state"},
            {"content-type": "text/xml; charset=utf-8"},
            b"<payment id='7'><state>paid</state></payment>",
            ("7", "paid"),
            id="xml",
        ),
    ],
)
def test_the_event_is_named_where_it_is_declared(given, headers, body, expected) -> None:
    """A header, a path of a JSON or XML body, a field of a form, or the digest."""
    (verified,) = receive(given, headers | {"x-sig": signature(body).hex()}, body)
    assert (verified.event_id, verified.event_type) == expected


@pytest.mark.parametrize(
    ("given", "headers", "body"),
    [
        pytest.param({}, {}, b"{}", id="no-field"),
        pytest.param({}, {}, b"id=1", id="no-json"),
        pytest.param({"EventId": "body:events[1].id"}, {}, b'{"events":[{"id":1}]}', id="no-such-index"),
        pytest.param({"EventId": "body:events[0].id"}, {}, b'{"events":{"id":1}}', id="no-list"),
        pytest.param({}, {"content-type": "text/xml"}, b"<id>1</id><id>2</id>", id="no-xml"),
        pytest.param({}, {"content-type": "text/xml"}, b'<!DOCTYPE a [<!ENTITY b "1">]><id>&b;</id>', id="entity"),
        pytest.param({}, {"content-type": "text/xml"}, b"<a>" * 40 + b"</a>" * 40, id="deep-xml"),
        pytest.param({"EventId": "header:X-Id"}, {}, BODY, id="no-header"),
        pytest.param({}, {"content-type": "application/x-www-form-urlencoded"}, b"id=1&id=2", id="two-fields"),
        pytest.param({}, {"content-type": "application/x-www-form-urlencoded"}, b"id=%ff" + b"&a=1" * 2000, id="many"),
        pytest.param({"EventId": "body:a.id"}, {"content-type": "text/xml"}, b"<a><id>1</id><id>2</id></a>", id="two"),
        pytest.param({"EventId": "body:a"}, {"content-type": "text/xml"}, b"<!DOCTYPE a []><a>1</a>", id="no-xml"),
    ],
)
def test_an_event_without_the_declared_id_is_refused(given, headers, body) -> None:
    """Here nothing is guessed: the author said where it is."""
    with pytest.raises(BadSignature) as caught:
        receive(given, headers | {"x-sig": signature(body).hex()}, body)
    assert caught.value.cause is Cause.NO_EVENT_ID


def test_a_signed_id_is_covered() -> None:
    """With {id} in the text another id is another signature."""
    given = {"EventId": "header:X-Id", "Signed": "{id}.{body}"}
    headers = {"x-id": "a1", "x-sig": signature(b"a1." + BODY).hex()}
    assert receive(given, headers)
    with pytest.raises(BadSignature) as caught:
        receive(given, headers | {"x-id": "a2"})
    assert caught.value.cause is Cause.NO_MATCH


def test_which_headers_are_read_and_signed() -> None:
    """What an action may trust is what the text covers."""
    scheme = find("hmac")
    assert scheme is not None
    given = {**GENERIC, "EventId": "header:X-Id", "EventType": "header:X-Type", "Signed": "{id}.{timestamp}.{body}"}
    options = scheme.configure(given)
    assert set(options.headers) == {"x-sig", "x-time", "x-id", "x-type"}
    assert set(options.signed_headers) == {"x-time", "x-id"}
    assert scheme.configure(GENERIC).signed_headers == ("x-time",)


TEMPLATE = (
    "'Signed' must be a text in quotes, of at most 200 characters, with {body} once, and {timestamp}, {id} or {url} "
    "where they are signed."
)
PREFIX = "'Prefix' must be a text of at most 32 printable ASCII characters, of which the first is no space."
TOLD_APART = "A header with the signature and the time needs 'Prefix' and 'TimestampPrefix' to tell them apart."
STAMPED = {
    **{"Header": "X-Sig", "TimestampHeader": "x-sig", "Separator": ",", "Prefix": "v1=", "TimestampPrefix": "t="},
    "Signed": "{timestamp}.{body}",
}
PLACE = "'header:NAME' or 'body:PATH', as in 'body:data.id'"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param({"Header": None}, "'Header' is required.", id="no-header"),
        pytest.param({"EventId": None}, "'EventId' is required.", id="no-id"),
        pytest.param({"Header": "X Sig"}, "'Header' must be the name of a header.", id="header"),
        pytest.param({"Header": "X-Sig\n"}, "'Header' must be the name of a header.", id="line-end"),
        pytest.param({"Header": 5}, "'Header' must be the name of a header.", id="header-no-text"),
        pytest.param({"Algorithm": "sha1"}, "'Algorithm' must be one of sha256, sha512, legacy-sha1.", id="sha1"),
        pytest.param({"Algorithm": "md5"}, "'Algorithm' must be one of sha256, sha512, legacy-sha1.", id="md5"),
        pytest.param({"Encoding": "Hex"}, "'Encoding' must be one of hex, HEX, base64, base64url.", id="encoding"),
        pytest.param({"Prefix": " a"}, PREFIX, id="prefix"),
        pytest.param({"Prefix": "a\n"}, PREFIX, id="prefix-line-end"),
        pytest.param({"Prefix": "a" * 33}, PREFIX, id="long-prefix"),
        pytest.param(
            {"Separator": "|"}, "'Separator' must be a comma, a semicolon or a space, in quotes.", id="separator"
        ),
        pytest.param(
            {"Separator": ",", "Prefix": "v1,"},
            "'Separator' cannot be a part of 'Prefix' or 'TimestampPrefix'.",
            id="separator-in-prefix",
        ),
        pytest.param(
            STAMPED | {"Separator": None}, "A header with the signature and the time needs 'Separator'.", id="one-value"
        ),
        pytest.param(STAMPED | {"Prefix": None}, TOLD_APART, id="signature-without-prefix"),
        pytest.param(STAMPED | {"TimestampPrefix": None}, TOLD_APART, id="time-without-prefix"),
        pytest.param(STAMPED | {"TimestampPrefix": "v"}, TOLD_APART, id="prefix-of-a-prefix"),
        pytest.param(
            {"Tolerance": 300}, "'Tolerance' needs 'TimestampHeader': no time is signed here.", id="needless-tolerance"
        ),
        pytest.param(
            {"TimestampFormat": "seconds"},
            "'TimestampFormat' needs 'TimestampHeader': no time is signed here.",
            id="needless-format",
        ),
        pytest.param(
            {"TimestampPrefix": "t="},
            "'TimestampPrefix' needs 'TimestampHeader': no time is signed here.",
            id="needless-time-prefix",
        ),
        pytest.param(
            GENERIC | {"TimestampFormat": "unix"},
            "'TimestampFormat' must be one of seconds, milliseconds, iso8601.",
            id="format",
        ),
        pytest.param(
            {"SecretEncoding": "utf-8"}, "'SecretEncoding' must be one of text, hex, base64.", id="secret-encoding"
        ),
        pytest.param({"Signed": "{timestamp}"}, TEMPLATE, id="no-body"),
        pytest.param({"Signed": "{body}{body}"}, TEMPLATE, id="two-bodies"),
        pytest.param({"Signed": "{body}{secret}"}, TEMPLATE, id="unknown-name"),
        pytest.param({"Signed": "{body}}"}, TEMPLATE, id="brace"),
        pytest.param({"Signed": "{body}" + "a" * 200}, TEMPLATE, id="long"),
        pytest.param({"Signed": "{body}\ud800"}, TEMPLATE, id="surrogate"),
        pytest.param({"Signed": 5}, TEMPLATE, id="signed-no-text"),
        pytest.param(
            {"Signed": "{timestamp}{body}"},
            "'TimestampHeader' and {timestamp} in 'Signed' need each other.",
            id="no-timestamp-header",
        ),
        pytest.param(
            {"TimestampHeader": "X-Time"},
            "'TimestampHeader' and {timestamp} in 'Signed' need each other.",
            id="unsigned-timestamp",
        ),
        pytest.param({"Signed": "{url}{body}"}, "'Url' and {url} in 'Signed' need each other.", id="no-url"),
        pytest.param({"Signed": "{id}{body}"}, "{id} in 'Signed' needs 'EventId: header:NAME'.", id="id-in-body"),
        pytest.param({"Url": "http://a.example/"}, "'Url' must be an absolute https URL in ASCII.", id="http"),
        pytest.param({"Url": "https://"}, "'Url' must be an absolute https URL in ASCII.", id="no-host"),
        pytest.param({"Url": "https://[a"}, "'Url' must be an absolute https URL in ASCII.", id="broken-host"),
        pytest.param(
            {"EventId": "id"}, f"'EventId' must be {PLACE}, or 'digest': the same body is the same event.", id="place"
        ),
        pytest.param({"EventType": "digest"}, f"'EventType' must be {PLACE}.", id="type-digest"),
        pytest.param({"EventType": "body:a..b"}, f"'EventType' must be {PLACE}.", id="empty-name"),
        pytest.param({"Tolerance": 0}, "'Tolerance' must be a whole number of seconds from 1 to 604800.", id="zero"),
        pytest.param({"Tolerance": True}, "'Tolerance' must be a whole number of seconds from 1 to 604800.", id="true"),
        pytest.param(
            {"Tolerance": 604801}, "'Tolerance' must be a whole number of seconds from 1 to 604800.", id="week"
        ),
        pytest.param({"Secret": "x"}, "Unknown option 'Secret'.", id="unknown"),
    ],
)
def test_wrong_options_are_refused(given, message) -> None:
    """When the definition is loaded, with a sentence."""
    scheme = find("hmac")
    assert scheme is not None
    with pytest.raises(BadOptions) as caught:
        scheme.configure(PLAIN | given)
    assert [problem.message for problem in caught.value.problems] == [message]


def test_all_problems_are_found_at_once() -> None:
    """And a misspelt name gets the right one."""
    scheme = find("hmac")
    assert scheme is not None
    with pytest.raises(BadOptions) as caught:
        scheme.configure({"Heder": "X", "Prefix": 1})
    assert [problem.option for problem in caught.value.problems] == ["Heder", "Header", "EventId", "Prefix"]
    assert caught.value.problems[0].hint == "Did you mean 'Header'?"


def test_the_window_is_declared() -> None:
    """Both sides, in seconds."""
    case = Case("hmac", given=GENERIC | {"Tolerance": 10})
    assert case.verify(case.sign(), now=NOW + 10)
    with pytest.raises(BadSignature):
        case.verify(case.sign(), now=NOW + 11)
