"""Other services as operations: imported, called, authenticated, refused, and what is left where one is down."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from actions.errors import RefusedDocument
from actions.importing import InUse, configure, install, remove
from actions.models import DefinitionVersion, Integration, IntegrationGeneration, OutgoingEffect, Run
from actions.outbox import send_due
from entities.examples.models import Todo
from tests.acceptance.conftest import failure
from tests.integrations import authenticate, import_shop, keep, shop_bytes, shop_data, without
from tests.upstreams import Upstream, allow, answer, computed, hang, hang_up, redirect

pytestmark = pytest.mark.django_db(transaction=True)

CALL = """
Name: call
OnType: todo
Permission: {{guest: [execute]}}
InFields:
  - {{Name: title, ColumnType: label, IsNullable: true}}
  - {{Name: value, ColumnType: json, IsNullable: true}}
OutFields:
{outcomes}
"""
SAY = "Type: said, Method: ACTIONRESPONSE, Attributes: {status: $a.status, body: $a.body, headers: $a.headers}"
POST = "Type: todo, Method: POST, Reference: made, Attributes: {title: ~title}"
TRACED = "Record: full\n"


@pytest.fixture
def upstream(settings: Any) -> Iterator[Upstream]:
    """The shop."""
    with Upstream(answer(json={"id": 7})) as server:
        allow(settings, server.netloc)
        yield server


@pytest.fixture
def shop(upstream: Upstream) -> Upstream:
    """The shop, imported, its key in the store."""
    import_shop(f"{upstream.url}/v1")
    keep("shop_key", "CANARY-key")
    authenticate(server=f"{upstream.url}/v1", key="shop_key")
    return upstream


def action(*outcomes: str) -> str:
    """Return an action with these outcomes, each in YAML's flow style."""
    return CALL.format(outcomes="".join(f"  - {{{outcome}}}\n" for outcome in outcomes))


def call(method: str, attributes: str = "", keys: str = "Reference: a, SkipInResponse: yes") -> str:
    """Return an outcome that calls an operation of the shop."""
    more = f", {keys}" if keys else ""
    return f"Type: shop, Method: {method}{more}, Attributes: {{{attributes}}}"


def said(response: Any) -> Any:
    """Return what the action said."""
    assert response.status_code == 200, response.content
    return next(entry["Attributes"] for entry in response.json() if entry["ResponseType"] == "said")


def problems(define: Any, text: str) -> list[str]:
    """Return code and message of everything that is refused in a text."""
    with pytest.raises(RefusedDocument) as caught:
        define(text)
    return [f"{one.code} {one.location.pointer} {one.message}" for one in caught.value.problems]


@pytest.mark.parametrize("notation", ["3.1.0", "3.0.3", "2.0"])
def test_every_notation(define, post, upstream, notation):
    """Parameters and bodies go where the document says, and the answer is read as data."""
    import_shop(f"{upstream.url}/v1", shop_bytes(notation))
    keep("k", "1")
    authenticate(server=f"{upstream.url}/v1", key="k")
    upstream.answers(answer(201, json={"id": 7, "ok": True}, headers={"X-Kind": "tea"}))
    define(action(call("createOrder", "sku: ~title"), call("listOrders", "limit: 5", "Reference: b"), SAY))
    answered = post("todo/call", {"title": "tea"})
    assert said(answered)["body"] == {"id": 7, "ok": True}
    assert (said(answered)["status"], said(answered)["headers"]["x-kind"]) == (201, "tea")
    made, listed = upstream.requests
    assert (made.method, made.target, made.json) == ("POST", "/v1/orders", {"sku": "tea"})
    assert (listed.method, listed.target) == ("GET", "/v1/orders?limit=5")
    assert made.header["x-key"] == "1"


def test_the_original_s_entries(define, post, shop):
    """The body and the status, under the names of integration and operation."""
    shop.answers(answer(404, json={"error": "none"}))
    define(action(call("getOrder", "id: a/b", "Reference: a")))
    assert post("todo/call").json() == [
        {"ResponseType": "shop.getOrder.response", "Attributes": {"error": "none"}},
        {"ResponseType": "shop.getOrder.statusCode", "Attributes": 404},
    ]
    assert shop.requests[0].target == "/v1/orders/a%2Fb"


