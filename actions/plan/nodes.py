"""The plan: one tree of frozen nodes that every dialect compiles to and the engine runs.

A plan holds nothing that a request would have to look up: operations are objects, arguments are compiled templates,
entities are resolved. Node kinds are added when a dialect needs them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from actions.expressions.base import Template
from actions.locations import Location
from actions.operations.base import Operation
from actions.plan.examples import Example
from actions.plan.webhooks import Webhook
from actions.rates import Rate


@dataclass(frozen=True, slots=True)
class Node:
    """Any part of a plan. ``index`` is the position in the author's list of outcomes (from 0, -1 outside of it)."""

    location: Location
    index: int


@dataclass(frozen=True, slots=True)
class Sequence(Node):
    """Run the nodes one after the other."""

    nodes: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Step(Node):
    """Perform one operation.

    ``fixed`` are arguments known at compile time (the entity of a create, ...); ``arguments`` is one compiled mapping,
    or several when the author gave a list: the operation then runs for each and the reference holds the list.
    ``after_commit`` is what the author says of an external effect: later, now, or nothing. What comes of it is
    ``is_deferred`` (``actions.plan.effects``).
    """

    operation: Operation
    fixed: Mapping[str, Any]
    arguments: tuple[Template, ...]
    many: bool = False
    condition: Template | None = None
    reference: str | None = None
    label: str = ""
    skip_in_response: bool = False
    log: bool = False
    continue_on_error: bool = False
    after_commit: bool | None = None
    is_deferred: bool = False


@dataclass(frozen=True, slots=True)
class Loop(Node):
    """Run ``body`` for each element of ``items``; the body's reference then holds the list of results."""

    items: Template
    body: Step
    condition: Template | None = None
    item_name: str = "item"
    max_items: int = 1_000


@dataclass(frozen=True, slots=True)
class Branch(Node):
    """Run ``then`` where the condition passes, else ``otherwise``.

    ``references`` are those of both branches: null, unless the branch that runs publishes them.
    """

    condition: Template
    then: Node
    otherwise: Sequence
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Return(Node):
    """End the plan here, successfully."""

    condition: Template | None = None


@dataclass(frozen=True, slots=True)
class Fail(Node):
    """End the plan here: everything rolls back and the client gets exactly this."""

    status: int
    code: Template
    message: Template
    condition: Template | None = None


@dataclass(frozen=True, slots=True)
class Input:
    """One declared input, as the author wrote it (ColumnInfo). ``key`` is the request's key.

    ``is_secret``: the author wants it hidden; inputs of a secret column type are so anyway.
    """

    key: str
    label: str
    column_type: str
    nullable: bool
    location: Location
    default: Any = None
    has_default: bool = False
    options: tuple[Any, ...] = ()
    description: str = ""
    is_secret: bool = False


@dataclass(frozen=True, slots=True)
class Tags:
    """A comma list of validation or conformation tags for one input."""

    key: str
    tags: str
    location: Location


@dataclass(frozen=True, slots=True)
class FieldRate:
    """How often an action may be run with one value of an input."""

    key: str
    rate: Rate
    location: Location


@dataclass(frozen=True, slots=True)
class RateLimits:
    """How often an action may be run: by one caller, and with one value of an input.

    ``guest_default``: the author says nothing of callers, so guests get the default of the settings.
    """

    per_caller: Rate | None = None
    per_field: tuple[FieldRate, ...] = ()
    guest_default: bool = True


class Records(Enum):
    """Which runs of an action are kept: those that failed, all as one row each, or all with their trace."""

    NONE = "none"
    FAILURES = "failures"
    SUMMARY = "summary"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Plan:
    """One action, ready to run. Its outcomes have the rights of the system, or those of whoever acts.

    With a ``webhook`` it is a receiver: the only one who runs it is its sender. The first ``ahead`` nodes of the body
    run before anything is locked, for there is somebody among them whose answer is waited for. ``is_rearranged``: they
    do not stand in the author's order.
    """

    name: str
    type_name: str
    label: str
    location: Location
    body: Sequence
    inputs: tuple[Input, ...] = ()
    validations: tuple[Tags, ...] = ()
    conformations: tuple[Tags, ...] = ()
    additional_inputs: bool = False
    instance_optional: bool = True
    subject_relations: tuple[str, ...] = ()
    runs_as_actor: bool = False
    permission: int | None = None
    access_groups: tuple[tuple[str, int | None], ...] = ()
    rate_limits: RateLimits = RateLimits()
    webhook: Webhook | None = None
    references: frozenset[str] = field(default_factory=frozenset)
    records: Records = Records.SUMMARY
    business_key: str = ""
    examples: tuple[Example, ...] = ()
    ahead: int = 0
    is_rearranged: bool = False
