"""The actions app: when the models are loaded it finds the plug-ins of every app and registers the checks."""

from __future__ import annotations

import pkgutil
import sys
from importlib import import_module

from django.apps import AppConfig, apps
from django.core.checks import register
from django.utils.module_loading import autodiscover_modules


class ActionsConfig(AppConfig):
    """Declared actions on entities."""

    name = "actions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Import the modules that hold plug-ins, so that these are registered, our entity, checks and API pages."""
        discover("operations")
        discover("signatures")
        for name in ("actions.definitions.entity", "actions.importing.entity"):
            import_module(name)
        for name in ("actions.openapi", "actions.discovery.openapi", "actions.definitions.openapi"):
            import_module(name)
        checks = import_module("actions.checks")
        for check in (checks.check_documents, checks.check_secrets, checks.check_variables):
            register(check, "actions")


def discover(name: str) -> None:
    """Import the module of that name of each installed app; where it is a package, its modules too."""
    autodiscover_modules(name)
    for config in apps.get_app_configs():
        package = sys.modules.get(f"{config.name}.{name}")
        for module in pkgutil.iter_modules(getattr(package, "__path__", ())):
            import_module(f"{config.name}.{name}.{module.name}")
