"""Permission bits to a text that people read, and back: ``guest: execute; user: peek, read``."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from entities.errors import did_you_mean
from entities.permissions import AUTHENTICATED_EXECUTE, SHIFTS, Right, bits

RIGHTS = tuple(str(right.name).lower() for right in Right)
SIGNED_IN = "signed-in"
MOST = 2 * AUTHENTICATED_EXECUTE - 1


def describe_permission(permission: int) -> str:
    """Return the rights by class of people; ``nobody`` where there are none."""
    parts = [
        f"{name}: {_rights(permission >> shift)}" for name, shift in SHIFTS.items() if _rights(permission >> shift)
    ]
    if permission & AUTHENTICATED_EXECUTE:
        parts.append(f"{SIGNED_IN}: execute")
    return "; ".join(parts) or "nobody"


def _rights(permission: int) -> str:
    return ", ".join(str(right.name).lower() for right in Right if permission & right)


def parse_permission(text: str) -> int:
    """Return the bits that a number or a description stands for.

    Raises:
        ValueError: with a sentence that names the word that is not known.
    """
    text = text.strip().lower()
    if text.isdecimal():
        if int(text) > MOST:
            raise ValueError(f"A permission is a number from 0 to {MOST}.")
        return int(text)
    if text == "nobody":
        return 0
    total = 0
    for part in filter(None, (part.strip() for part in text.split(";"))):
        name, _, rights = part.partition(":")
        total |= _class_bits(name.strip(), [right.strip() for right in rights.split(",") if right.strip()])
    return total


def _class_bits(name: str, rights: list[str]) -> int:
    if name == SIGNED_IN:
        if rights != ["execute"]:
            raise ValueError(f"'{SIGNED_IN}' has the right 'execute' only.")
        return AUTHENTICATED_EXECUTE
    if name not in SHIFTS:
        raise ValueError(_unknown("class", name, (*SHIFTS, SIGNED_IN)))
    for right in rights:
        if right not in (*RIGHTS, "all"):
            raise ValueError(_unknown("right", right, (*RIGHTS, "all")))
    return bits(**{name: "all" if "all" in rights else rights})


def _unknown(what: str, name: str, known: tuple[str, ...]) -> str:
    return f"Unknown {what} '{name}'. {did_you_mean(name, known) or 'Known: ' + ', '.join(known) + '.'}"


class PermissionField(forms.CharField):
    """A permission as a number or as text; shown as text. Empty means that there is none."""

    def prepare_value(self, value: Any) -> Any:
        return describe_permission(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return parse_permission(text)
        except ValueError as error:
            raise ValidationError(str(error), code="permission") from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(initial != self.to_python(data))
        except ValidationError:
            return True
