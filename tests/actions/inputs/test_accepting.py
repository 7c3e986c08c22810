"""Inputs mean what they say: each sentence of the notation about InFields, as a table."""

from __future__ import annotations

import threading
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.errors import InvalidInput
from actions.inputs import InputContract, Inputs, compile_inputs
from actions.locations import Location
from actions.plan.nodes import Input, Plan, Sequence, Tags
from entities.fields import all_column_types

HERE = Location("test.yaml", 1, 1)
HELLO = {"name": "a.txt", "file": "aGVsbG8="}


def field(key: str, kind: str = "label", *, nullable: bool = False, **more: Any) -> Input:
    """Declare an input; ``default`` gives it one."""
    return Input(key, key, kind, nullable, HERE, has_default="default" in more, **more)


def plan_of(*inputs: Input, validations: Any = (), conformations: Any = (), additional: bool = False) -> Plan:
    """Return a plan that has inputs and nothing else; tags are pairs of a name and a list."""
    return Plan(
        name="try",
        type_name="product",
        label="Try",
        location=HERE,
        body=Sequence(HERE, -1),
        inputs=inputs,
        validations=tuple(Tags(key, tags, HERE) for key, tags in validations),
        conformations=tuple(Tags(key, tags, HERE) for key, tags in conformations),
        additional_inputs=additional,
    )


def contract_of(*inputs: Input, **more: Any) -> InputContract:
    """Return the compiled contract of such a plan."""
    return compile_inputs(plan_of(*inputs, **more))


def refusals(contract: InputContract, raw: Any, **how: Any) -> list[tuple[str, str, str]]:
    """Return field, code and message of every problem; an empty list when the values are accepted."""
    try:
        contract.accept(raw, **how)
    except InvalidInput as error:
        return [(problem.field, problem.code, problem.message) for problem in error.errors]
    return []


def codes(contract: InputContract, raw: Any, **how: Any) -> list[tuple[str, str]]:
    """Return field and code of every problem."""
    return [(name, code) for name, code, _ in refusals(contract, raw, **how)]


SIGNUP = contract_of(
    field("name"),
    field("email", "email"),
    field("password", "password"),
    field("passwordConfirm", "password"),
    validations=[
        ("email", "email"),
        ("name", "required"),
        ("password", "eqfield=InnerStructField[passwordConfirm],min=8"),
    ],
    conformations=[("email", "email"), ("name", "trim")],
)
ADA = {"name": " Ada ", "email": " Ada@Example.ORG ", "password": "12345678", "passwordConfirm": "12345678"}


def test_the_seeds_signup() -> None:
    """Conformed, checked, and in the order of the declaration."""
    accepted = SIGNUP.accept(ADA)
    assert accepted == Inputs(
        {"name": "Ada", "email": "Ada@example.org", "password": "12345678", "passwordConfirm": "12345678"}, {}
    )
    assert list(accepted.values) == ["name", "email", "password", "passwordConfirm"]


ALL_MISSING = [(name, "required") for name in ("name", "email", "password", "passwordConfirm")]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param({}, ALL_MISSING, id="nothing"),
        pytest.param(dict.fromkeys(ADA), ALL_MISSING, id="nulls"),
        pytest.param(dict.fromkeys(ADA, ""), ALL_MISSING, id="empty-texts"),
        pytest.param({**ADA, "name": "   "}, [("name", "required")], id="blank-after-trim"),
        pytest.param({**ADA, "email": "   "}, [("email", "required")], id="blank-email"),
        pytest.param({**ADA, "email": "noat"}, [("email", "email")], id="email-once"),
        pytest.param({**ADA, "email": ["a@b.co"]}, [("email", "type")], id="list-for-a-text"),
        pytest.param({**ADA, "email": {"$ne": None}}, [("email", "type")], id="object-for-a-text"),
        pytest.param({**ADA, "name": 5}, [("name", "type")], id="number-for-a-text"),
        pytest.param({**ADA, "name": "x" * 101}, [("name", "max")], id="too-long"),
        pytest.param({**ADA, "name": " " * 50 + "x" * 100}, [], id="length-after-conforming"),
        pytest.param({**ADA, "name": "a\0"}, [("name", "type")], id="nul"),
        pytest.param({**ADA, "passwordConfirm": "other678"}, [("password", "eqfield")], id="mismatch"),
        pytest.param(
            {**ADA, "password": "short"}, [("password", "eqfield"), ("password", "min")], id="all-failures-of-a-field"
        ),
        pytest.param(
            {key: value for key, value in ADA.items() if key != "passwordConfirm"},
            [("password", "eqfield"), ("passwordConfirm", "required")],
            id="no-confirmation",
        ),
        pytest.param(
            {**ADA, "zeta": 1, "Email": "x", "is_staff": True, "name": ""},
            [("name", "required"), ("Email", "unknown"), ("is_staff", "unknown"), ("zeta", "unknown")],
            id="declared-first-then-unknown-by-name",
        ),
    ],
)
def test_every_failure_is_reported(raw: Any, expected: list[tuple[str, str]]) -> None:
    """In the order of InFields, then unknown names by name; a code stands once for each field."""
    assert codes(SIGNUP, raw) == expected


