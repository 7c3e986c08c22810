"""The project as an app: it gives the command that runs everything."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """Composes entities and actions."""

    name = "project"
