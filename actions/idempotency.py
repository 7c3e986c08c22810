"""A request with an Idempotency-Key in, its answer out: the action runs once, whoever asks again gets the first answer.

    claim (visible at once) --> run --> answer, committed with the effects

Source: draft-ietf-httpapi-idempotency-key-header-07, with the key optional. A claim is a row that is there before the
action runs. Its lease says when another attempt may take the place of one that died; an attempt that comes back after
that finds its claim gone and commits nothing. So the effect happens once, whatever the clocks say.

Answers are kept encrypted for ``IDEMPOTENCY_HOURS``: successes, and refusals that a repetition would meet again.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.db import Error, connection
from django.utils import timezone
from django.utils.crypto import salted_hmac

from actions.errors import ActionError, IdempotencyKeyReused, InFlight, MalformedIdempotencyKey
from actions.invocations import Invocation
from actions.models import StoredAnswer
from actions.operations.base import Entry
from actions.options import option
from actions.responses import Answer, render_entries
from entities.fields.models import Sealed
from entities.identifiers import parse_uuid, uuid7
from entities.registry import canonical_name
from entities.store import Unit

logger = logging.getLogger("actions.idempotency")

REPLAYED = "Idempotency-Replayed"
LEASE = timedelta(seconds=60)
LOOKS = 3
PRUNED = 1000  # expired answers, at most once a second in each process
PRUNE_SECONDS = 1.0
CONCLUDE_SECONDS = 1.0  # after that nobody waits any longer for the database
LONGEST_KEY = 255
WAITS, WAIT_SECONDS = 20, 0.1  # for the answer of the first click

# RFC 8941: a string of visible characters; or the same text without quotes, where it needs none.
_STRING = re.compile(r'"((?:[!#-\[\]-~]|\\["\\])+)"')
_BARE = re.compile(r"[!#-+\--:<-\[\]-~]+")

Settle = Callable[[list[Entry], Unit], Answer]


def read_key(header: str) -> str:
    """Return the key that the header's text holds; a quoted one and a bare one are the same.

    Raises:
        MalformedIdempotencyKey.
    """
    text = header.strip(" \t")
    quoted = _STRING.fullmatch(text)
    key = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else text
    if len(key) > LONGEST_KEY or not (quoted or _BARE.fullmatch(text)):
        raise MalformedIdempotencyKey
    return key


@dataclass(frozen=True, slots=True)
class Claim:
    """One attempt: digests of whose key for which action it is and of what was sent, and an id of its own."""

    scope: str
    payload: str
    id: UUID = field(default_factory=uuid7)

    @property
    def seed(self) -> UUID:
        """What the calls to other servers are keyed by: the same for each attempt, and of this installation only."""
        return UUID(bytes=salted_hmac("actions.idempotency", self.scope + self.payload).digest()[:16])


def claim_for(key: str, invocation: Invocation) -> Claim:
    """Return a claim of the invocation's actor: a guest is known by their address.

    What was sent is compared as it was read, so that a form may be sent again with another boundary. Nobody gets an
    answer who does not send all of it again.
    """
    actor = invocation.actor
    who = ["guest", invocation.address] if actor.id is None else ["account", str(actor.id)]
    subject = parse_uuid(invocation.subject_id) or invocation.subject_id
    scope = [key, *who, canonical_name(invocation.type_name), invocation.name, subject]
    sent = invocation.sent
    return Claim(_digest(scope), _digest([sent.is_form, sent.body, sent.query]))


def claim_for_content(key: str, invocation: Invocation) -> Claim:
    """Return a claim of the key and of what was sent together: another content with the same key is another request.

    For a page that a visitor goes back to, corrects and sends again.
    """
    return claim_for(f"{key} {claim_for(key, invocation).payload}", invocation)


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=_tagged).encode()).hexdigest()


def _tagged(value: Any) -> Any:
    """Keep a number apart from a text that spells it; no text in JSON that we read has a NUL."""
    if isinstance(value, Decimal | UUID):
        return {f"\0{type(value).__name__}": str(value)}
    raise TypeError(f"{type(value).__name__} has no digest.")


def answer_once(claim: Claim, run: Callable[[Settle], Answer], refuse: Callable[[ActionError], Answer]) -> Answer:
    """Return the answer of the first request with this claim's scope, which this may be.

    ``run`` executes the action and makes what it is given part of the transaction.

    Raises:
        IdempotencyKeyReused: the key came with something else. InFlight: the first request is not answered yet.
    """
    stored = _take(claim)
    if stored is not None:
        return replace(stored, headers={**stored.headers, REPLAYED: "true"})
    try:
        answer = run(partial(_settle, claim))
    except ActionError as error:
        answer = refuse(error)
        _conclude(claim, answer if _would_repeat(error) else None)
    except BaseException:
        _conclude(claim, None)
        raise
    _pruning.step()
    return answer


def answer_again(claim: Claim, run: Callable[[Settle], Answer], refuse: Callable[[ActionError], Answer]) -> Answer:
    """Return what ``answer_once`` does, after waiting a little for a first request that is not answered yet.

    A browser shows the answer to the second click of a double click only.

    Raises:
        InFlight: it takes longer.
    """
    for _ in range(WAITS):
        with suppress(InFlight):
            return answer_once(claim, run, refuse)
        time.sleep(WAIT_SECONDS)
    return answer_once(claim, run, refuse)


def _take(claim: Claim) -> Answer | None:
    """Return the stored answer, or ``None`` when it is this claim that runs."""
    try:
        return _taken(claim)
    except Error:
        _conclude(claim, None)  # it may have been stored, and only that was not heard
        raise


def _taken(claim: Claim) -> Answer | None:
    for _ in range(LOOKS):
        found = _first(claim)
        if found is None:  # released between two statements
            continue
        if found.claim == claim.id:
            return None
        if found.expires_at > timezone.now() and (answer := _known(claim, found)):
            return answer
        if _overtakes(claim, found):
            return None
    raise InFlight


def _known(claim: Claim, found: StoredAnswer) -> Answer | None:
    """Return the answer that was stored for the same request; ``None`` when whoever should have stored it died."""
    if found.payload != claim.payload:
        raise IdempotencyKeyReused
    if found.answer is not None:
        return _unpacked(found.answer)
    if found.leased_until > timezone.now():
        raise InFlight
    return None


def _first(claim: Claim) -> StoredAnswer | None:
    """Return the row of the scope; make it if there is none. It is committed, so everybody sees it."""
    row = StoredAnswer(scope=claim.scope, payload=claim.payload, claim=claim.id, **_times())
    StoredAnswer.objects.bulk_create([row], ignore_conflicts=True)
    return StoredAnswer.objects.filter(scope=claim.scope).first()


def _times() -> dict[str, datetime]:
    now = timezone.now()
    return {
        "leased_until": now + LEASE,
        "expires_at": now + timedelta(hours=option("IDEMPOTENCY_HOURS")),
    }


def _overtakes(claim: Claim, found: StoredAnswer) -> bool:
    """Take the place of a dead attempt or an expired answer, unless somebody was faster."""
    same = StoredAnswer.objects.filter(scope=found.scope, claim=found.claim, answer__isnull=found.answer is None)
    return same.update(claim=claim.id, payload=claim.payload, answer=None, **_times()) == 1


def _settle(claim: Claim, entries: list[Entry], unit: Unit) -> Answer:
    """Store the answer in the transaction of the effects.

    Raises:
        InFlight: another attempt has taken the place of this one, which must leave nothing behind.
    """
    answer = render_entries(entries)
    unit.begin()
    if not _own(claim).update(answer=_packed(answer)):
        raise InFlight
    return answer


def _conclude(claim: Claim, answer: Answer | None) -> None:
    """After a failure: store its answer, or let the next attempt run. What was committed all the same stays.

    Where the connection was lost another one may do it; where the database is away the lease ends it.
    """
    until = time.monotonic() + CONCLUDE_SECONDS
    for _ in range(LOOKS):
        try:
            if answer is not None:
                _own(claim).update(answer=_packed(answer))
            else:
                _own(claim).delete()
        except Error as error:
            logger.warning("A claim could not be concluded: %s", error)
            connection.close_if_unusable_or_obsolete()
        else:
            return
        if time.monotonic() > until:
            return


def _own(claim: Claim) -> Any:
    return StoredAnswer.objects.filter(scope=claim.scope, claim=claim.id, answer__isnull=True)


def _would_repeat(error: ActionError) -> bool:
    """Say whether the same request would be refused again: it would not once signed in, later, or after the first."""
    return 400 <= error.status < 500 and error.status not in (401, 408, 425, 429) and not isinstance(error, InFlight)


def _packed(answer: Answer) -> str:
    body = base64.b64encode(answer.body).decode()
    return json.dumps([answer.status, answer.content_type, dict(answer.headers), body])


def _unpacked(stored: Sealed | str) -> Answer:
    status, content_type, headers, body = json.loads(Sealed(stored).open())
    return Answer(status, base64.b64decode(body), content_type, headers)


class _Pruning:
    """Removes expired answers: a bounded number, now and then, so that the table does not grow without end."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._next = 0.0

    def step(self) -> None:
        """Remove some, unless that was done a moment ago."""
        if self._clock() < self._next:
            return
        self._next = self._clock() + PRUNE_SECONDS
        expired = StoredAnswer.objects.filter(expires_at__lte=timezone.now())
        with suppress(Error):  # the next one does it
            found = list(expired.values_list("scope", flat=True)[:PRUNED])
            if found:
                expired.filter(scope__in=found).delete()


_pruning = _Pruning()
