"""Pieces of XML in, calls to a handler out: no document type, no entities, nothing external, and an end to it all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from actions.data.bounds import MAX_DEPTH, MAX_ELEMENTS, MAX_SILENCE
from actions.data.errors import FileRefused

Attributes: TypeAlias = "dict[str, str]"


class Handler(ContentHandler):
    """Hears of elements by their local names, and of attributes by theirs: prefixes are a matter of taste."""

    def __init__(self) -> None:
        super().__init__()
        self.heard = 0
        self._left = MAX_ELEMENTS
        self._depth = 0

    def begin(self, name: str, attributes: Attributes) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def startElementNS(self, name: tuple[str | None, str], qname: str | None, attrs: Any) -> None:  # noqa: N802
        self.heard += 1
        self._left -= 1
        self._depth += 1
        if self._left < 0:
            raise FileRefused(f"The file holds more than {MAX_ELEMENTS:,} elements.")
        if self._depth > MAX_DEPTH:
            raise FileRefused(f"The file holds elements in more than {MAX_DEPTH} others.")
        self.begin(name[1], {key[1]: value for key, value in attrs.items()})

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:  # noqa: N802
        self.heard += 1
        self._depth -= 1
        self.end(name[1])

    def characters(self, content: str) -> None:
        self.heard += 1


def feed(pieces: Iterable[bytes], handler: Handler) -> Iterator[None]:
    """Read piece by piece; after each the caller may look at what the handler has.

    Raises:
        FileRefused: no well-formed XML, or XML with a document type.
    """
    parser = DefusedExpatParser(namespaceHandling=1, forbid_dtd=True)
    parser.setContentHandler(handler)
    try:
        for piece in _heard(pieces, handler):
            parser.feed(piece)
            yield
        parser.close()
    except DefusedXmlException:
        raise FileRefused("The file holds XML with a document type or entities.") from None
    except SAXParseException as error:
        raise FileRefused("The file is damaged.") from error
    yield


def _heard(pieces: Iterable[bytes], handler: Handler) -> Iterator[bytes]:
    """Yield the pieces as long as something is heard: one endless name or attribute takes the square of its length."""
    silent = heard = 0
    for piece in pieces:
        yield piece
        silent = silent + len(piece) if handler.heard == heard else 0
        heard = handler.heard
        if silent > MAX_SILENCE:
            raise FileRefused("The file is damaged.")


def read(pieces: Iterable[bytes], handler: Handler) -> None:
    """Read everything at once.

    Raises:
        FileRefused: as ``feed``.
    """
    for _ in feed(pieces, handler):
        pass
