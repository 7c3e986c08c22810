"""A request's credentials in, an ``Actor`` out: a token in ``Authorization`` or as a cookie, or the admin's session.

A token that is absent, malformed or expired makes a guest, as the original's clients need. One that its account has
ended (by another password, a deactivation, signing out everywhere, or by being deleted) is refused, so that a client
does not go on as a guest unawares. Where a cookie says who asks, ``entities.origins`` asks where it was sent from.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.hashers import get_hasher, identify_hasher, is_password_usable, make_password
from django.db import connection, models
from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from entities import tokens
from entities.actors import GUEST, Actor
from entities.errors import TokenRevoked
from entities.identifiers import parse_uuid
from entities.memberships import Memberships
from entities.models import Membership, RowGroup, UserAccount
from entities.origins import check_origin
from entities.registry import get as get_entity

TOKEN_COOKIE = "token"  # noqa: S105 - its name, which is the original's
NOBODY = UUID(int=0)


def sign_in(email: str, password: str, *, skip_password: bool = False) -> UserAccount | None:
    """Return the active account with these credentials, else ``None``: after one query and one hash in every case."""
    account = UserAccount.objects.by_email(email.strip())
    if skip_password:
        return account if account is not None and account.is_active else None
    if account is None or not account.is_active:
        make_password(_text(password))
        return None
    if account.check_password(_text(password)):
        return account
    if not _is_hashed_as_usual(account.password):
        make_password(_text(password))
    return None


def _text(password: str) -> str:
    """Return a password that can be hashed: half a character, which only a script can make, is none of anybody's."""
    return password.encode(errors="replace").decode()


def _is_hashed_as_usual(encoded: str) -> bool:
    """Say whether checking a wrong password took what the configured hasher takes; Django sees to unusable hashes."""
    try:
        return not is_password_usable(encoded) or identify_hasher(encoded).algorithm == get_hasher().algorithm
    except ValueError:
        return True


def issue_token(account: UserAccount) -> str:
    """Return a token for the account."""
    bearer = tokens.Bearer(account.pk, account.auth_version)
    return tokens.sign(bearer, email=account.email, name=account.name)


def actor_of_token(token: str, *, by_cookie: bool = False) -> Actor | None:
    """Return the actor that a token of ours names, ``None`` where it is no token of ours.

    Raises:
        TokenRevoked: the account has ended it, or is not there any more.
    """
    bearer = tokens.read(token)
    if bearer is None:
        return None
    account = _account(bearer.account)
    if account is None or not account.is_active or account.auth_version != bearer.auth_version:
        raise TokenRevoked(by_cookie=by_cookie)
    return _actor(vars(account))


def active_account(public_id: object) -> UserAccount | None:
    """Return the active account with this public id, else ``None``, after the same work."""
    return UserAccount.objects.filter(is_active=True, pk=parse_uuid(public_id) or NOBODY).first()


def account_by_email(email: str) -> UserAccount | None:
    """Return the active account with this e-mail, else ``None``, after the same work."""
    account = UserAccount.objects.by_email(email.strip())
    return account if account is not None and account.is_active else None


def actor_by_id(public_id: object) -> Actor | None:
    """Return the actor for an active account's public id, else ``None``."""
    account = _account(parse_uuid(public_id) or NOBODY)
    return _actor(vars(account)) if account is not None and account.is_active else None


def actor_by_email(email: str) -> Actor | None:
    """Return the actor for an active account's e-mail, else ``None``."""
    account = account_by_email(email)
    return None if account is None else actor_of_account(account)


def actor_of_account(account: UserAccount) -> Actor:
    """Return the actor for an account."""
    # Field by field, for Django hands out accounts inside lazy objects.
    return _actor({field.attname: getattr(account, field.attname) for field in account._meta.concrete_fields})


def _account(key: UUID) -> UserAccount | None:
    """Return the account, and with it whether rows were shared with groups of its own.

    A statement of its own text, for it is run with every request that carries a token: a third of what a query costs
    that is built each time, and no list asks about groups for an account that gets nothing from them.
    """
    parameters = [models.UUIDField().get_db_prep_value(key, connection)]
    return next(iter(UserAccount.objects.raw(_statement(), parameters)), None)


