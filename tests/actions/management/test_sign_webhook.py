"""`manage.py sign_webhook`: what it prints is what the scheme verifies; what it is not given it says."""

from __future__ import annotations

import io
import shlex
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from actions import secrets
from actions.secrets.changing import Content, rotate_secret, set_secret
from actions.secrets.texts import SecretText
from actions.signatures.base import Outside, SignedRequest
from actions.signatures.registry import all_schemes
from actions.signatures.trying import WithTestKey
from tests.actions.signatures.paypal import Authority, private_pem, public_pem
from tests.actions.signatures.receivers import ADYEN_KEY, CASES, SHARED, Case

pytestmark = pytest.mark.django_db
BODY = '{ "id": "evt_1",\r\n"type": "order.paid", "name": "Zoë" }\n'.encode()
IN_THE_BODY = ("adyen",)


def run(*arguments: str) -> tuple[int, str]:
    """Return the exit code of the command and what it says."""
    out = io.StringIO()
    try:
        call_command("sign_webhook", *arguments, stdout=out)
    except CommandError as error:
        return error.returncode, out.getvalue() + str(error)
    return 0, out.getvalue()


def store(name: str, value: str) -> None:
    """Keep a secret."""
    set_secret(name, Content(value=SecretText(value)))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A body with odd spacing, line breaks and a letter that is not ASCII."""
    path = tmp_path / "event.json"
    path.write_bytes(BODY)
    return path


def headers_of(printed: str) -> list[tuple[str, str]]:
    """Return the printed headers as pairs."""
    return [tuple(line.split(": ", 1)) for line in printed.splitlines()]  # type: ignore[misc]


def verified(scheme: str, printed: str, body: bytes, secret: str, **given: Any) -> Any:
    """Verify what was printed, now."""
    found = all_schemes()[scheme]
    request = SignedRequest.of(body, headers_of(printed))
    return found.verify(request, [secret], found.configure(given), Outside(time.time()))[0]


def given_of(case: Case) -> list[str]:
    """Return the case's options as arguments; their names match in any case, as in a receiver."""
    return [f"--option={name.lower()}={'true' if value is True else value}" for name, value in case.given.items()]


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.scheme not in IN_THE_BODY])
def test_what_is_printed_is_verified(file: Path, name: str) -> None:
    """Every scheme: the headers make the bytes of the file a valid request, with an id and a type."""
    case = CASES[name]
    store("gateway", case.signing_secret or case.secret)
    code, printed = run(case.scheme, str(file), "--secret", "gateway", "--type", "order.paid", *given_of(case))
    assert code == 0, printed
    assert printed.startswith("Content-Type: application/json\n")
    event = verified(case.scheme, printed, BODY, case.secret, **case.given)
    assert event.event_id
    assert case.secret not in printed
    assert event.event_type in ("order.paid", "")


def test_an_id_and_a_type_in_headers(file: Path) -> None:
    """They are those that were asked for; without an id there is a new one each time."""
    store("gateway", "first secret")
    arguments = ("github", str(file), "--secret", "gateway")
    named = verified("github", run(*arguments, "--id", "d-1", "--type", "push")[1], BODY, "first secret")
    assert (named.event_id, named.event_type) == ("d-1", "push")
    ids = {verified("github", run(*arguments)[1], BODY, "first secret").event_id for _ in range(2)}
    assert len(ids) == 2


def test_the_newest_secret_signs(file: Path) -> None:
    """After a rotation the provider has the new one."""
    store("gateway", "first secret")
    rotate_secret("gateway", Content(value=SecretText("second secret")), timedelta(hours=1))
    assert verified("stripe", run("stripe", str(file), "--secret", "gateway")[1], BODY, "second secret")


