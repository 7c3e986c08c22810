"""One run in, one row out: with the effects where it succeeds, by itself where it fails, and not at all where it never
began or nobody wants to keep it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import Error
from django.utils import timezone

from actions.errors import ActionError, InternalFault, Outcome
from actions.models import ActorKind, Run
from actions.plan.nodes import Plan, Records
from actions.plan.secrecy import secret_inputs, tells_secret
from actions.plan.visitor import walk
from actions.runs import pruning
from actions.runs.redaction import HIDDEN, Redaction
from actions.runs.traces import Trace
from actions.states import RunState
from entities.actors import SYSTEM, Actor
from entities.errors import EntityError
from entities.identifiers import uuid7
from entities.store import Unit

logger = logging.getLogger("actions.runs")

LONGEST = 2**31 - 1  # microseconds, which the column takes
_NO_FAILURE: Mapping[str, Any] = {
    "failure_code": "",
    "failure_message": "",
    "failure_outcome": None,
    "failure_pointer": "",
    "failure_line": None,
}
_SUCCESSES = (Records.SUMMARY, Records.FULL)
_TRACED = (Records.FULL, Records.FAILURES)


class Recording:
    """What is known of a run from its first moment on. ``begin`` says that it is one: before, it is a refusal."""

    def __init__(self, plan: Plan, version: tuple[UUID, int], actor: Actor) -> None:
        self._plan, self._actor = plan, actor
        self._definition_id, self._number = version
        self._started: datetime = timezone.now()
        self._clock = time.perf_counter()
        self._inputs: Mapping[str, Any] | None = None
        self._subject_id = ""
        self.trace: Trace | None = None

    def begin(self, inputs: Mapping[str, Any], subject: Mapping[str, Any] | None) -> None:
        """Note what the run begins with; once more when the transaction is tried again."""
        self._inputs = inputs
        self._subject_id = "" if subject is None else str(subject["reference_id"])
        if self._plan.records in _TRACED:
            self.trace = Trace(self._plan, inputs, has_values=self._plan.records is Records.FULL)

    def succeed(self, unit: Unit) -> None:
        """Add the row to the transaction of the run."""
        if self._plan.records in _SUCCESSES:
            unit.add_record(Run, {**_NO_FAILURE, **self._facts(), "state": RunState.SUCCEEDED.value})

    def fail(self, error: Exception) -> None:
        """Write the row, after everything else was undone. That it cannot be written is no failure of anybody's."""
        if self._inputs is None:
            return
        if isinstance(error, ActionError):  # it may be kept elsewhere, too
            error.shown = self._shown(error)
        else:  # it will be logged
            self._redaction().hide_in(error)
        if self._plan.records is Records.NONE:
            return
        record = {**_NO_FAILURE, **self._facts(), **self._failure(error), "state": RunState.FAILED.value}
        try:
            with Unit(SYSTEM) as unit:
                unit.add_record(Run, record)
        except (Error, EntityError) as unwritten:
            logger.warning("A run that failed could not be recorded: %s", unwritten)
        pruning.step()

    def conclude(self) -> None:
        """Remove old runs now and then; called when everything is committed."""
        if self._plan.records in _SUCCESSES:
            pruning.step()

    def _facts(self) -> dict[str, Any]:
        return {
            "id": uuid7(),
            "definition_id": self._definition_id,
            "type_name": self._plan.type_name,
            "name": self._plan.name,
            "version": self._number,
            "actor_kind": _kind(self._actor).value,
            "actor_id": self._actor.id,
            "subject_id": _clean(self._subject_id, 100),
            "business_key": self._business_key(),
            "started_at": self._started,
            "microseconds": min(LONGEST, int((time.perf_counter() - self._clock) * 1_000_000)),
            "trace": self.trace.as_text() if self.trace else "",
        }

    def _business_key(self) -> str:
        if not self._plan.business_key or self._inputs is None:
            return ""
        value = self._inputs.get(self._plan.business_key)
        return "" if value is None else _clean(str(value), 200)

    def _failure(self, error: Exception) -> dict[str, Any]:
        """Return the columns of a failure: what is not an action's own is told by its code alone."""
        if not isinstance(error, ActionError):
            return {"failure_code": InternalFault.name}
        outcome = error.outcome
        redaction = self._redaction()
        return {
            "failure_code": _clean(redaction.text(error.name), 100),
            "failure_message": _clean(shown_message(self._plan, error, redaction), 500),
            "failure_outcome": None if outcome is None else outcome.index,
            "failure_pointer": "" if outcome is None else _clean(outcome.pointer, 500),
            "failure_line": self._line(outcome),
        }

    def _shown(self, error: ActionError) -> str:
        """Return message and hint, as far as they tell no secret."""
        redaction = self._redaction()
        message = shown_message(self._plan, error, redaction)
        return message if message == HIDDEN or not error.hint else f"{message} {redaction.text(error.hint)}"

    def _redaction(self) -> Redaction:
        if self.trace is not None:
            return self.trace.redaction
        inputs = self._inputs or {}
        return Redaction(inputs[key] for key in secret_inputs(self._plan) if key in inputs)

    def _line(self, outcome: Outcome | None) -> int | None:
        node = self._node(outcome)
        return None if node is None else node.location.line

    def _node(self, outcome: Outcome | None) -> Any:
        if outcome is None:
            return None
        nodes = walk(self._plan.body)
        return next((node for node in nodes if node.location.pointer == outcome.pointer), None)


def shown_message(plan: Plan, error: ActionError, redaction: Redaction) -> str:
    """Return what a failure of a run says, unless that may be computed from something that is secret."""
    read = error.tells_values and error.outcome is not None and tells_secret(plan, error.outcome.pointer)
    if error.tells_secret or read:
        return HIDDEN
    return redaction.text(error.message)


def _kind(actor: Actor) -> ActorKind:
    if actor.is_system:
        return ActorKind.SYSTEM
    return ActorKind.GUEST if actor.id is None else ActorKind.ACCOUNT


def _clean(text: str, most: int) -> str:
    """Return a text that every database takes."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")[:most]
