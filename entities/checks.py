"""Django checks: what is wrong with the settings and the registrations, before anybody asks for an entity."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.db import models

from entities import registry
from entities.entity import Entity
from entities.errors import did_you_mean
from entities.options import DEFAULTS, configured

_COUNTS = tuple(name for name, value in DEFAULTS.items() if isinstance(value, int))


@register("entities", "settings")
def check_settings(**options: Any) -> list[CheckMessage]:
    """Report keys of ``settings.ENTITIES`` that do nothing and values that cannot work."""
    return [*_unknown_settings(), *_wrong_settings()]


@register("entities")
def check_entities(**options: Any) -> list[CheckMessage]:
    """Report registrations from which no entity can be derived, or whose rows could not be reached."""
    found: list[CheckMessage] = []
    for name in sorted(registry.names()):
        try:
            problems = list(_entity_problems(registry.get(name)))
        except (LookupError, TypeError, ValueError) as error:
            problems = [Error(f"Entity '{name}' cannot be derived: {error}", id="entities.E003")]
        found.extend(problem for problem in problems if problem not in found)
    return found


def _unknown_settings() -> Iterator[CheckMessage]:
    for name in configured():
        if name not in DEFAULTS:
            hint = did_you_mean(str(name), DEFAULTS) or None
            yield Error(f"ENTITIES has an unknown key '{name}'.", hint=hint, id="entities.E001")


def _wrong_settings() -> Iterator[CheckMessage]:
    for name in _COUNTS:
        value = configured().get(name, DEFAULTS[name])
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            yield Error(f"ENTITIES['{name}'] must be a positive whole number.", id="entities.E002")


def _entity_problems(entity: Entity) -> Iterator[CheckMessage]:
    for field in entity.fields.values():
        remote = field.model_field
        if isinstance(remote, models.ForeignKey) and not remote.target_field.primary_key:
            yield Error(
                f"'{entity.name}.{field.name}' points to a column that is not the key of '{field.target}'.",
                hint="Refer to the key, or hide the field.",
                obj=entity.model,
                id="entities.E004",
            )
