"""Certificates of senders that sign with them: fetched, from where the scheme allows, a few at a time."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Any
from urllib.request import HTTPRedirectHandler, HTTPSHandler, ProxyHandler, build_opener

from actions.options import option
from actions.signatures.base import Certificates
from actions.signatures.certificates import PayPalCertificates, system_roots
from actions.signatures.trying import WithTestKey

SECONDS = 5.0
MOST_BYTES = 64 * 1024
_WAITING_SECONDS = 2.0
# One at a time: forged requests must not keep every thread waiting for somebody else's server.
_fetching = threading.Lock()


class _NoRedirects(HTTPRedirectHandler):
    """A certificate is where the request says, or nowhere."""

    def redirect_request(self, *args: Any) -> None:
        return None


def fetch(url: str) -> bytes:
    """Return what stands at an https address that the scheme has checked.

    Raises:
        OSError: it cannot be had, or not soon enough.
    """
    if not _fetching.acquire(timeout=_WAITING_SECONDS):
        raise TimeoutError("Too many certificates are being fetched.")
    try:
        with build_opener(HTTPSHandler(), _NoRedirects(), ProxyHandler()).open(url, timeout=SECONDS) as answer:
            found: bytes = answer.read(MOST_BYTES + 1)
            return found
    finally:
        _fetching.release()


@lru_cache(maxsize=1)
def certificates() -> Certificates:
    """Return the certificates that this process knows, and the key that the settings name to try things out."""
    known = PayPalCertificates(fetch, system_roots())
    test_key: bytes | None = option("PAYPAL_TEST_KEY")
    return known if test_key is None else WithTestKey(known, test_key)
