"""A small example domain: projects with todos; products, orders, payments and a ledger. Money is decimal."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models

from entities.models import EntityModel
from entities.permissions import PUBLIC_ROW, READ_ONLY
from entities.registry import register


def money(**options: Any) -> models.DecimalField[Any, Any]:
    """Return a decimal column for an amount of money."""
    return models.DecimalField(max_digits=14, decimal_places=2, **options)


def currency() -> models.CharField[Any, Any]:
    """Return a column for an ISO 4217 code."""
    return models.CharField(max_length=3, default="EUR")


@register(name="project")
class Project(EntityModel):
    """Something that todos belong to."""

    name = models.CharField(max_length=100)
    description = models.TextField(blank=True, default="")

    class Meta:
        db_table = "project"

    def __str__(self) -> str:
        return self.name


@register(name="todo")
class Todo(EntityModel):
    """A thing to do, perhaps for a project."""

    title = models.CharField(max_length=200)
    done = models.BooleanField(default=False)
    due = models.DateField(null=True, blank=True)
    project = models.ForeignKey(Project, null=True, blank=True, on_delete=models.CASCADE, related_name="todos")

    class Meta:
        db_table = "todo"

    def __str__(self) -> str:
        return self.title


@register(name="product", permission=READ_ONLY)
class Product(EntityModel):
    """Something for sale, which everybody may look at. The database refuses a negative stock."""

    permission = models.IntegerField(default=PUBLIC_ROW)
    name = models.CharField(max_length=100)
    price = money(validators=[MinValueValidator(0)])
    currency = currency()
    stock = models.IntegerField(default=0)

    class Meta:
        db_table = "product"
        constraints = [models.CheckConstraint(condition=models.Q(stock__gte=0), name="product_stock_not_negative")]

    def __str__(self) -> str:
        return self.name


@register(name="order", permission=READ_ONLY)
class Order(EntityModel):
    """A purchase of one product."""

    number = models.CharField(max_length=40, unique=True)
    status = models.CharField(max_length=20, default="pending")
    total = money(default=0)
    currency = currency()
    quantity = models.PositiveIntegerField(default=1)
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.PROTECT, related_name="orders")
    buyer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="orders"
    )
    paid_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "order"

    def __str__(self) -> str:
        return self.number


@register(name="payment", permission=READ_ONLY)
class Payment(EntityModel):
    """Money that a provider says it has taken for an order."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    provider = models.CharField(max_length=40)
    provider_reference = models.CharField(max_length=200)
    amount = money()
    currency = currency()
    status = models.CharField(max_length=20, default="pending")

    class Meta:
        db_table = "payment"
        constraints = [
            models.UniqueConstraint(fields=["provider", "provider_reference"], name="payment_once_per_provider")
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.provider_reference}"


@register(name="ledger_entry", permission=READ_ONLY)
class LedgerEntry(EntityModel):
    """One movement of money, never changed."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="ledger_entries")
    amount = money()
    currency = currency()
    kind = models.CharField(max_length=20)
    note = models.TextField(blank=True, default="")

    class Meta:
        db_table = "ledger_entry"
        verbose_name_plural = "ledger entries"

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} {self.currency}"