def test_an_answer_of_bytes(define, post, shop):
    """A file that another service answers with can be handed on: the bytes are where every call has them."""
    shop.answers(answer(200, b"%PDF\0\xff", headers={"Content-Type": "application/pdf"}))
    handed = "Type: said, Method: ACTIONRESPONSE, Attributes: {body: $a.body, content: $a.base32EncodedBody}"
    define(action(call("listOrders"), handed))
    assert said(post("todo/call")) == {"__type": "said", "body": None, "content": "JVBERgD/"}


@pytest.mark.parametrize("method", ["LISTORDERS", "GET /orders", "get_orders"])
def test_every_spelling_of_a_method(define, post, shop, method):
    """The id in any case, method and path, the slug."""
    define(action(call(f"'{method}'"), SAY))
    assert said(post("todo/call"))["status"] == 200
    assert shop.requests[0].target == "/v1/orders"


BASIC = f"Basic {base64.b64encode(b'CANARY:x').decode()}"


@pytest.mark.parametrize(
    ("method", "scheme", "value", "sent"),
    [
        pytest.param(
            "whoQuery", "queryKey", "CANARY", lambda one: one.target == "/who/query?api_key=CANARY", id="query"
        ),
        pytest.param(
            "whoCookie", "cookieKey", "CANARY", lambda one: one.header["cookie"] == "session=CANARY", id="cookie"
        ),
        pytest.param(
            "whoPassword", "password", "CANARY:x", lambda one: one.header["authorization"] == BASIC, id="basic"
        ),
        pytest.param(
            "whoPassword",
            "password",
            "CANARY-key",
            lambda one: one.header["authorization"] == f"Basic {base64.b64encode(b'CANARY-key:').decode()}",
            id="basic-user",
        ),
        pytest.param(
            "whoToken", "token", "CANARY", lambda one: one.header["authorization"] == "Bearer CANARY", id="bearer"
        ),
        pytest.param("listOrders", "key", "CANARY", lambda one: one.header["x-key"] == "CANARY", id="header"),
    ],
)
def test_each_way_to_authenticate(define, post, upstream, method, scheme, value, sent):
    """The credential reaches the other server, and nothing that is kept, shown or answered, although it is repeated."""
    upstream.answers(computed(lambda got: answer(200, json={"got": got.raw.decode(), "target": got.target})))
    import_shop(upstream.url)
    keep("secret", value)
    authenticate(server=upstream.url, **{scheme: "secret"})
    define(TRACED + action(call(method), "Type: said, Method: ACTIONRESPONSE, Attributes: {all: $a}"))
    answered = post("todo/call")
    assert answered.status_code == 200
    assert sent(upstream.requests[0])
    assert b"CANARY" not in answered.content
    assert BASIC[6:-2] not in answered.content.decode()
    assert "CANARY" not in json.dumps(list(Run.objects.values("trace")), default=str)


@pytest.mark.parametrize(
    ("method", "scheme", "status"),
    [
        pytest.param("whoToken", "token", 503, id="bearer"),
        pytest.param("listOrders", "key", 503, id="header"),
        pytest.param("whoPassword", "password", 200, id="basic"),
        pytest.param("whoQuery", "queryKey", 200, id="query"),
        pytest.param("whoCookie", "cookieKey", 200, id="cookie"),
    ],
)
def test_a_secret_that_no_header_can_hold(define, post, upstream, method, scheme, status):
    """Where it is not encoded it cannot be sent, and that is told as what it is."""
    import_shop(upstream.url)
    keep("secret", "first\nsecond")
    authenticate(server=upstream.url, **{scheme: "secret"})
    define(action(call(method), "Type: said, Method: ACTIONRESPONSE, Attributes: {all: $a}"))
    answered = post("todo/call")
    assert answered.status_code == status
    assert status == 200 or failure(answered)["code"] == "secret_unusable"


