"""A document in, the rows of an integration out, in one transaction.

What takes long comes before it: reading the document, compressing it, asking which actions it would break. What is
written is announced by the marker, so that every process has it within a second, and no action is compiled anew.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from actions import secrets
from actions.dialects.daptin.targets import resolve_service
from actions.errors import ActionError
from actions.importing.choosing import Configured, configured, describe_changes
from actions.importing.errors import BreaksActions, ImportRefused
from actions.importing.fitting import broken_by
from actions.importing.installing import renewed_by
from actions.importing.reports import ImportReport
from actions.integrations.documents import (
    Service,
    ServiceOperation,
    UnreadableDocument,
    read_service,
)
from actions.integrations.documents.pointers import OUTSIDE
from actions.integrations.documents.servers import clean_server
from actions.integrations.known import Known, known_service, schemes_as_data, schemes_from_data
from actions.integrations.names import is_name
from actions.models import Integration, IntegrationGeneration, IntegrationOperation
from actions.outbound import Request, check_request
from entities.identifiers import uuid7

MOST_PROBLEMS = 1_000
BATCH = 200
_UNREAD = "document", "problems"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What whoever imports wants besides: another address (``""``: the document's, ``None``: as it was), what else is
    configured of authentication (``actions.importing.choosing``), whether served actions may break, whether everything
    is only tried, and whether the operations are installed afterwards.
    """

    server: str | None = None
    authentication: tuple[str, ...] = ()
    force: bool = False
    dry_run: bool = False
    installs: bool = False


def import_document(name: str, content: bytes, source: str, wishes: Wishes = Wishes()) -> ImportReport:
    """Store a document under a name, in the place of the one before, and say what that changes.

    Raises:
        ImportRefused: the name, the address, the authentication or the document cannot be taken. Nothing is changed.
        BreaksActions: served actions would not work any more, and that is not wished.
    """
    check_name(name)
    try:
        service = read_service(content, source)
    except UnreadableDocument as refused:
        raise ImportRefused(*filter(None, (refused.message, refused.hint))) from None
    old = Integration.objects.defer(*_UNREAD).filter(name=name).first()
    server = _server(wishes.server, old)
    new = _row(name, source, service, server)
    operations = list(_operations(new, service))
    report = _report(old, new, service, operations, wishes)
    if report.broken and not wishes.force and not wishes.dry_run:
        raise BreaksActions(report)
    if not wishes.dry_run:
        new.document = zlib.compress(content)
        _write(new, operations, wishes)
    return report


def check_name(name: str) -> None:
    """Refuse a name that no outcome could call, or that means something else already.

    Raises:
        ImportRefused.
    """
    if not is_name(name):
        raise ImportRefused(f"'{name}' is no name: begin with a-z and use a-z, 0-9, '_', '-' and '.'; 100 at most.")
    if resolve_service("", name) is None:
        raise ImportRefused(f"'{name}' is the name of an entity, an operation or a directive already.")


def read_address(text: str) -> str:
    """Return an address without its trailing slash; ``""`` for nothing.

    Raises:
        ImportRefused.
    """
    found = clean_server(text) if text.strip() else ""
    if text.strip() and not found:
        raise ImportRefused(f"'{text[:200]}' is no http or https address without a query.")
    return found


def _server(wished: str | None, old: Integration | None) -> str:
    if wished is None:
        return old.server if old else ""
    return read_address(wished)


def _row(name: str, source: str, service: Service, server: str) -> Integration:
    problems = [[one.pointer, one.message] for one in service.problems[:MOST_PROBLEMS]]
    return Integration(
        name=name,
        title=service.title,
        version=service.version,
        notation=service.notation,
        source=source,
        servers=list(service.servers),
        server=server,
        schemes=schemes_as_data(service.schemes),
        problems=problems,
        problem_count=len(service.problems),
        operation_count=len(service.operations),
        imported_at=timezone.now(),
    )


