"""An invocation in, what would happen out: the same run in a transaction that is rolled back, and its whole trace.

    inputs --> transaction( engine, traced; external effects stay within ) --> rollback --> entries and trace

Nothing is left behind: no row, no mail, no answer to be given again, no run. What is shown has no secrets. Attempts are
counted all the same, before it begins: a password is guessed no faster this way.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import DatabaseError, transaction

from actions.catalog import Served
from actions.engine.transactions import counting, in_transaction, unreachable
from actions.errors import ActionError
from actions.invocations import Invocation
from actions.invoke import work_of
from actions.operations.base import Entry
from actions.plan.nodes import Plan
from actions.responses import JSON, Answer, render_failure
from actions.running import rights_of
from actions.runs.recording import shown_message
from actions.runs.redaction import Redaction
from actions.runs.traces import Data, Trace
from entities.encoding import to_json
from entities.store import Unit


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What would have happened: the entries of the answer, or the failure, and the trace as it may be shown."""

    entries: Sequence[Data]
    trace: Sequence[Data]
    milliseconds: float
    failure: ActionError | None = None

    @property
    def status(self) -> int:
        """The status that the answer would have had, where nothing sets another one."""
        return 200 if self.failure is None else self.failure.status

    @property
    def code(self) -> str:
        """The code of the failure, as it may be shown."""
        return "" if self.failure is None else str(self.entries[0]["Attributes"]["code"])


class Watch:
    """Makes the trace when the run begins."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.trace: Trace | None = None

    def begin(self, inputs: Mapping[str, Any], subject: Mapping[str, Any] | None) -> None:
        self.trace = Trace(self._plan, inputs, is_dry=True)


def rehearse(served: Served, invocation: Invocation) -> Rehearsal:
    """Run the action, and undo all of it.

    Raises:
        ActionError: it did not begin: inputs or the instance are refused.
    """
    watch = Watch(served.plan)
    work = work_of(served, invocation, watch)
    started = time.perf_counter()
    entries: list[Entry] = []
    failure = None
    try:
        entries = counting(partial(_undone, served, invocation, work))
    except ActionError as error:
        failure = error
    except DatabaseError as error:  # a transaction that was undone cannot be tried again from within
        raise unreachable() from error
    if watch.trace is None:
        raise failure or unreachable()
    return _rehearsal(served, watch.trace, entries, failure, (time.perf_counter() - started) * 1000)


def _undone(served: Served, invocation: Invocation, work: Callable[[Unit], list[Entry]]) -> list[Entry]:
    with transaction.atomic():
        entries = in_transaction(invocation.actor, work, rights_of(served, invocation.actor))
        transaction.set_rollback(True)
    return entries


def _rehearsal(
    served: Served, trace: Trace, entries: list[Entry], failure: ActionError | None, milliseconds: float
) -> Rehearsal:
    shown = trace.entries(entries) if failure is None else _shown_failure(served.plan, failure, trace.redaction)
    return Rehearsal(shown, trace.within_bounds(), round(milliseconds, 3), failure)


def _shown_failure(plan: Plan, failure: ActionError, redaction: Redaction) -> list[Data]:
    """Return the entries that the client would get, with a sentence that tells no secret."""
    entries: list[Data] = json.loads(render_failure(failure).body)
    entries[0]["Attributes"]["message"] = shown_message(plan, failure, redaction)
    shown: list[Data] = redaction.shown(entries)
    return shown


def render_rehearsal(rehearsal: Rehearsal) -> Answer:
    """Return the answer: what the client would get, and how it would come about."""
    body = {"entries": rehearsal.entries, "trace": rehearsal.trace, "milliseconds": rehearsal.milliseconds}
    return Answer(rehearsal.status, to_json(body), JSON)
