"""Every shipped example does what its first lines say."""

from decimal import Decimal

import pytest

from entities.examples.models import LedgerEntry, Order, Payment, Product, Project, Todo
from entities.models import UserAccount
from tests.acceptance.conftest import failure

NEW = {"name": "Grace", "email": "grace@example.org", "password": "correct horse"}


def by_type(response):
    return {entry["ResponseType"]: entry["Attributes"] for entry in response.json()}


def test_sign_in_gives_a_token_that_works(examples, post, account):
    """The four entries of the original, in its order; the token then signs requests."""
    response = post("user_account/signin", {"email": "ADA@example.org", "password": "correct horse"})
    assert [entry["ResponseType"] for entry in response.json()] == [
        "client.store.set",
        "client.cookie.set",
        "client.notify",
        "client.redirect",
    ]
    token = response.json()[0]["Attributes"]["value"]
    path = f"user_account/{account.pk}/rename"
    assert post(path, {"name": "Augusta"}).status_code in (401, 404)
    assert post(path, {"name": "Augusta"}, Authorization=f"Bearer {token}").status_code == 200


@pytest.mark.parametrize(
    ("email", "password"), [("ada@example.org", "wrong horse"), ("nobody@example.org", "correct horse")]
)
def test_a_failed_sign_in_does_not_say_why(examples, post, account, email, password):
    """Wrong password and unknown account give one answer."""
    response = post("user_account/signin", {"email": email, "password": password})
    assert response.status_code == 401
    assert failure(response)["code"] == "sign_in_failed"
    assert failure(response)["message"] == "Invalid e-mail or password."


def test_onboarding_makes_an_account_a_project_and_its_todos(examples, post):
    """One form, one transaction; what is made after the switch belongs to the new account."""
    response = post("project/onboarding", {**NEW, "todos": ["Invite friends", "Read the guide"]})
    assert response.status_code == 200, response.content
    account, project = UserAccount.objects.get(), Project.objects.get()
    assert project.user_account == account
    assert list(Todo.objects.order_by("pk").values_list("title", "project", "user_account")) == [
        ("Invite friends", project.pk, account.pk),
        ("Read the guide", project.pk, account.pk),
    ]
    answered = by_type(response)
    assert answered["client.notify"]["title"] == "Welcome, Grace"
    assert answered["client.notify"]["message"] == "2 todos are waiting."
    assert answered["client.redirect"]["location"] == f"/projects/{project.pk}"


def test_onboarding_without_todos(examples, post):
    """An omitted list is an empty one."""
    response = post("project/onboarding", NEW)
    assert by_type(response)["client.notify"]["message"] == "Your project is ready."
    assert Project.objects.get().name == "My first project"
    assert not Todo.objects.exists()


@pytest.fixture
def tea(transactional_db):
    from entities import registry
    from entities.actors import SYSTEM
    from entities.store import unit

    with unit(SYSTEM) as work:
        return work.create(registry.get("product"), {"name": "Tea", "price": "9.95", "stock": 3})


def test_buying_takes_from_the_stock(examples, post, account, tea):
    """An order with the exact price, and less in stock."""
    response = post(f"product/{tea['reference_id']}/buy", {"quantity": 2}, actor=account)
    assert response.status_code == 200, response.content
    order = Order.objects.get()
    assert (order.total, order.currency, order.quantity, order.buyer) == (Decimal("19.90"), "EUR", 2, account)
    assert Product.objects.get().stock == 1
    assert by_type(response)["client.notify"]["message"] == "2 x Tea for 19.90 EUR"


def test_buying_too_much_is_refused_as_declared(examples, post, account, tea):
    """``Fail`` answers exactly what the author wrote, and nothing is written."""
    response = post("product/buy", {"quantity": 4, "product_id": tea["reference_id"]}, actor=account)
    body = failure(response)
    assert (response.status_code, body["code"], body["message"]) == (409, "out_of_stock", "Only 3 of Tea left.")
    assert not Order.objects.exists()
    assert Product.objects.get().stock == 3


def test_a_guest_may_not_buy(examples, post, tea):
    """Without a permission line an action is for signed-in accounts."""
    assert post(f"product/{tea['reference_id']}/buy", {}).status_code == 401


def test_people_rename_themselves_and_nobody_else(examples, post, account, administrator):
    """The row of somebody else is not there, and other fields cannot be sent."""
    mine, other = f"user_account/{account.pk}/rename", f"user_account/{administrator.pk}/rename"
    assert post(mine, {"name": " Augusta "}, actor=account).json()[0]["Attributes"]["name"] == "Augusta"
    assert post(other, {"name": "Me"}, actor=account).status_code == 404
    assert post(mine, {"name": "x", "email": "new@example.org"}, actor=account).status_code == 422
    account.refresh_from_db()
    assert (account.name, account.email) == ("Augusta", "ada@example.org")


def test_a_payment_is_booked_once(examples, post, account, administrator):
    """The order is paid and the ledger has one entry; a repeated notification never books again."""
    Order.objects.create(number="A-1", total=Decimal("19.90"))
    paid = {"order_number": "A-1", "provider": "stripe", "provider_reference": "ch_1", "amount": "19.90"}
    assert post("order/payment_received", paid, actor=account).status_code == 404
    assert post("order/payment_received", paid, actor=administrator).status_code == 200
    order = Order.objects.get()
    assert order.status == "paid"
    assert order.paid_at is not None
    assert post("order/payment_received", paid, actor=administrator).status_code == 409
    again = post("order/payment_received", {**paid, "provider_reference": "ch_2"}, actor=administrator)
    assert by_type(again)["client.notify"]["message"] == "Order A-1 was paid already."
    assert LedgerEntry.objects.get().amount == Decimal("19.90")
    assert Payment.objects.count() == 2
    unknown = post("order/payment_received", {**paid, "order_number": "B"}, actor=administrator)
    assert (unknown.status_code, failure(unknown)["code"]) == (404, "unknown_order")
