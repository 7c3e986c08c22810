"""The seed's signup: three rows, a notify and a redirect, or nothing at all."""

import pytest

from entities.models import Membership, UserAccount, UserGroup
from tests.acceptance.conftest import codes, failure

ADA = {"name": "  Ada ", "email": " Ada@EXAMPLE.org", "password": "correct horse", "passwordConfirm": "correct horse"}


def test_a_guest_signs_up(examples, post):
    """The answer has exactly the outcomes of the seed, in order, and the rows are there."""
    response = post("user_account/signup", {"attributes": ADA})
    assert response.status_code == 200, response.content
    assert response.headers["Content-Type"] == "application/json"
    user, group, membership, notify, redirect = response.json()
    assert user["ResponseType"] == user["Attributes"]["__type"] == "user_account"
    assert {key: user["Attributes"][key] for key in ("name", "email", "confirmed")} == {
        "name": "Ada",
        "email": "Ada@example.org",
        "confirmed": False,
    }
    assert group["ResponseType"] == "usergroup"
    assert group["Attributes"]["name"] == "Home group for Ada"
    assert membership["ResponseType"] == "user_user_id_has_usergroup_usergroup_id"
    assert membership["Attributes"]["user_id"] == user["Attributes"]["reference_id"]
    assert membership["Attributes"]["usergroup_id"] == group["Attributes"]["reference_id"]
    assert notify == {
        "ResponseType": "client.notify",
        "Attributes": {
            "__type": "client.notify",
            "type": "success",
            "title": "Success",
            "message": "Signup Successful",
        },
    }
    assert redirect["Attributes"] == {"__type": "client.redirect", "location": "/auth/signin", "window": "self"}
    assert UserAccount.objects.get().check_password("correct horse")
    assert Membership.objects.get().usergroup == UserGroup.objects.get()


def test_nothing_secret_comes_back(examples, post):
    """Neither the password nor its hash nor a database key is in the answer."""
    content = post("user_account/signup", ADA).content.decode()
    assert "correct horse" not in content
    assert UserAccount.objects.get().password not in content
    assert "password" not in content


@pytest.mark.parametrize(
    "envelope",
    [
        pytest.param(lambda data: {"attributes": data}, id="attributes"),
        pytest.param(lambda data: {"Attributes": data}, id="any case"),
        pytest.param(lambda data: {"Name": "signup", "OnType": "user_account", "Attributes": data}, id="Go client"),
        pytest.param(lambda data: data, id="bare keys"),
    ],
)
def test_every_envelope_is_read(examples, post, envelope):
    """The original's clients wrap attributes in several ways."""
    assert post("user_account/signup", envelope(ADA)).status_code == 200


def test_a_form_post_signs_up(examples, post):
    """A plain HTML form works, urlencoded and multipart."""
    for number, kind in enumerate(("application/x-www-form-urlencoded", None)):
        data = {**ADA, "email": f"ada{number}@example.org"}
        if kind:
            from urllib.parse import urlencode

            response = post.client.post("/action/user_account/signup", urlencode(data), content_type=kind)
        else:
            response = post.client.post("/action/user_account/signup", data)
        assert response.status_code == 200, response.content
    assert UserAccount.objects.count() == 2


def test_every_refused_input_is_told_at_once(examples, post):
    """All fields, in the order of InFields, then unknown ones; nothing is written."""
    response = post("user_account/signup", {"email": "nobody", "password": "short", "zeta": 1, "alpha": 2})
    assert response.status_code == 422
    assert failure(response)["code"] == "invalid_input"
    assert codes(response) == [
        ("name", "required"),
        ("email", "email"),
        ("password", "eqfield"),
        ("password", "min"),
        ("passwordConfirm", "required"),
        ("alpha", "unknown"),
        ("zeta", "unknown"),
    ]
    assert not UserGroup.objects.exists()


def test_a_taken_address_is_a_conflict_and_leaves_nothing(examples, post):
    """The second signup fails whole: 409, the outcome is named, no orphan group."""
    assert post("user_account/signup", ADA).status_code == 200
    response = post("user_account/signup", {**ADA, "email": "ADA@example.ORG"})
    assert response.status_code == 409
    body = failure(response)
    assert (body["code"], body["outcome"]) == ("conflict", {"index": 0, "reference": "user"})
    assert codes(response) == [("email", "unique")]
    assert (UserAccount.objects.count(), UserGroup.objects.count()) == (1, 1)


def test_a_problem_document_says_the_same(examples, post):
    """A client that asks for RFC 9457 gets the same content in that shape."""
    response = post("user_account/signup", {}, Accept="application/problem+json")
    assert response.status_code == 422
    assert response.headers["Content-Type"] == "application/problem+json"
    body = response.json()
    assert (body["status"], body["code"]) == (422, "invalid_input")
    assert [item["field"] for item in body["errors"]] == ["name", "email", "password", "passwordConfirm"]


def test_what_was_sent_is_never_evaluated(examples, post):
    """Expressions and templates in a value are text like any other."""
    for number, name in enumerate(("{{ 7*7 }}", "!1+1", "~email", "$password", "js:1", "<%jmes @ %>", "${7*7}")):
        response = post("user_account/signup", {**ADA, "name": name, "email": f"a{number}@example.org"})
        assert response.json()[0]["Attributes"]["name"] == name
        assert response.json()[1]["Attributes"]["name"] == f"Home group for {name}"
