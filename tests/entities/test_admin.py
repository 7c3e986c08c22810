"""Every entity in the Django admin."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from entities import registry
from entities.examples.models import Product, Todo
from entities.models import UserAccount
from entities.permissions import OWNED_ROW, PUBLIC_ROW


@pytest.fixture
def client(root):
    """A browser of an administrator."""
    browser = Client()
    browser.force_login(root.account)
    return browser


def address(model, page, *args):
    """The address of an admin page."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.mark.parametrize("name", [entity.name for entity in registry.all_entities()])
def test_every_entity_has_its_pages(client, name):
    """The list, with a search and an order, and the form of a new row answer; rows that nobody writes have none."""
    model = registry.get(name).model
    assert admin.site.is_registered(model)
    for query in ("", "?q=x", "?o=1"):
        assert client.get(address(model, "changelist") + query).status_code == 200
    assert client.get(address(model, "add")).status_code == (403 if name == "world" else 200)


def test_a_list_shows_something(client, root):
    """Columns of the row stand in the list; markup in them is text."""
    root.create("todo", title="<b>Milk</b>")
    page = client.get(address(Todo, "changelist")).content.decode()
    assert "&lt;b&gt;Milk&lt;/b&gt;" in page
    assert "<b>Milk</b>" not in page
    assert "column-title" in page
    assert "column-created_at" in page


def test_a_row_made_here_is_one_of_its_entity(client, root):
    """A new row gets an owner; a change counts the version."""
    values = {"name": "Pen", "price": "1.50", "currency": "EUR", "stock": "2", "permission": str(PUBLIC_ROW)}
    assert client.post(address(Product, "add"), values).status_code == 302
    product = Product.objects.get()
    assert (product.permission, product.user_account, product.version) == (PUBLIC_ROW, root.account, 1)
    values |= {"stock": "3", "user_account": str(root.account.pk)}
    assert client.post(address(Product, "change", product.pk), values).status_code == 302
    product.refresh_from_db()
    assert (product.stock, product.version, product.permission) == (3, 2, PUBLIC_ROW)


def test_an_account_is_made_by_its_email(client):
    """The form of a new account asks for e-mail, name and password; the account owns itself and can sign in."""
    password = "correct horse battery"
    values = {"email": "eve@example.org", "name": "Eve", "password1": password, "password2": password}
    answer = client.post(address(UserAccount, "add"), values)
    assert answer.status_code == 302, answer.context["errors"]
    account = UserAccount.objects.get(email="eve@example.org")
    assert account.check_password(password)
    assert (account.user_account_id, account.permission) == (account.pk, OWNED_ROW)
    page = client.get(address(UserAccount, "change", account.pk)).content.decode()
    assert account.password not in page


def test_an_account_is_changed(client, root):
    """An administrator confirms an account, whose password stays."""
    account = UserAccount.objects.create_user("eve@example.org", "correct horse", name="Eve")
    values = {"email": "eve@example.org", "name": "Eva", "confirmed": "on", "is_active": "on", "permission": "0"}
    answer = client.post(address(UserAccount, "change", account.pk), values)
    assert answer.status_code == 302, answer.context["errors"]
    account.refresh_from_db()
    assert (account.name, account.confirmed) == ("Eva", True)
    assert account.check_password("correct horse")
