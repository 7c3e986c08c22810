"""A file as inputs have it in, what can be read of it out: the kind is told by its name, or by its media type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from actions.data.errors import FileRefused
from actions.data.reading_csv import read_csv
from actions.data.reading_json import read_rows
from actions.data.reading_xlsx import read_xlsx
from actions.data.sources import Source
from actions.data.writing import WRITERS
from entities.fields import ValueRefused
from entities.fields.files import file_content, files_coercer

Read = Callable[[bytes], Source]
READERS: Mapping[str, Read] = {"json": read_rows, "csv": read_csv, "xlsx": read_xlsx}
_BY_EXTENSION = {"json": "json", "csv": "csv", "tsv": "csv", "txt": "csv", "xlsx": "xlsx"}
_BY_TYPE = {media_type: name for name, (_, media_type) in WRITERS.items()}
_ANY_FILES = files_coercer(())


def the_file(value: Any) -> Mapping[str, str]:
    """Return the one file of a list of files, or the file that is given alone.

    Raises:
        FileRefused: none, several, or no file.
    """
    try:
        files = _ANY_FILES([value] if isinstance(value, Mapping) else value)
    except ValueRefused as refused:
        raise FileRefused(f"The file {refused.predicate}.") from None
    if len(files) != 1:
        raise FileRefused("Give one file.")
    return files[0]


def open_source(file: Mapping[str, str], kind: str = "") -> Source:
    """Return what can be read of a file, as one of ``READERS``, or as what it says it is.

    Raises:
        FileRefused: also while the rows are read.
    """
    content = file_content(file)
    if not content.strip():
        raise FileRefused("The file is empty.")
    return READERS[kind or kind_of(file)](content)


def kind_of(file: Mapping[str, str]) -> str:
    """Return the kind of a file.

    Raises:
        FileRefused: none that is read here.
    """
    extension = file["name"].rpartition(".")[2].lower()
    found = _BY_EXTENSION.get(extension) or _BY_TYPE.get(file.get("type", "").partition(";")[0].strip().lower())
    if found is None:
        raise FileRefused("This kind of file is not read.", hint="Send .csv, .xlsx or .json.")
    return found
