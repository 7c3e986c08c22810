"""A name in, the integration as it is stored now out: read once, and again when the marker says that it changed.

    Integration, IntegrationOperation --marker changed?--> snapshot --find--> Known --find--> ServiceOperation

A document is never read here. Of an integration's operations only those that are asked for are, each once: what was
made of one is kept under the revision of its document, so that it goes when another one is imported.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from uuid import UUID

from actions.integrations.documents import ServiceOperation
from actions.integrations.known import Known, callable_operation, schemes_from_data
from actions.integrations.names import Names
from actions.models import Integration, IntegrationGeneration, IntegrationOperation
from actions.snapshots import Followed

MOST_OPERATIONS = 500
MOST_LISTED = 20


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """All integrations, by name."""

    marker: UUID | None
    known: Mapping[str, Known]


class IntegrationStore(Followed[_Snapshot]):
    """The integrations as one process knows them. Safe for use by threads."""

    generation = IntegrationGeneration
    what = "integrations"

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(clock)

    def find(self, name: str) -> Known | None:
        """Return the integration of that name, disabled or not."""
        return self._current().known.get(name)

    def names(self) -> list[str]:
        """Return the names of all integrations."""
        return list(self._current().known)

    def forget(self) -> None:
        """Drop everything; the next look-up reads it again."""
        super().forget()
        _names.cache_clear()
        _operation.cache_clear()

    def _read(self, marker: UUID | None, old: _Snapshot | None) -> _Snapshot:
        rows = Integration.objects.defer("document", "problems")
        return _Snapshot(marker, {row.name: _known(row) for row in rows})


class StoredIntegrations(Mapping[str, Known]):
    """The stored integrations by name, looked up when somebody asks."""

    def __getitem__(self, name: str) -> Known:
        found = find(name)
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(_store.names())

    def __len__(self) -> int:
        return len(_store.names())


def _known(row: Integration) -> Known:
    return Known(
        row.name,
        row.enabled,
        row.server,
        tuple(row.servers),
        schemes_from_data(row.schemes),
        row.authentication,
        find=partial(_operation, row.pk, row.revision),
        ids=lambda: _names(row.pk, row.revision).ids,
    )


@lru_cache(maxsize=MOST_LISTED)
def _names(integration: UUID, revision: UUID) -> Names:
    rows = IntegrationOperation.objects.filter(integration=integration, integration__revision=revision)
    return Names(rows.order_by("position").values_list("operation_id", "method", "path"))


@lru_cache(maxsize=MOST_OPERATIONS)
def _operation(integration: UUID, revision: UUID, written: str) -> ServiceOperation | None:
    rows = IntegrationOperation.objects.filter(integration=integration, integration__revision=revision)
    found = rows.filter(operation_id=written).values_list("data", "integration__schemes").first()
    if found is None:
        meant = _names(integration, revision).find(written)
        return None if meant in (None, written) else _operation(integration, revision, meant)
    data, schemes = found
    return callable_operation(ServiceOperation.from_data(json.loads(data)), schemes_from_data(schemes))


_store = IntegrationStore()
find = _store.find
forget = _store.forget
