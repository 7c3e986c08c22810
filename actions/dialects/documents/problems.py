"""What the reader refuses in a document: one class per failure (ACT101 to ACT119), made from facts."""

from __future__ import annotations

from typing import ClassVar

from actions.errors import Problem
from actions.locations import Location

MAX_SHOWN = 60


def _short(name: str) -> str:
    return name if len(name) <= MAX_SHOWN else f"{name[:MAX_SHOWN]}..."


class DocumentProblem(Problem):
    """Base of the reader's problems; never made itself."""

    __slots__ = ()
    CODE: ClassVar[str]

    def __init__(self, message: str, location: Location, hint: str = "") -> None:
        super().__init__(self.CODE, message, location, hint)


class TooLarge(DocumentProblem):
    """More bytes than a document may have."""

    __slots__ = ()
    CODE = "ACT101"

    def __init__(self, size: int, most: int, location: Location) -> None:
        super().__init__(
            f"The document has {size} bytes; {most} are allowed.", location, "Split it into several files."
        )


class NotUtf8(DocumentProblem):
    """Bytes that are not UTF-8, or a text with a lone surrogate."""

    __slots__ = ()
    CODE = "ACT102"

    def __init__(self, location: Location) -> None:
        super().__init__("The document is not UTF-8.", location, "Save it as UTF-8.")


class BadCharacter(DocumentProblem):
    """A control character, written out or by an escape."""

    __slots__ = ()
    CODE = "ACT103"

    def __init__(self, character: str, location: Location) -> None:
        super().__init__(f"Character U+{ord(character):04X} is not allowed.", location, "Remove it.")


class InvalidYaml(DocumentProblem):
    """Text that is no YAML: reading ends here."""

    __slots__ = ()
    CODE = "ACT104"

    def __init__(self, reason: str, location: Location, hint: str = "") -> None:
        super().__init__(f"Invalid YAML: {reason}.", location, hint)


class Unquoted(DocumentProblem):
    """An expression without quotes, which YAML reads as a tag (``!``) or as a mapping (``{{``)."""

    __slots__ = ()
    CODE = "ACT105"

    def __init__(self, prefix: str, location: Location) -> None:
        example = "!'a' + b" if prefix == "!" else "{{a}}"
        super().__init__(
            f"A text that begins with '{prefix}' must be quoted.", location, f'Put it in quotes: "{example}".'
        )


class RefusedTag(DocumentProblem):
    """A tag other than those of YAML's core schema, or one that its value contradicts."""

    __slots__ = ()
    CODE = "ACT106"

    def __init__(self, tag: str, location: Location, *, core: bool) -> None:
        message = f"The value is no '{tag}'." if core else f"Tag '{_short(tag)}' is not allowed."
        hint = "Remove the tag." if core else "Tags are not read; if it is a script, put it in quotes."
        super().__init__(message, location, hint)


class DuplicateKey(DocumentProblem):
    """The same key twice in one mapping."""

    __slots__ = ()
    CODE = "ACT107"

    def __init__(self, key: str, first: Location, location: Location) -> None:
        super().__init__(f"Duplicate key '{_short(key)}'.", location, f"It stands first in line {first.line}.")


class KeyIsNoText(DocumentProblem):
    """A list or a mapping as a key."""

    __slots__ = ()
    CODE = "ACT108"

    def __init__(self, location: Location) -> None:
        super().__init__("A key must be a text.", location)


class TooDeep(DocumentProblem):
    """Lists and mappings nested beyond the bound."""

    __slots__ = ()
    CODE = "ACT109"

    def __init__(self, most: int, location: Location) -> None:
        super().__init__(f"The document is nested deeper than {most} levels.", location)


class TooManyValues(DocumentProblem):
    """More values than a document may have, aliases and merges counted as what they stand for."""

    __slots__ = ()
    CODE = "ACT110"

    def __init__(self, most: int, location: Location) -> None:
        super().__init__(f"The document has more than {most} values.", location, "Split it into several files.")


class UnknownAlias(DocumentProblem):
    """An alias without an anchor before it."""

    __slots__ = ()
    CODE = "ACT111"

    def __init__(self, name: str, location: Location) -> None:
        super().__init__(f"Unknown alias '{_short(name)}'.", location, "Quote a text that begins with '*'.")


class RecursiveAlias(DocumentProblem):
    """An alias inside the value that it stands for."""

    __slots__ = ()
    CODE = "ACT112"

    def __init__(self, name: str, location: Location) -> None:
        super().__init__(f"Alias '{_short(name)}' contains itself.", location)


class BadMerge(DocumentProblem):
    """A merge key (``<<``) whose value is neither a mapping nor a list of mappings."""

    __slots__ = ()
    CODE = "ACT113"

    def __init__(self, location: Location) -> None:
        super().__init__("'<<' merges mappings only.", location, "Give an alias of a mapping, or a list of them.")


class NumberOutOfRange(DocumentProblem):
    """Infinity, NaN, or a number that JSON readers would not keep."""

    __slots__ = ()
    CODE = "ACT114"

    def __init__(self, written: str, location: Location) -> None:
        super().__init__(
            f"'{_short(written)}' is not a number that can be kept.", location, "Quote it if it is a text."
        )


class TooManyDirectives(DocumentProblem):
    """YAML directives (``%TAG``) beyond any use."""

    __slots__ = ()
    CODE = "ACT115"

    def __init__(self, location: Location) -> None:
        super().__init__(
            "The document has too many YAML directives.", location, "Remove the lines that begin with '%'."
        )


class TooManyProblems(DocumentProblem):
    """So many problems that the rest is not worth listing: reading ends here."""

    __slots__ = ()
    CODE = "ACT116"

    def __init__(self, most: int, location: Location) -> None:
        super().__init__(f"More than {most} problems; the rest of the document was not read.", location)
