"""What outcomes do beyond one after the other: loops, branches, early ends, failures, other actions."""

import base64

import pytest

from entities.examples.models import Project, Todo
from entities.models import UserAccount, UserGroup
from tests.acceptance.conftest import failure

HEAD = """
Name: run
OnType: todo
InstanceOptional: true
Permission: {guest: [execute]}
AdditionalInputs: true
InFields:
  - {Name: list, ColumnType: json, IsNullable: true}
  - {Name: flag, ColumnType: truefalse, IsNullable: true}
OutFields:
"""


@pytest.fixture
def run(define, post):
    """Define one action by its outcomes and post to it."""

    def go(outcomes, data=None, **options):
        define(HEAD + outcomes)
        return post("todo/run", data, **options)

    return go


def entries(response):
    assert response.status_code == 200, response.content
    return [(item["ResponseType"], item["Attributes"]) for item in response.json()]


def texts(response):
    return [attributes["text"] for _, attributes in entries(response)]


LOOP = """
  - Type: todo
    Method: POST
    ForEach: "~list"
    Reference: made
    Attributes: {title: "$index: $item.title"}
  - {Type: said, Method: ACTIONRESPONSE, Attributes: {text: "!made.length + ' ' + made.map(t => t.title).join()"}}
"""


def test_a_loop_runs_for_each_element(run):
    """One entry for each element; the reference holds the list of results."""
    response = run(LOOP, {"list": [{"title": "a"}, {"title": "b"}]})
    assert [kind for kind, _ in entries(response)] == ["todo", "todo", "said"]
    assert entries(response)[-1][1]["text"] == "2 0: a,1: b"
    assert Todo.objects.count() == 2


@pytest.mark.parametrize("data", [{}, {"list": []}], ids=["omitted", "empty"])
def test_a_loop_over_nothing_makes_nothing(run, data):
    """An omitted list is an empty one; the reference is an empty list."""
    assert entries(run(LOOP, data))[0][1]["text"] == "0 "


@pytest.mark.parametrize("value", [1, "ab", {"a": 1}, True])
def test_a_loop_over_no_list_fails(run, value):
    """Anything but a list is a failure that names the outcome."""
    response = run(LOOP, {"list": value})
    assert response.status_code == 422
    assert failure(response)["code"] == "not_a_list"
    assert failure(response)["outcome"] == {"index": 0, "reference": "made"}


def test_a_loop_is_bounded(run):
    """More elements than MaxItems fail before the first one runs."""
    outcome = """
  - {Type: todo, Method: POST, ForEach: "~list", MaxItems: 2, Item: title, Attributes: {title: "~title"}}
"""
    assert len(entries(run(outcome, {"list": ["a", "b"]}))) == 2
    response = run(outcome, {"list": ["a", "b", "c"]})
    assert failure(response)["code"] == "too_many_items"
    assert Todo.objects.count() == 2


def test_one_failing_element_undoes_the_loop(run):
    """All or nothing holds inside a loop too."""
    response = run(LOOP, {"list": [{"title": "a"}, {"title": "x" * 300}]})
    assert response.status_code == 422
    assert not Todo.objects.exists()


def test_a_list_of_attributes_runs_for_each(run):
    """Attributes may be a list: one entry for each, the reference holds the list."""
    response = run("""
  - Type: todo
    Method: POST
    Reference: made
    Attributes: [{title: "!'a' + 1"}, {title: b}]
  - {Type: said, Method: ACTIONRESPONSE, Attributes: {text: "$made[1].title $made[0].title"}}
""")
    assert entries(response)[-1][1]["text"] == "b a1"


BRANCH = """
  - Type: said
    Method: ACTIONRESPONSE
    Condition: "~flag"
    Reference: then
    Attributes: {text: "yes"}
    Else:
      - {Type: said, Method: ACTIONRESPONSE, Reference: otherwise, Attributes: {text: "no"}}
      - {Type: said, Method: ACTIONRESPONSE, Attributes: {text: "really no"}}
  - {Type: said, Method: ACTIONRESPONSE, Attributes: {text: "!(then === null) + ' ' + (otherwise === null)"}}
"""


