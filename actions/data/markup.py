"""Pieces of XML in, calls to a handler out: no document type, no entities, nothing external, and an end to it all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from actions.data.bounds import MAX_ELEMENTS
from actions.data.errors import FileRefused

Attributes: TypeAlias = "dict[str, str]"


class Handler(ContentHandler):
    """Hears of elements by their local names, and of attributes by theirs: prefixes are a matter of taste."""

    def __init__(self) -> None:
        super().__init__()
        self._left = MAX_ELEMENTS

    def begin(self, name: str, attributes: Attributes) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def startElementNS(self, name: tuple[str | None, str], qname: str | None, attrs: Any) -> None:  # noqa: N802
        self._left -= 1
        if self._left < 0:
            raise FileRefused(f"The file holds more than {MAX_ELEMENTS:,} elements.")
        self.begin(name[1], {key[1]: value for key, value in attrs.items()})

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:  # noqa: N802
        self.end(name[1])


def feed(pieces: Iterable[bytes], handler: Handler) -> Iterator[None]:
    """Read piece by piece; after each the caller may look at what the handler has.

    Raises:
        FileRefused: no well-formed XML, or XML with a document type.
    """
    parser = DefusedExpatParser(namespaceHandling=1, forbid_dtd=True)
    parser.setContentHandler(handler)
    try:
        for piece in pieces:
            parser.feed(piece)
            yield
        parser.close()
    except DefusedXmlException:
        raise FileRefused("The file holds XML with a document type or entities.") from None
    except SAXParseException as error:
        raise FileRefused("The file is damaged.") from error
    yield


def read(pieces: Iterable[bytes], handler: Handler) -> None:
    """Read everything at once.

    Raises:
        FileRefused: as ``feed``.
    """
    for _ in feed(pieces, handler):
        pass
