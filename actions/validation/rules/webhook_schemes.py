"""A receiver names a signature scheme that exists, with the options that the scheme has."""

from __future__ import annotations

from collections.abc import Iterator

from actions.errors import Problem
from actions.locations import Location
from actions.plan.nodes import Plan
from actions.plan.webhooks import Webhook
from actions.signatures.errors import OptionProblem
from actions.signatures.registry import all_schemes
from actions.validation.context import Context
from actions.validation.problems import PlanProblem
from entities.errors import did_you_mean

EVENT_TYPE = "EventType"
OWN_KEYS = ("Ack", "Answer", "Filter", "Headers", "Once", "Newer", "Challenge", "Verify", "Secret")


class UnknownScheme(PlanProblem):
    """A scheme that nobody has registered: nothing could be verified."""

    __slots__ = ()
    CODE = "ACT250"

    def __init__(self, name: str, location: Location) -> None:
        known = sorted(all_schemes())
        hint = did_you_mean(name, known) or f"Known: {', '.join(known)}."
        super().__init__(f"Unknown scheme '{name[:100]}'.", location, hint)


class BadOption(PlanProblem):
    """An option of the scheme that it does not have, that is missing, or whose value it cannot use."""

    __slots__ = ()
    CODE = "ACT251"


class NoType(PlanProblem):
    """A filter where nothing says of which type an event is: all of them would be ignored."""

    __slots__ = ()
    CODE = "ACT256"

    def __init__(self, location: Location) -> None:
        super().__init__("'Filter' needs the type of an event.", location, f"Say where it is with '{EVENT_TYPE}'.")


def webhook_schemes(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report a scheme that does not exist, and everything that the scheme refuses."""
    webhook = plan.webhook
    if webhook is None:
        return
    if webhook.scheme is None and webhook.scheme_name.location.pointer != webhook.location.pointer:
        yield UnknownScheme(webhook.scheme_name.name, webhook.scheme_name.location)
    for problem in webhook.refused:
        yield BadOption(problem.message, *_place_and_hint(problem, webhook))
    values = webhook.options.values if webhook.options else {}
    if webhook.types and values.get(EVENT_TYPE, webhook) is None:
        yield NoType(context.places.key(webhook.location, "Filter"))


def _place_and_hint(problem: OptionProblem, webhook: Webhook) -> tuple[Location, str]:
    is_unknown = webhook.scheme is not None and problem.option not in {item.name for item in webhook.scheme.options}
    hint = problem.hint or (_elsewhere(problem.option) if is_unknown else "")
    return webhook.given.get(problem.option, webhook.location), hint


def _elsewhere(name: str) -> str:
    """Return which schemes have the option that this one has not, or what its author may have meant."""
    owners = [
        scheme.name
        for scheme in all_schemes().values()
        if name.lower() in (option.name.lower() for option in scheme.options)
    ]
    return f"Only {', '.join(sorted(owners))} can have it." if owners else did_you_mean(name, OWN_KEYS)
