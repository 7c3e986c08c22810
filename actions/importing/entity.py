"""Integrations exposed as ``integration``: what actions that were installed from one belong to. Nobody writes rows."""

from __future__ import annotations

from actions.models import Integration
from entities import registry

NAME = "integration"

registry.register(
    Integration,
    name=NAME,
    hidden=("document", "authentication", "schemes", "problems", "source"),
    permission=0,
    read_only=True,
)
