"""The arguments of ``mail.send`` in, the payload of a mail out, or a refusal: what is accepted here can be sent.

Nothing that a user sent may become a header of its own, another recipient, or a mail without bounds. A mail to nobody
is composed like any other, so that neither answer nor time tells whether somebody got it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail.message import sanitize_address
from django.core.validators import validate_email
from django.utils.encoding import punycode

from actions.errors import OutcomeRefused
from entities.fields.base import ValueRefused
from entities.fields.files import file_content, files_coercer
from entities.tags.validations.formats import is_email

MAX_RECIPIENTS = 50
MAX_SUBJECT = 998  # RFC 5322, 2.1.1: characters of a line
MAX_ADDRESS = 320  # with the name in front of it
MAX_BYTES = 5 * 1024 * 1024  # of texts and attachments
_NAMED = re.compile(r"([^<>]*)<([^<>]+)>")
_accept_files = files_coercer(())

Payload = dict[str, Any]


def compose_mail(arguments: Mapping[str, Any]) -> Payload:
    """Return the mail as plain data; ``recipients`` are those who have not got it yet.

    Raises:
        OutcomeRefused: naming the argument.
    """
    to, cc, bcc = (read_addresses(name, arguments.get(name)) for name in ("to", "cc", "bcc"))
    everybody = [*to, *cc, *bcc] if to else []
    _check_number(len(everybody))
    payload = {
        "from": read_address("from", arguments.get("from") or settings.DEFAULT_FROM_EMAIL),
        "to": to,
        "cc": cc,
        "recipients": _once(everybody),
        "reply_to": _optional_address("reply_to", arguments.get("reply_to")),
        "subject": read_subject(arguments.get("subject")),
        "body": _text("body", arguments.get("body")),
        "html": None if arguments.get("html") is None else _text("html", arguments["html"]),
        "attachments": _attachments(arguments.get("attachments")),
    }
    _check_size(payload)
    return payload


def read_addresses(name: str, value: Any) -> list[str]:
    """Return who shall get it. An address that was left out within a list is null there: nobody."""
    found = [value] if isinstance(value, str) else value if value is not None else []
    if not isinstance(found, list | tuple):
        raise OutcomeRefused(f"'{name}' must be an e-mail address or a list of them.")
    _check_number(len(found))
    return [read_address(name, item) for item in found if item is not None]


def _once(written: list[str]) -> list[str]:
    """Return each address once, as it stands there first."""
    found: dict[str, str] = {}
    for item in written:
        found.setdefault(parseaddr(item)[1], item)
    return list(found.values())


def _check_number(recipients: int) -> None:
    if recipients > MAX_RECIPIENTS:
        raise OutcomeRefused(f"The mail has {recipients} recipients; at most {MAX_RECIPIENTS} are allowed.")


def _optional_address(name: str, value: Any) -> str | None:
    return None if value is None else read_address(name, value)


def read_address(name: str, value: Any) -> str:
    """Return an address as a header has it: ``ada@example.org`` or ``Ada <ada@example.org>``."""
    text = _line(name, value, MAX_ADDRESS)
    named = _NAMED.fullmatch(text)
    title, address = (named[1].strip(' "'), named[2]) if named else ("", text.strip())
    written = _written(title, address) if _is_address(address) else ""
    if not written or not _can_be_sent(written):
        hint = "Several are a list." if text.count("@") > 1 else ""
        raise OutcomeRefused(f"'{name}' must be an e-mail address.", hint=hint)
    return written


def _written(title: str, address: str) -> str:
    """Return an address with its name. One that nothing can be sent to needs none; it fails as such, later."""
    local, _, domain = address.rpartition("@")
    if not title or not local.isascii():
        return address
    try:
        return formataddr((title, f"{local}@{punycode(domain)}"))
    except UnicodeError:
        return ""


def _is_address(text: str) -> bool:
    """Take what the column type takes, and what Django does: no account has an address that is refused here."""
    if is_email(text):
        return True
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _can_be_sent(written: str) -> bool:
    """Say whether Django writes it into a header: a name may be encoded (RFC 2047), and then hold a line break."""
    try:
        sanitize_address(written, "utf-8")
    except ValueError:
        return False
    return True


def read_subject(value: Any) -> str:
    return _line("subject", value, MAX_SUBJECT)


def _line(name: str, value: Any, most: int) -> str:
    """Return the text of a header: one line, without control characters."""
    text = _text(name, value)
    if len(text) > most:
        raise OutcomeRefused(f"'{name}' must have at most {most} characters.")
    if any(unicodedata.category(char) in ("Cc", "Zl", "Zp") for char in text):
        raise OutcomeRefused(f"'{name}' must be one line, without control characters.")
    return text


def _text(name: str, value: Any) -> str:
    if value is None:
        raise OutcomeRefused(f"'{name}' of 'mail.send' is missing.")
    if not isinstance(value, str):
        raise OutcomeRefused(f"'{name}' must be a text.")
    if "\0" in value or any("\ud800" <= char <= "\udfff" for char in value):
        raise OutcomeRefused(f"'{name}' has characters that cannot be sent.")
    return value


def _attachments(value: Any) -> list[dict[str, str]]:
    if value is None:
        return []
    for item in value if isinstance(value, list | tuple) else ():
        if isinstance(item, Mapping) and isinstance(item.get("name"), str):
            _line("attachments.name", item["name"], MAX_SUBJECT)
    try:
        return _accept_files(value)
    except ValueRefused as refused:
        raise OutcomeRefused(refused.problem("attachments").message) from None


def _check_size(payload: Payload) -> None:
    texts = sum(len(payload[name].encode()) for name in ("body", "html") if payload[name] is not None)
    if texts + sum(len(file_content(item)) for item in payload["attachments"]) > MAX_BYTES:
        raise OutcomeRefused(f"The mail must have at most {MAX_BYTES // 1024 // 1024} MB, attachments included.")
