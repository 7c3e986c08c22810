"""An installation whose passwords cost a twentieth: for stories with many sign-ins, which are not about that cost."""

from __future__ import annotations

import os
import re

from tests.servers import Home

SETTINGS = """
from project.settings import *
PASSWORD_HASHERS = ["quick_hasher.QuickHasher"]
"""
HASHER = """
from django.contrib.auth.hashers import PBKDF2PasswordHasher
class QuickHasher(PBKDF2PasswordHasher):
    iterations = PBKDF2PasswordHasher.iterations // 20
"""


def quick(home: Home, **variables: str) -> Home:
    """Return the installation with these settings and the hasher of a twentieth, and without the default rate limit."""
    (home.folder / "quick_settings.py").write_text(SETTINGS, encoding="utf-8")
    (home.folder / "quick_hasher.py").write_text(HASHER, encoding="utf-8")
    path = os.pathsep.join(filter(None, [str(home.folder), home.environment.get("PYTHONPATH")]))
    settings = {"DJANGO_SETTINGS_MODULE": "quick_settings", "PYTHONPATH": path, "GUEST_RATE_LIMIT": "none"}
    return home.with_settings(**settings, **variables)


def links(text: str) -> list[str]:
    """Return the addresses in a mail."""
    return re.findall(r"https?://\S+", text)
