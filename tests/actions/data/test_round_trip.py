"""What is exported can be imported: every value comes back as what it was, in each format."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import models
from django.test.utils import isolate_apps
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.data.errors import FileRefused
from actions.data.exporting import columns_of
from actions.data.reading import READERS, kind_of, open_source, the_file
from actions.data.writing import WRITERS
from entities.actors import SYSTEM
from entities.derivation import Registration, derive
from entities.records import Acceptance
from entities.values import ABSENT

with isolate_apps("examples"):  # no other test finds this model

    class Thing(models.Model):
        """A column of every kind that a file has to carry."""

        title = models.CharField(max_length=200, blank=True)
        code = models.CharField(max_length=200, null=True, unique=True)  # noqa: DJ001 - a text that may be null
        note = models.TextField(blank=True)
        on = models.BooleanField(default=False)
        count = models.BigIntegerField(null=True)
        price = models.DecimalField(max_digits=14, decimal_places=2, null=True)
        ratio = models.FloatField(null=True)
        due = models.DateField(null=True)
        at = models.TimeField(null=True)
        then = models.DateTimeField(null=True)
        took = models.DurationField(null=True)
        data = models.JSONField(null=True)

        class Meta:
            app_label = "examples"
            managed = False


THING = derive(Registration(Thing, "thing"), lambda model: None)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
JSON = st.recursive(
    st.booleans() | st.integers(-(2**53), 2**53) | TEXTS, lambda inner: st.lists(inner, max_size=3), max_leaves=4
)
FLOATS = st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False)
ROWS = st.fixed_dictionaries(
    {
        "title": TEXTS,
        "code": st.none() | TEXTS.filter(bool),
        "note": TEXTS | st.sampled_from(["=1", "'=1", "''-", "-5", "_x000D_", "\r\n", "\ufffe", "true", "007"]),
        "on": st.booleans(),
        "count": st.none() | st.integers(-(2**63) + 1, 2**63 - 1),
        "price": st.none() | st.decimals(-(10**11), 10**11, places=2),
        "ratio": st.none() | FLOATS,
        "due": st.none() | st.dates(),
        "at": st.none() | st.times(),
        "then": st.none() | st.datetimes(timezones=st.just(UTC)),
        "took": st.none() | st.timedeltas(timedelta(-(10**5)), timedelta(10**5)),
        "data": st.none() | JSON.filter(lambda value: value != ""),  # which no column takes
    }
)


def imported(kind: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what the store accepts of the rows, after they were a file."""
    shown = [THING.to_row({**row, "id": 1}) for row in rows]
    columns = columns_of(THING, tuple(rows[0]))
    content = WRITERS[kind][0]("thing", columns, shown, headed=True)
    source = READERS[kind](content)
    accept = Acceptance(SYSTEM, reads_text=True).accept
    found = []
    for _, cells in source.rows:
        given = {name: source.convert(THING.fields[name], cell) for name, cell in cells.items()}
        found.append(accept(THING, {name: value for name, value in given.items() if value is not ABSENT}))
    return found


@pytest.mark.parametrize("kind", WRITERS)
@given(rows=st.lists(ROWS, min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_every_value_comes_back(kind: str, rows: list[dict[str, Any]]) -> None:
    """Texts with everything in them, numbers to the last digit, moments, and null where the column has it."""
    present = [{name: value for name, value in row.items() if value is not None} for row in rows]
    found = [{name: value for name, value in row.items() if value is not None} for row in imported(kind, rows)]
    assert found == present


def test_what_an_example_looks_like_on_its_way() -> None:
    """One row, so that a change of the format is seen."""
    row = {
        "title": "=x",
        "on": True,
        "price": Decimal("1.50"),
        "due": date(2024, 2, 29),
        "then": datetime(2024, 2, 29, 15, tzinfo=UTC),
        "took": timedelta(hours=-1),
        "data": ["a", 1],
    }
    shown = [THING.to_row({**dict.fromkeys(THING.fields), **row, "id": 1})]
    written = WRITERS["csv"][0]("thing", columns_of(THING, tuple(row)), shown, headed=False)
    assert written == b'\'=x,true,1.50,2024-02-29,2024-02-29T15:00:00Z,\'-P0DT01H00M00S,"[""a"",1]"\r\n'


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ({"name": "a.CSV", "type": ""}, "csv"),
        ({"name": "a.tsv", "type": "application/json"}, "csv"),
        ({"name": "a", "type": "text/csv; charset=utf-8"}, "csv"),
        ({"name": "a.json", "type": ""}, "json"),
        ({"name": "a.bin", "type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}, "xlsx"),
        ({"name": "a.xls", "type": ""}, None),
        ({"name": "a.pdf", "type": "application/pdf"}, None),
    ],
)
def test_a_kind_is_told_by_the_name_and_else_by_the_type(file: dict[str, str], kind: str | None) -> None:
    """The name comes first; what neither knows is refused with what is read."""
    if kind is not None:
        assert kind_of(file) == kind
        return
    with pytest.raises(FileRefused) as caught:
        kind_of(file)
    assert (caught.value.message, caught.value.hint) == (
        "This kind of file is not read.",
        "Send .csv, .xlsx or .json.",
    )


FILE = {"name": "a.csv", "file": base64.b64encode(b"a\n1").decode()}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param([], "Give one file.", id="none"),
        pytest.param([FILE, FILE], "Give one file.", id="two"),
        pytest.param("a,b", "The file must be a list of files ({name, file, type}), not a text.", id="text"),
        pytest.param([{**FILE, "file": "?"}], "The file must have the content of each file as base64.", id="base64"),
        pytest.param([{**FILE, "path": "/etc/passwd"}], "The file has a file with the unknown key 'path'.", id="path"),
        pytest.param(None, "The file must be a list of files ({name, file, type}), not null.", id="null"),
    ],
)
def test_one_file_is_wanted(value: Any, message: str) -> None:
    """As inputs have it, in a list or alone; what did not come through an input is judged here."""
    assert the_file([FILE])["name"] == the_file(FILE)["name"] == "a.csv"
    with pytest.raises(FileRefused) as caught:
        the_file(value)
    assert caught.value.message == message


def test_a_blank_file_is_empty() -> None:
    """Whatever it is called."""
    with pytest.raises(FileRefused, match="The file is empty"):
        open_source({"name": "a.json", "file": base64.b64encode(b" \n").decode()})
