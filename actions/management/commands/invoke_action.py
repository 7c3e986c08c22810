"""`manage.py invoke_action TYPE NAME key=value ...`: an invocation from the command line, its answer as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from django.core.management.base import CommandError, CommandParser

from actions import catalog
from actions.errors import ActionError
from actions.invocations import Attributes, Invocation
from actions.invoke import invoke
from actions.management.databases import DatabaseCommand
from actions.management.usage import WRONG_USAGE
from actions.responses import JSON, Answer, render_entries, render_failure
from entities.actors import SYSTEM, Actor
from entities.authentication import actor_by_email
from entities.errors import EntityError
from entities.parsing import read_json


class Command(DatabaseCommand):
    """Run one action, as the system itself or as somebody."""

    help = "Invoke an action and print its answer. Without --as the system acts, whom permissions do not bind."
    requires_system_checks: list[str] = []  # what is served is stored: no file matters here

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("type", metavar="TYPE", help="The entity that the action belongs to.")
        parser.add_argument("name", metavar="NAME", help="The name of the action.")
        parser.add_argument(
            "pairs",
            nargs="*",
            metavar="key=value",
            help="Inputs: key=text is read as in a form, key:=JSON as in a JSON body; TYPE_id is the instance.",
        )
        parser.add_argument("--as", dest="email", metavar="EMAIL", help="The account that acts.")

    def handle(self, *args: Any, **options: Any) -> None:
        invocation = read_invocation(options["type"], options["name"], options["pairs"], _actor(options["email"]))
        try:
            answer = render_entries(invoke(invocation))
        except ActionError as error:
            self.stderr.write(_shown(render_failure(error)))
            raise CommandError(f"{error.name}: {error.message}{_hint(invocation)}") from None
        self.stdout.write(_shown(answer))


def _hint(invocation: Invocation) -> str:
    """Say how a receiver is tried: nobody executes it, so to those who do it is not there."""
    served = catalog.find(invocation.type_name, invocation.name)
    is_receiver = served is not None and served.plan.webhook is not None
    return " Only signed requests run this receiver: see 'manage.py sign_webhook'." if is_receiver else ""


def read_invocation(type_name: str, name: str, pairs: list[str], actor: Actor) -> Invocation:
    """Return the invocation for arguments of the command line. Texts come in as they do in a query string.

    Raises:
        CommandError: an argument that is no pair, or no JSON.
    """
    texts: dict[str, Any] = {}
    values: dict[str, Any] = {}
    for pair in pairs:
        key, separator, value = pair.partition("=")
        if not separator or not key.removesuffix(":"):
            raise CommandError(f"'{pair}' is no key=value.", returncode=WRONG_USAGE)
        if key.endswith(":"):
            values[key[:-1]] = _read_value(pair, value)
        else:
            texts[key] = value if key not in texts else [*as_list(texts[key]), value]
    return _on_instance(Invocation(type_name, name, actor, Attributes(values, texts)))


def _read_value(pair: str, value: str) -> Any:
    try:
        return read_json(value.encode())
    except EntityError as error:
        raise CommandError(f"'{pair}': {error.message}", returncode=WRONG_USAGE) from None


def as_list(value: Any) -> list[Any]:
    """Return what was sent so far under a key that comes again."""
    return value if isinstance(value, list) else [value]


def _on_instance(invocation: Invocation) -> Invocation:
    """Take TYPE_id as the instance, and as an input only where one is declared."""
    key = f"{invocation.type_name}_id"
    served = catalog.find(invocation.type_name, invocation.name)
    if served is not None and served.contract.declares(key):
        return replace(invocation, subject_id=invocation.sent.get(key))
    subject, rest = invocation.sent.without(key)
    return replace(invocation, subject_id=subject, sent=rest)


def _actor(email: str | None) -> Actor:
    if email is None:
        return SYSTEM
    actor = actor_by_email(email)
    if actor is None:
        raise CommandError(f"No active account has the e-mail '{email}'.", returncode=WRONG_USAGE)
    return actor


def _shown(answer: Answer) -> str:
    """JSON in lines; a page that an outcome rendered as it is."""
    if answer.content_type != JSON:
        return answer.body.decode(errors="replace")
    return json.dumps(json.loads(answer.body), ensure_ascii=False, indent=2)
