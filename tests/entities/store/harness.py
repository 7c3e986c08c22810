"""Entities by their names, and who writes."""

from entities import registry
from entities.actors import Actor
from entities.models import UserAccount

ACCOUNT = {"name": "Ada", "email": "ada@example.org", "password": "correct horse"}


def entity(name):
    return registry.get(name)


def actor(email="owner@example.org"):
    account = UserAccount.objects.create_user(email, "x", name=email)
    return Actor(id=account.pk)
