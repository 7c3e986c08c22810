"""The one value that is no value: ``ABSENT`` says that an attribute is not there, which ``None`` does not."""

from __future__ import annotations

from enum import Enum
from typing import Final


class Absent(Enum):
    """The type of ``ABSENT``; an enum, so that type checkers can narrow on ``is ABSENT``."""

    ABSENT = "absent"

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent.ABSENT
