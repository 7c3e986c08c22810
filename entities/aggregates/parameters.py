"""Parameters by name in, an ``AggregateQuery`` out. Source: Daptin, and its client's names.

The same reader serves GET, where each parameter is a list of texts, and POST, whose members are texts or lists of
texts. A name that is not known here is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from entities.actors import Actor
from entities.aggregates.comparisons import read_comparison, read_condition
from entities.aggregates.functions import PERIODS
from entities.aggregates.joins import check_join
from entities.aggregates.query import AggregateQuery, Comparison, Output, Step, Term, TermOrder
from entities.aggregates.syntax import Node, read_items
from entities.aggregates.terms import ROWS, Terms
from entities.entity import Entity
from entities.errors import BadParameter, did_you_mean
from entities.filters.conditions import read_conditions
from entities.filters.operators import TABLE
from entities.filters.query import Condition
from entities.filters.values import read_value
from entities.options import option
from entities.pagination import Window, read_window

MAX_OUTPUTS = 20
MAX_GROUPINGS = 10
MAX_JOINS = 10
PAGES = ("page[number]", "page[size]")
KNOWN = ("column", "group", "filter", "having", "order", "join", "query", "timesample", "timefrom", "timeto", *PAGES)
ALIASES: Mapping[str, str] = {
    "ProjectColumn": "column",
    "GroupBy": "group",
    "TimeSample": "timesample",
    "TimeFrom": "timefrom",
    "TimeTo": "timeto",
    **{name.capitalize(): name for name in ("filter", "having", "order", "join", "query")},
}
SAMPLED = "created_at"
_SAMPLED = Node(SAMPLED, SAMPLED)

_ALIAS = re.compile(r"as\s+([A-Za-z_][A-Za-z0-9_]{0,62})", re.IGNORECASE | re.ASCII)
_BOUNDS = {"timefrom": "gte", "timeto": "lt"}


def parse_aggregate(entity: Entity, given: Mapping[str, Any], actor: Actor) -> AggregateQuery:
    """Return the question that ``given`` asks about the rows of ``entity``.

    Raises:
        BadParameter: names the parameter, and how to mend it where that is known.
    """
    reading = _Reading(entity, actor, _by_known_name(given))
    for read in (_joins, _columns, _timesample, _groups, _conditions, _having, _order, _page):
        read(reading)
    _check_outputs(reading)
    return AggregateQuery(
        entity,
        tuple(reading.outputs),
        tuple(reading.groups.values()),
        tuple(reading.conditions),
        tuple(reading.comparisons),
        tuple(reading.having),
        tuple(reading.order),
        reading.window,
    )


@dataclass(slots=True)
class _Reading:
    """What has been read so far; lives for one call of ``parse_aggregate``. ``groups`` are by text."""

    entity: Entity
    actor: Actor
    given: Mapping[str, Any]
    outputs: list[Output] = field(default_factory=list)
    groups: dict[str, Term] = field(default_factory=dict)
    conditions: list[tuple[Condition, ...]] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)
    having: list[Comparison] = field(default_factory=list)
    order: list[TermOrder] = field(default_factory=list)
    sampled: Node = _SAMPLED
    window: Window | None = None

    def terms(self, parameter: str) -> Terms:
        """Return the reader of a parameter's terms."""
        return Terms(self.entity, self.actor, parameter)

    def items(self, parameter: str, ceiling: int) -> Iterator[Node]:
        """Yield the items of a parameter, refusing more than ``ceiling``."""
        count = 0
        for text in _texts(parameter, self.given.get(parameter)):
            for node in read_items(text, parameter):
                count += 1
                if count > ceiling:
                    raise BadParameter(f"'{parameter}' may have at most {ceiling} entries.", parameter=parameter)
                yield node

    def single(self, parameter: str) -> str | None:
        """Return the text of a parameter that may be given once."""
        texts = _texts(parameter, self.given.get(parameter))
        if len(texts) > 1:
            raise BadParameter(f"'{parameter}' may be given once.", parameter=parameter)
        return texts[0] if texts else None

    def named(self) -> dict[str, Term]:
        """Return the terms of the answer by name."""
        return {output.name: output.term for output in self.outputs}


