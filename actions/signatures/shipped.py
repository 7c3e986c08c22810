"""The schemes that come with the project: importing this module registers them all."""

from __future__ import annotations

from actions.signatures import (  # noqa: F401
    adyen,
    generic,
    github,
    mollie,
    paddle,
    paypal,
    razorpay,
    shopify,
    square,
    standard,
    stripe,
)
