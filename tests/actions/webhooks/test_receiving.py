"""A request to a receiver: verified over its bytes, stored before anything is made of it, and answered."""

from __future__ import annotations

import hmac
import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from actions import secrets
from actions.errors import RefusedDocument, UnknownAction
from actions.invocations import Invocation
from actions.invoke import invoke
from actions.loading import save_definition
from actions.models import Definition, Delivery, RefusedRequest, SecretVersion
from actions.secrets.changing import Content, remove_secret, rotate_secret, set_secret
from actions.signatures.base import SignedRequest
from actions.webhooks import process_again, process_due
from entities.actors import SYSTEM
from entities.authentication import actor_of_account, issue_token
from entities.examples.models import Todo
from entities.models import UserAccount
from tests.actions.webhooks.conftest import (
    ADD,
    BODY,
    PATH,
    SECRET,
    Define,
    Sender,
    document,
    event,
    only,
    sign,
)


@pytest.mark.parametrize("path", [PATH, "/action/todo/paid", "/webhook/todo/paid/"])
def test_a_signed_event_has_its_effect_and_is_kept_byte_for_byte(define: Define, send: Sender, path: str) -> None:
    """Both addresses take it; the answer names the delivery."""
    define()
    answer = send(sign(), path)
    found = only()
    assert (answer.status_code, answer.json()) == (200, {"status": "processed", "delivery": str(found.pk)})
    assert answer["Webhook-Delivery"] == str(found.pk)
    assert bytes(found.body) == BODY
    assert (found.state, found.event_id, found.event_type, found.scheme) == (
        "succeeded",
        "evt_1",
        "payment.paid",
        "stripe",
    )
    assert Todo.objects.get().title == "café"


def test_a_second_delivery_has_no_second_effect(define: Define, send: Sender) -> None:
    """It is answered 2xx, says that it is one, and names the first."""
    define()
    first = send(sign()).json()["delivery"]
    again = send(sign(age=-2))
    assert (again.status_code, again.json()) == (200, {"status": "duplicate", "delivery": first})
    assert only().times_received == 2
    assert Todo.objects.count() == 1


def test_what_is_not_signed_leaves_nothing(define: Define, send: Sender) -> None:
    """One answer whatever is wrong; no delivery, no effect."""
    define()
    request = sign()
    changed: Any = [
        send(sign(secret="another secret")),
        send(type(request)(BODY + b" ", request.headers)),
        send(type(request)(BODY, {})),
        send(sign(age=301)),
        send(sign(age=-310)),  # not 301: a second may pass between signing and verifying
        send(type(request)(b"x" * (1024 * 1024 + 1), request.headers)),
    ]
    assert {answer.status_code for answer in changed} == {401}
    assert len({answer.content for answer in changed}) == 1
    assert not Delivery.objects.exists()
    assert not Todo.objects.exists()


def test_several_events(define: Define, send: Sender) -> None:
    """Distinct events have an effect each."""
    define()
    for number in range(3):
        assert send(sign(event(number))).status_code == 200
    assert Todo.objects.count() == Delivery.objects.count() == 3


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete"])
def test_only_post(define: Define, send: Sender, method: str) -> None:
    """Nothing else is a webhook; what may be sent is said."""
    define()
    answer = getattr(send.client, method)(PATH)
    assert (answer.status_code, answer["Allow"]) == (405, "OPTIONS, POST")
    if method != "head":
        told = answer.json()[0]["Attributes"]
        assert told["message"] == f"A receiver has no {method.upper()}."
        assert told["hint"] == "What its sender has signed comes with POST."


def test_nobody_executes_a_receiver(define: Define, send: Sender) -> None:
    """The administrator's token is worth nothing here, nor is a cookie: only the signature counts."""
    root = UserAccount.objects.create_superuser("root@example.org", "correct horse", name="Root")
    define()
    token = issue_token(root)
    send.client.cookies["token"] = token
    for path in (PATH, "/action/todo/paid"):
        answer = send.client.post(
            path, BODY, content_type="application/json", headers={"Authorization": f"Bearer {token}"}
        )
        assert answer.status_code == 401
    assert send.client.post(f"/action/todo/{'0' * 8}/paid", BODY, content_type="application/json").status_code in (
        401,
        403,
        404,
    )
    with pytest.raises(UnknownAction):
        invoke(Invocation("todo", "paid", actor_of_account(root)))
    with pytest.raises(UnknownAction):
        invoke(Invocation("todo", "paid", SYSTEM))


