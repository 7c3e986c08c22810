"""A scheme is a plug-in: one name, declared options with a running example, comparisons in one place."""

from __future__ import annotations

import ast
import contextlib
import math
import random
import statistics
import subprocess
import sys
import time
from itertools import groupby, pairwise
from pathlib import Path
from typing import ClassVar

import pytest

from actions.signatures import digests
from actions.signatures.base import Options, Outside, Scheme
from actions.signatures.errors import BadSignature, DuplicateScheme
from actions.signatures.plain import PlainScheme
from actions.signatures.registry import all_schemes, find, register
from tests.actions.signatures.receivers import CASES, NOW, Case, with_headers

PACKAGE = Path(digests.__file__).parent
NAMES = {"stripe", "standard", "github", "razorpay", "paddle", "paypal", "adyen", "shopify", "square", "mollie", "hmac"}


def test_these_schemes_are_shipped() -> None:
    """The ones that a receiver may name."""
    assert set(all_schemes()) == NAMES


def test_a_taken_name_is_refused() -> None:
    """And the scheme that has it stays."""
    before = find("github")

    class Other(PlainScheme):
        """Another."""

        name: ClassVar[str] = "github"

    with pytest.raises(DuplicateScheme, match=r"'github' is already actions\.signatures\.github\.GitHub\."):
        register(Other)
    assert find("github") is before


@pytest.mark.parametrize("name", sorted(NAMES))
def test_examples_and_declarations_are_whole(name) -> None:
    """The example is valid, and the class says all that manual and validation need."""
    scheme = all_schemes()[name]
    assert isinstance(scheme.configure(scheme.example), Options)
    assert scheme.__doc__
    assert scheme.signed_text
    assert scheme.event_id_in
    assert scheme.secret.about
    assert set(scheme.signed_headers) <= set(scheme.headers)
    assert all(header == header.lower() for header in scheme.headers)


def test_a_base_has_three_methods() -> None:
    """More would be more than a plug-in should have to write."""
    assert {name for name, value in vars(Scheme).items() if callable(value)} == {"configure", "verify", "sign"}


def test_it_needs_no_settings() -> None:
    """A request can be verified where no project is configured."""
    program = (
        "from actions.signatures import registry, shipped; assert registry.find('stripe');"
        "from django.conf import settings; assert not settings.configured"
    )
    command = [sys.executable, "-c", program]
    ended = subprocess.run(command, cwd=PACKAGE.parent.parent, env={}, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


def _trees() -> dict[str, ast.Module]:
    return {path.stem: ast.parse(path.read_text(encoding="utf-8")) for path in PACKAGE.glob("*.py")}


def _calls(tree: ast.AST) -> set[str]:
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


def test_codes_are_computed_and_compared_in_one_place() -> None:
    """Only ``digests`` knows ``hmac``; elsewhere a code is computed in order to sign, never to verify (S07)."""
    for name, tree in _trees().items():
        imported = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
        assert ("hmac" in imported) == (name == "digests"), name
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and "mac" in _calls(node)]
        assert {node.name for node in functions} <= {"sign", "_signer", "check_match"}, name


def test_the_comparison_takes_no_short_cut() -> None:
    """It is the library's, over bytes, and no branch, return or break ends the loops early (S07)."""
    (check,) = [n for n in ast.walk(_trees()["digests"]) if isinstance(n, ast.FunctionDef) and n.name == "check_match"]
    loops = [node for node in ast.walk(check) if isinstance(node, ast.For)]
    assert len(loops) == 2
    for loop in loops:
        early = (ast.Return, ast.Break, ast.Raise, ast.If, ast.IfExp, ast.BoolOp, ast.Compare)
        assert not any(isinstance(node, early) for node in ast.walk(loop))
    assert "hmac.compare_digest" in _calls(check)


@pytest.mark.parametrize("name", ["github", "stripe"])
def test_the_time_does_not_tell_where_a_signature_is_wrong(name) -> None:
    """A wrong first byte takes as long as a wrong last one (S07); a leak would show in every one of three rounds."""
    assert any(_difference(CASES[name]) > 0.01 for _ in range(3))


def test_a_comparison_with_an_early_end_would_be_noticed(monkeypatch) -> None:
    """What the test above measures is enough to see a comparison that stops at the first difference."""

    def leaking(left: bytes, right: bytes) -> bool:
        return all(one == other for one, other in zip(left, right, strict=True))

    monkeypatch.setattr(digests.hmac, "compare_digest", leaking)
    assert min(_difference(CASES["github"]) for _ in range(3)) < 1e-6


def _difference(case: Case, requests: int = 1000) -> float:
    """Return the probability that two series of times, wrong at the first and at the last byte, differ by chance."""
    request, options, outside = case.sign(), case.options, Outside(NOW)
    header = next(iter(request.headers))
    sent = [
        with_headers(request, **{header.replace("-", "_"): bad}) for bad in wrong_at_either_end(request.headers[header])
    ]
    times: list[list[int]] = [[], []]
    for _ in range(requests):
        for which in random.sample((0, 1), 2):
            began = time.thread_time_ns()
            with contextlib.suppress(BadSignature):
                case.plugin.verify(sent[which], [case.secret], options, outside)
            times[which].append(time.thread_time_ns() - began)
    return mann_whitney(*times)


def mann_whitney(left: list[int], right: list[int]) -> float:
    """Return the two-sided probability of the rank sum, by its normal approximation."""
    ranked = sorted([(value, 0) for value in left] + [(value, 1) for value in right])
    ranks: dict[int, float] = {}
    for value, group in groupby(enumerate(ranked, 1), key=lambda item: item[1][0]):
        ranks[value] = statistics.fmean(position for position, _ in group)
    total = sum(ranks[value] for value in left) - len(left) * (len(left) + 1) / 2
    product, count = len(left) * len(right), len(left) + len(right)
    deviation = (total - product / 2) / math.sqrt(product * (count + 1) / 12)
    return math.erfc(abs(deviation) / math.sqrt(2))


def wrong_at_either_end(good: str) -> tuple[str, str]:
    """Return the header with the first, and with the last, byte of the signature changed."""
    start = good.rindex("=") + 1
    flip = dict(pairwise("0123456789abcdef0"))
    return good[:start] + flip[good[start]] + good[start + 1 :], good[:-1] + flip[good[-1]]
