"""The address of a certificate in, whether its holder signed a text out.

A certificate counts if it comes from one of the hosts it may come from, leads to a trusted authority, is valid now and
is made out to PayPal. One that was fetched is kept, by address, for as long as it is valid and a day at most.
"""

from __future__ import annotations

import re
import ssl
import threading
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import NameOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from actions.signatures.addresses import NOWHERE, split
from actions.signatures.errors import BadSignature, Cause

_PATH = re.compile(r"/v1/notifications/certs/CERT-[A-Za-z0-9-]{1,100}")
_OWNER, _SANDBOX_OWNER = ".paypal.com", ".sandbox.paypal.com"
_MOST_KEPT = 64
_LONGEST_KEPT = 24 * 3600  # seconds
_MOST_PEM = 64 * 1024  # bytes
_MOST_IN_CHAIN = 8
_FEWEST_BITS = 2048
Fetch = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A trusted certificate's key, and until when (unix seconds) it need not be fetched again."""

    key: RSAPublicKey
    kept_from: float
    kept_until: float


class PayPalCertificates:
    """The certificates that PayPal signs with: ``fetch`` gets the PEM at an address, ``roots`` are trusted.

    Safe for threads. ``fetch`` may raise whatever it likes; it must have a time limit of its own.
    """

    def __init__(self, fetch: Fetch, roots: Iterable[x509.Certificate]) -> None:
        self._fetch = fetch
        trusted = list(roots)
        self._store = Store(trusted) if trusted else None  # a machine without authorities trusts nobody
        self._kept: OrderedDict[str, _Leaf] = OrderedDict()
        self._lock = threading.Lock()

    def verify(self, url: str, signature: bytes, text: bytes, *, hosts: tuple[str, ...], now: float) -> bool:
        """Return whether the holder of the certificate at ``url`` signed the text.

        Raises:
            BadSignature: the certificate cannot be had or is not to be trusted.
        """
        key = self._key(_checked(url, hosts), now)
        try:
            key.verify(signature, text, PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        return True

    def _key(self, url: str, now: float) -> RSAPublicKey:
        with self._lock:
            leaf = self._kept.get(url)
        if leaf is None or not leaf.kept_from <= now <= leaf.kept_until:
            leaf = self._read(url, now)
            with self._lock:
                self._kept[url] = leaf
                self._kept.move_to_end(url)
                while len(self._kept) > _MOST_KEPT:
                    self._kept.popitem(last=False)
        return leaf.key

    def _read(self, url: str, now: float) -> _Leaf:
        """Fetch a certificate and check it."""
        try:
            pem = self._fetch(url)
        except Exception as failure:
            raise BadSignature(Cause.CERTIFICATE_UNAVAILABLE, type(failure).__name__) from failure
        leaf, *others = _chain(pem)
        key = _public_key(leaf)
        self._check_chain(leaf, others, _owner(leaf, sandbox=_is_sandbox(url)), now)
        until = min(leaf.not_valid_after_utc.timestamp(), now + _LONGEST_KEPT)
        return _Leaf(key, leaf.not_valid_before_utc.timestamp(), until)

    def _check_chain(self, leaf: x509.Certificate, others: list[x509.Certificate], owner: str, now: float) -> None:
        """Pass if the certificate is valid now, is made out to its owner, and leads to a trusted authority."""
        if self._store is None:
            raise BadSignature(Cause.CERTIFICATE_UNTRUSTED, "This machine trusts no authority.")
        policy = PolicyBuilder().store(self._store).time(datetime.fromtimestamp(now, UTC))
        try:
            policy.build_server_verifier(x509.DNSName(owner)).verify(leaf, others)
        except (VerificationError, ValueError) as refused:
            raise BadSignature(Cause.CERTIFICATE_UNTRUSTED, "The chain or the dates are not valid.") from refused


def _checked(url: str, hosts: tuple[str, ...]) -> str:
    """Return the address if it is one of PayPal's: https, a known host and nothing else, the path of certificates."""
    parts = split(url) or NOWHERE
    plain = not parts.query and not parts.fragment and "?" not in url and "#" not in url
    if parts.scheme != "https" or parts.netloc not in hosts or not plain or not _PATH.fullmatch(parts.path):
        raise BadSignature(Cause.CERTIFICATE_UNTRUSTED, "The address of the certificate is not PayPal's.")
    return url


def _chain(pem: bytes) -> list[x509.Certificate]:
    """Return the certificates of a PEM file, the holder's own first."""
    try:
        found = x509.load_pem_x509_certificates(pem[: _MOST_PEM + 1])
    except (ValueError, TypeError, x509.InvalidVersion) as refused:
        raise BadSignature(Cause.CERTIFICATE_UNTRUSTED, "No certificate in PEM.") from refused
    if len(pem) > _MOST_PEM or len(found) > _MOST_IN_CHAIN:
        raise BadSignature(Cause.CERTIFICATE_UNTRUSTED, "Too many certificates.")
    return found


def _public_key(leaf: x509.Certificate) -> RSAPublicKey:
    try:
        key = leaf.public_key()
    except (ValueError, UnsupportedAlgorithm) as refused:
        raise BadSignature(Cause.CERTIFICATE_UNTRUSTED, "The key cannot be read.") from refused
    if not isinstance(key, RSAPublicKey) or key.key_size < _FEWEST_BITS:
        raise BadSignature(Cause.CERTIFICATE_UNTRUSTED, "The key is no RSA key of 2048 bits or more.")
    return key


def _is_sandbox(url: str) -> bool:
    return (split(url) or NOWHERE).netloc.endswith(_SANDBOX_OWNER)


def _owner(leaf: x509.Certificate, *, sandbox: bool) -> str:
    """Return the one common name of the certificate, which must be PayPal's, and the sandbox's only for its hosts."""
    try:
        names = [str(name.value) for name in leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    except ValueError:
        names = []
    if len(names) != 1 or not names[0].endswith(_OWNER) or names[0].endswith(_SANDBOX_OWNER) != sandbox:
        raise BadSignature(Cause.CERTIFICATE_UNTRUSTED, "The certificate is not made out to PayPal.")
    return names[0]


def system_roots() -> list[x509.Certificate]:
    """Return the authorities that this machine trusts; those that cannot be read are left out."""
    found = map(_load, ssl.create_default_context().get_ca_certs(binary_form=True))
    return [root for root in found if root is not None]


def _load(der: bytes) -> x509.Certificate | None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", CryptographyDeprecationWarning)  # not read any more by later versions
        try:
            return x509.load_der_x509_certificate(der)
        except (ValueError, CryptographyDeprecationWarning):
            return None


def sign(key: RSAPrivateKey, text: bytes) -> bytes:
    """Return the RSA signature of a text, as a sender makes it."""
    return key.sign(text, PKCS1v15(), SHA256())
