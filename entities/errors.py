"""What CRUD may refuse, without HTTP: one class per failure.

A class carries its stable ``code`` (ENT1xx), its public ``name`` and the HTTP ``status`` an edge will use; the
constructor takes facts and makes the sentence. Rendering is left to ``entities.problems``.
"""

from __future__ import annotations

import difflib
import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# Comparing texts is dear: of thousands of names only those of about the same length are looked at.
_MOST_COMPARED = 200


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``Did you mean 'x'?`` for the nearest known name, else an empty string."""
    by_lower = {candidate.lower(): candidate for candidate in known}
    if len(by_lower) > _MOST_COMPARED:
        nearest = heapq.nsmallest(_MOST_COMPARED, by_lower, key=lambda other: abs(len(other) - len(name)))
        by_lower = {lower: by_lower[lower] for lower in nearest}
    close = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    return f"Did you mean '{by_lower[close[0]]}'?" if close else ""


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One refused value: which field, a stable code (the tag, or required, type, option, unknown), a sentence."""

    field: str
    code: str
    message: str


class EntityError(Exception):
    """Base of every failure of the CRUD layer; never raised itself."""

    code = "ENT100"
    name = "entity_error"
    status = 400

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        pointer: str = "",
        parameter: str = "",
        errors: tuple[FieldProblem, ...] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.pointer = pointer
        self.parameter = parameter
        self.errors = errors
        self.tag: object = None
        self.headers: Mapping[str, str] = {}


class UnknownEntity(EntityError):
    """A name under which no model is exposed."""

    code, name, status = "ENT101", "unknown_entity", 404

    def __init__(self, name: str, known: Iterable[str] = ()) -> None:
        super().__init__(f"Unknown entity '{name}'.", hint=did_you_mean(name, known))


class UnknownRelation(EntityError):
    """A relation in an address that the entity does not have, or that the caller may not see."""

    code, name, status = "ENT117", "unknown_relation", 404

    def __init__(self, entity: str, relation: str, known: Iterable[str] = ()) -> None:
        super().__init__(f"Unknown relation '{relation}' on '{entity}'.", hint=did_you_mean(relation, known))


class UnknownField(EntityError):
    """A field that the entity does not have, or that the caller may not see."""

    code, name, status = "ENT102", "unknown_field", 400

    def __init__(self, entity: str, field: str, known: Iterable[str] = (), **where: str) -> None:
        super().__init__(
            f"Unknown field '{field}' on '{entity}'.",
            hint=did_you_mean(field, known),
            errors=(FieldProblem(field, "unknown", f"Unknown field '{field}'."),),
            **where,
        )


class BadParameter(EntityError):
    """A query parameter that is unknown or malformed."""

    code, name, status = "ENT103", "bad_parameter", 400


class Unreadable(EntityError):
    """A request body that cannot be read as a document."""

    code, name, status = "ENT104", "unreadable", 400
    line = column = 0  # counted from 1, where reading ended there


class InvalidValues(EntityError):
    """One or more values that their fields refuse."""

    code, name, status = "ENT105", "invalid_input", 422

    def __init__(self, errors: Iterable[FieldProblem]) -> None:
        errors = tuple(errors)
        names = ", ".join(f"'{error.field}'" for error in errors)
        super().__init__(f"Refused: {names}.", errors=errors)


class NotFound(EntityError):
    """A row that does not exist or that the actor may not see: one answer for both."""

    code, name, status = "ENT106", "not_found", 404

    def __init__(self, entity: str, public_id: object = "") -> None:
        super().__init__(f"No '{entity}' with id '{public_id}'." if public_id else f"No such '{entity}'.")


class NotAuthenticated(EntityError):
    """A guest asked for what needs an account."""

    code, name, status = "ENT107", "not_authenticated", 401


class Forbidden(EntityError):
    """A known actor without the permission bit."""

    code, name, status = "ENT108", "forbidden", 403


class Conflict(EntityError):
    """A unique value that another row has already, or a row that others still refer to."""

    code, name, status = "ENT109", "conflict", 409


class VersionConflict(EntityError):
    """The row changed since the caller read it."""

    code, name, status = "ENT110", "version_conflict", 409


class TypeMismatch(EntityError):
    """A document whose type or id contradicts its URL (JSON:API 1.1, 409)."""

    code, name, status = "ENT111", "type_mismatch", 409


class NotAllowed(EntityError):
    """A method that the resource does not have."""

    code, name, status = "ENT112", "method_not_allowed", 405


class TooLarge(EntityError):
    """A request over one of the published bounds."""

    code, name, status = "ENT113", "too_large", 413


class UnsupportedMediaType(EntityError):
    """A content type that nothing here reads."""

    code, name, status = "ENT114", "unsupported_media_type", 415


class Unavailable(EntityError):
    """The database cannot serve the request now; the caller may try again."""

    code, name, status = "ENT115", "unavailable", 503


class NotAcceptable(EntityError):
    """None of the media types that the caller takes is offered."""

    code, name, status = "ENT118", "not_acceptable", 406


class TokenRevoked(EntityError):
    """A token that its account has ended: another password, a deactivation, signed out everywhere, or deleted."""

    code, name, status = "ENT116", "token_revoked", 401

    def __init__(self, *, by_cookie: bool = False) -> None:
        """``by_cookie``: the browser is told to drop the cookie, so that the next request can be a guest's."""
        super().__init__("This token is no longer good.", hint="Sign in again.")
        self.headers = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        if by_cookie:
            self.headers["Set-Cookie"] = "token=; Max-Age=0; Path=/"


class Throttled(EntityError):
    """More requests than this caller may send."""

    code, name, status = "ENT119", "throttled", 429


class InternalFault(EntityError):
    """A fault of ours; the log has the rest under the error id."""

    code, name, status = "ENT199", "internal_error", 500

    def __init__(self, error_id: str) -> None:
        super().__init__(f"Something went wrong here. Error id: {error_id}.")