def test_a_secret_of_the_environment(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store is not asked; a variable that is not there, or blank, signs nothing."""
    monkeypatch.setenv("GATEWAY", "first secret")
    assert verified("stripe", run("stripe", str(file), "--secret-from-env", "GATEWAY")[1], BODY, "first secret")
    refused = (1, "The variable 'GATEWAY' holds no secret. A blank value is no secret.")
    for blank in ("", " \n"):
        monkeypatch.setenv("GATEWAY", blank)
        assert run("stripe", str(file), "--secret-from-env", "GATEWAY") == refused
    monkeypatch.delenv("GATEWAY")
    assert run("stripe", str(file), "--secret-from-env", "GATEWAY") == refused


def test_curl(tmp_path: Path) -> None:
    """One line that a shell takes apart as it was meant, whatever the file is called."""
    store("gateway", "first secret")
    file = tmp_path / "it's a $file.json"
    file.write_bytes(BODY)
    code, line = run(
        "stripe", str(file), "--secret", "gateway", "--curl", "--url", "http://127.0.0.1:1/action/a/b?c=d&e"
    )
    words = shlex.split(line)
    assert (code, line.count("\n")) == (0, 1)
    assert words[:5] == ["curl", "-sS", "http://127.0.0.1:1/action/a/b?c=d&e", "--data-binary", f"@{file}"]
    assert words[5::2] == ["-H", "-H"]
    assert verified("stripe", "\n".join(words[6::2]), BODY, "first secret").event_id == "evt_1"


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dash is standard input, here and in the line that sends it; its bytes are signed as they came."""
    store("gateway", "first secret")
    arguments = ("stripe", "-", "--secret", "gateway", "--curl", "--url", "http://127.0.0.1:1/")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(BODY)))
    code, line = run(*arguments)
    words = shlex.split(line)
    assert (code, words[3:5]) == (0, ["--data-binary", "@-"])
    assert verified("stripe", "\n".join(words[6::2]), BODY, "first secret").event_id == "evt_1"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"x" * (1024 * 1024 + 1))))
    assert run(*arguments) == (2, "'-' has more than 1048576 bytes.")


def test_a_secret_that_cannot_be_read(file: Path, settings: Any) -> None:
    """It is there: setting it anew is not what mends it."""
    store("gateway", "first secret")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 10, []
    secrets.forget()
    said = "There is no secret 'gateway' that can be used. 'manage.py secrets list' says why."
    assert run("stripe", str(file), "--secret", "gateway") == (1, said)


def test_a_signature_in_the_body(tmp_path: Path) -> None:
    """Adyen signs its items: the signed body is written where one says, and sent from there."""
    case = CASES["adyen-item"]
    store("gateway", case.secret)
    file, signed = tmp_path / "event.json", tmp_path / "signed.json"
    file.write_bytes(case.body)
    arguments = ("adyen", str(file), "--secret", "gateway")
    assert run(*arguments) == (2, "This signature is in the body. Say with --write where the signed body goes.")
    code, line = run(*arguments, "--write", str(signed), "--curl", "--url", "http://127.0.0.1:1/")
    assert (code, shlex.split(line)[4]) == (0, f"@{signed}")
    printed = run(*arguments, "--write", str(signed))[1]
    assert verified("adyen", printed, signed.read_bytes(), case.secret).event_type == "AUTHORISATION"
    code, said = run(*arguments, "--write", str(tmp_path / "no" / "folder"))
    assert (code, "cannot be written" in said) == (2, True)