def _by_known_name(given: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in given.items():
        bare = name.removesuffix("[]")
        known = ALIASES.get(bare, bare)
        if known not in KNOWN:
            hint = did_you_mean(name[:60], KNOWN)
            raise BadParameter(f"Unknown parameter '{name[:60]}'.", hint=hint, parameter=name[:60])
        if known in found:
            raise BadParameter(f"'{name}' is given twice, under two names.", parameter=name)
        if value is not None:
            found[known] = value
    return found


def _texts(parameter: str, value: Any) -> list[str]:
    texts = value if isinstance(value, list) else [] if value is None else [value]
    if not all(isinstance(text, str) for text in texts):
        raise BadParameter(f"'{parameter}' must be a text or a list of texts.", parameter=parameter)
    return [text for text in texts if text.strip()]


def _joins(reading: _Reading) -> None:
    for text in _texts("join", reading.given.get("join"))[: MAX_JOINS + 1]:
        check_join(reading.terms("join"), text)
    if len(_texts("join", reading.given.get("join"))) > MAX_JOINS:
        raise BadParameter(f"'join' may have at most {MAX_JOINS} entries.", parameter="join")


def _columns(reading: _Reading) -> None:
    terms = reading.terms("column")
    for node in reading.items("column", MAX_OUTPUTS):
        term = terms.read(node)
        _add(reading, Output(_alias(terms, node) or term.text, term), "column")


def _alias(terms: Terms, node: Node) -> str:
    found = _ALIAS.fullmatch(node.words)
    if node.words and not found:
        hint = "Write 'as name': a letter, then letters, digits and '_', at most 63."
        terms.refuse(f"'{node.words[:40]}' is not understood after '{node.source[:40]}'.", hint=hint)
    return found[1] if found else ""


def _add(reading: _Reading, output: Output, parameter: str) -> None:
    if output.name in reading.named():
        raise BadParameter(
            f"Two values are named '{output.name[:60]}'.", hint="Name one with 'as'.", parameter=parameter
        )
    reading.outputs.append(output)


def _timesample(reading: _Reading) -> None:
    text = reading.single("timesample")
    if text is not None:
        terms = reading.terms("timesample")
        (node, *others) = read_items(text, "timesample")
        function = PERIODS.get(node.text.lower())
        if function is None or others or (node.is_call and len(node.arguments or ()) != 1):
            known = ", ".join(PERIODS)
            terms.refuse(f"'timesample' must be one of {known}.", hint=f"Write month, or month({SAMPLED}).")
        reading.sampled = node.arguments[0] if node.arguments else reading.sampled
        column = terms.read(reading.sampled)
        if column.steps or not column.kind.is_one_of(function.takes):
            terms.refuse(f"'{column.text}' has no {node.text.lower()}.")
        term = replace(
            column, text="timesample", kind=function.gives(column.kind), steps=(Step(function, column.kind),)
        )
        reading.groups[term.text] = term
        _add(reading, Output(_alias(terms, node) or term.text, term), "timesample")
    _time_bounds(reading)


def _time_bounds(reading: _Reading) -> None:
    for parameter, operator in _BOUNDS.items():
        text = reading.single(parameter)
        if text is not None:
            terms = reading.terms(parameter)
            path, column = terms.column(reading.sampled)
            value = read_value(column, TABLE[operator], text, parameter)
            reading.conditions.append((Condition(column, TABLE[operator], value, path),))


def _groups(reading: _Reading) -> None:
    terms, named = reading.terms("group"), reading.named()
    for node in reading.items("group", MAX_GROUPINGS):
        term = named.get(node.source) or terms.read(node)
        if term.is_aggregate or node.words or not term.kind.is_comparable:
            terms.refuse(f"Rows cannot be grouped by '{' '.join((node.source, node.words)).strip()[:60]}'.")
        reading.groups[term.text] = term
    shown = {output.term.text for output in reading.outputs}
    for text, term in reading.groups.items():
        if text not in shown:
            _add(reading, Output(text, term), "group")
    if all(output.term.text in reading.groups for output in reading.outputs) and "column" not in reading.given:
        _add(reading, Output(ROWS.text, ROWS), "column")


def _check_outputs(reading: _Reading) -> None:
    for output in reading.outputs:
        if not output.term.is_aggregate and output.term.text not in reading.groups:
            raise BadParameter(
                f"'{output.term.text}' has many values in a group.",
                hint=f"Add group={output.term.text}, or take min or max of it.",
                parameter="column",
            )


def _conditions(reading: _Reading) -> None:
    ceiling = option("MAX_CONDITIONS")
    terms = reading.terms("filter")
    for node in reading.items("filter", ceiling):
        found = read_condition(terms, node)
        if isinstance(found, Condition):
            reading.conditions.append((found,))
        elif found.term.is_aggregate:
            terms.refuse(f"'{found.term.text}' is computed of many rows.", hint="Use 'having'.")
        else:
            reading.comparisons.append(found)
    reading.conditions.extend(_query(reading))
    if sum(map(len, reading.conditions)) + len(reading.comparisons) > ceiling:
        raise BadParameter(f"A question takes at most {ceiling} conditions.", parameter="filter")


def _query(reading: _Reading) -> tuple[tuple[Condition, ...], ...]:
    given = reading.given.get("query")
    if isinstance(given, list) and given and all(isinstance(item, str) for item in given):
        given = reading.single("query")
    return () if given is None else read_conditions(reading.entity, given, reading.actor)


def _having(reading: _Reading) -> None:
    terms = reading.terms("having")
    for node in reading.items("having", option("MAX_CONDITIONS")):
        found = read_comparison(terms, node, reading.named())
        if not found.term.is_aggregate:
            terms.refuse(f"'{found.term.text}' is not computed of many rows.", hint="Use 'filter'.")
        reading.having.append(found)
    if reading.having and not reading.groups:
        terms.refuse("'having' chooses among groups, and there are none.", hint="Add 'group'.")


def _order(reading: _Reading) -> None:
    terms, named = reading.terms("order"), reading.named()
    for node in reading.items("order", MAX_GROUPINGS):
        descending = node.text.startswith("-")
        bare = replace(node, text=node.text.lstrip("+-"), source=node.source.lstrip("+-"))
        term = named.get(bare.source) or terms.read(bare)
        if bare.words or not (term.is_aggregate or term.text in reading.groups):
            known = ", ".join(named)
            hint = f"Order by one of: {known}; '-' before it for descending."
            terms.refuse(f"Groups cannot be ordered by '{node.source[:60]}'.", hint=hint)
        reading.order.append(TermOrder(term, descending))


def _page(reading: _Reading) -> None:
    ceiling = option("MAX_GROUPS")
    page = {name: _once(name, reading.given[name]) for name in PAGES if name in reading.given}
    reading.window = read_window(page, ceiling, ceiling) if page else None


def _once(name: str, value: Any) -> Any:
    values = value if isinstance(value, list) else [value]
    if len(values) != 1:
        raise BadParameter(f"'{name}' may be given once.", parameter=name)
    return values[0]