def test_a_broken_or_revoked_token_does_not_matter(define: Define, send: Sender) -> None:
    """A proxy's Authorization header, or a browser's cookie from another site, does not get between."""
    define()
    send.client.cookies["token"] = "rubbish"
    answer = send(sign(), Authorization="Bearer rubbish", Origin="https://evil.example.org")
    assert answer.status_code == 200


def test_it_is_in_no_list_of_what_one_may_execute(define: Define, send: Sender) -> None:
    """Not for guests, not for the administrator."""
    root = UserAccount.objects.create_superuser("root@example.org", "correct horse", name="Root")
    define()
    for headers in ({}, {"Authorization": f"Bearer {issue_token(root)}"}):
        assert "todo:paid" not in send.client.get("/actions", headers=headers).json()


def test_what_is_no_receiver_is_not_at_the_address(define: Define, send: Sender) -> None:
    """Other actions are executed where they are, and an unknown name is unknown."""
    save_definition("{Name: add, OnType: todo, OutFields: [{Return: true}]}", "add.yaml")
    for name in ("add", "none"):
        assert send(sign(), f"/webhook/todo/{name}").status_code == 404


@pytest.mark.parametrize("how", ["removed", "blank"])
def test_without_its_secret_a_receiver_takes_nothing(
    define: Define, send: Sender, how: str, tmp_path: Path, settings: Any
) -> None:
    """It was there when the definition was saved; a key of no bytes, or none, opens nothing afterwards."""
    settings.ACTIONS = {**settings.ACTIONS, "SECRET_FOLDERS": [tmp_path]}
    file = tmp_path / "key"
    file.write_text(SECRET)
    define()
    set_secret("hook", Content.of_reference(f"file:{file}"))
    assert send(sign()).status_code == 200
    remove_secret("hook") if how == "removed" else file.write_text(" \n")
    stamp = int(time.time())
    empty = hmac.new(b"", b"%d.%b" % (stamp, event(2)), "sha256").hexdigest()
    assert send(SignedRequest(event(2), {"stripe-signature": f"t={stamp},v1={empty}"})).status_code == 401
    assert send(sign(event(2))).status_code == 401
    assert {row.cause for row in RefusedRequest.objects.all()} == {"empty_secret"}


def test_a_definition_whose_secret_is_missing_is_not_saved(transactional_db: None) -> None:
    """The place of the name is told; the receiver is not served."""
    with pytest.raises(RefusedDocument) as refused:
        save_definition(document(), "test.yaml")
    (problem,) = refused.value.problems
    assert (problem.code, problem.location.pointer) == ("ACT253", "/Webhook/Secret")


def test_nor_is_one_whose_secret_is_blank(transactional_db: None, tmp_path: Path, settings: Any) -> None:
    """A name that is there is not enough: what it refers to must be a value."""
    settings.ACTIONS = {**settings.ACTIONS, "SECRET_FOLDERS": [tmp_path]}
    file = tmp_path / "key"
    file.write_text(SECRET)
    set_secret("hook", Content.of_reference(f"file:{file}"))
    file.write_text(" \n")
    with pytest.raises(RefusedDocument) as refused:
        save_definition(document(), "test.yaml")
    assert [problem.code for problem in refused.value.problems] == ["ACT253"]
    file.write_text(SECRET)
    save_definition(document(), "test.yaml")


def test_secrets_rotate(define: Define, send: Sender) -> None:
    """Both are good until the old one's end; then it is not."""
    define()
    rotate_secret("hook", Content.of_text("the new one"), timedelta(hours=1))
    for number, key in enumerate((SECRET, "the new one")):
        assert send(sign(event(number), secret=key)).status_code == 200
    SecretVersion.objects.filter(ends_at__isnull=False).update(ends_at=timezone.now())
    secrets.forget()
    assert send(sign(event(5), secret=SECRET)).status_code == 401
    assert send(sign(event(6), secret="the new one")).status_code == 200


def test_several_names_of_secrets(define: Define, send: Sender) -> None:
    """Any of them will do while all of them have values."""
    set_secret("test_mode", Content.of_text("test secret"))
    save_definition(document().replace("Secret: hook", "Secret: [hook, test_mode]"), "test.yaml")
    assert send(sign(event(1))).status_code == 200
    assert send(sign(event(2), secret="test secret")).status_code == 200
    remove_secret("test_mode")
    assert send(sign(event(3))).status_code == 401


ADYEN_KEY = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056"
SIGNED_TIME = {"Header": "X-Sig", "EventId": "body:id", "Signed": "{timestamp}.{body}", "TimestampHeader": "X-Time"}


