"""Which name of an operation's arguments means what.

A key names a parameter, or a property of an object body, or ``body``, the whole of it. Where several are of one name:

    id              the parameter: the path's, else the query's, the header's, the cookie's
    query.id        the parameter in that place
    request.id      the body's property, whatever else is of that name (the original's older spelling)
    body            a parameter or property of that name first; else the whole body
    content_type    where a body has several media: which one is sent; a parameter of that name first
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from actions.integrations.documents.bodies import FORM, MULTIPART, base, has_json
from actions.integrations.documents.parameters import PLACES
from actions.integrations.documents.shapes import Shape, part_of, shape_of
from actions.integrations.documents.values import (
    Argument,
    ArgumentProblem,
    Medium,
    Parameter,
    Schema,
    ServiceOperation,
)
from entities.errors import did_you_mean
from entities.values import ABSENT

LEGACY: Final = "request."
BODY: Final = "body"
CONTENT_TYPE: Final = "content_type"


@dataclass(frozen=True, slots=True)
class Given:
    """An argument as it was written: under which key, and its value."""

    key: str
    value: Any


@dataclass(slots=True)
class Sorted:
    """The arguments of a call, each where it belongs."""

    parameters: dict[int, Given] = field(default_factory=dict)  # by position in the operation
    properties: dict[str, Given] = field(default_factory=dict)
    whole: Given | None = None
    medium: int = 0
    problems: list[ArgumentProblem] = field(default_factory=list)


def argument_names(operation: ServiceOperation) -> Mapping[str, Argument]:
    """Return every name that an author may write, the body's for its preferred medium, in the document's order."""
    found: dict[str, Argument] = {}
    names = Names(operation)
    for key, index in names.written.items():
        one = operation.parameters[index]
        found[key] = Argument(key, one.schema, one.required, one.place, one.description)
    if operation.body is None:
        return found
    medium, shape = operation.body.media[0], names.shape(0)
    for name, part in shape.properties.items():
        if part is not False:
            key = f"{LEGACY}{name}" if name in found else name
            required = operation.body.required and name in shape.required
            found[key] = Argument(key, part_of(medium.schema, part), required, "body", _description(part))
    if BODY not in found:
        required = operation.body.required and not shape.properties
        found[BODY] = Argument(BODY, medium.schema, required, "body", "The whole body.")
    if len(operation.body.media) > 1 and CONTENT_TYPE not in found:
        types: Schema = {"enum": [one.type for one in operation.body.media]}
        found[CONTENT_TYPE] = Argument(CONTENT_TYPE, types, False, "header", "Which media type the body has.")
    return found


def _description(part: Schema) -> str:
    return str(part.get("description", "")) if isinstance(part, dict) else ""


def takes_properties(medium: Medium) -> bool:
    """Say whether the properties of a body of that type can be given one by one."""
    return has_json(medium) or base(medium.type) in (FORM, MULTIPART)


class Names:
    """The names of one operation. ``written``: how an author writes each parameter, and its position."""

    def __init__(self, operation: ServiceOperation) -> None:
        self._operation = operation
        if "names" not in operation.compiled:
            operation.compiled["names"] = _written(operation.parameters)
        self.written: dict[str, int] = operation.compiled["names"][0]
        self.known: dict[str, int] = operation.compiled["names"][1]

    def shape(self, medium: int) -> Shape:
        """Return the shape of the body in one of its media; of one that is no object to give in parts, an empty one."""
        kept = self._operation.compiled
        if ("shape", medium) not in kept:
            body = self._operation.body
            usable = body is not None and takes_properties(body.media[medium])
            kept["shape", medium] = shape_of(body.media[medium].schema) if body and usable else Shape()
        found: Shape = kept["shape", medium]
        return found if found.is_object else Shape()

    def sort(self, arguments: Mapping[str, Any]) -> Sorted:
        """Return the arguments, each where it belongs, and a problem for each that belongs nowhere."""
        found = Sorted()
        self._choose_medium(arguments, found)
        for key, value in arguments.items():
            if not self._is_choice(key, arguments):
                self._place(Given(key, value), found)
        return found

    def _is_choice(self, key: str, arguments: Mapping[str, Any]) -> bool:
        body = self._operation.body
        if key != CONTENT_TYPE or key in self.known or body is None:
            return False
        return key not in self.shape(0).properties or self._medium(arguments[key]) is not None

    def _medium(self, given: Any) -> int | None:
        media = self._operation.body.media if self._operation.body else ()
        if not isinstance(given, str):
            return None
        exact = [index for index, medium in enumerate(media) if medium.type.lower() == given.lower()]
        alike = [index for index, medium in enumerate(media) if base(medium.type) == base(given)]
        return next(iter(exact + alike), None)

    def _choose_medium(self, arguments: Mapping[str, Any], found: Sorted) -> None:
        given = arguments.get(CONTENT_TYPE, ABSENT)
        if given is ABSENT or not self._is_choice(CONTENT_TYPE, arguments):
            return
        medium = self._medium(given)
        if medium is not None:
            found.medium = medium
            return
        types = [medium.type for medium in self._operation.body.media] if self._operation.body else []
        hint = did_you_mean(given, types) if isinstance(given, str) else ""
        message = f"Must be one of {', '.join(repr(one) for one in types[:10])}."
        found.problems.append(ArgumentProblem((CONTENT_TYPE,), "value", message, hint))

    def _place(self, given: Given, found: Sorted) -> None:
        key, shape = given.key, self.shape(found.medium)
        if key in self.known:
            self._put(found.parameters, self.known[key], given, found)
        elif key.startswith(LEGACY) and self._takes(key.removeprefix(LEGACY), shape):
            self._put(found.properties, key.removeprefix(LEGACY), given, found)
        elif key in shape.properties:
            self._put(found.properties, key, given, found)
        elif key == BODY and self._operation.body is not None:
            found.whole = given
        elif self._takes(key, shape):
            self._put(found.properties, key, given, found)
        else:
            found.problems.append(self._unknown(key, found.medium))

    @staticmethod
    def _takes(name: str, shape: Shape) -> bool:
        return shape.properties.get(name, shape.is_open) is not False

    @staticmethod
    def _put(there: dict[Any, Given], place: Any, given: Given, found: Sorted) -> None:
        if place in there:
            message = f"'{given.key}' and '{there[place].key}' name the same."
            found.problems.append(ArgumentProblem((given.key,), "value", message, "Leave one of them out."))
        there.setdefault(place, given)

    def _unknown(self, key: str, medium: int) -> ArgumentProblem:
        return ArgumentProblem((key,), "unknown", f"Unknown argument '{key}'.", self._hint(key, medium))

    def _hint(self, key: str, medium: int) -> str:
        """Say of what is not taken which other media type takes it, or what was meant."""
        body, shape = self._operation.body, self.shape(medium)
        for index, other in enumerate(body.media if body else ()):
            if self.shape(index).properties.get(key, False) is not False:
                return f"Bodies of type '{other.type}' have it: add '{CONTENT_TYPE}: {other.type}'."
        names = [*self.written, *(name for name, one in shape.properties.items() if one is not False)]
        meant = did_you_mean(key, names + ([BODY] if body else []))
        return meant or (f"The whole body is called '{BODY}'." if body and not shape.properties else "")


def _written(parameters: tuple[Parameter, ...]) -> tuple[dict[str, int], dict[str, int]]:
    """Return the parameters' positions: by the one name that is shown for each, and by every name that is taken."""
    order = sorted(range(len(parameters)), key=lambda index: PLACES.index(parameters[index].place))
    bare: dict[str, int] = {}
    for index in order:
        bare.setdefault(parameters[index].name, index)
    full = {f"{one.place}.{one.name}": index for index, one in enumerate(parameters)}
    shown = {
        one.name if bare[one.name] == index else f"{one.place}.{one.name}": index
        for index, one in enumerate(parameters)
    }
    return shown, {**full, **bare}