def test_messages_name_the_field() -> None:
    """Each says which input, what is wrong and, for a near miss, what was meant."""
    assert refusals(SIGNUP, {**ADA, "Email": "x", "name": 5, "password": "short"}) == [
        ("name", "type", "'name' must be a text, not a number."),
        ("password", "eqfield", "'password' must equal 'passwordConfirm'."),
        ("password", "min", "'password' must have at least 8 characters."),
        ("Email", "unknown", "Unknown input 'Email'. Did you mean 'email'?"),
    ]


EVERYTHING = [item.name for item in all_column_types()]


@pytest.mark.parametrize("kind", EVERYTHING)
def test_required_optional_and_null_for_every_type(kind: str) -> None:
    """Without IsNullable an input is required; with it, it may be absent or null."""
    required, optional = contract_of(field("x", kind)), contract_of(field("x", kind, nullable=True))
    assert refusals(required, {}) == [("x", "required", "'x' is required.")]
    assert refusals(required, {"x": None}) == [("x", "required", "'x' is required.")]
    assert optional.accept({}).values == {}
    assert optional.accept({"x": None}).values == {"x": None}


NO_TEXTS = [item.name for item in all_column_types() if not item.is_text and not item.takes_anything]
TEXTS = [item.name for item in all_column_types() if item.is_text]


@pytest.mark.parametrize("form", [False, True], ids=["json", "form"])
@pytest.mark.parametrize("kind", NO_TEXTS)
def test_an_empty_text_for_another_type_is_not_sent(kind: str, form: bool) -> None:
    """A form's empty field is no number, date or file: a required one is missing, an optional one absent."""
    assert codes(contract_of(field("x", kind)), {"x": ""}, form=form) == [("x", "required")]
    assert contract_of(field("x", kind, nullable=True)).accept({"x": ""}, form=form).values == {}


@pytest.mark.parametrize("kind", TEXTS)
def test_an_empty_text_for_a_text_is_a_value(kind: str) -> None:
    """A required input refuses it, an optional one has it, unless the type must not be empty."""
    assert codes(contract_of(field("x", kind)), {"x": ""}) == [("x", "required")]
    optional = contract_of(field("x", kind, nullable=True))
    if kind in ("name", "password", "bcrypt", "md5", "md5-bcrypt"):
        assert codes(optional, {"x": ""}) == [("x", "required")]
    else:
        assert optional.accept({"x": ""}).values == {"x": ""}


def test_json_takes_an_empty_text_but_not_from_a_form() -> None:
    """In JSON it is one of anything; in a form it is a field left empty."""
    contract = contract_of(field("x", "json"))
    assert contract.accept({"x": ""}).values == {"x": ""}
    assert codes(contract, {"x": ""}, form=True) == [("x", "required")]


@pytest.mark.parametrize(
    ("kind", "sent", "value"),
    [
        ("date", "2024-02-29", "2024-02-29"),
        ("datetime", "2024-02-29T13:00:00+01:00", "2024-02-29T12:00:00Z"),
        ("datetime", 0, "1970-01-01T00:00:00Z"),
        ("time", "12:30", "12:30:00"),
        ("measurement", Decimal("1.5"), 1.5),
        ("rating", Decimal("3.0"), 3),
        ("money", Decimal("19.99"), Decimal("19.99")),
        ("truefalse", False, False),
        ("json", {"a": [Decimal("0.5")]}, {"a": [0.5]}),
        ("file", [HELLO], [{**HELLO, "type": ""}]),
    ],
)
def test_values_are_json_kinds(kind: str, sent: Any, value: Any) -> None:
    """Expressions see JSON values and exact decimals; dates are ISO 8601 text."""
    found = contract_of(field("x", kind)).accept({"x": sent}).values["x"]
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("kind", "sent", "value"),
    [
        ("label", "5", "5"),
        ("measurement", "1.5", 1.5),
        ("rating", "7", 7),
        ("truefalse", "on", True),
        ("truefalse", "false", False),
        ("date", "2024-02-29", "2024-02-29"),
        ("money", "0.10", Decimal("0.10")),
        ("json", "[1, 2]", [1, 2]),
        ("json", ["1", '"a"'], [1, "a"]),
        ("file", HELLO, [{**HELLO, "type": ""}]),
        ("file", [HELLO, HELLO], [{**HELLO, "type": ""}] * 2),
    ],
)
def test_a_form_is_coerced(kind: str, sent: Any, value: Any) -> None:
    """The text of a form becomes the type's value; a repeated key is a list for types that take lists."""
    assert contract_of(field("x", kind)).accept({"x": sent}, form=True).values == {"x": value}


