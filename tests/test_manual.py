"""The manual is what the code says: ``python -m tests.manual`` writes it anew."""

from __future__ import annotations

from collections import Counter

from tests.manual import (
    OPERATIONS_PAGE,
    PAGE,
    README,
    WEBHOOKS,
    all_failures,
    page,
    with_error_table,
    with_operations,
    with_scheme_tables,
)


def test_the_notation_is_up_to_date() -> None:
    """Keys, directives, column types and tags are those that the code reads."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_the_operations_are_up_to_date() -> None:
    """Names, sentences, effects, parameters and examples are those of the classes."""
    text = OPERATIONS_PAGE.read_text(encoding="utf-8")
    assert text == with_operations(text)


def test_the_signature_schemes_are_up_to_date() -> None:
    """Headers, signed texts, windows, event ids, secrets and options are those that the schemes declare."""
    text = WEBHOOKS.read_text(encoding="utf-8")
    assert text == with_scheme_tables(text)


def test_the_readme_lists_every_failure() -> None:
    """Code, public name, status and meaning, as the class has them, and no other rows."""
    readme = README.read_text(encoding="utf-8")
    assert readme == with_error_table(readme)


def test_codes_are_unique() -> None:
    """A code names one failure for ever."""
    counts = Counter(failure.code for failure in all_failures())
    assert [code for code, count in counts.items() if count > 1] == []
