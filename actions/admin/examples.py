"""A definition that was saved in, messages about its examples out. They are for the author: nothing is refused."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest

from actions import catalog
from actions.examples import run_examples
from actions.models import Definition

MOST_SHOWN = 5


def tell_examples(request: HttpRequest, definition: Definition) -> None:
    """Run the examples of a definition, if it is served, and say which are not as expected."""
    served = catalog.find(definition.type_name, definition.name)
    if served is None or not served.plan.examples:
        return
    tried = list(run_examples(served))
    failed = [item for item in tried if not item.passed]
    for item in failed[:MOST_SHOWN]:
        messages.warning(
            request, f"The example '{item.example.name}' is not as expected: {'; '.join(item.differences)}."
        )
    if failed:
        messages.warning(request, f"{len(failed)} of {len(tried)} example(s) failed, in this database as it is now.")
    else:
        messages.success(request, f"{len(tried)} example(s) passed.")
