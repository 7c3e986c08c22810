"""`manage.py secrets`."""

from __future__ import annotations

import io
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from actions import secrets
from actions.loading import save_definition
from actions.management.commands import secrets as module
from actions.models import Definition, Secret, SecretVersion
from tests.integrations import authenticate, import_shop

pytestmark = pytest.mark.django_db


class Piped(io.TextIOWrapper):
    """Standard input that is no terminal."""

    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content), encoding="utf-8")


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str, typed: bytes = b"") -> tuple[int, str]:
    """Return the exit code of the command and what it says."""
    monkeypatch.setattr(sys, "stdin", Piped(typed))
    out = io.StringIO()
    try:
        call_command("secrets", *arguments, stdout=out)
    except CommandError as error:
        return error.returncode, out.getvalue() + str(error)
    return 0, out.getvalue()


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run the command."""

    def call(*arguments: str, typed: bytes = b"") -> tuple[int, str]:
        return run(monkeypatch, *arguments, typed=typed)

    return call


def test_set_rotate_list_remove(command: Any) -> None:
    """The life of a secret; the list has everything but values."""
    assert command("set", "stripe", typed=b"canary-one\n") == (0, "'stripe' is set.\n")
    assert command("rotate", "stripe", "--keep-old-for", "24h", typed=b"canary-two\n") == (0, "'stripe' is rotated.\n")
    assert secrets.active_values("stripe") == ("canary-two", "canary-one")
    code, shown = command("list")
    name, new, old = shown.splitlines()
    now = timezone.now()
    assert (code, name) == (0, "stripe")
    assert new.startswith(f"  since {now:%Y-%m-%d} ")
    assert f"  until {now + timedelta(days=1):%Y-%m-%d} " in old
    assert "canary" not in shown
    assert command("remove", "stripe", "--yes") == (0, "'stripe' is removed.\n")
    assert command("list") == (0, "")


@pytest.mark.parametrize("value", [b"", b"\n", b"  \n", b"\t", "\u3000".encode()])
@pytest.mark.parametrize("arguments", [("set", "stripe"), ("rotate", "stripe", "--keep-old-for", "1h")])
def test_a_blank_value_is_refused(command: Any, arguments: tuple[str, ...], value: bytes) -> None:
    """And what was set stays."""
    command("set", "stripe", typed=b"value")
    assert command(*arguments, typed=value) == (1, "A blank value is no secret.")
    assert secrets.active_values("stripe") == ("value",)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (b"x" * 70_000, "A value has at most 65536 bytes."),
        (b"\xff", "A value is text in UTF-8."),
        (b"a\0b", "A value may hold neither a NUL nor half a character."),
    ],
)
def test_an_unfit_value_is_refused(command: Any, typed: bytes, message: str) -> None:
    """With a sentence and nothing stored."""
    assert command("set", "stripe", typed=typed) == (1, message)
    assert not Secret.objects.exists()


def test_a_value_is_typed_unseen(command: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """At a terminal it is asked for without an echo."""
    monkeypatch.setattr(module, "getpass", lambda prompt: "typed")
    monkeypatch.setattr(Piped, "isatty", lambda self: True)
    assert command("set", "stripe")[0] == 0
    assert secrets.active_values("stripe") == ("typed",)


def test_references(command: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable and a file are referred to, where the settings allow it and a value is there."""
    settings.ACTIONS = {**settings.ACTIONS, "SECRET_ENV_NAMES": ["KEY"], "SECRET_FOLDERS": [tmp_path]}
    monkeypatch.setenv("KEY", "from the environment")
    monkeypatch.chdir(tmp_path)
    Path("key").write_text("from a file\n")
    assert command("set", "a", "--from-env", "KEY")[0] == 0
    assert command("set", "b", "--from-file", "key")[0] == 0
    assert (secrets.active_values("a"), secrets.active_values("b")) == (("from the environment",), ("from a file",))
    listed = command("list")[1]
    assert "env:KEY" in listed
    assert f"file:{tmp_path}/key" in listed
    assert command("set", "a", "--from-env", "PATH") == (
        1,
        "Secrets may not refer to the variable 'PATH'. SECRETS_ENV lists those they may.",
    )
    Path("key").write_text(" ")
    assert command("set", "b", "--from-file", "key")[1].endswith("A blank value is no secret.")
    assert f"NOT USABLE: 'file:{tmp_path}/key' cannot be used. A blank value is no secret." in command("list")[1]


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param((), id="no command"),
        pytest.param(("get", "stripe"), id="nothing reads a value"),
        pytest.param(("show", "stripe"), id="nothing shows one"),
        pytest.param(("set",), id="no name"),
        pytest.param(("set", "stripe", "value"), id="a value as an argument"),
        pytest.param(("set", "stripe", "--from-env", "A", "--from-file", "B"), id="two places"),
        pytest.param(("rotate", "stripe"), id="no period"),
        *(
            pytest.param(("rotate", "stripe", "--keep-old-for", period), id=f"period {period!r}")
            for period in ("", "0h", "-1h", "24", "24 h", "1w", "366d", "99999999d", "\u0661h", "1e3s", "1.5h", "NaNh")
        ),
    ],
)
def test_wrong_usage(arguments: tuple[str, ...]) -> None:
    """Exit code 2 from the command line, before anything is read."""
    from actions.management.commands.secrets import Command

    command = Command()
    command._called_from_command_line = True
    parser = command.create_parser("manage.py", "secrets")
    with pytest.raises(SystemExit) as caught:
        parser.parse_args(list(arguments))
    assert caught.value.code == 2


