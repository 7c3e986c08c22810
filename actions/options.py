"""``settings.ACTIONS``, with a default for every key: the bounds that actions keep, and what their authors may name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from actions.rates import Rate

DEFAULTS: Mapping[str, Any] = {
    "PATHS": (),  # folders and files of definitions, loaded and followed by `up`
    "REDIRECT_HOSTS": (),  # hosts besides this site that client.redirect may lead to
    "ENV_NAMES": (),  # names of environment variables that expressions may read as env.NAME
    "ENV": {},  # what expressions read as env.NAME besides, by name
    "REQUEST_HEADERS": ("accept-language", "user-agent"),  # headers that expressions may read as request.headers
    "GUEST_RATE_LIMIT": Rate(60, 60),  # of each action and address, where it says nothing else; None: no limit
    "MAX_UPLOAD": 5 * 1024 * 1024,  # bytes of a form with its files
    "MAX_UPLOADS": {},  # of pages that take more: {"/path/": bytes}
    "SECRET_ENV_NAMES": (),  # environment variables that secrets may refer to as env:NAME
    "SECRET_FOLDERS": (),  # folders with files that secrets may refer to as file:/PATH
    "PAYPAL_TEST_KEY": None,  # a public key in PEM that signs for PayPal's sandbox
    "IDEMPOTENCY_HOURS": 24,  # how long an answer can be asked for again with its Idempotency-Key
    "RUNS": {
        "KEEP_DAYS": 30,  # how long a run can be seen
        "KEEP": 100_000,  # how many can be seen at most
    },
    "OUTBOX": {
        "ATTEMPTS": 10,  # how often one effect is tried
        "KEEP_DAYS": 30,  # how long what was sent, and what failed, can be seen
    },
    "OUTBOUND": {
        "ALLOWED_HOSTS": (),  # patterns of hosts that may be called; none is the public internet
        "CALLS": 32,  # that wait at a time in one process; each keeps a thread
        "CALLS_PER_HOST": 8,  # of them to one host at a time
        "WAITING_PER_HOST": 16,  # of them for their turn with one host, while another host's eight are free
    },
    "WEBHOOKS": {
        "ATTEMPTS": 10,  # how often the server tries an event that fails; its sender may try more often
        "KEEP_DAYS": 90,  # how long events are known, so that none has a second effect
    },
    "JAVASCRIPT": {},  # has its defaults, and their bounds, in actions.expressions.javascript.options
}


def option(name: str, key: str | None = None) -> Any:
    """Return ``ACTIONS[name]``, or ``ACTIONS[name][key]`` of a setting that is a group; else its default."""
    if key is None:
        return configured().get(name, DEFAULTS[name])
    return configured().get(name, {}).get(key, DEFAULTS[name][key])


def configured() -> Mapping[str, Any]:
    """Return what the settings say about this app."""
    found: Mapping[str, Any] = getattr(settings, "ACTIONS", {})
    return found
