"""Values of examples: ``$name.column`` as a whole text is a column of the given row ``name``; all else is itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_COLUMN = re.compile(r"\$([A-Za-z_]\w*)\.([A-Za-z_]\w*)", re.ASCII)


def references(value: Any) -> Iterator[str]:
    """Yield the name of every given row that a value names."""
    if isinstance(value, Mapping):
        for part in value.values():
            yield from references(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from references(part)
    elif isinstance(value, str) and (found := _COLUMN.fullmatch(value)):
        yield found[1]


def filled(value: Any, rows: Mapping[str, Mapping[str, Any]]) -> Any:
    """Return the value with the columns of given rows in their places; a column that is not there is null."""
    if isinstance(value, Mapping):
        return {key: filled(part, rows) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [filled(part, rows) for part in value]
    found = _COLUMN.fullmatch(value) if isinstance(value, str) else None
    return value if found is None else rows.get(found[1], {}).get(found[2])
