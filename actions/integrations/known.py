"""What is known of one integration: where it is, how to authenticate, and its operations, each read when asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from actions.integrations.documents import SecurityScheme, Service, ServiceOperation
from actions.integrations.names import Names

Configuration = Mapping[str, Mapping[str, Any]]
Needed = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Known:
    """One integration. ``find`` takes what an author wrote as a Method; ``ids`` are all of its operations'.

    ``server`` takes the place of every address of the document; ``servers`` are the document's own.
    """

    name: str
    enabled: bool
    server: str
    servers: Sequence[str]
    schemes: Mapping[str, SecurityScheme]
    authentication: Configuration
    find: Callable[[str], ServiceOperation | None]
    ids: Callable[[], Sequence[str]]

    def address(self, operation: ServiceOperation) -> str:
        """Return the address that an operation's path is added to; ``""`` where there is none."""
        return self.server or operation.server or next(iter(self.servers), "")

    def authenticated(self, operation: ServiceOperation) -> Needed | None:
        """Return the schemes that authenticate a call, with their scopes: ``()`` where it needs none.

        The first of the document's alternatives that is configured; ``None`` where none is.
        """
        for needed in operation.security:
            if needed and all(name in self.authentication for name, _ in needed):
                return needed
        return () if not operation.security or () in operation.security else None


def known_service(
    name: str, service: Service, *, server: str = "", authentication: Configuration | None = None
) -> Known:
    """Return an integration as it would be once the document is imported."""
    names = Names((one.id, one.method, one.path) for one in service.operations.values())

    def find(written: str) -> ServiceOperation | None:
        found = names.find(written)
        return None if found is None else callable_operation(service.operations[found], service.schemes)

    return Known(name, True, server, service.servers, service.schemes, authentication or {}, find, lambda: names.ids)


def callable_operation(operation: ServiceOperation, schemes: Mapping[str, SecurityScheme]) -> ServiceOperation:
    """Return the operation without the parameters that authenticate it: nobody gives those as arguments."""
    used = (schemes.get(name) for needed in operation.security for name, _ in needed)
    places = {(scheme.place, _spelled(scheme.place, scheme.name)) for scheme in used if scheme and scheme.name}
    kept = tuple(one for one in operation.parameters if (one.place, _spelled(one.place, one.name)) not in places)
    return operation if len(kept) == len(operation.parameters) else replace(operation, parameters=kept, compiled={})


def _spelled(place: str, name: str) -> str:
    return name.lower() if place == "header" else name


def schemes_as_data(schemes: Mapping[str, SecurityScheme]) -> dict[str, Any]:
    """Return schemes as JSON kinds."""
    return {name: asdict(scheme) for name, scheme in schemes.items()}


def schemes_from_data(data: Mapping[str, Any]) -> dict[str, SecurityScheme]:
    """Return what ``schemes_as_data`` described."""
    return {name: SecurityScheme(**{**one, "scopes": tuple(one["scopes"])}) for name, one in data.items()}
