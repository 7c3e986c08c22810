"""The engine accepts every script: grammar alone does not find a name declared twice or a broken regular expression."""

from __future__ import annotations

from collections.abc import Iterator

from actions.errors import Problem, ScriptOverBudget
from actions.expressions.base import Script
from actions.expressions.javascript.analysis import NotJavaScript
from actions.plan.nodes import Plan
from actions.plan.visitor import all_templates
from actions.validation.context import Context


def readable_scripts(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report every script that the engine refuses; all are shown to it at once, none is run."""
    if context.check_scripts is None:
        return
    scripts = _scripts(plan)
    try:
        refusals = context.check_scripts(scripts)
    except ScriptOverBudget as error:
        yield NotJavaScript(error.message, plan.location, error.hint)
        return
    for script, refusal in zip(scripts, refusals, strict=True):
        if refusal is not None:
            yield NotJavaScript(f"{refusal.removeprefix('SyntaxError: ')}.", script.location)


def _scripts(plan: Plan) -> list[Script]:
    """Return the scripts of a plan; those that only join texts never meet the engine."""
    every = (script for template in all_templates(plan) for script in template.scripts)
    return [script for script in every if not script.parts]