@pytest.mark.parametrize(
    ("flag", "said"),
    [
        (True, ["yes", "false true"]),
        (False, ["no", "really no", "true false"]),
        (None, ["no", "really no", "true false"]),
    ],
)
def test_one_branch_runs_and_the_other_is_null(run, flag, said):
    """The reference of the branch that did not run is null."""
    assert texts(run(BRANCH, {"flag": flag})) == said


@pytest.mark.parametrize(
    ("condition", "runs"),
    [
        ("'0'", False), ("'false'", False), ("'FALSE'", False), ("''", False), ("0", False), ("false", False),
        ('"!undefined"', False), ('"!NaN"', False), ('"!null"', False), ('"![]"', False), ('"!({})"', False),
        ('"~flag"', False), ("yes", True), ("'1'", True), ("1", True), ("true", True), ('"!({a: 1})"', True),
        ('"![0]"', True), ('"0.0"', True), ('" "', True),
    ],
)  # fmt: skip
def test_which_conditions_run(run, condition, runs):
    """Only the empty and the false values keep an outcome from running."""
    outcome = f"  - {{Type: said, Method: ACTIONRESPONSE, Condition: {condition}, Attributes: {{text: x}}}}\n"
    assert (len(entries(run(outcome))) == 1) is runs


def test_return_ends_the_action_and_keeps_what_was_done(run):
    """What stands after it does not run; what stands before is committed."""
    response = run(
        """
  - {Type: todo, Method: POST, Attributes: {title: kept}}
  - {Return: true, Condition: "~flag"}
  - {Type: todo, Method: POST, Attributes: {title: late}}
""",
        {"flag": True},
    )
    assert len(entries(response)) == 1
    assert Todo.objects.get().title == "kept"


def test_fail_undoes_everything_and_answers_as_declared(run):
    """Status, code and message are the author's; the outcome is named."""
    response = run(
        """
  - {Type: todo, Method: POST, Attributes: {title: gone}}
  - Fail: {Status: 418, Code: teapot, Message: "I am $list[0]"}
    Condition: "~flag"
""",
        {"flag": True, "list": ["a teapot"]},
    )
    body = failure(response)
    assert (response.status_code, body["code"], body["message"]) == (418, "teapot", "I am a teapot")
    assert body["outcome"]["index"] == 1
    assert not Todo.objects.exists()


def test_an_outcome_may_fail_alone(run):
    """ContinueOnError undoes what the outcome wrote, answers an error entry and goes on."""
    response = run("""
  - {Type: usergroup, Method: POST, Attributes: {name: before}}
  - Type: todo
    Method: POST
    ContinueOnError: true
    Reference: made
    Attributes: [{title: "first"}, {title: "!null.x"}]
  - {Type: said, Method: ACTIONRESPONSE, Attributes: {text: "!made === null"}}
""")
    kinds = [kind for kind, _ in entries(response)]
    assert kinds == ["usergroup", "error", "said"]
    assert isinstance(entries(response)[1][1], str)
    assert entries(response)[2][1]["text"] is True
    assert UserGroup.objects.count() == 1
    assert not Todo.objects.exists()


def test_a_conflict_may_fail_alone(run):
    """Also what the database refuses is undone up to the outcome, on every database."""
    UserAccount.objects.create_user("a@example.org", "x", name="A")
    response = run("""
  - {Type: usergroup, Method: POST, Attributes: {name: before}}
  - Type: user_account
    Method: POST
    ContinueOnError: true
    Attributes: {name: B, email: A@example.org, password: "12345678"}
  - {Type: usergroup, Method: POST, Attributes: {name: after}}
""")
    assert [kind for kind, _ in entries(response)] == ["usergroup", "error", "usergroup"]
    assert UserGroup.objects.count() == 2


