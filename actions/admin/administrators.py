"""Pages for administrators only."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from entities.models import UserAccount


class OnlyAdministrators:
    """Nobody else sees these pages, whatever their permissions."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_administrator(request)

    def has_view_permission(self, request: HttpRequest, *args: Any) -> bool:
        return is_administrator(request)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return is_administrator(request)

    def has_change_permission(self, request: HttpRequest, *args: Any) -> bool:
        return is_administrator(request)

    def has_delete_permission(self, request: HttpRequest, *args: Any) -> bool:
        return is_administrator(request)


def is_administrator(request: HttpRequest) -> bool:
    """Say whether an active administrator asks."""
    user = request.user
    return isinstance(user, UserAccount) and user.is_active and user.is_superuser