@pytest.mark.parametrize(
    ("kind", "sent", "message"),
    [
        ("label", ["a", "b"], "'x' must be sent once."),
        ("rating", ["1", "2"], "'x' must be sent once."),
        ("label", HELLO, "'x' must not be a file."),
        ("label", [HELLO], "'x' must not be a file."),
        ("rating", "high", "'x' must be a number."),
        ("truefalse", "perhaps", "'x' must be true or false."),
    ],
)
def test_a_form_is_refused(kind: str, sent: Any, message: str) -> None:
    """Scalars stay scalars, text that spells no value is refused."""
    assert refusals(contract_of(field("x", kind)), {"x": sent}, form=True) == [("x", "type", message)]


def test_text_in_json_stays_text() -> None:
    """Only forms and query strings are coerced."""
    assert codes(contract_of(field("x", "rating")), {"x": "5"}) == [("x", "type")]
    assert codes(contract_of(field("x", "truefalse")), {"x": "on"}) == [("x", "type")]


def test_the_body_wins_over_the_query() -> None:
    """The query fills in what the body does not have, is always text, and may hold nothing undeclared."""
    contract = contract_of(field("a", "rating"), field("b", "rating", nullable=True))
    assert contract.accept({"a": 1}, query={"a": "2", "b": "3"}).values == {"a": 1, "b": 3}
    assert codes(contract, {"a": None}, query={"a": "2"}) == [("a", "required")]
    assert codes(contract, {"a": 1}, query={"c": "3"}) == [("c", "unknown")]
    assert codes(contract, {"a": "1"}, query={"b": "x"}) == [("a", "type"), ("b", "type")]


@pytest.mark.parametrize(
    ("kind", "default", "value"),
    [
        ("label", "USD", "USD"),
        ("label", "'USD'", "USD"),
        ("label", "~name", "~name"),
        ("rating", "'5'", 5),
        ("rating", 5, 5),
        ("truefalse", "1", True),
        ("date", "2024-02-29", "2024-02-29"),
        ("json", "{}", {}),
        ("label", "''", ""),
    ],
)
def test_a_default_is_used(kind: str, default: Any, value: Any) -> None:
    """It applies when the input was not sent, makes it optional, and is coerced."""
    contract = contract_of(field("x", kind, default=default))
    assert contract.accept({}).values == {"x": value}
    assert codes(contract, {"x": None}) == [("x", "required")]
    assert contract_of(field("x", kind, default=default, nullable=True)).accept({"x": None}).values == {"x": None}


def test_a_default_applies_to_what_counts_as_not_sent() -> None:
    """An empty field of a form takes the default of a number, and is the value of a text."""
    assert contract_of(field("x", "rating", default=5)).accept({"x": ""}, form=True).values == {"x": 5}
    assert contract_of(field("x", default="USD")).accept({"x": ""}, form=True).values == {"x": ""}


def test_a_default_passes_the_checks() -> None:
    """The author's validations hold for it too."""
    contract = contract_of(field("x", default="ab"), validations=[("x", "min=3")])
    assert codes(contract, {}) == [("x", "min")]


SIZES = ({"Value": "Small", "Label": "small"}, {"Value": "Large"})


@pytest.mark.parametrize("kind", ["enum", "label"])
def test_options_are_enforced(kind: str) -> None:
    """Any case is taken, in the option's spelling; anything else is refused with the code ``option``."""
    contract = contract_of(field("x", kind, options=SIZES))
    assert contract.accept({"x": "LARGE"}).values == {"x": "Large"}
    assert contract.accept({"x": "small"}, form=True).values == {"x": "Small"}
    assert refusals(contract, {"x": "Medium"}) == [("x", "option", "'x' must be one of 'Small', 'Large'.")]
    assert codes(contract, {"x": 5}) == [("x", "type")]


