"""A scheme: request, secrets and clock in, the events that the sender has signed out.

    headers, body --SignedRequest.of--> request --verify--> Verified, one for each event | BadSignature

Pure: no HTTP framework, no database, no clock, no settings. Signatures are over the bytes of the body as they came.
What a verified event leads to, and whether it was there before, is left to the receiver.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from actions.signatures.errors import BadSignature, Cause
from actions.signatures.options import Option, read_options
from actions.signatures.secrets import SecretForm

MOST_BODY = 1024 * 1024  # bytes
Text = str | bytes


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """The raw body, and the headers by lower-case name; one that was sent twice is joined by ``, ``."""

    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)

    @classmethod
    def of(cls, body: bytes, headers: Iterable[tuple[Text, Text]]) -> SignedRequest:
        """Return the request.

        Raises:
            BadSignature: the body is larger than ``MOST_BODY`` bytes.
        """
        if len(body) > MOST_BODY:
            raise BadSignature(Cause.BODY_TOO_LARGE)
        joined: dict[str, list[str]] = {}
        for name, value in headers:
            joined.setdefault(_text(name).lower(), []).append(_text(value))
        return cls(bytes(body), {name: ", ".join(values) for name, values in joined.items()})


def _text(value: Text) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


@dataclass(frozen=True, slots=True)
class Verified:
    """One event whose sender is known.

    ``body`` is the event's own part of the request, the whole body where a request is one event. ``event_type`` is
    empty where the sender names none; ``signed_at`` (unix seconds) is ``None`` where no time is signed. ``unsigned``
    names headers that the scheme signs in other requests, and not in this one: anybody can have added them.
    """

    event_id: str
    event_type: str
    body: bytes = field(repr=False)
    signed_at: int | None = None
    unsigned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be signed: a body and, for the schemes that send them in headers, the event's id and type."""

    body: bytes = field(repr=False)
    event_id: str = "evt_test"
    event_type: str = "test"


class Certificates(Protocol):
    """Where a scheme that signs with certificates gets public keys."""

    def verify(self, url: str, signature: bytes, text: bytes, *, hosts: tuple[str, ...], now: float) -> bool:
        """Return whether the holder of the certificate at ``url`` signed ``text`` (RSA with SHA-256).

        Raises:
            BadSignature: the certificate cannot be had or is not to be trusted.
        """


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private RSA key in PEM, and the address of its certificate: what a test sender signs with."""

    private_pem: bytes = field(repr=False)
    certificate_url: str


@dataclass(frozen=True, slots=True)
class Outside:
    """What a scheme needs from outside: the time in unix seconds and, for those that use them, certificates."""

    now: float
    certificates: Certificates | None = None
    signing_key: SigningKey | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """A receiver's options, checked, with defaults; which headers the scheme reads, and which of them are signed.

    ``secret`` is the form of its secrets.
    """

    values: Mapping[str, Any]
    secret: SecretForm[Any]
    headers: tuple[str, ...] = ()
    signed_headers: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


class Scheme:
    """Base of every scheme: subclasses are registered instances-by-name in ``actions.signatures.registry``.

    The class says all that validation and manual need: the headers it reads (lower-case), which of them the signature
    covers, what text is signed and how, where event id and type are, what a secret looks like, which options exist.
    """

    name: ClassVar[str]
    headers: ClassVar[tuple[str, ...]]
    signed_headers: ClassVar[tuple[str, ...]] = ()
    signed_text: ClassVar[str]
    algorithm: ClassVar[str] = "HMAC-SHA256"
    event_id_in: ClassVar[str]
    event_type_in: ClassVar[str] = ""
    secret: ClassVar[SecretForm[Any]]
    options: ClassVar[tuple[Option, ...]] = ()
    example: ClassVar[Mapping[str, Any]] = {}

    def configure(self, given: Mapping[str, Any]) -> Options:
        """Return a receiver's options, checked once, when the definition is loaded.

        Raises:
            BadOptions: with every problem.
        """
        return Options(read_options(self.options, given), self.secret, self.headers, self.signed_headers)

    def verify(
        self, request: SignedRequest, secrets: Sequence[Text], options: Options, outside: Outside
    ) -> tuple[Verified, ...]:
        """Return the events of the request, at least one; any of the secrets will do.

        Raises:
            BadSignature: the request is not what one of the secrets signed, now; or it does not name its event.
            EmptySecret: there is no secret, or one of them is blank.
            UnusableSecret: one of the secrets does not have the scheme's form.
        """
        raise NotImplementedError

    def sign(self, message: Message, secret: Text, options: Options, outside: Outside) -> SignedRequest:
        """Return the request that the provider would send: for tests, and for trying a receiver out.

        Raises:
            CannotSign: the message or the key is not one that the scheme can sign.
            EmptySecret: the secret is blank.
            UnusableSecret: the secret does not have the scheme's form.
        """
        raise NotImplementedError
