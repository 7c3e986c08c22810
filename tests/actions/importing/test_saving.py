"""Documents imported: whole or not at all, what changes by it, and what would break."""

from __future__ import annotations

import json
from typing import Any

import pytest

from actions.importing import BreaksActions, ImportRefused, configure, import_document
from actions.importing.reports import grouped
from actions.integrations import store
from actions.integrations.documents import DocumentProblem
from actions.loading import save_definition
from actions.models import Definition, Integration, IntegrationOperation
from tests.clocks import ends_within, work_of_at_most
from tests.integrations import SHOP, authenticate, import_shop, shop_bytes, shop_data, without

pytestmark = pytest.mark.django_db

CALLS = "Name: {name}\nOnType: todo\nOutFields: [{{Type: shop, Method: {method}, Attributes: {{{attributes}}}}}]\n"


def define(name: str, method: str, attributes: str = "") -> None:
    """Serve an action that calls the shop."""
    save_definition(CALLS.format(name=name, method=method, attributes=attributes), f"{name}.yaml")


def test_a_document_is_imported() -> None:
    """What there is to know of it is told and kept."""
    report = import_shop()
    assert (report.title, report.version, report.notation) == ("Shop", "1.4.0", "OpenAPI 3.1")
    assert (report.operations, report.is_new, report.removed, report.changed) == (12, True, (), ())
    assert report.added[:4] == ("listOrders", "createOrder", "getOrder", "cancelOrder")
    row = Integration.objects.get()
    assert (row.operation_count, row.source, row.servers) == (12, "shop.yaml", ["https://shop.example.org/v1"])
    stored = IntegrationOperation.objects.get(operation_id="cancelOrder")
    assert (stored.method, stored.path, stored.is_deprecated) == ("DELETE", "/orders/{id}", True)


def test_the_same_document_changes_nothing() -> None:
    """Its report says so, and every action keeps what it has."""
    import_shop()
    report = import_shop()
    assert report.is_unchanged
    assert not report.is_new


def test_another_document_takes_its_place() -> None:
    """It is told what is new, gone and changed; what an administrator has set stays."""
    import_shop("http://10.0.0.1/v1")
    configure("shop", enabled=False, server="http://10.0.0.1/v1", authentication={"key": {"secret": "k"}})
    data = shop_data()
    del data["paths"]["/stock"]
    data["paths"]["/orders"]["get"]["parameters"][0]["schema"]["maximum"] = 5
    data["paths"]["/new"] = {"get": {"operationId": "news", "responses": {}}}
    report = import_document("shop", json.dumps(data).encode(), "other.json")
    assert (report.added, report.removed, report.changed) == (("news",), ("GET /stock",), ("listOrders",))
    row = Integration.objects.get()
    assert (row.enabled, row.server, row.source) == (False, "http://10.0.0.1/v1", "other.json")
    assert row.authentication == {"key": {"secret": "k"}}
    assert IntegrationOperation.objects.count() == 12


def test_authentication_goes_with_its_scheme() -> None:
    """What the new document does not declare is used no more, and the report says so."""
    import_shop()
    authenticate(key="a", token="b")
    data = shop_data()
    del data["components"]["securitySchemes"]["token"]
    report = import_shop(content=json.dumps(data).encode())
    assert "The document has no 'token' any more: that authentication is gone." in report.notes
    assert Integration.objects.get().authentication == {"key": {"secret": "a"}}


@pytest.mark.parametrize(
    ("content", "server", "note"),
    [
        pytest.param(
            shop_bytes(servers=[]), "", "The document has no address to call: give one with --server.", id="no"
        ),
        pytest.param(
            SHOP.read_bytes(), "http://10.0.0.1", "'http://10.0.0.1': This address may not be called.", id="guarded"
        ),
        pytest.param(SHOP.read_bytes(), "", "Operations need authentication: choose secrets for 'cookieKey'", id="key"),
    ],
)
def test_what_is_left_to_do(content: bytes, server: str, note: str) -> None:
    """What keeps an integration from being called is told when it is imported."""
    assert any(one.startswith(note) for one in import_shop(server, content).notes)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        pytest.param("Shop", "'Shop' is no name:", id="capital"),
        pytest.param("", "'' is no name:", id="empty"),
        pytest.param("a" * 101, "is no name:", id="long"),
        pytest.param("todo", "'todo' is the name of an entity, an operation or a directive already.", id="entity"),
        pytest.param("integration", "'integration' is the name of an entity", id="itself"),
        pytest.param("mail.send", "'mail.send' is the name of an entity", id="operation"),
        pytest.param("client.notify", "'client.notify' is the name of an entity", id="directive"),
        pytest.param("client.other", "'client.other' is the name of an entity", id="like-a-directive"),
    ],
)
def test_names_that_mean_something_else(name: str, reason: str) -> None:
    """No outcome could call it."""
    with pytest.raises(ImportRefused) as caught:
        import_shop(name=name)
    assert reason in str(caught.value)
    assert not Integration.objects.exists()


