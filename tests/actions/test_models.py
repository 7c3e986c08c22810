"""Definitions and their versions as rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from actions.loading import save_definition
from actions.models import CatalogGeneration, Definition, DefinitionVersion, ImmutableVersion
from entities.models import UserAccount
from tests.actions.documents import greeting

pytestmark = pytest.mark.django_db
REFUSAL = "A version of a definition is never changed and never deleted; save a new one."


@pytest.fixture
def definition() -> Definition:
    """A stored action with one version."""
    save_definition(greeting(), "test.yaml")
    return Definition.objects.get()


def _save_again(version: DefinitionVersion) -> None:
    version.text = "another"
    version.save()


CHANGES: list[Any] = [
    pytest.param(_save_again, id="save"),
    pytest.param(lambda version: version.save(force_update=True), id="forced-save"),
    pytest.param(lambda version: version.delete(), id="delete"),
    pytest.param(lambda version: DefinitionVersion.objects.update(text="another"), id="update-many"),
    pytest.param(lambda version: DefinitionVersion.objects.all().delete(), id="delete-many"),
    pytest.param(lambda version: version.definition.versions.all().delete(), id="delete-related"),
    pytest.param(lambda version: DefinitionVersion.objects.bulk_update([version], ["text"]), id="bulk-update"),
    pytest.param(
        lambda version: DefinitionVersion.objects.update_or_create({"text": "another"}, pk=version.pk),
        id="update-or-create",
    ),
]


@pytest.mark.parametrize("change", CHANGES)
def test_version_is_immutable(definition: Definition, change: Callable[[DefinitionVersion], object]) -> None:
    """However somebody tries to change or delete a version, it is refused and the row stays as it was."""
    version = DefinitionVersion.objects.get()
    with pytest.raises(ImmutableVersion, match=REFUSAL), transaction.atomic():
        change(version)
    assert DefinitionVersion.objects.get().text == greeting()


def test_numbers_are_unique_within_a_definition(definition: Definition) -> None:
    """Two versions cannot have one number, whoever writes them."""
    again = DefinitionVersion(definition=definition, number=1, dialect="daptin", text="", digest="", source="")
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()


def test_names_are_unique_within_a_type(definition: Definition) -> None:
    """A type has one action of a name; another type may have its own."""
    Definition.objects.create(type_name="project", name=definition.name, source="admin")
    with pytest.raises(IntegrityError), transaction.atomic():
        Definition.objects.create(type_name=definition.type_name, name=definition.name, source="admin")


def test_definition_with_versions_cannot_be_deleted(definition: Definition) -> None:
    """What once ran can be read for ever."""
    with pytest.raises(ProtectedError), transaction.atomic():
        definition.delete()
    with pytest.raises(ProtectedError), transaction.atomic():
        Definition.objects.all().delete()


def test_version_outlives_its_author() -> None:
    """An account can be deleted; what it saved stays, without the name."""
    author = UserAccount.objects.create_user("ada@example.org", "pw", name="Ada")
    save_definition(greeting(), "admin", author)
    assert DefinitionVersion.objects.get().created_by == author
    author.delete()
    assert DefinitionVersion.objects.get().created_by is None


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda row: row.save(), id="save"),
        pytest.param(lambda row: Definition.objects.update(enabled=False), id="update-many"),
        pytest.param(lambda row: Definition.objects.bulk_update([row], ["label"]), id="bulk-update"),
        pytest.param(lambda row: Definition.objects.create(type_name="a", name="b", source=""), id="create"),
        pytest.param(
            lambda row: Definition.objects.bulk_create([Definition(type_name="a", name="b", source="")]),
            id="bulk-create",
        ),
        pytest.param(lambda row: save_definition(greeting("bye"), "admin"), id="new-version"),
    ],
)
def test_every_change_is_announced(definition: Definition, change: Callable[[Definition], object]) -> None:
    """Whichever way a definition changes, the marker that processes look at changes with it."""
    before = CatalogGeneration.current()
    change(definition)
    assert CatalogGeneration.current() not in (None, before)


def test_a_change_that_is_rolled_back_is_not_announced(definition: Definition) -> None:
    """Marker and change are one transaction; a later change never brings the lost marker back."""
    before = CatalogGeneration.current()
    with transaction.atomic():
        definition.save()
        lost = CatalogGeneration.current()
        transaction.set_rollback(True)
    assert CatalogGeneration.current() == before
    definition.save()
    assert CatalogGeneration.current() not in (before, lost)


def test_there_is_one_marker(definition: Definition) -> None:
    """The table has one row, however often definitions change."""
    definition.save()
    assert CatalogGeneration.objects.count() == 1
    assert str(CatalogGeneration.objects.get()) == str(CatalogGeneration.current())
    with pytest.raises(IntegrityError), transaction.atomic():
        CatalogGeneration.objects.create(pk=2)


def test_rows_have_readable_names(definition: Definition) -> None:
    """The admin shows them."""
    assert str(definition) == "usergroup.greet"
    assert str(DefinitionVersion.objects.get()) == "version 1"
