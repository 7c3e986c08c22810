"""An authority of the test's own, the certificates that it issues, and requests as PayPal signs them."""

from __future__ import annotations

import base64
import functools
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from actions.signatures.base import SignedRequest
from actions.signatures.certificates import PayPalCertificates
from tests.actions.signatures.receivers import NOW

URL = "https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-a5cafa77"
OWNER = "messageverificationcerts.paypal.com"
USAGES = (
    *("content_commitment", "key_encipherment", "data_encipherment"),
    *("key_agreement", "encipher_only", "decipher_only"),
)
TIME = "2023-11-14T22:13:20Z"
BODY = b'{"id":"WH-1","event_type":"PAYMENT.CAPTURE.COMPLETED"}'


@functools.cache
def rsa_key(name: str, size: int = 2048) -> rsa.RSAPrivateKey:
    """Return one private key for each name."""
    return rsa.generate_private_key(65537, size)


def private_pem(name: str) -> bytes:
    """Return a private key as a file has it."""
    return rsa_key(name).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def public_pem(name: str) -> bytes:
    """Return its public key."""
    return (
        rsa_key(name)
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


class Authority:
    """A root of trust."""

    def __init__(self, name: str = "Test Root") -> None:
        self.key = rsa_key(name)
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = self._build(
            self.name, self.key.public_key(), NOW - 864_000, NOW + 864_000_000, authority=True
        )

    def _build(self, subject, public_key, not_before, not_after, *, authority=False, names=()):
        builder = (
            x509.CertificateBuilder(self.name, subject, public_key, x509.random_serial_number())
            .not_valid_before(datetime.fromtimestamp(not_before, UTC))
            .not_valid_after(datetime.fromtimestamp(not_after, UTC))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )
        usage = dict.fromkeys(USAGES, False)
        usage |= {"digital_signature": not authority, "key_cert_sign": authority, "crl_sign": authority}
        builder = builder.add_extension(x509.KeyUsage(**usage), critical=True)
        if not authority:
            server, alternative = [ExtendedKeyUsageOID.SERVER_AUTH], [x509.DNSName(name) for name in names]
            builder = builder.add_extension(x509.ExtendedKeyUsage(server), critical=False)
            builder = builder.add_extension(x509.SubjectAlternativeName(alternative), critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def issue(self, owner: str = OWNER, *, since: int = NOW - 1000, until: int = NOW + 1000, key=None) -> bytes:
        """Return a certificate in PEM."""
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, owner)])
        made = self._build(subject, (key or rsa_key("leaf")).public_key(), since, until, names=[owner])
        return made.public_bytes(serialization.Encoding.PEM)

    def certificates(self, fetch: Callable[[str], bytes] | None = None) -> PayPalCertificates:
        """Return what trusts this authority only, and fetches a good certificate from everywhere."""
        return PayPalCertificates(fetch or (lambda url: self.issue()), [self.certificate])


def weak_key() -> rsa.RSAPrivateKey:
    """Return a key that is too short."""
    return rsa_key("weak", 1024)


def other_kind() -> ec.EllipticCurvePrivateKey:
    """Return a key that is no RSA key."""
    return ec.generate_private_key(ec.SECP256R1())


@dataclass(frozen=True)
class Sender:
    """Signs as PayPal does, with code of its own."""

    webhook_id: str = "1JE4291016473214C"
    url: str = URL
    time: str = TIME
    key_name: str = "leaf"

    def send(self, body: bytes = BODY, **changed: str) -> SignedRequest:
        """Return a signed request, with headers changed."""
        text = f"69cd13f0-d67a|{self.time}|{self.webhook_id}|{zlib.crc32(body) & 0xFFFFFFFF}"
        signature = rsa_key(self.key_name).sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        headers = {
            "PAYPAL-TRANSMISSION-ID": "69cd13f0-d67a",
            "PAYPAL-TRANSMISSION-TIME": self.time,
            "PAYPAL-TRANSMISSION-SIG": base64.b64encode(signature).decode(),
            "PAYPAL-CERT-URL": self.url,
            "PAYPAL-AUTH-ALGO": "SHA256withRSA",
        }
        named = {name.upper().replace("_", "-"): value for name, value in changed.items()}
        return SignedRequest.of(body, (headers | named).items())


def later(seconds: int) -> str:
    """Return a time as PayPal writes it."""
    return (datetime.fromtimestamp(NOW, UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
