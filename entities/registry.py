"""Which models are exposed, under which names.

``register`` only notes the wish, so that it may be used while models are being loaded; entities are derived from the
models when one is first asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar, overload

from django.core.exceptions import ImproperlyConfigured
from django.db import models

from entities.derivation import Registration, derive
from entities.entity import Entity
from entities.errors import UnknownEntity

Model = TypeVar("Model", bound=type[models.Model])


@overload
def register(model: Model, **options: Any) -> Model: ...
@overload
def register(model: None = None, **options: Any) -> Callable[[Model], Model]: ...
def register(model: Any = None, **options: Any) -> Any:
    """Expose a model under ``/api/<name>``; as a call or as a decorator.

    Options: ``name`` (default: the model's name in snake case), ``aliases`` (further names), ``permission`` (bits of
    the entity; default: signed-in accounts may do everything, guests nothing), ``hidden`` and ``readonly`` (fields
    never shown / never written), ``access_groups`` (groups that the permission's group bits hold for: names, or a
    mapping of names to bits), ``column_types`` (field -> column type, where the model's field does not say),
    ``column_aliases`` (further name -> field), ``names`` (field -> its key on the wire), ``row_rule`` (which rows an
    actor has a right on, where rows have no bits of their own), ``read_only`` (nobody writes rows through the store),
    ``computed`` (attribute -> column type, for what the entity's own views add to a row),
    ``validators`` (field -> functions that refuse a value by Django's ``ValidationError``, besides those of the model's
    field).

    Raises:
        DuplicateEntity: a name is taken by another model; nothing is changed.
    """
    if model is None:
        return lambda decorated: register(decorated, **options)
    registration = Registration(model=model, **_tidy(model, options))
    names = (registration.name, *registration.aliases)
    for name in names:
        taken = _registrations.get(name)
        if taken is not None and taken.model is not model:
            raise DuplicateEntity(f"Entity '{name}' is already {taken.model._meta.label}.")
    _registrations.update(dict.fromkeys(names, registration))
    _entities.clear()
    return model


def get(name: str) -> Entity:
    """Return the entity with that name or alias.

    Raises:
        UnknownEntity: with a suggestion.
    """
    found = _entities.get(name)
    if found is not None:
        return found
    registration = _registrations.get(name)
    if registration is None:
        raise UnknownEntity(name, known=_registrations)
    entity = _entities[name] = _entities[registration.name] = derive(registration, _name_of)
    return entity


def find(name: str) -> Entity | None:
    """Return the entity with that name or alias, or ``None``."""
    return get(name) if name in _registrations else None


def canonical_name(name: str) -> str:
    """Return the name of an entity for one of its aliases; what is no entity's keeps its name."""
    registration = _registrations.get(name)
    return name if registration is None else registration.name


def of_model(model: type[models.Model]) -> Entity | None:
    """Return the entity that exposes ``model``, or ``None``."""
    name = _name_of(model)
    return get(name) if name else None


def all_entities() -> list[Entity]:
    """Return every exposed entity once, by name."""
    return [get(name) for name in sorted({item.name for item in _registrations.values()})]


def names() -> frozenset[str]:
    """Return every name and alias under which something is exposed."""
    return frozenset(_registrations)


class DuplicateEntity(ImproperlyConfigured):
    """Two models under one name."""


_registrations: dict[str, Registration] = {}
_entities: dict[str, Entity] = {}


def _name_of(model: type[models.Model]) -> str | None:
    return next((item.name for item in _registrations.values() if item.model is model), None)


def _tidy(model: type[models.Model], options: dict[str, Any]) -> dict[str, Any]:
    tidy = dict(options)
    tidy["name"] = options.get("name") or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", model.__name__).lower()
    tidy["aliases"] = tuple(options.get("aliases", ()))
    tidy["access_groups"] = _access_groups(options.get("access_groups", ()))
    for key in ("hidden", "readonly"):
        tidy[key] = frozenset(options.get(key, ()))
    return tidy


def _access_groups(given: Iterable[str] | Mapping[str, int]) -> tuple[tuple[str, int | None], ...]:
    if isinstance(given, str):
        raise TypeError("access_groups is a list of names, or a mapping of names to bits.")
    bits = given if isinstance(given, Mapping) else {}
    return tuple((name, bits.get(name)) for name in given)
