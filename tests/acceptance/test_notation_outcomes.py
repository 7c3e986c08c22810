"""Loops, branches, endings and failures: the cousins of what ``test_outcomes`` tells."""

import base64
import logging

import pytest

from entities.examples.models import Project, Todo
from entities.models import UserAccount, UserGroup
from tests.acceptance.conftest import failure
from tests.acceptance.notation import SAID, entries, runner, said


@pytest.fixture
def run(define, post):
    """Define one action by its outcomes and post to it."""
    return runner(define, post)


EACH = "  - {Type: said, Method: ACTIONRESPONSE, Attributes: {v: %s}, ForEach: %s}\n"


@pytest.mark.parametrize(
    ("items", "data", "expected"),
    [
        ("'~any[0].k'", {"any": [{"k": [1, 2]}]}, ["1/0", "2/1"]),
        ("'$any'", {"any": ["a"]}, ["a/0"]),
        ("'!any.filter(x => x > 1)'", {"any": [1, 2, 3]}, ["2/0", "3/1"]),
        ("[1, '~n', '$text']", {"n": 5}, ["1/0", "5/1", "/2"]),
        ("[]", {}, []),
        ("'~any'", {}, []),
        ("'~any.k'", {}, []),
        ("'!any'", {}, []),
    ],
    ids=["nested", "dollar", "script", "literals", "empty", "omitted", "below omitted", "omitted in a script"],
)
def test_what_a_loop_runs_over(run, items, data, expected):
    """Any expression that gives a list; an omitted input is an empty one."""
    assert said(run(EACH % ("'$item/$index'", items), data)) == expected


@pytest.mark.parametrize(
    ("items", "data"),
    [("'~any'", {"any": None}), ("'~any[1].k'", {"any": [{"k": []}]}), ("'!null'", {}), ("'$n'", {"n": 3})],
    ids=["null", "missing member", "null of a script", "number"],
)
def test_a_loop_over_anything_else_fails(run, items, data):
    """Only an omitted input is an empty list: null is no list."""
    response = run(EACH % (1, items), data)
    assert (response.status_code, failure(response)["code"]) == (422, "not_a_list")
    assert failure(response)["outcome"] == {"index": 0, "reference": None}


@pytest.mark.parametrize("count", [1000, 1001])
def test_a_loop_has_a_thousand_elements_at_most_by_default(run, count):
    """The bound holds before the first element runs."""
    response = run(EACH % (1, f"'!Array.from({{length: {count}}})'"))
    if count == 1000:
        assert len(said(response)) == 1000
    else:
        assert failure(response)["code"] == "too_many_items"


def test_a_renamed_element_hides_an_input_inside_of_the_loop_only(run):
    """After the loop the input is what it was, also when the loop has failed in the middle."""
    loop = EACH.replace("ForEach", "Item: text, ForEach") % ("'$text.x'", "'~any'")
    assert said(run(loop + SAID % "'$text'", {"any": [{"x": 1}], "text": "mine"})) == [1, "mine"]
    failing = loop.replace("Type: said", "Type: said, ContinueOnError: true").replace("'$text.x'", "'!text.x.y'")
    response = run(failing + SAID % "'$text'", {"any": [{"x": {"y": 1}}, {}], "text": "mine"})
    assert [kind for kind, _ in entries(response)] == ["error", "said"]
    assert said(response) == ["mine"]


def test_a_condition_of_a_loop_is_evaluated_once_before(run):
    """It decides about the loop as a whole; a loop that did not run has a null reference, not an empty list."""
    loop = EACH.replace("ForEach", "Reference: r, Condition: '~flag', ForEach") % (1, "[1, 2]")
    assert said(run(loop + SAID % "'!r'", {"flag": False})) == [None]
    assert len(said(run(loop, {"flag": True}))) == 2


CHAIN = """
  - Type: said
    Method: ACTIONRESPONSE
    Condition: "!n == 1"
    Reference: a
    Attributes: {v: one}
    Else:
      - Type: said
        Method: ACTIONRESPONSE
        Condition: "!n == 2"
        Reference: b
        Attributes: {v: two}
        Else:
          - {Type: said, Method: ACTIONRESPONSE, Reference: a, Attributes: {v: many}}
          - {Return: true, Condition: "!n == 3"}
          - {Fail: {Status: 409, Code: "no_$n", Message: "$n is too many"}, Condition: "!n > 4"}
  - {Type: said, Method: ACTIONRESPONSE, Attributes: {v: "$a.v and $b.v"}}
"""


