"""Documents made to hurt: bounds, time, memory, and anything that chance comes up with."""

import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.dialects.documents import MAX_BYTES, plain, read_documents
from actions.dialects.documents.builder import MAX_PROBLEMS
from actions.errors import RefusedDocument
from tests.clocks import work_of_at_most


def refused(text):
    """Return the problems of a text that cannot be read."""
    with pytest.raises(RefusedDocument) as raised:
        read_documents(text, "a.yaml")
    return raised.value.problems


def nested(levels):
    return "[" * levels + "]" * levels


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        pytest.param(nested(32), True, id="depth-32"),
        pytest.param(nested(33), False, id="depth-33"),
        pytest.param(f"- &a {nested(16)}\n- {'[' * 15}*a{']' * 15}\n", True, id="alias-depth-32"),
        pytest.param(f"- &a {nested(16)}\n- {'[' * 16}*a{']' * 16}\n", False, id="alias-depth-33"),
        pytest.param("- x\n" * 9_999, True, id="values-10000"),
        pytest.param("- x\n" * 10_000, False, id="values-10001"),
        pytest.param("- &a [x, x, x, x]\n" + "- *a\n" * 1_998, True, id="aliased-values-9996"),
        pytest.param("- &a [x, x, x, x]\n" + "- *a\n" * 1_999, False, id="aliased-values-10001"),
        pytest.param("a: " + "x" * (MAX_BYTES - 3), True, id="bytes-262144"),
        pytest.param("a: " + "x" * (MAX_BYTES - 2), False, id="bytes-262145"),
        pytest.param("a: " + "é" * (MAX_BYTES // 2 - 1), False, id="bytes-not-characters"),
    ],
)
def test_bounds_hold_exactly(text, allowed):
    """The last document within a bound is read, the first beyond it is not."""
    if allowed:
        assert len(read_documents(text, "a.yaml")) == 1
    else:
        assert refused(text)[0].code in {"ACT101", "ACT109", "ACT110"}


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join(['*' + before] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGE_BOMB = "a: &a {x: [1, 2, 3]}\n" + "".join(
    f"b{n}: &b{n} {{k{n}: 1, <<: [{', '.join([f'*b{n - 1}' if n else '*a'] * 9)}]}}\n" for n in range(40)
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("[" * 3_000, "ACT109", id="3000-flow-lists"),
        pytest.param(nested(3_000), "ACT109", id="3000-closed-flow-lists"),
        pytest.param("[" * 250_000, "ACT109", id="250000-flow-lists"),
        pytest.param("{" * 250_000, "ACT109", id="flow-mappings"),
        pytest.param("{a: " * 60_000, "ACT109", id="flow-mappings-in-values"),
        pytest.param("[? " * 80_000, "ACT109", id="explicit-keys"),
        pytest.param("- " * 125_000, "ACT109", id="block-lists"),
        pytest.param("? " * 125_000, "ACT109", id="block-keys"),
        pytest.param(BOMB, "ACT110", id="alias-bomb"),
        pytest.param(MERGE_BOMB, "ACT110", id="merge-bomb"),
        pytest.param("- a\n" * 65_000, "ACT110", id="many-values"),
        pytest.param("---\n" * 60_000, "ACT110", id="many-documents"),
        pytest.param("[a: b," + "a: b," * 50_000, "ACT110", id="many-pairs"),
        pytest.param("x" * 1_000_000, "ACT101", id="1-mb-of-text"),
        pytest.param(bytes(range(256)) * 4_096, "ACT101", id="1-mb-of-garbage"),
        pytest.param(bytes(range(255, -1, -1)) * 1_024, "ACT102", id="256-kb-of-garbage"),
        pytest.param("".join(f"%TAG !{n}! x\n" for n in range(18_000)), "ACT115", id="directives"),
        pytest.param("{" + "a," * 100_000, "ACT107", id="duplicates"),
        pytest.param("- *a\n" * 50_000, "ACT111", id="unknown-aliases"),
        pytest.param("- !'x\n" * 40_000, "ACT105", id="tags"),
        pytest.param("- {{a}}\n" * 30_000, "ACT105", id="braces"),
        pytest.param("a: " + "1" * 250_000, "ACT114", id="long-number"),
        pytest.param("a: 1." + "1" * 250_000, "ACT114", id="long-decimal"),
        pytest.param('"' + "\\ud83d" * 40_000 + '"', "ACT104", id="surrogates"),
        pytest.param("\n" * 250_000 + "a: [", "ACT104", id="lines"),
        pytest.param("a: " * 80_000, "ACT104", id="colons"),
        pytest.param("a: {{" + "'" * 200_000, "ACT105", id="quotes"),
        pytest.param("a: [" + "- " * 100_000, "ACT104", id="dashes"),
    ],
)
def test_hostile_documents_are_refused_in_time(text, code):
    """Whatever the text, it is refused within half a second, and saying why takes no longer."""
    with work_of_at_most(0.5):
        problems = refused(text)
        shown = [str(problem) for problem in problems[:20]]
    assert problems[0].code == code
    assert len(problems) <= MAX_PROBLEMS + 1
    assert all(len(text) < 1_000 for text in shown)


@pytest.mark.parametrize("text", [BOMB, MERGE_BOMB, nested(3_000), "- !'x\n" * 40_000])
def test_memory_stays_flat(text):
    """What would expand without bound is refused before it does."""
    tracemalloc.start()
    try:
        refused(text)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 16 * 2**20


def problems_of(text):
    """Return the problems of a refused text, ``None`` when it was read."""
    try:
        read_documents(text, "a.yaml")
    except RefusedDocument as error:
        return error.problems
    return None


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    """No bytes make the reader fail in any other way than by saying what is wrong."""
    assert problems_of(data) is None or problems_of(data) != ()


@given(st.text(alphabet="ab:{}[]!&*<>'\"\\|-?#%@,~$ \n\t0123.eE", max_size=80))
def test_any_yaml_like_text_is_read_or_refused(text):
    """Texts made of YAML's own signs reach deeper than random bytes; problems have places inside the text."""
    lines = (text + "\n").splitlines()
    assert all(1 <= problem.location.line <= len(lines) for problem in problems_of(text) or ())


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0\x7f"), max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_json_written_by_a_machine_comes_back(data):
    """What a JSON writer makes is read as the same data."""
    (document,) = read_documents(json.dumps({"data": data}), "a.json")
    assert plain(document.data) == {"data": data}
