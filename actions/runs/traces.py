"""What happened in a run, outcome by outcome, as data that may be shown: bounded, and without secrets.

Collected by ``actions.engine.tracing`` while the action runs. Values are copied within bounds when they pass by, and
made showable at the end, when every secret of the run is known; a text is cut only after it was looked at as a whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from actions.errors import ActionError
from actions.operations.base import Entry, Operation, Result
from actions.operations.calls import Made
from actions.plan.nodes import Node, Plan, Step
from actions.plan.secrecy import Secrecy, secret_inputs
from actions.runs.bounds import cut, cut_all, kept
from actions.runs.calls import named_secrets, shown_call
from actions.runs.redaction import HIDDEN, Redaction
from entities.errors import EntityError

MAX_BYTES = 64 * 1024  # of a trace as JSON
MAX_OUTCOMES = 200
MAX_PERFORMED = 10  # performances of one outcome that are kept; all are counted

Data = dict[str, Any]


@dataclass(slots=True)
class Performed:
    """One performance of an operation: what it was given and what it gave. ``secret`` names what is hidden of both."""

    arguments: Any
    secret: frozenset[str]
    result: Any = None
    directives: tuple[str, ...] = ()

    def note(self, result: Result) -> None:
        """Keep what the operation gave."""
        self.result = kept(result.value)
        self.directives = tuple(entry.type for entry in result.entries if entry.type.startswith("client."))

    def as_data(self, redaction: Redaction) -> Data:
        """Return what may be shown of it."""
        shown: Data = {
            "arguments": _without(redaction.shown(self.arguments), self.secret),
            "result": _without(redaction.shown(self.result), self.secret),
        }
        return shown | ({"directives": list(self.directives)} if self.directives else {})


@dataclass(slots=True)
class Traced:
    """One outcome of one run. ``condition`` is whether it passed, ``None`` where there is none or nobody knows."""

    index: int
    kind: str
    label: str
    pointer: str
    line: int
    reference: str | None = None
    external: bool = False
    tells_secret: bool = False
    condition: bool | None = None
    milliseconds: float = 0.0
    statements: int = 0
    count: int = 0
    performed: list[Performed] = field(default_factory=list)
    failure: Data | None = None
    calls: list[Made] = field(default_factory=list)
    runs: list[Trace] = field(default_factory=list)

    def fail(self, error: ActionError | EntityError) -> None:
        """Keep why the outcome failed."""
        if isinstance(error, ActionError):
            self.tells_secret = error.tells_secret or (self.tells_secret and error.tells_values)
        self.failure = {"code": error.name if isinstance(error, ActionError) else error.code, "message": error.message}

    def as_data(self, redaction: Redaction) -> Data:
        """Return what may be shown of it."""
        shown: Data = {"index": self.index, "operation": self.kind, "label": redaction.text(self.label)}
        shown |= {"reference": self.reference, "pointer": self.pointer, "line": self.line}
        shown |= {"condition": self.condition, "ran": self.count > 0, "times": self.count}
        shown |= {"statements": self.statements, "milliseconds": round(self.milliseconds, 3)}
        if self.performed:
            shown["performed"] = [item.as_data(redaction) for item in self.performed]
        if self.external:
            shown["external"] = True
        if self.calls:
            shown["calls"] = [shown_call(made, redaction) for made in self.calls[:MAX_PERFORMED]]
        if self.failure:
            message = HIDDEN if self.tells_secret else cut(redaction.text(self.failure["message"]))
            shown["failure"] = {"code": redaction.text(self.failure["code"]), "message": message}
        if self.runs:
            shown["runs"] = [run.as_data() for run in self.runs]
        return shown


class Trace:
    """One run as it went. ``has_values``: with arguments and results; ``is_dry``: nothing leaves.

    A nested run shares the secrets of the run around it.
    """

    def __init__(self, plan: Plan, inputs: Mapping[str, Any], *, has_values: bool = True, is_dry: bool = False) -> None:
        self.has_values, self.is_dry = has_values, is_dry
        self.redaction = Redaction()
        self._begin(plan, inputs)

    def _begin(self, plan: Plan, inputs: Mapping[str, Any]) -> None:
        self._plan = plan
        self.outcomes: list[Traced] = []
        self._left_out = 0
        self._open: list[Traced] = []
        secret = secret_inputs(plan)
        self.redaction.add([inputs[key] for key in secret if key in inputs])
        tainted = {key for key, value in inputs.items() if self.redaction.shown(value) != value}
        self._secrecy = Secrecy(plan, secret | tainted)

    def nested(self, plan: Plan, inputs: Mapping[str, Any]) -> Trace:
        """Return the trace of a run inside of the outcome that runs now."""
        made = object.__new__(Trace)
        made.has_values, made.is_dry, made.redaction = self.has_values, self.is_dry, self.redaction
        made._begin(plan, inputs)
        if self._open:
            self._open[-1].runs.append(made)
        return made

    def enter(self, node: Node) -> Traced:
        """Return the outcome that begins now."""
        traced = _traced(node)
        traced.tells_secret = self._secrecy.reads_secrets(node)
        if len(self.outcomes) < MAX_OUTCOMES:
            self.outcomes.append(traced)
        else:
            self._left_out += 1
        self._open.append(traced)
        return traced

    def leave(self) -> None:
        """Note that the outcome which began last is over."""
        self._open.pop()

    def perform(self, traced: Traced, step: Step, arguments: Mapping[str, Any]) -> Performed | None:
        """Keep the arguments of an operation that is about to be performed, and learn which of them are secret."""
        position = traced.count % max(1, len(step.arguments))
        traced.count += 1
        if not self.has_values:
            return None
        secret = self._secrecy.keys(step, position)
        self.redaction.add([arguments[key] for key in secret if key in arguments])
        if step.operation.answers:
            self.redaction.add(list(named_secrets(arguments)))
        performed = Performed(kept(arguments), secret | step.operation.hidden_results)
        if len(traced.performed) < MAX_PERFORMED:
            traced.performed.append(performed)
        return performed

    def learn(self, operation: Operation, result: Result) -> None:
        """Hide what the operation says is secret of its result; of another server's answer, what is called a secret."""
        for name in operation.secret_results:
            self.redaction.add(_under(name, [result.value, *(entry.attributes for entry in result.entries)]))
        if operation.answers:
            self.redaction.add(list(named_secrets(result.value)))

    def as_data(self) -> list[Data]:
        """Return the outcomes as they may be shown."""
        shown = [item.as_data(self.redaction) for item in self.outcomes]
        return shown + ([{"left_out": self._left_out}] if self._left_out else [])

    def within_bounds(self) -> list[Data]:
        """Return the outcomes, with fewer values where all together are too large to be kept."""
        shown = self.as_data()
        for less in (_shorter, _without_values, _counted):
            if len(json.dumps(shown)) <= MAX_BYTES:
                break
            shown = less(shown)
        return shown

    def as_text(self) -> str:
        """Return the outcomes as JSON of at most ``MAX_BYTES`` bytes, in ASCII."""
        return json.dumps(self.within_bounds(), separators=(",", ":"))

    def entries(self, entries: Iterable[Entry]) -> list[Data]:
        """Return the entries of an answer as they may be shown."""
        return [{"ResponseType": item.type, "Attributes": self.shown(item.attributes)} for item in entries]

    def shown(self, value: Any) -> Any:
        """Return a value as it may be shown."""
        return cut_all(self.redaction.shown(kept(value)))


