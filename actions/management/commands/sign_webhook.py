"""`manage.py sign_webhook SCHEME FILE`: bytes in, the headers with which they are a provider's request now out."""

from __future__ import annotations

import os
import shlex
import sys
import time
import uuid
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from actions import secrets
from actions.dialects.documents.scalars import NotKept, read_plain
from actions.errors import SecretMissing
from actions.management.databases import DatabaseCommand
from actions.management.usage import WRONG_USAGE
from actions.secrets.errors import SecretError
from actions.secrets.listing import list_secrets
from actions.secrets.texts import check_value
from actions.signatures.base import MOST_BODY, Message, Options, Outside, Scheme, SignedRequest, SigningKey
from actions.signatures.errors import BadOptions, BadSignature, CannotSign
from actions.signatures.options import spelled
from actions.signatures.registry import all_schemes
from actions.signatures.trying import TEST_ADDRESS
from entities.errors import did_you_mean

CONTENT_TYPE = "content-type"
STANDARD_INPUT = Path("-")  # also to curl, which then takes the same bytes from its own


class Command(DatabaseCommand):
    """Sign as a provider does, to try a receiver out."""

    help = "Print the headers with which a file is a valid webhook request now, or the curl line that sends it."
    requires_system_checks: list[str] = []  # nothing that they look at is used

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("scheme", metavar="SCHEME", help="How the provider signs: stripe, standard, hmac, ...")
        about = "The body, or '-' for standard input; its bytes are signed as they are."
        parser.add_argument("file", metavar="FILE", type=Path, help=about)
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument("--secret", metavar="NAME", help="The secret of the store; its newest value signs.")
        source.add_argument("--secret-from-env", metavar="VARIABLE", help="An environment variable with the secret.")
        parser.add_argument(
            "--option",
            dest="options",
            action="append",
            default=[],
            metavar="KEY=VALUE",
            help="An option of the scheme, as in the receiver; several times for several.",
        )
        parser.add_argument("--id", dest="event_id", metavar="ID", help="The event's id, where a header has it.")
        parser.add_argument("--type", dest="event_type", default="test", metavar="TYPE", help="And its type.")
        parser.add_argument("--content-type", default="application/json", metavar="TYPE", help="JSON by default.")
        parser.add_argument("--key", type=Path, metavar="FILE", help="PayPal: the key that PAYPAL_TEST_KEY names.")
        parser.add_argument("--write", type=Path, metavar="FILE", help="Adyen: where the signed body is written.")
        parser.add_argument("--curl", action="store_true", help="Print the line that sends it to --url.")
        parser.add_argument("--url", metavar="URL", help="Where the receiver is.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["curl"] and not options["url"]:
            raise CommandError("--curl needs --url.", returncode=WRONG_USAGE)
        scheme = _scheme(options["scheme"])
        body, event_id = _read(options["file"], MOST_BODY), options["event_id"] or str(uuid.uuid4())
        message = Message(body, event_id, options["event_type"])
        configured = _configured(scheme, options["options"])
        outside = Outside(time.time(), signing_key=_signing_key(options))
        signed = _signed(scheme, message, configured, _secret(options), outside)
        file = _to_send(signed.body, body, options)
        lines = _lines({CONTENT_TYPE: options["content_type"], **signed.headers})
        self.stdout.write(_curl(lines, file, options["url"]) if options["curl"] else "\n".join(lines))


def _scheme(name: str) -> Scheme:
    schemes = all_schemes()
    if name not in schemes:
        hint = did_you_mean(name, schemes)
        raise CommandError(f"Unknown scheme '{name}'. {hint}".rstrip(), returncode=WRONG_USAGE)
    return schemes[name]


def _read(file: Path, most: int) -> bytes:
    """Return what is in a file.

    Raises:
        CommandError: it cannot be read, or has more bytes than ``most``.
    """
    try:
        with nullcontext(sys.stdin.buffer) if file == STANDARD_INPUT else file.open("rb") as opened:
            content = opened.read(most + 1)
    except (OSError, ValueError) as error:
        raise CommandError(f"'{file}' cannot be read ({error}).", returncode=WRONG_USAGE) from None
    if len(content) > most:
        raise CommandError(f"'{file}' has more than {most} bytes.", returncode=WRONG_USAGE)
    return content


def _configured(scheme: Scheme, pairs: list[str]) -> Options:
    """Return the options of the scheme; values are read as they are in a document."""
    try:
        return scheme.configure({spelled(scheme.options, key): value for key, value in map(_pair, pairs)})
    except BadOptions as refused:
        problems = [f"{problem.message} {problem.hint}".rstrip() for problem in refused.problems]
        raise CommandError("\n".join(problems), returncode=WRONG_USAGE) from None


def _pair(pair: str) -> tuple[str, Any]:
    key, separator, value = pair.partition("=")
    try:
        if separator and key:
            return key, read_plain(value)
    except NotKept:
        pass
    raise CommandError(f"'{pair}' is no KEY=VALUE.", returncode=WRONG_USAGE)


def _signing_key(options: dict[str, Any]) -> SigningKey | None:
    return SigningKey(_read(options["key"], MOST_BODY), TEST_ADDRESS) if options["key"] else None


def _secret(options: dict[str, Any]) -> str:
    """Return the secret to sign with.

    Raises:
        CommandError: there is none.
    """
    name, variable = options["secret"], options["secret_from_env"]
    try:
        if variable:
            return check_value(os.environ.get(variable, ""))
        return secrets.active_values(name)[0]
    except SecretMissing:
        is_known = name in {secret.name for secret in list_secrets()}
        hint = "'manage.py secrets list' says why." if is_known else f"Set it with 'manage.py secrets set {name}'."
        raise CommandError(f"There is no secret '{name}' that can be used. {hint}") from None
    except SecretError as error:
        raise CommandError(f"The variable '{variable}' holds no secret. {error.message}") from None


def _signed(scheme: Scheme, message: Message, options: Options, secret: str, outside: Outside) -> SignedRequest:
    try:
        return scheme.sign(message, secret, options, outside)
    except CannotSign as refused:
        raise CommandError(str(refused)) from None
    except BadSignature as refused:
        raise CommandError(f"The secret cannot sign. {refused.detail}") from None


def _to_send(signed: bytes, body: bytes, options: dict[str, Any]) -> Path:
    """Return the file that is to be sent: the one that was read, unless the signature is in the body.

    Raises:
        CommandError: the signed body is another one, and nothing says where it goes.
    """
    target: Path | None = options["write"]
    if target is None and signed != body:
        hint = "Say with --write where the signed body goes."
        raise CommandError(f"This signature is in the body. {hint}", returncode=WRONG_USAGE)
    try:
        if target is not None:
            target.write_bytes(signed)
    except (OSError, ValueError) as error:
        raise CommandError(f"'{target}' cannot be written ({error}).", returncode=WRONG_USAGE) from None
    return target or Path(options["file"])


def _lines(headers: dict[str, str]) -> list[str]:
    """Return the headers as curl takes them.

    Raises:
        CommandError: a value that would be more than one line.
    """
    for name, value in headers.items():
        if not value.isprintable():
            raise CommandError(f"The value of '{name.title()}' does not fit into a header.", returncode=WRONG_USAGE)
    return [f"{name.title()}: {value}" for name, value in headers.items()]


def _curl(lines: list[str], file: Path, url: str) -> str:
    headers = [word for line in lines for word in ("-H", line)]
    return shlex.join(["curl", "-sS", url, "--data-binary", f"@{file}", *headers])
