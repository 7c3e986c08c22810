"""`manage.py redeliver`: ids of deliveries in, or an action whose failed ones are meant; each processed again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError, CommandParser

from actions.management.databases import DatabaseCommand
from actions.management.usage import WRONG_USAGE
from actions.models import Delivery
from actions.states import DeliveryState
from actions.webhooks import find_receiver, process_again
from actions.webhooks.processing import Result
from entities.identifiers import parse_uuid
from entities.registry import canonical_name


class Command(DatabaseCommand):
    """Process events again that have had no effect."""

    help = "Process events again: those with the IDs, or all that failed of an action. None has a second effect."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("ids", nargs="*", metavar="ID", help="Ids of deliveries.")
        parser.add_argument("--action", metavar="TYPE/NAME", help="With --failed: the receiver.")
        parser.add_argument("--failed", action="store_true", help="All deliveries of the receiver that failed.")

    def handle(self, *args: Any, ids: list[str], action: str | None, failed: bool, **options: Any) -> None:
        if bool(ids) == failed or failed != bool(action):
            raise CommandError("Give IDs, or --action TYPE/NAME --failed.", returncode=WRONG_USAGE)
        results: Counter[Result] = Counter()
        for key in _failed(str(action)) if failed else _known(ids):
            done = process_again(key)
            results[done.result] += 1
            self.stdout.write(f"{key} {done.result.value}{f': {done.reason}' if done.error else ''}")
        if results[Result.FAILED]:
            raise CommandError(f"{results[Result.FAILED]} of {results.total()} failed.")
        self.stdout.write(f"{results.total()} done.")


def _failed(action: str) -> list[UUID]:
    type_name, slash, name = action.partition("/")
    if not (type_name and slash and name):
        raise CommandError("An action is written TYPE/NAME.", returncode=WRONG_USAGE)
    of_action = Delivery.objects.filter(type_name__in={type_name, canonical_name(type_name)}, name=name)
    if find_receiver(type_name, name) is None and not of_action.exists():
        raise CommandError(f"There is no receiver '{action[:200]}'.", returncode=WRONG_USAGE)
    found = of_action.filter(state=DeliveryState.FAILED)
    return list(found.order_by("id").values_list("pk", flat=True))


def _known(ids: Iterable[str]) -> list[UUID]:
    """Return the ids; nothing is processed where one of them is none."""
    keys = {text: parse_uuid(text) for text in ids}
    known = set(Delivery.objects.filter(pk__in=[key for key in keys.values() if key]).values_list("pk", flat=True))
    unknown = [text for text, key in keys.items() if key not in known]
    if unknown:
        hint = "An ID is in the answer's 'Webhook-Delivery' and in the admin; it is not the provider's id of the event."
        raise CommandError(f"There is no delivery '{unknown[0][:60]}'. {hint}")
    return [key for key in keys.values() if key]
