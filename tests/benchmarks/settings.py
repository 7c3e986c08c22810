"""The project's settings with a cheap password hasher, so that hashing does not hide the rest: for both sides."""

from project.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
