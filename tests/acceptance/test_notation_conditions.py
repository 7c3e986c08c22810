"""Which conditions pass, wherever a condition may stand."""

import json

import pytest

from tests.acceptance.notation import SAID, entries, runner, said

STOPS = False
PASSES = True
LITERALS = [
    ("false", STOPS),
    ("False", STOPS),
    ("null", STOPS),
    ("~", STOPS),
    ("''", STOPS),
    ("0", STOPS),
    ("0.0", STOPS),
    ("'0'", STOPS),
    ("'false'", STOPS),
    ("'FALSE'", STOPS),
    ("[]", STOPS),
    ("{}", STOPS),
    ("'!0'", STOPS),
    ("'!NaN'", STOPS),
    ("'!undefined'", STOPS),
    ("'!null'", STOPS),
    ("'![]'", STOPS),
    ("'!({})'", STOPS),
    ("'~flag'", STOPS),
    ("'$flag'", STOPS),
    ("'x$flag'", STOPS),
    ("'{{flag}}'", STOPS),
    ("'$user.email'", STOPS),
    ("'~subject'", STOPS),
    ("'~'", STOPS),
    ("'!!!flag'", STOPS),
    ("'{{0}}{{null}}'", STOPS),
    ("true", PASSES),
    ("yes", PASSES),
    ("no", PASSES),
    ("' '", PASSES),
    ("' false '", PASSES),
    ("'00'", PASSES),
    ("'null'", PASSES),
    ("1", PASSES),
    ("-1", PASSES),
    ("0.1", PASSES),
    ("[0]", PASSES),
    ("{a: 0}", PASSES),
    ("'!!flag'", PASSES),
    ("'![0]'", PASSES),
    ("'!new Date(0)'", PASSES),
    ("'!\"false \"'", PASSES),
    ("'{{1}}{{2}}'", PASSES),
    ("'!flag === undefined'", PASSES),
]


def _outcome(kind: str, condition: str) -> str:
    """Return an outcome that says something when its condition passes."""
    more = {
        "outcome": "",
        "loop": ", ForEach: [1]",
        "else": ", Else: [{Type: other, Method: ACTIONRESPONSE}]",
    }[kind]
    return f"  - {{Type: said, Method: ACTIONRESPONSE, Attributes: {{v: 1}}, Condition: {condition}{more}}}\n"


@pytest.mark.parametrize(("condition", "passes"), LITERALS)
def test_which_conditions_pass(define, post, condition, passes):
    """False, null, absent, 0, "", "0", "false", [] and {} do not; an outcome, a loop, Else, Return and Fail agree."""
    run = runner(define, post)
    for kind in ("outcome", "loop", "else"):
        assert (said(run(_outcome(kind, condition))) == [1]) is passes
    assert (entries(run(f"  - {{Return: true, Condition: {condition}}}\n" + SAID % 1)) == []) is passes
    failed = run(f"  - {{Fail: {{Status: 418}}, Condition: {condition}}}\n")
    assert failed.status_code == (418 if passes else 200)


VALUES = [None, False, 0, 0.0, "", "0", "false", "FALSE", [], {}, True, 1, " ", "x", [0], {"a": 0}]


@pytest.mark.parametrize("value", VALUES, ids=json.dumps)
@pytest.mark.parametrize("form", ["~any", "$any", "!any", "{{any}}"])
def test_the_value_decides_in_every_form(define, post, form, value):
    """A path and a script judge the same value alike."""
    response = runner(define, post)(_outcome("outcome", json.dumps(form)), {"any": value})
    passes = bool(value) and str(value).lower() not in ("0", "false")
    assert (said(response) == [1]) is passes
