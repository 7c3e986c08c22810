"""Every receiver that is shipped as an example does what its first lines say, in-process and as the manual shows it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from actions import secrets
from actions.errors import RefusedDocument
from actions.loading import save_definition
from actions.models import Delivery, OutgoingEffect
from actions.outbox import send_due
from actions.secrets.changing import Content, set_secret
from actions.secrets.texts import SecretText
from actions.signatures.base import Message, Outside, SigningKey
from actions.signatures.certificates import PayPalCertificates
from actions.signatures.registry import all_schemes
from actions.signatures.trying import TEST_ADDRESS, WithTestKey
from entities.examples.models import LedgerEntry, Order, Payment, Product
from entities.models import UserAccount
from tests.actions.outbox.conftest import sink
from tests.actions.signatures.paypal import private_pem, public_pem
from tests.mails import Sink
from tests.servers import CHECKOUT, Home, Server
from tests.test_readme import like

__all__ = ["sink"]

RECEIVERS = CHECKOUT / "fixtures" / "actions" / "webhooks"
EVENTS = CHECKOUT / "fixtures" / "events"
PAGE = CHECKOUT / "docs" / "webhooks.md"
SECRETS = {"stripe": "whsec_test", "paypal": "1JE4291016473214C", "gateway": "first secret"}
FORM = "application/x-www-form-urlencoded"
GATEWAY = {
    "Header": "X-Signature",
    "Prefix": "sha256=",
    "TimestampHeader": "X-Timestamp",
    "Signed": "{timestamp}.{body}",
    "EventId": "body:id",
    "EventType": "body:type",
}


@pytest.fixture
def receivers(examples: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Serve every shipped receiver, beside the shipped actions."""
    for name, value in SECRETS.items():
        set_secret(name, Content(value=SecretText(value)))
    for path in sorted(RECEIVERS.glob("*.yaml")):
        save_definition(path.read_text(), str(path))
    trusted = WithTestKey(PayPalCertificates(_nothing, []), public_pem("own"))
    monkeypatch.setattr("actions.webhooks.verifying.certificates", lambda: trusted)
    yield
    secrets.forget()


def _nothing(url: str) -> bytes:
    raise OSError(url)


@pytest.fixture
def order(receivers: None) -> Order:
    """An order of three packets of tea that somebody has made, and not by the action ``buy``."""
    buyer = UserAccount.objects.create_user("ada@example.org", "correct horse", name="Ada")
    tea = Product.objects.create(name="Tea", price=Decimal("6.63"), stock=5)
    return Order.objects.create(
        number="A-1", total=Decimal("19.90"), quantity=3, product=tea, buyer=buyer, status="open"
    )


def send(scheme: str, body: bytes, **options: Any) -> Any:
    """Send a body as the provider does."""
    action, given, kind = {
        "stripe": ("stripe_checkout", {}, "application/json"),
        "paypal": ("paypal_capture", {}, "application/json"),
        "hmac": ("gateway_paid", GATEWAY, FORM),
    }[scheme]
    plugin = all_schemes()[scheme]
    secret = SECRETS["gateway" if scheme == "hmac" else scheme]
    outside = Outside(time.time(), signing_key=SigningKey(private_pem(options.get("key", "own")), TEST_ADDRESS))
    signed = plugin.sign(Message(body), options.get("secret", secret), plugin.configure(given), outside)
    client = Client(raise_request_exception=False)
    return client.post(f"/webhook/order/{action}", body, content_type=kind, headers=dict(signed.headers))


def event(name: str, **changed: Any) -> bytes:
    """Return one of the shipped events, with values changed by their path, as in ``data__object__amount=1``."""
    found = json.loads((EVENTS / name).read_bytes())
    for path, value in changed.items():
        *parents, last = path.split("__")
        place = found
        for parent in parents:
            place = place[parent]
        place[last] = value
    return json.dumps(found).encode()


def booked() -> tuple[str, int, int]:
    """Return the order's status, and how many payments and ledger entries there are."""
    return Order.objects.get().status, Payment.objects.count(), LedgerEntry.objects.count()


