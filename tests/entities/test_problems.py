"""Failures as answers: JSON:API errors and RFC 9457 problems, and nothing from inside."""

import logging

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, InternalError, OperationalError
from django.http import Http404
from django.test import RequestFactory
from rest_framework import exceptions

from entities import rows
from entities.errors import FieldProblem, InvalidValues
from entities.problems import failure_of, respond

PROBLEM = "application/problem+json"


def test_a_problem_has_the_same_content(ada):
    """Who accepts problems gets one, with every refused field."""
    document = {"data": {"type": "todo", "attributes": {"titel": "x"}}}
    answer = ada.send("post", "/api/todo", document, headers={"accept": PROBLEM})
    body = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (422, PROBLEM)
    assert {"type": "about:blank", "title": "Invalid input", "status": 422, "code": "ENT105"}.items() <= body.items()
    assert body["errors"] == [
        {"field": "titel", "code": "unknown", "message": "Unknown field 'titel' on 'todo'. Did you mean 'title'?"},
        {"field": "title", "code": "required", "message": "This field is required."},
    ]


def test_a_problem_names_the_parameter(ada):
    """Hint and parameter stand beside the sentence."""
    body = ada.get("/api/todo", headers={"accept": PROBLEM}, sort="titel").json()
    assert (body["parameter"], body["hint"], body["code"]) == ("sort", "Did you mean 'title'?", "ENT103")


def caused(error, sqlstate):
    """Return a failure of the database as it comes from PostgreSQL, with its state."""
    error.__cause__ = Exception()
    error.__cause__.sqlstate = sqlstate
    return error


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        pytest.param(exceptions.ParseError(), 400, "ENT104", id="parse"),
        pytest.param(exceptions.NotAuthenticated(), 401, "ENT107", id="not-authenticated"),
        pytest.param(exceptions.PermissionDenied(), 403, "ENT108", id="permission"),
        pytest.param(exceptions.MethodNotAllowed("PUT"), 405, "ENT112", id="method"),
        pytest.param(exceptions.NotAcceptable(), 406, "ENT118", id="not-acceptable"),
        pytest.param(exceptions.UnsupportedMediaType("x/y"), 415, "ENT114", id="media-type"),
        pytest.param(exceptions.Throttled(wait=3), 429, "ENT119", id="throttled"),
        pytest.param(Http404(), 404, "ENT106", id="http404"),
        pytest.param(PermissionDenied(), 403, "ENT108", id="django-permission"),
        pytest.param(RequestDataTooBig(), 413, "ENT113", id="too-big"),
        pytest.param(SuspiciousOperation(), 400, "ENT104", id="suspicious"),
        pytest.param(OperationalError("password=secret"), 503, "ENT115", id="operational"),
        pytest.param(InterfaceError("password=secret"), 503, "ENT115", id="interface"),
        pytest.param(caused(InternalError("secret"), "25006"), 503, "ENT115", id="read-only"),
        pytest.param(caused(InternalError("secret"), "25P02"), 500, "ENT199", id="internal"),
        pytest.param(ZeroDivisionError("secret"), 500, "ENT199", id="ours"),
    ],
)
def test_every_failure_has_its_status(error, status, code, caplog):
    """The framework's failures, the database's and our own are told in the same shape, without their insides."""
    caplog.set_level(logging.CRITICAL, "entities.problems")
    answer = respond(error, RequestFactory().get("/"))
    assert answer.status_code == status
    assert f'"code":"{code}"'.encode() in answer.content
    assert b"secret" not in answer.content
    assert ("Retry-After" in answer) == (status in (429, 503))


def test_an_unforeseen_failure_is_logged_under_its_id(ada, monkeypatch, caplog):
    """The client learns an id, the log has the rest."""

    def fail(*args):
        raise ZeroDivisionError("inside")

    monkeypatch.setattr(rows, "select", fail)
    answer = ada.get("/api/todo")
    error_id = answer.json()["errors"][0]["detail"].rpartition(" ")[2].rstrip(".")
    assert answer.status_code == 500
    assert b"inside" not in answer.content
    assert [record.getMessage() for record in caplog.records if record.name == "entities.problems"] == [
        f"error {error_id}"
    ]
    assert "ZeroDivisionError: inside" in caplog.text


def test_a_database_that_is_away_is_503(ada, monkeypatch, caplog):
    """The client is told to come back."""

    def fail(*args):
        raise OperationalError("connection to server at 10.0.0.1 refused")

    monkeypatch.setattr(rows, "select", fail)
    caplog.set_level(logging.CRITICAL, "entities.problems")
    answer = ada.get("/api/todo")
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert b"10.0.0.1" not in answer.content


def test_a_guest_is_told_how_to_sign_in(guest):
    """401 names the scheme."""
    assert guest.get("/api/todo")["WWW-Authenticate"] == 'Bearer realm="api"'


def test_a_field_with_odd_characters_is_pointed_to():
    """A pointer is an RFC 6901 pointer."""
    error = InvalidValues([FieldProblem("a/b~c", "unknown", "Unknown.")])
    answer = respond(error, RequestFactory().get("/"))
    assert b'"pointer":"/data/attributes/a~1b~0c"' in answer.content


def test_a_failure_without_a_field_points_nowhere():
    """A refusal that the database does not explain has no source."""
    assert failure_of(InvalidValues([FieldProblem("", "invalid", "The database refuses.")])).errors[0].field == ""
    answer = respond(InvalidValues([FieldProblem("", "invalid", "x")]), RequestFactory().get("/"))
    assert b"source" not in answer.content
