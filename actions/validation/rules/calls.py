"""Calls to other servers: none under locks without its author's knowledge, and none that must not be made anyway.

``AfterCommit: false`` says that the author knows. What is literal in a request is judged as it will be when it is sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from actions.errors import OutcomeRefused, Problem
from actions.locations import Location
from actions.operations.base import Hold
from actions.operations.network import METHODS, check_together
from actions.operations.params import is_kind
from actions.outbound import OutboundBlocked, Request, RequestRefused, check_header, check_request
from actions.outbox.secrets import HEADERS
from actions.plan.effects import calls_under_locks, names_read, waits
from actions.plan.nodes import Plan, Step
from actions.plan.visitor import all_templates, steps
from actions.validation.arguments import Argument, argument_lists, arguments
from actions.validation.context import ActionKey, Context
from actions.validation.literals import known_parts
from actions.validation.problems import PlanProblem
from entities.values import ABSENT

KEY = "AfterCommit"
REQUEST, INVOKE = "$network.request", "action.invoke"


class CallUnderLocks(PlanProblem):
    """Another server's answer is waited for while others may wait for our rows."""

    __slots__ = ()
    CODE = "ACT238"
    SEVERITY = "warning"

    def __init__(self, label: str, location: Location) -> None:
        hint = (
            "Put it before the first outcome that changes something, send it with 'AfterCommit: true', "
            "or write 'AfterCommit: false' to say that it is meant so."
        )
        super().__init__(f"'{label}' waits for another server while the database holds locks.", location, hint)


class MisplacedAfterCommit(PlanProblem):
    """A word about the moment of a call where there is no call, or one whose answer is needed before."""

    __slots__ = ()
    CODE = "ACT239"

    def __init__(self, reason: str, location: Location) -> None:
        super().__init__(f"'{KEY}' {reason}.", location)


class RefusedRequest(PlanProblem):
    """A request that would be refused whatever its expressions give."""

    __slots__ = ()
    CODE = "ACT246"


def calls(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report what is wrong with the calls of a plan, and what its author should know of them."""
    read = names_read(all_templates(plan))
    for step in steps(plan.body):
        if step.after_commit is not None:
            yield from _misplaced(step, context.places.key(step.location, KEY), step.reference in read)
        if step.operation.name == REQUEST:
            yield from _refused(step, context)
    for step in calls_under_locks(plan, partial(_under_locks, context, {})):
        if step.after_commit is None:
            yield CallUnderLocks(step.label, step.location)


def _misplaced(step: Step, place: Location, is_read: bool) -> Iterator[Problem]:
    if not step.operation.answers and not (step.after_commit is False and step.operation.name == INVOKE):
        yield MisplacedAfterCommit("is for calls to other servers whose answer can be waited for", place)
    elif step.after_commit and is_read:
        yield MisplacedAfterCommit(f"cannot be true, for an outcome reads '{step.reference}'", place)


def _under_locks(context: Context, known: dict[object, bool], step: Step, hold: Hold) -> bool:
    """Say whether the step waits for another server under locks: itself, or in an action that it is known to run.

    ``known``: what was found out of the actions, by what is held when they begin.
    """
    if hold is Hold.NOTHING:  # what that action does by itself is told of there
        return False
    if waits(step):
        return hold is Hold.LOCKS
    key = _invoked(step)
    plan = context.actions.get(key) if key is not None else None
    if plan is None:
        return False
    if (key, hold) not in known:
        known[key, hold] = False  # while it is looked at, for an action may run itself
        known[key, hold] = any(True for _ in calls_under_locks(plan, partial(_under_locks, context, known), hold))
    return known[key, hold]


def _invoked(step: Step) -> ActionKey | None:
    """Return the type and the name of the action that a step runs, where they are written out."""
    if step.operation.name != INVOKE:
        return None
    given = {argument.name: argument.literal for argument in arguments(step)}
    type_name, name = given.get("type"), given.get("name")
    return (type_name, name) if isinstance(type_name, str) and isinstance(name, str) else None


def _refused(step: Step, context: Context) -> Iterator[Problem]:
    for place, found in argument_lists(step):
        yield from _contradiction(step, place, found)
    for argument in arguments(step):
        if argument.name in ("Headers", HEADERS) and isinstance(argument.source, dict):
            yield from _refused_headers(argument, context)
        if argument.name == "Url" and isinstance(argument.literal, str):
            yield from _judged(argument.literal, argument, context)
        elif (
            argument.name == "Method"
            and str(argument.literal).upper() not in METHODS
            and argument.literal is not ABSENT
        ):
            place = context.places.value(argument.within, argument.name)
            yield RefusedRequest(
                f"'{argument.literal}' is no method of a request.", place, f"Known: {', '.join(METHODS)}."
            )


def _contradiction(step: Step, place: Location, found: tuple[Argument, ...]) -> Iterator[Problem]:
    """Report what is written out and does not go together; what is wrong by itself is told there."""
    params = {param.name: param for param in step.operation.params}
    written = {one.name: one.literal for one in found if one.literal is not ABSENT}
    known = {name: value for name, value in written.items() if name in params and is_kind(value, params[name])}
    if any(one.name == "Method" for one in found) and str(known.get("Method")).upper() not in METHODS:
        known["Method"] = "POST"
    try:
        check_together(known)
    except OutcomeRefused as refused:
        yield RefusedRequest(refused.message, place, refused.hint)


def _refused_headers(argument: Argument, context: Context) -> Iterator[Problem]:
    for name, part in known_parts(argument.source).items():
        for value in part if isinstance(part, list) else [part]:
            text = value.strip(" \t") if isinstance(value, str) and argument.name != HEADERS else ""
            try:
                check_header(name, text)
            except RequestRefused as refused:
                yield RefusedRequest(
                    refused.message, context.places.value(argument.within, argument.name, name), refused.hint
                )


def _judged(url: str, argument: Argument, context: Context) -> Iterator[Problem]:
    try:
        check_request(Request("GET", url))
    except (OutboundBlocked, RequestRefused) as refused:
        place = context.places.value(argument.within, argument.name)
        yield RefusedRequest(refused.message, place.without_text() if "@" in url else place, refused.hint)
