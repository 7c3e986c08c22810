"""The edge of actions: what is read, who may, what is answered."""

import json

import pytest
from django.test import Client

from entities.examples.models import Todo
from tests.acceptance.conftest import codes, failure

ECHO = """
Name: echo
OnType: todo
InstanceOptional: true
Permission: {guest: [execute]}
AdditionalInputs: true
InFields:
  - {Name: text, ColumnType: label, IsNullable: true}
  - {Name: number, ColumnType: measurement, IsNullable: true}
  - {Name: flag, ColumnType: truefalse, IsNullable: true}
OutFields:
  - {Type: echo, Method: ACTIONRESPONSE, Attributes: {all: "~attributes"}}
"""
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def echo(define, post):
    define(ECHO)

    def send(data=None, path="todo/echo", **options):
        return post(path, data, **options)

    return send


def sent(response):
    assert response.status_code == 200, response.content
    return response.json()[0]["Attributes"]["all"]


def test_the_body_wins_over_the_query(echo):
    """Both are read; the same key of the body counts."""
    assert sent(echo({"text": "body"}, "todo/echo?text=query&number=3")) == {"text": "body", "number": 3}


def test_text_of_a_form_or_query_is_read_by_type(echo, post):
    """A number field reads "3" from a form and not from JSON."""
    assert sent(post.client.post("/action/todo/echo", "number=3&flag=on&text=", content_type=FORM)) == {
        "number": 3, "flag": True, "text": "",
    }  # fmt: skip
    assert codes(echo({"number": "3", "flag": 1})) == [("number", "type"), ("flag", "type")]


def test_a_repeated_form_key_is_no_scalar(echo, post):
    """Parameter pollution is refused, not resolved."""
    response = post.client.post("/action/todo/echo", "text=a&text=b", content_type=FORM)
    assert codes(response) == [("text", "type")]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b"", 200, id="no body"),
        pytest.param(b"{", 400, id="cut off"),
        pytest.param(b"[]", 400, id="no object"),
        pytest.param(b'{"a": NaN}', 400, id="NaN"),
        pytest.param(b'{"a": 1e400}', 400, id="overflow"),
        pytest.param(b'{"a": 1, "a": 2}', 400, id="duplicate key"),
        pytest.param(b'{"a": "\\ud800"}', 400, id="lone surrogate"),
        pytest.param(b'{"a": "\\u0000"}', 400, id="NUL"),
        pytest.param('{"a": 1}'.encode("utf-16"), 400, id="UTF-16"),
        pytest.param(b'{"a": "\xff"}', 400, id="not UTF-8"),
        pytest.param(b'{"a":' * 40 + b"1" + b"}" * 40, 400, id="too deep"),
        pytest.param(b"[" * 10_000, 400, id="very deep"),
        pytest.param(b'{"a": %s}' % (b"9" * 5_000), 400, id="5,000 digits"),
        pytest.param(b'{"a": "%s"}' % (b"x" * 1_100_000), 413, id="too large"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(echo, body, status):
    """Unreadable bodies are 400 with a message, too large ones 413; never 5xx."""
    response = echo(body)
    assert response.status_code == status
    if status == 400:
        assert failure(response)["code"] == "unreadable"
        assert failure(response)["message"]


def test_too_many_nodes(echo):
    """The number of values is bounded too."""
    assert echo({"a": list(range(10_001))}).status_code in (400, 413)


def test_other_media_types(echo, post):
    """What nothing reads is 415 and says what is read."""
    response = post.client.post("/action/todo/echo", b"<a/>", content_type="text/xml")
    assert response.status_code == 415
    assert "application/json" in failure(response)["hint"]


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods(echo, post, method):
    """Only POST executes; the answer names what is allowed."""
    response = getattr(post.client, method)("/action/todo/echo")
    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]
    assert failure(response)["code"] == "method_not_allowed"


def test_get_describes_and_does_not_run(define, post):
    """A GET is safe: label, inputs as JSON Schema, whether an instance is needed."""
    define("""
Name: add
Label: Add a todo
OnType: todo
InstanceOptional: true
Permission: {guest: [execute]}
InFields: [{Name: title, ColumnType: label, IsNullable: false}]
OutFields: [{Type: todo, Method: POST, Attributes: {title: "~title"}}]
""")
    body = post.client.get("/action/todo/add?title=x").json()
    assert (body["type"], body["name"], body["label"], body["instance"]) == ("todo", "add", "Add a todo", "optional")
    assert body["inputs"]["required"] == ["title"]
    assert not Todo.objects.exists()


