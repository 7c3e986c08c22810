"""Texts that administrators keep in rows and actions name: templates to be filled, SQL statements to be run.

    name --row--> text --compile, kept--> form + data of an outcome --> text          (templates)
                                          statement + bound values  --> rows          (statements)

What a text may say is a closed list, judged when its row is saved and again when it is used. Data are plain values, and
everything is bounded: size, depth, time.
"""

from actions.texts.errors import StatementFailed, TemplateFailed, TemplateOverBudget
from actions.texts.rendering import render, render_stored
from actions.texts.running import Query, run_statement
from actions.texts.stored import find_statement, find_template, statement_names, text_exists

__all__ = [
    "Query",
    "StatementFailed",
    "TemplateFailed",
    "TemplateOverBudget",
    "find_statement",
    "find_template",
    "render",
    "render_stored",
    "run_statement",
    "statement_names",
    "text_exists",
]
