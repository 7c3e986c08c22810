"""Whatever is sent to a receiver: no 5xx, no effect without a signature, and nothing that grows."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.loading import save_definition
from actions.models import Delivery, RefusedRequest
from actions.secrets.changing import Content, set_secret
from actions.signatures.registry import all_schemes
from entities.examples.models import Todo
from tests.actions.webhooks.conftest import SECRET, sign

ADYEN_KEY = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056"
OPTIONS = {
    "square": "Url: 'https://example.com/hook'",
    "hmac": "Header: X-Sig, EventId: header:X-Id, Signed: '{timestamp}.{body}', TimestampHeader: X-Time",
}
EXTRA = ("x-sig", "x-id", "x-time")
SETTINGS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
HEADER = st.one_of(
    st.text(st.characters(min_codepoint=1, max_codepoint=255, exclude_characters="\r\n"), max_size=80),
    st.from_regex(r"t=[0-9]{0,12},v1=[0-9a-f]{0,70}", fullmatch=True),
    st.from_regex(r"(sha256=|v1,)?[0-9A-Za-z+/=]{0,90}", fullmatch=True),
)
BODY = st.one_of(
    st.binary(max_size=200), st.recursive(st.none() | st.text(), st.lists).map(lambda v: json.dumps(v).encode())
)
KIND = st.sampled_from(
    ["application/json", "application/x-www-form-urlencoded", "text/xml", "multipart/form-data", "", "é"]
)


@pytest.fixture
def receivers() -> None:
    """A receiver for each scheme."""
    set_secret("hook", Content.of_text(SECRET))
    set_secret("adyen", Content.of_text(ADYEN_KEY))
    for name in all_schemes():
        keys = f", {OPTIONS[name]}" if name in OPTIONS else ""
        secret = "adyen" if name == "adyen" else "hook"
        outcomes = "[{Type: todo, Method: POST, Attributes: {title: 'x'}}]"
        webhook = f"{{Verify: {name}, Secret: {secret}{keys}}}"
        save_definition(f"{{Name: {name}, OnType: todo, Webhook: {webhook}, OutFields: {outcomes}}}", f"{name}.yaml")


@SETTINGS
@given(data=st.data(), body=BODY, kind=KIND)
def test_malformed_requests(receivers: None, data: st.DataObject, body: bytes, kind: str) -> None:
    """Every scheme, with its own headers or without: 401, and nothing is left but a count."""
    client = Client(raise_request_exception=False)
    for name, scheme in all_schemes().items():
        names = (*scheme.headers, *EXTRA)
        chosen = data.draw(st.dictionaries(st.sampled_from(names), HEADER, max_size=4))
        answer = client.post(f"/webhook/todo/{name}", body, content_type=kind, headers=chosen)
        assert answer.status_code == 401, (name, chosen, answer.content)
    assert not Delivery.objects.exists()
    assert not Todo.objects.exists()
    assert RefusedRequest.objects.count() <= 15 * len(all_schemes())


@SETTINGS
@given(body=BODY, kind=KIND)
def test_signed_nonsense(receivers: None, body: bytes, kind: str) -> None:
    """A sender that signs anything at all gets 2xx or 400, never a fault."""
    client = Client(raise_request_exception=False)
    request = sign(body, "github")
    answer = client.post("/webhook/todo/github", body, content_type=kind, headers=dict(request.headers))
    assert answer.status_code in (200, 400), answer.content


@pytest.mark.parametrize(
    "path",
    ["/webhook", "/webhook/", "/webhook/todo", "/webhook/todo/a/b", "/webhook/%00/x", "/webhook/todo/" + "a" * 5000],
)
def test_addresses_that_are_none(transactional_db: None, path: str) -> None:
    """404, as everywhere."""
    assert Client(raise_request_exception=False).post(path, b"{}", content_type="application/json").status_code == 404


@pytest.mark.parametrize("length", ["-1", "x", "1e9", "9" * 400, "²"])
def test_lengths_that_are_none(receivers: None, length: str) -> None:
    """What cannot be measured is not read."""
    client: Any = Client(raise_request_exception=False)
    answer = client.post("/webhook/todo/stripe", b"{}", content_type="application/json", CONTENT_LENGTH=length)
    assert answer.status_code == 401


def test_a_form_is_not_taken_apart_before_it_is_verified(receivers: None) -> None:
    """Not by the search for a CSRF token either, which the admin's session would start."""
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    client.cookies["sessionid"] = "a" * 32
    body = b"csrfmiddlewaretoken=x&id=1"
    request = sign(body, "github")
    kind = "application/x-www-form-urlencoded"
    assert client.post("/webhook/todo/github", body, content_type=kind, headers=request.headers).status_code == 200
    assert bytes(Delivery.objects.get().body) == body
