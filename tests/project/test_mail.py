"""Where mails go and from whom, as the environment says it."""

from __future__ import annotations

import pytest

from project.environment import WrongSetting
from project.mail import EXAMPLES, MailServer, read_email_url, read_sender

SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        pytest.param("smtp://mail.example.org", MailServer(SMTP, "mail.example.org"), id="plain"),
        pytest.param(
            "smtp+tls://ada%40example.org:p%2Fw@mail.example.org",
            MailServer(SMTP, "mail.example.org", 587, "ada@example.org", "p/w", starts_tls=True),
            id="starttls",
        ),
        pytest.param("smtps://u:p@[::1]:4650/", MailServer(SMTP, "::1", 4650, "u", "p", uses_tls=True), id="tls"),
        pytest.param("console:", MailServer("django.core.mail.backends.console.EmailBackend"), id="printed"),
    ],
)
def test_a_url_names_a_server(url: str, server: MailServer) -> None:
    """Scheme, host, port and who signs in there."""
    assert read_email_url(url) == server


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        pytest.param("mailto:hidden", "it names no way to send mail.", id="scheme"),
        pytest.param("hidden", "it names no way to send mail.", id="no-url"),
        pytest.param("smtp://u:hidden@host:port", "its host or port cannot be read.", id="port"),
        pytest.param("smtp://u:hidden@host:99999", "its host or port cannot be read.", id="large-port"),
        pytest.param("smtp://u:hidden@[::1", "its host or port cannot be read.", id="host"),
        pytest.param("smtp://", "it is more, or less, than a server.", id="nobody"),
        pytest.param("smtp://u:hidden@host/path", "it is more, or less, than a server.", id="path"),
        pytest.param("smtp://host?tls=1", "it is more, or less, than a server.", id="query"),
    ],
)
def test_anything_else_stops_with_a_sentence(url: str, fault: str) -> None:
    """Which never repeats the password."""
    with pytest.raises(WrongSetting) as wrong:
        read_email_url(url)
    assert str(wrong.value) == f"EMAIL_URL: {fault} {EXAMPLES}"
    assert wrong.value.__cause__ is None


@pytest.mark.parametrize("text", ["shop@example.org", "Shop <shop@example.org>", "root@localhost"])
def test_a_sender_is_an_address(text: str) -> None:
    """With or without a name."""
    assert read_sender(text) == text


@pytest.mark.parametrize("text", ["shop", "Shop <shop>", "a@example.org\nBcc: b@example.org", "", "a@b.co, c@d.co"])
def test_a_sender_that_is_none_stops_with_a_sentence(text: str) -> None:
    """Before anybody waits for a mail."""
    with pytest.raises(WrongSetting) as wrong:
        read_sender(text)
    assert str(wrong.value) == ("EMAIL_FROM: it is no e-mail address. Write NAME@DOMAIN or NAME <NAME@DOMAIN>.")
