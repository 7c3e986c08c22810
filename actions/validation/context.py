"""What a rule may ask besides the plan: read-only facts of this installation and of the document."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from actions.expressions.base import Script
from actions.integrations.known import Known
from actions.options import option
from actions.plan.nodes import Plan
from actions.validation.places import Places

ActionKey = tuple[str, str]
SecretExists = Callable[[str], bool]
SecretFault = Callable[[str, Callable[[str], str]], str]
Integrations = Mapping[str, Known]
TextExists = Callable[[str, str], bool]
StatementNames = Callable[[str], tuple[frozenset[str], frozenset[str]] | None]
CheckScripts = Callable[[Sequence[Script]], Sequence[str | None]]


@dataclass(frozen=True, slots=True)
class Context:
    """Facts for the rules. Entities and operations are those of their registries.

    ``actions`` are the other plans, by type and name; ``knows_all_actions`` says that there are no more, so that an
    unknown one is an error. ``places`` finds what a plan does not keep in the document it came from; ``calls`` is where
    rules note what each of the ``actions`` invokes. ``check_scripts`` says what the engine refuses about each script,
    where one is at hand: what is served already was checked when it was loaded. ``secret_exists`` says whether a secret
    has a value now; without a database nobody can tell, and what is served already is refused request by request.
    ``secret_fault`` gives the values of one to who says of a value what is wrong with it, and returns the first fault.
    ``text_exists`` says the same of a stored text, by its kind and its name; ``statement_names`` are the names of a
    statement's parameters and of its identifiers; ``integrations`` are all that there are, by name.
    """

    env_names: frozenset[str] = frozenset()
    redirect_hosts: frozenset[str] = frozenset()
    actions: Mapping[ActionKey, Plan] = field(default_factory=dict)
    knows_all_actions: bool = False
    places: Places = field(default_factory=Places)
    calls: dict[ActionKey, tuple[ActionKey, ...]] = field(default_factory=dict, compare=False)
    check_scripts: CheckScripts | None = None
    secret_exists: SecretExists | None = None
    secret_fault: SecretFault | None = None
    text_exists: TextExists | None = None
    statement_names: StatementNames | None = None
    integrations: Integrations | None = None


def installed_context(
    actions: Mapping[ActionKey, Plan] | None = None, *, knows_all: bool = False, **facts: Any
) -> Context:
    """Return the facts of this installation, with the settings' lists of names and hosts, and further ``facts``."""
    return Context(
        env_names=frozenset((*option("ENV_NAMES"), *option("ENV"))),
        redirect_hosts=frozenset(option("REDIRECT_HOSTS")),
        actions=actions or {},
        knows_all_actions=knows_all,
        **facts,
    )
