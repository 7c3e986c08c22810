"""What ``mail.send`` takes and what it refuses: whatever a user sent, it becomes no header and no recipient."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from actions.errors import OutcomeRefused
from actions.outbox.composing import MAX_BYTES, compose_mail
from tests.actions.outbox.conftest import WELCOME


def attached(name: Any = "a.txt", content: Any = "aGVsbG8=", **more: Any) -> list[dict[str, Any]]:
    """Return a list of one attachment."""
    return [{"name": name, "file": content, **more}]


@pytest.mark.parametrize(
    ("to", "header", "recipients"),
    [
        pytest.param("ada@example.org", ["ada@example.org"], ["ada@example.org"], id="one"),
        pytest.param(" ada@example.org ", ["ada@example.org"], ["ada@example.org"], id="spaces"),
        pytest.param("Ada <ada@example.org>", ["Ada <ada@example.org>"], ["Ada <ada@example.org>"], id="name"),
        pytest.param(
            'Doe, "Jo" <jo@example.org>', ['"Doe, \\"Jo" <jo@example.org>'], None, id="a-name-that-needs-quotes"
        ),
        pytest.param(["a@b.co", None, "a@b.co"], ["a@b.co", "a@b.co"], ["a@b.co"], id="once-each"),
        pytest.param("root@localhost", ["root@localhost"], None, id="this-machine"),
        pytest.param("ada@bücher.de", ["ada@bücher.de"], None, id="unicode-domain"),
        pytest.param("Ada <ada@bücher.de>", ["Ada <ada@xn--bcher-kva.de>"], None, id="unicode-domain-and-name"),
        pytest.param("Ada <ädä@example.org>", ["ädä@example.org"], None, id="no-smtp-address-and-name"),
        pytest.param("a@x.test", ["a@x.test"], None, id="test-domain"),
        pytest.param(None, [], [], id="nobody"),
        pytest.param([], [], [], id="empty-list"),
    ],
)
def test_recipients(to: Any, header: list[str], recipients: list[str] | None) -> None:
    """Every address that an account can have, with or without a name; null is nobody."""
    mail = compose_mail({**WELCOME, "to": to})
    assert mail["to"] == header
    assert mail["recipients"] == (header if recipients is None else recipients)


def test_who_gets_it_too() -> None:
    """Each address once, whatever it is called; where `to` is nobody, nobody gets it at all."""
    arguments = {
        **WELCOME,
        "to": "Ada <ada@example.org>",
        "cc": ["bob@example.org", "ada@example.org", None],
        "bcc": "eve@example.org",
    }
    mail = compose_mail(arguments)
    assert mail["cc"] == ["bob@example.org", "ada@example.org"]
    assert mail["recipients"] == ["Ada <ada@example.org>", "bob@example.org", "eve@example.org"]
    assert compose_mail({**arguments, "to": None})["recipients"] == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param({"to": "nobody"}, "'to' must be an e-mail address.", id="no-address"),
        pytest.param({"to": ""}, "'to' must be an e-mail address.", id="empty-address"),
        pytest.param({"to": "a@b.co, c@d.co"}, "'to' must be an e-mail address.", id="two-in-one"),
        pytest.param({"to": "A <a@b.co>, c@d.co"}, "'to' must be an e-mail address.", id="one-behind-a-name"),
        pytest.param({"to": "A <a@b.co> <c@d.co>"}, "'to' must be an e-mail address.", id="two-in-brackets"),
        pytest.param({"to": 7}, "'to' must be an e-mail address or a list of them.", id="number"),
        pytest.param({"to": {"a": 1}}, "'to' must be an e-mail address or a list of them.", id="mapping"),
        pytest.param({"to": [["a@b.co"]]}, "'to' must be a text.", id="nested"),
        pytest.param({"to": ["a@b.co"] * 51}, "The mail has 51 recipients; at most 50 are allowed.", id="too-many"),
        pytest.param(
            {"cc": ["a@b.co"] * 25, "bcc": ["a@b.co"] * 25},
            "The mail has 51 recipients; at most 50 are allowed.",
            id="too-many-together",
        ),
        pytest.param({"cc": "x"}, "'cc' must be an e-mail address.", id="cc"),
        pytest.param({"bcc": ["a@b.co", "x"]}, "'bcc' must be an e-mail address.", id="bcc"),
        pytest.param(
            {"to": "=?utf-8?q?A=0D=0ABcc=3A_eve=40b.co?= <a@b.co>"}, "'to' must be an e-mail address.", id="encoded"
        ),
        pytest.param({"to": "a" * 400 + "@b.co"}, "'to' must have at most 320 characters.", id="long-address"),
        pytest.param({"from": "x"}, "'from' must be an e-mail address.", id="from"),
        pytest.param({"reply_to": "x"}, "'reply_to' must be an e-mail address.", id="reply-to"),
        pytest.param({"subject": None}, "'subject' of 'mail.send' is missing.", id="no-subject"),
        pytest.param({"subject": 5}, "'subject' must be a text.", id="subject-kind"),
        pytest.param({"subject": "s" * 999}, "'subject' must have at most 998 characters.", id="long-subject"),
        pytest.param({"body": None}, "'body' of 'mail.send' is missing.", id="no-body"),
        pytest.param({"body": True}, "'body' must be a text.", id="body-kind"),
        pytest.param({"body": "a\0b"}, "'body' has characters that cannot be sent.", id="nul"),
        pytest.param({"body": "\ud800"}, "'body' has characters that cannot be sent.", id="lone-surrogate"),
        pytest.param({"html": 5}, "'html' must be a text.", id="html-kind"),
        pytest.param(
            {"attachments": "x"}, "'attachments' must be a list of files ({name, file, type}), not a text.", id="text"
        ),
        pytest.param(
            {"attachments": attached(content="*")},
            "'attachments' must have the content of each file as base64.",
            id="no-base64",
        ),
        pytest.param(
            {"attachments": attached(path="/etc/passwd")},
            "'attachments' has a file with the unknown key 'path'.",
            id="a-place-on-the-server",
        ),
        pytest.param(
            {"attachments": attached(name="a" * 999)},
            "'attachments.name' must have at most 998 characters.",
            id="long-name",
        ),
        pytest.param(
            {"attachments": attached(name=5)}, "'attachments' must have a name for each file.", id="name-kind"
        ),
        pytest.param(
            {"attachments": attached(type="text/plain\r\nX: 1")},
            "'attachments' must have a media type such as image/png as the type of each file.",
            id="header-in-a-media-type",
        ),
        pytest.param(
            {"body": "ü" * (MAX_BYTES // 2 + 1)}, "The mail must have at most 5 MB, attachments included.", id="big"
        ),
    ],
)
def test_what_is_refused_says_so(arguments: dict[str, Any], message: str) -> None:
    """Each refusal names the argument; nothing is quoted."""
    with pytest.raises(OutcomeRefused) as refused:
        compose_mail({**WELCOME, **arguments})
    assert refused.value.message == message


@pytest.mark.parametrize(
    "evil", ["\r\nBcc: eve@example.org", "\n", "\r", "\0", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"]
)
@pytest.mark.parametrize(
    "arguments",
    [
        {"subject": "Hello{}"},
        {"to": "ada@example.org{}"},
        {"to": ["Ada{} <ada@example.org>"]},
        {"cc": "ada@example.org{}"},
        {"bcc": "ada@example.org{}"},
        {"from": "A{} <ada@example.org>"},
        {"reply_to": "{}ada@example.org"},
        {"attachments": attached(name="a{}.txt")},
    ],
    ids=["subject", "to", "name", "cc", "bcc", "from", "reply_to", "attachment"],
)
def test_no_header_gets_a_second_line(arguments: dict[str, Any], evil: str) -> None:
    """Whatever anybody takes for the end of a line, or of a text, is refused."""
    (name, value), *_ = arguments.items()
    filled = _filled(value, evil)
    with pytest.raises(OutcomeRefused):
        compose_mail({**WELCOME, name: filled})


def _filled(value: Any, evil: str) -> Any:
    if isinstance(value, str):
        return value.replace("{}", evil)
    if isinstance(value, list):
        return [_filled(item, evil) for item in value]
    return {key: _filled(item, evil) for key, item in value.items()}


def test_the_bound_counts_everything_and_is_exact() -> None:
    """Text, HTML and files together, in bytes."""
    content = base64.b64encode(b"x" * (MAX_BYTES - 4)).decode()
    arguments = {**WELCOME, "body": "ü", "html": "ab", "attachments": attached(content=content)}
    compose_mail(arguments)
    with pytest.raises(OutcomeRefused):
        compose_mail({**arguments, "html": "abc"})


def test_the_sender_of_the_settings_is_the_default(settings: Any) -> None:
    """Kept with the mail, so that each attempt is the same message."""
    settings.DEFAULT_FROM_EMAIL = "Shop <shop@example.org>"
    assert compose_mail(WELCOME)["from"] == "Shop <shop@example.org>"
    assert compose_mail({**WELCOME, "from": None})["from"] == "Shop <shop@example.org>"
