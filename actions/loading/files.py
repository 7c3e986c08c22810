"""Files and folders in, the bytes of every document in them out, in the order in which they are loaded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from actions.loading.problems import LoadingProblem, UnreadableFile

SUFFIXES = frozenset({".yaml", ".yml", ".json"})
# More than a document may have: the reader refuses what is longer, and nothing longer is kept in memory.
MOST_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file. ``source`` names it in problems, ``root`` is the position of the path under which it was found."""

    path: Path
    source: str
    root: int
    content: bytes
    digest: str


def read_files(paths: Iterable[Path]) -> tuple[list[SourceFile], list[LoadingProblem]]:
    """Return every file once, and what cannot be read. A file named twice counts where it was named last."""
    found: dict[Path, tuple[Path, int]] = {}
    problems: list[LoadingProblem] = []
    for root, path in enumerate(paths):
        if not path.exists():
            problems.append(UnreadableFile(str(path), "no such file or folder"))
        for file in walk(path):
            resolved = file.resolve()
            found.pop(resolved, None)
            found[resolved] = (file, root)
    files = []
    for resolved, (file, root) in found.items():
        try:
            content = _read(file)
        except OSError as error:
            problems.append(UnreadableFile(str(file), error.strerror or "unknown reason"))
        else:
            files.append(SourceFile(resolved, str(file), root, content, digest_of(content)))
    return files, problems


def _read(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(MOST_BYTES)


def walk(path: Path) -> Iterator[Path]:
    """Yield a file itself, or the documents in and below a folder, sorted; hidden files and folders are left out."""
    if path.is_file():
        yield path
        return
    for file in sorted(path.rglob("*")):
        hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
        if not hidden and file.suffix.lower() in SUFFIXES and file.is_file():
            yield file


def digest_of(content: bytes | str) -> str:
    """Return the SHA-256 of a text."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()
