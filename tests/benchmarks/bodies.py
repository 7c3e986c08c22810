"""What the benchmarks send."""

from __future__ import annotations

import itertools
import json
import uuid
from collections.abc import Iterator


def signups() -> Iterator[bytes]:
    """Give bodies of signups without end, each with another e-mail, in need of trimming and lower-casing."""
    token = uuid.uuid4().hex[:8]
    for number in itertools.count():
        attributes = {
            "name": " Ada Lovelace ",
            "email": f"Ada.{token}.{number}@Example.org",
            "password": "correct-horse",
            "passwordConfirm": "correct-horse",
        }
        yield json.dumps({"attributes": attributes}).encode()
