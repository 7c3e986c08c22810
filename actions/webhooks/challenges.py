"""A handshake of a provider in, the text that it wants to see again out: nothing is stored and nothing is run."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest

from actions import secrets
from actions.errors import SecretMissing
from actions.plan.webhooks import Challenge, Requirement
from actions.responses import JSON, Answer
from actions.signatures.events import member_at
from entities.encoding import to_json
from entities.errors import EntityError
from entities.parsing import Bounds, read_json

LONGEST = 2048
MOST_BODY = 16 * 1024
TEXT = "text/plain; charset=utf-8"


def answer_challenge(challenge: Challenge | None, request: HttpRequest) -> Answer | None:
    """Return the answer, or ``None`` where the request is no challenge of this receiver, or not a right one."""
    if challenge is None or request.method != challenge.method:
        return None
    sent = _body(request) if challenge.in_body else _query(request)
    value = member_at(sent, challenge.name)
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST or not value.isprintable():
        return None
    if not all(_is_met(item, member_at(sent, item.name)) for item in challenge.requirements):
        return None
    if challenge.as_json:
        name = challenge.name.rpartition(".")[2] if challenge.in_body else challenge.name
        return Answer(200, to_json({name: value}), JSON)
    return Answer(200, value.encode(), TEXT)


def _query(request: HttpRequest) -> Mapping[str, Any]:
    """Return the parameters; of one that was sent several times the last."""
    try:
        return request.GET.dict()
    except SuspiciousOperation:  # more of them than anybody means
        return {}


def _body(request: HttpRequest) -> Mapping[str, Any]:
    """Return the members of a small JSON body."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()) or not 0 < int(length[:20]) <= MOST_BODY:
        return {}
    try:
        found = read_json(request.body, Bounds(MOST_BODY, depth=8, nodes=200))
    except (EntityError, OSError):
        return {}
    return found if isinstance(found, dict) else {}


def _is_met(requirement: Requirement, sent: object) -> bool:
    """Compare in constant time; a secret that has no value is met by nothing."""
    if not isinstance(sent, str):
        return False
    given = sent.encode(errors="replace")
    if requirement.secret is None:
        return hmac.compare_digest(given, requirement.value.encode())
    try:
        values = secrets.active_values(requirement.secret.name)
    except SecretMissing:
        return False
    return any(hmac.compare_digest(given, value.encode()) for value in values)
