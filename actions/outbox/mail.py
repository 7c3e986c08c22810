"""The payload of a mail in, a mail on its way out, through Django's mail framework and whatever backend it has.

Each recipient has an envelope of their own, so that one whom the server refuses keeps nobody else from theirs, and
only they are tried again. Message-ID and Date come from the effect: every attempt is the same message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.utils import format_datetime, parseaddr
from functools import cache
from mimetypes import guess_type
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.core.mail import EmailMultiAlternatives, get_connection

from actions.outbox.kinds import Parcel, Unsent, sends
from entities.fields.files import file_content

MAIL = "mail"
PERMANENT = range(500, 600)
ANY_BYTES = "application/octet-stream"
_ENHANCED = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}(?![0-9.])")  # RFC 3463
# Types whose parts have rules of their own, which what was attached need not keep.
_COMPOSITE = ("message/", "multipart/")


class Mail(EmailMultiAlternatives):
    """A mail that is put together once, however many envelopes it goes in."""

    _made: Any = None

    def message(self, **options: Any) -> Any:
        """Return the same message each time; its bytes too are made once."""
        if self._made is None:
            self._made = super().message(**options)
            self._made.as_bytes = cache(self._made.as_bytes)
        return self._made


class Undeliverable(Exception):
    """An address that no mail can be sent to without SMTPUTF8, which Django's backend does not speak."""


@sends(MAIL)
def send_mail(parcel: Parcel) -> None:
    """Send the mail to all who have not got it.

    Raises:
        Unsent: for the recipients that are left.
    """
    failures = _send_each(parcel)
    if failures:
        rest = {**parcel.payload, "recipients": list(failures)}
        final = all(_is_permanent(error) for error in failures.values())
        raise Unsent(describe(next(iter(failures.values()))), rest=rest, final=final)


def _send_each(parcel: Parcel) -> dict[str, Exception]:
    """Send to one after the other over one connection; return who did not get it, and why."""
    failures: dict[str, Exception] = {}
    waiting = list(parcel.payload["recipients"])
    if not waiting:
        return failures
    mail = compose(parcel)
    try:
        with get_connection() as connection:
            while waiting:
                if (refusal := _send_one(mail, waiting[0], connection)) is not None:
                    failures[waiting[0]] = refusal
                del waiting[0]
                parcel.keep()
    except (SMTPException, OSError) as error:  # not about one of them: nobody else gets it now either
        failures |= dict.fromkeys(waiting, error)
    return failures


def _send_one(mail: Mail, recipient: str, connection: Any) -> Exception | None:
    """Send to one; return why the server, or we, refuse this one."""
    if not parseaddr(recipient)[1].rpartition("@")[0].isascii():
        return Undeliverable()
    mail.to = [recipient]  # of the envelope
    try:
        connection.send_messages([mail])
    except (SMTPRecipientsRefused, SMTPDataError) as refusal:
        return refusal
    return None


def compose(parcel: Parcel) -> Mail:
    """Return the mail without an envelope; its header names all who get it, but those who get it blind."""
    mail = parcel.payload
    made = Mail(
        mail["subject"],
        mail["body"],
        mail["from"],
        headers=_headers(parcel),
        reply_to=[mail["reply_to"]] if mail["reply_to"] else None,
    )
    if mail["html"] is not None:
        made.attach_alternative(mail["html"], "text/html")
    for name, content, media_type in _attachments(mail):
        made.attach(name, content, media_type)
    return made


def _headers(parcel: Parcel) -> dict[str, str]:
    mail = parcel.payload
    shown = {name: ", ".join(mail[key]) for name, key in (("To", "to"), ("Cc", "cc")) if mail.get(key)}
    domain = parseaddr(parcel.payload["from"])[1].rpartition("@")[2].encode("idna").decode()
    return {
        **shown,
        "Message-ID": f"<{parcel.id}@{domain}>",
        "Date": format_datetime(parcel.created_at),
        "Auto-Submitted": "auto-generated",  # RFC 3834: nobody's absence is answered to us
    }


def _attachments(mail: Any) -> Iterator[tuple[str, bytes, str]]:
    for item in mail["attachments"]:
        media_type = item["type"].partition(";")[0].lower() or guess_type(item["name"])[0] or ANY_BYTES
        yield item["name"], file_content(item), ANY_BYTES if media_type.startswith(_COMPOSITE) else media_type


def _is_permanent(error: Exception) -> bool:
    """Say whether the server refuses this mail to this recipient for good (RFC 5321, 4.2.1)."""
    if isinstance(error, SMTPRecipientsRefused | SMTPDataError):
        return _code(error) in PERMANENT
    return isinstance(error, Undeliverable)


def describe(error: Exception) -> str:
    """Return the class of an error and its numbers; what a server says may quote the mail, or a link in it."""
    parts = [type(error).__name__]
    if isinstance(error, SMTPRecipientsRefused | SMTPResponseException):
        parts += [str(_code(error)), *_ENHANCED.findall(_said(error))[:1]]
    elif isinstance(error, OSError) and not isinstance(error, SMTPException) and error.strerror:
        parts.append(str(error.strerror))
    return " ".join(parts)[:200]


def _code(error: Exception) -> int:
    if isinstance(error, SMTPRecipientsRefused):
        return int(next(iter(error.recipients.values()), (0, b""))[0])
    return int(getattr(error, "smtp_code", 0))


def _said(error: Exception) -> str:
    if isinstance(error, SMTPRecipientsRefused):
        said = next(iter(error.recipients.values()), (0, b""))[1]
    else:
        said = getattr(error, "smtp_error", b"")
    return said.decode(errors="replace") if isinstance(said, bytes) else str(said)
