"""What of a document is an action, and how its keys are read."""

from __future__ import annotations

import pytest

from actions.compiler import compile_document
from actions.dialects.daptin.dialect import Daptin
from actions.dialects.documents.reader import read_documents
from tests.actions.validation.harness import document, plan_of, problems_of

ONE = "{Name: one, OnType: todo, OutFields: [{Return: true}]}"
TWO = "{Name: two, OnType: todo, OutFields: [{Return: true}]}"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param(ONE, ["one"], id="one"),
        pytest.param(f"- {ONE}\n- {TWO}\n", ["one", "two"], id="list"),
        pytest.param(f"Actions:\n  - {ONE}\n  - {TWO}\n", ["one", "two"], id="actions"),
        pytest.param(f"aCTIONS: [{TWO}]", ["two"], id="actions-in-any-case"),
        pytest.param(f"--- {ONE}\n---\n{TWO}\n---\n", ["one", "two"], id="documents"),
        pytest.param(f"---\n- {TWO}\n---\nActions: [{ONE}]\n", ["two", "one"], id="mixed"),
        pytest.param('{"Name": "one", "OnType": "todo", "OutFields": [{"Return": true}]}', ["one"], id="json"),
        pytest.param("\ufeff" + ONE, ["one"], id="byte-order-mark"),
    ],
)
def test_actions_of_a_document(text: str, names: list[str]) -> None:
    """One action, a list, ``Actions``, several documents: each in its order."""
    assert [plan.name for plan in compile_document(text.encode(), "act.yaml").plans] == names


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param("", ["error ACT170 1:1 - The document declares no action."], id="empty"),
        pytest.param("Actions: []", ["error ACT170 1:1 - The document declares no action."], id="no-actions"),
        pytest.param(
            "just text",
            ["error ACT150 1:1 - This is no action. An action is a mapping with 'Name' and 'OnType'."],
            id="text",
        ),
        pytest.param("Actions: {}", ["error ACT154 1:10 /Actions 'Actions' must be a list."], id="no-list"),
        pytest.param(
            f"[{ONE}, 3]",
            ["error ACT150 1:58 /1 This is no action. An action is a mapping with 'Name' and 'OnType'."],
            id="element",
        ),
        pytest.param(
            f"Actions: [{ONE}]\nTables: []\n",
            ["error ACT151 2:1 /Tables Unknown key 'Tables'. Known here: Actions."],
            id="beside-actions",
        ),
        pytest.param(
            f"- {ONE}\n- {ONE}\n",
            ["error ACT171 2:10 /1/Name Action 'one' on 'todo' is declared twice. It stands first in line 1."],
            id="twice",
        ),
    ],
)
def test_no_action(text: str, problems: list[str]) -> None:
    """Whatever is no action is reported where it stands."""
    assert problems_of(text) == problems


@pytest.mark.parametrize(
    ("text", "recognised"),
    [
        pytest.param("name: x", True, id="any-case"),
        pytest.param("Actions: []", True, id="actions"),
        pytest.param("[{OutFields: []}]", True, id="list"),
        pytest.param("steps: []", False, id="other-notation"),
        pytest.param("[1]", False, id="list-of-others"),
        pytest.param("text", False, id="text"),
    ],
)
def test_recognises(text: str, recognised: bool) -> None:
    """The notation is told by its keys."""
    (read,) = read_documents(text, "act.yaml")
    assert Daptin().recognises(read.data) is recognised


def test_keys_match_in_any_case() -> None:
    """Keys, methods and column types are the author's to spell; inner keys too."""
    plan = plan_of(
        "NAME: act\nontype: todo\ninstanceoptional: No\naDDITIONALiNPUTS: on\n"
        "infields: [{name: A title, COLUMNNAME: title, columntype: LABEL, isnullable: YES, OPTIONS: [{value: a}]}]\n"
        "outfields: [{TYPE: todo, method: post, reference: one, attributes: {title: Tea}, skipinresponse: yes}]\n"
    )
    (item,), (step,) = plan.inputs, plan.body.nodes
    assert (plan.name, plan.type_name, plan.instance_optional, plan.additional_inputs) == ("act", "todo", False, True)
    assert (item.key, item.label, item.column_type, item.nullable) == ("title", "A title", "label", True)
    assert (step.operation.name, step.reference, step.skip_in_response) == ("entity.create", "one", True)


