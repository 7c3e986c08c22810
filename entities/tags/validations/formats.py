"""Tags about the format of a text: colours, addresses, encodings, numbers that carry a check digit.

Where a maintained library knows the format it decides. All patterns here are linear: no input can make one slow.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

import phonenumbers
import validators
from email_validator import EmailNotValidError, validate_email
from stdnum import bic, iban, isbn, issn, luhn
from stdnum.us import ssn

from entities.tags.validations.base import Tag, Values, exact, is_number, text_tag

_BYTE = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_PERCENT = r"(?:100|[1-9]?[0-9])%"
_DEGREES = r"(?:360|3[0-5][0-9]|[12][0-9]{2}|[1-9]?[0-9])"
_ALPHA = r"(?:0?\.[0-9]{1,10}|[01](?:\.0{1,10})?)"
_NEXT = r"[ \t]{0,9},[ \t]{0,9}"
_OPEN, _CLOSE = r"\([ \t]{0,9}", r"[ \t]{0,9}\)"
_THREE_BYTES = f"(?:{_BYTE}{_NEXT}{_BYTE}{_NEXT}{_BYTE}|{_PERCENT}{_NEXT}{_PERCENT}{_NEXT}{_PERCENT})"
_HUE = f"{_DEGREES}{_NEXT}{_PERCENT}{_NEXT}{_PERCENT}"

_COLORS = {
    "hexcolor": r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})",
    "rgb": f"rgb{_OPEN}{_THREE_BYTES}{_CLOSE}",
    "rgba": f"rgba{_OPEN}{_THREE_BYTES}{_NEXT}{_ALPHA}{_CLOSE}",
    "hsl": f"hsl{_OPEN}{_HUE}{_CLOSE}",
    "hsla": f"hsla{_OPEN}{_HUE}{_NEXT}{_ALPHA}{_CLOSE}",
}
_URI = re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*:|/)[!-~¡-￿\U00010000-\U0010FFFF]*")
_URN = re.compile(r"urn:(?!urn:)[a-z0-9][a-z0-9-]{0,31}:(?:[a-z0-9()+,\-.:=@;$_!*']|%[0-9a-f]{2})+", re.IGNORECASE)
_DATA_URI = re.compile(r"data:[^,/]+/[^,]+;base64,")
_HTML = re.compile(r"</?[a-zA-Z][^<>]*>")
_HTML_ENCODED = re.compile(r"&#x?[0-9a-fA-F]{2}|&(?:gt|lt|quot|amp)")
_URL_ENCODED = re.compile(r"%[0-9a-fA-F]{2}")
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


@lru_cache(maxsize=1024)  # one request asks for the same address at its input and at its column
def is_email(text: str) -> bool:
    """Tell whether the text is an e-mail address (RFC 5321); the domain is not looked up, ``.test`` is allowed."""
    try:
        validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return True


def is_base64(text: str) -> bool:
    """Tell whether the text is non-empty padded base64."""
    try:
        return bool(base64.b64decode(text, validate=True)) and len(text) % 4 == 0
    except (binascii.Error, ValueError):
        return False


def _is_base64_tag(value: Any, _: Any, __: Values) -> bool:
    return isinstance(value, str) and is_base64(value)


def _is_base64url(text: str) -> bool:
    return "+" not in text and "/" not in text and is_base64(text.replace("-", "+").replace("_", "/"))


def _is_data_uri_tag(value: Any, _: Any, __: Values) -> bool:
    found = _DATA_URI.match(value) if isinstance(value, str) else None
    return found is not None and is_base64(value[found.end() :])


def _is_url(text: str) -> bool:
    return bool(validators.url(text, simple_host=True))


def _is_phone(text: str) -> bool:
    try:
        return text.startswith("+") and phonenumbers.is_valid_number(phonenumbers.parse(text))
    except phonenumbers.NumberParseException:
        return False


def _is_ssn(text: str) -> bool:
    return len(text) == 11 and bool(ssn.is_valid(text.replace(" ", "-")))


def _isbn_of(kind: str) -> Callable[[str], bool]:
    return lambda text: text.isascii() and isbn.isbn_type(text) == kind


def _is_isbn(text: str) -> bool:
    return text.isascii() and bool(isbn.is_valid(text))


def _is_bitcoin(text: str) -> bool:
    return text[:1] in ("1", "3") and bool(validators.btc_address(text))


def _is_bech32(text: str) -> bool:
    """Check prefix, alphabet and checksum (BIP 173 and 350)."""
    lower = text.lower()
    if text not in (lower, text.upper()) or not re.fullmatch(r"bc1[02-9ac-hj-np-z]{11,71}", lower):
        return False
    checksum = 1
    for value in [3, 3, 0, 2, 3, *map(_BECH32.index, lower[3:])]:
        top, checksum = checksum >> 25, (checksum & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_BECH32_GENERATOR):
            checksum ^= generator if top >> bit & 1 else 0
    return checksum in (1, 0x2BC830A3)


def _coordinate(limit: int) -> Callable[[Any, Any, Values], bool]:
    digits = re.compile(r"[-+]?[0-9]{1,3}(?:\.[0-9]{1,40})?")

    def check(value: Any, _: Any, __: Values) -> bool:
        if isinstance(value, str) and digits.fullmatch(value):
            return abs(Decimal(value)) <= limit
        return is_number(value) and -limit <= exact(value) <= limit

    return check


def _matching(pattern: str, flags: int = 0) -> Callable[[str], Any]:
    return re.compile(pattern, flags).fullmatch


def _uuid(version: str, *, lower: bool) -> Tag:
    variant = "[89ab]" if version in ("4", "5") else "[0-9a-f]"
    third = f"{version}[0-9a-f]{{3}}" if version else "[0-9a-f]{4}"
    pattern = f"[0-9a-f]{{8}}-[0-9a-f]{{4}}-{third}-{variant}[0-9a-f]{{3}}-[0-9a-f]{{12}}"
    kind = f"a UUID of version {version}" if version else "a UUID"
    flags = 0 if lower else re.IGNORECASE | re.ASCII
    return text_tag(_matching(pattern, flags), f"must be {kind}{' in lower case' if lower else ''}")


def _must_be(what: str, matches: Callable[[str], Any]) -> Tag:
    return text_tag(matches, f"must be {what}")


TAGS: Mapping[str, Tag] = {
    "email": _must_be("an e-mail address", is_email),
    "url": _must_be("a URL such as https://example.org/", _is_url),
    "uri": _must_be("a URI", _URI.fullmatch),
    "urn_rfc2141": _must_be("a URN", _URN.fullmatch),
    "hexadecimal": _must_be("hexadecimal", _matching(r"[0-9a-fA-F]+")),
    **{name: _must_be(f"a colour of the form '{name}'", _matching(pattern)) for name, pattern in _COLORS.items()},
    "iscolor": _must_be("a colour such as #1e90ff", _matching("|".join(_COLORS.values()))),
    "base64": Tag(_is_base64_tag, "must be base64"),
    "base64url": _must_be("URL-safe base64", _is_base64url),
    "datauri": Tag(_is_data_uri_tag, "must be a base64 data URL"),
    "isbn": _must_be("an ISBN", _is_isbn),
    "isbn10": _must_be("an ISBN of 10 digits", _isbn_of("ISBN10")),
    "isbn13": _must_be("an ISBN of 13 digits", _isbn_of("ISBN13")),
    "eth_addr": _must_be("an Ethereum address", _matching(r"0x[0-9a-fA-F]{40}")),
    "btc_addr": _must_be("a Bitcoin address", _is_bitcoin),
    "btc_addr_bech32": _must_be("a Bitcoin address (Bech32)", _is_bech32),
    **{f"uuid{version}": _uuid(version, lower=True) for version in ("", "3", "4", "5")},
    **{f"uuid{version}_rfc4122": _uuid(version, lower=False) for version in ("", "3", "4", "5")},
    "latitude": Tag(_coordinate(90), "must be a latitude (-90 to 90)"),
    "longitude": Tag(_coordinate(180), "must be a longitude (-180 to 180)"),
    "ssn": _must_be("a social security number", _is_ssn),
    "html": _must_be("HTML", _HTML.search),
    "html_encoded": _must_be("HTML-encoded", _HTML_ENCODED.search),
    "url_encoded": _must_be("URL-encoded", _URL_ENCODED.search),
    "e164": _must_be("a telephone number such as +493012345678", _is_phone),
    "credit_card": _must_be("a card number", validators.card_number),
    "luhn_checksum": _must_be("a number with a valid check digit", luhn.is_valid),
    "iban": _must_be("an IBAN", iban.is_valid),
    "bic": _must_be("a BIC", bic.is_valid),
    "issn": _must_be("an ISSN", issn.is_valid),
}
