"""The admin pages of secrets: written and never shown."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client, RequestFactory
from django.utils import timezone
from django.views.debug import SafeExceptionReporterFilter

from actions import secrets
from actions.admin.secrets import SecretForm
from actions.loading import save_definition
from actions.models import Secret, SecretVersion
from actions.secrets.changing import MOST_VALUES, Content, rotate_secret, set_secret
from entities.models import UserAccount

pytestmark = pytest.mark.django_db

PAGES = "/admin/actions/secret/"
CANARY = "whsec_canary"


def fields(**values: Any) -> dict[str, Any]:
    """Return what a form sends."""
    inlines = {"versions-TOTAL_FORMS": 0, "versions-INITIAL_FORMS": 0}
    return {"name": "stripe", "value": "", "reference": "", **inlines, **values}


def page() -> str:
    """Return the address of the page of the only secret."""
    return f"{PAGES}{Secret.objects.get().pk}/change/"


def test_a_secret_is_set_and_never_shown(browser: Client, root: UserAccount) -> None:
    """No page has the value or a part of it, whatever was done; the log says who did what."""
    assert browser.post(f"{PAGES}add/", fields(value=f"{CANARY}\r\n")).status_code == 302
    assert secrets.active_values("stripe") == (CANARY,)
    assert SecretVersion.objects.get().created_by == root
    addresses = (PAGES, page(), page().replace("change", "history"), page().replace("change", "delete"), "/admin/")
    pages = [browser.get(address) for address in addresses]
    assert [answer.status_code for answer in pages] == [200] * 5
    assert [answer for answer in pages if "whsec" in answer.content.decode()] == []
    shown = re.sub(r"<[^>]*>|\s+", " ", pages[1].content.decode())
    assert "root@example.org" in shown
    assert "encrypted" in shown
    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.user_id) == (str(Secret.objects.get().pk), root.pk)
    assert CANARY not in entry.change_message


@pytest.mark.parametrize(("hours", "values"), [("1", ("two", "one")), ("0", ("two",)), ("", ("two",))])
def test_a_new_value_rotates(browser: Client, hours: str, values: tuple[str, ...]) -> None:
    """Earlier values stay as long as it says."""
    set_secret("stripe", Content.of_text("one"))
    assert browser.post(page(), fields(value="two", keep_hours=hours)).status_code == 302
    assert secrets.active_values("stripe") == values
    assert "two" not in LogEntry.objects.get().change_message
    ends = SecretVersion.objects.filter(ends_at__isnull=False).values_list("ends_at", flat=True)
    assert all(end < timezone.now() + timedelta(hours=1) for end in ends)


@pytest.mark.parametrize(("value", "warned"), [("whsec_canary*", True), ("whsec_" + "Q" * 32, False)])
def test_who_cannot_use_a_new_value_is_told(browser: Client, value: str, warned: bool) -> None:
    """It is kept all the same; the warning names the action and the form, and holds nothing of the value."""
    set_secret("stripe", Content.of_text("whsec_" + "A" * 32))
    receiver = "{Name: paid, OnType: todo, InstanceOptional: true, Webhook: {Verify: standard, Secret: stripe}}"
    save_definition(receiver, "paid.yaml")
    shown = browser.post(page(), fields(value=value, keep_hours="0"), follow=True).content.decode()
    assert secrets.active_values("stripe") == (value,)
    told = "used by action todo.paid. The value of this secret is of no use to &#x27;standard&#x27;. What follows"
    assert (told in shown) == ('class="warning"' in shown) == warned
    assert "canary" not in shown


def test_the_name_stays(browser: Client) -> None:
    """Definitions name it: a form that sends another one changes the value of this one."""
    set_secret("stripe", Content.of_text("one"))
    browser.post(page(), fields(name="other", value="two", keep_hours="0"))
    assert list(Secret.objects.values_list("name", flat=True)) == ["stripe"]


def test_lines_are_kept(browser: Client) -> None:
    """A key of several lines comes with the line breaks of browsers."""
    browser.post(f"{PAGES}add/", fields(value="-----BEGIN-----\r\nx\r\n-----END-----\r\n"))
    assert secrets.active_values("stripe")[0].reveal() == "-----BEGIN-----\nx\n-----END-----"


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (fields(), "Give a value or a reference, one of the two."),
        (fields(value=" \r\n"), "A blank value is no secret."),
        (fields(value="a", reference="env:KEY"), "Give a value or a reference, one of the two."),
        (fields(reference="env:PATH"), "SECRETS_ENV lists those they may."),
        (fields(reference="file:/etc/passwd"), "SECRETS_PATH lists the folders they may."),
        (fields(reference="x" * 501), "at most 500 characters"),
        (fields(value="x" * 70_000), "at most 65536 characters"),
        (fields(value="ü" * 60_000), "A value has at most 65536 bytes."),
        (fields(value="a\0b"), "Null characters are not allowed."),
        (fields(name="", value="a"), "This field is required."),
        (fields(name="a b", value="a"), "Use letters, digits,"),
        (fields(name="a" * 101, value="a"), "at most 100 characters"),
    ],
)
def test_a_refused_form_says_why_and_forgets_the_value(browser: Client, sent: dict[str, Any], message: str) -> None:
    """400, nothing stored, and what was typed is not in the page."""
    typed = sent["value"].strip() and {**sent, "value": f"{sent['value']}{CANARY}"}
    response = browser.post(f"{PAGES}add/", typed or sent)
    assert response.status_code == 400
    assert message in response.content.decode()
    assert CANARY not in response.content.decode()
    assert not Secret.objects.exists()


def test_a_taken_name_is_told(browser: Client) -> None:
    """Adding does not overwrite."""
    set_secret("stripe", Content.of_text("one"))
    response = browser.post(f"{PAGES}add/", fields(value="two"))
    assert (response.status_code, "already exists" in response.content.decode()) == (400, True)
    assert secrets.active_values("stripe") == ("one",)


@pytest.mark.parametrize("hours", ["-1", "8761", "x", "99999999999999999999"])
def test_hours_are_bounded(browser: Client, hours: str) -> None:
    """A year at most."""
    set_secret("stripe", Content.of_text("one"))
    assert browser.post(page(), fields(value="two", keep_hours=hours)).status_code == 400
    assert secrets.active_values("stripe") == ("one",)


def test_too_many_values_are_told(browser: Client) -> None:
    """At the field that can mend it."""
    set_secret("stripe", Content.of_text("one"))
    for _ in range(MOST_VALUES - 1):
        rotate_secret("stripe", Content.of_text("one"), timedelta(days=1))
    response = browser.post(page(), fields(value="two", keep_hours="1"))
    assert (response.status_code, "values in use" in response.content.decode()) == (400, True)
    assert browser.post(page(), fields(value="two", keep_hours="0")).status_code == 302
    assert secrets.active_values("stripe") == ("two",)


def test_secrets_are_removed(browser: Client) -> None:
    """One by its page, several from the list; other processes are told."""
    for name in ("a", "b", "c"):
        set_secret(name, Content.of_text("value"))
    first, *rest = Secret.objects.values_list("pk", flat=True)
    browser.post(f"{PAGES}{first}/delete/", {"post": "yes"})
    assert not secrets.exists("a")
    browser.post(PAGES, {"action": "delete_selected", "_selected_action": rest, "post": "yes"})
    assert not Secret.objects.exists()
    assert not secrets.exists("b")
    assert LogEntry.objects.count() == 3


def test_what_uses_a_secret_is_told_before_it_is_removed(browser: Client) -> None:
    """On the page that asks, for one as for several."""
    set_secret("stripe", Content.of_text("value"))
    set_secret("idle", Content.of_text("value"))
    receiver = "{Name: paid, OnType: todo, InstanceOptional: true, Webhook: {Verify: stripe, Secret: stripe}}"
    save_definition(receiver, "paid.yaml")
    told = "&#x27;stripe&#x27; is used by action todo.paid: without it they fail."
    both = list(Secret.objects.values_list("pk", flat=True))
    one = {secret.name: browser.get(f"{PAGES}{secret.pk}/delete/").content.decode() for secret in Secret.objects.all()}
    several = browser.post(PAGES, {"action": "delete_selected", "_selected_action": both}).content.decode()
    assert [text.count(told) for text in (one["stripe"], several, one["idle"])] == [1, 1, 0]
    assert Secret.objects.count() == 2


def test_only_administrators_see_them() -> None:
    """Staff with every permission get nothing, and are not told that there is something."""
    set_secret("stripe", Content.of_text("one"))
    staff = UserAccount.objects.create_user("ada@example.org", "pw", name="Ada", is_staff=True)
    staff.user_permissions.set(Permission.objects.all())
    client = Client()
    client.force_login(staff)
    addresses = [PAGES, f"{PAGES}add/", page(), page().replace("change", "delete"), page().replace("change", "history")]
    assert [client.get(address).status_code for address in addresses] == [403] * 5
    assert client.post(page(), fields(value="two")).status_code == 403
    assert "secret" not in client.get("/admin/").content.decode().lower()
    assert secrets.active_values("stripe") == ("one",)


def test_error_reports_do_not_hold_the_value(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is reported of a request that failed has the field masked, and the form prints a mask."""
    reported: list[Any] = []

    def fail(self: Any, request: Any, *args: Any) -> None:
        reported.append(SafeExceptionReporterFilter().get_post_parameters(request))
        raise RuntimeError("broken")

    monkeypatch.setattr("actions.admin.secrets.SecretAdmin.save_model", fail)
    with pytest.raises(RuntimeError):
        browser.post(f"{PAGES}add/", fields(value=CANARY))
    assert CANARY not in repr(reported)
    form = SecretForm(RequestFactory().post("/", fields(value=CANARY)).POST)
    assert form.is_valid()
    assert CANARY not in repr([form.cleaned_data, form.content])
