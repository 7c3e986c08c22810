"""A plan as a readable tree."""

from __future__ import annotations

from textwrap import dedent

from actions.plan.effects import arrange
from actions.plan.printer import explain
from tests.actions.validation.harness import document, plan_of


def test_everything_is_shown() -> None:
    """Inputs with their tags, operations with their statements, conditions, and what each expression reads."""
    plan = plan_of("""
        Name: plan
        Label: Plan the day
        OnType: todo
        InstanceOptional: no
        RequestSubjectRelations: [project]
        Permission: {guest: [execute], user: [peek, execute]}
        AccessGroups: [staff, {Name: editors, Permission: {group: execute}}]
        AdditionalInputs: yes
        InFields:
          - {Name: title, ColumnType: label}
          - {Name: size, ColumnType: enum, DefaultValue: S, Options: [{Value: S}, {Value: M}]}
          - {Name: lines, ColumnType: json, IsNullable: yes}
        Conformations: [{ColumnName: title, Tags: trim}]
        Validations: [{ColumnName: title, Tags: "required,min=3"}]
        OutFields:
          - Type: todo
            Method: POST
            Reference: first
            Condition: "!title.length > 3"
            LogToConsole: yes
            Attributes: {title: "~title", done: false, project_id: $.project.reference_id}
            Else:
              - Fail: {Status: 409, Code: short, Message: "$title is too short"}
          - Type: todo
            Method: POST
            ForEach: "~lines"
            MaxItems: 10
            SkipInResponse: yes
            Attributes: {title: "$index: $item for $first.title"}
          - {Type: todo, Method: GET, Attributes: {query: '[{"column": "title", "operator": "is", "value": "$title"}]'}}
          - Type: todo
            Method: PATCH
            Attributes: [{reference_id: $.reference_id}, {reference_id: $first.reference_id}]
          - {Type: todo, Method: GET_BY_ID, ContinueOnError: yes, Attributes: {reference_id: "~"}}
          - {Type: todo, Method: DELETE, Attributes: {reference_id: $.reference_id}}
          - {Return: yes, Condition: $user.name}
          - {Type: client.notify, Method: ACTIONRESPONSE, Attributes: {type: info, message: M}}
    """)
    assert explain(plan) == dedent("""\
        todo.plan: Plan the day
          instance: required
          instance with: project
          execute: guest execute; user peek, execute (4256)
          group 'staff': as above
          group 'editors': group execute (524288)
          inputs:
            title: label, required; conform trim; validate required,min=3
            size: enum, default S; one of 2 options
            lines: json, optional
            any others, in 'attributes' only
          outcomes:
            [0] if !title.length > 3  (reads title):
              [0] todo -> first: entity.create, INSERT INTO todo
                title: ~title  (reads title)
                done: false
                project_id: $.project.reference_id  (reads subject.project.reference_id)
                (logged)
            else:
              [0] fail with 409, code short, message $title is too short  (reads title)
            [1] for each item of ~lines  (reads lines), at most 10:
              [1] todo: entity.create, INSERT INTO todo
                title: $index: $item for $first.title  (reads index, item, first.title)
                (not in the answer)
            [2] todo: entity.list, SELECT FROM todo
              query: [{"column": "title", "operator": "is", "value": "$title"}]  (reads title)
            [3] todo: entity.update, SELECT FROM todo FOR UPDATE, UPDATE todo
              run 0:
                reference_id: $.reference_id  (reads subject.reference_id)
              run 1:
                reference_id: $first.reference_id  (reads first.reference_id)
            [4] todo: entity.get, SELECT FROM todo by its key
              reference_id: ~  (reads subject)
              (undone when it fails, then the next)
            [5] todo: entity.delete, DELETE FROM todo
              reference_id: $.reference_id  (reads subject.reference_id)
            [6] return
              if $user.name  (reads user.name)
            [7] client.notify: respond
              type: info
              message: M
        """)


def test_little_is_shown_shortly() -> None:
    """What is not there takes one word, and a long text is cut."""
    plan = plan_of(
        f"Name: act\nOnType: todo\nPermission: 0\nOutFields: [{{Fail: {{Status: 400, Message: {'x' * 99}}}}}]"
    )
    assert explain(plan) == dedent(f"""\
        todo.act: act
          instance: optional
          execute: administrators (0)
          inputs: none
          outcomes:
            [0] fail with 400, code failed, message {"x" * 60}...
        """)


def test_literals_are_shown_as_data() -> None:
    """Numbers, lists and an empty text look like what they are."""
    data = "{Type: d, Method: ACTIONRESPONSE, Attributes: {a: 1.50, b: [1, x, null], c: ''}}"
    shown = explain(plan_of(f"Name: act\nOnType: todo\nOutFields: [{data}]"))
    assert shown.endswith('    [0] d: respond\n      a: 1.5\n      b: [1, "x", null]\n      c: ""\n')


def test_no_outcomes() -> None:
    """An action that does nothing says so."""
    assert explain(plan_of("Name: act\nOnType: todo")).endswith(
        "  execute: signed-in accounts and administrators\n  inputs: none\n  outcomes: none\n"
    )


def test_calls_are_shown_as_they_will_be_made() -> None:
    """The order of running, what is waited for, and from where on something is locked."""
    url = "Method: EXECUTE, Attributes: {Url: 'https://example.org/'}"
    plan = plan_of(
        document(
            "Type: todo, Method: PATCH, Attributes: {reference_id: ~title, title: x}",
            f"Type: $network.request, Reference: a, {url}",
            f"Type: $network.request, {url}",
        )
    )
    shown = explain(arrange(plan))
    assert dedent(shown.partition("  outcomes:\n")[2]) == dedent("""\
        [1] $network.request -> a: $network.request
          Url: https://example.org/
          (waits for the answer)
        -- locked from here on
        [0] todo: entity.update, SELECT FROM todo FOR UPDATE, UPDATE todo
          reference_id: ~title  (reads title)
          title: x
        [2] $network.request: $network.request
          Url: https://example.org/
          (sent after the commit)
    """)
