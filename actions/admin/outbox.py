"""The admin page of the outbox: what became of every mail and call, never what is in it, and one more chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from actions.admin.long_lists import LongList, RecentValues
from actions.admin.read_only import ReadOnly
from actions.models import OutgoingEffect
from actions.outbox import background, send_again
from actions.states import EffectState

if TYPE_CHECKING:
    EffectPages = admin.ModelAdmin[OutgoingEffect]
else:
    EffectPages = admin.ModelAdmin


@admin.register(OutgoingEffect)
class OutgoingEffectAdmin(ReadOnly, LongList, EffectPages):
    """Rows of the outbox."""

    fields = ("id", "kind", "about", "state", "attempts", "next_attempt_at", "last_error", "created_at", "sent_at")
    readonly_fields = fields
    list_display = ("created_at", "kind", "about", "state", "attempts", "next_attempt_at", "last_error", "sent_at")
    list_filter = ("state", ("kind", RecentValues))
    time_column, long_columns = "created_at", ("payload",)
    actions = ("send_again",)

    def has_send_again_permission(self, request: HttpRequest) -> bool:
        """Rows cannot be edited, but whoever might may have them sent."""
        return request.user.has_perm("actions.change_outgoingeffect")

    @admin.action(description="Send again what failed", permissions=["send_again"])
    def send_again(self, request: HttpRequest, effects: QuerySet[OutgoingEffect]) -> None:
        for effect in effects.filter(state=EffectState.FAILED):
            self.log_change(request, effect, "Sent again.")
        number = send_again(effects)
        transaction.on_commit(background.wake)
        messages.success(request, f"{number} will be sent again.")