def test_an_unknown_action_is_not_found(echo, post, account):
    """A missing action and a missing type are the same 404 for everybody."""
    for path in ("todo/nothing", "nothing/echo"):
        for actor in (None, account):
            response = post(path, {}, actor=actor)
            assert (response.status_code, failure(response)["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("permission", "guest", "member"),
    [
        ("", 401, 200),
        ("Permission: {guest: [execute]}", 200, 200),
        ("Permission: {user: [execute]}", 401, 200),
        ("Permission: {user: [peek]}", 401, 403),
        ("Permission: 0", 401, 404),
        ("Permission: 32", 200, 200),
        ("Permission: 2097152", 401, 200),
    ],
)
def test_who_may_execute(define, post, account, administrator, permission, guest, member):
    """Guests only where it says so; who may not see an action is told that there is none."""
    define(ECHO.replace("Permission: {guest: [execute]}", permission))
    answers = [post("todo/echo", {}, actor=actor).status_code for actor in (None, account, administrator)]
    assert answers == [guest, member, 200]


@pytest.mark.parametrize("token", ["null", "undefined", "", "a.b.c", "x" * 5_000])
def test_a_token_that_is_none_is_a_guest(echo, token):
    """The original's clients send ``Bearer null`` when signed out."""
    assert echo({}, Authorization=f"Bearer {token}").status_code == 200


def test_a_token_ends_with_the_password(define, post, account):
    """After a change of password older tokens are refused, where guests may execute the action as well."""
    from entities.authentication import issue_token

    define(ECHO.replace("Permission: {guest: [execute]}", ""))
    token = issue_token(account)
    assert post("todo/echo", {}, Authorization=f"Bearer {token}").status_code == 200
    account.set_password("another one")
    account.save()
    assert post("todo/echo", {}, Authorization=f"Bearer {token}").status_code == 401
    define(ECHO)
    answer = post("todo/echo", {}, Authorization=f"Bearer {token}")
    assert (answer.status_code, failure(answer)["code"]) == (401, "token_revoked")
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_revoked_cookie_is_dropped(define, post, account, method):
    """The browser's next request is a guest's; the refusal is a problem where the client prefers one."""
    from entities.authentication import issue_token

    define(ECHO)
    post.client.cookies["token"] = issue_token(account)
    account.end_sessions()
    answer = getattr(post.client, method)("/action/todo/echo", headers={"accept": "application/problem+json"})
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["code"], answer.json()["hint"]) == (
        401,
        "token_revoked",
        "Sign in again.",
    )
    assert answer.headers["Set-Cookie"] == "token=; Max-Age=0; Path=/"


def test_a_guest_may_not_is_a_challenge(define, post):
    """401 says how to sign in, as HTTP wants it."""
    define(ECHO.replace("Permission: {guest: [execute]}", "Permission: {guest: [peek]}"))
    answer = post("todo/echo", {})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="api"')


