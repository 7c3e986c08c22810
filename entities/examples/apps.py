"""The example domain as an app of its own, so that a project can leave it out."""

from django.apps import AppConfig


class ExamplesConfig(AppConfig):
    """Projects with todos; products, orders, payments and a ledger."""

    name = "entities.examples"
    label = "examples"
    default_auto_field = "django.db.models.BigAutoField"
