"""The bytes of an XML document in, data out: bounded, without entities, without anything fetched.

    <payment id="7"><amount>5.00</amount><item>a</item><item>b</item></payment>
    {"payment": {"@id": "7", "amount": "5.00", "item": ["a", "b"]}}

An element is its text, or an object where it has attributes (``@name``), elements, or both; text beside these is under
``#text``. Elements with one name become a list. Namespaces are left out of names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from defusedxml.common import DefusedXmlException, DTDForbidden
from defusedxml.ElementTree import ParseError, XMLParser

MOST_LEVELS, MOST_NODES = 32, 10_000
TEXT = "#text"


class BadXml(ValueError):
    """Bytes that are no XML, have a document type, or are over the bounds."""


def is_xml(media_type: str) -> bool:
    """Say whether a media type, in lower case and without parameters, is one of XML."""
    return media_type in ("application/xml", "text/xml") or media_type.endswith("+xml")


def read_xml(body: bytes) -> dict[str, Any]:
    """Return the data of a document.

    Raises:
        BadXml.
    """
    parser = XMLParser(target=_Builder(), forbid_dtd=True)
    try:
        parser.feed(body)
        found: dict[str, Any] = parser.close()
    except BadXml:
        raise
    except DTDForbidden:
        raise BadXml("The body has a document type. Its sender must leave it out.") from None
    except (ParseError, DefusedXmlException, ValueError, LookupError):  # LookupError: an encoding that nobody knows
        raise BadXml("The body is no XML that can be read.") from None
    return found


class _Builder:
    """Builds the data while the parser reads; the bounds hold before anything is kept."""

    def __init__(self) -> None:
        self._open: list[tuple[str, dict[str, Any], list[str]]] = [("", {}, [])]
        self._left = MOST_NODES

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Begin an element."""
        self._left -= 1 + len(attributes)
        if self._left < 0 or len(self._open) > MOST_LEVELS:
            raise BadXml(f"The body has more than {MOST_LEVELS} levels or {MOST_NODES} values.")
        members: dict[str, Any] = {f"@{_local(name)}": value for name, value in attributes.items()}
        self._open.append((_local(tag), members, []))

    def data(self, text: str) -> None:
        """Take text."""
        self._open[-1][2].append(text)

    def end(self, tag: str) -> None:
        """End an element and give it to the one around it."""
        name, members, texts = self._open.pop()
        text = "".join(texts)
        value: Any = text
        if members:
            value = {**members, TEXT: text.strip()} if text.strip() else members
        around = self._open[-1][1]
        if name not in around:
            around[name] = value
        elif isinstance(around[name], _Several):
            around[name].append(value)
        else:
            around[name] = _Several([around[name], value])

    def close(self) -> dict[str, Any]:
        """Return the document."""
        return self._open[0][1]


class _Several(list[Any]):
    """Elements with one name; an element is never a list itself."""


def _local(name: str) -> str:
    return name.rpartition("}")[2]
