"""A document in, plans or all of its problems out."""

from __future__ import annotations

import time

import pytest

from actions.compiler import compile_document, compile_stored
from actions.errors import RefusedDocument
from actions.validation.context import installed_context
from actions.validation.validate import MAX_PROBLEMS
from tests.actions.validation.harness import document, plan_of, problems_of, shown

SIGNUP = """\
Name: signup
Label: Sign up
InstanceOptional: true
OnType: user_account
Permission: {guest: [execute]}
InFields:
  - Name: name
    ColumnType: label
    IsNullable: false
  - Name: email
    ColumnType: email
    IsNullable: false
  - Name: password
    ColumnType: password
    IsNullable: false
  - Name: Password Confirm
    ColumnName: passwordConfirm
    ColumnType: password
    IsNullable: false
Validations:
  - ColumnName: email
    Tags: email
  - ColumnName: name
    Tags: required
  - ColumnName: password
    Tags: eqfield=InnerStructField[passwordConfirm],min=8
Conformations:
  - ColumnName: email
    Tags: email
  - ColumnName: name
    Tags: trim
OutFields:
  - Type: user_account
    Method: POST
    Reference: user
    Attributes:
      name: "~name"
      email: "~email"
      password: "~password"
      confirmed: '0'
  - Type: usergroup
    Method: POST
    Reference: usergroup
    Attributes:
      name: "!'Home group for ' + user.name"
  - Type: user_user_id_has_usergroup_usergroup_id
    Method: POST
    Reference: user_usergroup
    Attributes:
      user_id: "$user.reference_id"
      usergroup_id: "$usergroup.reference_id"
  - Type: client.notify
    Method: ACTIONRESPONSE
    Attributes:
      type: success
      title: Success
      message: Signup Successful
  - Type: client.redirect
    Method: ACTIONRESPONSE
    Attributes:
      location: "/auth/signin"
      window: self
"""


def test_the_original_signup() -> None:
    """Daptin's own signup compiles as it is, without a warning; its Reference ``user`` shadows the built-in."""
    compiled = compile_document(SIGNUP, "signup.yaml")
    (plan,) = compiled.plans
    assert compiled.problems == ()
    assert (plan.type_name, plan.name, plan.permission) == ("user_account", "signup", 32)
    assert plan.references == {"user", "usergroup", "user_usergroup"}
    assert [item.key for item in plan.inputs] == ["name", "email", "password", "passwordConfirm"]
    assert len(plan.body.nodes) == 5


def test_all_problems_at_once_and_in_order() -> None:
    """What the notation, an expression and the rules refuse is reported together, warnings too."""
    text = document(
        "Type: todo, Method: POST, Refer: x, Attributes: {titel: ~titel, done: '!('}",
        "Return: true",
        "Type: client.notfy, Method: ACTIONRESPONSE",
    )
    assert problems_of(text.replace("~titel", "'~titel'")) == [
        "error ACT151 5:32 /OutFields/0/Refer Unknown key 'Refer'. Did you mean 'Reference'?",
        "error ACT202 5:55 /OutFields/0/Attributes/titel Unknown column 'titel' on 'todo'. Did you mean 'title'?",
        "error ACT204 5:62 /OutFields/0/Attributes/titel Unknown reference 'titel'. Did you mean 'title'?",
        "error ACT270 5:81 /OutFields/0/Attributes/done The script ends too early.",
        "warning ACT280 7:5 /OutFields/2 "
        "This outcome is never reached: a 'Return' without a condition stands before it.",
        "error ACT219 7:12 /OutFields/2/Type Unknown directive 'client.notfy'. Did you mean 'client.notify'?",
    ]


def test_a_warning_does_not_refuse() -> None:
    """A document with warnings alone compiles and hands them over."""
    compiled = compile_document("Name: act\nOnType: todo", "act.yaml")
    assert shown(compiled.problems) == ["warning ACT283 1:1 - The action has no outcomes. Add 'OutFields'."]
    assert compiled.plans[0].name == "act"


def test_a_problem_as_people_read_it() -> None:
    """Code, message and hint; place and pointer; the line with a caret."""
    text = document("Type: client.notify, Method: ACTIONRESPONSE, Attributes: {type: info, message: $usr.name}")
    with pytest.raises(RefusedDocument) as caught:
        compile_document(text, "signup.yaml")
    assert str(caught.value) == (
        "ACT204 Unknown reference 'usr'. Did you mean 'user'?\n"
        "  signup.yaml:5:85  at /OutFields/0/Attributes/message\n"
        "    5 |   - {Type: client.notify, Method: ACTIONRESPONSE, Attributes: {type: info, message: $usr.name}}\n"
        f"      | {' ' * 84}^"
    )


