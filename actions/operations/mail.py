"""Mail as an operation: composed and checked here, kept with the action's rows, sent once they are committed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from actions.expressions.shapes import Shape
from actions.operations.base import Call, Effect, Operation, Param, Result
from actions.operations.registry import register
from actions.outbox import MAIL, compose_mail, enqueue, read_address, read_addresses, read_subject


@register
class SendMail(Operation):
    """Send a mail once everything is committed; to nobody, with the same work, where `to` is null or an empty list."""

    name = "mail.send"
    gives = "`id`, of the mail in the outbox."
    effect = Effect.EXTERNAL
    params = (
        Param(
            "to",
            (str, list),
            "An address (`ada@example.org`, `Ada <ada@example.org>`), or a list of at most 50.",
            check=partial(read_addresses, "to"),
        ),
        Param(
            "cc",
            (str, list),
            "Who gets it too; nobody does where `to` is nobody.",
            required=False,
            check=partial(read_addresses, "cc"),
        ),
        Param(
            "bcc",
            (str, list),
            "The same, and no header names them. Together there are at most 50.",
            required=False,
            check=partial(read_addresses, "bcc"),
        ),
        Param("subject", str, "One line of at most 998 characters.", check=read_subject),
        Param("body", str, "The text."),
        Param("html", str, "The same as HTML.", required=False),
        Param(
            "from",
            str,
            "The sender; `EMAIL_FROM` of the settings by default.",
            required=False,
            check=partial(read_address, "from"),
        ),
        Param("reply_to", str, "Where answers go.", required=False, check=partial(read_address, "reply_to")),
        Param("attachments", list, "Files as inputs have them: `{name, file, type}`.", required=False),
        Param("mail_server_hostname", str, "Of the original; `EMAIL_URL` names the server here.", required=False),
        Param("send_immediately", bool, "Of the original; every mail is sent right after the commit.", required=False),
        Param("attempt_delivery", bool, "Of the original; the same.", required=False),
    )
    example = {"to": "ada@example.org", "subject": "Welcome", "body": "Hello Ada."}

    def perform(self, call: Call) -> Result:
        effect = enqueue(call.unit, MAIL, compose_mail(call.arguments), tag=call.tag)
        return Result({"id": str(effect)})

    def rehearse(self, call: Call) -> Result:
        """Put the mail into the outbox all the same: it is taken back with the transaction, so nothing leaves."""
        return self.perform(call)

    def shape(self, fixed: Mapping[str, Any]) -> Shape:
        return Shape(columns=frozenset({"id"}))
