"""Every broken file in ``fixtures/actions/invalid`` has exactly the problems that its first lines announce.

# error ACT204 31:16 /OutFields/2/Attributes/user_id Unknown reference 'usr'. Did you mean 'user'?
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from actions.compiler import compile_document
from actions.dialects.base import DialectProblem
from actions.dialects.documents.problems import DocumentProblem
from actions.errors import RefusedDocument
from actions.expressions.problems import ExpressionProblem
from actions.integrations.documents import read_service
from actions.integrations.known import Known, known_service
from actions.validation.context import Context, installed_context
from actions.validation.problems import PlanProblem
from tests.actions.validation.harness import shown

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "actions"
INVALID = sorted((FIXTURES / "invalid").glob("*.yaml"))
ANNOUNCED = re.compile(r"^# ((?:error|warning) ACT\d{3} .+)$", re.MULTILINE)
# What no file can show: a notation that is not installed is a matter of stored texts; the bounds of the reader are
# tested beside it, where a file of the needed size can be made.
SECRETS = {"stripe_secret", "shop_key"}
SHOP = FIXTURES.parent / "integrations" / "shop.yaml"
NOT_IN_FILES = {"ACT172"}
CONTEXT = Context(
    knows_all_actions=True,
    secret_exists=SECRETS.__contains__,
    secret_fault=lambda name, fault: fault("a secret of no special form"),
    text_exists=lambda kind, name: name in ("welcome", "sums"),
    statement_names=lambda name: (frozenset({"owner"}), frozenset()),
)


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_file_has_the_announced_problems(path: Path) -> None:
    """All problems of a file are reported at once, each with code, place, message and hint."""
    text = path.read_text(encoding="utf-8")
    with pytest.raises(RefusedDocument) as caught:
        compile_document(text, path.name, replace(CONTEXT, integrations={"shop": shop()}))
    assert shown(caught.value.problems) == ANNOUNCED.findall(text)


def test_there_are_enough_files() -> None:
    """The collection is as large as it is meant to be."""
    assert len(INVALID) >= 45


@pytest.mark.parametrize("base", [DialectProblem, PlanProblem], ids=lambda base: base.__name__)
def test_every_problem_has_a_file(base: type) -> None:
    """No problem of the dialect or of a rule is without a file that shows it."""
    codes = {item.CODE for item in _below(base) if hasattr(item, "CODE")}
    announced = {line.split()[1] for path in INVALID for line in ANNOUNCED.findall(path.read_text(encoding="utf-8"))}
    assert codes - announced - NOT_IN_FILES == set()


def test_codes_are_unique() -> None:
    """A code means one problem."""
    bases = (DocumentProblem, DialectProblem, ExpressionProblem, PlanProblem)
    codes = [item.CODE for base in bases for item in _below(base) if "CODE" in vars(item)]
    assert sorted(codes) == sorted(set(codes))


@pytest.mark.parametrize("path", sorted((FIXTURES / "daptin").rglob("*.yaml")), ids=lambda path: path.stem)
def test_good_file_compiles(path: Path) -> None:
    """The shipped examples compile, and nothing in them deserves a warning."""
    assert compile_document(path.read_bytes(), path.name, installed_context()).problems == ()


@cache
def shop() -> Known:
    """Return the integration that the files may call."""
    service = read_service(SHOP.read_bytes(), SHOP.name)
    return known_service("shop", service, authentication={"key": {"secret": "shop_key"}})


def _below(base: type) -> list[type]:
    return [item for child in base.__subclasses__() for item in (child, *_below(child))]
