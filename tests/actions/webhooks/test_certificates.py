"""Certificates of senders: fetched from where they must be, a bounded part of them, one at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from urllib.error import HTTPError

import pytest

from actions.models import RefusedRequest
from actions.secrets.changing import Content, set_secret
from actions.webhooks import certificates, verifying
from tests.actions.signatures import paypal
from tests.actions.signatures.receivers import NOW
from tests.actions.webhooks.conftest import Define, Sender, only


class Handler(BaseHTTPRequestHandler):
    """Answers with much, or leads elsewhere."""

    def do_GET(self) -> None:
        if self.path == "/elsewhere":
            self.send_response(302)
            self.send_header("Location", "/much")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"x" * 200_000)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    """A server of this machine."""
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_as_much_as_a_certificate_may_have(site: str) -> None:
    """One byte more, so that it is known to be too long."""
    assert len(certificates.fetch(f"{site}/much")) == certificates.MOST_BYTES + 1


def test_a_redirect_is_not_followed(site: str) -> None:
    """What was checked is the first address."""
    with pytest.raises(HTTPError) as refused:
        certificates.fetch(f"{site}/elsewhere")
    refused.value.close()
    assert refused.value.code == 302


def test_forged_requests_do_not_keep_all_threads_waiting(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one is being fetched others wait a moment only."""
    monkeypatch.setattr(certificates, "_WAITING_SECONDS", 0.05)
    with certificates._fetching, pytest.raises(TimeoutError):
        certificates.fetch(f"{site}/much")
    assert certificates.fetch(f"{site}/much")


@pytest.mark.parametrize("trusted", [True, False])
def test_paypal(define: Define, send: Sender, monkeypatch: pytest.MonkeyPatch, trusted: bool) -> None:
    """A receiver knows PayPal by its certificate; one of another authority is refused."""
    known = paypal.Authority()
    issuer = known if trusted else paypal.Authority("Another Root")
    set_secret("hook", Content.of_text(paypal.Sender().webhook_id))
    monkeypatch.setattr(verifying, "certificates", lambda: known.certificates(lambda url: issuer.issue()))
    monkeypatch.setattr(verifying, "time", SimpleNamespace(time=lambda: NOW))
    define("{Type: todo, Method: POST, Attributes: {title: ~event.event_type}}", scheme="paypal")
    answer = send(paypal.Sender().send())
    if trusted:
        assert answer.status_code == 200, [row.cause for row in RefusedRequest.objects.all()]
        assert only().event_id == "WH-1"
    else:
        assert answer.status_code == 401
        assert RefusedRequest.objects.get().cause == "certificate_untrusted"