def test_a_skipped_failure_says_nothing(run):
    """SkipInResponse hides the error entry too."""
    assert (
        entries(
            run(
                """
  - {Type: said, Method: ACTIONRESPONSE, ContinueOnError: true, SkipInResponse: true, Attributes: {text: "!x()"}}
""".replace("!x()", "!null.x")
            )
        )
        == []
    )


def test_reading_and_deleting(run):
    """GET gives the rows that match, GET_BY_ID one row, DELETE its notify."""
    Project.objects.create(name="P")
    response = run("""
  - {Type: project, Method: GET, Reference: found, Attributes: {query: [{column: name, operator: is, value: P}]}}
  - {Type: project, Method: GET_BY_ID, Reference: one, Attributes: {reference_id: "$found[0].reference_id"}}
  - {Type: project, Method: PATCH, Reference: changed, Attributes: {reference_id: "$one.reference_id", name: Q}}
  - {Type: project, Method: DELETE, Attributes: {reference_id: "$changed.reference_id"}}
""")
    listed, one, changed, deleted = entries(response)
    assert listed[0] == one[0] == changed[0] == "project"
    assert listed[1] == [one[1]]
    assert (one[1]["name"], changed[1]["name"], changed[1]["version"]) == ("P", "Q", 2)
    assert deleted[0] == "client.notify"
    assert deleted[1]["message"] == "Deleted project"
    assert not Project.objects.exists()


@pytest.mark.parametrize("method", ["GET_BY_ID", "PATCH", "DELETE"])
def test_a_row_that_is_not_there_is_named(run, method):
    """404 with the outcome that needs the row."""
    response = run(f"""
  - Type: project
    Method: {method}
    Reference: one
    Attributes: {{reference_id: "00000000-0000-7000-8000-000000000000"}}
""")
    assert (response.status_code, failure(response)["code"]) == (404, "not_found")
    assert failure(response)["outcome"] == {"index": 0, "reference": "one"}


def test_an_action_runs_another(define, run, post):
    """Same transaction; its entries stand in the caller's answer and in the reference."""
    define("""
Name: inner
OnType: project
InstanceOptional: true
InFields: [{Name: name, ColumnType: label, IsNullable: false}]
OutFields:
  - {Type: project, Method: POST, Attributes: {name: "~name"}}
  - {Return: true}
""")
    outcome = """
  - Type: action.invoke
    Method: EXECUTE
    Reference: inner
    Attributes: {type: project, name: inner, attributes: {name: "~list"}}
  - {Type: said, Method: ACTIONRESPONSE, Attributes: {text: "$inner[0].ResponseType"}}
"""
    assert [kind for kind, _ in entries(run(outcome, {"list": "P"}))] == ["project", "said"]
    response = run(outcome, {"list": 5})
    assert (response.status_code, failure(response)["code"]) == (422, "invalid_input")
    assert failure(response)["outcome"] == {"index": 0, "reference": "inner"}
    assert Project.objects.count() == 1


def test_switching_the_user_changes_whose_rows_are_made(run, account):
    """No entry; afterwards ``user`` is the new one and owns what is created."""
    response = run(f"""
  - {{Type: user_account, Method: SWITCH_USER, Attributes: {{user_reference_id: "{account.pk}"}}}}
  - {{Type: todo, Method: POST, Attributes: {{title: "$user.name"}}}}
""")
    assert len(entries(response)) == 1
    todo = Todo.objects.get()
    assert (todo.title, todo.user_account) == ("Ada", account)


def test_switching_to_nobody_fails(run):
    """The original answers 200 and commits; here it is a failure."""
    response = run(
        """
  - {Type: todo, Method: POST, Attributes: {title: gone}}
  - {Type: user_account, Method: SWITCH_USER, Attributes: {user_reference_id: "~list"}}
""",
        {"list": "nobody"},
    )
    assert response.status_code == 404
    assert not Todo.objects.exists()


