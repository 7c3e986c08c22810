"""What only the engine finds wrong with a script is reported with its place."""

from actions.errors import ScriptOverBudget
from actions.validation.rules.readable_scripts import readable_scripts
from tests.actions.validation.harness import document, found_by

TEXT = document(
    "Type: x, Method: ACTIONRESPONSE, Condition: '!title', Attributes: {a: '!/(/', b: \"!title + 'x'\", c: 'y {{010}}'}"
)


def test_a_refused_script_is_reported():
    """All scripts of an action are shown at once; those that only join texts never meet the engine."""
    shown = []

    def check(scripts):
        shown.append([script.source for script in scripts])
        return ["SyntaxError: Bad" if script.source == "/(/" else None for script in scripts]

    assert found_by(readable_scripts, TEXT, check_scripts=check) == ["error ACT270 5:78 /OutFields/0/Attributes/a Bad."]
    assert shown == [["/(/", "010"]]


def test_without_an_engine_nothing_is_checked():
    """What is served already was checked when it was loaded."""
    assert found_by(readable_scripts, TEXT) == []


def test_scripts_that_cost_too_much_to_read_are_refused():
    """The budget holds for reading too."""

    def check(_):
        raise ScriptOverBudget("A script took longer than 1 s.")

    found = found_by(readable_scripts, TEXT, check_scripts=check)
    assert found == ["error ACT270 1:1 - A script took longer than 1 s."]
