"""Documents within the reader's bounds that are as wrong as they can be: the answer comes soon, and is short."""

from __future__ import annotations

import pytest

from actions.compiler import compile_document
from actions.errors import RefusedDocument
from actions.validation.validate import MAX_PROBLEMS
from tests.clocks import work_of_at_most

HEAD = "Name: act\nOnType: todo\n"
OUT = f"{HEAD}OutFields:\n"
DATA = "Type: data, Method: ACTIONRESPONSE"
SECONDS = 10  # many times what it takes, and far below what it took before there were bounds


def lines(form: str, count: int) -> str:
    return "".join(form.replace("%", str(number)) for number in range(count))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            OUT + lines(f"- {{{DATA}, Reference: reference_%, Attributes: {{a: $refrence_%}}}}\n", 1_500), id="names"
        ),
        pytest.param(HEAD + lines("key_%: 1\n", 9_000), id="keys"),
        pytest.param(
            f"{OUT}- Type: todo\n  Method: POST\n  Attributes:\n" + lines("    column_%: 1\n", 9_000), id="columns"
        ),
        pytest.param(OUT + lines("- {Type: todoo%, Method: GET}\n", 3_000), id="entities"),
        pytest.param(f"{HEAD}InFields:\n" + lines("- {Name: a%, ColumnType: lable%}\n", 3_000), id="types"),
        pytest.param(
            f"{HEAD}InFields:\n{lines('- {Name: input_%}', 2_000)}".replace("}-", "}\n-")
            + "\nValidations:\n"
            + lines("- {ColumnName: inqut_%, Tags: required}\n", 1_000),
            id="inputs",
        ),
        pytest.param(
            f"{HEAD}InFields: [{{Name: a}}]\nValidations: [{{ColumnName: a, Tags: '{'emial,' * 40_000}'}}]\n", id="tags"
        ),
        pytest.param(
            f"{OUT}- {{Type: todo, Method: GET, Attributes: {{query: '{'[' * 900}{']' * 900}'}}}}\n", id="deep-query"
        ),
        pytest.param(
            f"{OUT}- {{Type: todo, Method: GET, Attributes: {{query: '[{','.join(['{}'] * 9_000)}]'}}}}\n",
            id="wide-query",
        ),
        pytest.param(
            "Actions:\n"
            + "".join(
                "- {Name: act%, OnType: todo, OutFields: [{Type: action.invoke, Method: EXECUTE, "
                f"Attributes: {{type: todo, name: act{(number + 1) % 600}}}}}]}}\n".replace("%", str(number))
                for number in range(600)
            ),
            id="circle",
        ),
    ],
)
def test_refused_soon(text: str) -> None:
    """However many problems there are, looking for them ends."""
    with work_of_at_most(SECONDS), pytest.raises(RefusedDocument) as caught:
        compile_document(text, "hostile.yaml")
    assert 0 < len(caught.value.problems) <= MAX_PROBLEMS


def test_an_error_is_found_behind_any_number_of_warnings() -> None:
    """Bounding the warnings of a rule must not let an error pass."""
    warned = lines(
        "- {Type: client.store.set, Method: ACTIONRESPONSE, Attributes: {key: k, value: v, extra: 1}}\n", 150
    )
    missing = "- {Type: client.store.set, Method: ACTIONRESPONSE, Attributes: {key: k}}\n"
    with pytest.raises(RefusedDocument) as caught:
        compile_document(OUT + warned + missing, "act.yaml")
    assert [problem.message for problem in caught.value.problems if problem.severity == "error"] == [
        "'value' of 'client.store.set' is missing."
    ]