def test_client_credentials(define, post, upstream):
    """One token for many calls; where it is refused, another one, once; it is in no row, no trace, no answer."""
    tokens = iter(["CANARY-1", "CANARY-2", "CANARY-3"])
    upstream.at("/token", computed(lambda _: answer(json={"access_token": next(tokens), "expires_in": 3600})))
    old = {"Bearer CANARY-1"}
    upstream.at(
        "/who/oauth",
        computed(lambda one: answer(401 if one.header["authorization"] in old else 200, json={"ok": 1})),
    )
    import_shop(upstream.url)
    keep("client", "s3")
    authenticate(
        server=upstream.url, oauth={"client_id": "us", "secret": "client", "token_url": f"{upstream.url}/token"}
    )
    define(TRACED + action(call("whoOauth"), SAY))
    assert said(post("todo/call"))["body"] == {"ok": 1}
    assert said(post("todo/call"))["body"] == {"ok": 1}
    assert upstream.paths == ["/token", "/who/oauth", "/token", "/who/oauth", "/who/oauth"]
    old.add("Bearer CANARY-2")
    answered = post("todo/call")  # the one that has just followed a refused one has no successor yet
    assert said(answered)["status"] == 401
    assert upstream.paths[5:] == ["/who/oauth"]
    assert "CANARY" not in json.dumps(list(Run.objects.values("trace")), default=str)
    assert b"CANARY" not in answered.content


def test_the_authorization_server_is_down(define, post, upstream):
    """The action fails with 502, names the outcome, and has written nothing."""
    upstream.at("/token", answer(500))
    import_shop(upstream.url)
    keep("client", "s3")
    authenticate(
        server=upstream.url, oauth={"client_id": "us", "secret": "client", "token_url": f"{upstream.url}/token"}
    )
    define(action(POST, call("whoOauth"), SAY))
    refused = post("todo/call", {"title": "tea"})
    assert (refused.status_code, failure(refused)["code"], failure(refused)["outcome"]["index"]) == (
        502, "upstream_failed", 1
    )  # fmt: skip
    assert not Todo.objects.exists()
    assert "/who/oauth" not in upstream.paths


@pytest.mark.parametrize(
    ("outcome", "found"),
    [
        pytest.param(
            "Type: shpo, Method: listOrders", ["ACT241 /OutFields/0/Type Unknown integration 'shpo'."], id="integration"
        ),
        pytest.param(
            call("lstOrders"), ["ACT242 /OutFields/0/Method 'shop' has no operation 'lstOrders'."], id="operation"
        ),
        pytest.param(call("getOrder"), ["ACT243 /OutFields/0/Attributes 'id' of 'getOrder' is missing."], id="missing"),
        pytest.param(
            call("createOrder", "sku: t, quantity: 1.5, colour: red"),
            [
                "ACT247 /OutFields/0/Attributes/quantity 'quantity' of 'createOrder': must be an integer.",
                "ACT244 /OutFields/0/Attributes/colour 'createOrder' takes no 'colour'.",
            ],
            id="body",
        ),
        pytest.param(
            call("listOrders", "limit: 101, status: shut"),
            [
                "ACT247 /OutFields/0/Attributes/limit 'limit' of 'listOrders': must be at most 100.",
                "ACT247 /OutFields/0/Attributes/status 'status' of 'listOrders': must be one of 'open', 'paid'.",
            ],
            id="query",
        ),
        pytest.param(
            call("listOrders", "X-Key: mine"),
            ["ACT244 /OutFields/0/Attributes/X-Key 'listOrders' takes no 'X-Key'."],
            id="key",
        ),
        pytest.param(
            call("listOrders", "$Timeout: soon"),
            ["ACT218 /OutFields/0/Attributes/$Timeout '$Timeout' must be a whole number, not a text."],
            id="timeout",
        ),
        pytest.param(
            "Type: shop, Method: POST, Attributes: {sku: tea}",
            ["ACT201 /OutFields/0/Type Unknown entity 'shop'."],
            id="method-of-entities",
        ),
    ],
)
def test_wrong_at_load(define, shop, outcome, found):
    """Everything that the document does not allow is refused before it is served, each at its place."""
    assert problems(define, action(outcome)) == found


