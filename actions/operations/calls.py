"""The calls of one invocation to other servers: each is made once, however often the transaction is tried.

A call is known again by its place: which outcome makes it, for which element of a loop, within which outcomes that run
other actions, and how many came before it there. What it sends need not be the same each time, for a row that is
created again has another id. Its idempotency key is made of the place and of the invocation's seed: whoever runs the
same event or the same request again sends the same keys.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4, uuid5

from actions.errors import ActionError
from actions.outbound import Limits, Request, Response, UpstreamTimeout, shown_url
from actions.outbox import HTTP, Outgoing, enqueue, exchange
from actions.outbox.calling import ANSWERED, UpstreamStatus
from entities.identifiers import repeatable_number
from entities.store import Unit

MOST_SECONDS = 50.0  # that one run waits for other servers, all together

# The place around it, the Reference or pointer of the outcome, and the element of a loop.
Place = tuple[Any, ...]


@dataclass(slots=True)
class Made:
    """One call as a trace tells it: what was sent, and what came back, or the code of the failure; seconds in all.

    A call that waits for the commit has the id of its ``effect``, and no answer.
    """

    request: Request
    response: Response | None = None
    failure: str = ""
    seconds: float = 0.0
    effect: UUID | None = None


class Calls:
    """What one invocation calls. ``seed`` is the same whenever the same thing is tried again."""

    def __init__(self, seed: UUID | None = None) -> None:
        self._seed = seed
        self._answers: dict[UUID, tuple[Request, Response]] = {}
        self._seen: Counter[str] = Counter()
        self._spent = 0.0
        self.made: list[Made] = []

    def begin(self) -> None:
        """Note that the run begins, perhaps once more: the same calls will come, and have their answers already."""
        self._seen.clear()
        self.made.clear()

    def answer(self, outgoing: Outgoing, place: Place) -> Response:
        """Return what the other server answers, or has answered to the very same request.

        Raises:
            ActionError: of ``actions.outbound.errors``; UpstreamStatus.
        """
        key, request = self._key(place), outgoing.request
        sent, known = self._answers.get(key, (None, None))
        if known is not None and sent == request:
            self.made.append(Made(request, known, seconds=known.milliseconds / 1000))
            return known
        with self._noted(request) as made:
            made.response = exchange(replace(outgoing, limits=self._bounded(outgoing.limits)), key, ANSWERED)
        self._answers[key] = request, made.response
        return made.response

    def defer(self, outgoing: Outgoing, place: Place, unit: Unit, tag: object) -> UUID:
        """Have the call made once the unit is committed; return the id of the effect."""
        payload = {**outgoing.as_data(), "key": str(self._key(place))}
        about = f"{outgoing.request.method} {shown_url(outgoing.request.url)}"
        effect = enqueue(unit, HTTP, payload, about=about, tag=tag)
        self.made.append(Made(outgoing.request, effect=effect))
        return effect

    def _key(self, place: Place) -> UUID:
        digest = hashlib.sha256(_text(place).encode(errors="surrogatepass")).hexdigest()
        self._seen[digest] += 1
        self._seed = self._seed or uuid4()  # most runs call nobody
        return uuid5(self._seed, f"{digest}:{self._seen[digest]}")

    def _bounded(self, limits: Limits) -> Limits:
        left = MOST_SECONDS - self._spent
        if left <= 0:
            raise UpstreamTimeout(MOST_SECONDS)
        return replace(limits, timeout=min(limits.timeout, left))

    @contextmanager
    def _noted(self, request: Request) -> Iterator[Made]:
        made = Made(request)
        self.made.append(made)
        started = time.monotonic()
        try:
            yield made
        except ActionError as error:
            made.failure = error.name
            made.response = error.response if isinstance(error, UpstreamStatus) else None
            raise
        finally:
            made.seconds = time.monotonic() - started
            self._spent += made.seconds


def _text(place: Place) -> str:
    if not place:
        return ""
    within, outcome, element = place
    return f"{_text(within)}/{outcome}:{_identity(element)!r}"


def _identity(element: Any) -> Any:
    """Return what an element of a loop is known by: a row by its id, and one that was created here by its number."""
    public_id = element.get("reference_id") if isinstance(element, Mapping) else None
    if public_id is None:
        return element
    number = repeatable_number(public_id)
    return str(public_id) if number is None else number
