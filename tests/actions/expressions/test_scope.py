"""Which names an expression may read, and what is said about those it may not."""

import pytest

from actions.expressions.base import Read
from actions.expressions.scope import BUILT_IN, Names
from actions.expressions.shapes import ANY, Shape
from actions.locations import Location

PLACE = Location("a.yaml", 1, 1)
USER = Shape(columns=frozenset({"name", "email"}), relations={"usergroup": "usergroup"})
NAMES = Names(
    {
        **Names().shapes,
        "user": USER,
        "rows": Shape(item=USER),
        "made": Shape(item=Shape(item=USER)),
        "anything": ANY,
        "attributes": Shape(columns=frozenset({"email", "password"})),
    }
)


def check(*path, embedded=False, in_script=False):
    return NAMES.check(Read(path, PLACE, embedded=embedded, in_script=in_script))


@pytest.mark.parametrize(
    "path",
    [
        ("user",),
        ("user", "email"),
        ("user", "__type"),
        ("user", "reference_id"),
        ("user", "usergroup"),
        ("user", "usergroup", "anything"),
        ("user", "email", "length"),
        ("rows",),
        ("rows", 0),
        ("rows", 0, "name"),
        ("made", 1, 2, "name"),
        ("anything", "what", 0, "ever"),
        ("attributes", "password"),
        ("subject", "x"),
        ("env", "HOME"),
    ],
    ids=str,
)
def test_what_is_known_passes(path):
    """Columns, relations, elements, and anything below what is not known."""
    assert check(*path) is None


@pytest.mark.parametrize(
    ("path", "message", "hint"),
    [
        pytest.param(("usr", "email"), "Unknown reference 'usr'.", "Did you mean 'user'?", id="name"),
        pytest.param(("zzz",), "Unknown reference 'zzz'.", "", id="name-like-none"),
        pytest.param(("user", "emial"), "'user' has no column 'emial'.", "Did you mean 'email'?", id="column"),
        pytest.param(("user", "password"), "'user' has no column 'password'.", "", id="hidden-column"),
        pytest.param(("user", 0), "'user' has no column '0'.", "", id="row-is-no-list"),
        pytest.param(("rows", 0, "nmae"), "'rows[0]' has no column 'nmae'.", "Did you mean 'name'?", id="element"),
        pytest.param(
            ("rows", "name"), "'rows' is a list.", "Write 'rows[0].name' for its first element.", id="list-is-no-row"
        ),
        pytest.param(
            ("attributes", "emall"), "'attributes' has no input 'emall'.", "Did you mean 'email'?", id="input"
        ),
    ],
)
def test_what_is_unknown_is_named_with_a_suggestion(path, message, hint):
    """The sentence says what is wrong, the hint what was probably meant."""
    assert check(*path) == (message, hint)


def test_a_name_in_a_text_may_have_been_no_name():
    """Where nothing similar is known, the hint is how to write the text itself."""
    assert check("zzz", embedded=True) == ("Unknown reference 'zzz'.", r"Write '\$zzz' for the text itself.")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("usr", "Did you mean 'user'?"),
        ("console", "Scripts have no console: use 'LogToConsole' on the outcome."),
        ("RSAEncrypt", "'RSAEncrypt' is not available: scripts handle no keys."),
        ("Sha256Hash", "Did you mean 'SHA256Hash'?"),
        ("Jsn", "Did you mean 'JSON'?"),
        ("qqqqq", ""),
    ],
)
def test_scripts_are_told_what_they_have(name, hint):
    """The names of the definition come first, then what programs elsewhere have, then helpers and standard globals."""
    assert check(name, in_script=True) == (f"Unknown reference '{name}'.", hint)


@pytest.mark.parametrize("path", [("rows", "length"), ("rows", "map"), ("user", "hasOwnProperty")], ids=str)
def test_scripts_may_use_what_every_value_has(path):
    """Methods of lists and objects are no columns."""
    assert check(*path, in_script=True) is None
    assert check(*path) is not None


def test_built_in_names_are_always_visible():
    """Inputs, instance, actor, request and environment."""
    assert set(Names()) == BUILT_IN == {"attributes", "subject", "user", "request", "env"}