def test_problems_are_capped_and_errors_come_before_warnings() -> None:
    """Nobody reads thousands of problems; the cap never hides an error behind warnings."""
    many = ["Type: a, Method: ACTIONRESPONSE, Attributes: {token: x}"] * (MAX_PROBLEMS + 50)
    found = problems_of(document(*many, "Type: todoo, Method: GET"))
    assert len(found) == MAX_PROBLEMS
    assert found[-1].startswith("error ACT201 155:12 ")


def test_the_same_value_twice_is_one_problem() -> None:
    """An alias stands for what it names, and what is wrong there is wrong once."""
    text = (
        "Name: act\nOnType: todo\nOutFields:\n  - &one {Type: todo, Method: POST, Attributes: {titel: x}}\n  - *one\n"
    )
    assert problems_of(text) == [
        "error ACT202 4:50 /OutFields/0/Attributes/titel Unknown column 'titel' on 'todo'. Did you mean 'title'?"
    ]


def test_actions_of_one_document_know_one_another() -> None:
    """Where all actions are known, those beside it are known as well."""
    call = "{Type: action.invoke, Method: EXECUTE, Attributes: {type: todo, name: two}}"
    two = "{Name: two, OnType: todo, OutFields: [{Return: yes}]}"
    text = f"- {{Name: one, OnType: todo, OutFields: [{call}]}}\n- {two}"
    assert problems_of(text, knows_all_actions=True) == []


def test_others_are_known_by_the_context() -> None:
    """Actions of other documents come with the facts."""
    text = document("Type: action.invoke, Method: EXECUTE, Attributes: {type: todo, name: other}")
    other = {("todo", "other"): plan_of(document("Return: true"))}
    assert problems_of(text, knows_all_actions=True, actions=other) == []
    assert len(problems_of(text, knows_all_actions=True)) == 1


def test_compiled_actions_know_where_they_stand() -> None:
    """Each action comes with its part of the document and the name of its notation."""
    compiled = compile_document(f"---\n{document('Return: true')}---\n{SIGNUP}", "two.yaml")
    assert [(action.key, action.dialect) for action in compiled.actions] == [
        (("todo", "act"), "daptin"),
        (("user_account", "signup"), "daptin"),
    ]
    assert [action.value.location.line for action in compiled.actions] == [2, 9]


def test_stored_text() -> None:
    """A stored action is compiled by the notation it is stored with."""
    assert compile_stored(SIGNUP, "user_account.signup", "daptin").name == "signup"


def test_stored_text_of_an_unknown_notation() -> None:
    """A notation that is not installed any more is a refusal like others."""
    with pytest.raises(RefusedDocument) as caught:
        compile_stored(SIGNUP, "user_account.signup", "zzz")
    assert shown(caught.value.problems) == ["error ACT172 1:1 - Unknown notation 'zzz'."]


def test_facts_of_the_installation(settings) -> None:  # type: ignore[no-untyped-def]
    """Names and hosts come from the settings."""
    settings.ACTIONS = {**settings.ACTIONS, "ENV_NAMES": ("HOME",), "REDIRECT_HOSTS": ("shop.example",)}
    facts = installed_context(knows_all=True)
    assert (facts.env_names, facts.redirect_hosts) == ({"HOME", "SITE_URL"}, {"shop.example"})
    assert (facts.actions, facts.knows_all_actions) == ({}, True)


def test_an_action_with_a_thousand_outcomes() -> None:
    """Four times the outcomes cost about four times as much, not sixteen times."""

    post = "Type: todo, Method: POST"

    def seconds(outcomes: int) -> float:
        lines = (
            f"{post}, Reference: r{number}, Attributes: {{title: $title, due: $r{max(number - 1, 0)}.due}}"
            for number in range(outcomes)
        )
        text = document(*lines).replace("$r0.due", "2024-02-29", 1)
        return min(_seconds(text) for _ in range(3))

    compile_document(SIGNUP, "warm.yaml")
    assert seconds(1_000) < 10 * seconds(250)


def _seconds(text: str) -> float:
    start = time.process_time()
    compile_document(text, "many.yaml")
    return time.process_time() - start