@pytest.mark.parametrize(
    ("attributes", "value", "path", "sentence"),
    [
        pytest.param("sku: ~value", 7, "sku", "'sku' of 'createOrder': must be a text.", id="type"),
        pytest.param(
            "sku: t, quantity: ~value", 0, "quantity", "'quantity' of 'createOrder': must be at least 1.", id="value"
        ),
        pytest.param(
            "sku: t, customer: ~value",
            {"name": "x"},
            "customer.email",
            "'customer.email' of 'createOrder' is missing.",
            id="nested",
        ),
        pytest.param("body: ~value", {"sku": "t", "x": 1}, "body.x", "'createOrder' takes no 'body.x'.", id="unknown"),
    ],
)
def test_wrong_at_run(define, post, shop, attributes, value, path, sentence):
    """What expressions give is judged too: 422 names the argument and the outcome, and nothing is sent or written."""
    define(action(POST, call("createOrder", attributes), SAY))
    refused = post("todo/call", {"title": "tea", "value": value})
    body = failure(refused)
    assert (refused.status_code, body["code"], body["message"]) == (422, "invalid_outcome", sentence)
    assert body["errors"] == [{"field": path, "code": body["errors"][0]["code"], "message": sentence}]
    assert body["outcome"] == {"index": 1, "reference": "a"}
    assert not shop.requests
    assert not Todo.objects.exists()


@pytest.mark.parametrize(
    ("behaviour", "attributes", "status", "code"),
    [
        pytest.param(hang(), "$Timeout: 1", 504, "timeout", id="hangs"),
        pytest.param(hang_up(), "", 502, "upstream_failed", id="hangs-up"),
        pytest.param(answer(500, json={}), "", 502, "upstream_failed", id="fails"),
        pytest.param(answer(404, json={}), "$ExpectStatus: 2xx", 502, "upstream_failed", id="unexpected"),
        pytest.param(
            answer(200, b"{", headers={"Content-Type": "application/json"}), "", 502, "upstream_failed", id="no-json"
        ),
    ],
)
def test_a_server_that_is_down(define, post, shop, behaviour, attributes, status, code):
    """The failure names the outcome, within the time that it has; nothing is half-written."""
    shop.answers(behaviour)
    define(action(POST, call("listOrders", attributes), SAY))
    refused = post("todo/call", {"title": "tea"})
    assert (refused.status_code, failure(refused)["code"]) == (status, code)
    assert failure(refused)["outcome"] == {"index": 1, "reference": "a"}
    assert not Todo.objects.exists()


def test_what_an_author_may_ask_for(define, post, shop):
    """Further attempts, and statuses that are no failure; none of the names reaches the other server."""
    shop.answers(answer(503), answer(503, json={"busy": 1}))
    define(action(call("listOrders", "$Retries: 1, $ExpectStatus: [2xx, 503], $Timeout: 20"), SAY))
    assert said(post("todo/call"))["body"] == {"busy": 1}
    assert [one.target for one in shop.requests] == ["/v1/orders"] * 2


def test_a_call_that_nobody_reads_goes_after_the_commit(define, post, shop):
    """It is in the outbox with the row that was written, without its key; that is added when it leaves."""
    define(action(POST, call("createOrder", "sku: ~title", keys="")))
    answered = post("todo/call", {"title": "tea"})
    assert answered.status_code == 200
    assert not shop.requests
    (effect,) = OutgoingEffect.objects.all()
    assert b"CANARY" not in answered.content
    assert "CANARY" not in json.dumps(OutgoingEffect.objects.values().get(), default=str)
    assert {"ResponseType": "shop.createOrder.effect", "Attributes": str(effect.pk)} in answered.json()
    send_due()
    (request,) = shop.requests
    assert (request.json, request.header["x-key"]) == ({"sku": "tea"}, "CANARY-key")
    assert "idempotency-key" in request.header


def test_a_failed_action_sends_nothing(define, post, shop):
    """What was meant for after the commit goes with the transaction."""
    define(action(call("createOrder", "sku: ~title", keys=""), "Fail: {Status: 409}"))
    assert post("todo/call", {"title": "tea"}).status_code == 409
    assert not OutgoingEffect.objects.exists()


