"""The code of a failure in, a sentence for people out, in the language of the reader.

Codes are stable and the sentences of answers are English, for programs and their authors. A form says the same to
visitors; what has no sentence here keeps the one of the answer. What authors write (labels, messages) is translated
where a catalog has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from entities.tags.validations import Check, Validation

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Sentence: TypeAlias = "str | _StrPromise"

# What is wrong with the value of a field, by the code of the problem.
FIELDS: Mapping[str, Sentence] = {
    "required": _("Please fill this in."),
    "type": _("This value does not fit here."),
    "option": _("Please choose one of the options."),
    "email": _("Please enter an e-mail address, such as name@example.org."),
    "url": _("Please enter an address that begins with https://."),
    "e164": _("Please enter a telephone number with its country code, such as +493012345678."),
    "iban": _("This is no valid IBAN."),
    "alpha": _("Please use the letters a to z only."),
    "alphanum": _("Please use the letters a to z and digits only."),
    "alphaunicode": _("Please use letters only."),
    "alphanumunicode": _("Please use letters and digits only."),
    "number": _("Please use digits only."),
    "numeric": _("Please enter a number."),
    "eqfield": _("The two entries are not the same."),
    "eqcsfield": _("The two entries are not the same."),
    "oneof": _("Please choose one of the options."),
    "password": _("This is not your password."),
    "code": _("This code does not work, or no longer."),
}
# Codes that come without a check of that name.
ALWAYS = ("required", "type", "option", "password", "code")
# What went wrong as a whole, by the name of the failure.
WHOLE: Mapping[str, Sentence] = {
    "invalid_input": _("Please look at the marked fields."),
    "unreadable": _("What you sent cannot be read."),
    "too_large": _("What you sent is too large."),
    "in_flight": _("What you sent before is still being worked on. Please wait a moment and send it again."),
    "not_found": _("There is nothing here, or nothing that you may see."),
    "not_authenticated": _("Please sign in first."),
    "forbidden": _("You may not do this."),
    "token_revoked": _("You have been signed out. Please sign in again."),
    "rate_limited": _("That was too often. Please wait and try again."),
    "sign_in_failed": _("The e-mail address or the password is wrong."),
    "second_factor_required": _("Please enter the code of your second factor."),
    "second_factor_failed": _("This code does not work, or no longer."),
    "invalid_token": _("This link does not work, or no longer. Please ask for a new one."),
    "conflict": _("Somebody has this already. Please choose another value."),
    "unavailable": _("This does not work at the moment. Please try again."),
    "internal_error": _("Something went wrong on our side."),
}
# What only the script of a page says.
SCRIPT: Mapping[str, Sentence] = {
    "unreachable": _("The server cannot be reached. Please try again."),
    "done": _("Done."),
}
# What operations say by themselves, as it stands in answers.
SAID = (gettext_noop("Success"), gettext_noop("Logged in"))
_LIMITS: Mapping[str, Mapping[str, Sentence]] = {
    "string": {
        "min": _("Please enter at least {limit} characters."),
        "max": _("Please enter at most {limit} characters."),
        "len": _("Please enter exactly {limit} characters."),
    },
    "array": {
        "min": _("Please choose at least {limit}."),
        "max": _("Please choose at most {limit}."),
        "len": _("Please choose exactly {limit}."),
    },
    "number": {
        "min": _("Please enter {limit} or more."),
        "max": _("Please enter {limit} or less."),
        "len": _("Please enter {limit}."),
        "gt": _("Please enter more than {limit}."),
        "lt": _("Please enter less than {limit}."),
    },
}
_SAME: Mapping[str, str] = {"gte": "min", "lte": "max"}


def field_sentences(validations: Iterable[Validation], kind: str) -> dict[str, Sentence]:
    """Return the sentences for the codes with which a field with these checks may be refused, by its JSON kind."""
    checks = [check for validation in validations for check in validation.checks]
    codes = dict.fromkeys((*ALWAYS, *(check.name for check in checks)))
    found: dict[str, Sentence] = {code: FIELDS[code] for code in codes if code in FIELDS}
    return {**found, **{check.name: sentence for check in checks if (sentence := _limit(check, kind)) is not None}}


def translated(text: Any) -> str:
    """Return what an author wrote, in the language of the reader where a catalog has it."""
    plain = str(text or "")
    return gettext(plain) if plain else ""


def readable(name: str) -> str:
    """Return the name of a value as a label, in the language of the reader where a catalog has it."""
    words = name.replace("_", " ").strip() or name
    return translated(words[:1].upper() + words[1:])


def _limit(check: Check, kind: str) -> Sentence | None:
    sentences = _LIMITS.get("number" if kind == "integer" else kind, {})
    sentence = sentences.get(_SAME.get(check.name, check.name))
    is_bound = sentence is not None and isinstance(check.argument, Decimal)
    return format_lazy(sentence, limit=check.param) if sentence is not None and is_bound else None
