"""Become the first administrator; the name and the answer are the original's."""

from __future__ import annotations

from actions.errors import RowNotFound, SignInRequired
from actions.operations.base import Call, Effect, Entry, Operation, Result
from actions.operations.registry import register
from entities.administration import has_administrator, make_first_administrator


@register
class BecomeAdministrator(Operation):
    """Make the account that acts the administrator; there is no such operation once there is one."""

    name = "__become_admin"
    gives = "what the answer's `client.redirect` has; there is a `Restart` too, as in the original."
    effect = Effect.TRANSACTIONAL

    def is_available(self) -> bool:
        return not has_administrator()

    def perform(self, call: Call) -> Result:
        if call.actor.id is None:
            raise SignInRequired
        call.unit.begin()
        if not make_first_administrator(call.actor.id):
            raise RowNotFound("There is an administrator already.")
        redirect = {"location": "/", "window": "self", "delay": 7000}
        entries = (Entry("client.redirect", redirect), Entry("Restart", None))
        return Result(redirect, entries)