def test_a_dry_run_calls_nobody(define, post, shop, administrator):
    """It says what is wrong with the arguments, sends nothing and leaves nothing for later."""
    define(action(call("createOrder", "sku: ~value", "Reference: a"), call("createOrder", "sku: ~value", keys="")))
    assert post("todo/call?dry_run=true", {"value": "tea"}, actor=administrator).status_code == 200
    refused = post("todo/call?dry_run=true", {"value": 7}, actor=administrator)
    assert refused.status_code == 422
    assert b"must be a text" in refused.content
    assert not shop.requests
    assert not OutgoingEffect.objects.exists()


def test_calls_of_a_list(define, post, shop):
    """One for each mapping, one for each element; the Reference holds their answers."""
    define(
        action(
            "Type: shop, Method: createOrder, Reference: a, SkipInResponse: yes, Attributes: [{sku: x}, {sku: y}]",
            "Type: shop, Method: getOrder, Reference: b, SkipInResponse: yes, ForEach: ~value, Attributes: {id: $item}",
            "Type: said, Method: ACTIONRESPONSE, Attributes: {first: '$a[1].status', second: '$b[0].body'}",
        )
    )
    assert said(post("todo/call", {"value": ["1", "2"]})) == {"__type": "said", "first": 200, "second": {"id": 7}}
    assert [one.target for one in shop.requests] == ["/v1/orders", "/v1/orders", "/v1/orders/1", "/v1/orders/2"]
    assert len({one.header["idempotency-key"] for one in shop.requests[:2]}) == 2


def test_a_document_that_is_imported_anew_counts_at_once(define, post, shop):
    """The action is not loaded again: the next request is built by the new document."""
    define(action(call("listOrders", "limit: ~value"), SAY))
    assert said(post("todo/call", {"value": 100}))["status"] == 200
    data = shop_data()
    listed = data["paths"].pop("/orders")
    listed["get"]["parameters"][0]["schema"]["maximum"] = 10
    data["paths"]["/v2/orders"] = listed
    import_shop(f"{shop.url}/v1", json.dumps(data).encode())
    assert failure(post("todo/call", {"value": 100}))["message"] == "'limit' of 'listOrders': must be at most 10."
    assert said(post("todo/call", {"value": 10}))["status"] == 200
    assert shop.requests[-1].target == "/v1/v2/orders?limit=10"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(
            lambda: configure("shop", enabled=False, server="", authentication={}),
            "The integration 'shop' is disabled.",
            id="disabled",
        ),
        pytest.param(
            lambda: import_shop(content=without("listOrders"), force=True),
            "The integration 'shop' has no operation 'listOrders'.",
            id="operation",
        ),
        pytest.param(
            lambda: import_shop(content=shop_bytes(servers=[])), "The integration 'shop' has no address.", id="address"
        ),
    ],
)
def test_an_integration_that_is_not_there(define, post, shop, change, message):
    """Its outcomes fail with 503, which says why; the others of the installation do their work."""
    define(action(call("listOrders"), SAY))
    change()
    refused = post("todo/call")
    assert (refused.status_code, failure(refused)["code"]) == (503, "integration_unavailable")
    assert failure(refused)["message"] == message
    assert not shop.requests


def test_an_integration_that_is_gone(define, post, shop):
    """Nothing may remove it while it is called; where something did, the outcome says so."""
    define(action(call("listOrders"), SAY))
    with pytest.raises(InUse, match=r"'shop' is called by todo\.call\."):
        remove("shop")
    Integration.objects.all().delete()
    IntegrationGeneration.advance()
    assert failure(post("todo/call"))["message"] == "The integration 'shop' is not there."


