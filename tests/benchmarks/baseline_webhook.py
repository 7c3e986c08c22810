"""What a Django developer would write by hand with DRF: Stripe says that an order is paid.

It verifies the signature, dedupes by ``get_or_create`` of the payment, which is unique, updates the order, and logs: a
row with the body, and a line. One transaction, no look-up that is not needed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import time
from typing import Any

from django.db import transaction
from django.urls import path
from django.utils import timezone
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from entities.examples.models import LedgerEntry, Order, Payment
from tests.benchmarks.webhook_bodies import SECRET

logger = logging.getLogger("webhooks")


class StripeWebhook(APIView):
    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    def post(self, request: Request) -> Response:
        body = request._request.body
        if not is_signed(request.headers.get("Stripe-Signature", ""), body):
            return Response({"detail": "The signature is not valid."}, status=401)
        is_new = apply(json.loads(body), body)
        return Response({"status": "succeeded" if is_new else "duplicate"})


def is_signed(header: str, body: bytes) -> bool:
    parts = [part.partition("=") for part in header.split(",")]
    stamp = next((value for key, _, value in parts if key == "t"), "")
    if not stamp.isdigit() or abs(time.time() - int(stamp)) > 300:
        return False
    expected = hmac.new(SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return any(hmac.compare_digest(expected, value) for key, _, value in parts if key == "v1")


@transaction.atomic
def apply(event: dict[str, Any], body: bytes) -> bool:
    paid = event["data"]["object"]
    order = Order.objects.select_for_update().get(number=paid["metadata"]["order_number"])
    amount = {"amount": paid["amount"], "currency": order.currency}
    defaults = {**amount, "order": order, "status": "received"}
    _, is_new = Payment.objects.get_or_create(provider="stripe", provider_reference=event["id"], defaults=defaults)
    if not is_new:
        return False
    order.status, order.paid_at = "paid", timezone.now()
    order.save(update_fields=["status", "paid_at"])
    LedgerEntry.objects.create(**amount, order=order, kind="payment", note=body.decode())
    logger.info("Order %s is paid by %s.", order.number, event["id"])
    return True


urlpatterns = [path("action/order/paid", StripeWebhook.as_view())]