@pytest.mark.parametrize("word", ["yes", "Yes", "on", "ON", "true", "True", '"true"', '"Yes"'])
def test_words_for_true(word: str) -> None:
    """A boolean key takes the words that YAML 1.2 reads as texts."""
    assert plan_of(document(keys=f"AdditionalInputs: {word}")).additional_inputs is True


@pytest.mark.parametrize("word", ["no", "Off", "OFF", "false", '"no"'])
def test_words_for_false(word: str) -> None:
    """And as many for no."""
    assert plan_of(document(keys=f"InstanceOptional: {word}")).instance_optional is False


@pytest.mark.parametrize("value", ["1", "0", "maybe", "[]", "{}", '""'])
def test_no_boolean(value: str) -> None:
    """Anything else is not taken for one."""
    assert problems_of(document("Return: true", keys=f"AdditionalInputs: {value}")) == [
        "error ACT154 6:19 /AdditionalInputs 'AdditionalInputs' must be true or false."
    ]


def test_a_key_without_value_is_not_given() -> None:
    """An empty key says what no key says."""
    plan = plan_of("Name: act\nOnType: todo\nLabel:\nInFields:\nValidations: null\nOutFields:\n  - Return: true\n")
    assert (plan.label, plan.inputs, plan.validations, plan.instance_optional) == ("act", (), (), True)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        pytest.param("''", "'Name' is empty.", id="empty"),
        pytest.param("a/b", "'Name' cannot be a segment of a URL.", id="slash"),
        pytest.param("..", "'Name' cannot be a segment of a URL.", id="dots"),
        pytest.param("' a'", "'Name' has white space at an end, or a control character.", id="space"),
        pytest.param('"a\\tb"', "'Name' has white space at an end, or a control character.", id="control"),
        pytest.param("a" * 101, "'Name' is longer than 100 characters.", id="long"),
    ],
)
def test_names_are_segments_of_urls(name: str, problem: str) -> None:
    """A name that could not be called is refused."""
    text = document("Return: true").replace("Name: act", f"Name: {name}", 1)
    assert problems_of(text) == [f"error ACT155 1:7 /Name {problem}"]


@pytest.mark.parametrize("name", ["a", "a b", "reset-password-verify", "é", "yes", "a" * 100])
def test_good_names(name: str) -> None:
    """Everything else is a name; YAML's words are texts."""
    assert plan_of(document("Return: true").replace("Name: act", f"Name: {name}", 1)).name == name


def test_type_name_may_not_have_a_slash() -> None:
    """``OnType`` is a segment of the URL too, besides being an entity."""
    assert problems_of(document("Return: true").replace("OnType: todo", "OnType: to/do")) == [
        "error ACT155 2:9 /OnType 'OnType' cannot be a segment of a URL.",
        "error ACT201 2:9 /OnType Unknown entity 'to/do'. Did you mean 'todo'?",
    ]


def test_label_is_bounded() -> None:
    """A label fits its column."""
    assert problems_of(document("Return: true", keys=f"Label: {'x' * 201}")) == [
        "error ACT155 6:8 /Label 'Label' is longer than 200 characters."
    ]


def test_reference_id() -> None:
    """The id that the author wants for the action comes with it."""
    text = document("Return: true", keys="ReferenceId: 018f3c9e-8a2b-7c3d-9e4f-5a6b7c8d9e0f")
    (action,) = compile_document(text, "act.yaml").actions
    assert str(action.reference_id) == "018f3c9e-8a2b-7c3d-9e4f-5a6b7c8d9e0f"
