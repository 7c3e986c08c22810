"""The generic scheme: an HMAC whose header, form and signed text the receiver declares."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from actions.signatures import events, headers
from actions.signatures.addresses import https_url
from actions.signatures.base import Message, Options, Outside, Scheme, SignedRequest, Text, Verified
from actions.signatures.digests import ENCODINGS, check_match, check_window, mac
from actions.signatures.errors import BadOptions, BadSignature, Cause, OptionProblem
from actions.signatures.options import Option, one_of, tolerance
from actions.signatures.places import PLACES, read_header_name, read_id_place, read_type_place
from actions.signatures.registry import register
from actions.signatures.secrets import SecretForm, as_base64, as_hex, as_it_is
from actions.signatures.stamps import FORMATS, Stamp
from actions.signatures.templates import Template, read_template

LEGACY = "legacy-sha1"
TEXT = "text"
SEPARATORS = (",", ";", " ")
_ALGORITHMS = {"sha256": "sha256", "sha512": "sha512", LEGACY: "sha1"}
_AS_TEXT = as_it_is("the shared secret, as it is")
_KEYS: Mapping[str, SecretForm[bytes]] = {
    TEXT: _AS_TEXT,
    "hex": SecretForm("the key in hexadecimal", as_hex),
    "base64": SecretForm("the key in base64", as_base64),
}
_PREFIX = re.compile(r"(?:[!-~][ -~]{0,31})?")
_STAMP = "TimestampHeader"


def read_prefix(value: Any) -> str:
    """Return what stands before a signature, or a time, in its header."""
    if not isinstance(value, str) or not _PREFIX.fullmatch(value):
        raise ValueError("a text of at most 32 printable ASCII characters, of which the first is no space")
    return value


def read_separator(value: Any) -> str:
    """Return what divides the values of one header."""
    if value not in SEPARATORS:
        raise ValueError("a comma, a semicolon or a space, in quotes")
    return str(value)


@register
class GenericHmac(Scheme):
    """An HMAC of the body, or of a text with the body in it, under a shared secret."""

    name = "hmac"
    headers = ()
    signed_text = "`Signed`"
    algorithm = "HMAC, `Algorithm`"
    event_id_in, event_type_in = "`EventId`", "`EventType`"
    secret = _AS_TEXT
    options = (
        Option("Header", read_header_name, "The header with the signature.", required=True),
        Option("EventId", read_id_place, f"Where the event's id is: {PLACES}, or 'digest'.", required=True),
        Option("EventType", read_type_place, f"Where the event's type is: {PLACES}."),
        Option("Algorithm", one_of(*_ALGORITHMS), "The hash; SHA-1 only for senders that have no other.", "sha256"),
        Option("Encoding", one_of(*ENCODINGS), "How the signature is written; `HEX` is in capitals.", "hex"),
        Option("Prefix", read_prefix, "What stands before the signature.", ""),
        Option("Separator", read_separator, "What divides the values where the header has several, as in `t=1,v1=a`."),
        Option("Signed", read_template, "What is signed.", read_template("{body}")),
        Option(_STAMP, read_header_name, "The header with the time; it may be the signature's."),
        Option("TimestampPrefix", read_prefix, "What stands before the time.", ""),
        Option("TimestampFormat", one_of(*FORMATS), "How the time is written; unix seconds by default.", "seconds"),
        Option("Url", https_url, "The address that the sender signs."),
        Option("SecretEncoding", one_of(*_KEYS), "How the secret writes the key; as it is by default.", TEXT),
        tolerance(300),
    )
    example = {
        "Header": "X-Signature",
        "Prefix": "sha256=",
        "Signed": "{timestamp}.{body}",
        "TimestampHeader": "X-Timestamp",
        "EventId": "body:id",
        "EventType": "body:type",
    }

    def configure(self, given: Mapping[str, Any]) -> Options:
        """Return the options; what the signed text uses must be declared, and the other way round."""
        values = super().configure(given).values
        problems = [*_unmatched(values), *_without_a_time(values, given), *_not_told_apart(values)]
        if problems:
            raise BadOptions(problems)
        places = {"timestamp": values[_STAMP], "id": values["EventId"].header}
        signed = [places.get(name, "") for name in sorted(values["Signed"].names())]
        read = [values["Header"], *places.values(), values["EventType"].header if values["EventType"] else ""]
        return Options(values, _KEYS[values["SecretEncoding"]], _names(read), _names(signed))

    def verify(
        self, request: SignedRequest, secrets: Sequence[Text], options: Options, outside: Outside
    ) -> tuple[Verified, ...]:
        """See ``Scheme``."""
        keys = options.secret.read_all(secrets)
        presented = _presented(request, options)
        stamp = _stamp(request, options)
        content = events.Content(request)
        text = _text(options, request.body, stamp, _id_to_sign(content, options))
        check_match(keys, text, presented, _ALGORITHMS[options["Algorithm"]])
        if stamp is not None:
            check_window(stamp.seconds, outside.now, options["Tolerance"])
        kind = options["EventType"].locate if options["EventType"] else events.nowhere
        name = events.event_id(content, options["EventId"].locate)
        signed_at = None if stamp is None else int(stamp.seconds)
        return (Verified(name, events.event_type(content, kind), request.body, signed_at),)

    def sign(self, message: Message, secret: Text, options: Options, outside: Outside) -> SignedRequest:
        """See ``Scheme``. An id or a type that is in a header is sent; one that is in the body is there already."""
        stamp = FORMATS[options["TimestampFormat"]].of(outside.now) if options[_STAMP] else None
        text = _text(options, message.body, stamp, message.event_id)
        digest = mac(options.secret.read(secret), text, _ALGORITHMS[options["Algorithm"]])
        kind = options["EventType"].header if options["EventType"] else ""
        sent = {kind: message.event_type, options["EventId"].header: message.event_id}
        time = options["TimestampPrefix"] + (stamp.text if stamp else "")
        made = {options[_STAMP]: time} if stamp else {}
        value = options["Prefix"] + ENCODINGS[options["Encoding"]].encode(digest)
        if options[_STAMP] == options["Header"]:
            value = options["Separator"].join((time, value))
        made |= {options["Header"]: value} | {name: text for name, text in sent.items() if name}
        return SignedRequest.of(message.body, made.items())


def _names(headers: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, headers)))


def _unmatched(values: Mapping[str, Any]) -> Iterator[OptionProblem]:
    """Yield what the signed text lacks or has too much of: a header that is not signed proves nothing."""
    used = values["Signed"].names()
    if ("timestamp" in used) != bool(values[_STAMP]):
        yield OptionProblem(_STAMP, f"'{_STAMP}' and {{timestamp}} in 'Signed' need each other.")
    if ("url" in used) != bool(values["Url"]):
        yield OptionProblem("Url", "'Url' and {url} in 'Signed' need each other.")
    if "id" in used and not values["EventId"].header:
        yield OptionProblem("EventId", "{id} in 'Signed' needs 'EventId: header:NAME'.")


def _without_a_time(values: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[OptionProblem]:
    """Yield what is said about a time where none is signed: its author believes that old requests are refused."""
    for name in ("TimestampPrefix", "TimestampFormat", "Tolerance"):
        if given.get(name) is not None and not values[_STAMP]:
            yield OptionProblem(name, f"'{name}' needs '{_STAMP}': no time is signed here.")


def _not_told_apart(values: Mapping[str, Any]) -> Iterator[OptionProblem]:
    """Yield why the values of one header could not be told apart."""
    separator, prefix, before_time = values["Separator"], values["Prefix"], values["TimestampPrefix"]
    if separator and separator in prefix + before_time:
        yield OptionProblem("Separator", "'Separator' cannot be a part of 'Prefix' or 'TimestampPrefix'.")
    if values[_STAMP] != values["Header"]:
        return
    if not separator:
        yield OptionProblem(_STAMP, "A header with the signature and the time needs 'Separator'.")
    elif not prefix or not before_time or prefix.startswith(before_time) or before_time.startswith(prefix):
        reason = "A header with the signature and the time needs 'Prefix' and 'TimestampPrefix' to tell them apart."
        yield OptionProblem("TimestampPrefix", reason)


def _values(request: SignedRequest, options: Options) -> list[str]:
    """Return what the header with the signature has: one value, or those that the separator divides."""
    header, separator = options["Header"], options["Separator"]
    sent = headers.required(request, header)
    found = [item.strip(" ") for item in sent.split(separator)] if separator else [sent]
    if len(found) > headers.MOST_SIGNATURES:
        raise BadSignature(Cause.MALFORMED_HEADER, header)
    return found


def _presented(request: SignedRequest, options: Options) -> list[bytes]:
    """Return the digests that were sent, at least one. Of several values those with another prefix are passed over."""
    header, prefix = options["Header"], options["Prefix"]
    found = [item.removeprefix(prefix) for item in _values(request, options) if item.startswith(prefix)]
    if not found:
        raise BadSignature(Cause.UNSUPPORTED_VERSION, header)
    encoding, algorithm = ENCODINGS[options["Encoding"]], _ALGORITHMS[options["Algorithm"]]
    return [encoding.read(item, header, algorithm) for item in found]


def _stamp(request: SignedRequest, options: Options) -> Stamp | None:
    """Return the one time that was sent, ``None`` where none is signed."""
    header, prefix = options[_STAMP], options["TimestampPrefix"]
    if not header:
        return None
    sent = _values(request, options) if header == options["Header"] else [headers.required(request, header)]
    times = [item.removeprefix(prefix) for item in sent if item.startswith(prefix)]
    if len(times) != 1:
        raise BadSignature(Cause.MALFORMED_HEADER, header)
    return FORMATS[options["TimestampFormat"]].stamp(times[0], header)


def _id_to_sign(content: events.Content, options: Options) -> str:
    """Return the id if it is a part of what is signed."""
    return events.event_id(content, options["EventId"].locate) if "id" in options["Signed"].names() else ""


def _text(options: Options, body: bytes, stamp: Stamp | None, event_id: str) -> bytes:
    template: Template = options["Signed"]
    values = {"body": body, "timestamp": stamp.text.encode() if stamp else b"", "id": event_id.encode()}
    return template.join(values | {"url": (options["Url"] or "").encode()})