@lru_cache(maxsize=1)
def _statement() -> str:
    accounts, memberships, sharings = (item._meta.db_table for item in (UserAccount, Membership, RowGroup))
    return (
        "SELECT account.*, EXISTS (SELECT 1 "  # noqa: S608 - names of our own
        f"FROM {memberships} m JOIN {sharings} s ON s.usergroup_id = m.usergroup_id "
        f"WHERE m.user_id = account.reference_id) AS groups_have_rows FROM {accounts} account "
        "WHERE account.reference_id = %s"
    )


def _actor(values: Mapping[str, Any]) -> Actor:
    """Return the actor for an account's values by column: public columns, no secrets."""
    row = get_entity("user_account").to_row(values)
    account_id = values["reference_id"]
    groups = Memberships(account_id, have_rows=bool(values.get("groups_have_rows", True)))
    return Actor(account_id, groups, is_administrator=values["is_superuser"], user=row)


def actor_of_admin(request: HttpRequest) -> Actor:
    """Return who uses the Django admin, made once for each request."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or actor.id != request.user.pk:
        actor = actor_of_account(request.user) if isinstance(request.user, UserAccount) else GUEST
        request.actor = actor  # type: ignore[attr-defined]
    return actor


def actor_of_request(request: HttpRequest) -> Actor:
    """Return who makes a request; one without credentials costs next to nothing.

    A request with ``Authorization: Bearer`` is known by that alone, whatever its token is: cookies do not count then.
    Another scheme in that header is not ours (a proxy's, perhaps) and changes nothing.

    Raises:
        TokenRevoked: the token is at an end.
        Forbidden: a cookie says who asks, and the request may come from another site's page.
        Unreadable: the form that may hold the proof of its origin cannot be read.
    """
    token = _bearer_token(request)
    if token is not None:
        return actor_of_token(token) or GUEST
    actor = _actor_of_cookies(request) if "HTTP_COOKIE" in request.META else None
    if actor is None:
        return GUEST
    check_origin(request)
    return actor


def _bearer_token(request: HttpRequest) -> str | None:
    """Return what follows ``Bearer``, ``None`` where nothing says so."""
    scheme, *token = request.META.get("HTTP_AUTHORIZATION", "").split(None, 1) or [""]
    if scheme.lower() != "bearer":
        return None
    return token[0].strip() if token else ""


def _actor_of_cookies(request: HttpRequest) -> Actor | None:
    token = _cookie_token(request)
    return (actor_of_token(token, by_cookie=True) if token else None) or _actor_of_session(request)


def _cookie_token(request: HttpRequest) -> str:
    """Return the token in the cookie, which clients write as text, quoted, or escaped with its attributes."""
    value = request.COOKIES.get(TOKEN_COOKIE, "")
    return unquote(value).partition(";")[0].strip(' "') if len(value) <= tokens.LONGEST else ""


def _actor_of_session(request: HttpRequest) -> Actor | None:
    """Return who is signed in to the admin. A request without its cookie costs nothing."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    if not (key.isascii() and key.isalnum()):
        return None
    if not hasattr(request, "session"):
        # These paths may do without the session middleware: the session is read only where a cookie asks for it.
        request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    user = get_user(request)
    return actor_of_account(user) if isinstance(user, UserAccount) and user.is_active else None


class RequestCredentials(BaseAuthentication):
    """``actor_of_request`` for DRF."""

    def authenticate(self, request: Request) -> tuple[Actor, None] | None:
        # Django's own request: the check of origins may look for a form field, and must not have DRF parse the body.
        actor = actor_of_request(request._request)
        return None if actor.is_guest else (actor, None)

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


def actor_of(request: Request) -> Actor:
    """Return who makes a DRF request."""
    user: Any = request.user
    return user if isinstance(user, Actor) else GUEST
