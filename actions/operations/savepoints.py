"""Savepoints within the transaction of an action, under the original's name."""

from __future__ import annotations

from actions.errors import OutcomeRefused, SavepointMissing
from actions.operations.base import Call, Effect, Operation, Param, Result
from actions.operations.registry import register
from entities.savepoints import MAX_SAVEPOINTS, NoSavepoint, TooManySavepoints
from entities.store import Unit

BEGIN, COMMIT, ROLLBACK = "begin", "commit", "rollback"
NAME = "$transaction"
_WORK = {BEGIN: Unit.mark, COMMIT: Unit.release, ROLLBACK: Unit.roll_back}
_HINT = "SQL is kept as a statement, which 'sql.query' runs by its name."


@register
class Transaction(Operation):
    """Take back a part of what an action wrote: `begin` opens a savepoint, one `rollback` or `commit` closes it.

    The action stays all or nothing: nothing is committed before it ends. ``rollback`` undoes what was written since:
    rows, mails and whatever else waits for the commit. References and the answer keep what they have. What is open when
    the action ends is kept, and no action reaches a savepoint of the one that invoked it.
    """

    name = NAME
    gives = "null."
    effect = Effect.TRANSACTIONAL
    params = (
        Param("action", str, "Open a savepoint; keep, or undo, what was written since.", choices=tuple(_WORK)),
        Param("typeName", str, "Of the original; there is one database.", required=False),
    )
    hints = {"query": _HINT, "arguments": _HINT}
    example = {"action": "begin"}

    def perform(self, call: Call) -> Result:
        wanted = call["action"]
        try:
            _WORK[wanted](call.unit)
        except NoSavepoint:
            raise SavepointMissing(wanted) from None
        except TooManySavepoints:
            raise OutcomeRefused(f"At most {MAX_SAVEPOINTS} savepoints are open at once.") from None
        return Result(None)