@pytest.mark.parametrize(
    ("n", "expected"),
    [(1, ["one", "one and "]), (2, ["two", " and two"]), (3, ["many"]), (4, ["many", "many and "])],
)
def test_a_chain_of_branches(run, n, expected):
    """One branch runs, at any depth; Return inside it ends the action."""
    assert said(run(CHAIN, {"n": n})) == expected


def test_fail_inside_a_branch_names_the_outcome_it_stands_in(run):
    """Code and message are expressions; the index is that of the outcome in OutFields."""
    response = run(CHAIN, {"n": 5})
    body = failure(response)
    assert (response.status_code, body["code"], body["message"]) == (409, "no_5", "5 is too many")
    assert body["outcome"]["index"] == 0


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("'!true'", "true"),
        ("'!1e21'", "1000000000000000000000"),
        ("'~any'", '{"a":[1,null]}'),
        ("'!null'", ""),
        ("7", "7"),
        ("'!1.0'", "1"),
    ],
)
def test_a_message_is_spelt_like_a_value_inside_a_text(run, message, expected):
    """No value of a message is spelt in Python's way."""
    response = run(f"  - {{Fail: {{Status: 400, Message: {message}}}}}\n", {"any": {"a": [1, None]}})
    assert failure(response)["message"] == expected


def test_a_condition_that_fails_is_covered_by_continue_on_error(run):
    """With Else neither branch runs and both references are null."""
    branch = """
  - Type: said
    Method: ACTIONRESPONSE
    ContinueOnError: true
    Reference: a
    Condition: "!null.x"
    Attributes: {v: 1}
    Else: [{Type: said, Method: ACTIONRESPONSE, Reference: b, Attributes: {v: 2}}]
"""
    response = run(branch + SAID % "'!a === null && b === null'")
    assert [kind for kind, _ in entries(response)] == ["error", "said"]
    assert said(response) == [True]
    body = failure(run(branch.replace("    ContinueOnError: true\n", "")))
    assert (body["code"], body["outcome"]) == ("script_failed", {"index": 0, "reference": "a"})


def test_a_switch_of_the_user_is_undone_with_its_outcome(run, account):
    """After a failure that is continued, everything is as before the outcome: also who acts."""
    response = run(f"""
  - Type: user_account
    Method: SWITCH_USER
    ContinueOnError: true
    Attributes: [{{user_reference_id: "{account.pk}"}}, {{user_reference_id: nobody}}]
  - {{Type: todo, Method: POST, Attributes: {{title: "!String(user)"}}}}
""")
    assert [kind for kind, _ in entries(response)] == ["error", "todo"]
    assert (Todo.objects.get().title, Todo.objects.get().user_account) == ("null", None)


TAKEN = "{name: B, email: ADA@example.org, password: 12345678abc}"
CONFLICT = f"{{Type: user_account, Method: POST, Reference: u, Attributes: {TAKEN}%s}}"


@pytest.mark.parametrize(
    "outcome",
    [
        CONFLICT % "",
        CONFLICT % ", ForEach: [1]",
        "{Type: said, Method: ACTIONRESPONSE, Condition: '~flag', Else: [" + CONFLICT % "" + "]}",
    ],
    ids=["outcome", "loop", "branch"],
)
def test_a_conflict_names_the_outcome_that_wrote(run, account, outcome):
    """Whatever was written together with it and after it."""
    response = run(f"""
  - {{Type: usergroup, Method: POST, Attributes: {{name: before}}}}
  - {outcome}
  - {{Type: usergroup, Method: POST, Reference: after, Attributes: {{name: after}}}}
  - {{Type: usergroup, Method: GET}}
""")
    body = failure(response)
    assert (response.status_code, body["code"]) == (409, "conflict")
    assert body["outcome"] == {"index": 1, "reference": "u"}
    assert not UserGroup.objects.exists()
    assert UserAccount.objects.count() == 1


@pytest.mark.parametrize("value", [None, 5, "", "nobody", [], "00000000-0000-7000-8000-000000000000"])
@pytest.mark.parametrize("method", ["GET_BY_ID", "PATCH", "DELETE"])
def test_a_row_is_not_found_by_what_is_no_id(run, method, value):
    """``$found[0].reference_id`` of an empty list is null: the row that the outcome needs is not there."""
    response = run(
        f"  - {{Type: project, Method: {method}, Reference: p, Attributes: {{reference_id: ~any}}}}\n", {"any": value}
    )
    body = failure(response)
    assert (response.status_code, body["code"], body["outcome"]) == (404, "not_found", {"index": 0, "reference": "p"})