def test_paypal(file: Path, tmp_path: Path) -> None:
    """With the key of a test sender, which a receiver of the sandbox may be told to trust."""
    store("gateway", "1JE4291016473214C")
    key = tmp_path / "key.pem"
    key.write_bytes(private_pem("leaf"))
    arguments = ("paypal", str(file), "--secret", "gateway")
    code, printed = run(*arguments, "--key", str(key))
    assert code == 0, printed
    paypal = all_schemes()["paypal"]
    trusted = Outside(time.time(), WithTestKey(Authority().certificates(), public_pem("leaf")))
    request = SignedRequest.of(BODY, headers_of(printed))
    values = secrets.active_values("gateway")
    (event,) = paypal.verify(request, values, paypal.configure({"Sandbox": True}), trusted)
    assert event.event_id == "evt_1"
    told = "PayPal signs with a private key: give 'sign_webhook' one, with --key FILE."
    assert run(*arguments) == (1, told)
    key.write_bytes(b"no key")
    assert run(*arguments, "--key", str(key)) == (1, "The key is no private key in PEM without a password.")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        pytest.param(("strip", "{file}"), 2, "Unknown scheme 'strip'. Did you mean 'stripe'?", id="scheme"),
        pytest.param(("stripe", "{file}.txt"), 2, "cannot be read", id="no file"),
        pytest.param(("stripe", "{folder}"), 2, "cannot be read", id="a folder"),
        pytest.param(("stripe", "a\0b"), 2, "cannot be read", id="NUL in a name"),
        pytest.param(("stripe", "{large}"), 2, "has more than 1048576 bytes.", id="too large"),
        pytest.param(("stripe", "{file}", "--curl"), 2, "--curl needs --url.", id="curl without a URL"),
        pytest.param(("stripe", "{file}", "--option", "Tolerance"), 2, "'Tolerance' is no KEY=VALUE.", id="no pair"),
        pytest.param(("stripe", "{file}", "--option", "=5"), 2, "'=5' is no KEY=VALUE.", id="no key"),
        pytest.param(("stripe", "{file}", "--option", "Tolerance=.nan"), 2, "is no KEY=VALUE.", id="not a number"),
        pytest.param(
            ("stripe", "{file}", "--option", "Tolerence=5"),
            2,
            "Unknown option 'Tolerence'. Did you mean 'Tolerance'?",
            id="unknown option",
        ),
        pytest.param(
            ("stripe", "{file}", "--option", "Tolerance=soon"),
            2,
            "'Tolerance' must be a whole number of seconds from 1 to 604800.",
            id="wrong option",
        ),
        pytest.param(
            ("hmac", "{file}"),
            2,
            "'Header' is required. The header with the signature.\n'EventId' is required.",
            id="missing options",
        ),
        pytest.param(("standard", "{file}"), 1, "The secret cannot sign. A sender's secret begins", id="its form"),
        pytest.param(("standard", "{file}", "--id", "a.b"), 1, "An id is 1 to 255 visible ASCII", id="wrong id"),
        pytest.param(("adyen", "{other}"), 1, "The body is not one that Adyen sends.", id="no JSON"),
        pytest.param(("github", "{file}", "--type", "a\nb"), 2, "does not fit into a header.", id="two lines"),
        pytest.param(("github", "{file}", "--content-type", "a\r\nb"), 2, "'Content-Type' does not fit", id="type"),
    ],
)
def test_refusals(file: Path, tmp_path: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    """A sentence that says what to do, the exit code for wrong usage where it is that, and no secret in it."""
    (tmp_path / "large").write_bytes(b"x" * (1024 * 1024 + 1))
    (tmp_path / "other").write_bytes(b"no json")
    places = {"file": file, "folder": tmp_path, "large": tmp_path / "large", "other": tmp_path / "other"}
    store("gateway", SHARED if "--id" in arguments else ADYEN_KEY)  # of the right form for all but one
    found, message = run(*(part.format(**places) for part in arguments), "--secret", "gateway")
    assert (found, said in message) == (code, True), message
    assert ADYEN_KEY not in message


@pytest.mark.parametrize("name", ["nothing", "a b", "", "a\0b", "ü" * 300])
def test_a_secret_that_is_not_there(file: Path, name: str) -> None:
    """With the command that sets one; also where it could not have that name."""
    code, said = run("stripe", str(file), "--secret", name)
    assert (code, said.startswith(f"There is no secret '{name}' that can be used.")) == (1, True)


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("stripe", "a.json"), id="no secret"),
        pytest.param(("stripe", "a.json", "--secret", "a", "--secret-from-env", "B"), id="two secrets"),
        pytest.param(("stripe", "--secret", "a"), id="no file"),
        pytest.param(("stripe", "a.json", "--secret-value", "whsec_1"), id="a value as an argument"),
    ],
)
def test_wrong_usage(arguments: tuple[str, ...]) -> None:
    """Exit code 2 from the command line, before anything is read."""
    from actions.management.commands.sign_webhook import Command

    command = Command()
    command._called_from_command_line = True
    with pytest.raises(SystemExit) as caught:
        command.create_parser("manage.py", "sign_webhook").parse_args(list(arguments))
    assert caught.value.code == 2
