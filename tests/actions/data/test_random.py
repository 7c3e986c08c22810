"""Values and rows that are made up: each is one that its type, its column and the database take."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from django.core.validators import MinLengthValidator
from django.db import models
from django.test.utils import isolate_apps

from actions.data.errors import NoRandomValue
from actions.data.random_rows import RandomRows, _unique_columns
from actions.data.random_values import is_accepted, random_value
from entities import registry
from entities.actors import SYSTEM, Actor
from entities.derivation import Registration, derive
from entities.examples.models import Order, Payment, Product, Project, Todo
from entities.fields import all_column_types, column_type, column_type_of, with_options
from entities.models import UserAccount, UserGroup
from entities.store import Unit

NAMES = [kind.name for kind in all_column_types()]


@pytest.mark.parametrize("unique", [False, True], ids=["any", "unique"])
@pytest.mark.parametrize("name", [*NAMES, "image.png|jpg", "file.*"])
def test_every_column_type_has_values(name: str, unique: bool) -> None:
    """What is made up passes the type's own checks, as JSON and as what the type makes of it."""
    kind = column_type(name)
    for _ in range(20):
        assert is_accepted(kind, random_value(kind, unique=unique))


def test_nothing_passes_by_being_refused() -> None:
    """The check that the values have to pass refuses what is wrong."""
    assert not is_accepted(column_type("month"), 13)
    assert not is_accepted(column_type("email"), "x")
    assert not is_accepted(column_type("date"), 1.5j)


@pytest.mark.parametrize(
    "field",
    [
        models.CharField(max_length=3),
        models.CharField(max_length=40, validators=[MinLengthValidator(30)]),
        models.SmallIntegerField(),
        models.PositiveBigIntegerField(),
        models.DecimalField(max_digits=3, decimal_places=2),
        models.DecimalField(max_digits=2, decimal_places=2),
        models.UUIDField(),
        models.DurationField(),
        models.BinaryField(),
        models.GenericIPAddressField(),
        models.URLField(max_length=60),
        models.CharField(max_length=3, choices=[("a", "A"), ("b", "B")]),
        models.IntegerField(choices=[(7, "seven")]),
    ],
    ids=lambda field: f"{type(field).__name__}-{field.max_length or field.choices or ''}",
)
@pytest.mark.parametrize("unique", [False, True], ids=["any", "unique"])
def test_models_fields_have_values(field: Any, unique: bool) -> None:
    """Within their lengths, digits, ranges and choices."""
    kind = column_type_of(field)
    assert is_accepted(kind, random_value(kind, unique=unique))


def test_options_are_chosen_from() -> None:
    """In their own spelling."""
    kind = with_options(column_type("label"), ["Red", "Green"])
    assert {random_value(kind) for _ in range(60)} == {"Red", "Green"}


@pytest.mark.parametrize("name", ["label", "email", "url", "alias", "integer", "id", "name"])
def test_unique_values_differ(name: str) -> None:
    """A thousand of them."""
    kind = column_type(name)
    assert len({random_value(kind, unique=True) for _ in range(1_000)}) == 1_000


def test_a_type_that_nobody_knows_is_refused() -> None:
    """By its name."""

    class Odd(models.Field):  # type: ignore[type-arg]
        """A kind of column of somebody's own."""

    with pytest.raises(NoRandomValue) as caught:
        random_value(column_type_of(Odd()))
    assert caught.value.message == "No value of the type 'odd' can be made up."


def test_addresses_lead_nowhere() -> None:
    """Mail and links go to a domain that nobody can have (RFC 2606)."""
    assert random_value(column_type("email")).endswith("@example.org")
    assert random_value(column_type("url")).startswith("https://example.org/")


def test_the_library_is_imported_when_it_is_wanted() -> None:
    """Neither it nor the writer of spreadsheets makes a server's start slower."""
    script = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'project.settings'; django.setup();"
        "import actions.operations.data, actions.operations.randomness, actions.dialects.daptin.targets;"
        "print(sorted({'faker', 'xlsxwriter', 'openpyxl'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "[]\n"


def made(entity: str, count: int = 1, actor: Actor = SYSTEM) -> list[dict[str, Any]]:
    """Store rows that were made up."""
    rows = RandomRows(registry.get(entity), actor)
    with Unit(actor) as unit:
        return [unit.create(registry.get(entity), rows.make()) for _ in range(count)]


@pytest.mark.django_db(transaction=True)
def test_rows_of_every_entity_are_taken() -> None:
    """What they refer to is made first; validators of models hold, and unique columns are."""
    for name in ("user_account", "usergroup", "project", "todo", "product", "order", "payment", "ledger_entry"):
        assert len(made(name, 5)) == 5
    assert Product.objects.filter(price__gt=0).count() == 5
    assert Order.objects.filter(product=None).count() == 0
    assert {payment.status for payment in Payment.objects.all()} == {"pending"}
    assert UserAccount.objects.filter(is_superuser=True).count() == 0


@pytest.mark.django_db(transaction=True)
def test_references_lead_to_rows_that_the_actor_may_refer_to() -> None:
    """Left out where there are none; refused where there has to be one."""
    ada, bob = (UserAccount.objects.create_user(f"{n}@example.org", "x", name=n) for n in ("ada", "bob"))
    hers = Project.objects.create(name="hers", user_account=ada)
    Project.objects.create(name="his", user_account=bob)
    assert {row["project_id"] for row in made("todo", 10, Actor(id=ada.pk))} == {str(hers.pk)}
    hers.delete()
    assert {row["project_id"] for row in made("todo", 2, Actor(id=ada.pk))} == {None}
    with pytest.raises(NoRandomValue) as caught:
        made("payment")
    assert caught.value.message == "There is no 'order' that 'order_id' could refer to."
    assert not Payment.objects.exists()
    assert UserGroup.objects.count() == 0
    assert Todo.objects.count() == 2


with isolate_apps("examples"):  # no other test finds these models

    class Badge(models.Model):
        """A column with few values, of which each may stand once."""

        letter = models.CharField(max_length=1, choices=[("a", "A"), ("b", "B")], unique=True)
        picture = models.FileField(blank=True)

        class Meta:
            app_label = "examples"
            managed = False

    class Scan(models.Model):
        """A file that has to be there."""

        paper = models.FileField()

        class Meta:
            app_label = "examples"
            managed = False


def test_values_that_run_out_are_told() -> None:
    """Two can be different, the third cannot."""
    rows = RandomRows(derive(Registration(Badge, "badge"), lambda model: None), SYSTEM)
    assert {rows.make()["letter"], rows.make()["letter"]} == {"a", "b"}
    with pytest.raises(NoRandomValue) as caught:
        rows.make()
    assert caught.value.message == "No value can be made up for 'letter' of 'badge'."


def test_no_file_is_made_up_for_a_row() -> None:
    """It would stay where files are kept when everything else is undone."""
    rows = RandomRows(derive(Registration(Scan, "scan"), lambda model: None), SYSTEM)
    with pytest.raises(NoRandomValue) as caught:
        rows.make()
    assert caught.value.message == "No file is made up for 'paper'."


def test_columns_that_are_unique_together_are_found() -> None:
    """Also below a function of the database, such as the e-mail of an account."""
    assert {"provider", "provider_reference"} <= set(_unique_columns(Payment))
    assert "email" in set(_unique_columns(UserAccount))
