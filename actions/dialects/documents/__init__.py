"""Text of a file to data with places.

    bytes --decode--> text --CParser--> events --build--> Document(data, source, text)

Reading is safe whatever the text is: no tags but the core ones, nothing constructed, size, depth and number of values
bounded, refused within half a second. Every problem found on the way is reported at once; a syntax error ends reading.
Source of the rules: YAML 1.2.2, its core schema.
"""

from actions.dialects.documents.reader import MAX_BYTES, Document, read_documents
from actions.values import Entry, ListValue, MappingValue, Scalar, Value, plain

__all__ = [
    "MAX_BYTES",
    "Document",
    "Entry",
    "ListValue",
    "MappingValue",
    "Scalar",
    "Value",
    "plain",
    "read_documents",
]
