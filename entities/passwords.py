"""A new password in, nothing out or what is wrong with it: the installation's ``AUTH_PASSWORD_VALIDATORS``.

Asked by the store for every password that is written into an account, so no definition can go round it. A password
that is only checked, or that a programmer sets with ``set_password``, is not asked about.
"""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password


def check_password_policy(password: str) -> None:
    """Refuse a password that the installation does not allow.

    Raises:
        ValidationError: (Django's) with one message for each reason.
    """
    validate_password(password)
