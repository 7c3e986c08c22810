"""A payload in, a row of the same transaction out; the thread that sends it is woken once that is committed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson

from actions.models import OutgoingEffect
from actions.outbox import background
from entities.store import Unit

MOST_ABOUT = 300


def enqueue(unit: Unit, kind: str, payload: Mapping[str, Any], *, about: str = "", tag: object = None) -> UUID:
    """Return the id of the effect: it is carried out when, and only when, the unit is committed.

    ``about`` is what its list in the admin says of it: nothing secret.
    """
    effect = OutgoingEffect(kind=kind, payload=orjson.dumps(payload).decode(), about=about[:MOST_ABOUT])
    unit.add(effect, tag=tag)
    unit.after_commit(lambda: background.wake(kind))
    return effect.id
