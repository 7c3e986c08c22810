"""Middleware: sessions only for browsers, one policy for all."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from entities.models import UserAccount
from project.middleware import POLICY, BrowserAccounts, BrowserSessions, ContentSecurityPolicy, is_browser


@pytest.mark.parametrize(
    ("path", "headers", "expected"),
    [
        pytest.param("/admin/login/", {}, True, id="admin"),
        pytest.param("/api/todo", {"cookie": "csrftoken=x; sessionid=abc"}, True, id="session"),
        pytest.param("/api/todo", {"cookie": "theme=dark"}, False, id="other-cookie"),
        pytest.param("/api/todo", {"authorization": "Bearer x"}, False, id="token"),
        pytest.param("/administer", {}, False, id="no-admin"),
    ],
)
def test_a_browser_is_the_admin_or_a_session(path: str, headers: dict[str, str], expected: bool) -> None:
    """Everybody else does not pay for sessions."""
    assert is_browser(RequestFactory().get(path, headers=headers)) is expected


@pytest.mark.parametrize(("path", "has_session"), [("/admin/", True), ("/api/todo", False)])
def test_others_are_passed_straight_on(path: str, has_session: bool) -> None:
    """No session and no account is attached."""
    seen: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse()

    BrowserSessions(BrowserAccounts(view))(RequestFactory().get(path))
    assert hasattr(seen[0], "session") is has_session
    assert hasattr(seen[0], "user") is has_session


@pytest.mark.django_db
def test_the_session_of_the_admin_signs_in_to_the_api(client: Client) -> None:
    """Whoever is signed in to the admin may look at the API with the same browser."""
    assert client.get("/api/user_account").status_code == 401
    client.force_login(UserAccount.objects.create_superuser("root@example.org", "correct-horse"))
    assert client.get("/api/user_account").status_code == 200


def test_an_answer_keeps_a_policy_of_its_own() -> None:
    """A view that knows better says so."""
    own = HttpResponse(headers={"Content-Security-Policy": "default-src 'none'"})
    request = RequestFactory().get("/")
    assert ContentSecurityPolicy(lambda _: own)(request).headers["Content-Security-Policy"] == "default-src 'none'"
    assert ContentSecurityPolicy(lambda _: HttpResponse())(request).headers["Content-Security-Policy"] == POLICY


def test_forms_may_lead_where_actions_may_redirect(settings: Any) -> None:
    """Browsers hold the answer of a form to the policy as well; nothing else is opened by it."""
    settings.ACTIONS = {**settings.ACTIONS, "REDIRECT_HOSTS": ["pay.example.org", "shop.example.org:8443"]}
    policy = ContentSecurityPolicy(lambda _: HttpResponse())(RequestFactory().get("/")).headers[
        "Content-Security-Policy"
    ]
    assert "form-action 'self' pay.example.org shop.example.org:8443; frame-ancestors 'none'" in policy
    assert policy.count("example.org") == 2
