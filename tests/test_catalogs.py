"""The catalogs say everything in every language, and what runs is what was written."""

from __future__ import annotations

import gettext
import re

import pytest

from tests.catalogs import LANGUAGES, catalog, expected, read

PLACE = re.compile(r"\{\w+\}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalog_has_every_text_and_no_other(language: str) -> None:
    """A text that is new, gone or not translated fails; and what is filled in stands in both languages."""
    translations = read(catalog(language))
    assert f"Language: {language}\n" in translations.pop("")
    assert translations.keys() == expected()
    assert [text for text, translation in translations.items() if not translation.strip()] == []
    assert [text for text, other in translations.items() if PLACE.findall(text) != PLACE.findall(other)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalog_is_up_to_date(language: str) -> None:
    """``python -m tests.catalogs`` was run after the last change; Python's own reader sees what was written."""
    with catalog(language, "mo").open("rb") as file:
        found = gettext.GNUTranslations(file)
    written = {text: other for text, other in read(catalog(language)).items() if text}
    assert {text: found.gettext(text) for text in written} == written
    assert found._catalog.keys() - {""} == written.keys()  # type: ignore[attr-defined]
