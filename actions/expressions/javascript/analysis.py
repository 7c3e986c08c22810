"""The text of a script in; what it reads, and the function that it becomes, out. Nothing is run.

    source --read_script--> Syntax --free_names--> reads
                                   --function_body--> body

Whether a name exists is judged by whoever knows the scope. The parameters of the function are all names that come from
outside, those of helpers and built-ins included: an input that is called like one of them is then the one that is
meant, and where there is none the built-in is.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from actions.expressions.base import Part, Read, Script
from actions.expressions.javascript.completion import function_body
from actions.expressions.javascript.joining import text_parts
from actions.expressions.javascript.names import FreeName, free_names
from actions.expressions.javascript.syntax import ScriptSyntaxError, read_script
from actions.expressions.javascript.vocabulary import CONSTANTS, HELPERS, RESERVED, STANDARD_GLOBALS
from actions.expressions.problems import ExpressionProblem, ScriptProblems
from actions.locations import Location

_BUILT_IN = HELPERS | STANDARD_GLOBALS
_NO_PARAMETERS = CONSTANTS | {"eval"}


class NotJavaScript(ExpressionProblem):
    """A script that cannot be read."""

    __slots__ = ()
    CODE = "ACT270"


@dataclass(frozen=True, slots=True)
class Analysis:
    """What a script reads, and the body of the function that it becomes.

    ``names`` are those that a scope must have, ``parameters`` all that it may have; ``reads`` is every use of the
    former, in the order of the text. ``parts`` is what a script joins that only joins texts.
    """

    names: tuple[str, ...]
    parameters: tuple[str, ...]
    reads: tuple[FreeName, ...]
    body: str
    digest: str
    parts: tuple[Part, ...]


@lru_cache(maxsize=4096)
def analyse(source: str) -> Analysis:
    """Return what a script is.

    Raises:
        ScriptSyntaxError: it cannot be read.
    """
    syntax = read_script(source)
    free = free_names(syntax)
    for use in free:
        if use.name in RESERVED:
            raise ScriptSyntaxError(*RESERVED[use.name], source=source, offset=use.offset)
    reads = tuple(use for use in free if not use.probed and use.name not in _BUILT_IN)
    parameters = tuple(name for name in _unique(free) if name not in _NO_PARAMETERS)
    body = function_body(syntax)
    digest = hashlib.sha256("\0".join((*parameters, body)).encode()).hexdigest()
    return Analysis(_unique(reads), parameters, reads, body, digest, text_parts(syntax))


def _unique(uses: tuple[FreeName, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(use.name for use in uses))


def compile_script(source: str, location: Location) -> tuple[Script, tuple[Read, ...]]:
    """Return the compiled script and each of its reads. ``location`` is the place of the script's first character.

    Raises:
        ScriptProblems: it cannot be read.
    """
    place = _Places(source, location)
    try:
        analysis = analyse(source)
    except ScriptSyntaxError as error:
        problem = NotJavaScript(error.message, place.at(error.offset), error.hint)
        raise ScriptProblems([problem]) from error
    script = Script(analysis.parameters, analysis.body, analysis.digest, source, location, analysis.parts)
    reads = (Read(use.path, place.at(use.offset), in_script=True) for use in analysis.reads)
    return script, tuple(reads)


class _Places:
    """Where the characters of a script stand in its document."""

    def __init__(self, source: str, location: Location) -> None:
        self._location = location
        first = source.partition("\n")[0]
        rest = _line(location)[location.column - 1 :] if location.text else first
        self._told = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, rest, strict=False)))

    def at(self, offset: int) -> Location:
        """Return the place of a character: its column, as far as script and document run side by side."""
        if offset > self._told:
            return self._location
        return self._location.at(self._location.column + offset)


def _line(location: Location) -> str:
    lines = _lines(location.text)
    return lines[location.line - 1] if 0 < location.line <= len(lines) else ""


@lru_cache(maxsize=8)
def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.splitlines())
