"""One more sender for PayPal's sandbox: whoever has a certain key, so that a receiver can be tried out."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from actions.signatures.base import Certificates
from actions.signatures.errors import BadSignature, Cause
from actions.signatures.paypal import SANDBOX

# No certificate of PayPal's is at this address: theirs are named by hexadecimal digits.
TEST_ADDRESS = f"https://{SANDBOX[0]}/v1/notifications/certs/CERT-TEST"


class WithTestKey:
    """Certificates, and a key (public, in PEM) that counts as one of the sandbox's under ``TEST_ADDRESS``."""

    def __init__(self, others: Certificates, pem: bytes) -> None:
        self._others = others
        key = load_pem_public_key(pem)
        if not isinstance(key, RSAPublicKey):
            raise TypeError("The key is no RSA key.")
        self._key = key

    def verify(self, url: str, signature: bytes, text: bytes, *, hosts: tuple[str, ...], now: float) -> bool:
        """See ``Certificates``."""
        if url != TEST_ADDRESS:
            return self._others.verify(url, signature, text, hosts=hosts, now=now)
        if hosts != SANDBOX:
            raise BadSignature(Cause.CERTIFICATE_UNTRUSTED, "This key signs for the sandbox only.")
        try:
            self._key.verify(signature, text, PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        return True
