"""The providers' own libraries as independent signers and verifiers: what they sign we accept, and the other way round.

Those for Python are in the extra ``vendors``; those for Node are taken from the folder ``OUTFIELD_NODE_MODULES`` (a
``node_modules`` with the packages of ``NODE_PACKAGES``), and their tests are skipped where it is not set.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import Adyen
import pytest
import razorpay
import standardwebhooks
import stripe
import svix.webhooks
from paddle_billing.Notifications import PaddleSignature, Secret, Verifier
from square.utils import webhooks_helper as square

from actions.signatures.base import Message, Outside, SignedRequest
from actions.signatures.errors import BadSignature
from tests.actions.signatures.receivers import ADYEN_KEY, CASES, Case

BODY = '{"id":"evt_1",\n "event_id": "evt_1","type":"payment.paid", "note":"café ☕"}'
OTHER = BODY.replace("payment.paid", "payment.paiD")
URL = "https://example.com/hook"
NODE_PACKAGES = (
    "@octokit/webhooks-methods@6.0.0",
    "@shopify/shopify-api@13.1.0",
    "standardwebhooks@1.1.1",
    "stripe@23.1.0",
    "svix@1.99.1",
)


@dataclass(frozen=True)
class Vendor:
    """A provider's library: ``sign`` returns headers, ``verify`` whether it accepts them."""

    case: Case
    sign: Callable[[str, str, int], Mapping[str, str]]
    verify: Callable[[str, Mapping[str, str], str], bool]


def accepts(verify: Callable[..., Any], *given: Any, **named: Any) -> bool:
    """Return whether a library's function accepts; some say no by raising."""
    try:
        return verify(*given, **named) is not False
    except (
        stripe.SignatureVerificationError,
        standardwebhooks.webhooks.WebhookVerificationError,
        razorpay.errors.SignatureVerificationError,
    ):
        return False


def standard_headers(prefix: str, library: Any) -> Callable[[str, str, int], Mapping[str, str]]:
    """Return what signs with one of the two libraries of Standard Webhooks."""

    def sign(body: str, secret: str, now: int) -> Mapping[str, str]:
        value = library.Webhook(secret).sign("msg_1", datetime.fromtimestamp(now, UTC), body)
        return {f"{prefix}-id": "msg_1", f"{prefix}-timestamp": str(now), f"{prefix}-signature": value}

    return sign


def paddle_accepts(body: str, headers: Mapping[str, str], secret: str) -> bool:
    """Verify with Paddle's library, clock included."""
    request = SimpleNamespace(headers={"Paddle-Signature": headers["paddle-signature"]}, body=body.encode())
    return bool(Verifier().verify(request, Secret(secret)))


PYTHON = {
    "stripe": Vendor(
        CASES["stripe"],
        lambda body, secret, now: {
            "stripe-signature": stripe.WebhookSignature.generate_signature_header(body, secret, now)
        },
        lambda body, headers, secret: accepts(
            stripe.WebhookSignature.verify_header, body, headers["stripe-signature"], secret, 300
        ),
    ),
    "standardwebhooks": Vendor(
        CASES["standard"],
        standard_headers("webhook", standardwebhooks),
        lambda body, headers, secret: accepts(standardwebhooks.Webhook(secret).verify, body, dict(headers)),
    ),
    "svix": Vendor(
        CASES["standard"],
        standard_headers("svix", svix.webhooks),
        lambda body, headers, secret: accepts(svix.webhooks.Webhook(secret).verify, body, dict(headers)),
    ),
    "razorpay": Vendor(
        CASES["razorpay"],
        lambda body, secret, now: CASES["razorpay"].sign(body.encode()).headers,
        lambda body, headers, secret: accepts(
            razorpay.Client(auth=("key", "none")).utility.verify_webhook_signature,
            body,
            headers["x-razorpay-signature"],
            secret,
        ),
    ),
    "paddle": Vendor(
        CASES["paddle"],
        lambda body, secret, now: {
            "paddle-signature": f"ts={now};h1="
            + PaddleSignature.calculate_hmac(secret, f"{now}:{body}".encode()).hexdigest()
        },
        paddle_accepts,
    ),
    "adyen": Vendor(
        CASES["adyen"],
        lambda body, secret, now: {
            "HmacSignature": Adyen.util.generate_payload_sig(body.encode(), secret).decode(),
            "Protocol": "HmacSHA256",
        },
        lambda body, headers, secret: Adyen.util.is_valid_hmac_payload(headers["hmacsignature"], secret, body.encode()),
    ),
    "square": Vendor(
        CASES["square"],
        lambda body, secret, now: CASES["square"].sign(body.encode()).headers,
        lambda body, headers, secret: square.verify_signature(
            request_body=body,
            signature_header=headers["x-square-hmacsha256-signature"],
            signature_key=secret,
            notification_url=URL,
        ),
    ),
}


