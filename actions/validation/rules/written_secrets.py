"""No password or key is written out in a definition: whoever may read it could use it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from actions.errors import Problem
from actions.locations import Location
from actions.plan.nodes import Input, Plan
from actions.plan.visitor import all_templates
from actions.validation.context import Context
from actions.validation.known_keys import KNOWN_KEY
from actions.validation.literals import literal
from actions.validation.problems import PlanProblem
from actions.validation.rules.secret_names import arguments_that_name_secrets
from entities.fields import UnknownColumnType, column_type
from entities.values import ABSENT

Path = tuple[str | int, ...]

_SECRET_NAME = re.compile(
    r"(?:^|[_\-. ])(?:password|passwd|passphrase|pwd|secret|token|api[_\- ]?key|access[_\- ]?key|private[_\- ]?key|"
    r"secret[_\- ]?key|signing[_\- ]?key|encryption[_\- ]?key|credentials?|authorization)s?$",
    re.IGNORECASE,
)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# A key, or in a script one that is handed to a helper that takes it.
_SECRET_TEXT = re.compile(rf"{KNOWN_KEY}|\b(?:HMACSHA(?:256|512)|AESGCM(?:En|De)crypt|Encrypt|Decrypt)\(\s*['\"`]")


class WrittenSecret(PlanProblem):
    """A password or key that everybody who may read the definition can read."""

    __slots__ = ()
    CODE = "ACT282"
    SEVERITY = "warning"

    def __init__(self, name: str, location: Location) -> None:
        hint = "Name a secret instead, or read it from 'env'."
        super().__init__(f"'{name}' looks like a secret that is written out.", location.without_text(), hint)


def written_secrets(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report every literal that looks like a secret; the secret itself is not repeated."""
    for item in plan.inputs:
        if item.has_default and _is_secret_input(item):
            yield WrittenSecret(item.key, context.places.value(item.location, "DefaultValue"))
    names = {argument.where for argument in arguments_that_name_secrets(plan)}
    for template in all_templates(plan):
        for path, text in _texts(template.source, ()):
            name = next((key for key in reversed(path) if isinstance(key, str)), "")
            named = (template.location.pointer, name) in names
            if _SECRET_TEXT.search(text) or (_names_secret(name) and not named and literal(text) is not ABSENT):
                yield WrittenSecret(name or "This text", context.places.value(template.location, *path))


def _texts(source: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Yield every text that is not empty, with the keys that lead to it."""
    if isinstance(source, str) and source:
        yield path, source
    elif isinstance(source, dict):
        for key, value in source.items():
            yield from _texts(value, (*path, key))
    elif isinstance(source, list):
        for index, value in enumerate(source):
            yield from _texts(value, (*path, index))


def _names_secret(name: str) -> bool:
    return bool(_SECRET_NAME.search(_HUMP.sub("_", name)))


def _is_secret_input(item: Input) -> bool:
    if item.is_secret or _names_secret(item.key):
        return True
    try:
        return column_type(item.column_type).is_secret
    except UnknownColumnType:
        return False
