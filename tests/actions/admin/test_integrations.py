"""The admin pages of integrations: imported, configured by names of secrets, installed, removed when nothing calls."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from actions.importing import MOST_BYTES
from actions.loading import save_definition
from actions.models import Definition, Integration, IntegrationOperation
from entities.models import UserAccount
from tests.integrations import SHOP, authenticate, import_shop, keep, shop_data, without
from tests.upstreams import Upstream, allow, answer

pytestmark = pytest.mark.django_db

PAGES, OPERATIONS = "/admin/actions/integration/", "/admin/actions/integrationoperation/"
CALLS = "Name: a\nOnType: todo\nOutFields: [{Type: shop, Method: listOrders}]\n"


@pytest.fixture
def browser() -> Client:
    """The administrator's browser."""
    client = Client()
    client.force_login(UserAccount.objects.create_superuser("root@example.org", "pw", name="Root"))
    return client


def page() -> str:
    """Return the address of the page of the only integration."""
    return f"{PAGES}{Integration.objects.get().pk}/change/"


def upload(browser: Client, content: bytes, **fields: Any) -> Any:
    """Send a document."""
    file = SimpleUploadedFile("shop.yaml", content)
    return browser.post(f"{PAGES}add/", {"name": "shop", "file": file, **fields})


def chosen(**fields: Any) -> dict[str, Any]:
    """Return what the form of the shop sends: of its six schemes 1 is a key, 2 OAuth's; nothing is chosen by itself."""
    empty = {f"auth{at}_secret": "" for at in range(6)}
    return {"enabled": "on", "server": "", **empty, "auth2_send": "basic", **fields}


def test_a_document_is_uploaded(browser: Client) -> None:
    """What it is stands on its page, and the log says who did it."""
    assert upload(browser, SHOP.read_bytes()).headers["Location"] == page()
    shown = browser.get(page()).content.decode()
    for text in ("Shop 1.4.0 (OpenAPI 3.1)", "12 operations", "https://shop.example.org/v1", "no served action"):
        assert text in shown
    assert LogEntry.objects.get().change_message == "Imported from shop.yaml."
    assert "Shop" in browser.get(PAGES).content.decode()


def test_it_is_uploaded_again(browser: Client) -> None:
    """In the place of the one before; what was set stays."""
    import_shop("http://10.0.0.1")
    assert upload(browser, without("listOrders")).status_code == 302
    assert Integration.objects.get().server == "http://10.0.0.1"
    assert IntegrationOperation.objects.count() == 11
    assert "0 added, 1 removed, 0 changed" in LogEntry.objects.get().change_message


def test_actions_that_would_break_are_shown(browser: Client) -> None:
    """Nothing is imported, unless it is wanted so."""
    import_shop()
    save_definition(CALLS, "a.yaml")
    refused = upload(browser, without("listOrders"))
    assert refused.status_code == 400
    text = refused.content.decode()
    assert "1 served action(s) would not work any more." in text
    assert "todo.a:3:34" in text
    assert IntegrationOperation.objects.count() == 12
    assert upload(browser, without("listOrders"), force="on").status_code == 302
    assert IntegrationOperation.objects.count() == 11


def test_a_url_is_fetched(browser: Client, settings: Any) -> None:
    """By the guarded client."""
    with Upstream(answer(200, SHOP.read_bytes())) as server:
        allow(settings, server.netloc)
        done = browser.post(f"{PAGES}add/", {"name": "shop", "url": f"{server.url}/shop", "server": "http://10.0.0.1/"})
    assert done.status_code == 302
    row = Integration.objects.get()
    assert (row.source, row.server) == (f"{server.url}/shop", "http://10.0.0.1")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        pytest.param({"url": "http://169.254.169.254/"}, "This address may not be called.", id="guarded"),
        pytest.param({"url": "/etc/passwd"}, "A URL begins with", id="path"),
        pytest.param({"url": "file:///etc/passwd"}, "A URL begins with", id="file"),
        pytest.param({}, "Give a file or a URL, one of the two.", id="neither"),
        pytest.param({"file": b"{"}, "The document is no JSON", id="no-document"),
        pytest.param({"file": b"{}", "url": "http://h"}, "Give a file or a URL, one of the two.", id="both"),
        pytest.param({"file": SHOP.read_bytes(), "server": "ftp://h"}, "is no http or https address", id="server"),
        pytest.param({"file": SHOP.read_bytes(), "name": "todo"}, "is the name of an entity", id="name"),
        pytest.param({"file": b" " * (MOST_BYTES + 1)}, f"{MOST_BYTES} are allowed.", id="size"),
    ],
)
def test_what_is_refused(browser: Client, fields: dict[str, Any], reason: str) -> None:
    """400 and a sentence; nothing is imported, no file of the server is read."""
    sent = {key: SimpleUploadedFile("x", value) if key == "file" else value for key, value in fields.items()}
    refused = browser.post(f"{PAGES}add/", {"name": "shop", **sent})
    assert refused.status_code == 400
    assert reason in refused.content.decode().replace("&#x27;", "'")
    assert not Integration.objects.exists()


