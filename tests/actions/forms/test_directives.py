"""What a browser can do about the directives of an answer: odd ones are left out, none of them does harm."""

from __future__ import annotations

from typing import Any

import pytest

from actions.forms.directives import Notice, read_effects


def entry(name: str, **attributes: Any) -> dict[str, Any]:
    """Return an entry of an answer."""
    return {"ResponseType": f"client.{name}", "Attributes": attributes}


def test_notices_keep_their_order_and_the_last_redirect_counts() -> None:
    """A notice without a text is none; a kind that is unknown is information."""
    effects = read_effects(
        [
            entry("notify", type="success", title="A", message="1"),
            entry("redirect", location="/a"),
            entry("notify", type="<b>", message="2"),
            entry("notify", type="error"),
            entry("redirect", location="/b"),
            {"ResponseType": "todo", "Attributes": {"message": "no notice"}},
            {"ResponseType": "client.notify", "Attributes": None},
        ]
    )
    assert effects.notices == (Notice("success", "A", "1"), Notice("info", "", "2"))
    assert effects.location == "/b"


@pytest.mark.parametrize(
    "location",
    ["javascript:alert(1)", "//evil.example/", "https://evil.example/", "\\\\evil.example", "", None, 7 * "/"],
)
def test_nothing_leads_off_the_site(location: str | None) -> None:
    """Whoever made the entry: it is judged once more before it is followed."""
    assert read_effects([entry("redirect", location=location)]).location is None


@pytest.mark.parametrize(
    ("given", "media_type", "content"),
    [
        pytest.param({"content": "aGk=", "contentType": "text/csv"}, "text/csv", b"hi", id="base64"),
        pytest.param({"content": "not base64"}, "application/octet-stream", b"not base64", id="plain"),
        pytest.param({"content": "aGk=", "contentType": "a/b\r\nX: 1"}, "application/octet-stream", b"hi", id="split"),
        pytest.param({}, "application/octet-stream", b"", id="empty"),
    ],
)
def test_a_download_is_bytes_of_a_decent_type(given: dict[str, str], media_type: str, content: bytes) -> None:
    """What is no media type is none, and what is no base64 is itself."""
    download = read_effects([entry("file.download", **given)]).download
    assert download is not None
    assert (download.media_type, download.content, download.name) == (media_type, content, "file")
