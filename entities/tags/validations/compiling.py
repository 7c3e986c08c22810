"""The text of a tag list in, a ``Validation`` out; or every error in it, each with its place."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from entities.errors import did_you_mean
from entities.tags.conformations import CONFORMATIONS
from entities.tags.errors import TagError
from entities.tags.parsing import Part, Piece, read_alternatives, read_pieces
from entities.tags.validations.running import Check, Dive, OmitEmpty, Rule, Step, Validation
from entities.tags.validations.table import CONTROLS, REFUSED, TAGS

Names = Collection[str] | None


def compile_validation(tags: str, known_fields: Names = None) -> Validation:
    """Return the compiled list. ``known_fields`` are the names that other tags may refer to; ``None`` allows any.

    Raises:
        TagError: the first that is wrong.
    """
    errors = validation_errors(tags, known_fields)
    if errors:
        raise errors[0]
    return _validation(list(read_pieces(tags)))


def validation_errors(tags: str, known_fields: Names = None) -> list[TagError]:
    """Return everything that is wrong with the tags."""
    return [error for piece in read_pieces(tags) for error in _piece_errors(piece, known_fields)]


def _validation(pieces: list[Piece]) -> Validation:
    names = [piece.word for piece in pieces]
    if "dive" not in names:
        return Validation(tuple(map(_step, pieces)))
    at = names.index("dive")
    return Validation((*map(_step, pieces[:at]), Dive(_validation(pieces[at + 1 :]))))


def _step(piece: Piece) -> Step:
    if piece.word == "omitempty":
        return OmitEmpty()
    return Rule(tuple(_check(part) for part in read_alternatives(piece)))


def _check(part: Part) -> Check:
    tag = TAGS[part.name]
    argument = tag.read(part.param) if tag.read and part.param is not None else None
    return Check(part.name, tag, part.param, argument)


def _piece_errors(piece: Piece, known: Names) -> Iterator[TagError]:
    if piece.word not in CONTROLS:
        for part in read_alternatives(piece):
            yield from _errors(part, known)


def _errors(part: Part, known: Names) -> Iterator[TagError]:
    name, at = part.name, part.offset
    tag = TAGS.get(name)
    if name in REFUSED:
        message = f"The validation tag '{name}' is refused: it would show which files the server has."
        yield TagError(name, message, "Take the file itself as an input of the column type 'file'.", at)
    elif tag is None:
        yield TagError(name, f"Unknown validation tag '{name}'.", _hint(name), at)
    elif tag.read is None and part.param is not None:
        yield TagError(name, f"The validation tag '{name}' takes no parameter.", f"Write '{name}'.", at)
    elif tag.read and part.param is None and not tag.optional_param:
        yield TagError(name, f"The validation tag '{name}' needs a parameter.", f"Write '{name}=...'.", at)
    elif tag.read and part.param is not None:
        yield from _param_errors(part, known)


def _hint(name: str) -> str:
    if name in CONFORMATIONS:
        return f"'{name}' is a conformation: write it under Conformations."
    return did_you_mean(name, (*TAGS, *CONTROLS))


def _param_errors(part: Part, known: Names) -> Iterator[TagError]:
    tag, at = TAGS[part.name], part.offset + len(part.name) + 1
    try:
        argument = tag.read(part.param or "") if tag.read else None
    except ValueError as error:
        yield TagError(part.name, f"The parameter of '{part.name}' must be {error}.", "", at)
        return
    if tag.names_fields and known is not None:
        for name in argument or ():
            if name not in known:
                yield TagError(part.name, f"Unknown input '{name}'.", did_you_mean(name, known), at)