@pytest.mark.parametrize(
    ("schemes", "message"),
    [
        pytest.param({}, "The integration 'shop' lacks the authentication that this needs.", id="not-configured"),
        pytest.param({"key": "nobody"}, "The server lacks a secret that this needs.", id="no-value"),
    ],
)
def test_no_secret(define, post, shop, schemes, message):
    """503 for whoever calls, a warning for whoever writes the action."""
    authenticate(server=shop.url, **schemes)
    define(action(call("listOrders"), SAY))
    refused = post("todo/call")
    assert (refused.status_code, failure(refused)["code"], failure(refused)["message"]) == (
        503,
        "secret_missing",
        message,
    )
    assert not shop.requests


def test_credentials_do_not_follow_elsewhere(define, post, shop, settings):
    """Another server to which the first one sends the caller on gets no key."""
    with Upstream(answer(json={"ok": 1})) as other:
        allow(settings, shop.netloc, other.netloc)
        shop.answers(redirect(f"{other.url}/there"))
        define(action(call("listOrders"), SAY))
        assert said(post("todo/call"))["body"] == {"ok": 1}
        assert shop.requests[0].header["x-key"] == "CANARY-key"
        assert other.paths == ["/there"]
        assert "x-key" not in other.requests[0].header


def test_the_address_is_guarded(define, post, shop, settings):
    """A document chooses an address, the settings say whether it may be called."""
    define(action(call("listOrders"), SAY))
    allow(settings, "shop.example.org")
    refused = post("todo/call")
    assert (refused.status_code, failure(refused)["code"]) == (422, "outbound_blocked")


def test_installed_actions(post, shop, administrator, account):
    """One for each operation, for administrators alone: what is sent becomes the arguments."""
    install("shop")
    shop.answers(answer(201, json={"id": 9}))
    answered = post("integration/createOrder", {"sku": "tea", "quantity": 2}, actor=administrator)
    assert answered.json()[0] == {"ResponseType": "shop.createOrder.response", "Attributes": {"id": 9}}
    assert shop.requests[0].json == {"sku": "tea", "quantity": 2}
    assert post("integration/get_stock", actor=administrator).status_code == 200
    assert post("integration/createOrder", {"sku": "tea"}, actor=account).status_code in (403, 404)
    assert post("integration/createOrder", {"sku": "tea"}).status_code in (401, 404)


def test_an_installed_action_in_a_browser(client, shop, administrator):
    """Its page shows what the other service answered: no outcome says anything to whoever sent the form."""
    install("shop")
    shop.answers(answer(201, json={"order_number": "CANARY-9"}))
    client.force_login(administrator)
    page = client.post("/action/integration/createOrder", {"sku": "tea"}, headers={"accept": "text/html"})
    assert page.status_code == 200, page.content
    assert "<code>CANARY-9</code>" in page.content.decode()
    form = client.get("/action/integration/createOrder", headers={"accept": "text/html"})
    assert b"data-action" not in form.content  # the script, which shows directives alone, leaves it to the browser


INSTALL = Path(__file__).parents[2] / "fixtures" / "actions" / "daptin" / "integrations" / "install_integration.yaml"


def test_an_integration_is_installed_by_an_action(define, post, shop, administrator, account):
    """The original's own, for administrators alone; what was installed is served at once, and undone with the rest."""
    define(INSTALL.read_text(encoding="utf-8"))
    public_id = str(Integration.objects.get().pk)
    sent = {"attributes": {"integration_id": public_id}}
    assert post("integration/install_integration", sent, actor=account).status_code in (403, 404)
    answered = post("integration/install_integration", sent, actor=administrator)
    assert answered.status_code == 200, answered.content
    assert answered.json()[0]["Attributes"]["message"] == "12 added, 0 changed, 0 unchanged."
    version = DefinitionVersion.objects.get(definition__name="createOrder")
    assert version.created_by == administrator
    assert post("integration/createOrder", {"sku": "tea"}, actor=administrator).status_code == 200
    import_shop(f"{shop.url}/v1", name="other")
    refused = post(
        "integration/install_integration",
        {"attributes": {"integration_id": str(Integration.objects.get(name="other").pk)}},
        actor=administrator,
    )
    assert (refused.status_code, failure(refused)["code"]) == (422, "invalid_outcome")
    assert "There is an action 'createOrder' already, from 'integration shop'." in failure(refused)["message"]