def _operations(integration: Integration, service: Service) -> Iterator[IntegrationOperation]:
    for position, operation in enumerate(service.operations.values()):
        data = json.dumps(operation.as_data(), separators=(",", ":"))
        yield IntegrationOperation(
            integration=integration,
            operation_id=operation.id,
            position=position,
            method=operation.method,
            path=operation.path,
            summary=_summary(operation),
            is_deprecated=operation.deprecated,
            digest=hashlib.sha256(data.encode()).hexdigest(),
            data=data,
        )


def _summary(operation: ServiceOperation) -> str:
    text = operation.summary or operation.description
    return " ".join(text[:2_000].split())[:500]


def _report(
    old: Integration | None,
    new: Integration,
    service: Service,
    operations: list[IntegrationOperation],
    wishes: Wishes,
) -> ImportReport:
    choice = _choice(old, new, wishes)
    renewed = renewed_by(new.name, service.operations.values()) if wishes.installs else frozenset()
    before: Mapping[str, str] = dict(old.operations.values_list("operation_id", "digest")) if old else {}
    after = {one.operation_id: one.digest for one in operations}
    known = known_service(new.name, service, server=new.server, authentication=choice.authentication)
    lacking = sorted(_lacking(known, service))
    removed = tuple(one for one in before if one not in after)
    changed = tuple(one for one in after if before.get(one, after[one]) != after[one])
    return ImportReport(
        name=new.name,
        title=new.title,
        version=new.version,
        notation=new.notation,
        address=new.server or next(iter(new.servers), ""),
        operations=len(after),
        problems=service.problems,
        added=tuple(one for one in after if one not in before),
        removed=removed,
        changed=changed,
        is_new=old is None,
        broken=broken_by(known, renewed) if removed or changed else (),
        authentication=tuple(describe_changes(old.authentication if old else {}, choice.authentication)),
        lacking=tuple((name, service.schemes[name]) for name in lacking),
        notes=tuple(_notes(new, service, choice, lacking)),
    )


def _choice(old: Integration | None, new: Integration, wishes: Wishes) -> Configured:
    """Return what is configured of authentication once the document is imported."""
    return configured(old.authentication if old else {}, schemes_from_data(new.schemes), wishes.authentication)


def _lacking(known: Known, service: Service) -> set[str]:
    """Return the schemes by which operations could authenticate that cannot now."""
    stuck = (one for one in service.operations.values() if known.authenticated(one) is None)
    needed = {name for one in stuck for schemes in one.security for name, _ in schemes}
    return needed - {*known.authentication}


def _notes(new: Integration, service: Service, choice: Configured, lacking: Sequence[str]) -> Iterator[str]:
    if not service.operations:
        yield "The document has no operations."
    if any(OUTSIDE in problem.message for problem in service.problems):
        yield "The document is split over several files: make one of them first ('npx @redocly/cli bundle FILE')."
    address = new.server or next(iter(new.servers), "")
    if not address:
        yield "The document has no address to call: give one with --server."
    else:
        yield from _address_notes(address)
    if choice.lost:
        yield f"The document has no {', '.join(map(repr, choice.lost))} any more: that authentication is gone."
    for name in sorted({how["secret"] for how in choice.authentication.values()}):
        if not secrets.exists(name):
            yield f"The secret '{name}' has no value: keep one with 'manage.py secrets set {name}'."
    if lacking:
        yield f"Operations need authentication: choose secrets for {', '.join(map(repr, lacking))}."


def _address_notes(address: str) -> Iterator[str]:
    try:
        check_request(Request("GET", address))
    except ActionError as refused:
        yield " ".join(part for part in (f"'{address}': {refused.message}", refused.hint) if part)


def _write(new: Integration, operations: list[IntegrationOperation], wishes: Wishes) -> None:
    """Store the integration; what its administrator has set stays."""
    with transaction.atomic():
        IntegrationGeneration.advance()
        old = Integration.objects.defer(*_UNREAD).filter(name=new.name).first()
        if old is not None:
            new.pk, new.enabled, new.revision = old.pk, old.enabled, uuid7()
            new._state.adding = False
            IntegrationOperation.objects.filter(integration=old).delete()
        new.authentication = _choice(old, new, wishes).authentication
        new.save()
        for operation in operations:
            operation.integration = new
        IntegrationOperation.objects.bulk_create(operations, batch_size=BATCH)