def test_a_page_that_cannot_be_rendered_undoes_everything(run):
    """Its content is judged before the transaction ends."""
    outcomes = """
  - {Type: project, Method: POST, SkipInResponse: true, Attributes: {name: P}}
  - Type: render
    Method: ACTIONRESPONSE
    Reference: page
    Attributes: {content: "~text", mime_type: text/plain, headers: "~any"}
"""
    for data in (
        {"text": "no base64!", "any": {}},
        {"text": "YQ==", "any": [1]},
        {"text": "YQ==", "any": {"X-A": "a\nb"}},
    ):
        response = run(outcomes, data)
        assert (response.status_code, failure(response)["outcome"]) == (422, {"index": 1, "reference": "page"})
        assert not Project.objects.exists()
    content = base64.b64encode(b"ok").decode()
    assert run(outcomes, {"text": content, "any": None}).content == b"ok"


@pytest.mark.parametrize("location", [["/a"], {"a": 1}, 5, None, True])
def test_a_redirect_leads_to_a_text(run, location):
    """Any other value is refused like a place that is not allowed."""
    response = run(
        "  - {Type: client.redirect, Method: ACTIONRESPONSE, Attributes: {location: ~any}}\n", {"any": location}
    )
    assert (response.status_code, failure(response)["code"]) == (422, "redirect_refused")


@pytest.mark.parametrize(
    ("outcome", "location", "status"),
    [
        (
            "client.header.set, Method: ACTIONRESPONSE, Attributes: {status: 302, Location: ~text}",
            "https://evil.example",
            422,
        ),
        (
            "client.header.set, Method: ACTIONRESPONSE, Attributes: {status: 302, location: ~text}",
            "//evil.example",
            422,
        ),
        ("client.header.set, Method: ACTIONRESPONSE, Attributes: {status: 302, Location: ~text}", "/here", 302),
        (
            "render, Method: ACTIONRESPONSE, Attributes: {content: '', mime_type: a/b, headers: {Location: ~text}}",
            "https://evil.example",
            422,
        ),
    ],
    ids=["header", "header in another case", "header on the site", "page"],
)
def test_a_header_leads_no_further_than_a_redirect(run, outcome, location, status):
    """``Location`` is a redirect by another name."""
    response = run(f"  - {{Type: {outcome}}}\n", {"text": location})
    assert response.status_code == status
    if status == 422:
        assert failure(response)["code"] == "redirect_refused"


@pytest.mark.parametrize("value", [None, True, {"a": 1}, ["a"]])
def test_a_header_is_a_text(run, value):
    """A number is one too; anything else has no spelling in a header."""
    outcome = "  - {Type: client.header.set, Method: ACTIONRESPONSE, Attributes: {X-Made: ~any}}\n"
    response = run(outcome, {"any": value})
    assert (response.status_code, failure(response)["code"]) == (422, "invalid_outcome")
    assert run(outcome, {"any": 5}).headers["X-Made"] == "5"


def test_what_is_logged_is_the_type_and_the_public_id(run, caplog):
    """LogToConsole never logs a value."""
    with caplog.at_level(logging.INFO, "actions.outcomes"):
        run(
            """
  - {Type: todo, Method: POST, LogToConsole: true, Attributes: {title: "~text"}}
  - {Type: todo, Method: GET, LogToConsole: true, SkipInResponse: true}
  - {Type: said, Method: ACTIONRESPONSE, LogToConsole: true, Attributes: {v: "~text"}}
""",
            {"text": "for nobody's eyes"},
        )
    public_id = Todo.objects.get().pk
    assert [record.getMessage().strip() for record in caplog.records] == [
        f"Outcome 0: todo {public_id}",
        f"Outcome 1: todo {public_id}",
        "Outcome 2: said",
    ]


NESTED = """
  - {Type: todo, Method: POST, SkipInResponse: true, Attributes: {title: "$n"}}
  - Type: action.invoke
    Method: EXECUTE
    Reference: deeper
    Condition: "!n > 0"
    Attributes: {type: todo, name: run, attributes: {n: "!n - 1"}}
  - {Type: said, Method: ACTIONRESPONSE, Condition: "!n == 0", Attributes: {v: bottom}}
"""


def test_actions_invoke_one_another_sixteen_deep(run):
    """The seventeenth is refused; the failure names the outcome of the action that was asked for, all is undone."""
    assert said(run(NESTED, {"n": 16})) == ["bottom"]
    Todo.objects.all().delete()
    response = run(NESTED, {"n": 17})
    body = failure(response)
    assert (response.status_code, body["code"], body["outcome"]) == (
        422,
        "too_deep",
        {"index": 1, "reference": "deeper"},
    )
    assert not Todo.objects.exists()
