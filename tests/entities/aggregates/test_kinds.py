"""Columns of every kind: which functions they take, and how an answer shows them."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.test.utils import isolate_apps

from entities import registry
from tests.entities.aggregates.conftest import refusal

TOKEN = "0190a5c4-8f5e-7cc0-8000-000000000000"
ALIKE = {"large": 2**63 - 1, "data": {"a": 1}, "address": "127.0.0.1", "token": TOKEN}


@pytest.fixture
def samples(exposed, transactional_db, make):
    """An entity with one column of each kind that the examples have not, and three rows."""
    with isolate_apps("tests"):

        class Sample(models.Model):
            ratio = models.FloatField(null=True)
            exact = models.DecimalField(max_digits=20, decimal_places=10, null=True)
            small = models.SmallIntegerField(null=True)
            large = models.BigIntegerField(null=True)
            at = models.TimeField(null=True)
            lasts = models.DurationField(null=True)
            is_on = models.BooleanField(null=True)
            data = models.JSONField(null=True)
            blob = models.BinaryField(null=True)
            address = models.GenericIPAddressField(null=True)
            token = models.UUIDField(null=True)

            class Meta:
                app_label = "tests"

        registry.register(Sample, name="sample")
        with connection.schema_editor() as editor:
            editor.create_model(Sample)
        first = {
            "ratio": 0.5,
            "exact": "0.0000000001",
            "small": -32768,
            "at": "10:30:00",
            "lasts": "PT1H",
            "is_on": True,
        }
        other = {"ratio": -2.5, "exact": "0.0000000002", "small": 2, "at": "11:45:00", "lasts": "PT2H", "is_on": False}
        make("sample")
        make("sample", **first, **ALIKE)
        make("sample", **other, **ALIKE)
        yield
        with connection.schema_editor() as editor:
            editor.delete_model(Sample)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        pytest.param("sum(ratio)", -2.0, id="float-sum"),
        pytest.param("avg(ratio)", -1.0, id="float-average"),
        pytest.param("min(round(ratio))", -3.0, id="float-half-away-from-zero"),
        pytest.param("max(abs(ratio))", 2.5, id="float-absolute"),
        pytest.param("sum(exact)", "0.0000000003", id="small-decimals"),
        pytest.param("avg(exact)", "0.00000000015000", id="average-of-small-decimals"),
        pytest.param("max(exact)", "0.0000000002", id="largest-small-decimal"),
        pytest.param("max(abs(small))", 32768, id="absolute-beyond-its-type"),
        pytest.param("sum(large)", 2 * (2**63 - 1), id="sum-beyond-64-bits"),
        pytest.param("avg(large)", float(2**63 - 1), id="average-of-the-largest"),
        pytest.param("max(large)", 2**63 - 1, id="largest"),
        pytest.param("min(at)", "10:30:00", id="time"),
        pytest.param("max(hour(at))", 11, id="hour-of-a-time"),
        pytest.param("sum(minute(at))", 75, id="minutes-of-times"),
        pytest.param("max(lasts)", "P0DT02H00M00S", id="duration"),
        pytest.param("count(is_on)", 2, id="booleans"),
        pytest.param("count(data)", 2, id="json"),
        pytest.param("count(blob)", 0, id="bytes"),
        pytest.param("count(distinct address)", 1, id="addresses"),
        pytest.param("count(distinct token)", 1, id="uuids"),
    ],
)
def test_values(samples, ask, column, value):
    """Each is exact, and is shown as a row shows it."""
    assert ask("sample", column=f"{column} as v") == [{"v": value}]


@pytest.mark.parametrize(
    ("group", "shown"),
    [
        pytest.param("ratio", [-2.5, 0.5, None], id="float"),
        pytest.param("exact", ["0.0000000001", "0.0000000002", None], id="decimal"),
        pytest.param("at", ["10:30:00", "11:45:00", None], id="time"),
        pytest.param("lasts", ["P0DT01H00M00S", "P0DT02H00M00S", None], id="duration"),
        pytest.param("is_on", [False, True, None], id="boolean"),
        pytest.param("address", ["127.0.0.1", None], id="address"),
        pytest.param("token", [TOKEN, None], id="uuid"),
        pytest.param("coalesce(is_on,true)", [False, True], id="boolean-for-null"),
        pytest.param("coalesce(exact,0.5)", ["0.0000000001", "0.0000000002", "0.5000000000"], id="decimal-for-null"),
        pytest.param("coalesce(at,'00:00')", ["00:00:00", "10:30:00", "11:45:00"], id="time-for-null"),
    ],
)
def test_groups(samples, ask, group, shown):
    """Whatever can be told to be equal groups, in its own order."""
    assert [row[group] for row in ask("sample", column=group, group=group)] == shown


def test_values_are_shown_as_rows_show_them(samples, root, ask):
    """What a group is called is what the row has: small decimals are written out, times and durations are alike."""
    rows = [item["attributes"] for item in root.get("/api/sample").json()["data"]]
    for name in ("ratio", "exact", "small", "at", "lasts", "is_on", "address", "token"):
        shown = {row[name] for row in rows}
        assert {row[name] for row in ask("sample", group=name)} == shown


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"column": "sum(is_on)"}, "'sum' does not apply to 'is_on'."),
        ({"column": "max(is_on)"}, "'max' does not apply to 'is_on'."),
        ({"column": "max(address)"}, "'max' does not apply to 'address'."),
        ({"column": "max(token)"}, "'max' does not apply to 'token'."),
        ({"column": "sum(lasts)"}, "'sum' does not apply to 'lasts'."),
        ({"column": "year(at)"}, "'year' does not apply to 'at'."),
        ({"column": "max(data)"}, "'max' does not apply to 'data'."),
        ({"column": "count(distinct data)"}, "'count' does not apply to 'data'."),
        ({"column": "count(coalesce(data,'1'))"}, "'coalesce' does not apply to 'data'."),
        ({"group": "data"}, "Rows cannot be grouped by 'data'."),
        ({"group": "blob"}, "Rows cannot be grouped by 'blob'."),
    ],
)
def test_what_a_kind_does_not_take(samples, root, params, message):
    """A function that makes no sense, or differs between databases, is refused."""
    assert refusal(root.get("/aggregate/sample", **params))[2] == message


@pytest.mark.parametrize("operator", ["eq", "lt", "gte"])
def test_sums_beyond_64_bits_are_compared(samples, ask, operator):
    """The sum that no column holds is told from the one beside it."""
    total = 2 * (2**63 - 1)
    found = ask("sample", group="address", having=f"{operator}(sum(large),{total})", column="sum(large) as t")
    assert [row["t"] for row in found] == ([] if operator == "lt" else [total])


def test_sealed_keys(exposed, db, ask):
    """An integer key is grouped by, and compared as, the public id; a function of it would tell it and is refused."""
    registry.register(ContentType, name="kind")
    registry.register(Permission, name="rule")
    entity = registry.get("kind")
    kind = ContentType.objects.get(app_label="entities", model="usergroup")
    public_id = entity.public_id(kind.pk)
    assert ask("kind", group="reference_id", filter=f"eq(reference_id,kind@{public_id})", column="max(model)") == [
        {"max(model)": "usergroup", "reference_id": public_id}
    ]
    assert ask("rule", group="content_type_id", filter=f"eq(content_type,{public_id})") == [
        {"content_type_id": public_id, "count": 4}
    ]


@pytest.mark.parametrize("function", ["sum", "min", "max", "avg", "abs", "round"])
def test_a_sealed_key_is_not_computed(exposed, root, function):
    """What would show the integer behind an id does not apply."""
    registry.register(Permission, name="rule")
    registry.register(ContentType, name="kind")
    for name in ("reference_id", "content_type_id"):
        message = refusal(root.get("/aggregate/rule", column=f"{function}({name})"))[2]
        assert message == f"'{function}' does not apply to '{name}'."
