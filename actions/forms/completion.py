"""The key of an input in, the name under which a browser remembers its value out.

Source: WHATWG HTML, "Autofill". A key that says nothing gets no name, and the browser decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from actions.plan.nodes import Input

_BY_KEY: Mapping[str, str] = {
    "name": "name",
    "fullname": "name",
    "firstname": "given-name",
    "givenname": "given-name",
    "lastname": "family-name",
    "familyname": "family-name",
    "surname": "family-name",
    "username": "username",
    "nickname": "nickname",
    "email": "email",
    "mail": "email",
    "phone": "tel",
    "phonenumber": "tel",
    "mobile": "tel",
    "telephone": "tel",
    "company": "organization",
    "organization": "organization",
    "address": "street-address",
    "street": "street-address",
    "streetaddress": "street-address",
    "city": "address-level2",
    "zip": "postal-code",
    "zipcode": "postal-code",
    "postalcode": "postal-code",
    "postcode": "postal-code",
    "country": "country-name",
    "countrycode": "country",
    "birthday": "bday",
    "birthdate": "bday",
    "dateofbirth": "bday",
    "website": "url",
    "homepage": "url",
    "code": "one-time-code",
    "otp": "one-time-code",
    "onetimecode": "one-time-code",
}
_BY_TYPE: Mapping[str, str] = {"email": "email", "url": "url"}
_PRESENT = ("current", "old", "present")
_NEW = ("new", "confirm", "repeat", "again")
_OFF = "off"


def autocomplete(declared: Input, inputs: Iterable[Input]) -> str:
    """Return the value of ``autocomplete`` for an input of a form with all these inputs, or an empty text."""
    key = _plain(declared.key)
    if key in _BY_KEY:
        return _BY_KEY[key]
    if "password" in key:
        return _password(key, [_plain(item.key) for item in inputs])
    if declared.column_type.lower() == "password":
        return _OFF
    return _BY_TYPE.get(declared.column_type.lower(), "")


def _password(key: str, keys: list[str]) -> str:
    """Tell a password that exists from one that is being chosen: that one is asked for twice."""
    if key.startswith(_PRESENT):
        return "current-password"
    chosen = [other for other in keys if "password" in other and not other.startswith(_PRESENT)]
    return "new-password" if len(chosen) > 1 or any(word in key for word in _NEW) else "current-password"


def _plain(key: str) -> str:
    return "".join(letter for letter in key.lower() if letter.isalnum())
