"""The Daptin notation as a dialect: InFields, Validations, Conformations, OutFields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from actions.dialects.base import Draft, Report
from actions.dialects.daptin import parse
from actions.dialects.daptin.compile import compile_draft
from actions.plan.nodes import Plan
from actions.values import Value


class Daptin:
    """Actions as Daptin writes them, with what docs/notation.md adds."""

    name: ClassVar[str] = "daptin"

    def recognises(self, root: Value) -> bool:
        """Say whether a document looks like actions of this notation."""
        return parse.recognises(root)

    def parse(self, root: Value, report: Report) -> Sequence[Draft]:
        """Return the actions of one document."""
        return parse.parse(root, report)

    def compile(self, draft: Draft, report: Report) -> Plan:
        """Return the plan of one action."""
        return compile_draft(draft, report)
