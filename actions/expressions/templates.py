"""Compile a positioned value into a template: literals, ``~path``, ``$path``, scripts, and texts with parts of them.

    Value --compile_template--> Template --evaluate(scope)--> JSON-like value, or ABSENT

What a text is, is decided once, here; evaluating reads paths, takes the scripts' results and joins texts. What is
read is data, never looked at again as an expression. Keys are never evaluated. An absent value leaves its attribute
out, is null inside a list, and makes the text around it absent. Whether a name exists is not judged here: ``reads``
has every name, for the rules that judge. What is what, docs/notation.md says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any, Final, TypeAlias

from actions.errors import Problem
from actions.expressions.base import Read, Resolve, Scope, Script, Template
from actions.expressions.javascript.analysis import compile_script as compile_javascript
from actions.expressions.problems import EmptyScript, NotAPath, ScriptProblems, TooManyParts, UnclosedScript
from actions.expressions.references import DOLLAR_PATH, Path, compile_path, format_path, parse_path, parse_tilde
from actions.expressions.text import as_text
from actions.locations import Location
from actions.values import ListValue, MappingValue, Plain, Scalar, Value, plain
from entities.values import ABSENT

CompileScript: TypeAlias = Callable[[str, Location], tuple[Script, tuple[Read, ...]]]
Report: TypeAlias = Callable[[Problem], None]

MAX_PARTS: Final = 1_000
MAX_ENDS: Final = 8
MAX_REFUSED: Final = 256
_LEADING_ESCAPE = re.compile(r"\\(~|!|js:)")
_SPECIAL = re.compile(rf"\\(?P<escaped>\$|\{{\{{)|\$(?P<path>{DOLLAR_PATH})|(?P<script>\{{\{{)")


def compile_template(value: Value, report: Report, compile_script: CompileScript = compile_javascript) -> Template:
    """Return the template of a value of any kind.

    Whatever is wrong is reported, each problem at its place; a part with a problem is null in the template.
    """
    compiler = _Compiler(report, compile_script)
    resolve = compiler.value(value)
    return Template(
        resolve=resolve,
        source=plain(value),
        location=value.location,
        scripts=tuple(compiler.scripts),
        reads=tuple(compiler.reads),
        constant=not compiler.scripts and not compiler.reads,
        is_script=isinstance(resolve, _ScriptResult),
    )


def describe(template: Template) -> str:
    """Return what a template needs, for people: ``user.reference_id, rows[0].title; 1 script``."""
    names = ", ".join(dict.fromkeys(format_path(read.path) for read in template.reads))
    count = len(template.scripts)
    scripts = f"{count} script{'s' * (count > 1)}" if count else ""
    return "; ".join(part for part in (names, scripts) if part) or "nothing"


@dataclass(slots=True)
class _Compiler:
    """One compilation: the scripts and reads found so far, in the order of the document.

    ``refused`` counts the attempts to find the end of a script inside a text that were in vain: it is bounded.
    """

    report: Report
    compile_script: CompileScript
    scripts: list[Script] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    refused: int = 0

    def value(self, value: Value) -> Resolve:
        if isinstance(value, MappingValue):
            return _mapping(tuple((entry.key, self.value(entry.value)) for entry in value))
        if isinstance(value, ListValue):
            return _list(tuple(self.value(item) for item in value.items))
        return self.text(value, value.value) if isinstance(value.value, str) else _constant(_literal(value.value))

    def text(self, scalar: Scalar, text: str) -> Resolve:
        """Tell the forms of a text apart by how it begins."""
        if text.startswith("~"):
            return self.tilde(scalar, text)
        for prefix in ("!", "js:"):
            if text.startswith(prefix):
                return self.whole_script(scalar, text, prefix)
        escape = _LEADING_ESCAPE.match(text)
        if escape:
            return _join([escape[1], *self.parts(scalar, text, escape.end())])
        return _join(self.parts(scalar, text, 0))

    def tilde(self, scalar: Scalar, text: str) -> Resolve:
        path = parse_tilde(text[1:])
        if path is None:
            self.report(NotAPath(text, scalar.location))
            return _constant(None)
        return self.read(path, scalar.location, embedded=False)

    def whole_script(self, scalar: Scalar, text: str, prefix: str) -> Resolve:
        try:
            return self.script(scalar, text.removeprefix(prefix), prefix, len(prefix))
        except ScriptProblems as error:
            return self.report_all(error)

    def parts(self, scalar: Scalar, text: str, position: int) -> list[str | Resolve]:
        """Return what a text is made of, from ``position`` on: literals, and the values between them."""
        found: list[str | Resolve] = []
        while special := _SPECIAL.search(text, position):
            if len(found) >= 2 * MAX_PARTS or self.refused >= MAX_REFUSED:
                self.report(TooManyParts(scalar.location))
                break
            part, end = self.special(scalar, text, special)
            found += text[position : special.start()], part
            position = end
        return [*found, text[position:]]

    def special(self, scalar: Scalar, text: str, special: re.Match[str]) -> tuple[str | Resolve, int]:
        """Return one part of a text, and where it ends."""
        if special["escaped"]:
            return special["escaped"], special.end()
        if special["script"]:
            return self.part_script(scalar, text, special.end())
        place = scalar.at(special.start())
        embedded = special.group() != text
        return self.read(parse_path(special["path"]), place, embedded=embedded), special.end()

    def part_script(self, scalar: Scalar, text: str, start: int) -> tuple[str | Resolve, int]:
        """Compile the script after ``{{``: it ends at the first ``}}`` before which there is a whole script."""
        refused: tuple[ScriptProblems, int] | None = None
        for end in islice(_ends(text, start), MAX_ENDS):
            try:
                return self.script(scalar, text[start:end], "{{", start), end + 2
            except ScriptProblems as error:
                self.refused += 1
                refused = refused or (error, end + 2)
        if refused:
            return self.report_all(refused[0]), refused[1]
        self.report(UnclosedScript(scalar.at(start - 2)))
        return "", len(text)

    def script(self, scalar: Scalar, source: str, prefix: str, start: int) -> Resolve:
        if not source.strip():
            raise ScriptProblems([EmptyScript(prefix, scalar.at(start - len(prefix)))])
        script, reads = self.compile_script(source, scalar.at(start))
        self.scripts.append(script)
        self.reads.extend(reads)
        return _ScriptResult(len(self.scripts) - 1)

    def read(self, path: Path, location: Location, *, embedded: bool) -> Resolve:
        self.reads.append(Read(path, location, embedded=embedded))
        return compile_path(path)

    def report_all(self, error: ScriptProblems) -> Resolve:
        for problem in error.problems:
            self.report(problem)
        return _constant(None)


def _ends(text: str, start: int) -> Iterator[int]:
    """Yield where ``}}`` stands, from ``start`` on; in ``}}}`` it stands twice."""
    end = text.find("}}", start)
    while end >= 0:
        yield end
        end = text.find("}}", end + 1)


# What a template does when it is evaluated


@dataclass(frozen=True, slots=True)
class _ScriptResult:
    """The value of the script with that number."""

    number: int

    def __call__(self, _scope: Scope, results: Sequence[Any]) -> Any:
        return results[self.number]


def _constant(value: Any) -> Resolve:
    return lambda _scope, _results: value


def _literal(value: Plain) -> Any:
    """Return a number with a fraction as a float where that spells the same digits: then it goes out as a number."""
    if not isinstance(value, Decimal):
        return value
    number = float(value)
    return number if Decimal(repr(number)) == value else value


def _mapping(members: tuple[tuple[str, Resolve], ...]) -> Resolve:
    def resolve(scope: Scope, results: Sequence[Any]) -> Any:
        made = {}
        for key, member in members:
            value = member(scope, results)
            if value is not ABSENT:
                made[key] = value
        return made

    return resolve


def _list(items: tuple[Resolve, ...]) -> Resolve:
    def resolve(scope: Scope, results: Sequence[Any]) -> Any:
        values = (item(scope, results) for item in items)
        return [None if value is ABSENT else value for value in values]

    return resolve


def _join(parts: list[str | Resolve]) -> Resolve:
    """Return the text that the parts make together; a single value stays what it is."""
    pairs: list[tuple[str, Resolve]] = []
    literal = ""
    for part in parts:
        if isinstance(part, str):
            literal += part
        else:
            pairs.append((literal, part))
            literal = ""
    if not pairs:
        return _constant(literal)
    alone = len(pairs) == 1 and not pairs[0][0] and not literal
    return pairs[0][1] if alone else _text(tuple(pairs), literal)


def _text(pairs: tuple[tuple[str, Resolve], ...], tail: str) -> Resolve:
    def resolve(scope: Scope, results: Sequence[Any]) -> Any:
        made: list[str] = []
        for literal, part in pairs:
            value = part(scope, results)
            if value is ABSENT:
                return ABSENT
            made += literal, as_text(value)
        return "".join((*made, tail))

    return resolve
