"""Compiled expressions: a template is a tree of values that is evaluated against a scope.

    text --compile_template--> Template --evaluate(scope)--> value

Everything that can be decided from the text is decided when it is compiled. A scope is a mapping of plain JSON-like
values (rows are dicts; Decimal, and nothing else, beside the JSON kinds); it is never changed by an evaluation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from actions.locations import Location

Scope = Mapping[str, Any]
Part = str | tuple[str, ...]
Resolve = Callable[[Scope, Sequence[Any]], Any]


@dataclass(frozen=True, slots=True)
class Read:
    """One name that an expression reads: ``user.email`` is ``("user", "email")``, ``rows[0]`` is ``("rows", 0)``."""

    path: tuple[str | int, ...]
    location: Location
    embedded: bool = False
    in_script: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """One script, compiled to the body of a strict function of ``names``. Equal scripts share one ``digest``.

    ``parts`` are the literals and paths of a script that only joins texts.
    """

    names: tuple[str, ...]
    body: str
    digest: str
    source: str
    location: Location
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled value.

    ``scripts`` are all scripts inside it, in order; their results are handed to ``resolve(scope, results)``, so that
    one crossing serves the whole template. ``reads`` is every name it needs. ``constant`` says that neither is needed.
    ``script`` tells that the whole template is just one script. ``source`` is the author's value, for printing.
    """

    resolve: Resolve
    source: Any
    location: Location
    scripts: tuple[Script, ...] = ()
    reads: tuple[Read, ...] = ()
    constant: bool = False
    is_script: bool = False


class ScriptRunner(Protocol):
    """What evaluates scripts: implemented by ``actions.expressions.javascript``."""

    def run(self, scripts: Sequence[Script], scope: Scope, *, guarded: bool = False) -> list[Any]:
        """Return the value of each script (``ABSENT`` for undefined) in one crossing.

        With ``guarded`` the first script is a condition: when its value does not pass (``conditions.passes``), the
        others are not run and the list has one element.

        Raises:
            ScriptFailed: a script threw; the message has the script's own text, never a path of ours.
            ScriptOverBudget: time, memory or output exceeded.
        """
        ...


def evaluate(template: Template, scope: Scope, runner: ScriptRunner) -> Any:
    """Return the template's value, crossing to the scripts at most once."""
    results = runner.run(template.scripts, scope) if template.scripts else ()
    return template.resolve(scope, results)
