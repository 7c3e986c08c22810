"""The bytes of a ZIP archive in, its parts out: judged before anything is unpacked, and unpacked in pieces.

The declared sizes are those of the central directory, which ``zipfile`` also holds every part to: what unpacks to more
is cut there and fails its checksum, so no part is ever larger than was declared.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from actions.data.bounds import MAX_PARTS, MAX_UNPACKED
from actions.data.errors import FileRefused

_PIECE = 64 * 1024
_ENCRYPTED = 0x1
# What zipfile raises at archives that are broken, or made to break it.
_FAULTS = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, struct.error, ValueError, OSError)


class Archive:
    """The parts of one archive, by name."""

    def __init__(self, content: bytes) -> None:
        """Judge the archive.

        Raises:
            FileRefused: none, encrypted, packed unusually, or too large.
        """
        try:
            self._file = ZipFile(io.BytesIO(content))
        except _FAULTS:
            raise FileRefused("The file is no spreadsheet in the format xlsx.") from None
        infos = self._file.infolist()
        self._parts = {info.filename: info for info in infos}
        _judge(infos, len(self._parts))

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield the content of a part.

        Raises:
            FileRefused: there is no such part, or it cannot be unpacked.
        """
        if name not in self._parts:
            raise FileRefused(f"The file is no spreadsheet: '{name[:100]}' is missing.")
        try:
            with self._file.open(self._parts[name]) as part:
                while piece := part.read(_PIECE):
                    yield piece
        except _FAULTS as error:
            raise FileRefused("The file is damaged.") from error


def _judge(infos: list[ZipInfo], names: int) -> None:
    if len(infos) > MAX_PARTS:
        raise FileRefused(f"The file has more than {MAX_PARTS:,} parts.")
    if names < len(infos):
        raise FileRefused("The file has two parts with one name.")
    if sum(info.file_size for info in infos) > MAX_UNPACKED:
        raise FileRefused(f"The file is larger than {MAX_UNPACKED // 1024 // 1024} MB when it is unpacked.")
    if any(info.flag_bits & _ENCRYPTED for info in infos):
        raise FileRefused("The file is encrypted.", hint="Save it without a password.")
    if any(info.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for info in infos):
        raise FileRefused("The file is packed in an unusual way.")
