"""The family of schemes that sign the body, without a time, and send the signature in a header of its own.

Such a request can be sent again for ever: what keeps it from having a second effect is the id of its event.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from actions.signatures import events, headers
from actions.signatures.base import Message, Options, Outside, Scheme, SignedRequest, Text, Verified
from actions.signatures.digests import HEX, Encoding, check_match, mac
from actions.signatures.errors import BadSignature, Cause


class PlainScheme(Scheme):
    """A subclass says where the signature is, how it is written, and where the event is named."""

    header: ClassVar[str]
    prefix: ClassVar[str] = ""
    encoding: ClassVar[Encoding] = HEX
    most_signatures: ClassVar[int] = 1
    event_id: ClassVar[events.Locator]
    event_type: ClassVar[events.Locator]
    id_header: ClassVar[str] = ""
    type_header: ClassVar[str] = ""
    signed_text = "the body"

    def text(self, body: bytes, options: Options) -> bytes:
        """Return what is signed."""
        return body

    def verify(
        self, request: SignedRequest, secrets: Sequence[Text], options: Options, outside: Outside
    ) -> tuple[Verified, ...]:
        """See ``Scheme``."""
        keys = self.secret.read_all(secrets)
        check_match(keys, self.text(request.body, options), self._presented(request))
        content = events.Content(request)
        name = events.event_id(content, type(self).event_id)
        return (Verified(name, events.event_type(content, type(self).event_type), request.body),)

    def _presented(self, request: SignedRequest) -> list[bytes]:
        """Return the digests that were sent; each has the prefix, and no other version counts.

        A header that was sent twice is joined by a comma, with a space after it or, by some servers, without one.
        """
        sent = [item.removeprefix(" ") for item in headers.required(request, self.header).split(",")]
        if len(sent) > self.most_signatures:
            raise BadSignature(Cause.MALFORMED_HEADER, self.header)
        if not all(item.startswith(self.prefix) for item in sent):
            raise BadSignature(Cause.UNSUPPORTED_VERSION, self.header)
        return [self.encoding.read(item.removeprefix(self.prefix), self.header) for item in sent]

    def sign(self, message: Message, secret: Text, options: Options, outside: Outside) -> SignedRequest:
        """See ``Scheme``."""
        digest = mac(self.secret.read(secret), self.text(message.body, options))
        made = {self.header: self.prefix + self.encoding.encode(digest)}
        made |= {self.id_header: message.event_id} if self.id_header else {}
        made |= {self.type_header: message.event_type} if self.type_header else {}
        return SignedRequest.of(message.body, made.items())
