"""Make the first administrator of an installation, once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from project.environment import WrongSetting, text

DEFAULT_EMAIL = "admin@example.org"
NOBODY = "none"


@dataclass(frozen=True, slots=True)
class NewAdministrator:
    """Who was made; ``password`` only when it was generated, so that it can be shown this once."""

    email: str
    password: str | None


def ensure_administrator() -> NewAdministrator | None:
    """Make an administrator from ADMIN_EMAIL and ADMIN_PASSWORD when there is none; the caller holds the setup lock.

    ``ADMIN_EMAIL=none`` leaves it to the first account that executes ``world/become_an_administrator``.

    Raises:
        WrongSetting: the variables name no usable e-mail or password.
    """
    if text("ADMIN_EMAIL").lower() == NOBODY:
        return None
    accounts = get_user_model().objects
    if accounts.filter(is_superuser=True, is_active=True).exists():
        return None
    email = _email()
    if accounts.filter(email__iexact=email).exists():
        raise WrongSetting("ADMIN_EMAIL", f"'{email}' has an account that is no administrator.", "Choose another.")
    given = text("ADMIN_PASSWORD")
    accounts.create_superuser(email=email, password=_checked(given) if given else (made := secrets.token_urlsafe(12)))
    return NewAdministrator(email, None if given else made)


def _email() -> str:
    email = text("ADMIN_EMAIL", DEFAULT_EMAIL).lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise WrongSetting("ADMIN_EMAIL", f"'{email}' is no e-mail address.", "Write one as NAME@DOMAIN.") from error
    return email


def _checked(password: str) -> str:
    try:
        validate_password(password)
    except ValidationError as error:
        raise WrongSetting("ADMIN_PASSWORD", " ".join(error.messages), "Choose another.") from error
    return password
