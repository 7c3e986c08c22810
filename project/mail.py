"""The texts of ``EMAIL_URL`` and ``EMAIL_FROM`` in, the server and the sender of mails out."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import getaddresses, parseaddr
from urllib.parse import SplitResult, unquote, urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from project.environment import WrongSetting

EXAMPLES = "Use smtp+tls://USER:PASSWORD@HOST:PORT (STARTTLS), smtps://... (TLS) or smtp://... (neither)."
PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
PRINTED = "console:"


@dataclass(frozen=True, slots=True)
class MailServer:
    """How Django reaches the server that takes mails."""

    backend: str
    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    uses_tls: bool = False
    starts_tls: bool = False


def read_email_url(url: str) -> MailServer:
    """Return the server at ``url``; ``console:`` prints mails to standard output instead.

    Raises:
        WrongSetting: the URL names no server. It is not repeated, for it may hold a password.
    """
    if url == PRINTED:
        return MailServer("django.core.mail.backends.console.EmailBackend")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise WrongSetting("EMAIL_URL", "its host or port cannot be read.", EXAMPLES) from None
    if parts.scheme not in PORTS:
        raise WrongSetting("EMAIL_URL", "it names no way to send mail.", EXAMPLES)
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise WrongSetting("EMAIL_URL", "it is more, or less, than a server.", EXAMPLES)
    return _server(parts, port or PORTS[parts.scheme])


def _server(parts: SplitResult, port: int) -> MailServer:
    return MailServer(
        "django.core.mail.backends.smtp.EmailBackend",
        parts.hostname or "",
        port,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        uses_tls=parts.scheme == "smtps",
        starts_tls=parts.scheme == "smtp+tls",
    )


def read_sender(text: str) -> str:
    """Return ``NAME <ADDRESS>`` or ``ADDRESS`` as it was given.

    Raises:
        WrongSetting: it is no address.
    """
    try:
        if not text.isprintable() or len(getaddresses([text])) != 1:
            raise ValidationError("not one address")
        validate_email(parseaddr(text)[1])
    except ValidationError:
        raise WrongSetting(
            "EMAIL_FROM", "it is no e-mail address.", "Write NAME@DOMAIN or NAME <NAME@DOMAIN>."
        ) from None
    return text
