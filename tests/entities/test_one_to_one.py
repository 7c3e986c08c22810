"""A relation to one that the other side holds."""

from collections.abc import Iterator

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps

from entities import registry


@pytest.fixture
def people(exposed, transactional_db) -> Iterator[None]:
    """Two models with tables of their own, exposed."""
    with isolate_apps("tests"):

        class Person(models.Model):
            name = models.CharField(max_length=20)

            class Meta:
                app_label = "tests"

        class Passport(models.Model):
            number = models.CharField(max_length=20)
            person = models.OneToOneField(Person, null=True, on_delete=models.CASCADE, related_name="passport")

            class Meta:
                app_label = "tests"

        registry.register(Person, name="person")
        registry.register(Passport, name="passport")
        with connection.schema_editor() as editor:
            editor.create_model(Person)
            editor.create_model(Passport)
        yield
        with connection.schema_editor() as editor:
            editor.delete_model(Passport)
            editor.delete_model(Person)


def test_it_is_read_included_and_changed_like_a_relation_to_one(people, ada):
    """Related row, identifier, inclusion and filter work from the side without the key; PATCH moves it."""
    person, other = (ada.create("person", name=name)["id"] for name in "ab")
    passport = ada.create("passport", number="1", person=person)["id"]
    path = f"/api/person/{person}"
    linkage = {"type": "passport", "id": passport}
    assert ada.get(f"{path}/passport").json()["data"]["id"] == passport
    assert ada.get(f"{path}/relationships/passport").json()["data"] == linkage
    document = ada.get("/api/person", include="passport").json()
    assert [row["relationships"]["passport"]["data"] for row in document["data"]] == [linkage, None]
    assert [row["id"] for row in document["included"]] == [passport]
    assert ada.ids("/api/person", **{"filter[passport.number]": "1"}) == [person]
    assert ada.get(f"/api/person/{other}/passport").json()["data"] is None
    answer = ada.send("patch", f"/api/person/{other}/relationships/passport", {"data": linkage})
    assert answer.status_code == 204
    assert ada.get(f"{path}/passport").json()["data"] is None
    assert ada.send("patch", f"/api/person/{other}/relationships/passport", {"data": None}).status_code == 204
    assert ada.get(f"/api/passport/{passport}/person").json()["data"] is None
    assert ada.send("post", f"{path}/relationships/passport", {"data": linkage}).status_code == 405
