"""A header of another server's answer is read under the name that it has there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from actions.errors import Problem
from actions.expressions.base import Read
from actions.plan.nodes import Plan
from actions.plan.visitor import all_templates, steps
from actions.validation.context import Context
from actions.validation.problems import PlanProblem

HEADERS = "headers"


class UnreadHeader(PlanProblem):
    """A name that no header of an answer has: it is null, whatever comes."""

    __slots__ = ()
    CODE = "ACT285"
    SEVERITY = "warning"

    def __init__(self, read: Read, header: str) -> None:
        reference, _, name = map(str, read.path[:3])
        hint = f"Names of headers are in lower case: '{header}'."
        if read.embedded and header != name.lower():
            hint = f"A '-' ends the name. Write '~{reference}.headers.{header}', or inside text "
            hint += f"{{{{{reference}.headers['{header}']}}}}."
        super().__init__(f"No answer has a header '{name}'.", read.location, hint)


def answer_headers(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report every header of an answer that is read with capitals, or in a text up to its first hyphen."""
    references = {step.reference for step in steps(plan.body) if step.operation.answers}
    for template in all_templates(plan):
        for read in template.reads:
            if len(read.path) > 2 and read.path[0] in references and read.path[1] == HEADERS:
                header = _meant(read, template.source)
                if header != read.path[2]:
                    yield UnreadHeader(read, header)


def _meant(read: Read, source: Any) -> str:
    """Return the name of the header that is meant: with what follows after a hyphen, and in lower case."""
    reference, _, name = map(str, read.path[:3])
    if read.embedded:
        longer = re.compile(rf"\${re.escape(reference)}\.headers\.({re.escape(name)}(?:-[A-Za-z0-9]+)+)")
        found = next((match for text in _texts(source) if (match := longer.search(text))), None)
        name = found[1] if found else name
    return name.lower()


def _texts(source: Any) -> Iterator[str]:
    if isinstance(source, str):
        yield source
    elif isinstance(source, dict | list):
        for part in source.values() if isinstance(source, dict) else source:
            yield from _texts(part)