def check(vendor: Vendor) -> None:
    """What the vendor signs we accept and what we sign it accepts; both refuse another body and another secret."""
    case, now = vendor.case, int(time.time())
    theirs = vendor.sign(BODY, case.secret, now)
    assert case.verify(SignedRequest.of(BODY.encode(), theirs.items()), now=now)
    for body, secret in ((OTHER, case.secret), (BODY, case.other)):
        with pytest.raises(BadSignature):
            case.verify(SignedRequest.of(body.encode(), theirs.items()), [secret], now=now)
    ours = case.plugin.sign(Message(BODY.encode(), "msg_1"), case.secret, case.options, Outside(now)).headers
    ours = dict(ours) | {"x-shopify-shop-domain": "shop.example", "x-shopify-api-version": "2025-01"}
    assert vendor.verify(BODY, ours, case.secret)
    assert not vendor.verify(OTHER, ours, case.secret)
    assert not vendor.verify(BODY, ours, case.other)


@pytest.mark.parametrize("name", sorted(PYTHON))
def test_a_vendors_library_for_python_agrees(name) -> None:
    """In both directions; two of them only verify."""
    check(PYTHON[name])


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({}, id="payment"),
        pytest.param({"merchantReference": "a:b/c\\d"}, id="colon-and-slash"),
        pytest.param({"originalReference": "8313842560770001"}, id="original"),
        pytest.param({"amount": {"value": 0, "currency": "JPY"}}, id="no-amount"),
    ],
)
def test_adyens_library_agrees_on_items(changed) -> None:
    """What it signs we accept, what we sign it accepts, and it does not accept another item."""
    case = CASES["adyen-item"]
    document = json.loads(case.body)
    item = document["notificationItems"][0]["NotificationRequestItem"]
    item.update(changed)
    ours = json.loads(case.sign(json.dumps(document).encode()).body)
    assert Adyen.util.is_valid_hmac_notification(ours, ADYEN_KEY)
    item["additionalData"] = {"hmacSignature": Adyen.util.generate_notification_sig(item, ADYEN_KEY).decode()}
    assert case.verify(SignedRequest.of(json.dumps(document).encode(), []))
    ours["notificationItems"][0]["NotificationRequestItem"]["eventCode"] = "REFUND"
    assert not Adyen.util.is_valid_hmac_notification(ours, ADYEN_KEY)


class Node:
    """A process that has the libraries for Node loaded."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def ask(self, **request: Any) -> dict[str, Any]:
        """Return the answer to one request."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def vendor(self, name: str, case: Case) -> Vendor:
        """Return one of the libraries; one that cannot sign has ours sign."""

        def sign(body: str, secret: str, now: int) -> Mapping[str, str]:
            if name == "shopify":
                return case.sign(body.encode()).headers
            headers: Mapping[str, str] = self.ask(
                vendor=name, do="sign", body=body, secret=secret, id="msg_1", now=now
            )["headers"]
            return headers

        def verify(body: str, headers: Mapping[str, str], secret: str) -> bool:
            answer = self.ask(vendor=name, do="verify", body=body, headers=dict(headers), secret=secret)
            return bool(answer["accepted"])

        return Vendor(case, sign, verify)


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """Start Node beside the installed packages."""
    packages = os.environ.get("OUTFIELD_NODE_MODULES", "")
    if not packages:
        pytest.skip(f"OUTFIELD_NODE_MODULES names no folder with {' '.join(NODE_PACKAGES)}")
    folder = tmp_path_factory.mktemp("node")
    (folder / "node_modules").symlink_to(Path(packages).resolve())
    script = shutil.copy(Path(__file__).with_name("vendors.mjs"), folder)
    command = ["node", "--no-warnings", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Node(process)
        assert process.stdin
        process.stdin.close()
        assert process.wait(10) == 0


@pytest.mark.parametrize(
    ("name", "scheme"),
    [
        pytest.param("standardwebhooks", "standard", id="standardwebhooks"),
        pytest.param("svix", "standard", id="svix"),
        pytest.param("stripe", "stripe", id="stripe"),
        pytest.param("octokit", "github", id="octokit"),
        pytest.param("shopify", "shopify", id="shopify"),
    ],
)
def test_a_vendors_library_for_node_agrees(node, name, scheme) -> None:
    """In both directions; Shopify's only verifies."""
    check(node.vendor(name, CASES[scheme]))
