"""Conformations: every tag of the reference, as the reference describes it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entities.tags.conformations import CONFORMATIONS, compile_conformation, conformation_errors
from entities.tags.errors import TagError
from tests.clocks import work_of_at_most


@pytest.mark.parametrize(
    ("tags", "text", "result"),
    [
        ("trim", "\u00a0\t Ada \n", "Ada"),
        ("ltrim", "  \tAda ", "\tAda "),
        ("rtrim", " Ada\t  ", " Ada\t"),
        ("lower", "ÄDA", "äda"),
        ("upper", "äda", "ÄDA"),
        ("title", "HELLO wORLD", "HELLO WORLD"),
        ("title", "the o'neil twins, jean-luc", "The O'neil Twins, Jean-Luc"),
        ("camel", "this is_it-now", "thisIsItNow"),
        ("camel", "I love new york city", "ILoveNewYorkCity"),
        ("camel", "", ""),
        ("snake", "CamelCase", "camel_case"),
        ("snake", "regular string", "regular_string"),
        ("snake", "userID", "user_id"),
        ("snake", "HTTPServer", "http_server"),
        ("snake", "ABC", "a_b_c"),
        ("slug", "blog title here", "blog-title-here"),
        ("slug", "JSONData for UTF8", "json-data-for-utf8"),
        ("ucfirst", "all lower", "All lower"),
        ("ucfirst", "Éa", "Éa"),
        ("name", "ßtraße", "Sstraße"),
        ("ucfirst", "", ""),
        ("name", "  o'BRIEN - smith9  jr ", "O'Brien-Smith Jr"),
        ("name", "  ~~  The       Dude ~~", "The Dude"),
        ("name", "--'jean--luc''", "Jean-Luc"),
        ("name", "नमस्ते", "नमस्ते"),
        ("name", "123", ""),
        ("email", "  Ada@EXAMPLE.Org ", "Ada@example.org"),
        ("email", "a@B@C.D", "a@B@c.d"),
        ("email", "noat", "noat@"),
        ("email", " ", ""),
        ("num", "the price is €30,38", "3038"),
        ("num", "٣4", "4"),
        ("!num", "39472349D34a34v69e8932747", "Dave"),
        ("alpha", "!Hello 123 Wörld+", "HelloWörld"),
        ("!alpha", "Everything's here 1!", "'  1!"),
        ("!html", "<b>'\"&\0", "&lt;b&gt;&#39;&#34;&amp;\ufffd"),
        ("!js", "\\'\"<>&=\n", "\\\\\\'\\\"\\u003C\\u003E\\u0026\\u003D\\u000A"),
        ("!js", "Grüße \u2028", "Grüße \\u2028"),
        ("trim,lower", "  ADA ", "ada"),
        (" trim , upper ,", " ada ", "ADA"),
        ("", " Ada ", " Ada "),
        ("-", " Ada ", " Ada "),
    ],
)
def test_a_text_is_conformed(tags: str, text: str, result: str) -> None:
    """The tags are applied from left to right."""
    assert compile_conformation(tags)(text) == result


def test_every_tag_of_the_reference_is_there() -> None:
    """No more, no less."""
    names = "trim ltrim rtrim lower upper title camel snake slug ucfirst name email num !num alpha !alpha !html !js"
    assert " ".join(CONFORMATIONS) == names


@pytest.mark.parametrize(
    ("tags", "tag", "message", "hint", "offset"),
    [
        pytest.param(
            "lowercase", "lowercase", "Unknown conformation 'lowercase'.", "Did you mean 'lower'?", 0, id="manual"
        ),
        pytest.param(
            "trim,uppercase", "uppercase", "Unknown conformation 'uppercase'.", "Did you mean 'upper'?", 5, id="second"
        ),
        pytest.param("trim, emial", "emial", "Unknown conformation 'emial'.", "Did you mean 'email'?", 6, id="typo"),
        pytest.param("Trim", "Trim", "Unknown conformation 'Trim'.", "Did you mean 'trim'?", 0, id="case"),
        pytest.param("quux", "quux", "Unknown conformation 'quux'.", "", 0, id="nothing-like-it"),
        pytest.param(
            "trim|lower",
            "trim|lower",
            "Unknown conformation 'trim|lower'.",
            "Did you mean 'lower'?",
            0,
            id="no-alternatives",
        ),
        pytest.param("trim=2", "trim", "The conformation 'trim' takes no parameter.", "Write 'trim'.", 0, id="param"),
    ],
)
def test_an_unknown_tag_is_an_error(tags: str, tag: str, message: str, hint: str, offset: int) -> None:
    """It is named, with a suggestion and its place; the original would ignore it."""
    (error,) = conformation_errors(tags)
    assert (error.tag, error.message, error.hint, error.offset) == (tag, message, hint, offset)
    with pytest.raises(TagError, match="onformation"):
        compile_conformation(tags)


def test_all_errors_are_found() -> None:
    """One list may have several."""
    assert [error.offset for error in conformation_errors("a,trim,b")] == [0, 7]


@settings(deadline=None)
@given(st.sampled_from(sorted(CONFORMATIONS)), st.text(st.characters()))
def test_no_text_breaks_a_conformation(tag: str, text: str) -> None:
    """Any text gives a text."""
    assert isinstance(compile_conformation(tag)(text), str)


@settings(deadline=None)
@given(st.text(st.characters(max_codepoint=0xFF)))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    """A conformed e-mail address or name is conformed."""
    for tag in ("trim", "email", "name", "num", "alpha"):
        conform = compile_conformation(tag)
        assert conform(conform(text)) == conform(text)


@pytest.mark.parametrize("tag", sorted(CONFORMATIONS))
@pytest.mark.parametrize("piece", [" ", "-", " -", "a ", "A", "'", "@", "a@", "HTTPS", "\u0301"])
def test_no_text_makes_a_conformation_slow(tag: str, piece: str) -> None:
    """The work grows with the text and not faster: a slow pattern would take minutes."""
    with work_of_at_most(2):
        compile_conformation(tag)(piece * 20_000)
