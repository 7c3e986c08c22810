"""The family of schemes that sign a time and the body, and send time and signatures as pairs in one header.

t=1700000000,v1=<hex>,v1=<hex>
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from actions.signatures import events, headers
from actions.signatures.base import Message, Options, Outside, Scheme, SignedRequest, Text, Verified
from actions.signatures.digests import HEX, check_match, check_window, mac
from actions.signatures.errors import BadSignature, Cause


class StampedScheme(Scheme):
    """A subclass says which header it is, how its pairs are divided and named, and what joins time and body."""

    header: ClassVar[str]
    separator: ClassVar[str]
    time_key: ClassVar[str]
    signature_key: ClassVar[str]
    joiner: ClassVar[bytes]
    event_id: ClassVar[events.Locator]
    event_type: ClassVar[events.Locator]

    def verify(
        self, request: SignedRequest, secrets: Sequence[Text], options: Options, outside: Outside
    ) -> tuple[Verified, ...]:
        """See ``Scheme``."""
        keys = self.secret.read_all(secrets)
        stamp, presented = self._read(request)
        check_match(keys, self._text(stamp, request.body), presented)
        check_window(stamp, outside.now, options["Tolerance"])
        content = events.Content(request)
        name = events.event_id(content, type(self).event_id)
        return (Verified(name, events.event_type(content, type(self).event_type), request.body, stamp),)

    def _read(self, request: SignedRequest) -> tuple[int, list[bytes]]:
        """Return the one time and the signatures of the one version that counts; others are passed over."""
        pairs = headers.pairs(request, self.header, self.separator)
        times = [value for key, value in pairs if key == self.time_key]
        if len(times) != 1:
            raise BadSignature(Cause.MALFORMED_HEADER, self.header)
        presented = [HEX.read(value, self.header) for key, value in pairs if key == self.signature_key]
        if not presented:
            raise BadSignature(Cause.UNSUPPORTED_VERSION, self.header)
        return headers.timestamp(times[0], self.header), presented

    def _text(self, stamp: int, body: bytes) -> bytes:
        return b"%d%b%b" % (stamp, self.joiner, body)

    def sign(self, message: Message, secret: Text, options: Options, outside: Outside) -> SignedRequest:
        """See ``Scheme``."""
        stamp = int(outside.now)
        digest = HEX.encode(mac(self.secret.read(secret), self._text(stamp, message.body)))
        value = f"{self.time_key}={stamp}{self.separator}{self.signature_key}={digest}"
        return SignedRequest.of(message.body, [(self.header, value)])
