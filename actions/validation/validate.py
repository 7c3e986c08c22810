"""A plan in, everything that is wrong with it out: all problems at once, in the order of the document.

Each rule looks at one thing and has a file of its own in ``rules``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from actions.errors import Problem
from actions.plan.nodes import Plan
from actions.validation.context import Context
from actions.validation.rules.answer_headers import answer_headers
from actions.validation.rules.arguments import declared_arguments
from actions.validation.rules.bounds import bounds
from actions.validation.rules.business_key import business_key
from actions.validation.rules.call_cycles import call_cycles
from actions.validation.rules.calls import calls
from actions.validation.rules.column_values import column_values
from actions.validation.rules.entity_names import entity_names
from actions.validation.rules.event_order import event_order
from actions.validation.rules.examples import examples
from actions.validation.rules.exported_columns import exported_columns
from actions.validation.rules.input_keys import input_keys
from actions.validation.rules.input_types import input_types
from actions.validation.rules.integration_arguments import integration_arguments
from actions.validation.rules.known_actions import known_actions
from actions.validation.rules.known_columns import known_columns
from actions.validation.rules.known_directives import known_directives
from actions.validation.rules.known_headers import known_headers
from actions.validation.rules.known_integrations import known_integrations
from actions.validation.rules.known_names import known_names
from actions.validation.rules.known_relations import known_relations
from actions.validation.rules.known_tags import known_tags
from actions.validation.rules.known_targets import known_targets
from actions.validation.rules.loop_lists import loop_lists
from actions.validation.rules.outcomes import has_outcomes
from actions.validation.rules.queries import queries
from actions.validation.rules.rate_limits import rate_limits
from actions.validation.rules.reachable import reachable
from actions.validation.rules.read_only_entities import read_only_entities
from actions.validation.rules.readable_scripts import readable_scripts
from actions.validation.rules.receivers import receivers
from actions.validation.rules.redirects import redirects
from actions.validation.rules.reference_names import reference_names
from actions.validation.rules.refused_arguments import refused_arguments
from actions.validation.rules.required_columns import required_columns
from actions.validation.rules.row_ids import row_ids
from actions.validation.rules.savepoints import savepoints
from actions.validation.rules.secret_names import secret_names
from actions.validation.rules.single_references import single_references
from actions.validation.rules.statement_names import statement_names
from actions.validation.rules.stored_texts import stored_texts
from actions.validation.rules.subject_reads import subject_reads
from actions.validation.rules.vouching import vouching
from actions.validation.rules.webhook_schemes import webhook_schemes
from actions.validation.rules.webhook_secrets import webhook_secrets
from actions.validation.rules.written_secrets import written_secrets

Rule = Callable[[Plan, Context], Iterator[Problem]]
MAX_PROBLEMS = 100

RULES: tuple[Rule, ...] = (
    known_targets,
    read_only_entities,
    input_keys,
    input_types,
    known_tags,
    known_relations,
    rate_limits,
    business_key,
    examples,
    webhook_schemes,
    event_order,
    webhook_secrets,
    receivers,
    reference_names,
    single_references,
    known_names,
    known_headers,
    answer_headers,
    readable_scripts,
    known_columns,
    column_values,
    required_columns,
    row_ids,
    queries,
    known_directives,
    declared_arguments,
    entity_names,
    refused_arguments,
    vouching,
    exported_columns,
    known_integrations,
    integration_arguments,
    secret_names,
    stored_texts,
    statement_names,
    savepoints,
    redirects,
    known_actions,
    call_cycles,
    calls,
    bounds,
    loop_lists,
    has_outcomes,
    reachable,
    subject_reads,
    written_secrets,
)


def validate(plan: Plan, context: Context) -> list[Problem]:
    """Return the problems of a plan in the order of the document, errors and warnings."""
    return in_order(problem for rule in RULES for problem in _bounded(rule(plan, context)))


def _bounded(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Yield the first problems of a rule: so many warnings, and no more is looked for after so many errors."""
    counts = {"error": 0, "warning": 0}
    for problem in problems:
        counts[problem.severity] += 1
        if counts[problem.severity] <= MAX_PROBLEMS:
            yield problem
        if counts["error"] >= MAX_PROBLEMS:
            return


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems by place, each once, and no more than anybody would read: errors before warnings, then."""
    found = list(dict.fromkeys(problems))
    if len(found) > MAX_PROBLEMS:
        found = sorted(found, key=lambda problem: problem.severity)[:MAX_PROBLEMS]
    return sorted(found, key=lambda problem: (problem.location.line, problem.location.column, problem.code))
