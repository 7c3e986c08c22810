"""The actions app: when the models are loaded it finds the plug-ins of every app and registers the checks."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from django.apps import AppConfig, apps
from django.core.checks import register
from django.utils.module_loading import module_has_submodule


class ActionsConfig(AppConfig):
    """Declared actions on entities."""

    name = "actions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Import the modules that hold plug-ins, so that these are registered, our entity, checks and API pages."""
        discover("operations")
        discover("signatures")
        for name in (
            "actions.definitions.entity",
            "actions.exposed",
            "actions.importing.entity",
            "actions.importing.operations",
        ):
            import_module(name)
        for name in ("actions.openapi", "actions.discovery.openapi", "actions.definitions.openapi"):
            import_module(name)
        checks = import_module("actions.checks")
        register(checks.check_settings, "actions", "settings")
        for check in (checks.check_documents, checks.check_variables):
            register(check, "actions")
        register(checks.check_secrets, "actions", "secrets")
        register(checks.check_operations, "actions", "operations")


def discover(name: str) -> None:
    """Import the module of that name of each installed app; where it is a package, its modules too.

    Ours come first, wherever the app stands in the settings: nobody takes the name of what is shipped.
    """
    for config in sorted(apps.get_app_configs(), key=lambda config: config.name != ActionsConfig.name):
        if not module_has_submodule(config.module, name):
            continue
        package = import_module(f"{config.name}.{name}")
        for module in pkgutil.iter_modules(getattr(package, "__path__", ())):
            import_module(f"{config.name}.{name}.{module.name}")
