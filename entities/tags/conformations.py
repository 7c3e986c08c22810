"""A comma list of conformation tags in, a function from text to cleaned text out.

The tags are Daptin's (artpar/conform), applied from left to right; the original ignores an unknown tag,
here it is an error. Where the original loses letters that are not ASCII (``camel``, ``name``), they are kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache

from entities.errors import did_you_mean
from entities.tags.errors import TagError
from entities.tags.parsing import Piece, read_pieces

Conform = Callable[[str], str]

# Longest first: HTTPS before HTTP.
_INITIALISM = re.compile(
    "(?:ASCII|HTTPS|GUID|HTML|HTTP|JSON|SMTP|UTF8|UUID|API|CPU|CSS|DNS|EOF|LHS|QPS|RAM|RHS|RPC|SLA|SSH|TLS|TTL|UID"
    "|URI|URL|XML|ID|IP|UI|VM)(?![a-z])"
)
_APOSTROPHES = "'\u2019"
_CHUNK = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"[0-9]")
_SPACES = re.compile(r"\s+")
_REPEATED = re.compile(rf"([-{_APOSTROPHES}])\1+")
_AROUND_HYPHEN = re.compile(r" ?- ?")
_WORD_START = re.compile(rf"(?<![\w{_APOSTROPHES}])\w")
_NAME_START = re.compile(rf"(?:^|(?<=[-\s{_APOSTROPHES}]))\w")
_JAVASCRIPT = {"\\": "\\\\", "'": "\\'", '"': '\\"'} | {char: f"\\u{ord(char):04X}" for char in "<>&="}
_HTML = {"<": "&lt;", ">": "&gt;", "&": "&amp;", "'": "&#39;", '"': "&#34;", "\0": "�"}


def compile_conformation(tags: str) -> Conform:
    """Return the function that applies the tags.

    Raises:
        TagError: the first that is wrong.
    """
    errors = conformation_errors(tags)
    if errors:
        raise errors[0]
    steps = [CONFORMATIONS[piece.word] for piece in read_pieces(tags)]

    def conform(text: str) -> str:
        for step in steps:
            text = step(text)
        return text

    return steps[0] if len(steps) == 1 else conform


def conformation_errors(tags: str) -> list[TagError]:
    """Return everything that is wrong with the tags."""
    return [_error(piece) for piece in read_pieces(tags) if piece.word not in CONFORMATIONS]


def _error(piece: Piece) -> TagError:
    name, equals, _ = piece.word.partition("=")
    if equals and name in CONFORMATIONS:
        return TagError(name, f"The conformation '{name}' takes no parameter.", f"Write '{name}'.", piece.offset)
    meant = _MEANT.get(name.lower().replace("_", ""))
    hint = f"Did you mean '{meant}'?" if meant else did_you_mean(name, CONFORMATIONS)
    return TagError(name, f"Unknown conformation '{name}'.", hint, piece.offset)


def _email(text: str) -> str:
    """Trim; lower-case what follows the last ``@``. A text without one gets one appended; nothing stays nothing."""
    trimmed = text.strip()
    local, at, domain = trimmed.rpartition("@")
    if not trimmed:
        return ""
    return f"{local}@{domain.lower()}" if at else f"{trimmed}@"


def _capital(found: re.Match[str]) -> str:
    return str(found[0]).title()


def _title(text: str) -> str:
    return _WORD_START.sub(_capital, text)


def _name(text: str) -> str:
    kept = "".join(char for char in unicodedata.normalize("NFC", text.lower()) if _belongs_to_name(char))
    single = _REPEATED.sub(r"\1", _SPACES.sub(" ", kept))
    trimmed = _AROUND_HYPHEN.sub("-", single).strip(f" -{_APOSTROPHES}")
    return _NAME_START.sub(_capital, trimmed)


def _belongs_to_name(char: str) -> bool:
    # Marks too: vowels of many scripts are marks on a letter.
    return char.isspace() or char in f"-{_APOSTROPHES}" or unicodedata.category(char)[0] in "LM"


def _camel(text: str) -> str:
    chunks: list[str] = _CHUNK.findall(text)
    return "".join(chunks[:1] + [chunk[0].title() + chunk[1:] for chunk in chunks[1:]])


def _words(separator: str) -> Conform:
    return lambda text: separator.join(word.lower() for word in _split_camel(_camel(text)))


def _split_camel(text: str) -> list[str]:
    """Split before each capital; known initialisms stay together (``userID`` is ``user``, ``ID``)."""
    words: list[str] = []
    start = 0
    while start < len(text):
        known = _INITIALISM.match(text, start)
        end = known.end() if known else start + 1
        while end < len(text) and not text[end].isupper():
            end += 1
        words.append(text[start:end])
        start = end
    return words


def _ucfirst(text: str) -> str:
    return text[:1].title() + text[1:] if text[:1].islower() else text


def _only(keep: Callable[[str], bool]) -> Conform:
    return lambda text: "".join(filter(keep, text))


def _escaped(table: Mapping[str, str]) -> Conform:
    escapes = str.maketrans(dict(table))
    return lambda text: text.translate(escapes)


@lru_cache(maxsize=4096)
def _javascript_char(char: str) -> str:
    if char in _JAVASCRIPT:
        return _JAVASCRIPT[char]
    return char if char.isprintable() else "".join(f"\\u{unit:04X}" for unit in _utf16(char))


def _utf16(char: str) -> list[int]:
    raw = char.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(raw[at : at + 2]) for at in range(0, len(raw), 2)]


def _is_digit(char: str) -> bool:
    return "0" <= char <= "9"


CONFORMATIONS: Mapping[str, Conform] = {
    "trim": str.strip,
    "ltrim": lambda text: text.lstrip(" "),
    "rtrim": lambda text: text.rstrip(" "),
    "lower": str.lower,
    "upper": str.upper,
    "title": _title,
    "camel": _camel,
    "snake": _words("_"),
    "slug": _words("-"),
    "ucfirst": _ucfirst,
    "name": _name,
    "email": _email,
    "num": _only(_is_digit),
    "!num": lambda text: _DIGITS.sub("", text),
    "alpha": _only(str.isalpha),
    "!alpha": _only(lambda char: not char.isalpha()),
    "!html": _escaped(_HTML),
    "!js": lambda text: "".join(map(_javascript_char, text)),
}

# Names that other tools, and the original's own manual, use for the same.
_MEANT: Mapping[str, str] = {
    "lowercase": "lower",
    "tolower": "lower",
    "downcase": "lower",
    "uppercase": "upper",
    "toupper": "upper",
    "strip": "trim",
    "trimspace": "trim",
    "lstrip": "ltrim",
    "rstrip": "rtrim",
    "titlecase": "title",
    "camelcase": "camel",
    "snakecase": "snake",
    "kebab": "slug",
    "slugify": "slug",
    "capitalize": "ucfirst",
    "numeric": "num",
    "number": "num",
    "digits": "num",
    "letters": "alpha",
    "html": "!html",
    "escape": "!html",
    "js": "!js",
}
