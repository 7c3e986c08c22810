"""An HTTP request in, the invocation that it asks for out, and how it is to be answered."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest

from actions.bodies import read_attributes
from actions.catalog import Served
from actions.errors import NotPermitted, TokenRevoked, UnreadableInput
from actions.forms.requests import as_meant, wants_page
from actions.invocations import Invocation
from actions.options import option
from actions.responses import JSON, PROBLEM
from entities import errors as entity_errors
from entities.actors import Actor
from entities.authentication import actor_of_request
from entities.callers import caller_address

DRY_RUN = "dry_run"
DRY_WORDS = {"true": True, "1": True, "false": False, "0": False}


def asked_for(request: HttpRequest, type_name: str, name: str, subject_id: str | None) -> Invocation:
    """Return who asks for what, and from where; nothing of what they sent is looked at."""
    address = caller_address(request.META)
    return Invocation(type_name, name, actor_of(request), subject_id=subject_id, address=address)


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks; the proof of where a request comes from may stand in a form, which may be unreadable."""
    try:
        return actor_of_request(request)
    except entity_errors.TokenRevoked as error:
        raise TokenRevoked(error.message, hint=error.hint, headers=error.headers) from None
    except entity_errors.Forbidden as error:
        raise NotPermitted(error.message, hint=error.hint) from None
    except (entity_errors.Unreadable, SuspiciousOperation):
        raise UnreadableInput("The form cannot be read.") from None


def wants_problem(request: HttpRequest) -> bool:
    """Say whether the client names RFC 9457 problems, and likes nothing else better."""
    if PROBLEM not in request.META.get("HTTP_ACCEPT", "").lower() or wants_page(request):
        return False
    return request.get_preferred_type([PROBLEM, JSON]) == PROBLEM


def wants_dry_run(request: HttpRequest, served: Served) -> bool:
    """Say whether nothing shall be left behind; an input of that name is an input.

    Raises:
        UnreadableInput: it is neither true nor false.
    """
    word = request.GET.get(DRY_RUN)
    if word is None or served.contract.declares(DRY_RUN):
        return False
    if word.lower() not in DRY_WORDS:
        raise UnreadableInput(f"'{DRY_RUN}' is true or false.")
    return DRY_WORDS[word.lower()]


def with_contents(
    request: HttpRequest, invocation: Invocation, served: Served, *, by_person: bool = False
) -> Invocation:
    """Return the invocation with what was sent, also where that names the instance.

    Raises:
        UnreadableInput, InputTooLarge, UnsupportedBody.
    """
    declares = served.contract.declares
    envelope = frozenset(name for name in ("Name", "OnType") if not declares(name))
    sent = read_attributes(request, envelope)
    sent = as_meant(served.contract, sent) if by_person else sent
    if DRY_RUN in request.GET and not declares(DRY_RUN):
        sent = replace(sent, query={name: value for name, value in sent.query.items() if name != DRY_RUN})
    given = None
    names = (invocation.type_name, served.plan.type_name)  # an alias names the instance too
    for key in dict.fromkeys(f"{name}_id" for name in names):
        value, sent = (sent.get(key), sent) if declares(key) else sent.without(key)
        given = value if given is None and value != "" else given  # an empty text counts as not sent
    subject_id = given if invocation.subject_id is None else invocation.subject_id
    return replace(invocation, sent=sent, subject_id=subject_id, request=_facts(request))


def _facts(request: HttpRequest) -> dict[str, Any]:
    """What expressions may know of the request: headers only as far as the settings name them."""
    variables = _header_variables(tuple(option("REQUEST_HEADERS")))
    headers = {name: request.META[variable] for name, variable in variables if variable in request.META}
    return {"method": request.method, "path": request.path, "headers": headers}


@lru_cache(maxsize=8)
def _header_variables(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return the variables of WSGI that hold these headers: cheaper than a mapping of all headers."""
    return tuple((name, f"HTTP_{name.upper().replace('-', '_')}") for name in names)
