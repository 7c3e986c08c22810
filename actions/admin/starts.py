"""What a new definition can begin with: the files beside this module, the first line of each says what it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "starts"


@dataclass(frozen=True, slots=True)
class Start:
    """One of them. ``name`` stands in addresses, ``label`` in links."""

    name: str
    label: str
    about: str
    text: str


@cache
def starts() -> Mapping[str, Start]:
    """Return all of them by name, in the order of their files' names."""
    return {start.name: start for start in map(_read, sorted(FOLDER.glob("*.yaml")))}


def _read(file: Path) -> Start:
    text = file.read_text(encoding="utf-8")
    head, _, body = text.partition("\n")
    label, _, about = head.removeprefix("# ").partition(": ")
    return Start(file.stem.partition("_")[2], label, about, body)
