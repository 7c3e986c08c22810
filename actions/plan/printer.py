"""A plan in, a tree for people out: what runs on which entity, under which condition, and what each expression reads.

[0] todo -> todo: entity.create, INSERT INTO todo
  title: ~title  (reads title)
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from actions.expressions.base import Read, Template
from actions.expressions.references import format_path
from actions.locations import Location
from actions.plan.effects import waits
from actions.plan.nodes import Branch, Fail, Input, Loop, Node, Plan, RateLimits, Records, Return, Sequence, Step
from actions.plan.secrecy import is_secret
from actions.plan.webhooks import Webhook
from actions.values import escape_pointer
from entities.permissions import SHIFTS, Right

_WIDTH = 60
_STATEMENTS: Mapping[str, str] = {
    "entity.create": "INSERT INTO {table}",
    "entity.list": "SELECT FROM {table}",
    "entity.get": "SELECT FROM {table} by its key",
    "entity.update": "SELECT FROM {table} FOR UPDATE, UPDATE {table}",
    "entity.delete": "DELETE FROM {table}",
}


def explain(plan: Plan) -> str:
    """Return the plan as indented lines."""
    return "\n".join(_lines(plan)) + "\n"


def _lines(plan: Plan) -> Iterator[str]:
    yield f"{plan.type_name}.{plan.name}: {plan.label}"
    yield f"  instance: {'optional' if plan.instance_optional else 'required'}"
    if plan.subject_relations:
        yield f"  instance with: {', '.join(plan.subject_relations)}"
    yield f"  execute: {'its sender only' if plan.webhook else _permission(plan.permission)}"
    for name, permission in plan.access_groups:
        yield f"  group '{name}': {'as above' if permission is None else _permission(permission)}"
    if plan.runs_as_actor:
        yield "  outcomes have the rights of whoever executes it"
    if plan.records is not Records.SUMMARY:
        yield f"  runs kept: {plan.records.value}"
    if plan.business_key:
        yield f"  runs found by: {plan.business_key}"
    yield from _limits(plan.rate_limits)
    yield from _webhook(plan.webhook) if plan.webhook else ()
    yield "  inputs:" if plan.inputs else "  inputs: none"
    for item in plan.inputs:
        yield f"    {_input(item, plan)}"
    if plan.additional_inputs:
        yield "    any others, in 'attributes' only"
    yield "  outcomes:" if plan.body.nodes else "  outcomes: none"
    yield from _indent(_outcomes(plan), 4)


def _outcomes(plan: Plan) -> Iterator[str]:
    """Yield the outcomes in the order in which they run."""
    for position, node in enumerate(plan.body.nodes):
        if position == plan.ahead > 0:
            yield "-- locked from here on"
        yield from _node(node)


def _limits(limits: RateLimits) -> Iterator[str]:
    if not limits.guest_default:
        yield f"  limit per caller: {limits.per_caller or 'none'}"
    yield from (f"  limit per '{limit.key}': {limit.rate}" for limit in limits.per_field)


def _webhook(webhook: Webhook) -> Iterator[str]:
    names = ", ".join(secret.name for secret in webhook.secrets)
    when = "stored" if webhook.acknowledges_early else "committed"
    yield f"  receives: what is signed as '{webhook.scheme_name.name}' with {names}; answered once it is {when}"
    if webhook.types:
        yield f"  event types: {', '.join(webhook.types)}"
    if webhook.ordering is not None:
        newer = webhook.ordering.newer
        known = f", unless it is older by {_template(newer)}" if newer else ""
        yield f"  once for each {_template(webhook.ordering.key)}{known}"


def _permission(permission: int | None) -> str:
    """Name the rights that a number holds: ``guest execute; user execute``."""
    if permission is None:
        return "signed-in accounts and administrators"
    classes = []
    for name, shift in SHIFTS.items():
        rights = [str(right.name).lower() for right in Right if permission >> shift & right]
        if rights:
            classes.append(f"{name} {', '.join(rights)}")
    return f"{'; '.join(classes) or 'administrators'} ({permission})"


def _input(item: Input, plan: Plan) -> str:
    needed = "optional" if item.nullable else "required"
    default = "•••" if is_secret(item) else _show(item.default)
    said = f"default {default}" if item.has_default else needed
    parts = [f"{item.key}: {item.column_type}, {said}"]
    if item.options:
        parts.append(f"one of {len(item.options)} options")
    parts.extend(f"conform {tags.tags}" for tags in plan.conformations if tags.key == item.key)
    parts.extend(f"validate {tags.tags}" for tags in plan.validations if tags.key == item.key)
    return "; ".join(parts)


def _indent(lines: Iterable[str], by: int = 2) -> Iterator[str]:
    return (" " * by + line for line in lines)


def _node(node: Node) -> Iterator[str]:
    match node:
        case Sequence():
            for child in node.nodes:
                yield from _node(child)
        case Step():
            yield from _step(node)
        case Loop():
            yield from _loop(node)
        case Branch():
            yield from _branch(node)
        case Return():
            yield f"{_number(node)}return"
            yield from _condition(node.condition)
        case Fail():
            yield from _fail(node)


def _number(node: Node) -> str:
    """Outcomes count from 0, as in answers and pointers."""
    return f"[{node.index}] "


def _step(node: Step) -> Iterator[str]:
    reference = f" -> {node.reference}" if node.reference else ""
    yield f"{_number(node)}{node.label}{reference}: {_operation(node)}"
    yield from _condition(node.condition)
    for position, template in enumerate(node.arguments):
        if node.many:
            yield f"  run {position}:"
        yield from _indent(_arguments(template), 4 if node.many else 2)
    flags = (
        ("not in the answer", node.skip_in_response),
        ("logged", node.log),
        ("sent after the commit", node.is_deferred),
        ("waits for the answer", waits(node)),
        ("undone when it fails, then the next", node.continue_on_error),
    )
    yield from (f"  ({text})" for text, is_set in flags if is_set)


def _operation(node: Step) -> str:
    statement = _STATEMENTS.get(node.operation.name)
    if statement is None:
        return ", ".join(filter(None, (node.operation.name, node.operation.explain(node.fixed))))
    return f"{node.operation.name}, {statement.format(table=node.fixed['entity'].model._meta.db_table)}"


def _arguments(template: Template) -> Iterator[str]:
    source = template.source if isinstance(template.source, dict) else {}
    for name, value in source.items():
        pointer = f"{template.location.pointer}/{escape_pointer(name)}"
        reads = [read for read in template.reads if _is_below(read.location, pointer)]
        yield f"{name}: {_show(value)}{_reads(reads)}"


def _is_below(location: Location, pointer: str) -> bool:
    return location.pointer == pointer or location.pointer.startswith(f"{pointer}/")


def _loop(node: Loop) -> Iterator[str]:
    yield f"{_number(node)}for each {node.item_name} of {_template(node.items)}, at most {node.max_items}:"
    yield from _condition(node.condition)
    yield from _indent(_step(node.body))


def _branch(node: Branch) -> Iterator[str]:
    yield f"{_number(node)}if {_template(node.condition)}:"
    yield from _indent(_node(node.then))
    yield "else:"
    yield from _indent(_node(node.otherwise))


def _fail(node: Fail) -> Iterator[str]:
    yield f"{_number(node)}fail with {node.status}, code {_template(node.code)}, message {_template(node.message)}"
    yield from _condition(node.condition)


def _condition(condition: Template | None) -> Iterator[str]:
    if condition is not None:
        yield f"  if {_template(condition)}"


def _template(template: Template) -> str:
    return f"{_show(template.source)}{_reads(template.reads)}"


def _reads(reads: Iterable[Read]) -> str:
    names = dict.fromkeys(format_path(read.path) for read in reads)
    return f"  (reads {', '.join(names)})" if names else ""


def _show(value: Any) -> str:
    """Return a value on one line, cut where it is long."""
    text = value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False, default=_number_text)
    text = " ".join(text.split())
    return text if len(text) <= _WIDTH else f"{text[:_WIDTH]}..."


def _number_text(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else str(value)
