"""``manage.py prune_runs``: by age and by count."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from actions.models import Run
from entities.identifiers import uuid7

pytestmark = pytest.mark.django_db


def runs(*ages: int) -> None:
    """Make a run for each age in days, the first one first."""
    facts = {"definition_id": uuid4(), "type_name": "todo", "name": "add", "version": 1, "actor_kind": "guest"}
    for age in ages:
        started = timezone.now() - timedelta(days=age)
        Run.objects.create(pk=uuid7(), **facts, started_at=started, microseconds=1, state="succeeded")


@pytest.mark.parametrize(
    ("options", "left"),
    [
        pytest.param({}, 2, id="settings"),
        pytest.param({"days": 5}, 1, id="age"),
        pytest.param({"keep": 1}, 1, id="count"),
        pytest.param({"keep": 0}, 0, id="nothing"),
        pytest.param({"days": 1_000_000_000}, 3, id="for-ever"),
    ],
)
def test_what_is_too_old_or_too_much_goes(options, left, capsys):
    """The oldest first; the command says how many."""
    runs(40, 10, 0)
    call_command("prune_runs", **options)
    assert Run.objects.count() == left
    assert capsys.readouterr().out == f"{3 - left} run(s) removed.\n"


@pytest.mark.parametrize("options", [{"days": -1}, {"keep": -1}, {"keep": 10**12}])
def test_a_number_out_of_range_is_wrong_usage(options):
    """Nothing is removed."""
    runs(40)
    with pytest.raises(CommandError) as refused:
        call_command("prune_runs", **options)
    assert refused.value.returncode == 2
    assert Run.objects.count() == 1