@pytest.mark.parametrize("headers", [{}, {"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}])
def test_a_cookie_needs_proof_of_origin_for_what_guests_may_do_too(define, account, headers):
    """Signed in by a cookie alone, from a page of another site: nothing is executed, and the answer says why."""
    from entities.authentication import issue_token

    define(ECHO)
    client = Client(enforce_csrf_checks=True)
    client.cookies["token"] = issue_token(account)
    answer = client.post("/action/todo/echo", {"title": "x"}, headers=headers)
    assert (answer.status_code, failure(answer)["code"]) == (403, "forbidden")
    assert failure(answer)["hint"]
    answer = client.post("/action/todo/echo", {"title": "x"}, headers={"sec-fetch-site": "same-origin"})
    assert answer.status_code == 200


def test_a_broken_form_holds_no_proof(define, account):
    """A form that cannot be read is the client's mistake."""
    from entities.authentication import issue_token

    define(ECHO)
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.cookies["token"], client.cookies["csrftoken"] = issue_token(account), "a" * 32
    answer = client.post("/action/todo/echo", b"--", content_type="multipart/form-data")
    assert (answer.status_code, failure(answer)["code"]) == (400, "unreadable")


def test_the_admins_session_needs_proof_of_origin(define, account):
    """A cookie alone, from another site's form, executes nothing."""
    define(ECHO.replace("Permission: {guest: [execute]}", ""))
    client = Client(enforce_csrf_checks=True)
    client.force_login(account)
    assert client.post("/action/todo/echo", "{}", content_type="application/json").status_code == 403
    client.get("/admin/login/")
    from django.middleware.csrf import _get_new_csrf_string

    token = _get_new_csrf_string()
    client.cookies["csrftoken"] = token
    answer = client.post("/action/todo/echo", "{}", content_type="application/json", headers={"X-CSRFToken": token})
    assert answer.status_code == 200


INSTANCE = """
Name: finish
OnType: todo
InstanceOptional: false
OutFields:
  - {Type: todo, Method: PATCH, Attributes: {reference_id: "$.reference_id", done: true}}
"""


def test_an_instance_action_by_body_query_or_path(define, post, account):
    """The three ways name the same instance; the path wins."""
    define(INSTANCE)
    mine = Todo.objects.create(title="mine", user_account=account, permission=127 << 7)
    other = Todo.objects.create(title="other")
    for path, data in (
        ("todo/finish", {"todo_id": str(mine.pk)}),
        (f"todo/finish?todo_id={mine.pk}", {}),
        (f"todo/{mine.pk}/finish", {}),
        (f"todo/{mine.pk}/finish", {"todo_id": str(other.pk)}),
    ):
        response = post(path, {"attributes": data}, actor=account)
        assert response.json()[0]["Attributes"]["reference_id"] == str(mine.pk), response.content
    other.refresh_from_db()
    assert not other.done


def test_an_instance_of_somebody_else_is_not_there(define, post, account, administrator):
    """The answer for a foreign row equals that for a missing one, byte for byte."""
    define(INSTANCE)
    foreign = Todo.objects.create(title="foreign", user_account=administrator, permission=127 << 7)
    paths = (f"todo/{foreign.pk}/finish", "todo/00000000-0000-7000-8000-000000000000/finish", "todo/1/finish")
    answers = {(answer.status_code, answer.content) for answer in (post(path, {}, actor=account) for path in paths)}
    assert len(answers) == 1
    assert answers.pop()[0] == 404


def test_a_missing_instance_is_asked_for(define, post, account):
    """An action that needs an instance says which input names it."""
    define(INSTANCE)
    response = post("todo/finish", {}, actor=account)
    assert (response.status_code, codes(response)) == (422, [("todo_id", "required")])


def test_our_own_fault_tells_an_id_and_nothing_else(echo, monkeypatch, caplog):
    """500 has an error id that the log has too; nothing internal."""
    from actions.views import routes

    def broken(*_):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(routes, "invoke_admitted", broken)
    response = echo({})
    assert response.status_code == 500
    body = failure(response)
    assert body["code"] == "internal_error"
    assert body["error_id"] in caplog.text
    assert "secret detail" not in response.content.decode()


def test_files_reach_inputs_of_file_types(define, post):
    """A multipart upload arrives as the file's name, type and content."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    define("""
Name: upload
OnType: todo
InstanceOptional: true
Permission: {guest: [execute]}
InFields: [{Name: picture, ColumnType: file.txt, IsNullable: false}]
OutFields: [{Type: seen, Method: ACTIONRESPONSE, Attributes: {name: "~picture[0].name"}}]
""")
    upload = SimpleUploadedFile("../../etc/notes.txt", b"hello", content_type="text/plain")
    response = post.client.post("/action/todo/upload", {"picture": upload})
    assert response.status_code == 200, response.content
    assert response.json()[0]["Attributes"]["name"] == "notes.txt"
    forged = post("todo/upload", {"picture": {"filepath": "/etc/passwd", "originalFilename": "x.txt"}})
    assert forged.status_code == 422


def test_a_long_header_is_no_fault(echo):
    """200 KB of header is refused or ignored, never a fault."""
    assert echo({}, **{"X-Long": "x" * 200_000}).status_code < 500


def test_json_of_any_shape_is_no_fault(echo):
    """Unusual but valid documents are answered."""
    for data in ({"attributes": None}, {"attributes": []}, {"": 1}, {"a" * 1000: {}}, {"__proto__": {"x": 1}}):
        assert echo(json.dumps(data)).status_code in (200, 422)


def test_groups_that_are_named_may_execute(define, post, account, administrator):
    """AccessGroups opens a closed action to members; a group made later under the same name is another group."""
    from entities.models import Membership, UserGroup

    define(ECHO.replace("Permission: {guest: [execute]}", "Permission: 0\nAccessGroups: [editors]"))
    editors, impostor = UserGroup.objects.create(name="editors"), UserGroup.objects.create(name="editors")
    Membership.objects.create(user=account, usergroup=impostor)
    assert [post("todo/echo", {}, actor=actor).status_code for actor in (None, account)] == [401, 404]
    Membership.objects.create(user=account, usergroup=editors)
    assert post("todo/echo", {}, actor=account).status_code == 200


def test_a_group_may_get_less(define, post, account):
    """A group with a permission of its own gets exactly that."""
    from entities.models import Membership, UserGroup

    groups = "Permission: 0\nAccessGroups: [{Name: editors, Permission: {group: [peek]}}]"
    define(ECHO.replace("Permission: {guest: [execute]}", groups))
    Membership.objects.create(user=account, usergroup=UserGroup.objects.create(name="editors"))
    assert post("todo/echo", {}, actor=account).status_code == 403
