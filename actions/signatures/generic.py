"""The generic scheme: an HMAC whose header, form and signed text the receiver declares."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from actions.signatures import events, headers
from actions.signatures.addresses import https_url
from actions.signatures.base import Message, Options, Outside, Scheme, SignedRequest, Text, Verified
from actions.signatures.digests import ENCODINGS, check_match, check_window, mac
from actions.signatures.errors import BadOptions, BadSignature, Cause, OptionProblem
from actions.signatures.options import Option, one_of, tolerance
from actions.signatures.registry import register
from actions.signatures.secrets import as_it_is
from actions.signatures.templates import Template, read_template

LEGACY = "legacy-sha1"
_ALGORITHMS = {"sha256": "sha256", "sha512": "sha512", LEGACY: "sha1"}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_PREFIX = re.compile(r"[!-+\--~]{0,32}")
_PATH = re.compile(r"[^.\x00-\x1f]{1,64}(?:\.[^.\x00-\x1f]{1,64}){0,7}")
_PLACES = "'header:NAME' or 'body:PATH', as in 'body:data.id'"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an id or a type is: in a header, at a path of the body, or, for ids only, in the digest of the body."""

    locate: events.Locator
    header: str = ""


def read_header_name(value: Any) -> str:
    """Return the name of a header, in lower case."""
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise ValueError("the name of a header")
    return value.lower()


def read_prefix(value: Any) -> str:
    """Return what stands before the signature in its header."""
    if not isinstance(value, str) or not _PREFIX.fullmatch(value):
        raise ValueError("at most 32 visible ASCII characters without a comma")
    return value


def read_place(value: Any) -> Place:
    """Return a place of a header or of the body."""
    kind, _, rest = value.partition(":") if isinstance(value, str) else ("", "", "")
    if kind == "header" and _NAME.fullmatch(rest):
        return Place(events.in_header(rest.lower()), rest.lower())
    if kind == "body" and _PATH.fullmatch(rest):
        return Place(events.in_body(rest))
    raise ValueError(_PLACES)


def read_id_place(value: Any) -> Place:
    """Return the place of an event's id."""
    if value == "digest":
        return Place(events.digest)
    try:
        return read_place(value)
    except ValueError:
        raise ValueError(f"{_PLACES}, or 'digest': the same body is the same event") from None


@register
class GenericHmac(Scheme):
    """An HMAC of the body, or of a text with the body in it, under a shared secret."""

    name = "hmac"
    headers = ()
    signed_text = "`Signed`"
    algorithm = "HMAC, `Algorithm`"
    event_id_in, event_type_in = "`EventId`", "`EventType`"
    secret = as_it_is("the shared secret, as it is")
    options = (
        Option("Header", read_header_name, "The header with the signature.", required=True),
        Option("EventId", read_id_place, f"Where the event's id is: {_PLACES}, or 'digest'.", required=True),
        Option("EventType", read_place, f"Where the event's type is: {_PLACES}."),
        Option("Algorithm", one_of(*_ALGORITHMS), "The hash; SHA-1 only for senders that have no other.", "sha256"),
        Option("Encoding", one_of(*ENCODINGS), "How the signature is written; `HEX` is in capitals.", "hex"),
        Option("Prefix", read_prefix, "What stands before the signature.", ""),
        Option("Signed", read_template, "What is signed.", read_template("{body}")),
        Option("TimestampHeader", read_header_name, "The header with the time, in unix seconds."),
        Option("Url", https_url, "The address that the sender signs."),
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
        problems = list(_unmatched(values))
        if problems:
            raise BadOptions(problems)
        places = {"timestamp": values["TimestampHeader"], "id": values["EventId"].header}
        signed = [places.get(name, "") for name in sorted(values["Signed"].names())]
        read = [values["Header"], *places.values(), values["EventType"].header if values["EventType"] else ""]
        return Options(values, tuple(filter(None, read)), tuple(filter(None, signed)))

    def verify(
        self, request: SignedRequest, secrets: Sequence[Text], options: Options, outside: Outside
    ) -> tuple[Verified, ...]:
        """See ``Scheme``."""
        keys = self.secret.read_all(secrets)
        presented = _presented(request, options)
        stamp = _stamp(request, options["TimestampHeader"])
        content = events.Content(request)
        text = _text(options, request.body, stamp, _id_to_sign(content, options))
        check_match(keys, text, [presented], _ALGORITHMS[options["Algorithm"]])
        if stamp is not None:
            check_window(stamp, outside.now, options["Tolerance"])
        kind = options["EventType"].locate if options["EventType"] else events.nowhere
        name = events.event_id(content, options["EventId"].locate)
        return (Verified(name, events.event_type(content, kind), request.body, stamp),)

    def sign(self, message: Message, secret: Text, options: Options, outside: Outside) -> SignedRequest:
        """See ``Scheme``. An id or a type that is in a header is sent; one that is in the body is there already."""
        stamp = int(outside.now) if options["TimestampHeader"] else None
        text = _text(options, message.body, stamp, message.event_id)
        digest = mac(self.secret.read(secret), text, _ALGORITHMS[options["Algorithm"]])
        made = {options["Header"]: options["Prefix"] + ENCODINGS[options["Encoding"]].encode(digest)}
        kind = options["EventType"].header if options["EventType"] else ""
        sent = {
            options["TimestampHeader"]: str(stamp),
            options["EventId"].header: message.event_id,
            kind: message.event_type,
        }
        return SignedRequest.of(message.body, (made | {name: value for name, value in sent.items() if name}).items())


def _unmatched(values: Mapping[str, Any]) -> Iterator[OptionProblem]:
    """Yield what the signed text lacks or has too much of: a header that is not signed proves nothing."""
    used = values["Signed"].names()
    if ("timestamp" in used) != bool(values["TimestampHeader"]):
        yield OptionProblem("TimestampHeader", "'TimestampHeader' and {timestamp} in 'Signed' need each other.")
    if ("url" in used) != bool(values["Url"]):
        yield OptionProblem("Url", "'Url' and {url} in 'Signed' need each other.")
    if "id" in used and not values["EventId"].header:
        yield OptionProblem("EventId", "{id} in 'Signed' needs 'EventId: header:NAME'.")


def _presented(request: SignedRequest, options: Options) -> bytes:
    """Return the digest that was sent."""
    header = options["Header"]
    sent = headers.token(request, header)
    if not sent.startswith(options["Prefix"]):
        raise BadSignature(Cause.UNSUPPORTED_VERSION, header)
    encoding, algorithm = ENCODINGS[options["Encoding"]], _ALGORITHMS[options["Algorithm"]]
    return encoding.read(sent.removeprefix(options["Prefix"]), header, algorithm)


def _stamp(request: SignedRequest, header: str | None) -> int | None:
    return headers.timestamp(headers.required(request, header), header) if header else None


def _id_to_sign(content: events.Content, options: Options) -> str:
    """Return the id if it is a part of what is signed."""
    return events.event_id(content, options["EventId"].locate) if "id" in options["Signed"].names() else ""


def _text(options: Options, body: bytes, stamp: int | None, event_id: str) -> bytes:
    template: Template = options["Signed"]
    values = {"body": body, "timestamp": b"%d" % (stamp or 0), "id": event_id.encode()}
    return template.join(values | {"url": (options["Url"] or "").encode()})