def _traced(node: Node) -> Traced:
    body = getattr(node, "body", node)
    operation = getattr(body, "operation", None)
    return Traced(
        index=node.index,
        kind=type(node).__name__.lower() if operation is None else operation.name,
        label=getattr(body, "label", ""),
        pointer=node.location.pointer,
        line=node.location.line,
        reference=getattr(body, "reference", None),
        external=operation is not None and operation.effect.value == "external",
    )


def _without(value: Any, secret: frozenset[str]) -> Any:
    """Hide what stands under secret names, and cut the texts."""
    if isinstance(value, list):
        return [_without(part, secret) for part in value]
    if isinstance(value, dict):
        return {key: HIDDEN if key in secret else cut_all(part) for key, part in value.items()}
    return cut_all(value)


def _under(name: str, value: Any) -> list[Any]:
    """Return everything that stands under the name, at any depth."""
    if isinstance(value, Mapping):
        here = [value[name]] if name in value else []
        return here + [item for part in value.values() for item in _under(name, part)]
    if isinstance(value, list | tuple):
        return [item for part in value for item in _under(name, part)]
    return []


def _shorter(outcomes: Sequence[Data]) -> list[Data]:
    return [cut_all({**item, "performed": item.get("performed", [])[:2]}, 100) for item in outcomes]


def _without_values(outcomes: Sequence[Data]) -> list[Data]:
    return [{key: part for key, part in item.items() if key not in ("performed", "calls", "runs")} for item in outcomes]


def _counted(outcomes: Sequence[Data]) -> list[Data]:
    return [{"left_out": len(outcomes)}]
