"""Texts filled with data: at the bounds, and with values that no request could send."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.utils.safestring import mark_safe

from actions.texts import TemplateOverBudget, budget
from actions.texts.rendering import compile_form, render
from tests.clocks import AT_ONCE, ends_within


def filled(text: str, escaped: bool = False, **data: Any) -> str:
    """Return the text filled with data."""
    return render("page", text, data, escaped=escaped)


@pytest.mark.parametrize(
    ("text", "value", "message"),
    [
        pytest.param("{{ v }}", "é" * 499_999 + "xx", "", id="bytes at the bound"),
        pytest.param("{{ v }}", "é" * 499_999 + "xxx", "makes more than 1000000 bytes", id="a byte more"),
        pytest.param("{{ v }}{{ v }}", "x" * 500_000, "", id="characters at the bound"),
        pytest.param("{{ v }}{{ v }}x", "x" * 500_000, "makes more than 1000000 bytes", id="a character more"),
        pytest.param("{{ v|upper|length }}", "x" * 1_000_000, "", id="a filter at the bound"),
        pytest.param("{{ v|upper|length }}", "x" * 1_000_001, "makes more than 1000000 bytes", id="a filter beyond"),
        pytest.param("x", [0] * 99_998, "", id="data at the bound"),
        pytest.param("x", [0] * 99_999, "is given more data than a template may have", id="data beyond"),
        pytest.param("{% with a=v|add:v %}{% endwith %}", [0] * 50_000, "", id="a list at the bound"),
        pytest.param(
            "{% with a=v|add:v %}{% endwith %}", [0] * 50_001, "makes a list of more than 100000 elements", id="a list"
        ),
        pytest.param('{{ v|center:"1000" }}', "x", "", id="a width at the bound"),
        pytest.param('{{ v|ljust:"1001" }}', "x", "asks for a width of more than 1000", id="a width beyond"),
        pytest.param('{{ v|floatformat:"-30" }}', 1.5, "", id="places at the bound"),
        pytest.param('{{ v|floatformat:"31" }}', 1.5, "asks for more than 30 places", id="places beyond"),
        pytest.param("{{ v|make_list|length }}", "x" * 10_000, "", id="letters at the bound"),
        pytest.param("{{ v|make_list }}", "x" * 10_001, "makes a list of more than 10000 characters", id="letters"),
    ],
)
def test_every_bound_holds_at_the_bound(text, value, message, monkeypatch):
    """What is within it is done, and what is one beyond it is refused by name and line."""
    monkeypatch.setattr(budget, "SECONDS", 60)  # not the bound that this is about
    if not message:
        filled(text, v=value)
        return
    with pytest.raises(TemplateOverBudget) as refused:
        filled(text, v=value)
    assert refused.value.message == f"The template 'page' {message} (line 1)."


def test_data_are_not_deeper_than_a_template_may_have():
    """32 within one another, and no more."""
    value: Any = "x"
    for _ in range(31):
        value = [value]
    filled("x", v=value)
    with pytest.raises(TemplateOverBudget):
        filled("x", v=[value])


class Thing:
    """An object with something to hide."""

    secret = "s3cr3t"

    def __str__(self) -> str:
        return "a <thing>"

    def reveal(self) -> str:
        """Tell it."""
        return self.secret


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param(Thing(), "a &lt;thing&gt;", id="an object is its text"),
        pytest.param([Thing()], "[&#x27;a &lt;thing&gt;&#x27;]", id="also within a list"),
        pytest.param(mark_safe("<b>"), "&lt;b&gt;", id="a text that is marked as safe"),
        pytest.param(UUID(int=0), "00000000-0000-0000-0000-000000000000", id="an id"),
        pytest.param(Decimal("1.10"), "1.10", id="a decimal"),
        pytest.param(1234567.5, "1234567.5", id="a number, in every language"),
        pytest.param(None, "None", id="null"),
    ],
)
def test_anything_else_becomes_text(value, shown):
    """No attribute of it can be reached, and no mark of it counts."""
    assert filled("{{ v }}{{ v.secret }}{{ v.reveal }}{{ v.0.reveal }}", escaped=True, v=value) == shown


def test_what_is_given_is_not_changed():
    """Templates work on a copy."""
    value = {"list": [3, 1, 2]}
    assert filled("{{ v.list.sort }}{{ v.clear }}{{ v.list|join:'' }}", v=value) == "312"
    assert value == {"list": [3, 1, 2]}


def test_time_counts_that_its_thread_works(monkeypatch):
    """What others do meanwhile is no reason to refuse a template."""
    monkeypatch.setattr(budget, "SECONDS", 0.05)
    with budget.budget_for("page") as mine:
        time.sleep(0.1)
        mine.check()
        with pytest.raises(TemplateOverBudget, match=r"needs more than 0\.05 s"), ends_within(AT_ONCE):
            while True:
                mine.check()


def test_one_form_is_filled_by_many_at_once(monkeypatch):
    """Threads share the compiled form and no state of it."""
    monkeypatch.setattr(budget, "SECONDS", 60)  # one of them may collect the garbage of all tests before
    text = "{% for x in v %}{% cycle 'a' 'b' %}{% ifchanged x %}{{ x }}{% endifchanged %}{% endfor %}"
    expected = filled(text, v=list(range(300)))
    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(lambda _: filled(text, v=list(range(300))), range(40)))
    assert found == {expected}
    assert compile_form(text) is compile_form(text)


def test_time_is_counted_for_each_rendering(monkeypatch):
    """One that is over budget takes nothing from the next."""
    loop = "{% for a in v %}{% for b in v %}{% endfor %}{% endfor %}"
    monkeypatch.setattr(budget, "SECONDS", 0.5)
    with pytest.raises(TemplateOverBudget) as refused:
        filled(f"\n{loop}", v=list(range(20_000)))
    assert refused.value.message == "The template 'page' needs more than 0.5 s (line 2)."
    assert filled(loop, v=[1]) == ""