def test_an_empty_choice() -> None:
    """A select that was left empty was not sent, unless the empty text is an option."""
    assert contract_of(field("x", "enum", options=SIZES, nullable=True)).accept({"x": ""}, form=True).values == {}
    chosen = contract_of(field("x", "enum", options=("", "a"))).accept({"x": ""}, form=True)
    assert chosen.values == {"x": ""}


def test_a_default_takes_the_options_spelling() -> None:
    """Like any value."""
    assert contract_of(field("x", "enum", options=SIZES, default="'large'")).accept({}).values == {"x": "Large"}


def test_conformations_run_before_validations() -> None:
    """What is checked is the cleaned value; several entries for one input are all applied, in order."""
    contract = contract_of(
        field("x"), validations=[("x", "len=3"), ("x", "alpha")], conformations=[("x", "trim"), ("x", "upper")]
    )
    assert contract.accept({"x": "  abc  "}).values == {"x": "ABC"}
    assert codes(contract, {"x": " a1 "}) == [("x", "len"), ("x", "alpha")]


def test_conformations_touch_text_only() -> None:
    """A number stays what it is; a form's text is cleaned before it is read as a number."""
    contract = contract_of(field("x", "measurement"), conformations=[("x", "num")])
    assert contract.accept({"x": 1.5}).values == {"x": 1.5}
    assert contract.accept({"x": "1,250 kg"}, form=True).values == {"x": 1250}


@pytest.mark.parametrize(
    ("tags", "raw", "expected"),
    [
        pytest.param("required", {}, ["required"], id="required-not-sent"),
        pytest.param("required", {"x": None}, ["required"], id="required-null"),
        pytest.param("required", {"x": ""}, ["required"], id="required-empty"),
        pytest.param("email", {}, [], id="not-sent-is-not-checked"),
        pytest.param("email", {"x": None}, [], id="null-is-not-checked"),
        pytest.param("email", {"x": ""}, ["email"], id="empty-is-checked"),
        pytest.param("omitempty,email", {"x": ""}, [], id="omitempty"),
        pytest.param("required_with=y", {"y": "1"}, ["required_with"], id="required-with"),
        pytest.param("required_with=y", {}, [], id="required-with-nothing"),
        pytest.param("required_without=y", {}, ["required_without"], id="required-without"),
        pytest.param("required_without=y", {"y": "1"}, [], id="required-without-something"),
        pytest.param("eqfield=y", {"x": "1"}, ["eqfield"], id="equal-to-what-was-not-sent"),
        pytest.param("eqfield=y", {"x": "1", "y": "1"}, [], id="equal"),
        pytest.param("eqfield=y", {"y": "1"}, [], id="absent-equals-anything"),
    ],
)
def test_validations_of_an_optional_input(tags: str, raw: Any, expected: list[str]) -> None:
    """What was not sent is only shown to tags that ask for presence."""
    contract = contract_of(field("x", nullable=True), field("y", nullable=True), validations=[("x", tags)])
    assert codes(contract, raw) == [("x", code) for code in expected]


def test_a_stand_in_for_an_absent_input_does_not_become_a_null() -> None:
    """The attribute is absent, whatever the checks looked at."""
    contract = contract_of(
        field("x", "rating", nullable=True), field("y", nullable=True), validations=[("x", "required_with=y")]
    )
    assert contract.accept({}).values == {}
    assert contract.accept({"x": ""}).values == {}


def test_dates_are_compared_as_dates() -> None:
    """Cross-field tags see values, not their text."""
    contract = contract_of(field("from", "date"), field("to", "date"), validations=[("to", "gtfield=from")])
    assert codes(contract, {"from": "2024-02-29", "to": "20240301"}) == []
    assert codes(contract, {"from": "2024-02-29", "to": "2024-02-29"}) == [("to", "gtfield")]


def test_an_empty_list_of_files_is_missing() -> None:
    """A required file is a file; ``json`` may well be an empty list."""
    assert codes(contract_of(field("x", "file")), {"x": []}) == [("x", "required")]
    assert contract_of(field("x", "file", nullable=True)).accept({"x": []}).values == {"x": []}
    assert contract_of(field("x", "json")).accept({"x": []}).values == {"x": []}