def test_secrets_are_chosen_by_name(browser: Client) -> None:
    """No page shows a value; the choice is stored as every other change is."""
    import_shop()
    keep("one", "CANARY")
    keep("two", "CANARY")
    shown = browser.get(page()).content.decode()
    assert "Authentication: key (apiKey)" in shown
    assert shown.count('<option value="one">') == 6
    sent = chosen(
        auth1_secret="one", auth2_secret="two", auth2_client_id="us", auth2_scopes="a b", server="http://10.0.0.1"
    )
    assert browser.post(page(), sent).status_code == 302
    row = Integration.objects.get()
    assert row.server == "http://10.0.0.1"
    assert row.authentication == {
        "key": {"secret": "one"},
        "oauth": {"secret": "two", "client_id": "us", "scopes": ["a", "b"], "send": "basic"},
    }
    shown = browser.get(page()).content.decode()
    assert '<option value="one" selected>' in shown
    assert 'value="a b"' in shown
    assert "CANARY" not in shown


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        pytest.param({"auth1_secret": "nobody"}, "Select a valid choice.", id="secret"),
        pytest.param({"auth2_client_id": "us"}, "'secret' is the name of a secret.", id="client-without-a-secret"),
        pytest.param(
            {"auth2_secret": "one", "auth2_client_id": "us", "auth2_token_url": "x"},
            "'token_url' is an http or https address without a user.",
            id="url",
        ),
        pytest.param({"server": "x y"}, "is no http or https address", id="server"),
    ],
)
def test_what_cannot_be_kept(browser: Client, fields: dict[str, Any], reason: str) -> None:
    """400 at the field; what was configured stays."""
    import_shop()
    keep("one", "1")
    authenticate(key="one")
    refused = browser.post(page(), chosen(**fields))
    assert refused.status_code == 400
    assert reason in refused.content.decode().replace("&#x27;", "'")
    assert Integration.objects.get().authentication == {"key": {"secret": "one"}}


def test_it_is_disabled(browser: Client) -> None:
    """By the checkbox."""
    import_shop()
    sent = chosen()
    del sent["enabled"]
    assert browser.post(page(), sent).status_code == 302
    assert not Integration.objects.get().enabled


def test_what_is_called_is_not_removed(browser: Client) -> None:
    """The page says by whom; otherwise it goes with its operations."""
    import_shop()
    save_definition(CALLS, "a.yaml")
    delete = page().replace("change", "delete")
    assert "Action todo.a" in browser.get(delete).content.decode()
    assert browser.post(delete, {"post": "yes"}).status_code != 302
    several = {"action": "delete_selected", "_selected_action": Integration.objects.get().pk, "post": "yes"}
    browser.post(PAGES, several)
    assert Integration.objects.exists()
    Definition.objects.update(enabled=False)
    assert "shop with 12 operations" in browser.get(delete).content.decode()
    assert browser.post(delete, {"post": "yes"}).status_code == 302
    assert not Integration.objects.exists()
    assert not IntegrationOperation.objects.exists()


def test_problems_are_shown(browser: Client) -> None:
    """As texts."""
    data = shop_data()
    data["paths"]["<script>"] = {}
    upload(browser, json.dumps(data).encode())
    shown = browser.get(page()).content.decode()
    assert "/paths/&lt;script&gt;" in shown
    assert "<script>)" not in shown


def test_operations_are_found_and_installed(browser: Client) -> None:
    """Listed with what they take; those that are chosen become actions."""
    import_shop()
    found = browser.get(OPERATIONS, {"q": "order"}).content.decode()
    assert "createOrder" in found
    assert "whoToken" not in found
    operation = IntegrationOperation.objects.get(operation_id="createOrder")
    shown = browser.get(f"{OPERATIONS}{operation.pk}/change/").content.decode()
    assert "sku*: body, string" in shown
    assert "quantity: body, integer" in shown
    assert browser.post(OPERATIONS, {"action": "install_chosen", "_selected_action": operation.pk}).status_code == 302
    assert list(Definition.objects.values_list("name", flat=True)) == ["createOrder"]


def test_everything_is_installed(browser: Client) -> None:
    """And what stands in the way is said."""
    import_shop()
    import_shop(name="other")
    for integration in Integration.objects.order_by("-name"):
        sent = {"action": "install_all", "_selected_action": integration.pk}
        told = browser.post(PAGES, sent, follow=True).content.decode()
    assert "There is an action &#x27;createOrder&#x27; already, from &#x27;integration shop&#x27;." in told
    assert Definition.objects.count() == 12


def test_for_administrators_alone() -> None:
    """Whoever may choose where credentials are sent has them: no permission lets other staff in."""
    import_shop()
    staff = UserAccount.objects.create_user("staff@example.org", "pw")
    staff.is_staff = True
    staff.save()
    staff.user_permissions.set(Permission.objects.all())
    client = Client()
    client.force_login(staff)
    for address in (PAGES, page(), OPERATIONS, page().replace("change", "delete")):
        assert client.get(address).status_code == 403, address
    assert client.post(f"{PAGES}add/", {"name": "x", "url": "http://h"}).status_code == 403
    assert client.post(page(), chosen()).status_code == 403


def test_the_editor_knows_integrations(browser: Client) -> None:
    """Their names as Types, and for each the ids of its operations as Methods."""
    import_shop()
    words = browser.get("/admin/actions/definition/vocabulary/").json()
    assert words["about"]["shop"] == "Integration with 12 operations."
    proposed = words["schema"]["$defs"]["outcome"]["allOf"][-1]
    assert proposed["if"]["properties"]["Type"]["enum"] == ["shop"]
    assert proposed["then"]["properties"]["Method"]["anyOf"][0]["enum"][:2] == ["listOrders", "createOrder"]
    found = browser.post("/admin/actions/definition/check/", {"text": CALLS.replace("listOrders", "x")}).json()
    assert [one["code"] for one in found["problems"]] == ["ACT242"]


def test_the_server_takes_documents_at_this_page(settings: Any) -> None:
    """The setting names the page that there is, and leaves room for the rest of the form."""
    page, most = next(iter(settings.ACTIONS["MAX_UPLOADS"].items()))
    assert page == reverse("admin:actions_integration_add")
    assert most >= MOST_BYTES + settings.ACTIONS["MAX_UPLOAD"]
