"""``/ping`` for whoever asks, ``/statistics`` for administrators: how this process and its database are."""

from __future__ import annotations

import os
import platform
import resource
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from actions import catalog
from entities import registry
from entities.actors import Actor
from entities.discovery import discovery
from entities.entity import Entity
from entities.errors import Forbidden, NotAuthenticated
from entities.openapi import contribute

STARTED = time.time()
COUNTED_UP_TO = 100_000  # counting on would take as long as the table is large
_STATM = Path("/proc/self/statm")
_SIZES = {
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    "postgresql": "SELECT pg_database_size(current_database())",
}


@require_safe
def ping(request: HttpRequest) -> HttpResponse:
    """Answer ``pong``: the process is there; ``/healthz`` says whether its database is."""
    return HttpResponse("pong", content_type="text/plain; charset=utf-8")


@discovery
def statistics(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """Answer facts about this process, the database and what is in it."""
    _check_administrator(actor)
    return {
        "process": _process(),
        "memory": _memory(),
        "load": list(os.getloadavg()),
        "database": _database(),
        "definitions": {"served": len(catalog.all_served()), "refused": len(catalog.all_refused())},
        "counts": {entity.name: _count(entity) for entity in registry.all_entities()},
        "counted_up_to": COUNTED_UP_TO,
    }


def _check_administrator(actor: Actor) -> None:
    if actor.is_guest:
        raise NotAuthenticated("Sign in to read statistics.")
    if not actor.is_unrestricted:
        raise Forbidden("Statistics are for administrators.")


def _process() -> dict[str, Any]:
    return {
        "pid": os.getpid(),
        "started_at": datetime.fromtimestamp(STARTED, UTC).isoformat(),
        "uptime_seconds": round(time.time() - STARTED, 3),
        "cpu_seconds": round(time.process_time(), 3),
        "threads": threading.active_count(),
        "python": platform.python_version(),
        "django": django.get_version(),
    }


def _memory() -> dict[str, int | None]:
    unit = 1 if sys.platform == "darwin" else 1024
    pages = int(_STATM.read_text(encoding="ascii").split()[1]) if _STATM.exists() else None
    return {
        "resident_bytes": None if pages is None else pages * os.sysconf("SC_PAGESIZE"),
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit,
    }


def _database() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(_SIZES[connection.vendor])
        (size,) = cursor.fetchone()
    version = ".".join(str(part) for part in connection.get_database_version())
    return {"vendor": connection.vendor, "version": version, "size_bytes": size}


def _count(entity: Entity) -> int:
    return entity.model._base_manager.order_by().values("pk")[:COUNTED_UP_TO].count()


@contribute
def statistics_paths(actor: Actor) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return both routes, the second one for those who may ask it."""
    pong = {"text/plain": {"schema": {"const": "pong"}}}
    paths = {"/ping": {"get": _operation("ping", "Whether the process is there.", pong)}}
    if actor.is_unrestricted:
        facts = {"application/json": {"schema": {"type": "object"}}}
        paths["/statistics"] = {"get": _operation("statistics", "How this process and its database are.", facts)}
    return paths, {}


def _operation(name: str, summary: str, content: dict[str, Any]) -> dict[str, Any]:
    answer = {"description": summary, "content": content}
    return {"operationId": name, "summary": summary, "tags": ["discovery"], "responses": {"200": answer}}