@pytest.mark.parametrize(
    "server", ["ftp://h", "h", "https://u:p@h", "https://h/?a=1", "https://h/../x", "javascript:alert(1)", "https://"]
)
def test_addresses_that_are_none(server: str) -> None:
    """An address has a scheme, a host and a path, and nothing else."""
    with pytest.raises(ImportRefused, match=r"is no http or https address without a query\."):
        import_shop(server)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"openapi: 4.0.0", b"\xff\xfe", b"a: &a [*a]"])
def test_what_is_no_document_changes_nothing(content: bytes) -> None:
    """The one before stays as it is."""
    import_shop()
    before = Integration.objects.values().get()
    with pytest.raises(ImportRefused):
        import_document("shop", content, "x")
    assert Integration.objects.values().get() == before
    assert IntegrationOperation.objects.count() == 12


def test_an_import_that_fails_leaves_the_old_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are replaced together, or not at all."""
    import_shop()

    def fail(*args: Any, **options: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(type(IntegrationOperation.objects), "bulk_create", fail)
    with pytest.raises(RuntimeError):
        import_shop(content=without("listOrders"))
    assert IntegrationOperation.objects.filter(operation_id="listOrders").exists()
    known = store.find("shop")
    assert known is not None
    assert known.find("listOrders") is not None


def test_trying_changes_nothing() -> None:
    """A dry run tells all of it."""
    assert import_shop(dry_run=True).operations == 12
    assert not Integration.objects.exists()
    import_shop()
    assert import_shop(content=without("listOrders"), dry_run=True).removed == ("listOrders",)
    assert IntegrationOperation.objects.count() == 12


def test_a_document_that_would_break_actions_is_refused() -> None:
    """Every problem is told, at its place in the action; with force it is imported all the same."""
    import_shop()
    define("fine", "getOrder", "id: x")
    define("gone", "listOrders")
    define("stricter", "createOrder", "sku: a long name")
    data = json.loads(without("listOrders"))
    data["components"]["schemas"]["Order"]["properties"]["sku"]["maxLength"] = 5
    content = json.dumps(data).encode()
    with pytest.raises(BreaksActions, match=r"2 served action\(s\) would not work any more\.") as caught:
        import_shop(content=content)
    assert [(one.code, one.location.source, one.location.pointer) for one in caught.value.report.broken] == [
        ("ACT242", "todo.gone", "/OutFields/0/Method"),
        ("ACT247", "todo.stricter", "/OutFields/0/Attributes/sku"),
    ]
    assert IntegrationOperation.objects.count() == 12
    assert len(import_shop(content=content, force=True).broken) == 2
    assert IntegrationOperation.objects.count() == 11


def test_what_is_broken_already_keeps_nobody() -> None:
    """An action that did not fit before is not broken by the new document."""
    import_shop()
    define("gone", "listOrders")
    import_shop(content=without("listOrders"), force=True)
    assert import_shop(content=without("listOrders", "getOrder")).broken == ()


def test_disabled_actions_keep_nobody() -> None:
    """Nobody can run them."""
    import_shop()
    define("gone", "listOrders")
    Definition.objects.update(enabled=False)
    assert import_shop(content=without("listOrders")).broken == ()


def test_problems_are_grouped() -> None:
    """Equal sentences are one line with the first places; of many kinds the most frequent."""
    found = [DocumentProblem(f"/p/{n}", "Left out.") for n in range(5)] + [DocumentProblem("", "Odd.")]
    assert list(grouped(found)) == ["Left out. (/p/0, /p/1, /p/2 and 2 more)", "Odd. (/)"]
    many = [DocumentProblem(f"/{n}", f"Kind {n}.") for n in range(25)]
    assert list(grouped(many))[-1] == "5 more problem(s) of 5 other kind(s)."


def test_kept_problems_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """All are counted."""
    monkeypatch.setattr("actions.importing.saving.MOST_PROBLEMS", 2)
    data = shop_data()
    data["paths"] |= {f"no-slash{number}": {} for number in range(3)}
    assert len(import_shop(content=json.dumps(data).encode()).problems) == 3
    row = Integration.objects.get()
    assert (len(row.problems), row.problem_count) == (2, 3)


def test_a_large_document_is_imported_in_seconds() -> None:
    """10 MB and 3,000 operations; what one action uses of it is read in milliseconds."""
    data = shop_data()
    about = "Lorem ipsum dolor sit amet. " * 100
    for number in range(3_000):
        data["paths"][f"/many/{number}"] = {
            "get": {
                "operationId": f"many{number}",
                "description": about,
                "parameters": [
                    {"name": f"p{n}", "in": "query", "description": about[:120], "schema": {"type": "string"}}
                    for n in range(3)
                ],
                "responses": {"200": {"description": "x"}},
            }
        }
    content = json.dumps(data).encode()
    assert len(content) > 10_000_000
    with ends_within(20):
        assert import_shop(content=content).operations == 3_012
    store.forget()
    with work_of_at_most(0.5):
        known = store.find("shop")
        assert known is not None
        assert known.find("many2999") is not None
