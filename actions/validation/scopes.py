"""Walk a plan as it would run, and show every template together with the names that it can see.

    plan --uses--> Use(template, names), one after the other

One scope goes with the walk and changes as outcomes publish their References, so the cost stays linear: a rule looks at
a use before it asks for the next one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from actions.expressions.base import Template
from actions.expressions.scope import Names
from actions.expressions.shapes import ANY, Shape
from actions.operations.entity import row_shape
from actions.plan.nodes import Branch, Loop, Node, Plan, Sequence, Step
from actions.plan.unresolved import UNRESOLVED
from actions.plan.visitor import condition_of, templates
from actions.validation.context import Context
from entities import registry as entities

USER_ENTITY = "user_account"
REQUEST = frozenset({"method", "path", "headers", "body"})
DELIVERY = frozenset({"id", "event_id", "event_type", "received_at", "attempt"})
INCLUDES = ("included_relations", "include")

Scope = dict[str, Shape]


@dataclass(frozen=True, slots=True)
class Use:
    """One template and the names that it can see."""

    template: Template
    names: Names


def uses(plan: Plan, context: Context) -> Iterator[Use]:
    """Yield every template of the plan in the order of running, with its scope as it is at that moment."""
    scope = _initial(plan, context)
    if plan.webhook is not None:
        yield from (Use(template, Names(scope)) for template in plan.webhook.templates())
    yield from _walk(plan.body, scope)


def _initial(plan: Plan, context: Context) -> Scope:
    keys = frozenset(item.key for item in plan.inputs)
    scope = {
        "attributes": ANY if plan.additional_inputs else Shape(columns=keys),
        "subject": _subject_shape(plan),
        f"{plan.type_name}_id": ANY,
        "user": _entity_shape(USER_ENTITY),
        "request": Shape(columns=REQUEST),
        "env": Shape(columns=context.env_names),
    }
    if plan.webhook is not None:
        scope |= {"event": ANY, "delivery": Shape(columns=DELIVERY)}
    return scope | dict.fromkeys(keys - {"attributes"}, ANY)


def _entity_shape(name: str, relations: tuple[Any, ...] = ()) -> Shape:
    entity = entities.find(name)
    return ANY if entity is None else _with_relations(row_shape(entity), relations)


def _subject_shape(plan: Plan) -> Shape:
    return _entity_shape(plan.type_name, plan.subject_relations)


def _with_relations(row: Shape, relations: tuple[Any, ...]) -> Shape:
    """Return the shape of a row with relations included; names that are only known later make it unknown."""
    if not all(isinstance(name, str) and name.replace("_", "").isalnum() for name in relations):
        return ANY
    return Shape(columns=(row.columns or frozenset()) | frozenset(relations))


def _walk(node: Node, scope: Scope) -> Iterator[Use]:
    match node:
        case Sequence():
            for child in node.nodes:
                yield from _walk(child, scope)
        case Branch():
            yield from _branch(node, scope)
        case Loop():
            yield from _loop(node, scope)
        case _:
            yield from _uses(node, scope)
            if isinstance(node, Step) and node.reference:
                shape = step_shape(node)
                scope[node.reference] = Shape(item=shape) if node.many else shape


def _uses(node: Node, scope: Scope) -> Iterator[Use]:
    return (Use(template, Names(scope)) for template in templates(node))


def _branch(node: Branch, scope: Scope) -> Iterator[Use]:
    """Neither branch sees what the other publishes; what follows sees both."""
    yield from _uses(node, scope)
    hidden = {name: scope[name] for name in node.references if name in scope}
    published: dict[str, Shape] = {}
    for side in (node.then, node.otherwise):
        yield from _walk(side, scope)
        for name in node.references:
            shape = scope.pop(name, None)
            if shape is not None and shape is not hidden.get(name):
                published[name] = shape if name not in published else ANY
        scope.update(hidden)
    scope.update(published)


def _loop(node: Loop, scope: Scope) -> Iterator[Use]:
    condition = condition_of(node)
    for template in (condition, node.items):
        if template is not None:
            yield Use(template, Names(scope))
    names = {node.item_name: item_shape(node.items, scope), "index": ANY}
    outer = {name: scope[name] for name in names if name in scope}
    scope.update(names)
    yield from _uses(node.body, scope)
    for name in names:
        del scope[name]
    scope.update(outer)
    if node.body.reference:
        scope[node.body.reference] = Shape(item=step_shape(node.body))


def item_shape(items: Template, scope: Scope) -> Shape:
    """Return what is known of the elements that a loop runs over: of those of a list that is read as it is."""
    if items.is_script or len(items.reads) != 1 or items.reads[0].embedded or not isinstance(items.source, str):
        return ANY
    shape = scope.get(str(items.reads[0].path[0]), ANY)
    return shape.item or ANY if len(items.reads[0].path) == 1 else ANY


def step_shape(step: Step) -> Shape:
    """Return what is known of one result of a step."""
    if step.operation is UNRESOLVED:
        return ANY
    shape = step.operation.shape(step.fixed)
    included = [source[name] for source in _sources(step) for name in INCLUDES if name in source]
    if not included:
        return shape
    names = tuple(name for value in included for name in _names(value))
    if shape.item is not None:
        return Shape(item=_with_relations(shape.item, names))
    return _with_relations(shape, names) if shape.columns is not None else shape


def _sources(step: Step) -> Iterator[Mapping[str, Any]]:
    return (template.source for template in step.arguments if isinstance(template.source, dict))


def _names(value: Any) -> list[Any]:
    if isinstance(value, str):
        return [name.strip().partition(".")[0] for name in value.split(",")]
    return value if isinstance(value, list) else [value]
