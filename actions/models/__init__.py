"""What the actions app stores, a module for each kind."""

from actions.models.definitions import Definition, DefinitionVersion, ImmutableVersion, VersionQuerySet
from actions.models.deliveries import Delivery, NewestEvent, RefusedRequest
from actions.models.generations import (
    AnnouncedQuerySet,
    CatalogGeneration,
    Generation,
    IntegrationGeneration,
    SecretGeneration,
)
from actions.models.integrations import Integration, IntegrationOperation
from actions.models.outbox import OutgoingEffect
from actions.models.requests import RateCounter, StoredAnswer
from actions.models.runs import ActorKind, Run
from actions.models.secrets import Secret, SecretVersion
from actions.models.statements import Statement
from actions.models.templates import StoredTemplate

__all__ = [
    "ActorKind",
    "AnnouncedQuerySet",
    "CatalogGeneration",
    "Definition",
    "DefinitionVersion",
    "Delivery",
    "Generation",
    "ImmutableVersion",
    "Integration",
    "IntegrationGeneration",
    "IntegrationOperation",
    "NewestEvent",
    "OutgoingEffect",
    "RateCounter",
    "RefusedRequest",
    "Run",
    "Secret",
    "SecretGeneration",
    "SecretVersion",
    "Statement",
    "StoredAnswer",
    "StoredTemplate",
    "VersionQuerySet",
]
