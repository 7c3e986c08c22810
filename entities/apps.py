"""The entities app."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.apps import AppConfig, apps
from django.core.exceptions import ImproperlyConfigured
from django.db.models.signals import post_delete, post_migrate


class EntitiesConfig(AppConfig):
    """CRUD resources derived from Django models."""

    name = "entities"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Expose the models that the settings name, and check all that is exposed."""
        from entities import checks  # noqa: F401, PLC0415 - needs the models; importing it registers the checks
        from entities.aggregates import openapi, sqlite  # noqa: F401, PLC0415 - importing them registers them
        from entities.models import unshare  # noqa: PLC0415
        from entities.options import configured  # noqa: PLC0415

        for model in apps.get_models():
            if getattr(model, "carries_permission", False):
                post_delete.connect(unshare, sender=model, dispatch_uid="entities.unshare")
        for label, options in configured().get("MODELS", {}).items():
            expose(label, options)
        post_migrate.connect(_list_entities, sender=self)


def _list_entities(using: str, apps: Any = apps, **signal: Any) -> None:
    """Bring the table of entities up to date, where the migrations that have run know it."""
    from entities.worlds import synchronise  # noqa: PLC0415 - needs the models

    if "world" in apps.all_models[EntitiesConfig.name]:
        synchronise(using)


def expose(label: str, options: Mapping[str, Any]) -> None:
    """Register the model with that label; ``permission`` may be a mapping of classes to rights.

    Raises:
        ImproperlyConfigured: no such model, or an option that ``entities.register`` does not know.
    """
    from entities.permissions import bits  # noqa: PLC0415 - needs the models
    from entities.registry import register  # noqa: PLC0415

    try:
        given = dict(options)
        if isinstance(given.get("permission"), Mapping):
            given["permission"] = bits(**given["permission"])
        register(apps.get_model(label), **given)
    except (LookupError, ValueError, KeyError, TypeError) as error:
        raise ImproperlyConfigured(f"ENTITIES['MODELS'] cannot expose '{label}': {error}") from error