@pytest.mark.parametrize(
    ("scheme", "options", "secret"),
    [
        ("stripe", {}, SECRET),
        ("standard", {}, SECRET),
        ("github", {}, SECRET),
        ("razorpay", {}, SECRET),
        ("paddle", {}, SECRET),
        ("adyen", {}, ADYEN_KEY),
        ("shopify", {}, SECRET),
        ("square", {"Url": "https://example.com/hook"}, SECRET),
        ("mollie", {}, SECRET),
        ("hmac", SIGNED_TIME, SECRET),
    ],
)
def test_every_scheme(define: Define, send: Sender, scheme: str, options: dict[str, str], secret: str) -> None:
    """A good request has one effect however often it is sent; a byte more, and it is refused."""
    set_secret("hook", Content.of_text(secret))
    define(scheme=scheme, webhook=", ".join(f"{name}: '{value}'" for name, value in options.items()))
    request = sign(BODY, scheme, secret=secret, options=options)
    assert send(SignedRequest(BODY + b" ", request.headers)).status_code == 401
    assert [send(request).json()["status"] for _ in range(2)] == ["processed", "duplicate"]
    assert bytes(only().body) == BODY
    assert Todo.objects.count() == 1


def test_several_events_of_one_request(define: Define, send: Sender) -> None:
    """Adyen sends several at once: each is a delivery; one that fails is not done, and the request is not either."""
    set_secret("hook", Content.of_text(ADYEN_KEY))
    define(
        "{Condition: '!event.pspReference == \"bad\" && !event.merchantReference', Fail: {Status: 422}}",
        "{Type: todo, Method: POST, Attributes: {title: ~event.pspReference}}",
        scheme="adyen",
        webhook="Answer: {Body: '[accepted]'}",
    )

    def batch(*names: str) -> SignedRequest:
        items = [{"NotificationRequestItem": {"pspReference": name, "eventCode": "AUTHORISATION"}} for name in names]
        return sign(json.dumps({"notificationItems": items}).encode(), "adyen", secret=ADYEN_KEY)

    answer = send(batch("one", "two"))
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (
        200,
        b"[accepted]",
        "text/plain; charset=utf-8",
    )
    assert len(answer["Webhook-Delivery"].split(", ")) == Delivery.objects.count() == 2
    assert send(batch("two", "three", "bad")).status_code == 500
    assert sorted(Todo.objects.values_list("title", flat=True)) == ["one", "three", "two"]
    assert Delivery.objects.get(state="failed").event_id == "bad:AUTHORISATION:"
    repeated = send(batch("one", "two"))
    assert (repeated.status_code, repeated.content, repeated["Webhook-Status"]) == (200, b"[accepted]", "duplicate")


FLAG = "{Condition: '!event.bad', Fail: {Status: 409, Code: no_way, Message: 'Internal matters of $event.id'}}"


def test_a_failure_is_undone_told_briefly_and_mended_by_the_next_delivery(define: Define, send: Sender) -> None:
    """500 with Retry-After and nothing internal; the event is not "already seen" when it comes again."""
    define(ADD, FLAG)
    answer = send(sign(event(bad=True)))
    assert (answer.status_code, answer["Retry-After"], answer["Webhook-Status"]) == (500, "10", "failed")
    assert "matters" not in answer.content.decode()
    assert "not_processed" in answer.content.decode()
    found = only()
    assert (found.state, found.reason, found.detail, found.attempts) == (
        "failed",
        "no_way",
        "Internal matters of evt_1",
        1,
    )
    assert found.next_attempt_at is not None
    assert not Todo.objects.exists()
    define(ADD)
    again = send(sign(event(bad=True)))
    assert (again.status_code, again.json()) == (200, {"status": "processed", "delivery": str(found.pk)})
    assert (only().state, only().attempts, only().reason, only().number) == ("succeeded", 2, "", 2)
    assert Todo.objects.count() == 1


@pytest.mark.parametrize(("declared", "answered"), [(502, 502), (503, 503), (504, 504), (404, 500), (422, 500)])
def test_the_status_of_a_failure(define: Define, send: Sender, declared: int, answered: int) -> None:
    """A gateway tries again after 5xx, whatever the author says of the failure."""
    define(f"{{Fail: {{Status: {declared}}}}}")
    assert send(sign()).status_code == answered


