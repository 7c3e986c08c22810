"""``Method`` and ``Type`` of an outcome in, the operation and what it is bound to out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Each of these registers the operations that the methods stand for.
from actions.dialects.daptin.elsewhere import ELSEWHERE
from actions.integrations.names import is_name
from actions.operations import accounts as _accounts  # noqa: F401
from actions.operations import data as _data  # noqa: F401
from actions.operations import entity as _entity  # noqa: F401
from actions.operations import integrations as _integrations
from actions.operations import invocation as _invocation  # noqa: F401
from actions.operations import one_time_codes as _one_time_codes  # noqa: F401
from actions.operations import randomness as _randomness  # noqa: F401
from actions.operations import respond as _respond  # noqa: F401
from actions.operations import second_factor as _second_factor  # noqa: F401
from actions.operations import session as _session  # noqa: F401
from actions.operations.base import Operation
from actions.operations.directives import DIRECTIVES
from actions.operations.registry import all_operations
from actions.plan.unresolved import UNRESOLVED, Wanted
from entities import registry as entities

ENTITY_METHODS: Mapping[str, str] = {
    "POST": "entity.create",
    "GET": "entity.list",
    "GET_BY_ID": "entity.get",
    "PATCH": "entity.update",
    "PUT": "entity.update",
    "UPDATE": "entity.update",
    "DELETE": "entity.delete",
}
RESPOND, EXECUTE, SWITCH_USER = "ACTIONRESPONSE", "EXECUTE", "SWITCH_USER"
METHODS = (*ENTITY_METHODS, EXECUTE, RESPOND, SWITCH_USER)
DIRECTIVE_PREFIX = "client."
_BOUND = frozenset({*ENTITY_METHODS.values(), "respond", "session.switch", _integrations.NAME})

Target = tuple[Operation, Mapping[str, Any]]


def resolve(method: str, type_name: str) -> Target:
    """Return the operation of a known method (upper case); where ``type_name`` means nothing, the unresolved one."""
    if method in ENTITY_METHODS:
        return _on_entity(ENTITY_METHODS[method], type_name)
    if method == RESPOND:
        return _operation("respond"), {"type": type_name}
    if method == SWITCH_USER:
        return _operation("session.switch"), {}
    known = executable()
    if type_name in known:
        return known[type_name], {}
    hint = ELSEWHERE.get(type_name) or _other_method(type_name)
    return UNRESOLVED, {"wanted": Wanted("operation", type_name, tuple(known), hint)}


def method_of(operation: str) -> str:
    """Return the method that leads to an operation; of several, the original's own."""
    own = {"respond": RESPOND, "session.switch": SWITCH_USER}
    return own.get(operation) or next((key for key, name in ENTITY_METHODS.items() if name == operation), EXECUTE)


def service_method(operation_id: str, made_name: str) -> str:
    """Return what calls an operation of an integration: its id, or its made name where the id is a method of ours."""
    return made_name if operation_id.upper() in METHODS else operation_id


def resolve_service(method: str, type_name: str) -> Target | None:
    """Return the call of an integration's operation, for a method that is none of ours.

    ``None`` where the type is something else already. Whether there is such an integration a rule says, where that can
    be known; what a plan holds is the two names.
    """
    taken = type_name in executable() or type_name in DIRECTIVES or entities.find(type_name) is not None
    if taken or type_name.startswith(DIRECTIVE_PREFIX) or not is_name(type_name):
        return None
    return _operation(_integrations.NAME), {"integration": type_name, "operation": method}


def executable() -> Mapping[str, Operation]:
    """Return the operations that ``EXECUTE`` takes, by name."""
    return {name: operation for name, operation in all_operations().items() if name not in _BOUND}


def _on_entity(operation: str, type_name: str) -> Target:
    entity = entities.find(type_name)
    if entity is None:
        wanted = Wanted("entity", type_name, tuple(entities.names()), _other_method(type_name))
        return UNRESOLVED, {"wanted": wanted}
    return _operation(operation), {"entity": entity, "type": type_name}


def _operation(name: str) -> Operation:
    return all_operations()[name]


def _other_method(name: str) -> str:
    """Say which method a name would have a meaning with."""
    if name in DIRECTIVES:
        return f"A directive has the method {RESPOND}."
    if name in executable():
        return f"An operation has the method {EXECUTE}."
    return "An entity has a method such as POST." if entities.find(name) is not None else ""
