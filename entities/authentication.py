"""A request's credentials in, an ``Actor`` out: a signed token in ``Authorization``, or the admin's session.

A token that is absent, malformed or expired makes a guest, as the original's clients need. Tokens are JWTs (RFC 7519)
signed with a key derived from ``SECRET_KEY``; ``sub`` is the account's public id. A token carries a fingerprint of the
password hash, so that a change of password or of the account's state ends it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import import_module
from typing import Any
from uuid import UUID

import jwt
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request

from entities.actors import GUEST, Actor
from entities.identifiers import parse_uuid, uuid7
from entities.memberships import Memberships
from entities.models import UserAccount
from entities.registry import get as get_entity

ALGORITHM = "HS256"
NOBODY = UUID(int=0)


def sign_in(email: str, password: str, *, skip_password: bool = False) -> UserAccount | None:
    """Return the active account with these credentials, else ``None``, after the same work in every case."""
    account = UserAccount.objects.filter(email__lower=email.strip().lower()).first()
    if account is None or not account.is_active:
        if not skip_password:
            check_password(password, _unusual_hash(settings.PASSWORD_HASHERS[0]))
        return None
    if skip_password or account.check_password(password):
        return account
    return None


@lru_cache(maxsize=4)
def _unusual_hash(hasher: str) -> str:
    """Return a hash by the configured hasher that an unknown account is checked against, to take the same time."""
    return make_password(uuid7().hex)


def issue_token(account: UserAccount) -> str:
    """Return a token for the account."""
    now = int(timezone.now().timestamp())
    claims = {
        "iss": settings.ENTITIES["TOKEN_ISSUER"],
        "sub": str(account.pk),
        "email": account.email,
        "name": account.name,
        "iat": now,
        "nbf": now,
        "exp": now + settings.ENTITIES["TOKEN_HOURS"] * 3600,
        "jti": str(uuid7()),
        "auth_version": _fingerprint(account.password),
    }
    return jwt.encode(claims, _key(settings.SECRET_KEY), algorithm=ALGORITHM)


def actor_of_token(token: str) -> Actor | None:
    """Return the actor that a valid, current token names, else ``None``."""
    try:
        claims = jwt.decode(
            token,
            _key(settings.SECRET_KEY),
            algorithms=[ALGORITHM],
            issuer=settings.ENTITIES["TOKEN_ISSUER"],
            options={"require": ["exp", "sub", "iss"]},
        )
    except jwt.PyJWTError:
        return None
    values = _active_account(pk=parse_uuid(claims["sub"]) or NOBODY)
    if values is None or not hmac.compare_digest(_fingerprint(values["password"]), str(claims.get("auth_version"))):
        return None
    return _actor(values)


def actor_by_id(public_id: object) -> Actor | None:
    """Return the actor for an active account's public id, else ``None``."""
    values = _active_account(pk=parse_uuid(public_id) or NOBODY)
    return None if values is None else _actor(values)


def actor_by_email(email: str) -> Actor | None:
    """Return the actor for an active account's e-mail, else ``None``."""
    values = _active_account(email__lower=email.lower())
    return None if values is None else _actor(values)


def actor_of_account(account: UserAccount) -> Actor:
    """Return the actor for an account."""
    # Field by field, for Django hands out accounts inside lazy objects.
    return _actor({field.attname: getattr(account, field.attname) for field in account._meta.concrete_fields})


def _active_account(**where: Any) -> dict[str, Any] | None:
    # Values and no instance: this is asked with every request that carries a token.
    found: Iterable[Any] = UserAccount.objects.filter(is_active=True, **where).values()[:1]
    return next(iter(found), None)


def _actor(values: Mapping[str, Any]) -> Actor:
    """Return the actor for an account's values by column: public columns, no secrets."""
    row = get_entity("user_account").to_row(values)
    account_id = values["reference_id"]
    return Actor(account_id, Memberships(account_id), is_administrator=values["is_superuser"], user=row)


def actor_of_admin(request: HttpRequest) -> Actor:
    """Return who uses the Django admin, made once for each request."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or actor.id != request.user.pk:
        actor = actor_of_account(request.user) if isinstance(request.user, UserAccount) else GUEST
        request.actor = actor  # type: ignore[attr-defined]
    return actor


def actor_of(request: Any) -> Actor:
    """Return who makes a DRF request."""
    user = request.user
    if isinstance(user, Actor):
        return user
    return actor_of_account(user) if isinstance(user, UserAccount) else GUEST


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer <token>``. Anything that is no valid token is a guest."""

    def authenticate(self, request: Request) -> tuple[Actor, str] | None:
        scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return None
        actor = actor_of_token(token.strip())
        return None if actor is None else (actor, token)

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class AdminSession(SessionAuthentication):
    """The Django admin's session, with Django's CSRF check. A request without its cookie costs nothing."""

    def authenticate(self, request: Request) -> Any:
        inner = request._request
        key = inner.COOKIES.get(settings.SESSION_COOKIE_NAME)
        if key is None:
            return None
        if not hasattr(inner, "session"):
            # These paths do without the session middleware: the session is read only where a cookie asks for it.
            inner.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
        inner.user = get_user(inner)
        return super().authenticate(request)

    def enforce_csrf(self, request: Request) -> None:
        # On Django's own request: the check looks for a form field, and must not have the body parsed by DRF for it.
        super().enforce_csrf(request._request)  # type: ignore[arg-type]


AUTHENTICATORS = (TokenAuthentication(), AdminSession())


def actor_of_request(request: HttpRequest) -> Actor:
    """Return who makes a plain Django request; a request without credentials costs next to nothing.

    Raises:
        PermissionDenied: (DRF's) the session's CSRF proof is missing.
    """
    if "HTTP_AUTHORIZATION" not in request.META and settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return GUEST
    return actor_of(Request(request, authenticators=AUTHENTICATORS))


def _key(secret: str) -> bytes:
    return hashlib.sha256(b"entities.authentication:" + secret.encode()).digest()


def _fingerprint(password_hash: str) -> str:
    return hmac.new(_key(settings.SECRET_KEY), password_hash.encode(), hashlib.sha256).hexdigest()[:16]