def test_stripe_pays_an_order(order: Order, sink: Sink) -> None:
    """Order, payment, ledger, stock, mail; once, however often it is sent."""
    body = (EVENTS / "stripe_checkout.json").read_bytes()
    answers = [send("stripe", body) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert len({answer.headers["Webhook-Delivery"] for answer in answers}) == 1
    order.refresh_from_db()
    payment, entry = Payment.objects.get(), LedgerEntry.objects.get()
    assert (order.status, order.paid_at is not None) == ("paid", True)
    assert (payment.provider, payment.provider_reference) == ("stripe", "pi_3PqZxX2eZvKYlo2C")
    assert (payment.amount, payment.currency) == (Decimal("19.90"), "EUR")
    assert (entry.amount, entry.note) == (Decimal("19.90"), "stripe pi_3PqZxX2eZvKYlo2C")
    assert Product.objects.get().stock == 2
    send_due()
    (mail,) = sink.received
    assert mail.to == ("ada@example.org",)
    assert mail.mail["Subject"] == "Your order A-1 is paid"


@pytest.mark.parametrize(
    ("changed", "effect"),
    [
        pytest.param({"status": "pending"}, (5, "ada@example.org"), id="buy has taken the goods"),
        pytest.param({"quantity": 9}, (0, "ada@example.org"), id="more than there is"),
        pytest.param({"product": None}, (5, "ada@example.org"), id="no product"),
        pytest.param({"buyer": None}, (2, "grace@example.org"), id="a guest"),
    ],
)
def test_orders_of_every_kind_are_paid(order: Order, sink: Sink, changed: dict[str, Any], effect: Any) -> None:
    """What was paid is never refused for the stock's sake; a guest is told at the address that Stripe knows."""
    Order.objects.update(**changed)
    body = event("stripe_checkout.json", data__object__customer_details={"email": "grace@example.org"})
    answer = send("stripe", body)
    assert (answer.status_code, booked()) == (200, ("paid", 1, 1)), answer.content
    send_due()
    assert (Product.objects.get().stock, sink.received[0].to[0]) == effect


def test_another_event_about_a_paid_order_books_nothing(order: Order) -> None:
    """The payment is kept for whoever has to give it back; ledger, stock and buyer hear nothing."""
    assert send("stripe", event("stripe_checkout.json")).status_code == 200
    second = {"id": "evt_2", "data__object__id": "cs_2", "data__object__payment_intent": "pi_2"}
    assert send("stripe", event("stripe_checkout.json", **second)).status_code == 200
    assert booked() == ("paid", 2, 1)
    assert Product.objects.get().stock == 2
    assert OutgoingEffect.objects.count() == 1


def test_a_checkout_that_is_paid_later(order: Order) -> None:
    """A bank transfer completes the checkout unpaid, and is paid by a newer event; an older one then says nothing."""
    unpaid = event("stripe_checkout.json", data__object__payment_status="unpaid")
    assert (send("stripe", unpaid).status_code, booked()) == (200, ("open", 0, 0))
    paid = {"id": "evt_2", "type": "checkout.session.async_payment_succeeded"}
    assert send("stripe", event("stripe_checkout.json", **paid, created=1764000001)).status_code == 200
    assert booked() == ("paid", 1, 1)
    assert send("stripe", event("stripe_checkout.json", id="evt_3", created=1763999999)).status_code == 200
    assert Delivery.objects.get(event_id="evt_3").state == "ignored"
    assert booked() == ("paid", 1, 1)


@pytest.mark.parametrize(
    ("scheme", "name", "changed", "code"),
    [
        pytest.param("stripe", "stripe_checkout.json", {"data__object__amount_total": 1989}, "wrong_amount", id="less"),
        pytest.param("stripe", "stripe_checkout.json", {"data__object__currency": "usd"}, "wrong_amount", id="dollars"),
        pytest.param("stripe", "stripe_checkout.json", {"data__object__metadata": {}}, "unknown_order", id="no number"),
        pytest.param(
            "stripe",
            "stripe_checkout.json",
            {"data__object__metadata": {"order_number": "B"}},
            "unknown_order",
            id="another number",
        ),
        pytest.param(
            "paypal",
            "paypal_capture.json",
            {"resource__amount": {"value": "0.01", "currency_code": "EUR"}},
            "wrong_amount",
            id="paypal, less",
        ),
        pytest.param("paypal", "paypal_capture.json", {"resource__custom_id": "B"}, "unknown_order", id="paypal, none"),
    ],
)
def test_what_is_not_right_is_kept_and_books_nothing(
    order: Order, scheme: str, name: str, changed: dict[str, Any], code: str
) -> None:
    """The delivery says why; the provider sends it again, and it counts once what was wrong is mended."""
    answer = send(scheme, event(name, **changed))
    assert (answer.status_code, booked()) == (500, ("open", 0, 0))
    assert "Retry-After" in answer.headers
    assert Delivery.objects.get().reason == code


def test_an_order_that_is_late_is_paid_when_the_event_comes_again(receivers: None) -> None:
    """The event overtook the order: 500, then the provider's next attempt finds it."""
    body = event("paypal_capture.json")
    assert send("paypal", body).status_code == 500
    Order.objects.create(number="A-1", total=Decimal("19.90"), status="open")
    assert (send("paypal", body).status_code, booked()) == (200, ("paid", 1, 1))


def test_paypal_pays_an_order(order: Order) -> None:
    """The order, its payment and the ledger, by PayPal's own id of the capture; other events are not wanted."""
    assert send("paypal", event("paypal_capture.json")).status_code == 200
    payment = Payment.objects.get()
    assert (payment.provider, payment.provider_reference) == ("paypal", "42311647XV020574X")
    assert booked() == ("paid", 1, 1)
    assert (
        send("paypal", event("paypal_capture.json", id="WH-2", event_type="PAYMENT.CAPTURE.DENIED")).status_code == 200
    )
    assert Delivery.objects.get(event_id="WH-2").state == "ignored"
    assert booked() == ("paid", 1, 1)


def test_a_gateway_reads_what_it_wants(order: Order) -> None:
    """A form in, ``[accepted]`` out, also for what was there before; a form without an amount fails."""
    body = (EVENTS / "gateway_paid.txt").read_bytes()
    for _ in range(2):
        answer = send("hmac", body)
        assert (answer.status_code, answer.content) == (200, b"[accepted]")
    assert booked() == ("paid", 1, 1)
    assert Payment.objects.get().provider_reference == "tx_1"
    failed = send("hmac", b"id=tx_2&type=payment.captured&order_number=A-1")
    assert (failed.status_code, b"accepted" in failed.content) == (500, False)
    assert Delivery.objects.get(event_id="tx_2").reason == "invalid_input"


@pytest.mark.parametrize(
    ("scheme", "name", "other"),
    [
        pytest.param("stripe", "stripe_checkout.json", {"secret": "whsec_other"}, id="stripe"),
        pytest.param("paypal", "paypal_capture.json", {"key": "other"}, id="paypal"),
        pytest.param("paypal", "paypal_capture.json", {"secret": "another"}, id="paypal, another webhook"),
        pytest.param("hmac", "gateway_paid.txt", {"secret": "second secret"}, id="gateway"),
    ],
)
def test_nobody_else_pays_an_order(order: Order, scheme: str, name: str, other: dict[str, str]) -> None:
    """Signed by somebody who has not the secret: 401, nothing is kept."""
    assert send(scheme, (EVENTS / name).read_bytes(), **other).status_code == 401
    assert (booked(), Delivery.objects.count()) == (("open", 0, 0), 0)


def test_an_account_cannot_run_what_stands_behind_them(order: Order, post: Any) -> None:
    """Neither the receivers nor the actions that they invoke."""
    account = UserAccount.objects.create_user("grace@example.org", "correct horse", name="Grace")
    for action in ("order/stripe_checkout", "order/payment_received", f"order/{order.pk}/settle"):
        assert post(action, {"provider": "stripe"}, actor=account).status_code in (401, 403, 404)
    assert post(f"product/{order.product_id}/take_from_stock", {"quantity": 1}, actor=account).status_code == 404
    assert booked() == ("open", 0, 0)


@pytest.mark.parametrize("path", sorted(RECEIVERS.glob("*.yaml")), ids=lambda path: path.stem)
def test_without_its_secret_a_receiver_is_not_there(examples: None, path: Path) -> None:
    """Nothing is loaded that would believe anybody."""
    secrets.forget()
    with pytest.raises(RefusedDocument, match="ACT253"):
        save_definition(path.read_text(), str(path))


ORDERS = """
from entities.examples.models import Order
Order.objects.create(number="A-2", total="19.90", status="open")
"""
BOOKED = """
from entities.examples.models import LedgerEntry, Order, Payment
print(*sorted(Payment.objects.values_list("provider", flat=True)), LedgerEntry.objects.count())
"""


@pytest.fixture
def tried(home: Home) -> Iterator[tuple[Home, Server]]:
    """A server that takes PayPal's sandbox from the holder of a key, and an order that nobody pays."""
    (home.folder / "paypal.pem").write_bytes(private_pem("own"))
    mine = home.with_settings(DEBUG="true", PAYPAL_TEST_KEY=str(home.folder / "paypal.pem"))
    with mine.start() as server:
        assert mine.run("shell", "-v", "0", "-c", ORDERS).returncode == 0
        yield mine, server


def test_the_manual_shows_what_happens(tried: tuple[Home, Server]) -> None:
    """Every command of the page is run, and its output is as shown; the order is paid once."""
    home, server = tried
    for command, shown in sessions():
        printed = in_a_shell(home, command.replace("http://127.0.0.1:6336", server.url))
        assert like(shown).fullmatch(printed), printed
    assert home.run("shell", "-v", "0", "-c", BOOKED).stdout == "gateway paypal stripe 1\n"


def sessions() -> list[tuple[str, str]]:
    """Return the page's commands and what they print."""
    blocks = re.findall(r"^```console\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    found = [tuple(part.split("\n", 1)) for block in blocks for part in block.split("$ ")[1:]]
    assert len(found) >= 10
    return found  # type: ignore[return-value]


def in_a_shell(home: Home, command: str) -> str:
    """Run a command line as it is shown, in the checkout, with the key where it is here."""
    line = command.replace(".venv/bin/python", sys.executable).replace(
        "paypal.pem", home.environment["PAYPAL_TEST_KEY"]
    )
    done = subprocess.run(
        line, shell=True, capture_output=True, text=True, env=home.environment, cwd=CHECKOUT, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout.strip()
