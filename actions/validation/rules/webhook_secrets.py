"""A receiver's secrets are names of the secret store under which there is a value now."""

from __future__ import annotations

import re
from collections.abc import Iterator

from actions.errors import Problem
from actions.locations import Location
from actions.plan.nodes import Plan
from actions.plan.webhooks import Named, Webhook
from actions.validation.context import Context
from actions.validation.known_keys import holds_known_key
from actions.validation.problems import PlanProblem

NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")


class NoSecretName(PlanProblem):
    """A text that names no secret, whatever is in the store: perhaps the secret itself, so it is not repeated."""

    __slots__ = ()
    CODE = "ACT252"

    def __init__(self, location: Location) -> None:
        super().__init__(
            "This is not the name of a secret.",
            location.without_text(),
            "A secret is never written here: keep it with 'manage.py secrets set NAME' and write the NAME.",
        )


class SecretNotSet(PlanProblem):
    """A name under which the store has no value: whoever sent nothing secret would be believed."""

    __slots__ = ()
    CODE = "ACT253"

    def __init__(self, name: str, location: Location) -> None:
        message = "No secret of this name has a value."
        place = location.without_text() if holds_known_key(name) else location
        super().__init__(message, place, "Keep one with 'manage.py secrets set NAME', then load this again.")


class SecretOfNoUse(PlanProblem):
    """A secret that does not have the form that the scheme needs: every request would be refused."""

    __slots__ = ()
    CODE = "ACT264"

    def __init__(self, scheme: str, fault: str, location: Location) -> None:
        super().__init__(f"The value of this secret is of no use to '{scheme}'.", location, fault)


def webhook_secrets(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report every secret without which nothing can be verified."""
    if plan.webhook is None:
        return
    for secret in plan.webhook.named_secrets():
        if not NAME.fullmatch(secret.name):
            yield NoSecretName(secret.location)
        elif context.secret_exists is not None and not context.secret_exists(secret.name):
            yield SecretNotSet(secret.name, secret.location)
        elif secret in plan.webhook.secrets:
            yield from _unusable(plan.webhook, secret, context)


def _unusable(webhook: Webhook, secret: Named, context: Context) -> Iterator[Problem]:
    """Report a secret with a value that the scheme cannot read."""
    if webhook.options is None or context.secret_fault is None:
        return
    fault = context.secret_fault(secret.name, webhook.options.secret.fault)
    if fault:
        yield SecretOfNoUse(webhook.scheme_name.name, fault, secret.location)
