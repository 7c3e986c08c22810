"""OAuth 2 client credentials in, an access token out: fetched once, kept by this process until shortly before it ends.

RFC 6749, 2.3.1 (how a client authenticates) and 4.4 (client credentials). A token is in memory alone: in no row, no log
line and no trace. Of one integration one thread fetches at a time; the others wait for it, and share its failure.
"""

from __future__ import annotations

import base64
import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote_plus, urlencode

from actions import secrets
from actions.errors import ActionError
from actions.integrations.errors import TokenRefused
from actions.outbound import Limits, Request, Response, UpstreamTimeout, deadline, fetch, waiting
from actions.secrets import SecretText

LIMITS = Limits(timeout=10.0, most_bytes=256 * 1024, redirects=0, retries=1)
UNSAID_SECONDS = 300  # how long a token lasts of which nobody says so
MARGIN_SECONDS = 30.0  # a token that ends sooner is not used any more
FRESH_SECONDS = 2.0  # for which nobody asks for a third token, where the second was refused as the first was
FAILED_SECONDS = 1.0  # for which those who waited share a failure
MOST_TOKENS = 1_000


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks for a token, and for what. ``secret`` is the name of a secret; ``send`` is ``basic`` or ``body``.

    ``parameters`` are said besides: an ``audience``, or another ``grant_type`` of a server that has its own.
    """

    integration: str
    url: str
    id: str
    secret: str
    scopes: tuple[str, ...]
    send: str = "basic"
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Kept:
    """A token, or ``None`` where none was to be had; moments of the clock. ``renewed``: it followed a refused one."""

    token: SecretText | None
    made: float
    ends: float
    renewed: bool = False
    refused: bool = False


class Tokens:
    """The access tokens of one process. Safe for use by threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[Client, _Kept] = {}
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def get(self, client: Client) -> SecretText:
        """Return a token that has not ended.

        Raises:
            TokenRefused, SecretMissing, ActionError of ``actions.outbound.errors``.
        """
        return self._usable(client) or self._fetched(client)

    def refuse(self, client: Client, token: str) -> bool:
        """Use a token no more that was refused; say whether another one is to be had.

        None is for a moment where the refused one followed a refused one: who refuses all of them wants something else.
        """
        kept, now = self._kept.get(client), self._clock()
        if kept is None or kept.token != token:
            return True  # somebody else has seen to it
        if kept.renewed and now - kept.made <= FRESH_SECONDS:
            return False
        self._kept[client] = replace(kept, refused=True)
        return True

    def forget(self) -> None:
        """Drop every token."""
        self._kept.clear()

    def _usable(self, client: Client) -> SecretText | None:
        kept = self._kept.get(client)
        if kept is None or kept.refused or self._clock() >= kept.ends:
            return None
        if kept.token is None:
            raise TokenRefused(client.integration, "it was refused one a moment ago")
        return kept.token

    def _fetched(self, client: Client) -> SecretText:
        lock, patience = self._locks[client.integration], deadline(LIMITS.timeout)
        with waiting():
            has_turn = lock.acquire(timeout=patience.remaining())
        if not has_turn:
            raise UpstreamTimeout(patience.seconds)
        try:
            return self._usable(client) or self._fetch(client)
        finally:
            lock.release()

    def _fetch(self, client: Client) -> SecretText:
        before = self._kept.get(client)
        if len(self._kept) >= MOST_TOKENS:
            self._kept.clear()
        request, left = _request(client), deadline(LIMITS.timeout).remaining()
        try:
            token, seconds = _read(client, fetch(request, LIMITS))
        except ActionError as error:
            if not isinstance(error, UpstreamTimeout) or left > LIMITS.timeout / 2:
                now = self._clock()
                self._kept[client] = _Kept(None, now, now + FAILED_SECONDS)
            raise
        now = self._clock()
        ends = now + max(seconds - MARGIN_SECONDS, seconds / 2)
        self._kept[client] = _Kept(token, now, ends, renewed=before is not None and before.refused)
        return token


def _request(client: Client) -> Request:
    secret = secrets.active_values(client.secret)[0].reveal()
    form = {"grant_type": "client_credentials"} | ({"scope": " ".join(client.scopes)} if client.scopes else {})
    form |= dict(client.parameters)
    headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json")]
    if client.send == "basic":
        pair = f"{quote_plus(client.id)}:{quote_plus(secret)}"
        headers.append(("Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}"))
    else:
        form |= {"client_id": client.id, "client_secret": secret}
    return Request("POST", client.url, tuple(headers), urlencode(form).encode())


def _read(client: Client, response: Response) -> tuple[SecretText, float]:
    """Return the token, and for how many seconds it lasts."""
    if response.status != 200:
        raise TokenRefused(client.integration, f"the authorization server answered with status {response.status}")
    try:
        answer = json.loads(response.body)
    except (ValueError, RecursionError):
        answer = None
    token = answer.get("access_token") if isinstance(answer, dict) else None
    if not _is_token(token):
        raise TokenRefused(client.integration, "the authorization server's answer has none")
    return SecretText(token), _seconds(answer.get("expires_in"))


def _is_token(token: Any) -> bool:
    return isinstance(token, str) and 0 < len(token) <= 16_384 and token.isascii() and token.isprintable()


def _seconds(told: Any) -> float:
    """Return how long a token lasts; some servers say it as a text."""
    if isinstance(told, str) and told.isascii() and told.isdigit() and len(told) < 12:
        told = int(told)
    is_number = isinstance(told, int | float) and not isinstance(told, bool) and 0 < told < 1e9
    return float(told) if is_number else UNSAID_SECONDS


_tokens = Tokens()
get_token = _tokens.get
refuse_token = _tokens.refuse
forget_tokens = _tokens.forget