def test_a_wrong_name_is_wrong_usage(command: Any) -> None:
    """Exit code 2 here too."""
    assert command("set", "a b", typed=b"value") == (
        2,
        "The name of a secret has 1 to 100 letters, digits, '_', '-' and '.'.",
    )


def test_unknown_secrets(command: Any) -> None:
    """Before a value is asked for."""
    for arguments in (("rotate", "stripe", "--keep-old-for", "1h"), ("remove", "stripe", "--yes")):
        assert command(*arguments) == (1, "There is no secret 'stripe'.")


@pytest.mark.parametrize(("answer", "code"), [(b"stripe\n", 0), (b"y\n", 1), (b"", 1), (b"Stripe\n", 1)])
def test_remove_asks(command: Any, answer: bytes, code: int) -> None:
    """Only the name itself is a yes."""
    command("set", "stripe", typed=b"value")
    assert command("remove", "stripe", typed=answer)[0] == code
    assert Secret.objects.exists() == (code == 1)


USES = """
Name: {name}
OnType: todo
InstanceOptional: true
{keys}
OutFields:
  - {{Type: $network.request, Method: EXECUTE, Attributes: {{Url: "https://example.org/", {attributes}}}}}
"""


@pytest.mark.parametrize("yes", [True, False])
def test_remove_tells_what_fails_without_it(command: Any, capsys: Any, yes: bool) -> None:
    """Receivers, their handshakes, outcomes, integrations; not what is disabled, and not what has only its letters."""
    for name in ("partner", "other", "hook"):
        command("set", name, typed=b"a value that is long enough")
    challenge = "{Method: GET, Param: a, Require: {b: {Secret: partner}}}"
    texts = [
        ("received", "Webhook: {Verify: github, Secret: [hook, partner]}", ""),
        ("asked", f"Webhook: {{Verify: github, Secret: hook, Challenge: {challenge}}}", ""),
        ("sends", "", "BearerSecret: partner"),
        ("header", "", "SecretHeaders: {X-Key: partner}"),
        ("none", "", "BearerSecret: other, Query: {of: partner}"),
        ("disabled", "", "BearerSecret: partner"),
    ]
    for name, keys, attributes in texts:
        save_definition(USES.format(name=name, keys=keys, attributes=attributes), name)
    Definition.objects.filter(name="disabled").update(enabled=False)
    import_shop("https://shop.example.org")
    authenticate(key="partner", token="other")
    code, said = command("remove", "partner", *(["--yes"] if yes else []), typed=b"partner\n")
    assert (code, "'partner' is removed." in said) == (0, True)
    users = "action todo.asked, action todo.header, action todo.received, action todo.sends, integration shop"
    assert capsys.readouterr().err == f"'partner' is used by {users}: without it they fail.\n"


