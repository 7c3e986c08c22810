"""A served action and an example in, what is different from what was expected out.

given rows --> invocation, dry --> comparison --> rollback
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, transaction

from actions.catalog import Served
from actions.engine.failures import failure
from actions.engine.transactions import in_transaction
from actions.errors import ActionError
from actions.examples.differences import differences
from actions.examples.outcomes import Came
from actions.invocations import Attributes, Invocation
from actions.invoke import admit, work_of
from actions.plan.examples import ADMINISTRATOR, GUEST, Example
from actions.plan.given import filled
from actions.rehearsal import Watch
from actions.running import rights_of
from entities.actors import GUEST as NOBODY
from entities.actors import SYSTEM, Actor
from entities.authentication import actor_by_email, actor_of_account
from entities.errors import EntityError
from entities.models import UserAccount
from entities.registry import get as get_entity
from entities.store import Unit

ADMINISTRATOR_EMAIL = "administrator@example.invalid"
Rows = dict[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of an example: nothing in ``differences`` where all is as expected."""

    example: Example
    differences: tuple[str, ...]
    milliseconds: float

    @property
    def passed(self) -> bool:
        """Whether all is as expected."""
        return not self.differences


def run_examples(served: Served) -> Iterator[Tried]:
    """Run every example of an action, one after the other."""
    return (run_example(served, example) for example in served.plan.examples)


def run_example(served: Served, example: Example) -> Tried:
    """Run one example, and undo all of it."""
    started = time.perf_counter()
    try:
        with transaction.atomic():
            found = tuple(_differences(served, example))
            transaction.set_rollback(True)
    except (EntityError, ActionError) as error:
        found = (f"cannot be set up: {failure(error, None).message}",)
    except DatabaseError as error:
        found = (f"the database refuses it: {str(error).splitlines()[0]}",)
    return Tried(example, found, (time.perf_counter() - started) * 1000)


def _differences(served: Served, example: Example) -> Iterator[str]:
    rows = _give(example)
    actor = _actor(example)
    rows.setdefault("user", actor.user)
    came = _invoke(served, _invocation(served, actor, filled(example.inputs, rows)))
    yield from differences(example.expected, rows, came)


def _give(example: Example) -> Rows:
    rows: Rows = {}
    for given in example.given:
        with Unit(SYSTEM, reads_text=True) as unit:
            row = unit.create(get_entity(given.type_name), filled(given.attributes, rows))
        if given.reference:
            rows[given.reference] = row
    return rows


def _actor(example: Example) -> Actor:
    if example.actor == GUEST:
        return NOBODY
    if example.actor == ADMINISTRATOR:
        account = UserAccount(email=ADMINISTRATOR_EMAIL, name="Administrator", is_superuser=True, is_staff=True)
        account.set_unusable_password()
        account.save()
        return actor_of_account(account)
    actor = actor_by_email(example.actor)
    if actor is None:
        raise NobodyToActAs(example.actor)
    return actor


class NobodyToActAs(ActionError):
    """An example acts as somebody whose account it does not give, or gives as an inactive one."""

    code, name, status = "ACT541", "nobody_to_act_as", 422

    def __init__(self, email: str) -> None:
        super().__init__(f"no active account has the e-mail '{email[:100]}'.")


def _invocation(served: Served, actor: Actor, inputs: Mapping[str, Any]) -> Invocation:
    """Return the request; TYPE_id is the instance, unless it is an input."""
    plan = served.plan
    sent, subject = Attributes(inputs), None
    key = f"{plan.type_name}_id"
    if not served.contract.declares(key):
        subject, sent = sent.without(key)
    request = {"method": "POST", "path": f"/action/{plan.type_name}/{plan.name}", "headers": {}}
    return Invocation(plan.type_name, plan.name, actor, sent, subject, request, is_limited=False)


def _invoke(served: Served, invocation: Invocation) -> Came:
    """Run it; what would leave the database stays."""
    try:
        admitted = admit(invocation)
        work = work_of(admitted, invocation, Watch(served.plan))
        return Came(in_transaction(invocation.actor, work, rights_of(served, invocation.actor)))
    except ActionError as error:
        return Came((), error)