def test_our_own_fault_is_told_by_its_id(define: Define, send: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sender is told nothing, the delivery has the id under which the log has the rest."""
    define()
    monkeypatch.setattr("actions.running.run_plan", lambda plan, run: 1 / 0)
    answer = send(sign())
    assert answer.status_code == 500
    assert "ZeroDivision" not in answer.content.decode()
    assert only().reason == "internal_error"


def test_what_cannot_be_stored_is_503(define: Define, send: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never 2xx for what is not on disk."""
    define()

    def full(*_: Any) -> bool:
        raise OperationalError("could not write to file: No space left on device")

    monkeypatch.setattr("actions.webhooks.rows._insert", full)
    answer = send(sign())
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "space" not in answer.content.decode()
    assert not Delivery.objects.exists()


def test_an_attempt_whose_failure_cannot_be_noted_is_503(
    define: Define, send: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database went away in between: the event is stored, and whoever looks next finds it."""
    define()

    def away(*_: Any) -> None:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr("actions.webhooks.rows.mark_succeeded", away)
    assert send(sign()).status_code == 503
    monkeypatch.undo()
    assert only().state == "failed"
    assert send(sign()).json()["status"] == "processed"


def test_unwanted_types_are_kept_and_ignored(define: Define, send: Sender) -> None:
    """They are answered 2xx, again as duplicates, and processed by hand once they are wanted."""
    define(webhook="Filter: [refund.*, '*.disputed']")
    assert send(sign()).json()["status"] == "ignored"
    assert send(sign()).json()["status"] == "duplicate"
    found = only()
    assert (found.state, found.reason, found.next_attempt_at) == ("ignored", "unwanted_type", None)
    assert process_again(found.pk).result == "ignored"
    define(webhook="Filter: payment.*")
    assert send(sign()).json()["status"] == "duplicate"
    assert process_again(found.pk).result == "processed"
    assert process_again(found.pk).result == "duplicate"
    assert Todo.objects.count() == 1


def test_stored_is_answered_before_it_is_processed(define: Define, send: Sender) -> None:
    """202; the thread, or the sweeper, does the rest, and a duplicate finds it so."""
    define(webhook="Ack: stored")
    answer = send(sign())
    assert (answer.status_code, answer.json()["status"]) == (202, "stored")
    assert not Todo.objects.exists()
    assert send(sign()).json()["status"] == "duplicate"
    assert process_due() == 1
    assert process_due() == 0
    assert (only().state, only().attempts, Todo.objects.count()) == ("succeeded", 1, 1)
    assert (send(sign()).status_code, send(sign()).json()["status"]) == (200, "duplicate")


def test_the_declared_answer(define: Define, send: Sender) -> None:
    """Status, body and type are the provider's; what became of it is in the headers."""
    define(webhook="Answer: {Status: 204, Body: '', ContentType: application/json}")
    answer = send(sign())
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (204, b"", "application/json")
    assert answer["Webhook-Status"] == "processed"


NAMES = (
    "{Type: todo, Method: POST, Attributes: {title: '!JSON.stringify([delivery.event_id, delivery.event_type, "
    "delivery.attempt, delivery.id.length, request.method, request.path, request.headers, user])'}}"
)


def test_what_expressions_see(define: Define, send: Sender) -> None:
    """The delivery, and of the headers those that are signed or listed; nobody is signed in."""
    define(NAMES, scheme="standard", webhook="Headers: [X-Shop, X_Region]")
    request = sign(scheme="standard", event_id="msg_1")
    more = {"X-Shop": "eu", "X-Region": "north", "X-Other": "no", "Authorization": "Bearer x"}
    assert send(request, **more).status_code == 200
    *facts, headers, user = json.loads(Todo.objects.get().title)
    assert facts == ["msg_1", "payment.paid", 1, 36, "POST", PATH]
    assert headers == {
        "webhook-id": "msg_1",
        "webhook-timestamp": request.headers["webhook-timestamp"],
        "x-shop": "eu",
        "x-region": "north",
    }
    assert user is None
    assert set(only().headers) == {"webhook-id", "webhook-timestamp", "webhook-signature", "x-shop", "x-region"}


@pytest.mark.parametrize("others", [pytest.param(0, id="short"), pytest.param(15, id="too-long-to-be-kept")])
def test_headers_that_look_signed(define: Define, send: Sender, others: int) -> None:
    """Of both families of Standard Webhooks one is verified; the other, which anybody can have added, is not shown."""
    define(NAMES, scheme="standard")
    request = sign(scheme="standard", event_id="msg_1")
    signatures = request.headers["webhook-signature"] + f" v2,{'x' * 256}" * others
    added = {"svix-id": "msg_2", "svix-timestamp": "1", "svix-signature": "v1,x"}
    assert send(request, **added, **{"webhook-signature": signatures}).status_code == 200
    *_, headers, _ = json.loads(Todo.objects.get().title)
    assert headers == {"webhook-id": "msg_1", "webhook-timestamp": request.headers["webhook-timestamp"]}


def test_the_rows_are_nobodys(define: Define, send: Sender) -> None:
    """The system writes: with its rights, for nobody."""
    define()
    send(sign())
    assert Todo.objects.get().user_account_id is None


def test_inputs_are_members_of_the_event(define: Define, send: Sender) -> None:
    """Declared ones, conformed and checked; what is not declared is ignored."""
    define(
        "{Type: todo, Method: POST, Attributes: {title: ~title}}",
        keys="InFields: [{Name: title, ColumnType: label}]\nConformations: [{ColumnName: title, Tags: trim}]",
    )
    assert send(sign(event(title="  Tea "))).status_code == 200
    assert Todo.objects.get().title == "Tea"
    assert send(sign(event(2, title=7))).status_code == 500
    assert Delivery.objects.get(event_id="evt_2").reason == "invalid_input"


@pytest.mark.parametrize(
    ("kind", "body", "title"),
    [
        pytest.param("application/x-www-form-urlencoded", b"id=evt_1&title=caf%C3%A9", "café", id="form"),
        pytest.param("application/xml", "<p id='1'><title>café</title></p>".encode(), "café", id="xml"),
        pytest.param("application/vnd.api+json", b'{"id": "e", "title": "x"}', "x", id="json"),
    ],
)
def test_bodies(define: Define, send: Sender, kind: str, body: bytes, title: str) -> None:
    """JSON, forms and XML are data."""
    path = "event.p.title" if kind == "application/xml" else "event.title"
    define(f"{{Type: todo, Method: POST, Attributes: {{title: ~{path}}}}}", scheme="github")
    assert send(sign(body, "github"), kind=kind).status_code == 200
    assert Todo.objects.get().title == title


def test_plain_text_is_in_the_raw_body_only(define: Define, send: Sender) -> None:
    """What has no structure is no event; its text can be read."""
    define("{Type: todo, Method: POST, Attributes: {title: '!event + request.body'}}", scheme="github")
    assert send(sign(b"hello", "github"), kind="text/plain").status_code == 200
    assert Todo.objects.get().title == "nullhello"


def test_a_signed_body_that_cannot_be_read(define: Define, send: Sender) -> None:
    """400: neither its sender nor the server can mend it by trying again."""
    define(scheme="github")
    assert send(sign(b"{", "github")).status_code == 400
    assert (only().state, only().reason, only().next_attempt_at) == ("failed", "unreadable", None)


def test_a_problem_for_who_asks_for_one(define: Define, send: Sender) -> None:
    """RFC 9457, the same for every cause."""
    define()
    answer = send(sign(age=1000), Accept="application/problem+json")
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert answer.json()["type"] == "/docs#ACT601"


def test_an_event_that_nobody_receives_any_more_waits(define: Define, send: Sender) -> None:
    """Switched off between storing and processing: it is processed when the receiver is back."""
    define(webhook="Ack: stored")
    send(sign())
    row = Definition.objects.get(name="paid")
    row.enabled = False
    row.save()
    assert process_due() == 1
    assert (only().state, only().reason) == ("failed", "no_receiver")
    row.enabled = True
    row.save()
    Delivery.objects.update(next_attempt_at=timezone.now())
    assert process_due() == 1
    assert only().state == "succeeded"


def test_refusals_are_counted_by_cause(define: Define, send: Sender) -> None:
    """Any number of forged requests is one row a day for each cause; nothing of them is kept."""
    define()
    for _ in range(3):
        send(sign(secret="another"))
    send(sign(age=400))
    assert {row.cause: row.count for row in RefusedRequest.objects.all()} == {"no_match": 3, "too_old": 1}
    assert "another" not in str(list(RefusedRequest.objects.values()))


@pytest.mark.parametrize("status", [204, 205])
def test_an_answer_without_a_body(define: Define, send: Sender, status: int) -> None:
    """Where the status has none, none is sent."""
    define(webhook=f"Answer: {{Status: {status}}}")
    answer = send(sign())
    assert (answer.status_code, answer.content, answer["Webhook-Status"]) == (status, b"", "processed")


@pytest.mark.parametrize("path", ["/webhook/todo/paid", "/action/todo/paid"])
def test_a_receiver_has_no_page(path: str, define: Define, send: Sender) -> None:
    """Whoever would read HTML has to sign all the same, and is answered as every sender."""
    define()
    unsigned = send.client.post(path, {"title": "x"}, headers={"Accept": "text/html"})
    assert (unsigned.status_code, unsigned["Content-Type"]) == (401, "application/json")
    assert send.client.get(path, headers={"Accept": "text/html"}).status_code == 405
    assert send(sign(), path, Accept="text/html")["Webhook-Status"] == "processed"