def test_remove_is_silent_about_what_nothing_uses(command: Any, capsys: Any) -> None:
    """Nothing is said of others."""
    command("set", "partner", typed=b"value")
    assert command("remove", "partner", "--yes") == (0, "'partner' is removed.\n")
    assert capsys.readouterr().err == ""


def test_reencrypt(command: Any, settings: Any) -> None:
    """Says how many; a value that no key decrypts is named and makes the command fail."""
    settings.SECRET_KEY = "old" * 20
    command("set", "stripe", typed=b"value")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, ["old" * 20]
    before = SecretVersion.objects.get().value
    assert command("reencrypt") == (0, "1 value(s) encrypted under the first key.\n")
    assert SecretVersion.objects.get().value != before
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "lost" * 20, []
    code, said = command("reencrypt")
    assert (code, "No known key decrypts 'stripe'." in said) == (1, True)


RECEIVER = (
    "Name: {name}\nOnType: todo\nInstanceOptional: true\nWebhook: {{Verify: {scheme}, Secret: [hook, {other}]}}\n"
)
FITS = "whsec_" + "Q" * 32


@pytest.mark.parametrize("change", [("set", "hook"), ("rotate", "hook", "--keep-old-for", "1h")])
def test_who_cannot_use_a_new_value_is_told(command: Any, capsys: Any, change: tuple[str, ...]) -> None:
    """It is kept all the same, and nothing of it is said; not of whom it suits, who is disabled, or other names."""
    for name in ("hook", "other"):
        command("set", name, typed=FITS.encode())
    for name, scheme in (("paid", "standard"), ("plain", "stripe"), ("off", "standard")):
        save_definition(RECEIVER.format(name=name, scheme=scheme, other="other"), name)
    Definition.objects.filter(name="off").update(enabled=False)
    assert command(*change, typed=b"whsec_canary*")[0] == 0
    assert secrets.active_values("hook")[0] == "whsec_canary*"
    assert capsys.readouterr().err == (
        "'hook' is used by action todo.paid. The value of this secret is of no use to 'standard'. "
        "What follows 'whsec_' is base64.\n"
    )
    assert command(*change, typed=FITS.encode())[0] == 0
    assert command("set", "another", typed=b"whsec_canary*")[0] == 0
    assert capsys.readouterr().err == ""


def test_outcomes_that_cannot_use_a_new_value_are_told(command: Any, capsys: Any) -> None:
    """What signs webhooks by it; not what only sends it."""
    command("set", "partner", typed=FITS.encode())
    for name, attributes in (("signs", "Method: POST, WebhookSecret: partner"), ("sends", "BearerSecret: partner")):
        save_definition(USES.format(name=name, keys="", attributes=attributes), name)
    assert command("rotate", "partner", "--keep-old-for", "1h", typed=b"canary")[0] == 0
    assert capsys.readouterr().err == (
        "'partner' is used by action todo.signs. The value of this secret is of no use as 'WebhookSecret'. "
        "A sender's secret begins with 'whsec_' (shared) or 'whsk_' (private key).\n"
    )


def test_what_a_reference_leads_to_is_judged_too(command: Any, capsys: Any, settings: Any, tmp_path: Path) -> None:
    """By what stands there now."""
    settings.ACTIONS = {**settings.ACTIONS, "SECRET_FOLDERS": [tmp_path]}
    command("set", "hook", typed=b"ab" * 32)
    save_definition(RECEIVER.format(name="paid", scheme="adyen", other="hook"), "paid")
    (tmp_path / "key").write_text("canary")
    assert command("set", "hook", "--from-file", str(tmp_path / "key"))[0] == 0
    assert capsys.readouterr().err == (
        "'hook' is used by action todo.paid. The value of this secret is of no use to 'adyen'. "
        "The key is 32 to 128 hexadecimal digits, two for each byte.\n"
    )
