"""Django checks of settings and registrations."""

import pytest
from django.core.checks import run_checks
from django.db import models
from django.test.utils import isolate_apps

from entities import registry
from entities.checks import check_entities, check_settings


def test_the_shipped_registrations_are_sound():
    """Nothing to report as shipped."""
    assert run_checks(tags=["entities"]) == []


@pytest.mark.parametrize(
    ("changes", "message", "hint"),
    [
        pytest.param(
            {"PAGE_SISE": 1}, "ENTITIES has an unknown key 'PAGE_SISE'.", "Did you mean 'PAGE_SIZE'?", id="key"
        ),
        pytest.param({"ZZZ": 1}, "ENTITIES has an unknown key 'ZZZ'.", None, id="no-suggestion"),
        pytest.param({"PAGE_SIZE": 0}, "ENTITIES['PAGE_SIZE'] must be a positive whole number.", None, id="zero"),
        pytest.param({"PAGE_SIZE": "10"}, "ENTITIES['PAGE_SIZE'] must be a positive whole number.", None, id="text"),
        pytest.param({"MAX_DEPTH": True}, "ENTITIES['MAX_DEPTH'] must be a positive whole number.", None, id="flag"),
    ],
)
def test_a_wrong_setting_is_reported(settings, changes, message, hint):
    """A key that does nothing, or a value that cannot work, is an error with a hint."""
    settings.ENTITIES = {**settings.ENTITIES, **changes}
    assert [(item.msg, item.hint) for item in check_settings()] == [(message, hint)]


def test_keys_of_encryption_are_a_setting(settings):
    """Who gives the documented keys is not told that they do nothing."""
    settings.ENTITIES = {**settings.ENTITIES, "ENCRYPTION_KEYS": ["a key"]}
    assert check_settings() == []


@isolate_apps("tests")
def test_a_reference_to_another_column_than_the_key_is_reported(exposed):
    """A foreign key must lead to the key of an exposed model."""

    class Country(models.Model):
        code = models.CharField(max_length=2, unique=True)

        class Meta:
            app_label = "tests"

    class City(models.Model):
        country = models.ForeignKey(Country, to_field="code", on_delete=models.CASCADE)

        class Meta:
            app_label = "tests"

    registry.register(Country)
    registry.register(City)
    assert [item.msg for item in check_entities()] == [
        "'city.country_id' points to a column that is not the key of 'country'."
    ]


@isolate_apps("tests")
def test_an_entity_that_cannot_be_derived_is_reported(exposed):
    """A column type that does not exist is found at the start."""

    class Thing(models.Model):
        size = models.CharField(max_length=2)

        class Meta:
            app_label = "tests"

    registry.register(Thing, column_types={"size": "sise"})
    assert [item.msg for item in check_entities()] == ["Entity 'thing' cannot be derived: Unknown column type 'sise'."]
