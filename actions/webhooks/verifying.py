"""A receiver and a request in, the events that its sender has signed out. Cookies and tokens are not looked at."""

from __future__ import annotations

import time
from collections.abc import Iterable
from itertools import chain
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, RawPostDataException, UnreadablePostError

from actions import secrets
from actions.errors import SecretMissing
from actions.plan.webhooks import Webhook
from actions.secrets import SecretText
from actions.signatures.base import MOST_BODY, Outside, SignedRequest, Verified
from actions.signatures.errors import BadSignature, Cause, EmptySecret, UnusableSecret
from actions.signatures.secrets import SecretForm
from actions.webhooks.certificates import certificates

PAYPAL = "paypal"


def read_request(request: HttpRequest) -> SignedRequest:
    """Return the body byte for byte, and the headers.

    Raises:
        BadSignature: the body is too large, or broke off.
    """
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()) or int(length[:20]) > MOST_BODY:
        raise BadSignature(Cause.BODY_TOO_LARGE)
    try:
        body = request.body
    except RequestDataTooBig:
        raise BadSignature(Cause.BODY_TOO_LARGE) from None
    except (UnreadablePostError, RawPostDataException):
        raise BadSignature(Cause.MALFORMED_BODY) from None
    return SignedRequest.of(body, request.headers.items())


def verify(webhook: Webhook, request: SignedRequest) -> tuple[Verified, ...]:
    """Return the events of a request, at least one.

    Raises:
        BadSignature: also where the receiver has no secret now.
    """
    if webhook.scheme is None or webhook.options is None:  # no such plan is served
        raise EmptySecret
    known = certificates() if webhook.scheme.name == PAYPAL else None
    secrets = active(webhook)
    try:
        return webhook.scheme.verify(request, secrets, webhook.options, Outside(time.time(), known))
    except BadSignature as refused:
        raise _explained(refused, webhook.options.secret, secrets) from None


def _explained(refused: BadSignature, form: SecretForm[Any], secrets: Iterable[SecretText]) -> BadSignature:
    """Return why a request is refused; one that matches no secret may be signed with one that is of no use."""
    fault = next(filter(None, map(form.fault, secrets)), "") if refused.cause is Cause.NO_MATCH else ""
    return UnusableSecret(fault) if fault else refused


def active(webhook: Webhook) -> tuple[SecretText, ...]:
    """Return every value that counts now; a name without one makes all of them count for nothing.

    Raises:
        EmptySecret.
    """
    try:
        return tuple(chain.from_iterable(secrets.active_values(secret.name) for secret in webhook.secrets))
    except SecretMissing:
        raise EmptySecret from None