def test_rendering_is_the_whole_answer(run):
    """The decoded content is the body, and nothing after it runs."""
    content = base64.b64encode("<h1>é</h1>".encode()).decode()
    response = run(f"""
  - Type: render
    Method: ACTIONRESPONSE
    Attributes: {{content: {content}, mime_type: text/html, headers: {{X-A: b}}}}
  - {{Type: todo, Method: POST, Attributes: {{title: late}}}}
""")
    assert response.content.decode() == "<h1>é</h1>"
    assert (response.headers["Content-Type"], response.headers["X-A"]) == ("text/html", "b")
    assert not Todo.objects.exists()


def test_headers_and_status_are_the_authors(run):
    """client.header.set sets both; a value that would split the answer is refused."""
    outcome = """
  - {Type: client.header.set, Method: ACTIONRESPONSE, Attributes: {status: 201, X-Made: "~list"}}
"""
    response = run(outcome, {"list": "yes"})
    assert (response.status_code, response.headers["X-Made"]) == (201, "yes")
    assert run(outcome, {"list": "a\r\nSet-Cookie: b"}).status_code == 422


@pytest.mark.parametrize(
    ("location", "status"),
    [
        ("/projects/1", 200), ("?next=1", 200), ("//evil.example", 422), ("https://evil.example", 422),
        ("javascript:alert(1)", 422), ("/\\evil.example", 422), ("data:text/html,x", 422), ("\t//evil.example", 422),
        ("https:evil.example", 422), ("http://allowed.example/x", 200), ("", 422),
    ],
)  # fmt: skip
def test_a_redirect_stays_on_the_site(run, settings, location, status):
    """The final value decides, whatever it was made of."""
    settings.ACTIONS = {**settings.ACTIONS, "REDIRECT_HOSTS": ["allowed.example"]}
    response = run(
        """
  - {Type: client.redirect, Method: ACTIONRESPONSE, Attributes: {location: "~list"}}
""",
        {"list": location},
    )
    assert response.status_code == status
    if status == 422:
        assert failure(response)["code"] == "redirect_refused"


def test_a_script_that_throws_names_its_outcome(run):
    """422 with the script's own message, nothing of ours, and nothing written."""
    response = run("""
  - {Type: todo, Method: POST, Attributes: {title: gone}}
  - {Type: todo, Method: POST, Reference: bad, Attributes: {title: "!throw new Error('no tea')"}}
""")
    body = failure(response)
    assert (response.status_code, body["code"]) == (422, "script_failed")
    assert body["outcome"] == {"index": 1, "reference": "bad"}
    assert "no tea" in body["message"]
    assert not Todo.objects.exists()


def test_an_optional_input_that_was_not_sent_leaves_its_attribute_out(run):
    """Absent in a mapping, null in a list, undefined in a script; an explicit null stays."""
    outcome = """
  - Type: said
    Method: ACTIONRESPONSE
    Attributes: {whole: "~flag", text: "is $flag", list: ["~flag", 1], script: "!typeof flag", nothing: "!undefined"}
"""
    assert entries(run(outcome))[0][1] == {"__type": "said", "list": [None, 1], "script": "undefined"}
    assert entries(run(outcome, {"flag": None}))[0][1] == {
        "__type": "said", "whole": None, "text": "is ", "list": [None, 1], "script": "object",
    }  # fmt: skip


def test_additional_inputs_are_in_attributes_only(run):
    """With AdditionalInputs undeclared names are kept, as one object."""
    outcome = '  - {Type: said, Method: ACTIONRESPONSE, Attributes: {text: "~attributes.extra"}}\n'
    assert texts(run(outcome, {"extra": "{{7*7}}"})) == ["{{7*7}}"]