def test_files_by_server_path_are_refused() -> None:
    """An object that claims a path on the server is unknown data."""
    raw = {"x": [{"filepath": "/etc/passwd", "originalFilename": "x"}]}
    assert refusals(contract_of(field("x", "file")), raw) == [
        ("x", "type", "'x' has a file with the unknown key 'filepath'.")
    ]


ADDITIONAL = contract_of(field("x"), additional=True)


def test_additional_inputs_stay_apart() -> None:
    """Where the action says so, undeclared inputs are taken as they are, but not among the declared."""
    raw = {"x": "a", "b": {"c": [Decimal("1.5")]}, "a": ""}
    assert ADDITIONAL.accept(raw) == Inputs({"x": "a"}, {"a": "", "b": {"c": [1.5]}})
    assert ADDITIONAL.accept({"x": "a"}, query={"b": "5"}) == Inputs({"x": "a"}, {"b": "5"})


@pytest.mark.parametrize(
    ("raw", "field_name"),
    [({"b": "\0"}, "b"), ({"b": {"c": "\ud800"}}, "b"), ({"b": float("nan")}, "b"), ({"\ud800": 1}, "?")],
)
def test_additional_inputs_are_storable(raw: Any, field_name: str) -> None:
    """Undeclared values are checked for what no database takes."""
    assert codes(ADDITIONAL, {"x": "a", **raw}) == [(field_name, "type")]


def test_tags_for_additional_inputs() -> None:
    """A name that only has tags is conformed and checked when the action takes additional inputs."""
    contract = contract_of(
        field("x"),
        additional=True,
        validations=[("extra", "required,min=3"), ("x", "nefield=free")],
        conformations=[("extra", "trim"), ("other", "upper")],
    )
    assert contract.accept({"x": "a", "extra": " abc ", "other": "b"}) == Inputs(
        {"x": "a"}, {"extra": "abc", "other": "B"}
    )
    assert contract.accept({"x": "a", "extra": "007"}, form=True).additional == {"extra": "007"}
    assert codes(contract, {"x": "a", "free": "a"}) == [("x", "nefield"), ("extra", "required")]
    assert (contract.declares("x"), contract.declares("extra"), contract.declares("y")) == (True, False, False)


def test_unknown_names_cannot_be_used_to_load_the_server() -> None:
    """Ten thousand of them are refused at once, with suggestions for the first few only, and short."""
    found = refusals(
        contract_of(field("email")), {"email": "a", **{f"emai{i}": 1 for i in range(10_000)}, "x" * 500: 1}
    )
    assert len(found) == 10_001
    assert sum("Did you mean" in message for _, _, message in found) == 10
    assert found[-1][0] == "x" * 100


def test_threads_do_not_mix_their_answers() -> None:
    """One contract, eight threads, each with its own documents: every answer is that of the document."""
    wrong: list[Any] = []

    def work(thread: int) -> None:
        for turn in range(150):
            good = {**ADA, "name": f"Ada {thread}-{turn}"}
            if SIGNUP.accept(good).values["name"] != good["name"]:
                wrong.append(good)
            bad = {**ADA, "email": "no", f"unknown{thread}": turn}
            if codes(SIGNUP, bad) != [("email", "email"), (f"unknown{thread}", "unknown")]:
                wrong.append(bad)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_what_was_sent_is_not_changed() -> None:
    """A phase never edits what it was given."""
    raw = {"x": "  a ", "y": {"z": [1]}}
    contract_of(field("x"), additional=True, conformations=[("x", "trim")]).accept(raw)
    assert raw == {"x": "  a ", "y": {"z": [1]}}


SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text(st.characters(), max_size=20)
)
ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
ONE_OF_EACH = contract_of(
    *(field(name, name, nullable=True) for name in EVERYTHING),
    conformations=[("email", "email"), ("label", "name,slug"), ("measurement", "num")],
    validations=[("label", "min=2,alphaunicode"), ("json", "dive,email"), ("float", "gtfield=measurement")],
)


@settings(deadline=None)
@given(
    raw=st.dictionaries(st.sampled_from(EVERYTHING) | st.text(st.characters(), max_size=5), ANY_JSON, max_size=6),
    form=st.booleans(),
)
def test_no_document_breaks_the_contract(raw: dict[str, Any], form: bool) -> None:
    """Whatever is sent is accepted or refused with problems that can be written as JSON."""
    for name, code, message in refusals(ONE_OF_EACH, raw, form=form):
        assert code
        assert (name + message).encode()
