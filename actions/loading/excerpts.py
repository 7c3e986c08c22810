"""One action of a document in, a text of its own out, which can be stored, shown and edited alone.

A document with one action is its own text. Of several, each keeps its lines as the author wrote them, comments
included, where they mean the same when they stand alone; an action that leans on its neighbours (anchors, merges, a
flow list) is written out as JSON.
"""

from __future__ import annotations

import json
import textwrap
from decimal import Decimal
from typing import Any

from actions.dialects.documents.reader import read_documents
from actions.errors import RefusedDocument
from actions.values import Value, plain


def excerpt(action: Value, *, is_alone: bool) -> str:
    """Return a text that holds ``action`` and nothing else; ``is_alone`` says that its document holds nothing else."""
    if is_alone:
        return action.location.text
    wanted = plain(action)
    lines = _lines_of(action)
    return lines if _reads_as(lines, wanted) else as_json(wanted) + "\n"


def _lines_of(action: Value) -> str:
    """Return the block that begins where the action does: all lines that are indented as deep."""
    place = action.location
    first, *others = place.text.splitlines()[place.line - 1 :]
    indent = place.column - 1
    block = [" " * indent + first[indent:]]
    for line in others:
        if line.strip() and (line.startswith(("---", "...")) or line[:indent].strip()):
            break
        block.append(line)
    return textwrap.dedent("\n".join(block)).strip() + "\n"


def _reads_as(text: str, wanted: Any) -> bool:
    try:
        documents = read_documents(text, "")
    except RefusedDocument:
        return False
    return len(documents) == 1 and plain(documents[0].data) == wanted


def as_json(data: Any, line: str = "\n") -> str:
    """Return data as indented JSON; decimals keep every digit."""
    deeper = line + "  "
    if isinstance(data, dict):
        parts = [f"{deeper}{as_json(key)}: {as_json(part, deeper)}" for key, part in data.items()]
        return f"{{{','.join(parts)}{line}}}" if parts else "{}"
    if isinstance(data, list):
        parts = [f"{deeper}{as_json(part, deeper)}" for part in data]
        return f"[{','.join(parts)}{line}]" if parts else "[]"
    return str(data) if isinstance(data, Decimal) else json.dumps(data, ensure_ascii=False)
